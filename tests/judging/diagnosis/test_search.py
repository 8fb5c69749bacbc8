"""A search for reasons has an end, and a new one begins afresh."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.judging.diagnosis import search as searching
from grader.judging.diagnosis.examiner import Diagnosis
from grader.judging.diagnosis.search import Search
from grader.judging.guard import CheckTooLong, NoGuard


class Stage:
    """The solution's process, as far as it is ended."""

    def __init__(self, *_: object) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> Search:
    monkeypatch.setattr(searching, "Stage", Stage)
    return Search(run=None, launch=None, guard=NoGuard())  # type: ignore[arg-type]  # not called


def case(search: Search) -> Any:
    exercise = SimpleNamespace(id="one")
    suite: Any = SimpleNamespace(exercise=exercise, digest="d", reference=object())
    host: Any = SimpleNamespace()
    return search.case(suite, host, (), counterexamples=True)


def ending(monkeypatch: pytest.MonkeyPatch, end: BaseException) -> None:
    def diagnose(_case: object) -> Diagnosis:
        raise end

    monkeypatch.setattr(searching, "diagnose", diagnose)


def test_solution_stays_for_the_next_program(search: Search) -> None:
    assert case(search).stage is case(search).stage


def test_search_without_end_gives_no_reasons_and_is_nobody_s_fault(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending(monkeypatch, CheckTooLong(20.0))
    first = case(search)

    assert search.reasons(first) == (Diagnosis({}), None)
    assert first.stage.is_closed
    assert case(search).stage is not first.stage


def test_search_that_fails_is_our_fault(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending(monkeypatch, KeyError("x"))
    first = case(search)
    found, fault = search.reasons(first)

    assert found == Diagnosis({})
    assert fault is not None
    assert "KeyError" in fault
    assert not first.stage.is_closed
