"""One file to hand in: the same work, read like any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from handmade import checked, exercise

from grader.checking import Checked
from grader.errors import StudentError
from grader.handing_in import hand_in
from grader.intake import read_program
from grader.model import Outcome

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "def double(x):\n    return 2 * x"
NOTEBOOK = {
    "cells": [{"cell_type": "code", "source": SOURCE, "metadata": {}, "outputs": []}],
    "metadata": {"kernelspec": {"name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def own(path: Path, outcome: Outcome = Outcome.PASSED) -> Checked:
    found = exercise("double", checked("three", outcome), checked("four"))
    if outcome is Outcome.NOT_ATTEMPTED:
        found = msgspec.structs.replace(found, checks=found.checks[:1])
    return Checked(path, found)


@pytest.mark.parametrize("name", ["double (1).py", "double.ipynb"])
def test_work_stays_as_it_was_and_says_what_it_was_checked_with(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(SOURCE if name.endswith(".py") else json.dumps(NOTEBOOK))
    made = hand_in(own(path, Outcome.FAILED), tmp_path / "hand_in")
    text = made.read_text()
    (before,), (after,) = read_program(path).blocks, read_program(made).blocks

    assert made.name == f"double{path.suffix}"
    assert after.source.startswith(before.source)
    assert "1 of 2" in text or '"passed": 1' in text
    assert "sha256" in text


def test_stub_as_it_was_handed_out_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text("raise NotImplementedError")
    with pytest.raises(StudentError, match="Is this the file that you mean"):
        hand_in(own(path, Outcome.NOT_ATTEMPTED), tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_own_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text(SOURCE)
    with pytest.raises(StudentError, match="overwrite"):
        hand_in(own(path), tmp_path)

    assert path.read_text() == SOURCE
