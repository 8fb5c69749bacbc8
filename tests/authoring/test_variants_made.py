"""What the kit makes of a solution itself: mutants, users, allowed forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.authoring.proving.mutants import mutants_of
from grader.authoring.proving.wrappers import allowed_by_checks
from grader.course.uses import used_by

if TYPE_CHECKING:
    from pathlib import Path


def test_mutants_are_small_changes_each_once() -> None:
    source = '''\
def step(w, lr=0.1):
    """Take a step."""
    for _ in range(3):
        w.grad = None
        w.zero_()
    return -w + lr
'''
    found = mutants_of(source)

    assert [name.removeprefix("step: ") for name in found] == [
        "without `for _ in range(3):`",
        "`w.zero_()` dedented",
        "without `return -w + lr`",
        "without `w.grad = None`",
        "without `w.zero_()`",
        "`0.2` for `0.1`",
        "no parentheses in `w.zero_()`",
        "another operator in `-w + lr`",
        "`4` for `3`",
        "no minus in `-w`",
    ]
    assert len({text for _, text in found.values()}) == len(found)


def test_users_are_found_through_each_other() -> None:
    source = "def a(): ...\ndef b(): a()\nclass C:\n    def m(self): b()\n"

    assert used_by(source) == {"a": {"a"}, "b": {"a", "b"}, "C": {"a", "b", "C"}}


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("assert student.f(1) == close_to(1)", {"float64", "list", "prints"}),
        ("assert student.f(1) == close_to(1, shape=(1,))", {"float64", "prints"}),
        ("assert student.f.gradient(1) == close_to(1)", {"float64", "prints"}),
        ("assert student.f.call(1).printed == ''", {"float64", "list"}),
    ],
)
def test_checks_decide_which_forms_are_right(
    tmp_path: Path, line: str, allowed: set[str]
) -> None:
    path = tmp_path / "test_hidden.py"
    path.write_text(f"def test_f(student):\n    {line}\n")
    found = allowed_by_checks(["f"], {"test_f": ("f",)}, [path])

    assert set(found["f"]) & {"float64", "list", "prints"} == allowed
