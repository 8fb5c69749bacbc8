"""Code that uses up time, memory or room costs only its own student, and says so."""

from __future__ import annotations

import pytest
from attacks.attacking import HONEST, Arena, Graded, Traces

from grader.model import Outcome

O = Outcome  # noqa: E741 - a column of the tables below

# A body of `double`, and how the check then ends.
GREEDY = {
    "never ends": ("while True: pass", {O.TIMEOUT}),
    "never ends, deaf to the limit's signal": (
        "import signal as s\ns.signal(s.SIGXCPU, s.SIG_IGN)\nwhile True: pass",
        {O.TIMEOUT},
    ),
    "never ends, in four threads": (
        (
            "import threading\n"
            "def spin():\n    while True: pass\n"
            "for _ in range(4): threading.Thread(target=spin, daemon=True).start()\n"
            "spin()"
        ),
        {O.TIMEOUT},
    ),
    "never ends, catching everything": (
        "while True:\n    try:\n        while 1: pass\n    except BaseException: pass",
        {O.TIMEOUT},
    ),
    "searches with a slow pattern": (
        "import re\nre.match('(a*)*b', 'a' * 40)",
        {O.TIMEOUT},
    ),
    "computes a giant number": ("return 7 ** (10 ** 9)", {O.TIMEOUT, O.OUT_OF_MEMORY}),
    "takes bytes": (
        "x = []\nwhile True: x.append(bytearray(10**7))",
        {O.OUT_OF_MEMORY},
    ),
    "takes small objects": (
        "x = []\nwhile True: x.append([x])",
        # With the last byte taken, Python may have none left to say so.
        {O.OUT_OF_MEMORY, O.TIMEOUT, O.CRASHED},
    ),
    "takes tensors": (
        "import torch\nx = []\nwhile True: x.append(torch.ones(10**7))",
        {O.OUT_OF_MEMORY},
    ),
    "takes one huge tensor": (
        "import torch\nreturn torch.ones(2**40)",
        {O.OUT_OF_MEMORY},
    ),
    "takes one huge array": (
        "import numpy\nreturn numpy.ones(2**40)",
        {O.OUT_OF_MEMORY},
    ),
    "maps memory": ("import mmap\nmmap.mmap(-1, 2**40)", {O.ERROR, O.OUT_OF_MEMORY}),
    "recurses": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nreturn f()",
        {O.CRASHED, O.OUT_OF_MEMORY, O.TIMEOUT, O.ERROR},
    ),
    "recurses in C": (
        (
            "import sys\nsys.setrecursionlimit(10**9)\n"
            "class A:\n    def __getattr__(self, name): return getattr(self, name)\n"
            "return A().x"
        ),
        {O.CRASHED, O.OUT_OF_MEMORY, O.TIMEOUT, O.ERROR},
    ),
    "opens descriptors": ("import os\nwhile True: os.pipe()", {O.ERROR}),
    "prints without end": ("while True: print('x' * 10**6)", {O.TIMEOUT}),
    "prints without end, byte by byte": (
        "import os\nwhile True: os.write(1, b'x')",
        {O.TIMEOUT},
    ),
    "segfaults": ("import ctypes\nctypes.string_at(0)", {O.CRASHED}),
    "aborts": ("import os\nos.abort()", {O.CRASHED}),
    "ends by a signal without a name": (
        "import os\nos.kill(os.getpid(), 40)",
        {O.CRASHED},
    ),
    "divides by zero in the processor": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGFPE)",
        {O.CRASHED},
    ),
    "answers with 10 million numbers": (
        "import torch\nreturn torch.ones(10**7)",
        {O.FAILED},
    ),
    "answers with a list of a million": ("return [x] * 10**6", {O.ERROR, O.TIMEOUT}),
    "answers with more than a frame": (
        "import numpy\nreturn numpy.broadcast_to(numpy.float64(x), 2**24)",
        {O.ERROR},
    ),
    "answers with a long text": ("return 'x' * 10**7", {O.ERROR}),
    "answers with a giant number": ("return 1 << 10**6", {O.ERROR}),
    "answers with a number no float holds": ("return 1 << 16000", {O.FAILED}),
    "answers from too deep": (
        "for _ in range(10**5): x = [x]\nreturn x",
        {O.ERROR, O.CRASHED},
    ),
    "answers with a list of itself": ("y = [x]\ny.append(y)\nreturn y", {O.ERROR}),
    "answers with a list of itself, twice": (
        "y = []\ny += [y, y]\nreturn y",
        {O.ERROR},
    ),
    "answers with a dict of itself": ("y = {}\ny[1] = y\nreturn y", {O.ERROR}),
    "answers with keys of one hash": (
        "import torch\nreturn {(2**61 - 1) * i: 0 for i in range(2, 40000)}",
        {O.ERROR, O.TIMEOUT},
    ),
    "answers with a sparse tensor": (
        "import torch\nreturn torch.eye(3).to_sparse()",
        {O.FAILED},
    ),
    "answers with a tensor without numbers": (
        "import torch\nreturn torch.ones(10**9, device='meta')",
        {O.FAILED},
    ),
    "answers with a quantised tensor": (
        "import torch as t\nreturn t.quantize_per_tensor(t.ones(1), .1, 0, t.quint8)",
        {O.FAILED},
    ),
    "answers with a complex tensor": (
        "import torch\nreturn torch.tensor([2 * x + 0j])",
        {O.FAILED},
    ),
    "answers with a view of one number": (
        "import torch\nreturn torch.tensor(2 * x).expand(10**9)",
        {O.ERROR},
    ),
    "answers with no numbers in many dimensions": (
        "import torch\nreturn torch.ones([0] + [2**20] * 10)",
        {O.ERROR, O.FAILED, O.CRASHED},
    ),
    "answers with dates": (
        "import numpy\nreturn numpy.array(['2020-01-01'], 'M8[D]')",
        {O.FAILED},
    ),
    "answers with objects in an array": (
        "import numpy\nreturn numpy.array([object()], object)",
        {O.FAILED},
    ),
    "answers with records": (
        "import numpy\nreturn numpy.zeros(3, [('a', 'f8')])",
        {O.FAILED},
    ),
    "raises something huge": ("raise ValueError('x' * 10**7)", {O.ERROR}),
    "raises something that cannot be shown": (
        "class E(Exception):\n    def __str__(self): raise self\nraise E",
        {O.ERROR},
    ),
    "raises from within itself": (
        "e = ValueError()\ne.__cause__ = e\nraise e",
        {O.ERROR},
    ),
}
# A program that waits in silence meets the deadline on the clock, which is generous.
SILENT = {
    "sleeps": "import time\ntime.sleep(10**6)",
    "stops itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "waits for itself": "import threading as t\nt = t.Lock()\nt.acquire()\nt.acquire()",
    "stays silent in the middle of a reply": (
        "import os, struct, time\n"
        "os.write(3, struct.pack('>II', 1000, 0) + b'x')\ntime.sleep(10**6)"
    ),
    "puts another socket in the channel's place": (
        "import os, socket\n"
        "globals().update(kept=os.dup(3), pair=socket.socketpair())\n"
        "os.dup2(pair[0].fileno(), 3)\nreturn 2 * x"
    ),
    "starts threads without end": (
        "import threading as t, time\n"
        "t.stack_size(32768)\n"
        "def start(): t.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "try:\n    while True: start()\nfinally: time.sleep(10**6)"
    ),
    "sends a reply drop by drop": (
        "import os, struct, time\n"
        "os.write(3, struct.pack('>II', 10**6, 0))\n"
        "while True:\n    os.write(3, b'x')\n    time.sleep(0.01)"
    ),
}


