"""Draws are fresh for each submission, the same for the same one, and never blind."""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING

import pytest
import torch
from hypothesis import strategies as st

from grader.errors import AuthorError
from grader.judging.checks.draws import Draw, is_blind, key_of
from grader.model import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

# From the draws of twenty keys; a change would give all submissions other inputs.
DRAWN = "4f102b4c912506405b3ab021c6712f171bf372056ce809259212c216eba25adc"
SHOWN = Shown(rate=0.01, epochs=10)
KEYS = [key_of(f"{i:064x}", "checks", "test") for i in range(200)]


def all_of(draw: Draw) -> list[object]:
    return [
        draw.real(),
        draw.positive(),
        draw.reals(5),
        draw.integer(),
        draw.array((2, 3)).tolist(),
        draw.line(4),
        draw.labels(5),
        draw.probabilities(4),
        draw.rate(),
        draw.epochs(),
        draw.start(),
        draw.starts(),
        draw.choice("abc"),
    ]


def test_same_key_gives_the_same_inputs() -> None:
    assert all_of(Draw(KEYS[0])) == all_of(Draw(KEYS[0]))


@pytest.mark.parametrize("part", range(3))
def test_key_changes_with_each_of_its_parts(part: int) -> None:
    parts = ("submission", "checks", "test_a")
    first, second, third = (
        each + "x" * (number == part) for number, each in enumerate(parts)
    )

    assert all_of(Draw(key_of(*parts))) != all_of(Draw(key_of(first, second, third)))


def test_further_draws_differ_and_the_first_is_the_one_that_counts() -> None:
    parts = ("submission", "checks", "test_a")
    keys = [key_of(*parts, number) for number in range(5)]

    assert len(set(keys)) == 5
    assert keys[0] == key_of(*parts)


def test_numbers_have_three_decimals_and_are_never_near_0_1_or_2() -> None:
    for key in KEYS:
        draw = Draw(key)
        for value in [draw.real(), *draw.reals(6), draw.start(), *draw.starts()]:
            assert round(value, 3) == value
            assert min(abs(abs(value) - blind) for blind in (0, 1, 2)) > 0.05


def test_several_numbers_have_both_signs_and_no_ties() -> None:
    for key in KEYS:
        values = Draw(key).reals(4)

        assert min(values) < 0 < max(values)
        assert all(abs(a) != abs(b) for a, b in itertools.combinations(values, 2))


def test_numbers_drawn_one_after_another_tell_formulas_apart() -> None:
    for key in KEYS:
        draw = Draw(key)
        found = [draw.real(), draw.real(), *draw.reals(3), draw.start()]

        assert not any(is_blind(a, b) for a, b in itertools.combinations(found, 2))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (-1.7, 2.3),  # -3.91 hides round(…, 2)
        (1.5, 3.0),  # the product is the sum
        (2.5, 1.0),  # and the quotient
        (1.25, -0.8),  # -1.0 hides round(…)
    ],
)
def test_pair_that_hides_a_mistake_is_blind(a: float, b: float) -> None:
    assert is_blind(a, b)
    assert is_blind(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [(1.713, 2.941), (-1.317, 0.749), (-3.113, -0.427), (900.0, 37.37)],
)
def test_pair_that_shows_every_mistake_is_not_blind(a: float, b: float) -> None:
    assert not is_blind(a, b)
    assert not is_blind(b, a)


def test_many_numbers_can_be_drawn() -> None:
    assert len({abs(v) for v in Draw(KEYS[0]).reals(300)}) == 300


def test_rate_is_no_small_multiple_of_what_the_course_shows() -> None:
    for key in KEYS:
        halves = 2 * Draw(key, SHOWN).rate() / 0.01

        assert abs(halves - round(halves)) > 0.1


def test_epochs_are_never_those_that_the_course_shows() -> None:
    shown = [Draw(key).with_key(key) for key in KEYS]

    assert {Draw(key, SHOWN).epochs(3, 12) for key in KEYS} == {*range(3, 13)} - {10}
    assert {draw.epochs(3, 12) for draw in shown} == {*range(3, 13)}


def test_course_that_shows_nothing_draws_any_rate() -> None:
    halves = {round(2 * Draw(key).rate() / 0.01, 4) for key in KEYS}

    assert any(abs(half - round(half)) < 0.1 for half in halves)


