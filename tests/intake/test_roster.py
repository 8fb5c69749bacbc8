"""The class list: its columns, who is who, who is missing, attempts and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hand_ins import CODE, put

from grader.course.rules import moment
from grader.errors import UsageError
from grader.intake import IntakeOptions, find_work
from grader.intake.roster import read_roster
from grader.model import Clock

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Intake

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework (123)
    Points Possible,,,,,10
"Müller, Anna",4711,u-1,amueller,Lab A,
"Li, Bo",4712,u-2,bli,Lab B,
"Student, Test",4713,,,Lab B,
"""
MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Last modified (submission)
Participant 51,Anna Müller,u-1,anna@example.edu,Submitted,"Monday, 2 November 2026, 11:58 PM"
"""  # noqa: E501 - as Moodle writes it


def read(root: Path, table: str, exercises: tuple[str, ...] = ("autograd",)) -> Intake:
    path = put(root, "class.csv", table)
    return find_work([root / "in"], exercises, options=IntakeOptions(roster=path))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (CANVAS, ["u-1", "u-2"]),
        (MOODLE, ["u-1"]),
        ("First Name,Last Name,SID,Email\nAnna,Müller,17,a@example.edu\n", ["17"]),
        ("username;first_name;last_name;github_id\nanna-m;Anna;Müller;9\n", ["anna-m"]),
        ("name\nAnna Müller\n\nBo Li\n", ["Anna Müller", "Bo Li"]),
        ("Vorname\tNachname\tE-Mail\nAnna\tMüller\ta@example.edu\n", ["a@example.edu"]),
    ],
)
def test_list_of_a_platform_is_read_as_it_is(
    table: str, expected: list[str], tmp_path: Path
) -> None:
    path = put(tmp_path, "class.csv", table)

    assert [person.student for person in read_roster(path).people] == expected


@pytest.mark.parametrize(
    "called",
    ["u-1", "4711", "amueller", "Anna Müller", "müller, anna", "mulleranna", "U-1"],
)
def test_student_is_found_by_whatever_the_folder_is_called(
    called: str, tmp_path: Path
) -> None:
    put(tmp_path, f"in/{called}/autograd.py")
    intake = read(tmp_path, CANVAS)
    works = {work.student: bool(work.program) for work in intake.work}

    assert works == {"u-1": True, "u-2": False}
    assert intake.people["u-1"].name == "Anna Müller"
    assert intake.people["u-1"].section == "Lab A"
    assert intake.absent == {"u-2"}


def test_who_is_not_in_the_list_is_graded_and_named(tmp_path: Path) -> None:
    put(tmp_path, "in/guest/autograd.py")
    intake = read(tmp_path, CANVAS)

    assert {w.student for w in intake.work if w.program} == {"guest"}
    assert "not in the class list, and graded: guest." in intake.notes


def test_name_that_two_students_have_is_nobodys(tmp_path: Path) -> None:
    put(tmp_path, "in/Bo Li/autograd.py")
    intake = read(tmp_path, "id,name\n1,Bo Li\n2,Li Bo\n")

    assert {w.student for w in intake.work if w.program} == {"Bo Li"}
    assert intake.absent == {"1", "2"}
    assert intake.notes == (
        "several of the class list are called so, graded as nobody's: Bo Li.",
    )


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("sep=;\nid;name\n7;Ann\n", ["Ann"]),
        ("id,name\n7.0,Ann\n", ["7", "007"]),
        ("id,name\n007,Ann\n0,Bo\n", ["7", "7.0"]),
        ("id,name\n07,Ann\n7,Bo\n007,Cy\n", ["07"]),
        ("id,group\n7,Team  B\n", ["team-b", "TEAM_B"]),
    ],
)
def test_what_a_spreadsheet_changes_changes_no_student(
    tmp_path: Path, table: str, names: list[str]
) -> None:
    roster = read_roster(put(tmp_path, "class.csv", table))
    first = roster.people[0].student

    assert [[p.student for p in roster.members(n)] for n in names] == [
        [first] for _ in names
    ]


def test_two_hand_ins_of_one_student_are_attempts_by_time(tmp_path: Path) -> None:
    put(tmp_path, "in/u-1/autograd.py", CODE, at=2000)
    put(tmp_path, "in/amueller/autograd.py", "x = 1\n", at=1000)
    works = [w for w in read(tmp_path, CANVAS).work if w.program]
    told = [
        (w.delivery.attempt, w.delivery.at.timestamp()) for w in works if w.delivery
    ]

    assert {w.student for w in works} == {"u-1"}
    assert told == [(1, 1000), (2, 2000)]


def test_group_of_the_list_gives_each_member_the_work(tmp_path: Path) -> None:
    put(tmp_path, "in/Team 1/autograd.py")
    intake = read(tmp_path, "id,group\na,Team 1\nb,Team 1\nc,Team 2\n")

    assert {w.student: bool(w.program) for w in intake.work} == {
        "a": True, "b": True, "c": False,
    }  # fmt: skip
    assert intake.absent == {"c"}


def test_time_that_moodle_lists_goes_before_the_files(tmp_path: Path) -> None:
    put(tmp_path, "in/Anna Müller_51_assignsubmission_file_/autograd.py")
    (work,) = read(tmp_path, MOODLE).work

    assert work.delivery is not None
    assert work.delivery.clock is Clock.LMS
    assert work.delivery.at == moment("2026-11-02T23:58:00Z", None)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("colour,size\nred,1\n", "expected a heading with some of"),
        ("id,name\n1,Ann\n1,Bo\n2,C\n2,D\n", r"1 is there 2 times[\s\S]*2 is there 2"),
        ("id,name\n", "there are no students in it"),
        (b"\0\1\2", "it is no CSV file"),
    ],
)
def test_list_that_cannot_be_used_is_refused(
    table: str | bytes, said: str, tmp_path: Path
) -> None:
    path = put(tmp_path, "class.csv", table)

    with pytest.raises(UsageError, match=said):
        read_roster(path)


def test_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it cannot be read: No such file"):
        read_roster(tmp_path / "none.csv")
