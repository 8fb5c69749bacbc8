"""Relations between a student's values and the right ones, told only when certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from grader.judging.diagnosis.relations import (
    Sample,
    constant_factor,
    first_loss_apart,
    one_of,
    relation,
    rounded_to,
    shifted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

INPUTS = [(1.234, -2.17), (0.71, 3.3), (-1.9, 0.456), (2.718, 1.1)]
PARAMETERS = ("w", "x", "y")


def product(w: float, x: float) -> float:
    return w * x


def told(
    wrong: Callable[..., object],
    right: Callable[..., object] = product,
    inputs: list[tuple[object, ...]] | None = None,
    parameters: tuple[str, ...] = PARAMETERS,
    *,
    trains: bool = False,
) -> str | None:
    """Return what is said of a wrong function on some inputs."""
    samples = [
        Sample(args, {}, wrong(*args), right(*args)) for args in inputs or INPUTS
    ]
    asks = asking(right), asking(wrong)
    return relation("forward", samples, parameters, *asks, trains=trains)


def asking(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function that calls another, and returns None if that raises."""

    def ask(args: tuple[object, ...], kwargs: dict[str, object]) -> object:
        try:
            return function(*args, **kwargs)
        except TypeError:
            return None

    return ask


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.5, "`forward` gives half of what is expected, for every input."),
        (2, "`forward` gives twice what is expected, for every input."),
        (-1, "`forward` gives the right numbers with the wrong sign, for every input."),
        (1 / 3, "`forward` gives a third of what is expected, for every input."),
        (0.01, "`forward` gives a hundredth of what is expected, for every input."),
    ],
)
def test_simple_factor_is_told(factor: float, words: str) -> None:
    assert told(lambda w, x: factor * w * x) == words


@pytest.mark.parametrize("factor", [1.0, 1.00007, 0.7, 5.3])
def test_factor_that_is_not_simple_is_not_told(factor: float) -> None:
    assert told(lambda w, x: factor * w * x) is None


def test_factor_that_one_input_does_not_have_is_not_told() -> None:
    assert told(lambda w, x: (2 if w > 0 else 3) * w * x) is None


def test_factor_needs_three_independent_numbers() -> None:
    assert told(lambda w, x: 2 * w * x, inputs=[*INPUTS[:2], *INPUTS[:2]]) is None
    assert constant_factor(np.array([2.0, 4.0]), np.array([1.0, 2.0])) is None


def test_zero_has_no_factor() -> None:
    assert constant_factor(np.zeros(4), np.array([0.0, 1.0, 2.0, 3.0])) is None


@pytest.mark.parametrize(("digits", "words"), [(0, "whole"), (1, "one"), (2, "two")])
def test_rounding_is_told(digits: int, words: str) -> None:
    said = told(lambda w, x: round(w * x, digits))

    assert said is not None
    assert f"rounded to {words}" in said


def test_exact_numbers_are_not_rounded_ones() -> None:
    exact = np.array([0.25, 1.5, 3.75])

    assert rounded_to(exact, exact) is None


def test_part_of_a_tuple_is_told_apart() -> None:
    said = told(lambda w, x: (w * x, [w - x, 2.0]), lambda w, x: (w * x, [x - w, -2.0]))

    assert said == (
        "`forward` returns as its second value the right numbers with the wrong sign, "
        "for every input."
    )


def test_swapped_arguments_are_told() -> None:
    assert told(lambda w, x: x / w, lambda w, x: w / x) == (
        "`forward` gives what is due for `w` and `x` exchanged."
    )


@pytest.mark.parametrize(("index", "name"), [(0, "w"), (1, "x")])
def test_argument_without_influence_is_told(index: int, name: str) -> None:
    def wrong(*args: float) -> float:
        return args[1 - index] ** 2 + 0.3

    assert told(wrong) == (
        f"What `forward` gives does not depend on the `{name}` it is given."
    )


def test_argument_that_matters_to_nobody_is_not_told() -> None:
    def wrong(w: float, x: float, _: float) -> float:
        return w + x + 0.1

    def right(w: float, x: float, _: float) -> float:
        return w * x

    assert told(wrong, right, [(1.3, 2.4, 0.7)] * 3) is None


