"""The marks of a check: points, what it depends on, who may read it, what it uses."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import HIDDEN_CHECKS
from grader.errors import AuthorError
from grader.judging.checks.cases import case_of, with_case
from grader.model import Check, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def points(n: float) -> pytest.MarkDecorator:
    """Return the mark that says what passing a check earns.

    A check without it earns nothing. The points of an exercise's checks add up to the
    points in course.toml.

        @points(2)
        def test_forward_is_the_product(student, reference, draw): ...

    Args:
        n: the points, 0 or more; halves and the like are allowed.
    """
    return pytest.mark.points(n)


def depends_on(*names: str) -> pytest.MarkDecorator:
    """Return the mark that leaves a check out unless other checks passed.

        @depends_on("test_forward_is_the_product")
        def test_loss_is_the_squared_error(student, reference, draw): ...

    Args:
        names: of checks that stand above this one.
    """
    return pytest.mark.depends_on(*names)


def visibility(who: str) -> pytest.MarkDecorator:
    """Return the mark that says who may read what a check saw.

    Without it the name of the file decides: test_visible.py or test_hidden.py.

        @visibility("hidden")
        def test_forward_of_large_numbers(student): ...

    Of an "after_due" check students read nothing before the exercise is due for them,
    but for its title; then it is told as a hidden one. Its points count all along.

    Args:
        who: "visible", "hidden" or "after_due".
    """
    return pytest.mark.visibility(who)


def about(*names: str) -> pytest.MarkDecorator:
    """Return the mark that says which functions and classes a check is about.

    Without it, they are those that the check calls on `student`, or else those that its
    helpers do. A mistake may cost points only on checks that are about its function, or
    about one that uses it.

        @about("loss")
        def test_all_losses(student, reference, draw): ...

    Args:
        names: of functions and classes of the solution.
    """
    return pytest.mark.about(*names)


def extra(check: object = None) -> object:
    """Return the mark of checks for extra credit: their points come on top.

    The exercise is then out of the points of the other checks.

        @points(1)
        @extra
        def test_works_for_batches(student, reference, draw): ...

    Args:
        check: the check, or a class of checks, right below the mark.
    """
    mark = pytest.mark.extra
    return mark if check is None else mark(check)


def manual(points: float, rubric: Sequence[str] = ()) -> pytest.MarkDecorator:
    """Return the mark of a question that a person judges, such as a plot or a text.

    Nothing runs for it. Until `grader override` or the desk of `grader review` gives
    the points, the report says that they wait, and the grade is not final.

        @manual(points=3, rubric=["the axes have names", "the loss falls"])
        def test_plot_of_the_losses():
            \"\"\"A plot shows how the loss falls.\"\"\"

    Args:
        points: what it is worth.
        rubric: what counts, for whoever gives the points and whoever reads them.
    """
    return pytest.mark.manual(points=points, rubric=tuple(rubric))


def all_or_nothing(name: object = "") -> object:
    """Return the mark of checks that earn their points together or not at all.

    Above a class it joins the checks of the class, above a parametrized check its
    cases.

        @all_or_nothing("shapes")
        def test_shape_of_the_loss(student): ...

    Args:
        name: joins all checks that name it.
    """
    if isinstance(name, str):
        mark = pytest.mark.all_or_nothing
        return mark(name) if name else mark
    return pytest.mark.all_or_nothing(name)


def within(times: float) -> pytest.MarkDecorator:
    """Return the mark that limits how much right work may compute.

    It is measured against the solution on the same inputs, by numbers that are the same
    on every machine: the operations that torch is asked for, and how often the
    program's own loops go round, or its functions are called. Let the inputs be large:
    20 operations and 100 rounds more are always allowed. Computing time counts only
    where it is ten times what is allowed, in two runs: for what a library does inside.
    A student's own check goes by what `grader release` has counted of the solution: not
    by time, and not where what is drawn decides how much there is to compute.

        @within(2.0)
        def test_attention_is_one_product(student, reference, draw): ...

    Args:
        times: how many times what the solution computes, 1 or more.
    """
    return pytest.mark.within(times)


MARKS = (
    "points(n): what passing this check earns",
    "depends_on(*names): skip this check unless the named ones passed",
    "visibility(who): visible, hidden, after_due; without it the file's name decides",
    "extra: the check is for extra credit",
    "manual(points, rubric): a person gives the points",
    "all_or_nothing(name): checks of one name, class or function earn points together",
    "within(times): how many times what the solution computes is allowed",
    "about(*names): the names that the check uses; without it, those in its text",
)


def check_of(item: pytest.Function) -> Check:
    """Return what is known of a collected check.

    Raises:
        AuthorError: a mark is wrong or the title is missing.
    """
    times_of(item)
    title = (inspect.getdoc(item.function) or "").split("\n")[0].strip()
    if not title:
        raise AuthorError(
            f"{item.path}: {item.name}: expected a docstring, the title that students "
            f"read, found none."
        )
    seen = _visibility(item)
    return Check(
        name=item.name,
        title=with_case(title, case_of(item, hidden=seen is not Visibility.VISIBLE)),
        about=_about(item),
        visibility=seen,
        points=_points(item),
        group=_group(item),
        extra=item.get_closest_marker("extra") is not None,
        by_hand=item.get_closest_marker("manual") is not None,
        rubric=_rubric(item),
        after_due=_said_visibility(item) is Visibility.AFTER_DUE,
    )


def times_of(item: pytest.Item) -> float | None:
    """Return how many times the solution's computing a check allows, or None.

    Raises:
        AuthorError: the mark holds something else.
    """
    mark = item.get_closest_marker("within")
    if mark is None:
        return None
    match mark.args:
        case (int() | float() as times,) if times >= 1:
            return float(times)
    raise AuthorError(
        f"{item.path}: {item.name}: within: expected one number from 1 on, got "
        f"{mark.args!r}."
    )


def needed(item: pytest.Function) -> tuple[str, ...]:
    """Return the names of the checks that this one depends on."""
    return tuple(
        str(name) for mark in item.iter_markers("depends_on") for name in mark.args
    )


def _points(item: pytest.Function) -> float:
    by_hand, mark = item.get_closest_marker("manual"), item.get_closest_marker("points")
    if by_hand is not None and mark is not None:
        raise AuthorError(
            f"{item.path}: {item.name}: expected points once, got them from `manual` "
            f"and from `points`."
        )
    given = mark.args if mark is not None else (0.0,)
    if by_hand is not None:
        given = (by_hand.kwargs.get("points"),)
    match given:
        case (int() | float() as value,) if value >= 0:
            return float(value)
    raise AuthorError(
        f"{item.path}: {item.name}: points: expected one number, got {given!r}."
    )


def _rubric(item: pytest.Function) -> tuple[str, ...]:
    mark = item.get_closest_marker("manual")
    rubric = () if mark is None else mark.kwargs.get("rubric", ())
    if all(isinstance(line, str) for line in rubric):
        return tuple(line.strip().rstrip(".;") for line in rubric)
    raise AuthorError(
        f"{item.path}: {item.name}: rubric: expected a list of texts, got {rubric!r}."
    )


def _group(item: pytest.Function) -> str:
    """Return the name of the group that a check earns its points with, or ""."""
    mark = item.get_closest_marker("all_or_nothing")
    if mark is None:
        return ""
    if mark.args:
        return str(mark.args[0])
    own = any(each.name == "all_or_nothing" for each in item.own_markers)
    return item.originalname if own or item.cls is None else item.cls.__name__


def _visibility(item: pytest.Function) -> Visibility:
    """Return who may read what a check saw, once it is told."""
    said = _said_visibility(item)
    if said is None:
        hidden = Path(item.path).name == HIDDEN_CHECKS
        return Visibility.HIDDEN if hidden else Visibility.VISIBLE
    return Visibility.HIDDEN if said is Visibility.AFTER_DUE else said


def _said_visibility(item: pytest.Function) -> Visibility | None:
    mark = item.get_closest_marker("visibility")
    if mark is None:
        return None
    try:
        return Visibility(mark.args[0] if mark.args else "")
    except ValueError:
        raise AuthorError(
            f"{item.path}: {item.name}: visibility: expected 'visible', 'hidden' or "
            f"'after_due', got {mark.args!r}."
        ) from None


def _about(item: pytest.Function) -> tuple[str, ...]:
    mark = item.get_closest_marker("about")
    if mark is not None:
        return tuple(str(name) for name in mark.args)
    tree = _tree(item.function)
    names = _asked(tree)
    if not names:
        around = item.function.__globals__
        called = (around.get(n.id) for n in ast.walk(tree) if isinstance(n, ast.Name))
        helpers = [one for one in called if inspect.isfunction(one)]
        names = [name for helper in helpers for name in _asked(_tree(helper))]
    return tuple(dict.fromkeys(names))


def _tree(function: Callable[..., object]) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _asked(tree: ast.Module) -> list[str]:
    """Return the names of the student's program in a piece of source."""
    return [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "student"
    ]
