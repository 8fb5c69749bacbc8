"""Whole runs, with processes and the wall: what is kept, what ends cleanly."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_HIDDEN, descendants, stretch
from typed import Done, typed

from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"
SLOW = "import time\ntime.sleep(0.3)\n" + RIGHT
SPY = """\
import os


def double(x):
    return 2 * x if "SECRET" not in os.environ else 0
"""
GRADER = [sys.executable, "-m", "grader"]


def class_of(folder: Path, **sources: str) -> Path:
    for student, source in sources.items():
        place = folder / "submissions" / student
        place.mkdir(parents=True)
        (place / "double.py").write_text(source)
    return folder / "submissions"


def grade(submissions: Path, course: Course, out: Path, gate: Gate, *more: str) -> Done:
    """Return what grading prints, in this process and behind the shared wall."""
    where = ("--course", course.root, "--out", out)
    return typed("grade", submissions, *where, *more, gate=gate)


def test_class_is_graded_and_every_report_written(
    tmp_path: Path,
    make_course: Callable[..., Course],
    gate: Gate,
) -> None:
    submissions = class_of(tmp_path, ann=RIGHT, bob=WRONG, eve=SPY)
    done = grade(submissions, make_course(), tmp_path / "out", gate)
    results = results_json.parse((tmp_path / "out" / "results.json").read_bytes())

    assert done.returncode == 0, done.stderr
    # A worker has nothing of what was set where the wall started: eve's work is right.
    assert [(s.student, s.score) for s in results.submissions] == [
        ("ann", 10.0),
        ("bob", 0.0),
        ("eve", 10.0),
    ]
    assert results.sandbox != "none"
    assert f"sandbox: {results.sandbox}" in done.stdout
    assert (tmp_path / "out" / "grades.csv").is_file()
    assert (tmp_path / "out" / "students" / "bob.md").is_file()
    assert "graded 3 of 3" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_run_without_a_wall_says_so_everywhere(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    out = tmp_path / "out"
    submissions = class_of(tmp_path, ann=RIGHT)
    done = grade(submissions, make_course(), out, gate, "--sandbox", "none")

    assert results_json.parse((out / "results.json").read_bytes()).sandbox == "none"
    assert "sandbox: none" in done.stdout
    assert "sandbox: none" in (out / "students" / "ann.md").read_text().lower()


def started(tmp_path: Path, course: Course, count: int = 40) -> subprocess.Popen[str]:
    """Start a run that takes seconds, and wait until something is graded."""
    names = {f"s{i:03d}": SLOW + f"# {i}\n" for i in range(count)}
    process = subprocess.Popen(
        [
            *[*GRADER, "grade", str(class_of(tmp_path, **names))],
            *["--course", str(course.root), "--out", str(tmp_path / "out")],
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("graded "):
            break
    return process


def runs(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def left_of(pids: set[int]) -> set[int]:
    """Return which of these processes still run after a while."""
    deadline = time.monotonic() + 30
    while True:
        left = {pid for pid in pids if runs(pid)}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.05)


def strange(errors: str) -> list[str]:
    """Return the lines on a run's stderr that are neither progress nor ours."""
    ours = ("found ", "layout: ", "graded ", "interrupted: ", "grader: ")
    return [line for line in errors.splitlines() if not line.startswith(ours)]


