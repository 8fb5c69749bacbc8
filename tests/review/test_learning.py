"""The desk names mistakes, and says what a change would move, before it counts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from desks import EVIL, HOME

from grader.errors import UsageError
from grader.review.jobs import JobOutcome, Jobs
from grader.review.worklist import worklist

if TYPE_CHECKING:
    from desks import Desk

    from grader.review.jobs import DeskJob

FORMS = ("/name/double/ben", "/what-if", "/item/0")


def ended(desk: Desk) -> str:
    """Return the page of the job, once it is at its end."""
    while 'role="status" data-runs' in (page := desk.browser.get("/job").text):
        pass
    return page


def test_mistake_is_named_on_its_page(desk: Desk) -> None:
    desk.open()
    page = desk.browser.get("/name/double/ben").text
    fields = {"about": "double", "name": "gives_three", "question": "Why 3?"}
    answer = desk.send("/name/double/ben", "adopt", try_it="Print it.", **fields)
    last = ended(desk)
    (naming,) = desk.learner.named

    assert "def double(v1):\n    return 3" in page
    assert "No grade moves by it." in page
    assert (answer.status_code, answer.headers["location"]) == (303, "/job")
    assert (naming.student, naming.exercise, naming.about) == (
        "ben",
        "double",
        "double",
    )
    assert (naming.name, naming.question) == ("gives_three", "Why 3?")
    assert naming.try_it == "Print it."
    assert "gives_three: written into mistakes.py" in last


def test_mistake_that_is_refused_says_why_with_the_way_back(desk: Desk) -> None:
    desk.open()
    desk.send("/name/double/ben", "adopt", name="known", question="Why?")
    page = ended(desk)

    assert "Nothing was done" in page
    assert "there is a variant of this name" in page
    assert '<a href="/name/double/ben">Back</a>' in page


def test_what_if_says_who_moves_by_how_much_and_why(desk: Desk) -> None:
    desk.open()
    assert "writes no report" in desk.browser.get("/what-if").text
    desk.send("/what-if", "try")
    page = ended(desk)

    assert "1 grade would move" in page
    assert '<a href="/student/ben">ben</a>' in page
    assert "+4.5" in page
    assert "changed check: test_double" in page
    assert desk.score("ben") == 0


@pytest.mark.parametrize("path", [*FORMS, "/job"])
def test_page_is_for_whoever_has_the_link(desk: Desk, path: str) -> None:
    assert desk.browser.get(path).status_code == 403


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("origin", "csrf", "status"),
    [("http://evil.example", None, 403), ("", None, 403), (HOME, "wrong", 400)],
)
def test_form_of_somebody_else_starts_nothing(
    desk: Desk, path: str, origin: str, csrf: str | None, status: int
) -> None:
    desk.open()
    fields = {"csrf": csrf or desk.guard.csrf, "name": "x", "question": "y"}
    answer = desk.browser.post(path, data=fields, headers={"origin": origin})

    assert answer.status_code == status
    assert desk.learner.named == []
    assert desk.browser.get("/job").status_code == 404


def test_names_and_sources_do_nothing_on_these_pages(desk: Desk) -> None:
    desk.open()
    desk.learner.__init__(f"def double(x):\n    return '</pre>{EVIL}'\n")  # type: ignore[misc] # a double, made anew
    desk.foresight.__init__(EVIL)  # type: ignore[misc] # the same
    stem = desk.stem(EVIL)
    pages = [desk.browser.get(f"/name/double/{stem}").text]
    desk.send("/what-if", "try")
    pages.append(ended(desk))

    assert all("<img" not in page for page in pages)
    assert all("&lt;img" in page for page in pages)


@pytest.mark.parametrize("path", ["/name/double/nobody", "/name/none/ben"])
def test_mistake_of_nobody_has_no_page(desk: Desk, path: str) -> None:
    desk.open()

    assert desk.browser.get(path).status_code in (400, 404)
    assert desk.send(path, "adopt", name="known", question="y").status_code in (
        303,
        400,
    )


def test_item_that_has_changed_since_decides_nothing(desk: Desk) -> None:
    desk.open()
    old = desk.browser.get("/item/0").text.partition('name="item" value="')[2][:64]
    same = desk.send("/item/0", "comment", text="Look.", item=old)
    other = desk.send("/item/0", "comment", text="Look.", item="0" * 64)

    assert (same.status_code, other.status_code) == (303, 400)
    assert "The list has changed" in other.text


def test_group_has_a_link_to_name_its_mistake(desk: Desk) -> None:
    desk.open()
    desk.group("ben", EVIL)
    (found,) = [item for item in worklist(desk.results()) if item.exercise]
    number = worklist(desk.results()).index(found)

    assert 'href="/name/double/ben"' in desk.browser.get(f"/item/{number}").text


def test_one_job_runs_at_a_time() -> None:
    jobs, go = Jobs(), threading.Event()

    def work(job: DeskJob) -> JobOutcome:
        go.wait(60)
        return JobOutcome((job.title,))

    jobs.start("first", "/", work)
    with pytest.raises(UsageError, match="still running"):
        jobs.start("second", "/", work)
    go.set()
    assert jobs.last is not None
    assert jobs.last.title == "first"


def test_job_that_breaks_says_so() -> None:
    jobs = Jobs()

    def work(job: DeskJob) -> JobOutcome:
        raise ZeroDivisionError(job.title)

    jobs.start("first", "/", work)
    assert jobs.last is not None
    while jobs.last.runs:
        pass

    assert "our fault" in jobs.last.error
