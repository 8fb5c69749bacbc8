"""Points that a person gives: what waits, what is shown, and what becomes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from review.by_hand import PLACE, RUBRIC, first

from grader.gradebook import GRADEBOOK_FILE
from grader.report.formats import results_json
from grader.review.worklist import worklist

if TYPE_CHECKING:
    from desks import Desk


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
