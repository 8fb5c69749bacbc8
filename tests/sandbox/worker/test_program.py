"""Blocks run in order; what raises is noted, and the next one still runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker.clock import Alarm, Budget
from grader.sandbox.worker.failures import failure
from grader.sandbox.worker.program import Runner, new_module

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
    runner = Runner(module, cells=kind == "notebook")
    runner.run(blocks)
    return module.__dict__, runner.failures


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install torch\nx = 1",
        "!pip install torch \\\n  numpy\nx = 1",
        "if True:\n    !ls\n    x = 1",
        "files = !ls\nx = 1 + len(files)",
        "t = %timeit -o sum([1])\nx = 1 + len(t.all_runs) - t.loops",
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
    names, failures = run("notebook", "%%unheard of\nx = 1", "y = 2")

    assert "x" not in names
    assert names["y"] == 2
    assert (failures[0]["type"], failures[0]["label"]) == ("CellNotRun", "cell 1")
    assert "%%unheard" in str(failures[0]["message"])


@pytest.mark.parametrize("start", ["", "%matplotlib inline\n"])
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("x = '''\n%d\n!x\n'''", "\n%d\n!x\n"),
        ("x = (7\n% 3)", 1),
        ("x = '50%'  # !ls\n", "50%"),
        ("x = 'who?'", "who?"),
    ],
)
def test_lines_that_only_look_like_magics_stay(
    start: str, cell: str, value: object
) -> None:
    names, failures = run("notebook", start + cell)

    assert failures == []
    assert names["x"] == value


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


@pytest.mark.parametrize("kind", ["script", "notebook"])
def test_statement_that_raises_is_reported_and_the_next_still_runs(kind: str) -> None:
    names, failures = run(kind, "a = 1\nb = 1 / 0\nc = 2", "d = 3")

    assert {"a", "c", "d"} <= set(names)
    assert [(f["type"], f["label"], f["line"], f["text"]) for f in failures] == [
        ("ZeroDivisionError", "cell 1", 2, "b = 1 / 0")
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


@pytest.fixture
def clock() -> Iterator[Alarm]:
    made = Alarm()
    made.install()
    yield made
    made.uninstall()


ENDLESS = {
    "a loop around a function": (
        "def step():\n    for i in range(1000): pass\nwhile True:\n    step()",
        ("StillComputing", 3, "while True:"),
    ),
    "a loop in a function": (
        "def fit():\n    for i in range(10**12):\n        x = i * 2\nfit()",
        ("StillComputing", 2, "for i in range(10**12):"),
    ),
    "loops in loops": (
        (
            "def f():\n    for i in range(10**9):\n        for j in range(9):\n"
            "            pass\nf()"
        ),
        ("StillComputing", 2, "for i in range(10**9):"),
    ),
    "an inner loop that waits for a value": (
        "n = 1\nfor i in range(9):\n    while n:\n        n = 1",
        ("StillComputing", 3, "while n:"),
    ),
    "a comprehension": (
        "x = [i\n     for i in range(10**12) if not i]",
        ("StillComputing", 1, "x = [i"),
    ),
    "a main guard": (
        "if __name__ == '__main__':\n    n = 1\n    while n: n = 1",
        ("StillComputing", 3, "while n: n = 1"),
    ),
    "the text of a magic": (
        "get_ipython().run_cell_magic('time', '', 'while True: pass')",
        (
            "StillComputing",
            1,
            "get_ipython().run_cell_magic('time', '', 'while True: pass')",
        ),
    ),
    "sleep": ("import time\ntime.sleep(60)", ("StillWaiting", 2, "time.sleep(60)")),
    "a sleeping loop": (
        "import time\nwhile True:\n    time.sleep(0.01)",
        ("StillWaiting", 2, "while True:"),
    ),
    "a thread that never ends": (
        "import threading\nthreading.Event().wait()",
        ("StillWaiting", 2, "threading.Event().wait()"),
    ),
    "something awaited": (
        "import asyncio\nawait asyncio.sleep(60)",
        ("StillWaiting", 2, "await asyncio.sleep(60)"),
    ),
}


@pytest.mark.parametrize(("endless", "told"), ENDLESS.values(), ids=ENDLESS.keys())
def test_statement_that_takes_too_long_is_told_by_its_loop(
    clock: Alarm, endless: str, told: tuple[str, int, str]
) -> None:
    module = new_module("work.py")
    waits = told[0] == "StillWaiting"
    budget = Budget(clock, 20.0, 0.6) if waits else Budget(clock, 0.2, 200.0)
    runner = Runner(module, cells=True, budget=budget)
    runner.run([("cell 1", f"{endless}\nafter = 1")])
    (failed,) = runner.failures

    assert (failed["type"], failed["line"], failed["text"]) == told
    assert module.__dict__["after"] == 1
    assert len(runner.interrupted) == 1


def test_statements_that_are_skipped_do_not_run() -> None:
    module = new_module("work.py")
    runner = Runner(module, cells=False, skipped=[("work.py", 3), ("other.py", 1)])
    runner.run([("work.py", "a = 1\nb = (\n  2\n)\nc = 3")])

    assert {"a", "c"} <= set(module.__dict__)
    assert "b" not in module.__dict__


MAGICS = {
    "a timed cell, exported": (
        "get_ipython().run_cell_magic('time', '', 'def f():\\n    return 1\\nx = f()')"
    ),
    "a captured cell, exported": (
        "get_ipython().run_cell_magic('capture', 'out', '%matplotlib inline\\nx = 1')"
    ),
    "a timed line, exported": "get_ipython().run_line_magic('time', 'x = 1')",
    "an old export": "get_ipython().magic('time x = 1')",
    "a line timed with options": "%timeit -n 1 -r 1 globals().update(x=1)",
    "a line in a loop": "for i in range(2):\n    %time x = i",
    "a text that is run": "get_ipython().run_cell('x = 1')",
    "a magic with a mistake in its text": (
        "get_ipython().run_cell_magic('time', '', '1 / 0\\nx = 1')"
    ),
    "a shell from IPython": (
        "from IPython import get_ipython\n%matplotlib inline\n!ls\nx = 1"
    ),
    "a magic in a function": (
        "def f():\n    get_ipython().run_line_magic('time', 'x = 1')\nf()"
    ),
    "%pylab": "%pylab inline\nx = int(array([1])[0]) + 0 * len(np.ones(1))",
    "a captured cell": "%%capture out\nprint(1)\nx = 1 + len(out.stdout)",
    "a timed cell below a comment": "# timing\n%%time\nx = 1",
}


@pytest.mark.parametrize("kind", ["script", "notebook"])
@pytest.mark.parametrize("source", MAGICS.values(), ids=MAGICS.keys())
def test_magic_that_runs_python_runs_it(kind: str, source: str) -> None:
    names, failures = run(kind, source)

    assert names["x"] == 1
    assert len(failures) == ("1 / 0" in source)


def test_mistake_in_the_text_of_a_magic_lies_where_the_magic_does() -> None:
    text = "a = 1\nget_ipython().run_cell_magic('time', '', 'b = 1\\n1 / 0')"
    _, (failed,) = run("script", text)

    assert (failed["type"], failed["line"]) == ("ZeroDivisionError", 2)


def test_syntax_error_has_its_place_in_the_line_that_is_shown() -> None:
    _, (failed,) = run("notebook", "if True:\n    x = 5 5")

    assert failed["text"] == "x = 5 5"
    assert failed["offset"] in {5, 7}


def test_task_that_one_statement_starts_the_next_may_await() -> None:
    source = (
        "import asyncio\nasync def f():\n    return 7\n"
        "task = asyncio.create_task(f())\nx = await task"
    )

    assert run("script", source)[0]["x"] == 7
