"""A file that is made to keep the grader busy is read like any other."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING

import pytest
from hand_ins import CODE, notebook_text, put
from hostile import seconds

from grader.errors import UsageError
from grader.intake import IntakeOptions, archives, find_work
from grader.intake.commits import Clone
from grader.intake.decoding import decode
from grader.intake.helpers import MOST, with_helpers
from grader.intake.outline import SCAN_ALL_CAP, SCAN_CAP
from grader.intake.reading import program_of
from grader.intake.roster import read_roster

if TYPE_CHECKING:
    from pathlib import Path

# Each takes less than a tenth of a second, and took minutes, or gigabytes.
_SOON_S = 3.0
_QUOTED = f"import math\n{CODE}\n'''\n{{}}\n'''\n"


@pytest.mark.parametrize(
    "content",
    [
        b"# \xe9\n#" + b"a" * 500_000 + b"\n" + CODE.encode(),
        _QUOTED.format(f"from {'.' * 400_000}!").encode(),
        _QUOTED.format(f"from{' ' * 400_000}!").encode(),
        _QUOTED.format(f"import {'a.' * 80_000}a").encode(),
        _QUOTED.format(f"from {'a.' * 80_000}a import b").encode(),
    ],
    ids=["one line", "dots", "blanks", "parts", "parts of one"],
)
def test_file_that_looks_endless_is_read_at_once(
    tmp_path: Path, content: bytes
) -> None:
    put(tmp_path, "eve/autograd.py", content)
    put(tmp_path, "zoe/autograd.py")

    def read() -> None:
        work = find_work([tmp_path], ("autograd",)).work
        assert [w.student for w in work if w.program] == ["eve", "zoe"]

    assert seconds(read) < _SOON_S


def test_programs_that_list_many_modules_are_not_looked_through_for_all() -> None:
    asked: list[str] = []
    many = ", ".join(f"m{i}" for i in range(20_000))

    def read(name: str) -> bytes | None:
        asked.append(name)
        return f"import {many}\n".encode() if len(asked) < MOST else None

    program = program_of("work.py", f"import first, {many}\n".encode())

    assert seconds(lambda: with_helpers(program, read)) < _SOON_S
    assert asked[:2] == ["first.py", "m0.py"]
    assert len(asked) < 5000


def test_copies_of_one_name_in_an_archive_are_each_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[Path] = []
    alike = archives._alike

    def counted(path: Path) -> str:
        looked_at.append(path)
        return alike(path)

    monkeypatch.setattr(archives, "_alike", counted)
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        warnings.simplefilter("ignore")
        for _ in range(50):
            made.writestr("work.py", CODE)
        made.writestr("b" * 256, CODE)
    with (tmp_path / "a.zip").open("rb") as file:
        told = archives.unpack(file, tmp_path / "in", archives.ONE_STUDENT)

    assert len(looked_at) == 2 * 50 - 1
    assert len([*(tmp_path / "in").iterdir()]) == 50
    assert (tmp_path / "in" / "work (50).py").is_file()
    assert told.refused[-1] == "40 more were refused"


def test_cells_with_marks_of_a_merge_are_put_together_as_far_as_is_scanned() -> None:
    lines = f"x = {'1' * 70}\n" * 420
    cell = f"<<<<<<< a\n{lines}=======\n{lines}>>>>>>> b\n"
    program = program_of("work.ipynb", notebook_text(*[cell] * 4).encode())
    marked = [block.source.startswith("<") for block in program.blocks]

    assert len(cell) * 2 < SCAN_ALL_CAP < len(cell) * 3
    assert marked == [False, False, True, True]


def test_long_script_without_an_exercises_name_is_not_parsed(tmp_path: Path) -> None:
    hole = "def {}():\n    raise NotImplementedError\n"
    handouts = {
        name: (put(tmp_path, f"course/{name}.py", hole.format(name)),)
        for name in ("first", "second")
    }
    both = "def first(): return 1\ndef second(): return 2\n"
    put(tmp_path, "in/ann/lesson.py", both)
    put(tmp_path, "in/eve/lesson.py", both + f"{'a' * 99}\n" * (SCAN_CAP // 99))
    intake = find_work([tmp_path / "in"], tuple(handouts), handouts=handouts)
    found = [work.student for work in intake.work if work.program]

    assert found == ["ann", "ann"]


def test_bytes_that_are_no_utf_8_are_read_one_by_one_as_windows_has_them() -> None:
    letters = bytes(range(0x80, 0x100))
    text = "é" * 400 + "\n"
    decoded = decode("work.py", text.encode() + b"\n".join([letters] * 2))

    assert decoded.text == text + "\n".join([letters.decode("cp1252", "replace")] * 2)


def test_list_of_a_million_members_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(3):
            made.writestr(f"{number}.py", CODE, compress_type=zipfile.ZIP_DEFLATED)
            made.filelist[-1].comment = b"x" * 60_000

    def unpacked(members: int, into: str) -> str:
        limits = archives.ONE_STUDENT._replace(members=members)
        with path.open("rb") as file:
            return archives.unpack(file, tmp_path / into, limits).broken

    assert not unpacked(400, "all")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert unpacked(300, "none") == "it holds more than 300 files"


def test_text_cells_are_kept_as_far_as_anybody_reads() -> None:
    cells = [{"cell_type": "markdown", "source": "a"}] * 2000
    code = [{"cell_type": "code", "source": CODE}]
    program = program_of("work.ipynb", notebook_text(cells=cells + code).encode())

    assert len(program.prose) == 500
    assert len(program.blocks) == 1


def test_number_of_no_sign_in_a_typed_text_ends_nothing(tmp_path: Path) -> None:
    hole = "def first():\n    raise NotImplementedError\n"
    handouts = {"first": (put(tmp_path, "course/first.py", hole),)}
    put(tmp_path, "in/eve/onlinetext.html", f"def first(): &#{'9' * 5000};")
    put(tmp_path, "in/zoe/first.py", "def first(): return 1\n")
    eve, zoe = find_work([tmp_path / "in"], ("first",), handouts=handouts).work

    assert eve.missing is not None
    assert "typed online" in eve.missing
    assert zoe.program is not None


def test_commit_of_a_far_future_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"{10**18} {'a' * 40}\n".encode()
    monkeypatch.setattr(Clone, "_run", lambda *_: told)
    last = Clone(tmp_path, tmp_path).last("a" * 40, None)

    assert last is not None
    assert last[1].year > 4000


def test_class_list_with_an_endless_cell_is_told_as_no_csv(tmp_path: Path) -> None:
    path = put(tmp_path, "class.csv", f"id,name\neve,{'a' * 200_000}\n")

    with pytest.raises(UsageError, match="it is no CSV file"):
        read_roster(path)


MOODLE_S = "1_assignsubmission_file_x.py"
BLACKBOARD_S = "a_b_attempt_2026-01-01-00-00-00_autograd.py"


@pytest.mark.parametrize(
    ("named", "called"),
    [
        ("{0}_{1}_{1}0_{2}", MOODLE_S),
        ("{0}_{1}_{1}0_{2}", BLACKBOARD_S),
        ("{0}_{1}_assignsubmission_file_{2}", BLACKBOARD_S),
        ("hw_{0}_attempt_2026-11-02-10-00-0{1}_{2}", MOODLE_S),
    ],
)
def test_file_named_as_by_another_platform_confuses_nobody(
    tmp_path: Path, named: str, called: str
) -> None:
    for number, student in enumerate(("ann", "bo", "zoe"), start=1):
        put(tmp_path, named.format(student, number, "autograd.py"))
    put(tmp_path, named.format("eve", 4, called))
    intake = find_work([tmp_path], ("autograd",))
    graded = {work.student for work in intake.work if work.program}

    assert {"ann", "bo", "zoe"} <= graded
    assert {work.student for work in intake.work} == {"ann", "bo", "eve", "zoe"}


def test_name_of_a_file_makes_it_nobody_elses(tmp_path: Path) -> None:
    moodle = "{}_{}_assignsubmission_file_{}"
    forged = moodle.format("Zoe", 2, "autograd.py")
    put(tmp_path, f"moodle/{moodle.format('Eve', 1, forged)}")
    put(tmp_path, f"moodle/{moodle.format('Zoe', 2, 'autograd.py')}", "x = 1\n")
    blackboard = "hw_{}_attempt_2026-11-{}-10-00-00_autograd.py"
    late = blackboard.format("eve", 20).removesuffix("autograd.py")
    put(tmp_path, f"blackboard/{late}{blackboard.format('zoe', '01')}")
    put(tmp_path, f"blackboard/{blackboard.format('zoe', '02')}")
    people = "Identifier,Full name\nParticipant 2,Zoe\nParticipant 1,Eve\n"
    class_list = put(tmp_path, "class.csv", people)
    options = IntakeOptions(roster=class_list)
    from_moodle = find_work([tmp_path / "moodle"], ("autograd",), options=options)
    from_blackboard = find_work([tmp_path / "blackboard"], ("autograd",)).work
    found = [(w.student, w.file) for w in from_moodle.work]
    days = {w.student: w.delivery.at.day for w in from_blackboard if w.delivery}

    assert [student for student, _ in found] == ["Eve", "Zoe"]
    assert found[1] == ("Zoe", moodle.format("Zoe", 2, "autograd.py"))
    assert [work.student for work in from_blackboard] == ["eve", "zoe"]
    assert days == {"zoe": 2}
