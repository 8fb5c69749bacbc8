"""No text that others wrote can make a pattern work longer than the text is long.

The patterns are found, not listed: one that is written tomorrow is measured, too.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hostile import superlinear

import grader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# What runs in a student's own process costs nobody else anything, and what is imported
# from other graders is the author's own.
_LEFT_OUT: Final = (
    *("grader.sandbox.worker", "grader.sandbox.zygote", "grader.authoring.importing"),
    "grader.__main__",
)
# Functions that build a pattern although nothing says that they return one: all rules
# are in a table, and a check's own pattern is its author's, for a text that is cut.
_EXCEPT: Final = {"exceptions.py: re.compile", "raising.py: re.search"}
_NAME: Final = "forward_pass"


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(grader.__path__, "grader."):
        if not found.name.startswith(_LEFT_OUT):
            yield importlib.import_module(found.name)


def patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    match value:
        case re.Pattern():
            yield value
        case tuple() | list() | set() | frozenset():
            for each in value:
                yield from patterns_in(each)
        case dict():
            yield from patterns_in([*value.values()])
        case _ if _builds(value):
            yield value(_NAME)  # type: ignore[operator]  # it is a function


def _builds(value: object) -> bool:
    told = getattr(value, "__annotations__", None) or {}
    return callable(value) and str(told.get("return", "")).startswith("re.Pattern")


def test_no_pattern_takes_longer_than_its_text_is_long() -> None:
    found = {
        (pattern.pattern, pattern.flags): (module.__name__, name, pattern)
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__")
        for pattern in patterns_in(value)
    }
    slow = {
        f"{module}.{name}": (pattern.pattern, on)
        for module, name, pattern in found.values()
        if (on := superlinear(pattern))
    }

    assert not slow
    assert len(found) > 150


def test_each_pattern_has_a_name_by_which_it_is_found() -> None:
    folder = Path(grader.__file__).parent
    hidden = {
        f"{path.name}: re.{call}"
        for path in folder.rglob("*.py")
        if not f"grader.{'.'.join(path.relative_to(folder).parts)}".startswith(
            _LEFT_OUT
        )
        if "import re\n" in (source := path.read_text())
        for call in calls_inside(ast.parse(source))
    }

    assert hidden == _EXCEPT


def calls_inside(tree: ast.Module) -> Iterator[str]:
    """Yield the calls of `re` by which a pattern is made that no name stands for."""
    builders = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.returns
        and ast.unparse(node.returns).startswith("re.Pattern")
        for inner in ast.walk(node)
    }
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(ast.Name("re"), attr=name)):
                named = id(node) not in inside or id(node) in builders
                if name not in {"escape", "purge"} and not (
                    name == "compile" and named
                ):
                    yield name


@pytest.mark.parametrize(
    "slow",
    [
        rb"[^\n]*[\x80-\xff][^\n]*\n?",
        r"\n[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import",
        r"from\s.+\simport\s.*\bforward\b",
        r"\w+\(\) (missing|takes)",
        r"shape '.*' is invalid",
        r"(\.(py|ipynb|txt))+\Z",
        r"(?:a+)+b",
        r"\s*[{\[]",
        r"<h[1-6]>(.*?)</h[1-6]>",
    ],
)
def test_slow_pattern_is_seen(slow: str | bytes) -> None:
    assert superlinear(re.compile(slow))
