"""Shares of a class that were graded apart give the files of one run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_judges import FakeJudges
from handmade import ANNA, BEN, PROPERTY, results
from helpers import Quiet
from hypothesis import given
from hypothesis import strategies as st

from grader import grading
from grader.errors import UsageError
from grader.intake import Share, share
from grader.merging import merge, together
from grader.model import Lack, LackKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

FORMATS = ("json", "csv", "markdown")


@PROPERTY
@given(st.text(), st.integers(1, 9))
def test_each_student_is_in_one_share(student: str, of: int) -> None:
    taken = [n for n in range(1, of + 1) if Share(n, of).takes(student)]

    assert len(taken) == 1


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", ""])
def test_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--shard .*expected a share such as 2/8"):
        share(text)


def grade(folder: Path, course: Course, out: str, of: Share | None = None) -> Path:
    judges = FakeJudges()
    request = grading.GradeRequest(
        submissions=(folder / "submissions",),
        course=course.root,
        out=folder / out,
        jobs=1,
        formats=FORMATS,
        share=of,
    )
    grading.grade(request, Quiet(), open_judges=judges.open)
    return folder / out


def content(folder: Path) -> dict[str, str]:
    """Return the reports, without the time that each took."""
    files = [path for path in folder.rglob("*") if path.suffix in {".csv", ".md"}]
    texts = {str(path.relative_to(folder)): path.read_text() for path in files}
    told = json.dumps(json.loads((folder / "results.json").read_text()))
    texts["results.json"] = re.sub(r'"seconds": [\d.e-]+', "", told)
    return texts


def test_merged_shares_are_the_files_of_one_run(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    course = make_course()
    for number in range(12):
        place = tmp_path / "submissions" / f"s{number:02}"
        place.mkdir(parents=True)
        body = "2 * x" if number % 3 else "x"
        (place / "double.py").write_text(f"def double(x): return {body}  # {number}\n")
        (place / "notes.txt").write_text("no exercise")
    whole = grade(tmp_path, course, "whole")
    shares = [grade(tmp_path, course, f"share{n}", Share(n, 3)) for n in (1, 2, 3)]

    found, _ = merge(shares, tmp_path / "merged", FORMATS)

    assert len(found.submissions) == 12
    assert content(tmp_path / "merged") == content(whole)
    # Nothing is judged again, since the stores of the shares were merged.
    again = FakeJudges()
    request = grading.GradeRequest(
        submissions=(tmp_path / "submissions",),
        course=course.root,
        out=tmp_path / "merged",
        jobs=1,
    )
    grading.grade(request, Quiet(), open_judges=again.open)
    assert again.judged == []


def test_what_the_machine_lacks_is_counted_over_all_shares(tmp_path: Path) -> None:
    pandas = Lack(LackKind.LIBRARY, "pandas")
    (work,) = BEN.exercises[:1]
    ben = msgspec.structs.replace(
        BEN, exercises=(msgspec.structs.replace(work, lacks=(pandas,)),)
    )
    whole = together([tmp_path, tmp_path / "2"], [results(ANNA), results(ben)])

    assert [one.students for one in whole.lacking] == [("ben",)]


def test_shares_that_do_not_fit_are_refused_with_each_reason(tmp_path: Path) -> None:
    one = results(ANNA)
    other = msgspec.structs.replace(results(BEN), sandbox="none", course="Another")

    with pytest.raises(UsageError) as refused:
        together((tmp_path / "a", tmp_path / "b"), (one, other))

    assert "the course differs" in str(refused.value)
    assert "the wall differs" in str(refused.value)


def test_student_in_two_shares_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"anna is in .*a as well"):
        together((tmp_path / "a", tmp_path / "b"), (results(ANNA), results(ANNA, BEN)))
