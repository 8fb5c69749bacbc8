"""What `help()` says to an author who has nothing else at hand."""

from __future__ import annotations

import inspect
import pydoc

import pytest

import grader


def test_help_of_the_package_shows_a_check_and_names_all_that_it_offers() -> None:
    told = pydoc.plain(pydoc.render_doc(grader))

    assert "def test_forward_is_the_product(student, reference, draw):" in told
    assert {name for name in grader.__all__ if name not in told} == set()
    assert set(dir(grader)) >= set(grader.__all__)


@pytest.mark.parametrize("name", [n for n in grader.__all__ if n[0].islower()])
def test_help_of_a_name_says_what_it_is_for(name: str) -> None:
    thing = getattr(grader, name)
    told = pydoc.plain(pydoc.render_doc(thing))

    assert (inspect.getdoc(thing) or "").split("\n")[0] in told
    assert "MarkDecorator objects" not in told


@pytest.mark.parametrize("name", ["points", "depends_on", "visibility", "about"])
def test_help_of_a_mark_shows_how_it_is_written(name: str) -> None:
    assert f"@{name}(" in (inspect.getdoc(getattr(grader, name)) or "")
