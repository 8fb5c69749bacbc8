"""Blocks run in order; what raises is noted, and the next one still runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker.magics import python_of
from grader.sandbox.worker.program import failure, new_module, run_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    main, argv = sys.modules["__main__"], sys.argv
    yield
    sys.modules["__main__"], sys.argv = main, argv


def run(kind: str, *sources: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    module = new_module("work.py")
    blocks = [(f"cell {i}", source) for i, source in enumerate(sources, 1)]
    return module.__dict__, run_blocks(kind, blocks, module)


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install torch\nx = 1",
        "!pip install torch \\\n  numpy\nx = 1",
        "if True:\n    !ls\n    x = 1",
        "files = !ls\nx = 1 + len(files)",
        "t = %timeit -o f()\nx = 1",
        "%%time\nx = 1",
        "\n%%capture out\n%matplotlib inline\nx = 1",
        "torch.ones?\nx = 1",
        "?torch\nx = 1",
        "%matplotlib inline\nx = (7\n  % 3)",
        "%matplotlib inline\ns = '''\n%d\n!x\n'''\nx = len(s) - 6",
    ],
)
def test_magics_and_shell_lines_do_nothing(cell: str) -> None:
    names, failures = run("notebook", cell)

    assert failures == []
    assert names["x"] == 1


@pytest.mark.parametrize(
    "cell", ["%%bash\nrm -rf /", "%%html\n<b>x</b>", "%%!\nls", ""]
)
def test_cell_in_another_language_does_nothing(cell: str) -> None:
    assert run("notebook", cell)[1] == []


def test_cell_whose_magic_keeps_it_from_running_is_reported() -> None:
    names, failures = run("notebook", "%%writefile f.py\nx = 1", "y = 2")

    assert "x" not in names
    assert names["y"] == 2
    assert (failures[0]["type"], failures[0]["label"]) == ("CellNotRun", "cell 1")
    assert "%%writefile" in str(failures[0]["message"])


@pytest.mark.parametrize(
    "cell", ["s = '''\n%d\n!x\n'''", "x = (7\n% 3)", "y = '50%'  # !ls\n"]
)
def test_lines_that_only_look_like_magics_stay(cell: str) -> None:
    assert python_of(cell) == cell


def test_await_at_top_level_runs_in_a_notebook() -> None:
    names, failures = run(
        "notebook", "import asyncio\nx = 1\nawait asyncio.sleep(0)\ny = 2"
    )

    assert failures == []
    assert (names["x"], names["y"]) == (1, 2)


def test_cell_nested_too_deep_costs_that_cell_alone() -> None:
    names, failures = run("notebook", "x = " + "(" * 5000 + ")" * 5000, "y = 2")

    assert names["y"] == 2
    assert failures[0]["label"] == "cell 1"


def test_cell_that_raises_is_reported_and_the_next_still_runs() -> None:
    names, failures = run("notebook", "a = 1\nb = 1 / 0\nc = 2", "d = 3")

    assert {"a", "d"} <= set(names)
    assert "c" not in names
    assert [(f["type"], f["label"], f["line"], f["text"]) for f in failures] == [
        ("ZeroDivisionError", "cell 1", 2, "b = 1 / 0")
    ]


def test_script_runs_statement_by_statement() -> None:
    names, failures = run("script", "a = 1\nb = 1 / 0\nc = 2\nimport nothing_such")

    assert {"a", "c"} <= set(names)
    assert [(f["type"], f["line"]) for f in failures] == [
        ("ZeroDivisionError", 2),
        ("ModuleNotFoundError", 4),
    ]


def test_syntax_error_names_its_line() -> None:
    names, failures = run("script", "def f(:\n  pass")

    assert "f" not in names
    assert (failures[0]["type"], failures[0]["line"]) == ("SyntaxError", 1)
    assert failures[0]["text"] == "def f(:"


@pytest.mark.parametrize(
    "code", ["import sys; sys.exit(3)", "exit()", "raise KeyboardInterrupt"]
)
def test_code_that_would_end_the_process_only_ends_its_block(code: str) -> None:
    names, failures = run("notebook", code, "a = 1")

    assert "a" in names
    assert len(failures) == 1


def test_future_statement_holds_for_the_statements_after_it() -> None:
    source = "from __future__ import annotations\ndef f(x: nothing_such): pass\n"

    assert run("script", source)[1] == []


def test_display_and_the_notebooks_shell_do_nothing() -> None:
    cell = "display(1)\nget_ipython().run_line_magic('matplotlib', 'inline')"

    assert run("notebook", cell)[1] == []


def test_main_guard_runs_as_it_does_for_the_student() -> None:
    names, _ = run("script", "if __name__ == '__main__':\n    a = 1")

    assert names["a"] == 1


def test_failure_is_placed_at_the_students_innermost_line() -> None:
    source = "import json\ndef f():\n    return json.loads('{')\nf()"
    _, failures = run("script", source)

    assert (failures[0]["line"], failures[0]["text"]) == (3, "return json.loads('{')")


@pytest.mark.parametrize(
    ("error", "hole"),
    [
        (NotImplementedError("sigmoid: not written yet"), True),
        (NotImplementedError("no such kernel"), False),
        (ValueError("sigmoid: not written yet"), False),
    ],
)
def test_hole_is_told_from_other_errors(error: Exception, hole: bool) -> None:  # noqa: FBT001
    assert failure(error)["hole"] is hole


def test_exception_that_cannot_be_shown_has_no_message() -> None:
    class Rude(Exception):  # noqa: N818
        def __str__(self) -> str:
            raise ValueError

    assert failure(Rude())["message"] == ""


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you")],
)
def test_lack_of_memory_is_recognised(error: Exception) -> None:
    assert failure(error)["memory"]
