"""A missing library complains when it is used; code that asks finds none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sandbox.worker.importing import libraries, run

from grader.sandbox.worker import lacks
from grader.sandbox.worker.absent import Absent, AbsentModule
from grader.sandbox.worker.helpers import offer

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.worker.missing import Libraries

__all__ = ["libraries"]


PLAIN = {
    "a module": "import nowhere",
    "with a short name": "import nowhere as nw",
    "beside others": "import nowhere, json, nowhere.parts as np",
    "a module inside": "import nowhere.parts.more",
    "a name": "from nowhere import thing",
    "names of a module inside": "from nowhere.parts import thing as t, other",
    "all names": "from nowhere.parts import *",
    "in a function": "def f():\n    import nowhere\n    from nowhere import x\nf()",
    "in a condition": "if True:\n    import nowhere",
    "in a try for something else": (
        "try:\n    import nowhere\nexcept ValueError:\n    pass"
    ),
    "in a try that only ends": "try:\n    import nowhere\nfinally:\n    x = 1",
    "in the except of a try": (
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    import nowhere"
    ),
    "named in an annotation": (
        "import nowhere\nfrom typing import Optional\n"
        "def f(x: nowhere.A | None, y: Optional[nowhere.B['a']]) -> nowhere.C:\n"
        "    return x\nf(1, 2)"
    ),
    "asked whether something is of it": (
        "import nowhere as nw\nassert not isinstance(1, (nw.Frame, nw.parts.Other))"
    ),
    "set up": "import nowhere as nw\nnw.options.display.width = 9\nnw.x = 1",
    "as a decorator": (
        "from nowhere import jit\n@jit\ndef f(x): return x\nassert f(1) == 1"
    ),
    "as a decorator with options": (
        "import nowhere\n@nowhere.jit(fast=True)\ndef f(x): return x\nassert f(1) == 1"
    ),
    "as a decorator of a class": (
        "import nowhere\n@nowhere.typed\nclass A: pass\nassert A().__class__ is A"
    ),
    "shown": "import nowhere\nprint(nowhere, nowhere.thing, nowhere.__version__)",
    "by a condition of its own": "import nowhere\nif nowhere is not None: x = 1",
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN.keys())
def test_library_that_is_not_used_costs_nothing(
    libraries: Libraries, source: str
) -> None:
    _, failures = run(libraries, source)

    assert failures == []
    assert ("unknown", "nowhere") in [(lack.kind, lack.name) for lack in lacks.latest()]


ASKED = {
    "ImportError": "try:\n    import nowhere\nexcept ImportError:\n    x = 1",
    "ModuleNotFoundError": (
        "try:\n    from nowhere import a\nexcept ModuleNotFoundError as e:\n    x = 1"
    ),
    "several": "try:\n    import nowhere\nexcept (KeyError, ImportError):\n    x = 1",
    "anything": "try:\n    import nowhere\nexcept Exception:\n    x = 1",
    "a bare except": "try:\n    import nowhere\nexcept:\n    x = 1",
    "the module of errors": (
        "import builtins\ntry:\n    import nowhere\n"
        "except builtins.ImportError:\n    x = 1"
    ),
    "suppress": (
        "import contextlib\nx = 1\nwith contextlib.suppress(ImportError):\n"
        "    import nowhere\n    x = 2"
    ),
    "in a function": (
        "def has():\n    try:\n        import nowhere\n    except ImportError:\n"
        "        return 1\nx = has()"
    ),
    "around a function": (
        "def load():\n    import nowhere\ntry:\n    load()\n"
        "except ImportError:\n    x = 1"
    ),
    "find_spec": (
        "import importlib.util\nx = 1 if importlib.util.find_spec('nowhere') is None "
        "else 2"
    ),
    "import_module": (
        "import importlib\ntry:\n    importlib.import_module('nowhere')\n"
        "except ImportError:\n    x = 1"
    ),
    "__import__": (
        "try:\n    nw = __import__('nowhere')\nexcept ImportError:\n    x = 1"
    ),
    "after it was imported plainly": (
        "import nowhere\ntry:\n    import nowhere\nexcept ImportError:\n    x = 1"
    ),
    "installed, but not on the list": (
        "try:\n    from rich import print as show\nexcept ImportError as e:\n"
        "    x = 1 if '/' not in str(e) else 2"
    ),
}


@pytest.mark.parametrize("source", ASKED.values(), ids=ASKED.keys())
def test_who_asks_is_told_that_there_is_none(libraries: Libraries, source: str) -> None:
    names, failures = run(libraries, source)

    assert failures == []
    assert names["x"] == 1


USED = {
    "called": ("import nowhere as nw\nfloat(nw.read('x'))", "nowhere.read"),
    "a name called": (
        "from nowhere.parts import expit\nif expit(1) < 2: pass",
        "nowhere.parts.expit",
    ),
    "in a function": (
        "from nowhere import expit\ndef f(x): return float(expit(x))\nf(1)",
        "nowhere.expit",
    ),
    "added": ("import nowhere as nw\n1 + nw.pi", "nowhere.pi"),
    "compared": ("import nowhere as nw\nnw.pi < 1", "nowhere.pi"),
    "gone through": ("import nowhere as nw\nfor i in nw.data: pass", "nowhere.data"),
    "entered": ("import nowhere as nw\nwith nw.session: pass", "nowhere.session"),
    "inherited": ("import nowhere as nw\nclass A(nw.Base): pass", "nowhere.Base"),
    "made a number": ("import nowhere as nw\nfloat(nw.pi)", "nowhere.pi"),
    "not on the list": ("import mypy\nint(mypy.find(1))", "mypy.find"),
}


WHY = {
    "nowhere": (
        "nowhere is not installed where this is graded, and no nowhere.py was handed "
        "in beside your program"
    ),
    "mypy": "mypy is not installed where this is graded",
}


@pytest.mark.parametrize(("source", "path"), USED.values(), ids=USED.keys())
def test_library_that_is_used_complains_by_its_name(
    libraries: Libraries, source: str, path: str
) -> None:
    (failed,) = run(libraries, source)[1]

    root = path.partition(".")[0]
    assert failed["type"] == "ModuleNotFoundError"
    assert failed["message"] == f"{path} is missing: {WHY[root]}"


READY = {
    "of a module": "nw.get(1)\nexcept nw.RequestException as error: x = str(error)",
    "of a module inside": "nw.get(1)\nexcept nw.errors.EmptyDataError as e: x = str(e)",
    "of several": "nw.a + 1\nexcept (nw.b.Error, OSError) as error: x = str(error)",
}


@pytest.mark.parametrize("source", READY.values(), ids=READY.keys())
def test_who_is_ready_for_its_errors_is_ready_for_its_absence(
    libraries: Libraries, source: str
) -> None:
    names, failures = run(libraries, f"import nowhere as nw\ntry:\n    {source}")

    assert failures == []
    assert WHY["nowhere"] in names["x"]


SKIPPED = {
    "one import": "import nowhere as nw, json",
    "one import, the other way round": "import json, nowhere",
    "all in one try": "try:\n    import nowhere\n    import json\nexcept: print('no')",
    "names in one try": (
        "try:\n    from nowhere import a\n    import json, csv as table\n"
        "except ImportError as e:\n    pass"
    ),
    "suppressed": (
        "from contextlib import suppress\nwith suppress(ImportError):\n"
        "    import nowhere\n    import json"
    ),
    "a name that is not there": "from math import nothing\nimport json",
}


@pytest.mark.parametrize("source", SKIPPED.values(), ids=SKIPPED.keys())
def test_other_imports_beside_a_missing_one_are_made(
    libraries: Libraries, source: str
) -> None:
    names, _ = run(libraries, source)

    assert names["json"].loads("1") == 1


def test_module_of_the_student_s_own_is_no_missing_library(
    libraries: Libraries,
) -> None:
    offer({"nowhere.py": "def f(): return 1"})
    try:
        names, failures = run(libraries, "from nowhere import f\nx = f()")
    finally:
        offer({})

    assert (names["x"], failures, lacks.latest()) == (1, [], [])


def test_name_that_a_try_binds_otherwise_stays(libraries: Libraries) -> None:
    names, _ = run(
        libraries, "try:\n    import nowhere as nw\nexcept ImportError:\n    nw = None"
    )

    assert names["nw"] is None


def test_names_after_a_missing_one_of_a_module_are_imported(
    libraries: Libraries,
) -> None:
    names, failures = run(libraries, "from math import nothing, sqrt")

    assert names["sqrt"](4) == 2
    assert len(failures) == 1


def test_name_that_a_star_was_to_bring_says_so(libraries: Libraries) -> None:
    (failed,) = run(libraries, "from nowhere import *\nexpit(1)")[1]

    assert failed["message"] == (
        "name 'expit' is not defined (is it from nowhere? That is not here)"
    )


def test_libraries_of_their_own_are_not_given_stand_ins(libraries: Libraries) -> None:
    source = "import networkx\nassert networkx.Graph is not None"
    before = {name for name in sys.modules if name.startswith("networkx")}
    for name in before:
        del sys.modules[name]

    assert run(libraries, source)[1] == []
    assert not any(isinstance(m, AbsentModule) for m in sys.modules.values())


def test_how_python_was_built_is_no_missing_library(
    libraries: Libraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("_sysconfigdata_")]:
        monkeypatch.delitem(sys.modules, name)
    built: dict[str, object] = {}
    names, failures = run(
        libraries, "import sysconfig\ndef look(built): sysconfig._init_posix(built)"
    )
    names["look"](built)

    assert failures == []
    assert "CC" in built


@pytest.mark.parametrize(
    ("allowed", "installed", "real"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_progress_bar_is_real_where_it_is_installed_and_promised(
    libraries: Libraries,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    allowed: bool,
    installed: bool,
    real: bool,
) -> None:
    sys.modules.pop("progressbar", None)
    monkeypatch.syspath_prepend(tmp_path)
    if installed:
        (tmp_path / "progressbar.py").write_text("def progressbar(it): return [*it, 7]")
    libraries.allow({"progressbar"} if allowed else set())
    names, failures = run(
        libraries, "from progressbar import progressbar\nx = list(progressbar([1]))"
    )
    sys.modules.pop("progressbar", None)

    assert failures == []
    assert names["x"] == ([1, 7] if real else [1])


def test_missing_thing_can_be_looked_at_by_any_tool() -> None:
    thing = Absent("nowhere.thing", "nowhere")

    assert callable(thing)
    assert not hasattr(thing, "__wrapped__")
    assert thing == thing  # noqa: PLR0124 - that is the question
    assert len({thing}) == 1
    assert repr(thing) == "<nowhere.thing: not here>"
