"""An author's checks: what rests on what, whose fault it is, and what is refused."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_HIDDEN, program, verdict_on

from grader.course import Exercise, load_course
from grader.errors import AuthorError
from grader.judging.beside import importable
from grader.judging.reference import reference_of
from grader.judging.session import open_judges
from grader.model import Limits, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

DEPENDS = '''\
from grader import close_to, depends_on, points


@points(4)
def test_first(student):
    """double(2) is 4."""
    assert student.double(2) == close_to(4)


@points(6)
@depends_on("test_first")
def test_second(student):
    """double(5) is 10."""
    assert student.double(5) == close_to(10)
'''


@pytest.mark.parametrize(
    ("body", "outcomes"),
    [
        ("return 2 * x", ["passed", "passed"]),
        ("return 10", ["failed", "skipped"]),
        ('raise NotImplementedError("double: not written yet")', ["not_attempted"] * 2),
    ],
)
def test_check_that_rests_on_another_waits_for_it(
    judge_small: Callable[..., Verdict], body: str, outcomes: list[str]
) -> None:
    found = judge_small(program(f"def double(x): {body}"), hidden=DEPENDS)

    assert [f.outcome for f in found.findings[1:]] == outcomes


FAULTY = {
    "a check that raises": (
        "    student.double(3)\n    raise KeyError('secret')",
        "line 7, in test_it: KeyError",
    ),
    "a check with a wrong call of the reference": (
        "    assert student.double(3) == reference.duoble(3)",
        "AttributeError",
    ),
    "a name that is not there": (
        "    assert student.double(3) == doubel(3)",
        "NameError: name 'doubel' is not defined",
    ),
    "a comparison with what is no value": (
        "    assert student.double(3) == close_to(student)",
        "AuthorError: close_to: expected numbers, got Student",
    ),
    "an assert in the solution": (
        "    assert student.double(3) == reference.checked(3)",
        "AssertionError",
    ),
}


@pytest.mark.parametrize(("body", "fault"), FAULTY.values(), ids=FAULTY.keys())
def test_fault_in_check_or_solution_is_never_the_students(
    judge_small: Callable[..., Verdict], body: str, fault: str
) -> None:
    check = (
        "from grader import close_to, points\n\n@points(10)\n"
        f'def test_it(student, reference):\n    """It works."""\n{body}\n'
    )
    solution = "def double(x):\n    return 2 * x\ndef checked(x):\n    assert x < 0\n"
    found = judge_small(
        program("def double(x): return 2 * x"), hidden=check, solution=solution
    )

    assert found.findings[1].outcome is Outcome.GRADER_ERROR
    assert "secret" not in found.findings[1].message
    assert fault in found.faults[0]
    assert "secret" not in found.faults[0]


REFUSED = {
    "a fixture that is misspelt": (
        {"hidden": SMALL_HIDDEN.replace("reference", "refrence")},
        "line 4: `test_double_of_fresh_numbers` asks for `refrence`; there are",
    ),
    "points that do not add up": (
        {"hidden": SMALL_HIDDEN.replace("points(10)", "points(9)")},
        "expected checks of 10 points in all, as course.toml says, got 9 (",
    ),
    "a check without a title": (
        {"hidden": SMALL_HIDDEN.replace('    """double(x) is twice x."""\n', "")},
        "expected a docstring",
    ),
    "checks that do not parse": ({"hidden": "def test_x(:"}, "SyntaxError"),
    "checks that do not import": ({"hidden": "import nothing_such"}, "nothing_such"),
    "a solution that raises": ({"solution": "1 / 0"}, "ZeroDivisionError"),
    "points that are no number": (
        {"hidden": SMALL_HIDDEN.replace("points(10)", "points('x')")},
        "points: expected one number, got ('x',)",
    ),
    "an unknown visibility": (
        {
            "visible": "import grader\n"
            + SMALL_HIDDEN.replace("@points(10)", "@grader.visibility('all')")
        },
        "visibility: expected 'visible', 'hidden' or 'after_due', got ('all',)",
    ),
    "points of a check that is not there": (
        {"table": "check_points = {test_duoble = 3}"},
        "check_points: there is no check `test_duoble`.",
    ),
    "points that are there twice": (
        {
            "hidden": "import grader\n"
            + SMALL_HIDDEN.replace("@points", "@grader.manual(1)\n@points")
        },
        "expected points once, got them from `manual` and from `points`",
    ),
    "a check that rests on one below": (
        {"hidden": DEPENDS.replace('"test_first"', '"test_third"')},
        "depends_on: expected a check above it, got 'test_third'",
    ),
}


# These are found before any solution is run.
UNREADABLE = ("checks that do not parse", "checks that do not import")


@pytest.fixture(scope="module")
def refusals(make_course: Callable[..., Course], gate: Gate) -> tuple[str, str]:
    """Return why two courses are refused: one is unreadable, one has all else wrong."""
    rest = [what for what in REFUSED if what not in UNREADABLE]
    return (
        refusal(make_course, gate, UNREADABLE),
        refusal(make_course, gate, rest),
    )


def refusal(
    make_course: Callable[..., Course], gate: Gate, whats: Iterable[str]
) -> str:
    """Return why a course is refused that has one exercise for each thing wrong."""
    ids = {what: f"double_{number}" for number, what in enumerate(whats)}
    root, tables = make_course().root, ""
    for what, name in ids.items():
        folder = shutil.copytree(
            root / "solutions" / "double", root / "solutions" / name
        )
        files, _ = REFUSED[what]
        for file, text in files.items():
            if file == "table":
                tables += f'[exercise.{name}]\ntitle = "W"\n{text}\n'
                continue
            path = "solution.py" if file == "solution" else f"test_{file}.py"
            (folder / path).write_text(text)
    table = f'title = "Wrong"\nexercises = {[*ids.values()]}\n{tables}'
    (root / "solutions" / "course.toml").write_text(table)
    with (
        open_judges(load_course(root), gate=gate) as started,
        pytest.raises(AuthorError) as caught,
    ):
        assert started.checks
    return str(caught.value)


@pytest.mark.parametrize("what", REFUSED)
def test_wrong_course_is_refused_before_anything_is_graded(
    refusals: tuple[str, str], what: str
) -> None:
    _, words = REFUSED[what]

    assert words in refusals[what not in UNREADABLE]


def test_search_for_reasons_that_fails_costs_no_finding(
    judge_small: Callable[..., Verdict],
) -> None:
    broken = (
        "import grader.judging.diagnosis.examiner\n"
        "grader.judging.diagnosis.examiner._Examiner = None\n" + SMALL_HIDDEN
    )

    found = judge_small(program("def double(x): return 3 * x"), hidden=broken)

    assert [f.outcome for f in found.findings] == [Outcome.FAILED] * 2
    assert [f.name for f in found.findings if not f.message] == []
    assert "The search for reasons ended: TypeError" in found.faults[0]


def test_module_beside_the_checks_is_imported_by_them_alone(tmp_path: Path) -> None:
    (tmp_path / "common_helper.py").write_text("TWO = 2\n")
    with importable(tmp_path):
        module = importlib.import_module("common_helper")
        assert module.TWO == 2

    assert "common_helper" not in sys.modules
    assert str(tmp_path) not in sys.path
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("common_helper")


def test_solution_of_a_relative_course_reads_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = "from table_helper import ROWS\n"
    own += "from pathlib import Path\nTEXT = Path('data.txt').read_text()\n"
    (tmp_path / "double").mkdir()
    (tmp_path / "double" / "solution.py").write_text(own)
    (tmp_path / "double" / "table_helper.py").write_text("ROWS = 2\n")
    (tmp_path / "double" / "data.txt").write_text("here")
    monkeypatch.chdir(tmp_path)
    exercise = Exercise(
        *("double", "Double", 10.0, Limits(), Path("double/test_visible.py")),
        solution=Path("double/solution.py"),
        files=("data.txt",),
    )
    module = reference_of(exercise)

    assert (module.ROWS, module.TEXT) == (2, "here")
    assert Path.cwd() == tmp_path


@pytest.mark.parametrize("first", ["", "from __future__ import annotations\n"])
def test_solution_may_define_a_dataclass(
    tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another test may have left one.
    monkeypatch.delitem(sys.modules, "reference", raising=False)
    (tmp_path / "solution.py").write_text(
        f"{first}from dataclasses import dataclass\n\n\n@dataclass\nclass Pair:\n"
        f"    left: int\n    right: list[int]\n"
    )
    exercise = Exercise(
        *("pair", "Pair", 10.0, Limits(), tmp_path / "test_visible.py"),
        solution=tmp_path / "solution.py",
    )
    made = reference_of(exercise).Pair(1, [2])

    assert (made.left, made.right) == (1, [2])
    assert "reference" not in sys.modules


def test_checks_of_one_name_in_two_files_are_told_apart(
    make_course: Callable[..., Course], gate: Gate
) -> None:
    hidden = SMALL_HIDDEN.replace(
        "test_double_of_fresh_numbers", "test_double_of_three"
    )
    course = make_course(hidden=f"from common import TWICE\n{hidden}")
    folder = course.exercises[0].folder
    (folder / "common.py").write_text("TWICE = 2\n")
    with open_judges(course, gate=gate) as judges:
        found = verdict_on(judges, "def double(x): return 2 * x")

    assert [(f.name, f.outcome) for f in found.findings] == [
        ("test_double_of_three", Outcome.PASSED),
        ("test_hidden::test_double_of_three", Outcome.PASSED),
    ]