def test_labels_hold_both_classes() -> None:
    assert all(set(Draw(key).labels(4)) == {0.0, 1.0} for key in KEYS)


def test_starts_are_of_opposite_sign() -> None:
    assert all(a * b < 0 for a, b in (Draw(key).starts() for key in KEYS))


def test_line_has_points_off_the_line_on_both_sides_of_zero() -> None:
    for key in KEYS:
        x, y = Draw(key).line(6)
        slopes = {round((y[i + 1] - y[i]) / (x[i + 1] - x[i]), 2) for i in range(5)}

        assert min(x) < 0 < max(x)
        assert len(slopes) > 1


def test_what_was_drawn_is_kept_for_a_replay() -> None:
    draw = Draw(KEYS[0])
    value = draw.real()

    assert draw.log == [("real", value)]


def many_of(draw: Draw) -> list[object]:
    made = [draw.normal((2, 3)), draw.uniform(4), draw.integers(1, 6, (2, 2))]
    x, y = draw.batch(4, 3, 2)
    tensors = [*made, draw.spd(3), x, y]
    return [
        *(tensor.tolist() for tensor in tensors),
        draw.permutation(5),
        draw.words(6),
        draw.seed(),
        torch.rand(2, generator=draw.generator()).tolist(),
        draw.labels(6, classes=3),
        draw.example(st.lists(st.integers(), min_size=2)),
    ]


def test_draws_of_earlier_courses_are_what_they_were() -> None:
    drawn = []
    for key in KEYS[:20]:
        draw = Draw(key, SHOWN)
        values = all_of(draw)
        values[2] = draw.reals(50)
        drawn.append(values)
    digest = hashlib.sha256(repr(drawn).encode()).hexdigest()

    assert digest == DRAWN


def test_many_numbers_follow_from_the_key_alone() -> None:
    assert many_of(Draw(KEYS[0])) == many_of(Draw(KEYS[0]))
    first, second = many_of(Draw(KEYS[0])), many_of(Draw(KEYS[1]))

    assert all(a != b for a, b in zip(first, second, strict=True))


def test_many_numbers_leave_the_single_ones_as_they_are() -> None:
    draw = Draw(KEYS[0])
    many_of(draw)

    assert all_of(draw) == all_of(Draw(KEYS[0]))


def test_many_numbers_are_what_they_are_called() -> None:
    draw = Draw(KEYS[2])
    matrix, labels, words = draw.spd(5), draw.labels(9, classes=4), draw.words(1000)
    numbers = draw.integers(2, 4, 200)

    assert torch.equal(matrix, matrix.T)
    assert torch.linalg.eigvalsh(matrix).min() > 0.99
    assert set(labels) == {0, 1, 2, 3}
    assert set(numbers.tolist()) == {2, 3, 4}
    assert draw.integers(7, 7).item() == 7
    assert sorted(draw.permutation(6)) == list(range(6))
    assert all(word.isalpha() and 2 <= len(word) <= 8 for word in words)
    assert 10 < len(set(words)) < 500


def test_large_draws_come_to_an_end() -> None:
    draw = Draw(KEYS[0])

    assert draw.normal((1000, 1000)).std() == pytest.approx(1.0, rel=0.01)
    assert len({abs(number) for number in draw.reals(4_000)}) == 4_000
    assert draw.array((50, 50)).max() > 5


def test_what_a_check_does_to_a_draw_is_not_in_the_log() -> None:
    draw = Draw(KEYS[0])
    drawn = draw.reals(3)
    kept = list(drawn)
    drawn.append(9.0)

    assert draw.log == [("reals", kept)]


@pytest.mark.parametrize(
    ("draw", "usage"),
    [
        (lambda draw: draw.uniform(0.1, 0.3, 5), r"uniform\(shape, low=…, high=…\)"),
        (lambda draw: draw.normal(0.0), r"normal\(shape, mean=…, std=…\)"),
        (lambda draw: draw.normal((2, 1.5)), "expected a shape first, got"),
    ],
)
def test_shape_comes_first(draw: Callable[[Draw], object], usage: str) -> None:
    with pytest.raises(AuthorError, match=usage):
        draw(Draw("7"))


def test_draw_itself_is_no_function() -> None:
    with pytest.raises(AuthorError, match=r"`draw\.example\(strategy\)`"):
        Draw("7")(st.integers())
