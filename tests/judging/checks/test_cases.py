"""The case of a parametrized check stands in its title, where students may read it."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest

from grader.judging.checks.cases import case_of, with_case

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = """
import pytest

PARAMETRIZE = pytest.mark.parametrize

@PARAMETRIZE("x", [30, "secret", None])
def test_generated(x): ...

@PARAMETRIZE("x", [pytest.param(30, id="large"), 7, pytest.param(0, id="größer")])
def test_one_by_one(x): ...

@PARAMETRIZE("x", [30, 31, 32], ids=["even", None, 32])
def test_listed(x): ...

@PARAMETRIZE(argnames=["x", "y"], argvalues=[(1, 2)], ids=("both",))
def test_by_name(x, y): ...

@PARAMETRIZE("x", [30], ids=str)
def test_by_a_function(x): ...

@PARAMETRIZE("x", iter([30]), ids=["once"])
def test_iterator(x): ...

@PARAMETRIZE("x", [30, 31], ids=["a", "b"])
@PARAMETRIZE("y", [1, pytest.param(2, id="two")])
def test_crossed(x, y): ...

@pytest.fixture(params=[30])
def value(request): ...

def test_fixture(value): ...

def test_plain(): ...
"""


class Collected:
    """Keeps what pytest collects."""

    def __init__(self) -> None:
        self.items: list[pytest.Function] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [i for i in session.items if isinstance(i, pytest.Function)]


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[pytest.Function]:
    folder: Path = tmp_path_factory.mktemp("cases")
    (folder / "test_some_cases.py").write_text(CHECKS, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    words = ["--collect-only", "-p", "no:cacheprovider", f"--rootdir={folder}"]
    collected = Collected()
    with contextlib.redirect_stdout(io.StringIO()):
        own = ["-c", str(folder / "pytest.ini"), str(folder)]
        pytest.main([*words, *own], plugins=[collected])
    return collected.items


@pytest.mark.parametrize(
    ("name", "visible", "hidden"),
    [
        ("generated", ["30", "secret", "None"], ["", "", ""]),
        ("one_by_one", ["large", "7", "gr\\xf6\\xdfer"], ["large", "", "größer"]),
        ("listed", ["even", "31", "32"], ["even", "", ""]),
        ("by_name", ["both"], ["both"]),
        ("by_a_function", ["30"], [""]),
        ("iterator", ["once"], ["once"]),
        ("crossed", ["1-a", "1-b", "two-a", "two-b"], ["a", "b", "two-a", "two-b"]),
        ("fixture", ["30"], [""]),
        ("plain", [""], [""]),
    ],
)
def test_only_ids_that_are_written_down_are_told_of_a_hidden_check(
    items: list[pytest.Function], name: str, visible: list[str], hidden: list[str]
) -> None:
    own = [item for item in items if item.originalname == f"test_{name}"]

    assert [case_of(item, hidden=False) for item in own] == visible
    assert [case_of(item, hidden=True) for item in own] == hidden


@pytest.mark.parametrize(
    ("title", "case", "whole"),
    [
        ("f(x) is right.", "zero", "f(x) is right (zero)."),
        ("Is f right?", "zero", "Is f right? (zero)"),
        ("f is right", "a.", "f is right (a.)"),
        ("f is right.", "", "f is right."),
    ],
)
def test_case_follows_the_title(title: str, case: str, whole: str) -> None:
    assert with_case(title, case) == whole
