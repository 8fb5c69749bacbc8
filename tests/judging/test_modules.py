"""The files of a program are modules with names of their own, found together."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from in_process import checking

from grader.course.parts import added, in_order, joined, parts_of, program_of_files
from grader.judging.checks.evidence import CheckEnded
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = """\
RATE = 2

def helper(x):
    return RATE * x

class Net:
    def __init__(self, size):
        self.size = size

    def area(self):
        return helper(self.size)
"""
TRAIN = """\
import model
from model import Net

def helper(x):
    return 1000

def fit(size):
    return Net(size).area()

def known():
    return model.RATE

if __name__ == "__main__":
    raise RuntimeError("nobody runs this file")
"""


def run(**files: str) -> Any:
    """Return what stands for the program of some files in a check."""
    texts = {f"{name}.py": text for name, text in files.items()}
    digest = hashlib.sha256("".join(texts.values()).encode()).hexdigest()
    return checking(program_of_files(texts, digest))


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    yield
    for name in ("model", "train"):
        sys.modules.pop(name, None)


def test_names_are_found_in_all_files_and_each_file_keeps_its_own() -> None:
    with run(train=TRAIN, model=MODEL) as (student, _):
        assert student.fit(3) == 6
        assert student.Net(4).area() == 8
        assert student.known() == 2
        assert student.RATE == 2
        assert student.model.RATE == 2


def test_file_that_is_missing_costs_what_needs_it_and_no_more() -> None:
    with run(train=TRAIN.replace("import model\n", "")) as (student, _):
        assert student.helper(1) == 1000
        with pytest.raises(CheckEnded, match="Net") as end:
            student.fit(3)

    assert end.value.outcome is Outcome.ERROR


def test_error_is_told_with_the_file_that_it_is_in() -> None:
    broken = MODEL.replace("RATE * x", "RATE / 0 * x")
    told = pytest.raises(CheckEnded, match=r"model\.py, line 4")
    with run(model=broken, train=TRAIN) as (student, _), told:
        student.fit(3)


def test_hole_in_one_file_is_no_attempt_at_what_another_asks() -> None:
    hole = MODEL.replace("return RATE * x", "raise NotImplementedError('helper')")
    with run(model=hole, train=TRAIN) as (student, _), pytest.raises(CheckEnded) as end:
        student.fit(3)

    assert end.value.outcome is Outcome.NOT_ATTEMPTED


def test_trial_code_in_a_file_does_not_take_a_name_from_its_functions() -> None:
    trial = MODEL + "\nhelper = helper(3)\n"
    with run(model=trial, train=TRAIN) as (student, _):
        assert student.fit(3) == 6


def test_statement_that_stops_leaves_the_rest_of_its_file() -> None:
    with run(model="1 / 0\n" + MODEL, train=TRAIN) as (student, _):
        assert student.fit(3) == 6


def test_next_program_finds_no_file_of_the_last_one() -> None:
    with run(model=MODEL, train=TRAIN) as (student, _):
        assert student.fit(3) == 6
    with run(
        other="try:\n    import model\n    x = 1\nexcept ImportError:\n    x = 2\n"
    ) as (
        student,
        _,
    ):
        assert student.x == 2


def test_files_come_after_those_that_they_import() -> None:
    circle = {"a.py": "import b\n", "b.py": "import a, c\n", "c.py": ""}
    lazy = {"a.py": "def f():\n    import b\n", "b.py": "from a import f\n"}

    assert in_order(circle) == ["c.py", "b.py", "a.py"]
    assert in_order(lazy) == ["a.py", "b.py"]


def test_source_of_several_files_is_taken_apart_as_it_was_put_together() -> None:
    files = {"model.py": "x = 1\n", "train.py": "from __future__ import annotations\n"}
    whole = joined(files)

    assert parts_of(whole) == files
    assert parts_of("x = 1\n") == {}
    assert parts_of(f"{whole}\n{whole}")["model.py"].count("x = 1") == 2
    assert parts_of(f"import numpy\n{whole}")["train.py"].startswith("import numpy")


def test_text_is_added_to_the_file_that_defines_the_name() -> None:
    whole = joined({"model.py": "class Net:\n    pass\n", "train.py": "import model\n"})

    assert parts_of(added(whole, "Net", "y = 2\n"))["model.py"].endswith("y = 2\n")
    assert parts_of(added(whole, "None_", "y = 2\n"))["train.py"].endswith("y = 2\n")
    assert added("x = 1\n", "x", "y = 2\n") == "x = 1\ny = 2\n"
