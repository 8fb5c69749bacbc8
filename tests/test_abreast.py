"""Processes side by side: the order stays, errors come back, and nobody is left."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader.abreast import abreast
from grader.errors import OperatorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MANY = range(1000)


def told(numbers: Sequence[int]) -> tuple[int, list[int]]:
    return os.getpid(), [2 * number for number in numbers]


def doubled(things: Sequence[int], jobs: int) -> tuple[set[int], list[int]]:
    """Return who did it, and what came of it."""
    parts = list(abreast(told, things, jobs))
    return {who for who, _ in parts}, [number for _, own in parts for number in own]


def alone(test: Callable[..., None]) -> Callable[..., None]:
    """Return a test that runs in a process of its own: other tests leave threads."""

    @functools.wraps(test)
    def run(**given: object) -> None:
        call = f"test_abreast.{test.__name__}.__wrapped__(**{given!r})"
        ended = subprocess.run(
            [sys.executable, "-c", f"import test_abreast; {call}"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 0, ended.stderr

    return run


@pytest.mark.parametrize("jobs", [2, 3])
@alone
def test_many_are_done_by_others_in_their_order(jobs: int) -> None:
    who, numbers = doubled(MANY, jobs)

    assert os.getpid() not in who
    assert 1 <= len(who) <= jobs
    assert numbers == [2 * number for number in MANY]


@pytest.mark.parametrize(("count", "jobs"), [(0, 2), (1, 2), (150, 2), (1000, 1)])
def test_few_are_done_here(count: int, jobs: int) -> None:
    who, numbers = doubled(range(count), jobs)

    assert who <= {os.getpid()}
    assert numbers == [2 * number for number in range(count)]


def test_system_without_forks_does_all_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "fork")

    assert doubled(MANY, 2) == ({os.getpid()}, [2 * number for number in MANY])


def test_process_with_threads_is_not_forked() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    who, _ = doubled(MANY, 2)
    done.set()
    thread.join()

    assert who == {os.getpid()}


@alone
def test_error_comes_back_in_its_turn() -> None:
    def refuses(numbers: Sequence[int]) -> Sequence[int]:
        if 500 in numbers:
            raise UsageError("500: expected another number.")
        return numbers

    found: list[int] = []
    with pytest.raises(UsageError, match=r"500: expected another number\."):
        found.extend(chain.from_iterable(abreast(refuses, MANY, 2)))

    assert found == list(range(500))


@alone
def test_process_that_is_killed_is_told() -> None:
    def dies(_: Sequence[int]) -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    with pytest.raises(OperatorError, match="ended from outside"):
        list(abreast(dies, MANY, 2))


@alone
def test_whoever_stops_reading_ends_all_of_them() -> None:
    parts = abreast(lambda numbers: (os.getpid(), b"x" * 10**6, numbers), MANY, 2)
    who, _, _ = next(parts)
    parts.close()

    with pytest.raises(ProcessLookupError):
        os.kill(who, 0)
