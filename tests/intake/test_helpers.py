"""Modules beside a program that it imports come with it, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hand_ins import notebook_text, only, put

from grader.intake import find_work
from grader.model import Block, Program, ProgramKind, WhyLeft

if TYPE_CHECKING:
    from pathlib import Path

USING = "from helper import forward\nimport shapes as s, numpy\n"


def test_module_beside_a_program_comes_with_it(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/src/autograd.py", USING)
    put(tmp_path, "in/ann/src/helper.py", "from deeper import forward\n")
    put(tmp_path, "in/ann/src/deeper.py", "def forward(w, x): return w * x\n")
    put(tmp_path, "in/ann/src/stranger.py", "x = 1\n")
    intake = find_work([tmp_path / "in"], ("autograd",))
    work = only(intake)

    assert work.program is not None
    labels = [block.label for block in work.program.helpers]
    assert labels == ["helper.py", "deeper.py"]
    assert "it uses them: helper.py, deeper.py." in work.notes[-1]
    assert intake.notes == ("ann: not an exercise, and not graded: src/stranger.py.",)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("%run helper.py", "helper.py"),
        ("%run -i helper", "helper.py"),
        ('%run "./helper.ipynb"', "helper.ipynb"),
        ("%run parts/more.ipynb", "parts/more.ipynb"),
        ('exec(open("helper.py").read())', "helper.py"),
        ("import runpy\nrunpy.run_path('./parts/more.py')", "parts/more.py"),
    ],
)
def test_file_that_a_program_runs_comes_with_it(
    tmp_path: Path, line: str, label: str
) -> None:
    put(tmp_path, "in/ann/autograd.ipynb", notebook_text(f"x = 1\n{line}\n"))
    for name in ("helper", "parts/more"):
        put(tmp_path, f"in/ann/{name}.py", "def forward(w, x): return w * x\n")
        put(tmp_path, f"in/ann/{name}.ipynb", notebook_text("y = 2", "z = 3"))
    work = only(find_work([tmp_path / "in"], ("autograd",)))

    assert work.program is not None
    assert [block.label for block in work.program.helpers] == [label]
    assert work.notes == (f"Read with it, because it uses them: {label}.",)


def test_only_files_of_the_programs_own_folder_come_with_it(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py", "import helper\nfrom os import path\n")
    put(tmp_path, "in/ann/deeper/helper.py", "x = 1\n")
    put(tmp_path, "in/bo/helper.py", "x = 1\n")
    (tmp_path / "in/ann/os.py").symlink_to("/etc/passwd")
    work = find_work([tmp_path / "in"], ("autograd",)).work[0]

    assert work.program is not None
    assert work.program.helpers == ()


def test_module_that_is_too_large_or_no_text_stays_out(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py", "import large, picture\n")
    put(tmp_path, "in/ann/large.py", "x = 1\n" * 100_000)
    put(tmp_path, "in/ann/picture.py", b"\x89PNG\r\n\x1a\n\0\0")
    work = only(find_work([tmp_path / "in"], ("autograd",)))

    assert work.program is not None
    assert work.program.helpers == ()


def test_modules_of_a_folder_beside_come_with_a_program(tmp_path: Path) -> None:
    put(
        tmp_path,
        "in/ann/autograd.py",
        "from utils.helper import (\n    plot,\n)\nfrom tools import more\nimport a.b",
    )
    put(tmp_path, "in/ann/utils/helper.py", "from .deeper import x\nfrom . import y\n")
    put(tmp_path, "in/ann/utils/deeper.py", "x = 1\n")
    put(tmp_path, "in/ann/utils/y.py", "from ..b import *\n")
    put(tmp_path, "in/ann/tools/__init__.py", "")
    put(tmp_path, "in/ann/tools/more.py", "x = 1\n")
    put(tmp_path, "in/ann/a/b.py", "x = 1\n")
    put(tmp_path, "in/ann/stray/helper.py", "x = 1\n")
    work = only(find_work([tmp_path / "in"], ("autograd",)))

    assert work.program is not None
    assert [block.label for block in work.program.helpers] == [
        *("utils/helper.py", "tools/__init__.py", "tools/more.py", "a/b.py"),
        *("utils/deeper.py", "utils/y.py"),
    ]


GIVEN = {"autograd": {"tables.py": b"ROWS = 2\n", "data/points.csv": b"1\n"}}


def test_file_that_comes_with_the_exercise_is_the_courses_own(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py", "import tables, helper\n")
    put(tmp_path, "in/ann/tables.py", "ROWS = 2\r\n")
    put(tmp_path, "in/ann/helper.py", "x = 1\n")
    put(tmp_path, "in/ann/data/points.csv", "1\n")
    intake = find_work([tmp_path / "in"], ("autograd",), given=GIVEN)
    work = only(intake)

    assert work.program is not None
    assert [block.label for block in work.program.helpers] == ["helper.py"]
    assert work.notes == ("Read with it, because it uses them: helper.py.",)
    assert [(one.place, one.why, one.said) for one in intake.left] == [
        (place, WhyLeft.HANDOUT, "Not graded: handed out with the exercise.")
        for place in ("tables.py", "data/points.csv")
    ]
    assert intake.notes == ()


def test_file_that_was_changed_since_it_was_handed_out_is_told(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py", "import tables\n")
    put(tmp_path, "in/ann/tables.py", "ROWS = 3\n")
    work = only(find_work([tmp_path / "in"], ("autograd",), given=GIVEN))

    assert " ".join(work.notes) == (
        "Your tables.py is not graded: it is not as it was handed out with the "
        "exercise, and the course's own was used."
    )


def test_module_of_a_given_name_is_read_for_an_exercise_without_it(
    tmp_path: Path,
) -> None:
    put(tmp_path, "in/ann/other.py", "import tables\n")
    put(tmp_path, "in/ann/tables.py", "ROWS = 3\n")
    intake = find_work([tmp_path / "in"], ("autograd", "other"), given=GIVEN)
    work = only(intake, "other")

    assert work.program is not None
    assert [block.label for block in work.program.helpers] == ["tables.py"]
    assert intake.left == ()


def test_digest_is_that_of_older_kits_unless_there_are_helpers() -> None:
    plain = Program(ProgramKind.SCRIPT, "a.py", "00", (Block("a.py", b"x = 1\n"),))
    helped = Program(
        *(ProgramKind.SCRIPT, "a.py", "00", plain.blocks),
        helpers=(Block("helper.py", b""),),
    )

    assert plain.digest() == (
        "f9df5b714f3eaea3bba5b6cce2484d279d3d13df5afa67fca0e7ffe2864aea99"
    )
    assert helped.digest() != plain.digest()
