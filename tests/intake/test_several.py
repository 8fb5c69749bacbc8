"""Work in several files: one work of all of them, wherever they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hand_ins import only, put

from grader.errors import StudentError
from grader.intake import find_work, program_of_own
from grader.model import ProgramKind

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Intake
    from grader.model import Work

MODEL = "def area(r):\n    return 3 * r\n"
TRAIN = "from model import area\n\ndef fit(x):\n    return area(x)\n"
STUB = 'def area(r):\n    raise NotImplementedError("area: not written yet")\n'
PAIR = ("pair", "single")


def found(folder: Path, exercises: tuple[str, ...] = ("pair",)) -> Intake:
    """Return what was handed in, of an exercise in two files and perhaps another."""
    put(folder, "out/pair/model.py", STUB)
    put(folder, "out/pair/train.py", TRAIN)
    handout = (folder / "out/pair/model.py", folder / "out/pair/train.py")
    return find_work([folder / "in"], exercises, handouts={"pair": handout})


def labels(work: Work) -> list[str]:
    assert work.program is not None
    return [block.label for block in work.program.blocks]


def test_files_become_one_work_in_the_order_in_which_they_import(
    tmp_path: Path,
) -> None:
    put(tmp_path, "in/ann/train.py", "from model import area\n\nRATE = 1\n")
    put(tmp_path, "in/ann/model.py", MODEL)
    intake = found(tmp_path)
    work = only(intake, "pair")

    assert labels(work) == ["model.py", "train.py"]
    assert work.program is not None
    assert work.program.kind is ProgramKind.FILES
    assert work.file == "model.py"
    assert work.program.sha256 == work.sha256
    assert not intake.left
    assert not intake.notes


def test_digest_covers_every_file(tmp_path: Path) -> None:
    for student, text in (("ann", "RATE = 1\n"), ("bo", "RATE = 2\n")):
        put(tmp_path, f"in/{student}/model.py", MODEL)
        put(tmp_path, f"in/{student}/train.py", text)
    ann, bo = found(tmp_path).work

    assert ann.sha256 != bo.sha256


def test_file_that_is_missing_is_named_and_the_others_are_work(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/src/model.py", MODEL)
    work = only(found(tmp_path), "pair")

    assert labels(work) == ["model.py", "train.py"]
    assert work.notes[-1] == (
        "There is no train.py. This exercise is model.py and train.py: hand in all of "
        "them."
    )


def test_folder_without_the_files_says_which_are_meant(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/pair/notes.txt", "x")
    work = only(found(tmp_path), "pair")

    assert work.missing == "pair is a folder without model.py and train.py."


def test_files_as_they_were_handed_out_are_no_work(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/model.py", STUB)
    work = only(found(tmp_path), "pair")

    assert work.program is None
    assert work.missing == (
        "model.py is as it was handed out: nothing is written in it yet. There is no "
        "train.py."
    )


def test_file_as_it_was_handed_out_is_there_to_be_imported(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/model.py", STUB)
    put(tmp_path, "in/ann/train.py", "RATE = 1\n")
    work = only(found(tmp_path), "pair")

    assert labels(work) == ["model.py", "train.py"]
    assert "model.py is as it was handed out" in " ".join(work.notes)


def test_file_that_cannot_be_read_does_not_cost_the_others(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/model.py", b"%PDF-1.7 no program")
    put(tmp_path, "in/ann/train.py", "RATE = 1\n")
    work = only(found(tmp_path), "pair")

    assert labels(work) == ["model.py", "train.py"]
    assert "model.py: expected a program, got a document (PDF)" in " ".join(work.notes)


def test_file_beside_another_exercise_is_a_module_of_that(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/single/single.py", "import model\n")
    put(tmp_path, "in/ann/single/model.py", "x = 1\n")
    put(tmp_path, "in/ann/pair/model.py", MODEL)
    put(tmp_path, "in/ann/pair/train.py", "RATE = 1\n")
    pair, single = found(tmp_path, PAIR).work

    assert labels(pair) == ["model.py", "train.py"]
    assert pair.program is not None
    assert b"area" in pair.program.blocks[0].utf8
    assert single.program is not None
    assert [block.label for block in single.program.helpers] == ["model.py"]


def test_folder_with_more_of_the_files_goes_before_an_old_copy(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/model.py", "old = 1\n")
    put(tmp_path, "in/ann/new/model.py", MODEL)
    put(tmp_path, "in/ann/new/train.py", "RATE = 1\n")
    work = only(found(tmp_path), "pair")

    assert work.file == "new/model.py"
    assert labels(work) == ["model.py", "train.py"]


def test_module_that_is_none_of_the_files_comes_with_them(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/model.py", "import shapes\n" + MODEL)
    put(tmp_path, "in/ann/train.py", "import model\n")
    put(tmp_path, "in/ann/shapes.py", "x = 1\n")
    work = only(found(tmp_path), "pair")

    assert work.program is not None
    assert [block.label for block in work.program.helpers] == ["shapes.py"]


def test_notebook_in_the_place_of_a_file_is_read(tmp_path: Path) -> None:
    cell = '{"cell_type": "code", "source": "RATE = 1", "metadata": {}, "outputs": []}'
    put(tmp_path, "in/ann/Model (1).py", MODEL)
    put(tmp_path, "in/ann/train.ipynb", f'{{"cells": [{cell}], "nbformat": 4}}')
    work = only(found(tmp_path), "pair")

    assert labels(work) == ["model.py", "train.py"]


def test_own_files_are_read_by_their_names() -> None:
    texts = {"model.py": MODEL.encode(), "train.py": TRAIN.encode()}
    program = program_of_own(("train.py", "model.py"), lambda name: texts[name])

    assert [block.label for block in program.blocks] == ["model.py", "train.py"]
    with pytest.raises(StudentError, match=r"train.py and model.py: expected these"):
        program_of_own(("train.py", "model.py"), lambda _: None)