def submission(body: str) -> str:
    return "def double(x):\n" + "".join(f"    {line}\n" for line in body.split("\n"))


Found = tuple[dict[str, Graded], list[Graded]]

# So many attacks are judged before an honest neighbour is.
BESIDE = 4


@pytest.fixture(scope="module")
def graded(arena: Arena) -> Found:
    return exhausted(arena)


def exhausted(arena: Arena) -> Found:
    """Return the grade of each, and those of honest neighbours judged among them.

    All are judged in one run; between two that wait there are some that compute. What
    takes memory has the time to take it all.
    """
    before = Traces(arena)
    slow = [name for name in GREEDY if name.startswith("takes ")]
    greedy = [name for name in GREEDY if name not in slow]
    names: list[str] = []
    for silent in SILENT:
        names += [silent, *greedy[: BESIDE + 1]]
        greedy = greedy[BESIDE + 1 :]
    found, neighbours = judged(arena, names + greedy, "hasty")
    more, others = judged(arena, slow, "double")
    before.check()
    return found | more, neighbours + others


def judged(arena: Arena, names: list[str], exercise: str) -> Found:
    """Return the grades of attacks, and of honest programs among them."""
    bodies = {**{name: body for name, (body, _) in GREEDY.items()}, **SILENT}
    sources = [submission(bodies[name]) for name in names]
    for at in range(len(names), 0, -BESIDE):
        sources.insert(at, HONEST)
    found = arena.grade_all(sources, exercise)
    honest = [one for one, text in zip(found, sources, strict=True) if text == HONEST]
    attacks = [one for one, text in zip(found, sources, strict=True) if text != HONEST]
    return dict(zip(names, attacks, strict=True)), honest


@pytest.mark.parametrize("name", GREEDY)
def test_greed_costs_its_own_student(graded: Found, name: str) -> None:
    greedy = graded[0][name]

    assert greedy.score == 0
    assert greedy.double.outcome in GREEDY[name][1], greedy.double


@pytest.mark.parametrize("name", SILENT)
def test_silence_ends_at_the_deadline(graded: Found, name: str) -> None:
    silent = graded[0][name]

    assert silent.score == 0
    assert silent.double.outcome is O.TIMEOUT
    assert silent.verdict.seconds < 60


def test_greed_and_silence_cost_nobody_else_a_point(graded: Found) -> None:
    _, neighbours = graded

    assert len(neighbours) > len(GREEDY) / BESIDE
    assert {neighbour.score for neighbour in neighbours} == {10}
