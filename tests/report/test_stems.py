"""File names for students are safe and all different."""

from __future__ import annotations

import re

import pytest
from handmade import (
    HOSTILE,
    PROPERTY,
)
from hypothesis import given
from hypothesis import strategies as st

from grader.report.stems import file_stems


@PROPERTY
@given(st.lists(HOSTILE, max_size=6))
def test_file_stems_are_safe_and_all_different(names: list[str]) -> None:
    stems = file_stems(tuple(names))

    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f]', stem)
        assert not stem.startswith((".", " ", "-"))
        assert not stem.endswith((".", " "))
        assert 0 < len(stem.encode()) < 200


def test_file_stems_keep_a_harmless_name() -> None:
    assert file_stems(("s001", "Jan de Vries", "José")) == (
        *("s001", "Jan de Vries", "José"),
    )


@pytest.mark.parametrize(
    "name", ["con", "NUL", "com1", "aux.txt", ".git", "..", "", "-"]
)
def test_file_stems_avoid_names_that_a_system_keeps(name: str) -> None:
    (stem,) = file_stems((name,))

    assert stem != name
    assert re.match(r"_?[\w.]*-[0-9a-f]{8}\Z", stem)


def test_file_stems_are_short_enough_for_any_disk() -> None:
    (stem,) = file_stems(("é" * 250,))

    assert len(f"{stem}.md".encode()) < 200


def test_file_stems_tell_names_apart_that_differ_in_case_or_not_at_all() -> None:
    stems = file_stems(("Anna", "anna", "anna", "a/b", "a_b", "a:b"))

    assert len({stem.casefold() for stem in stems}) == 6


def test_file_of_a_student_is_not_taken_by_one_whose_name_differs_in_case() -> None:
    for names in (("ann", "ANN"), ("ANN", "ann"), ("Straße", "STRASSE")):
        first, second = file_stems(names)

        assert names[0].casefold() not in {first.casefold(), second.casefold()}
        assert file_stems(names[::-1]) == (second, first)
    assert file_stems(("ann", "bob")) == ("ann", "bob")
