"""Whatever the worker says or does, only right values earn points."""

from __future__ import annotations

import pytest
from attacks.attacking import HONEST, Arena, Graded, graded_together

from grader.model import Outcome

O = Outcome  # noqa: E741 - a column of the tables below

WRONG = "def double(x):\n    return 3 * x\n"
FRAME = """\
import os, struct, sys, time
msgspec = sys.modules["msgspec"]

def frame(number, tree, blob=b""):
    header = msgspec.msgpack.encode([number, tree])
    return struct.pack(">II", len(header), len(blob)) + header + blob

def text(**items):
    return {1: [[key, value] for key, value in items.items()]}

def answer(value, number):
    return frame(number, text(value=value, arguments={0: [1.0]}))

"""
# Load is the second request to a worker; the first asks whether it is there.
LOADED = "frame(2, text(failures=[], names=['double']))"

# Programs whose `double` is wrong, and how its check ends.
DISHONEST = {
    "exits with 0 in the call": ("import os\ndef double(x): os._exit(0)", O.CRASHED),
    "exits with 0 when loaded": ("import posix\nposix._exit(0)", O.CRASHED),
    "leaves when loaded": ("import os\nos._exit(0)", O.NOT_ATTEMPTED),
    "exits as a failed lock-down would, in the call": (
        "import os\ndef double(x): os._exit(97)",
        O.CRASHED,
    ),
    "exits as a failed lock-down would, when loaded": (
        "import posix\nposix._exit(97)",
        O.CRASHED,
    ),
    "leaves politely": ("def double(x): raise SystemExit(0)", O.ERROR),
    "replaces what compares in torch": (
        "import torch\nfor name in ('allclose', 'isclose', 'equal', 'eq'):\n"
        "    setattr(torch, name, lambda *a, **k: True)\n"
        "torch.Tensor.__eq__ = lambda *a: True\n" + WRONG,
        O.FAILED,
    ),
    "replaces what compares in numpy": (
        "import numpy, numpy.testing\nnumpy.allclose = numpy.equal = lambda *a: 1\n"
        "numpy.testing.assert_allclose = lambda *a, **k: None\n" + WRONG,
        O.FAILED,
    ),
    "replaces what is built in": (
        "import builtins\nclass F(float):\n    def __eq__(self, other): return True\n"
        "    __hash__ = None\n"
        "builtins.float = F\nbuiltins.abs = lambda x: 0\n"
        "builtins.sorted = lambda *a, **k: []\n" + WRONG,
        {O.FAILED, O.CRASHED, O.ERROR},
    ),
    "replaces the test frameworks": (
        "import sys, types, unittest\n"
        "unittest.TestCase.assertEqual = lambda *a: None\n"
        "sys.modules['pytest'] = sys.modules['_pytest'] = types.ModuleType('pytest')\n"
        + WRONG,
        O.FAILED,
    ),
    "returns a float that equals everything": (
        (
            "class F(float):\n    def __eq__(self, other): return True\n"
            "    def __float__(self): return 0.0\n    __hash__ = None\n"
            "def double(x): return F(3 * x)"
        ),
        O.FAILED,
    ),
    "returns a number that equals everything": (
        (
            "class I(int):\n    __hash__ = None\n    def __eq__(self, o): return True\n"
            "    def __index__(self): return 0\n"
            "def double(x): return I(3)"
        ),
        O.FAILED,
    ),
    "returns an object that equals everything": (
        (
            "class A:\n    def __eq__(self, other): return True\n"
            "    def __getattr__(self, name): return self\n"
            "    def __call__(self, *a, **k): return self\n"
            "    def __float__(self): return 0.0\n    __array_priority__ = 10**9\n"
            "def double(x): return A()"
        ),
        O.FAILED,
    ),
    "returns a mock": (
        "from unittest.mock import MagicMock\ndouble = MagicMock()",
        O.FAILED,
    ),
    "returns a tensor that decides its comparisons": (
        (
            "import torch\nclass T(torch.Tensor):\n    @classmethod\n"
            "    def __torch_function__(cls, func, types, args=(), kwargs=None):\n"
            "        return True\n"
            "def double(x): return torch.tensor(3 * x).as_subclass(T)"
        ),
        {O.FAILED, O.ERROR},
    ),
    "returns an array that decides its comparisons": (
        (
            "import numpy\nclass A(numpy.ndarray):\n"
            "    def __array_ufunc__(self, *a, **k): return True\n"
            "    def __eq__(self, other): return True\n"
            "def double(x): return numpy.array([3 * x]).view(A)"
        ),
        O.FAILED,
    ),
    "returns a list that decides its comparisons": (
        (
            "class L(list):\n    def __eq__(self, other): return True\n"
            "    def __iter__(self): raise KeyboardInterrupt\n    __len__ = None\n"
            "def double(x): return L([3 * x])"
        ),
        {O.FAILED, O.ERROR},
    ),
    "returns a tuple of names that has no length": (
        (
            "class T(tuple):\n    _fields = ('value',)\n"
            "    def __len__(self): raise KeyboardInterrupt\n"
            "def double(x): return T([3 * x])"
        ),
        {O.FAILED, O.ERROR},
    ),
    "returns a dict that decides its comparisons": (
        (
            "class D(dict):\n    def __eq__(self, other): return True\n"
            "    def items(self): return [(1, 1)] * 10**9\n"
            "def double(x): return D(a=3 * x)"
        ),
        O.FAILED,
    ),
    "returns a handle of its own": (
        (
            "import sys\ndef double(x):\n"
            "    return sys.modules['grader.sandbox.wire'].Handle(-1, 'Tensor')"
        ),
        O.FAILED,
    ),
    "returns nan": ("def double(x): return float('nan')", O.FAILED),
    "returns infinity": ("def double(x): return float('inf')", O.FAILED),
    "returns all candidates": ("def double(x): return [x, 2 * x, 3 * x]", O.FAILED),
    "returns text that is a number": ("def double(x): return str(2 * x)", O.FAILED),
    "returns what it was given, changed": (
        "def double(x):\n    x *= 3\n    return x",
        O.FAILED,
    ),
    "remembers the visible numbers": ("def double(x): return 6", O.FAILED),
    "is a class": (
        "class double:\n    def __init__(self, x): self.x = 2 * x",
        O.FAILED,
    ),
    "takes the solution's name": (
        "import sys\ndef double(x): return sys.modules['reference'].double(x)",
        O.ERROR,
    ),
    "prints what a grader reads": (
        "print('PASSED', '1 passed in 0.01s', '{\"score\": 10}', sep='\\n')\n"
        "print('::notice title=grade::10/10', '\\x1b[32mok\\x1b[0m', 'OK', sep='\\n')\n"
        + WRONG,
        O.FAILED,
    ),
    "prints it at the end": (
        "import atexit\natexit.register(print, '{\"score\": 10}')\n" + WRONG,
        O.FAILED,
    ),
    "writes garbage into the channel": (
        "import os\ndef double(x):\n    os.write(3, b'\\xff' * 100)\n    return 2 * x",
        O.CRASHED,
    ),
    "writes the length of a huge frame": (
        (
            "import os\ndef double(x):\n    os.write(3, b'\\x7f\\xff\\xff\\xff' * 2)\n"
            "    return 2 * x"
        ),
        O.CRASHED,
    ),
    "writes random frames when loaded": (
        "import os, random\nos.write(3, random.randbytes(4096))\n" + HONEST,
        O.CRASHED,
    ),
    "answers before it is asked": (
        FRAME + f"os.write(3, {LOADED} + answer(6.0, 3))\n" + WRONG,
        {O.FAILED, O.CRASHED},
    ),
    "answers many requests before they are asked": (
        FRAME + f"os.write(3, {LOADED})\n"
        "for n in range(3, 99): os.write(3, answer(6.0, n))\n" + WRONG,
        {O.FAILED, O.CRASHED},
    ),
    "answers twice": (
        FRAME + "def double(x):\n    os.write(3, answer(2 * x, 3))\n    return 2 * x",
        O.CRASHED,
    ),
    "answers another request": (
        FRAME + "def double(x):\n    os.write(3, answer(2 * x, 77))\n    time.sleep(9)",
        O.CRASHED,
    ),
    "answers with a verdict": (
        FRAME + "def double(x):\n    verdict = text(outcome='passed', score=10.0)\n"
        "    for n in range(99): os.write(3, frame(n, verdict))\n    time.sleep(9)",
        O.CRASHED,
    ),
    "claims the same bytes many times": (
        FRAME + "def double(x):\n"
        "    one = {4: [1, 'uint8', [2**20], 0, 2**20, False]}\n"
        "    tree = text(value=[one] * 30000, arguments={0: [x]})\n"
        "    data = frame(3, tree, bytes(2**20))\n"
        "    while data: data = data[os.write(3, data):]\n    time.sleep(9)",
        O.CRASHED,
    ),
    "sends keys that all collide": (
        FRAME + "def double(x):\n"
        "    keys = [((2**61 - 1) * i).to_bytes(10, 'big') for i in range(8, 40000)]\n"
        "    data = answer({1: [[{3: [key]}, 0] for key in keys]}, 3)\n"
        "    while data: data = data[os.write(3, data):]\n    time.sleep(9)",
        O.CRASHED,
    ),
    "closes the channel": (
        "import os\ndef double(x):\n    os.close(3)\n    return 2 * x",
        O.CRASHED,
    ),
    "shuts the channel down": (
        (
            "import ctypes\ndef double(x):\n"
            "    ctypes.CDLL(None).shutdown(3, 2)\n    return 2 * x"
        ),
        O.CRASHED,
    ),
    "finds the channel through its frames": (
        (
            "import sys, json\ndef double(x):\n    frame = sys._getframe()\n"
            "    while frame:\n        channel = frame.f_locals.get('channel')\n"
            "        if hasattr(channel, 'write'):\n"
            "            channel.write(json.dumps({'outcome': 'passed'}).encode())\n"
            "        frame = frame.f_back\n    return 3 * x"
        ),
        {O.CRASHED, O.FAILED},
    ),
    "finds the channel through the collector": (
        (
            "import gc\ndef double(x):\n    gc.unfreeze()\n"
            "    for thing in gc.get_objects():\n"
            "        if type(thing).__name__ == 'Channel':\n"
            '            thing.write(b\'{"outcome": "passed"}\')\n    return 3 * x'
        ),
        {O.CRASHED, O.FAILED},
    ),
    "replaces how replies are written": (
        (
            "import sys\nwire = sys.modules['grader.sandbox.wire']\nold = wire.encode\n"
            "def encode(number, value, *more):\n"
            "    return old(number, {'outcome': 'passed', 'score': 10.0})\n"
            "def double(x):\n    wire.encode = encode\n    return 2 * x"
        ),
        O.CRASHED,
    ),
    "replies with code": (
        (
            "import sys, pickle\nwire = sys.modules['grader.sandbox.wire']\n"
            "class P:\n    def __reduce__(self): return (exec, ('raise SystemExit',))\n"
            "def double(x):\n    wire.encode = lambda *a: pickle.dumps(P()) * 9\n"
        ),
        O.CRASHED,
    ),
    "raises what the checks are ended by": (
        (
            "class CheckEnded(Exception):\n    outcome = 'passed'\n    message = ''\n"
            "def double(x): raise CheckEnded"
        ),
        O.ERROR,
    ),
    "raises what pytest skips by": (
        (
            "class Skipped(BaseException): pass\n"
            "Skipped.__module__ = '_pytest.outcomes'\n"
            "def double(x): raise Skipped('skip')"
        ),
        O.ERROR,
    ),
    "interrupts": ("def double(x): raise KeyboardInterrupt", O.ERROR),
    "stops the iteration": ("def double(x): raise StopIteration(2 * x)", O.ERROR),
    "raises a hole with a verdict": (
        "def double(x): raise NotImplementedError('ok' * 10**5 + ': not written yet')",
        {O.NOT_ATTEMPTED, O.ERROR},
    ),
    "defines names that harm": (
        (
            "for name in ('\\x1b[2J', '../../x', 'do\\u202euble', 'a' * 999,"
            " 'duoble', '\\ud800'):\n    globals()[name] = 1\n"
        ),
        {O.ERROR, O.NOT_ATTEMPTED, O.CRASHED},
    ),
    "defines names without end": (
        "for n in range(40000): globals()[f'doublf{n}'] = 1\n",
        {O.ERROR, O.NOT_ATTEMPTED},
    ),
    "steals the name of the program": (
        "import sys, types\nsys.modules['__main__'] = types.ModuleType('double')\n"
        "__name__ = 'reference'\n__file__ = '/dev/null'\n" + WRONG,
        O.FAILED,
    ),
}


