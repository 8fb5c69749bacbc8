"""The desk over a class that was really graded: plots, points, a mistake, the table."""

from __future__ import annotations

import csv
import functools
from typing import TYPE_CHECKING

import driving
import pytest
from browser.looking import graves, served
from fake_learning import FakeForesight
from grading_runs import Watching

from grader import grading
from grader.authoring.adopting import Adopting
from grader.grading import GradeRequest
from grader.judging.drawing import Drawing
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from driving import Browser

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

pytestmark = [
    pytest.mark.skipif(not driving.PROGRAM, reason="there is no chromium here"),
    pytest.mark.needs_wall,
    pytest.mark.slow,
]
SOLUTION = """\
import matplotlib.pyplot as plt

def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION

def plot():
    # BEGIN SOLUTION
    plt.plot([double(x) for x in range(9)])
    # END SOLUTION
"""
HIDDEN = '''\
from grader import about, close_to, manual, points


@points(7)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    for _ in range(3):
        x = draw.real()
        assert student.double(x) == close_to(reference.double(x))


@about("plot")
@manual(points=3, rubric=["the axes have names", "the line rises"])
def test_plot():
    """A plot shows what double does."""
'''
WORK = """\
import matplotlib.pyplot as plt

def double({name}):
    return {name} {does}

def plot():
    plt.plot([double(x) for x in range(9)])
    plt.title("by {student}")
    plt.xlabel("x")
"""
# Two add where they should multiply, and no mistake of the course explains it.
DOES = {"anna": "+ 2", "ben": "+ 2", "carl": "* 2", "dora": "* 2"}


@pytest.fixture(scope="module")
def desk(
    browser: Browser,
    gate: Gate,
    tmp_path_factory: pytest.TempPathFactory,
    make_course: Callable[..., Course],
) -> Iterator[tuple[str, Path]]:
    """Return the address of an open desk, and the reports' folder."""
    folder = tmp_path_factory.mktemp("class")
    course = make_course(solution=SOLUTION, hidden=HIDDEN)
    for student, does in DOES.items():
        place = folder / "works" / student
        place.mkdir(parents=True)
        source = WORK.format(name=f"{student}s", does=does, student=student)
        (place / "double.py").write_text(source)
    out = folder / "out"
    behind = functools.partial(open_judges, gate=gate)
    request = GradeRequest(
        *((folder / "works",), course.root, out, 1),
        formats=("json", "csv", "checks", "html"),
    )
    grading.grade(request, Watching(), open_judges=behind)
    learner = Adopting(out, course.root, judges=behind)
    with Drawing(course.root, gate=gate) as draw:
        yield (
            served(browser, out, course.root, learner, FakeForesight(), draw),
            out,
        )


def told(browser: Browser) -> str:
    """Return what the page of a job says when the job has ended."""
    while browser.run("!!document.querySelector('[data-runs]')"):
        browser.click("main a[href='/job']")
    said: str = browser.run("document.querySelector('main').innerText")
    return said


def rows(out: Path, name: str) -> list[dict[str, str]]:
    return [*csv.DictReader((out / name).read_text("utf-8-sig").splitlines())]


def test_group_becomes_a_mistake_and_the_table_shows_it(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    home, out = desk
    browser.looks()
    browser.faults.clear()
    browser.open(home)
    totals = {row["student"]: row["total"] for row in rows(out, "grades.csv")}
    items = browser.run(
        "[...document.querySelectorAll('a.step')].map(a => a.innerText)"
    )
    (at,) = [n for n, text in enumerate(items) if "no mistake explains" in text]
    for _ in range(at + 1):
        browser.press("j")
    browser.press_and_go("Enter")
    browser.press_and_go("n")
    offered = browser.run("document.querySelector('pre.source').innerText")
    browser.fill("[name=name]", "adds_two")
    browser.fill("[name=question]", "Twice, or two more?")
    browser.click("button[value=adopt]")
    said = told(browser)
    checks = rows(out, "checks.csv")

    assert "anna" not in offered
    assert "+ 2" in offered
    assert "adds_two: written into mistakes.py" in said
    assert {
        row["student"]: row["question"]
        for row in checks
        if row["mistake"] == "adds_two"
    } == {"anna": "Twice, or two more?", "ben": "Twice, or two more?"}
    assert {r["student"]: r["total"] for r in rows(out, "grades.csv")} == totals
    browser.open(home)
    assert "no mistake explains" not in browser.run("document.body.innerText")
    assert browser.faults == []


def test_plot_is_seen_and_gets_its_points_by_keys_alone(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    home, out = desk
    browser.looks(width=320)
    browser.faults.clear()
    browser.open(f"{home}points")
    given = browser.run("document.querySelector('progress').value")
    browser.click("a.step")
    blind = browser.run("document.body.innerText")
    page = browser.run("location.href")
    browser.press_and_go("p")
    while browser.run("location.pathname") == "/job":
        browser.open(f"{home}job")
    wide = browser.run("document.querySelector('img.plot').naturalWidth")
    graved = graves(browser)
    narrow = browser.run("document.documentElement.scrollWidth")
    browser.press("1")
    browser.press("2")
    browser.press_and_go("Enter")
    browser.open(page)
    after = browser.run("document.querySelector('.desk:last-of-type').innerText")

    assert not [name for name in DOES if name in blind]
    assert wide == 640
    assert graved == []
    assert narrow == 320
    assert "Given: 3 of 3." in after
    assert "There: the axes have names; the line rises." in after
    browser.open(f"{home}points")
    assert browser.run("document.querySelector('progress').value") == given + 1
    assert graves(browser) == []
    browser.open(f"{page}?names")
    shown = browser.run("document.querySelector('header').innerText")
    (student,) = [name for name in DOES if f": {name}." in shown]
    assert browser.faults == []
    assert {r["student"]: r["score"] for r in rows(out, "checks.csv")}[student] == "0"
    right = 7 if "* 2" in DOES[student] else 0
    assert {r["student"]: r["total"] for r in rows(out, "grades.csv")}[student] == str(
        right + 3
    )