def test_number_where_a_graph_is_needed_is_told() -> None:
    w = torch.tensor([1.5], requires_grad=True)
    gradient = torch.tensor([2.0])
    plain = Sample((w, 2.0), {}, 3.0, w * 2, right_gradient=gradient)
    cut = Sample((w, 2.0), {}, (w * 2).detach(), w * 2, right_gradient=gradient)
    nothing = Sample((w, 2.0), {}, None, w * 2, right_gradient=gradient)

    def said(sample: Sample) -> str | None:
        return relation("loss", [sample], PARAMETERS, lambda *_: None, lambda *_: None)

    assert "`loss` gives a plain number where" in (said(plain) or "")
    assert "`loss` gives a tensor without a graph" in (said(cut) or "")
    assert said(nothing) is None


def test_changed_input_is_told_by_name() -> None:
    samples = [Sample((w, [x]), {}, 1.0, 1.0, (w, [0.0]), (w, [x])) for w, x in INPUTS]
    said = relation("train", samples, PARAMETERS, lambda *_: None, lambda *_: None)

    assert said == "`train` changes the `x` it is given."


@pytest.mark.parametrize(("more", "words"), [(1, "more"), (-1, "fewer")])
def test_one_epoch_off_is_told(more: int, words: str) -> None:
    def right(w: float, epochs: int) -> tuple[float, list[float]]:
        return w * 0.9**epochs, [w * 0.9**i for i in range(epochs)]

    said = told(
        lambda w, epochs: right(w, epochs + more),
        right,
        [(1.5, 4), (2.3, 6), (-0.7, 3)],
        ("w", "epochs"),
    )

    assert said == f"`forward` makes one pass {words} than it is told to."


def test_shift_by_one_entry_is_seen_both_ways() -> None:
    losses = [5.0, 3.1, 2.2, 1.7, 1.1]

    assert shifted([*losses[1:], 0.7], losses) == 1
    assert shifted([9.0, *losses[:-1]], losses) == -1
    assert shifted(losses, losses) is None


def test_entry_more_or_less_is_no_shift() -> None:
    losses = [5.0, 3.1, 2.2, 1.7, 1.1]

    assert shifted(losses[1:], losses) is None
    assert shifted([0.0, *losses], losses) is None


def test_losses_of_the_epoch_after_are_told() -> None:
    def right(w: float) -> tuple[float, list[float]]:
        return w, [w * w * 0.7**i for i in range(5)]

    def wrong(w: float) -> tuple[float, list[float]]:
        return w, [w * w * 0.7**i for i in range(1, 6)]

    # A geometric series is a multiple of itself, but the factor here is not simple.
    inputs: list[tuple[object, ...]] = [(1.3,), (2.1,), (-0.7,)]
    for names, words in {
        ("w",): "gives each loss one place too early.",
        ("w", "epochs"): "notes for each epoch the loss of the epoch after it.",
        ("w", "steps"): "notes for each step the loss of the step after it.",
    }.items():
        assert told(wrong, right, inputs, names, trains=True) == f"`forward` {words}"
    assert told(right, wrong, inputs, ("w",), trains=True) == (
        "`forward` gives each loss one place too late."
    )
    # In a tokenizer, `targets = ids[1:]` is not a list of losses.
    assert told(wrong, right, inputs, ("w",)) is None


@pytest.mark.parametrize(
    ("got", "words"),
    [
        ([9.0, 3.0, 2.0, 1.0], "The loss of the first epoch is already different."),
        ([5.0, 9.0, 2.0, 1.0], "the second does not: look at what"),
        ([5.0, 3.0, 2.0, 9.0], "The losses of the first 3 epochs agree"),
    ],
)
def test_first_epoch_that_differs_is_told(got: list[float], words: str) -> None:
    assert words in (first_loss_apart(got, [5.0, 3.0, 2.0, 1.0], "epoch") or "")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (("model", "steps"), "The loss of the first step is already different."),
        (("model", "data"), "The first loss is already different."),
    ],
)
def test_losses_are_of_what_the_function_itself_counts(
    parameters: tuple[str, ...], words: str
) -> None:
    assert first_loss_apart([9.0, 1.0], [5.0, 1.0], one_of(parameters)) == words


def test_losses_that_agree_or_have_another_length_have_no_first_difference() -> None:
    assert first_loss_apart([1.0, 2.0], [1.0, 2.0], "epoch") is None
    assert first_loss_apart([1.0, 2.0], [1.0, 2.0, 3.0], "epoch") is None
    assert first_loss_apart(None, [1.0, 2.0, 3.0], "epoch") is None


def test_right_values_have_no_relation() -> None:
    assert told(product) is None