@pytest.fixture(scope="module")
def graded(arena: Arena) -> dict[str, Graded]:
    return graded_together(arena, sources())


def sources() -> dict[str, str]:
    """Return all programs of this file."""
    dishonest = {name: source for name, (source, _) in DISHONEST.items()}
    honest = {name: source + HONEST for name, source in HARMLESS.items()}
    return dishonest | honest


@pytest.mark.parametrize("name", DISHONEST)
def test_forged_answer_earns_nothing(graded: dict[str, Graded], name: str) -> None:
    _, expected = DISHONEST[name]
    found = graded[name]

    assert found.score == 0
    assert found.double.outcome in ({expected} if isinstance(expected, O) else expected)
    # This is generous, since the machine may be busy; a program that stalls us takes
    # minutes.
    assert found.verdict.seconds < 60
    assert "\x1b" not in found.double.message


# Each stands before an honest `double`, and must change nothing.
HARMLESS = {
    "prints verdicts": "print('FAILED', '::error::0/10', '\\x1b[2J', sep='\\n')\n",
    "prints on standard error": "import sys\nprint('Traceback', file=sys.stderr)\n",
    "prints at the end": "import atexit\natexit.register(print, 'FAILED')\n",
    "prints without end, from a thread": (
        "import os, threading\ndef flood():\n    while True: os.write(1, b'x' * 4096)\n"
        "threading.Thread(target=flood, daemon=True).start()\n"
    ),
    "changes its reply late, from a thread": (
        "import threading, time\nreplies = []\ndef late():\n    while True:\n"
        "        time.sleep(0.001)\n        for reply in replies: reply[0] = 7\n"
        "threading.Thread(target=late, daemon=True).start()\n"
    ),
    "ignores every signal": (
        "import signal\nfor number in range(1, 65):\n"
        "    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
    ),
    "closes its standard streams": "import os\nfor n in (0, 1, 2): os.close(n)\n",
    "replaces the module list": "import sys\nsys.modules.clear()\n",
    "turns gradients off": "import torch\ntorch.set_grad_enabled(False)\n",
    "changes the default type": "import torch as t\nt.set_default_dtype(t.half)\n",
    "traces itself": "import sys\nsys.settrace(lambda *a: None)\n",
    "deletes its own name": "del __file__\n",
    "hooks exceptions": "import sys\nsys.excepthook = sys.exit\n",
    "disables the collector": "import gc\ngc.disable()\n",
}


@pytest.mark.parametrize("name", HARMLESS)
def test_honest_part_earns_its_points(graded: dict[str, Graded], name: str) -> None:
    assert (graded[name].score, graded[name].double.message) == (10, "")
