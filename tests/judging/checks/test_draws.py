"""Draws are fresh for each submission, the same for the same one, and never blind."""

from __future__ import annotations

import itertools

import pytest

from grader.judging.checks.draws import Draw, is_blind, key_of

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


def test_many_numbers_can_be_drawn() -> None:
    assert len({abs(v) for v in Draw(KEYS[0]).reals(300)}) == 300


def test_rate_is_no_small_multiple_of_the_lessons() -> None:
    for key in KEYS:
        halves = 2 * Draw(key).rate() / 0.01

        assert abs(halves - round(halves)) > 0.1


def test_epochs_are_never_the_lessons() -> None:
    assert {Draw(key).epochs(3, 12) for key in KEYS} == {*range(3, 13)} - {10}


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
