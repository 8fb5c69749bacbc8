"""Made variants leave alone what is agreed, given, or not the author's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.authoring.proving import wrappers
from grader.authoring.proving.mutants import mutants_of
from grader.course.variants import apply_variant, edit, mistake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a maker of wrapped solutions, by their names."""

    def make(solution: str, check: str = "pass") -> dict[str, str]:
        path = tmp_path / "test_hidden.py"
        path.write_text(f"def test_a(student):\n    {check}\n", encoding="utf-8")
        found = wrappers.wrapped(solution, {"test_a": ("f",)}, [path], {})
        return {name: source for name, (_, source) in found.items()}

    return make


@pytest.mark.parametrize(
    "value",
    [
        *("'text'", "b'bytes'", "True", "3", "[1, 2]", "[b'a']", "[]", "{'a': 'b'}"),
        *("torch.tensor([1, 2])", "np.array([True])", "[torch.tensor([1])]", "None"),
    ],
)
def test_wrappers_leave_what_is_no_float(
    made: Callable[..., dict[str, str]], value: str
) -> None:
    sources = made(
        f"import torch\nimport numpy as np\n\n\ndef f():\n    return {value}"
    )
    for name in wrappers._CONVERSIONS:
        module: dict[str, Any] = {}
        exec(sources[f"f ({name})"], module)  # noqa: S102 - it is ours
        wanted = eval(value, {"torch": torch, "np": np})  # noqa: S307 - as above

        assert repr(module["f"]()) == repr(wanted), name


def test_wrappers_convert_floats_also_in_a_dict(
    made: Callable[..., dict[str, str]],
) -> None:
    source = made("def f():\n    return {'a': [1.0, 2.0]}, 3.0")["f (float64)"]
    module: dict[str, Any] = {}
    exec(source, module)  # noqa: S102 - it is ours
    found, three = module["f"]()

    assert isinstance(found["a"], np.ndarray)
    assert isinstance(three, np.float64)


def test_wrapper_renames_no_field_of_the_functions_name(
    made: Callable[..., dict[str, str]],
) -> None:
    source = made(
        "def f(x):\n    return x\n\n\nclass A:\n    f: list\n    def m(self, y):\n"
        "        return f(y)\n\n\ndef g(f):\n    return f\n\n\n"
        "def h():\n    return f(1)"
    )["f (prints)"]

    assert "    f: list\n" in source
    assert "return _own_f(y)" in source
    assert "def g(f):\n    return f\n" in source
    assert "return _own_f(1)" in source


NET = """\
class Net(torch.nn.Module):
    def __init__(self):
        self.one = torch.nn.Linear(1, 1)
        self.data = 3
        self.register_buffer("seen", torch.zeros(1))
        self.seen = torch.ones(1)

    def f(self, p):
        return self.one(p.data)
"""


@pytest.mark.parametrize(
    ("check", "renamed"),
    [
        ("student.Net()", ["one"]),
        ("student.Net().one", None),
        ("student.Net().state_dict()", None),
        ("assert 'one.weight' in names", None),
    ],
)
def test_attributes_are_renamed_where_their_names_are_nobody_elses(
    made: Callable[..., dict[str, str]], check: str, renamed: list[str] | None
) -> None:
    source = made(NET, check).get("other attribute names")

    assert (source is None) == (renamed is None)
    for name in ("one", "data", "seen"):
        assert f"my_{name}" not in (source or "") or name in (renamed or [])


def test_mutants_leave_given_code_alone() -> None:
    solution = (
        "def f(x):\n    scale = 2 * x\n    for i in range(3):\n"
        "        # BEGIN SOLUTION\n        x = x + scale\n        # END SOLUTION\n"
        "    return x - 1\n\n\ndef given(x):\n    return x * 5\n"
    )

    assert set(mutants_of(solution)) == {
        "f: without `x = x + scale`",
        "f: another operator in `x + scale`",
    }
    assert len(mutants_of(solution.replace("SOLUTION", "SOLVED"))) > 8


def test_mutants_that_one_text_describes_are_told_apart_by_their_places() -> None:
    solution = "def f(x):\n    y = x[2] + x[:2]\n    return y\n"
    names = [name for name in mutants_of(solution) if "`3` for `2`" in name]

    assert names == [
        "f: `3` for `2`, so that it is `y = x[3] + x[:2]` (1 of 2)",
        "f: `3` for `2`, so that it is `y = x[2] + x[:3]` (2 of 2)",
    ]


def test_edit_is_searched_in_the_function_it_is_about() -> None:
    solution = "def f(x):\n    return x + 1\n\n\ndef g(x):\n    return x + 1\n"
    changed = apply_variant(mistake("m", "g", edit("x + 1", "x")), solution)
    both = apply_variant(mistake("m", "g", edit("x + 1", "x", count=2)), solution)

    assert changed == solution[: solution.index("def g")] + "def g(x):\n    return x\n"
    assert both.count("return x\n") == 2
