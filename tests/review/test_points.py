"""Points that a person gives: what waits, what is shown, and what becomes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from handmade import checked, exercise, submission

from grader.gradebook import GRADEBOOK_FILE
from grader.model import Block, Outcome, Program, ProgramKind
from grader.report.formats import results_json
from grader.review.worklist import worklist
from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from desks import Desk

    from grader.model import SubmissionResult

RUBRIC = ("the axes have names", "the loss <b>falls</b>", "`w` is named")
SOURCE = "def double(x):\n    return 2 * x  # by Anna Lee\n\ndef plot():\n    'annas'\n"
PLACE = "/points/double/test_plot"


def waiting(student: str, name: str | None = None) -> SubmissionResult:
    """Return a student whose plot waits for a person."""
    plot = msgspec.structs.replace(
        checked("plot", Outcome.SKIPPED, points=3.0, title="A plot shows the loss."),
        by_hand=True,
        rubric=RUBRIC,
    )
    own = exercise("double", checked("double", points=7.0), plot)
    found = submission(student, own)
    return msgspec.structs.replace(found, complete=False, name=name)


@pytest.fixture
def hands(desk: Desk) -> Desk:
    """Return an open desk over three plots, of which two programs are kept."""
    missing = exercise("double", checked("plot", Outcome.NOT_ATTEMPTED, points=10.0))
    desk.write(
        waiting("s001", "Anna Lee"), waiting("s002"), submission("s003", missing)
    )
    program = Program(
        *(ProgramKind.SCRIPT, "annas.py", "00ff"),
        (Block("annas.py", SOURCE.encode()),),
    )
    with VerdictStore(desk.out / VERDICTS_FILE) as store:
        store.record_program("double", program)
    desk.open()
    return desk


def first(desk: Desk) -> str:
    """Return the address of the answer that waits first."""
    answer = desk.browser.get(PLACE, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def of(desk: Desk, student: str) -> str:
    """Return the address of a student's answer."""
    here, seen = first(desk), set[str]()
    while here not in seen:
        seen.add(here)
        page = desk.browser.get(f"{here}?names").text
        if f"<strong>{student}</strong>" in page:
            return here
        after = re.search(r'rel="(?:next|prev)" href="([^?"]+)', page)
        assert after
        here = after[1]
    raise AssertionError(student)


def given(desk: Desk, student: str) -> tuple[float, bool]:
    found = results_json.read(desk.out).submissions
    one = next(one for one in found if one.student == student)
    return one.score, one.complete


def test_waiting_points_stand_in_the_work_list_and_nowhere_else(hands: Desk) -> None:
    items = worklist(hands.results())
    by_hand = [item for item in items if item.why == "points to give by hand"]
    page = hands.browser.get("/").text

    assert [item.students for item in by_hand] == [("s001", "s002")]
    assert not [item for item in items if "not final" in item.why]
    assert not [item for item in items if "all but one" in item.why]
    assert f'href="{PLACE}"' in page


def test_page_shows_the_function_concerned_and_no_name(hands: Desk) -> None:
    for student in ("s001", "s002"):
        here = of(hands, student)
        page = hands.browser.get(here).text
        shown = re.sub("<[^>]+>", "", page)

        assert student not in page.replace(here, "")
        assert student not in here
        assert "plot" in shown
    page = hands.browser.get(of(hands, "s001")).text
    assert "nna" not in page
    assert "Lee" not in page
    assert "return 2" not in re.sub("<[^>]+>", "", page)
    assert "the loss &lt;b&gt;falls" in page


def test_points_follow_what_is_there(hands: Desk) -> None:
    here = of(hands, "s001")
    answer = hands.send(here, "override", item1="yes", item3="yes", text="Well done.")
    page = hands.browser.get(here).text

    assert given(hands, "s001") == (9.0, True)
    assert answer.headers["location"] == of(hands, "s002")
    assert "There: the axes have names; `w` is named." in page
    assert "Not yet there: the loss &lt;b&gt;falls&lt;/b&gt;. Well done." in page
    assert "1 of 2 given" in page
    assert '"s001","9"' in (hands.out / "grades.csv").read_text()


def test_points_that_are_typed_count_and_can_be_taken_back(hands: Desk) -> None:
    here = of(hands, "s002")
    hands.send(here, "override", score="0.5", item1="yes")
    assert given(hands, "s002") == (7.5, True)

    hands.send(here, "undo-override")
    assert given(hands, "s002") == (7.0, False)


def test_last_answer_leads_back_to_the_list(hands: Desk) -> None:
    hands.send(of(hands, "s001"), "override", score="1")
    answer = hands.send(first(hands), "override", score="3")

    assert answer.headers["location"] == "/points"
    assert "2 of 2 given" in hands.browser.get("/points").text
    assert hands.browser.get(PLACE, follow_redirects=False).headers["location"] == (
        "/points"
    )
    assert worklist(hands.results())[0].why != "points to give by hand"


@pytest.mark.parametrize("score", ["4", "-1", "many", "nan"])
def test_points_that_cannot_be_say_why(hands: Desk, score: str) -> None:
    answer = hands.send(first(hands), "override", score=score)

    assert answer.status_code == 400
    assert "expected 0 to 3" in answer.text
    assert not (hands.out / GRADEBOOK_FILE).exists()


@pytest.mark.parametrize("path", [f"{PLACE}/0", "/points/double/none/0"])
def test_answer_that_is_not_there_has_no_page(hands: Desk, path: str) -> None:
    assert hands.browser.get(path).status_code == 404
    assert hands.send(path, "override", score="1").status_code == 400


def test_points_are_given_by_whoever_has_the_link_alone(hands: Desk) -> None:
    here = first(hands)
    fields = {"csrf": hands.guard.csrf, "action": "override", "score": "3"}
    evil = hands.browser.post(here, data=fields, headers={"origin": "http://e.example"})
    wrong = hands.send(here, "override", csrf="wrong", score="3")
    many = hands.send(here, "override", **{f"x{n}": "y" for n in range(200)})
    hands.browser.cookies.clear()
    closed = hands.send(here, "override", score="3")

    assert (evil.status_code, wrong.status_code, many.status_code) == (403, 400, 400)
    assert closed.status_code == 403
    assert hands.browser.get("/points").status_code == 403
    assert not (hands.out / GRADEBOOK_FILE).exists()


def test_results_file_tells_the_rubric_of_checks_by_hand_alone(hands: Desk) -> None:
    checks = msgspec.json.decode((hands.out / "results.json").read_bytes())
    first_one = checks["submissions"][0]["exercises"][0]["checks"]

    assert [each.get("rubric") for each in first_one] == [None, list(RUBRIC)]
