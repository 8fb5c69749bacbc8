"""The marks of a check: points, what it depends on, who may read it, what it uses."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path

import pytest

from grader.course import HIDDEN_CHECKS
from grader.errors import AuthorError
from grader.model import Check, Visibility

points = pytest.mark.points
depends_on = pytest.mark.depends_on
visibility = pytest.mark.visibility
about = pytest.mark.about

MARKS = (
    "points(n): what passing this check earns",
    "depends_on(*names): skip this check unless the named ones passed",
    "visibility(who): 'visible' or 'hidden'; without it the file's name decides",
    "about(*names): the names that the check uses; without it, those in its source",
)


def check_of(item: pytest.Function) -> Check:
    """Return what is known of a collected check.

    Raises:
        AuthorError: a mark is wrong or the title is missing.
    """
    title = (inspect.getdoc(item.function) or "").split("\n")[0].strip()
    if not title:
        raise AuthorError(
            f"{item.path}: {item.name}: expected a docstring, the title that students "
            f"read, found none."
        )
    return Check(
        name=item.name,
        title=title,
        about=_about(item),
        visibility=_visibility(item),
        points=_points(item),
    )


def needed(item: pytest.Function) -> tuple[str, ...]:
    """Return the names of the checks that this one depends on."""
    return tuple(
        str(name) for mark in item.iter_markers("depends_on") for name in mark.args
    )


def _points(item: pytest.Function) -> float:
    mark = item.get_closest_marker("points")
    if mark is None:
        return 0.0
    match mark.args:
        case (int() | float() as value,) if value >= 0:
            return float(value)
    raise AuthorError(
        f"{item.path}: {item.name}: points: expected one number, got {mark.args!r}."
    )


def _visibility(item: pytest.Function) -> Visibility:
    mark = item.get_closest_marker("visibility")
    if mark is None:
        hidden = Path(item.path).name == HIDDEN_CHECKS
        return Visibility.HIDDEN if hidden else Visibility.VISIBLE
    try:
        return Visibility(mark.args[0] if mark.args else "")
    except ValueError:
        raise AuthorError(
            f"{item.path}: {item.name}: visibility: expected 'visible' or 'hidden', "
            f"got {mark.args!r}."
        ) from None


def _about(item: pytest.Function) -> tuple[str, ...]:
    mark = item.get_closest_marker("about")
    if mark is not None:
        return tuple(str(name) for name in mark.args)
    tree = ast.parse(textwrap.dedent(inspect.getsource(item.function)))
    names = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "student"
    ]
    return tuple(dict.fromkeys(names))
