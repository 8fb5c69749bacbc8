"""Pages and the desk in a real browser: for everybody to read, and to work with."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import driving
import pytest
from browser.looking import graves, served
from fake_learning import FakeDraw, FakeForesight, FakeLearner
from handmade import (
    ANNA,
    BEN,
    UNFINISHED,
    checked,
    exercise,
    hostile,
    results,
    submission,
)

from grader.model import Outcome
from grader.report import write_reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from driving import Browser

    from grader.course import Course

pytestmark = [
    pytest.mark.skipif(not driving.PROGRAM, reason="there is no chromium here"),
    pytest.mark.slow,
]
# What keeps somebody from reading a page.
PAGES = ("", "item/0", "student/ben", "name/double/ben", "what-if", "job")
EVIL = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    write_reports(results(ANNA, BEN, UNFINISHED, hostile(EVIL)), out, ("html",))
    return out / "html"


@pytest.fixture(scope="module")
def desk(
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    make_course: Callable[..., Course],
) -> tuple[str, Path]:
    """Return the address of a desk that is open, and the reports' folder."""
    out = tmp_path_factory.mktemp("reports")
    failed = checked("double_of_fresh_numbers", Outcome.FAILED, "gave 3", points=10.0)
    right = checked("double_of_fresh_numbers", points=10.0)
    of = results(
        submission("anna", exercise("double", right)),
        submission("ben", exercise("double", failed)),
        submission(EVIL, exercise("double", failed)),
    )
    write_reports(of, out, ("json", "csv", "html"))
    home = served(
        *(browser, out, make_course().root),
        *(FakeLearner(), FakeForesight(), FakeDraw()),
    )
    return home, out


@pytest.mark.parametrize("page", ["class/index.html", "students/ben.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_a_report_keeps_nobody_out(
    page: str, scheme: str, browser: Browser, site: Path
) -> None:
    browser.looks(scheme=scheme, width=320)
    browser.open((site / page).as_uri())

    assert graves(browser) == []
    assert browser.run("document.documentElement.scrollWidth") == 320


def test_printed_page_hides_nothing_that_is_folded(
    browser: Browser, site: Path
) -> None:
    browser.looks(media="print")
    browser.open((site / "students" / "ben.html").as_uri())

    assert "loss is right." in browser.run("document.querySelector('main').innerText")
    assert browser.run("getComputedStyle(document.body).backgroundColor") in (
        *("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"),
    )


def test_desk_goes_from_the_work_list_to_the_table_of_grades(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    home, out = desk
    browser.looks()
    browser.faults.clear()
    browser.requested.clear()
    browser.open(home)
    browser.press("j")
    browser.press_and_go("Enter")
    heading = browser.run("document.querySelector('h1').innerText")
    browser.fill("#comment", "Which factor is it?")
    browser.click("button[value=comment]")
    browser.open(f"{home}student/ben")
    comment = browser.run("document.querySelector('.comment').innerText")
    browser.run("document.querySelector('[name=about]').value = 'double'")
    browser.fill("#score", "7")
    browser.fill("[name=reason]", "The idea is right.")
    browser.click("button[value=override]")
    seen = browser.run("document.querySelector('header').parentNode.innerText")
    table = csv.DictReader(io.StringIO((out / "grades.csv").read_text()))

    assert "2 students" in heading
    assert "Which factor is it?" in comment
    assert "The idea is right." in seen
    assert {r["student"]: r["total"] for r in table} == {
        "anna": "10",
        "ben": "7",
        EVIL: "0",
    }
    assert "The idea is right." in (out / "html/students/ben.html").read_text()
    assert browser.faults == []
    assert {url.split("/")[2] for url in browser.requested} == {home.split("/")[2]}
    assert browser.run("document.title") != "owned"
    for address in PAGES[:3]:
        browser.open(f"{home}{address}")
        assert graves(browser) == [], address


def test_desk_learns_a_mistake_and_looks_ahead(
    browser: Browser, desk: tuple[str, Path]
) -> None:
    home, _ = desk
    browser.looks()
    browser.open(f"{home}name/double/ben")
    browser.fill("[name=name]", "gives_three")
    browser.fill("[name=question]", "Why is it always 3?")
    browser.click("button[value=adopt]")
    browser.open(f"{home}job")
    learnt = browser.run("document.querySelector('main').innerText")
    browser.open(f"{home}what-if")
    browser.click("button[value=try]")
    browser.open(f"{home}job")
    moved = browser.run("document.querySelector('main').innerText")

    assert "gives_three: written into mistakes.py" in learnt
    assert "ben: 0 of 10, then 4.5 of 10" in moved
    browser.looks(width=320)
    for address in PAGES:
        browser.open(f"{home}{address}")
        assert graves(browser) == [], address
        assert browser.run("document.documentElement.scrollWidth") == 320, address