def test_refusal_is_the_message_and_nothing_else(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    course = make_course(hidden=SMALL_HIDDEN.replace("@points(10)", "@points(4)"))
    names = {f"s{number}": RIGHT + f"# {number}\n" for number in range(16)}
    submissions = class_of(tmp_path, **names)
    done = grade(submissions, course, tmp_path / "out", gate, "--jobs", "4")

    assert done.returncode == 2
    assert "as course.toml says, got 4" in done.stderr
    assert strange(done.stderr) == []


def test_checkers_last_words_come_with_our_fault(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    dies = "import os, sys\nprint('the cause', file=sys.stderr)\nos._exit(1)\n"
    course = make_course(hidden=dies + SMALL_HIDDEN)
    done = grade(class_of(tmp_path, ann=RIGHT), course, tmp_path / "out", gate)

    assert done.returncode == 3
    assert "checker process ended before it was ready. It said:\n" in done.stderr
    assert strange(done.stderr) == ["the cause"]


def test_module_that_cannot_be_imported_is_named_without_a_traceback(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    table = 'title = "x"\nexercises = ["double"]\npreload = ["json.nnn"]\n'
    submissions = class_of(tmp_path, ann=RIGHT)
    done = grade(submissions, make_course(table=table), tmp_path / "out", gate)

    assert done.returncode == 2
    assert "got `json.nnn`: No module named 'json.nnn'" in done.stderr
    assert "Traceback" not in done.stderr


def test_interrupt_stops_within_a_second_and_says_what_is_kept(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    process = started(tmp_path, make_course())
    below = descendants(process.pid)
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    took = time.monotonic() - begun

    assert process.returncode == 130
    assert took < 1.5 * stretch()
    assert "of 40 files were graded and are kept in" in errors
    assert strange(errors) == []
    assert len(below) >= 2
    assert left_of(below) == set()
    assert not (tmp_path / "out" / "results.json").exists()


@pytest.mark.long
def test_killed_run_leaves_no_half_file_no_process_and_goes_on_from_there(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    course = make_course()
    process = started(tmp_path, course, count=12)
    below = descendants(process.pid)
    process.kill()
    _, errors = process.communicate(timeout=60)

    assert strange(errors) == []
    assert len(below) >= 2
    assert left_of(below) == set()
    assert not (tmp_path / "out" / "results.json").exists()

    done = grade(tmp_path / "submissions", course, tmp_path / "out", gate)
    results = json.loads((tmp_path / "out" / "results.json").read_text())

    assert "verdicts as they stand" in done.stderr
    assert [s["score"] for s in results["submissions"]] == [10.0] * 12


def test_changed_points_judge_nothing_and_a_changed_check_judges_again(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    course = make_course()
    submissions, out = class_of(tmp_path, ann=RIGHT, bob=WRONG), tmp_path / "out"
    hidden = course.root / "solutions" / "double" / "test_hidden.py"
    table = course.root / "solutions" / "course.toml"

    def again() -> tuple[list[float], str]:
        done = grade(submissions, course, out, gate)
        results = results_json.parse((out / "results.json").read_bytes())
        return [s.score for s in results.submissions], done.stderr

    assert again()[0] == [10.0, 0.0]

    hidden.write_text(hidden.read_text().replace("@points(10)", "@points(4)"))
    with table.open("a") as file:
        file.write('[exercise.double]\ntitle = "Twice"\npoints = 4\n')
    scores, errors = again()

    assert scores == [4.0, 0.0]
    assert " verdicts as they stand" in errors
    assert "graded 1 of" not in errors

    hidden.write_text(hidden.read_text().replace("range(3)", "range(2)"))
    scores, errors = again()

    assert scores == [4.0, 0.0]
    assert "as they stand" not in errors
    assert "graded 1 of" in errors


def test_checker_that_dies_costs_nobody_else_anything(
    tmp_path: Path, make_course: Callable[..., Course], gate: Gate
) -> None:
    hidden = SMALL_HIDDEN.replace(
        "    for _ in range(3):",
        "    if student.double(3) == 7:\n        import os\n        os._exit(1)\n"
        "    for _ in range(3):",
    )
    submissions = class_of(
        tmp_path, ann=RIGHT, bob="def double(x): return 7", cyd=RIGHT + "#\n"
    )
    done = grade(submissions, make_course(hidden=hidden), tmp_path / "out", gate)
    results = json.loads((tmp_path / "out" / "results.json").read_text())

    assert done.returncode == 0, done.stderr
    assert [(s["score"], s["complete"]) for s in results["submissions"]] == [
        (10.0, True),
        (0.0, True),
        (10.0, True),
    ]
    bob = results["submissions"][1]["exercises"][0]
    assert {check["outcome"] for check in bob["checks"]} == {"crashed"}
    assert "author: double, bob: The checker process" in done.stderr
    assert bob["faults"][0].startswith("The checker process")
