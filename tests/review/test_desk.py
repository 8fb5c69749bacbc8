"""The desk: who may talk to it, what it shows, and what it keeps."""

from __future__ import annotations

import html
import re

import pytest
from desks import HOME, PORT, Desk, of_double
from handmade import BEN, UNFINISHED, exercise, hostile, results, submission
from starlette.testclient import TestClient

from grader.gradebook import GRADEBOOK_FILE, Gradebook
from grader.report import write_reports
from grader.review.guard import MOST_BYTES
from grader.review.worklist import worklist


def test_link_opens_the_desk_once(desk: Desk) -> None:
    assert desk.open().status_code == 200
    assert desk.browser.get("/").status_code == 200

    other = TestClient(desk.browser.app, base_url=HOME)
    assert other.get("/", params={"token": desk.guard.token}).status_code == 403


def test_page_lets_a_browser_say_where_a_form_comes_from(desk: Desk) -> None:
    """With `no-referrer` a browser sends the origin `null`, and no form is taken."""
    answer = desk.open()

    assert answer.headers["referrer-policy"] == "same-origin"
    assert '<meta name="referrer" content="same-origin">' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors" not in answer.text


@pytest.mark.parametrize("path", ["/", "/student/ben", "/item/0", "/page.css"])
def test_nothing_is_shown_without_the_link(desk: Desk, path: str) -> None:
    answer = desk.browser.get(path)

    assert answer.status_code == 403
    assert "ben" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1"])
def test_another_host_name_is_refused(desk: Desk, host: str) -> None:
    desk.open()

    assert desk.browser.get("/", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", f"{HOME}.x"])
def test_form_of_another_page_decides_nothing(desk: Desk, origin: str) -> None:
    desk.open()
    fields = {"csrf": desk.guard.csrf, "action": "comment", "text": "hello"}
    answer = desk.browser.post(
        "/student/ben", data=fields, headers={"origin": origin} if origin else {}
    )

    assert answer.status_code == 403
    assert not (desk.out / GRADEBOOK_FILE).exists()


@pytest.mark.parametrize("csrf", ["", "wrong"])
def test_form_without_the_token_decides_nothing(desk: Desk, csrf: str) -> None:
    desk.open()

    assert desk.send("/student/ben", "comment", csrf=csrf, text="x").status_code == 400
    assert not (desk.out / GRADEBOOK_FILE).exists()


def test_form_that_is_too_large_is_refused(desk: Desk) -> None:
    desk.open()

    answer = desk.send("/student/ben", "comment", text="x" * MOST_BYTES)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("/student/../results.json", "/..%2fresults.json", "/results.json"),
        *("/student/nobody", "/item/99", "/chart/ben/1.svg", "/chart/x/0.svg"),
    ],
)
def test_what_is_no_page_is_not_found(desk: Desk, path: str) -> None:
    desk.open()

    assert desk.browser.get(path).status_code == 404


def test_every_answer_forbids_what_the_desk_does_not_need(desk: Desk) -> None:
    for answer in (desk.browser.get("/"), desk.open(), desk.browser.get("/desk.js")):
        policy = answer.headers["content-security-policy"]

        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_text_of_a_student_does_nothing_on_the_desk(desk: Desk) -> None:
    page = desk.open().text

    assert "<img" not in page
    assert "&lt;img" in page


def test_override_is_kept_and_stands_in_the_reports(desk: Desk) -> None:
    desk.open()
    answer = desk.send(
        "/student/ben", "override", about="double", score="7", reason="read by hand"
    )

    assert answer.status_code == 303
    assert desk.score("ben") == 7
    assert "read by hand" in desk.browser.get("/student/ben").text
    assert '"ben","7"' in (desk.out / "grades.csv").read_text()

    desk.send("/student/ben", "undo-override", about="double")
    assert desk.score("ben") == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"about": "double", "score": "11", "reason": "x"}, "expected 0 to 10"),
        ({"about": "double", "score": "many", "reason": "x"}, "expected 0 to 10"),
        ({"about": "double", "score": "1"}, "needs a reason"),
        ({"score": "1", "reason": "x"}, "needs an exercise"),
        ({"about": "dubble", "score": "1", "reason": "x"}, "Did you mean `double`"),
    ],
)
def test_override_that_cannot_be_says_why(
    desk: Desk, fields: dict[str, str], said: str
) -> None:
    desk.open()
    answer = desk.send("/student/ben", "override", **fields)

    assert answer.status_code == 400
    assert said in html.unescape(answer.text).replace("<code>", "`").replace(
        "</code>", "`"
    )
    assert '<a href="/student/ben">Back</a>' in answer.text
    assert desk.score("ben") == 0


def test_one_comment_for_all_of_an_item(desk: Desk) -> None:
    desk.open()
    page = desk.browser.get("/item/0")
    answer = desk.send("/item/0", "comment", text="Look at the factor.")

    assert "no points" in page.text
    assert answer.status_code == 303
    for stem in re.findall(r'href="(/student/[^"]+)"', page.text):
        assert "Look at the factor." in desk.browser.get(stem).text
    with Gradebook(desk.out / GRADEBOOK_FILE) as book:
        assert {entry.decision.by for entry in book.entries("ben")} == {"dean"}


def test_flag_is_for_instructors_alone(desk: Desk) -> None:
    desk.open()
    desk.send("/student/ben", "flag", text="ask the tutor")

    assert "ask the tutor" not in (desk.out / "students" / "ben.md").read_text()


def test_desk_sees_what_a_run_writes_meanwhile(desk: Desk) -> None:
    desk.open()
    write_reports(results(of_double("zoe")), desk.out, ("json",))

    assert "zoe" in desk.browser.get("/").text


def test_worklist_begins_with_grades_that_are_not_final() -> None:
    absent = submission("zoe", exercise("backprop", file=None))
    items = worklist(results(absent, BEN, hostile("x"), UNFINISHED))

    assert items[0].why.startswith("not final")
    assert items[0].students == ("carl",)
    assert items[-1].why == "nothing handed in"
    assert items[-1].students == ("zoe",)
