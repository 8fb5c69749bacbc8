"""A name keeps the program's own work, whatever trial code does to it later."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.worker.names import Kept, Names
from grader.sandbox.worker.places import Place
from grader.sandbox.worker.program import Runner, new_module

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDOUT = """\
def loss(w, x, y):
    total = 0.0
    raise NotImplementedError("loss: not written yet")
    return total


def forward(w, x):
    return 0.0
"""
OWN = "def loss(w, x, y):\n    return (w * x - y) ** 2\n"
MODEL = """\
import torch
class Model(torch.nn.Linear):
    def extra(self):
        return 1
"""


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    main, argv = sys.modules["__main__"], sys.argv
    yield
    sys.modules["__main__"], sys.argv = main, argv


def run(source: str, *more: str) -> tuple[Names, dict[str, Any], list[Kept]]:
    module = new_module("work.py")
    names = Names(module.__dict__, HANDOUT)
    runner = Runner(module, cells=True, after=names.look)
    runner.run([("cell 1", source), *((f"cell {i}", t) for i, t in enumerate(more, 2))])
    assert runner.failures == []
    return names, module.__dict__, names.settle()


TRIALS = {
    "a loop": ("for loss in [1.0, 2.0]: pass", "value", 1),
    "a loop of several lines": (
        "for i in [1]:\n    for loss in [1.0]: pass",
        "value",
        2,
    ),
    "a value": ("loss = loss(1.0, 3.0, 6.0)", "value", 1),
    "several names": ("w, (loss, *rest) = 1, (2, 3)", "value", 1),
    "a walrus": ("print(loss := loss(1, 2, 3))", "value", 1),
    "a context": ("import io\nwith io.StringIO() as loss: pass", "value", 2),
    "an exception": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as loss:\n    pass",
        "gone",
        3,
    ),
    "a match": ("match 3:\n    case loss: pass", "value", 1),
    "an import": ("from math import fabs as loss", "value", 1),
    "a module": ("import math as loss", "value", 1),
    "deleting": ("del loss", "gone", 1),
    "deleting with others": ("a = 1\ndel a, loss", "gone", 2),
    "a list": ("loss = []\nloss.append(1.0)", "value", 1),
    "a tensor": ("import torch\nloss = torch.ones(1)", "value", 2),
    "torch's own": ("import torch\nloss = torch.nn.MSELoss()", "value", 2),
    "None": ("loss = None", "value", 1),
    "a type": ("loss: float = 1.0", "value", 1),
    "adding to it": ("loss = 0\nloss += 1", "value", 2),
    "a main guard": ("if __name__ == '__main__':\n    loss = 3", "value", 2),
    "a function with global": (
        "def f():\n    global loss\n    loss = 3\nf()",
        "value",
        4,
    ),
    "a stub": ("def loss(w, x, y):\n    raise NotImplementedError", "stub", 1),
}


@pytest.mark.parametrize(("trial", "why", "line"), TRIALS.values(), ids=TRIALS.keys())
def test_trial_code_does_not_take_a_name(trial: str, why: str, line: int) -> None:
    _, namespace, kept = run(OWN, trial)

    assert namespace["loss"](1, 2, 3) == 1
    assert [(k.name, k.why, k.at, k.of) for k in kept] == [
        ("loss", why, ("cell 2", line), ("cell 1", 1))
    ]


STUBS = {
    "raise": "raise NotImplementedError",
    "raise with a text": "raise NotImplementedError('todo')",
    "raise of another kind": "raise NotImplemented",
    "raise below a docstring": "'''Return it.'''\n    raise NotImplementedError()",
    "raise below given code": "total = 0\n    raise NotImplementedError('x')",
    "raise above given code": "raise NotImplementedError\n    return w",
    "pass": "pass",
    "dots": "...",
    "a docstring": "'''Return it.'''",
    "a docstring and pass": "'''Return it.'''\n    # your code\n    pass",
    "return": "return",
    "return None": "return None",
    "return dots": "return ...",
    "return what operators do": "return NotImplemented",
    "an empty name": "out = None\n    # todo\n    return out",
    "two empty names": "a = b = None\n    return a, b",
    "raise of any exception": "raise Exception('todo')",
    "a failing assert": "'''Return it.'''\n    assert False, 'todo'",
    "return NotImplemented": "return NotImplemented",
    "return the class of the exception": "return NotImplementedError",
    "return the exception": "return NotImplementedError('todo')",
    "what was handed out": (
        "total = 0.0\n    raise NotImplementedError('loss: not written yet')\n"
        "    return total"
    ),
    "what was handed out for another": "return 0.0",
}


@pytest.mark.parametrize("below", STUBS.values(), ids=STUBS.keys())
def test_stub_does_not_replace_what_is_written(below: str) -> None:
    stub = f"def loss(w, x, y):\n    {below}\n"
    _, namespace, kept = run(OWN, stub)

    assert namespace["loss"](1, 2, 3) == 1
    assert [k.why for k in kept] == ["stub"]
    assert run(stub, OWN)[2] == []


@pytest.mark.parametrize(
    "body",
    [
        "if w is None: raise NotImplementedError\n    return w",
        "return w\n    raise NotImplementedError",
        "print(w)",
        "return 0",
        "yield",
        "try: raise NotImplementedError\n    except NotImplementedError: return w",
    ],
)
def test_what_is_written_replaces_what_was_written_before(body: str) -> None:
    _, namespace, kept = run(OWN, f"def loss(w, x, y):\n    {body}\n")

    assert kept == []
    assert namespace["loss"].__code__.co_filename == "cell 2"


TALK = {
    "prints": "print('todo')",
    "prints and returns": '"Return it."\n    return print("Not written yet")',
    "prints a form": "print(f'later', end='')\n    pass",
    "logs": "import_me = None\n    logging.info('loss is missing')\n    return None",
    "writes": "sys.stdout.write('hm\\n')\n    ...",
    "prints and refuses": "print('x')\n    assert False, 'todo'",
    "raises": "raise ValueError('TODO: write this')",
}


@pytest.mark.parametrize("body", TALK.values(), ids=TALK.keys())
@pytest.mark.parametrize("own", [OWN, "loss = lambda w, x, y: (w * x - y) ** 2\n"])
def test_function_that_only_talks_does_not_replace_what_gives_more(
    own: str, body: str
) -> None:
    talk = f"def loss(w, x, y):\n    {body}\n"
    _, namespace, kept = run(own, talk)

    assert namespace["loss"](1, 2, 3) == 1
    assert [k.why for k in kept] == ["stub"]
    assert run(talk, own)[2] == []
    assert run(talk)[1]["loss"].__code__.co_filename == "cell 1"


GENUINE = {
    "prints what it is given": ("def f(x): return x", "def f(x): print(x)"),
    "prints what it makes": ("def f(x): return x", "def f(x): print(f'{x} todo')"),
    "is given nothing": ("def f(): return 'hi'", "def f(): print('hi')"),
    "prints after one that prints": (
        "def f(x): print(x)",
        "def f(x): print('todo')",
    ),
    "gives a text": ("def f(x): return x", "def f(x):\n    return 'todo'"),
    "raises what it should": (
        "def f(x): return x",
        "def f(x):\n    raise ValueError('negative')",
    ),
    "calls": ("def f(x): return x", "def f(x):\n    open('todo')"),
    "sets": (
        "def f(x): return x",
        "def f(x):\n    global y\n    y = 1\n    print(2)",
    ),
}


@pytest.mark.parametrize(("first", "last"), GENUINE.values(), ids=GENUINE.keys())
def test_function_that_may_be_meant_replaces_what_was_there(
    first: str, last: str
) -> None:
    _, namespace, kept = run(first, last)

    assert kept == []
    assert namespace["f"].__code__.co_filename == "cell 2"


CLASSES = {
    "an object of it": ("Model = Model(1, 1)", "value"),
    "an object of it, wrapped": ("Model = torch.nn.DataParallel(Model(1, 1))", "value"),
    "a function of it": ("def fit(m): return m\nModel = fit(Model(1, 1))", "value"),
    "an empty class": ("class Model(torch.nn.Module):\n    pass", "stub"),
    "a class with holes": (
        (
            "class Model(torch.nn.Module):\n    def __init__(self):\n"
            "        super().__init__()\n    def forward(self, x):\n"
            "        raise NotImplementedError"
        ),
        "stub",
    ),
    "a class of passes": (
        "class Model(torch.nn.Module):\n    def forward(self, x):\n        pass",
        "stub",
    ),
    "a class that only begins": (
        (
            "class Model(torch.nn.Module):\n    def __init__(self):\n"
            "        super(Model, self).__init__()\n        # layers\n"
            "    def forward(self, x):\n        pass"
        ),
        "stub",
    ),
    "a class that begins in older words, and talks": (
        (
            "class Model(torch.nn.Module):\n    def __init__(self):\n"
            "        torch.nn.Module.__init__(self)\n"
            "    def forward(self, x):\n        print('todo')"
        ),
        "stub",
    ),
    "deleting": ("del Model", "gone"),
}


@pytest.mark.parametrize(("trial", "why"), CLASSES.values(), ids=CLASSES.keys())
def test_class_keeps_its_name(trial: str, why: str) -> None:
    _, namespace, kept = run(MODEL, trial)

    assert namespace["Model"](1, 1).extra() == 1
    assert [k.why for k in kept] == [why]


@pytest.mark.parametrize(
    "methods",
    [
        "    def __init__(self): super().__init__(1, 1)\n",
        "    def __init__(self): super().__init__(1, 1)\n    def extra(self): ...\n",
        "    def forward(self, x): return super().forward(x)\n",
    ],
)
def test_class_that_is_written_takes_the_name(methods: str) -> None:
    _, namespace, kept = run(MODEL, f"class Model(torch.nn.Linear):\n{methods}")

    assert kept == []
    assert "extra" not in vars(namespace["Model"]) or "extra" in methods


MEANT = {
    "a wrapper": "def timed(f): return lambda *a: f(*a)\nloss = timed(loss)",
    "a partial": "import functools\nloss = functools.partial(loss, 1)",
    "a cache": "import functools\nloss = functools.lru_cache(loss)",
    "a decorator": "import functools\n@functools.cache\ndef loss(w, x, y): return 7",
    "a lambda": "loss = lambda w, x, y: 7",
    "another function": "def mse(w, x, y): return 7\nloss = mse",
    "a method": "class A:\n    def f(self, w, x, y): return 7\nloss = A().f",
    "numpy": "import numpy\nloss = numpy.vectorize(loss)",
    "a definition in a condition": "if True:\n    def loss(w, x, y): return 7",
    "a definition that a function makes": (
        "def make():\n    def loss(w, x, y): return 7\n    return loss\nloss = make()"
    ),
    "a gradient switched off": (
        "import torch\n@torch.no_grad()\ndef loss(w, x, y): return 7"
    ),
}


@pytest.mark.parametrize("rebinding", MEANT.values(), ids=MEANT.keys())
def test_what_the_program_means_by_a_name_stays(rebinding: str) -> None:
    _, namespace, kept = run(OWN, rebinding)

    assert kept == []
    assert getattr(namespace["loss"], "__code__", None) is not None or callable(
        namespace["loss"]
    )


def test_name_without_work_of_the_program_s_is_left_alone() -> None:
    source = "import torch\nloss = torch.nn.MSELoss()\nw = 1\nfor w in [2]: pass"
    _, namespace, kept = run("def loss(w, x, y):\n    pass\n" + source)

    assert kept == []
    assert type(namespace["loss"]).__name__ == "MSELoss"
    assert namespace["w"] == 2


def test_functions_call_each_other_as_they_were_written() -> None:
    train = "def train():\n    return loss(1, 2, 3)\n"
    _, namespace, _ = run(OWN + train + "for loss in [0.5]: pass")

    assert namespace["train"]() == 1


def test_function_below_means_what_the_name_was_bound_to_there() -> None:
    meant = "import torch\nloss = torch.nn.MSELoss()\n"
    train = "def train():\n    return float(loss(torch.ones(1), torch.zeros(1)))\n"
    names, namespace, kept = run(OWN, meant + train)

    assert namespace["train"]() == 1.0
    assert names["loss"](1, 2, 3) == 1  # type: ignore[operator]
    assert [k.name for k in kept] == ["loss"]


def test_what_a_call_does_to_a_name_is_undone() -> None:
    source = (
        OWN + "def train():\n    global loss\n    loss = loss(1, 2, 3)\n    return loss"
    )
    names, namespace, _ = run(source)
    namespace["train"]()
    names.restore()

    assert namespace["loss"](1, 2, 3) == 1


def test_function_from_a_library_is_no_work_of_the_program_s() -> None:
    _, namespace, kept = run("from math import sqrt as loss", "loss = 3")

    assert (namespace["loss"], kept) == (3, [])


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("    raise NotImplementedError\n    return w * x", True),
        ("    total = 0.0\n    raise NotImplementedError('loss')\n    return 1", True),
        ("    raise NotImplementedError", False),
        (
            "    y = w * x\n    raise NotImplementedError('loss: not written yet')",
            False,
        ),
        (
            (
                "    total = 0.0\n"
                "    raise NotImplementedError('loss: not written yet')\n"
                "    return total"
            ),
            False,
        ),
    ],
)
def test_code_below_a_hole_is_told_from_what_was_handed_out(
    source: str,
    written: bool,  # noqa: FBT001 - a case of the test
) -> None:
    names, namespace, _ = run(f"def loss(w, x, y):\n{source}")
    code = namespace["loss"].__code__
    line = 2 + source.splitlines().index(
        next(line for line in source.splitlines() if "raise" in line)
    )
    assert names.is_written(Place(code.co_filename, line)) is written


@pytest.mark.parametrize("body", ["pass", "...", "'''Doc.'''", "return None"])
def test_function_that_does_nothing_is_not_written(body: str) -> None:
    names, namespace, _ = run(f"def f():\n    {body}\ndef g():\n    print(1)\n")
    told = names.unwritten(namespace["f"]) or {}

    assert (told["hole"], told["label"], told["line"]) == (True, "cell 1", 1)
    assert names.unwritten(namespace["g"]) is None
    assert names.unwritten(len) is None
