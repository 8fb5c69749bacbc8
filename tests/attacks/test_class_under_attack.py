"""A whole class under attack: honest grades stay, and no hidden text gets out.

As root in control groups, where they can be had: 300 processes, and the memory that
SECURITY.md tells people to plan for.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from attackers import control_groups, joining
from attacks.attacking import SECRET, make_course
from typed import typed

from grader.cli.grade import NOT_FINAL
from grader.report.formats import results_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

HONEST = (
    ("def double(x): return 2 * x\n", 10),
    ("def double(x): return x + x\n", 10),
    ("import torch\ndef double(x): return torch.tensor(x) * 2\n", 10),
    ("def double(x): return 3 * x\n", 0),
    ("def double(x): return 6\n", 0),
    ("def double(x):\n", 0),
    ("def double(x): raise NotImplementedError('double: not written yet')\n", 0),
)
ATTACKS = {
    "sleeps": "import time\ndef double(x): time.sleep(10**6)\n",
    "naps": (
        "import time\ndef double(x):\n    for _ in range(999): time.sleep(.3)\n"
        "    return 2 * x\n"
    ),
    "sleeps when loaded": "import time\ntime.sleep(10**6)\n",
    "waits": "import threading\ndef double(x): threading.Event().wait()\n",
    "never ends": "def double(x):\n    while True: pass\n",
    "never ends, deaf": (
        "import itertools\ndef double(x): return sum(itertools.repeat(1))\n"
    ),
    "drips": (
        "import os, struct, time\ndef double(x):\n"
        "    os.write(3, struct.pack('>II', 10**6, 0))\n"
        "    while True:\n        os.write(3, b'x')\n        time.sleep(.01)\n"
    ),
    "starts threads": (
        "import threading as t, time\nt.stack_size(32768)\ntry:\n    while True:\n"
        "        t.Thread(target=time.sleep, args=(99,), daemon=True).start()\n"
        "except RuntimeError: pass\ndef double(x): return 2 * x\n"
    ),
    "forks": (
        "import posix\ndef double(x):\n    for _ in range(1000):\n        try:\n"
        "            posix.fork()\n        except OSError: pass\n    return 2 * x\n"
    ),
    "raises a megabyte": (
        "import sys\nsys.modules['grader.sandbox.program'] = None\n"
        "def double(x): raise TypeError('a' * 10**6 + '()')\n"
    ),
    "answers with 60 MB": (
        "import numpy\ndef double(x): return numpy.zeros(60 << 20, bool)\n"
    ),
    "answers with a million lists": "def double(x): return [[] for _ in [0] * 10**6]\n",
    "says more than it was asked": (
        "import sys\nwire = sys.modules['grader.sandbox.wire']\nold = wire.encode\n"
        "def encode(n, reply, *m):\n"
        "    more = {'more': b'x' * (6 << 20)} if 'value' in reply else {}\n"
        "    return old(n, {**reply, **more}, *m)\n"
        "wire.encode = encode\ndef double(x): return 2 * x\n"
    ),
    "sends what is no frame": (
        "import sys\nsys.modules['grader.sandbox.wire'].encode = lambda *a: b'x' * 99\n"
    ),
    "takes memory": "def double(x):\n    x = []\n    while True: x += [bytes(9**7)]\n",
    "ends its process": "import os\ndef double(x): os._exit(0)\n",
    "ends its process when loaded": "import os\nos._exit(0)\n",
    "prints": (
        "import os\ndef double(x):\n    while True: os.write(1, b'PASSED' * 999)\n"
    ),
    "has a long text": "# " + "a" * 50 + ("\n# " + "a" * 50) * 4000 + "\n",
    "ends its checker": "def double(x): return 'die'\n",
}
# They do harm, and then answer as they should.
RIGHT = {"starts threads", "forks"}
# What SECURITY.md tells people to plan for: so much for each worker and each checker.
JOBS, MEMORY = 2, 2 * ((300 << 20) + (1 << 30))
# What no submission can do any more is done by the check: it ends its own process.
DEADLY = '''\
import os

from grader import close_to, points


@points(10)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    for _ in range(3):
        x = draw.real()
        answer = student.double(x)
        if answer == "die":
            os._exit(9)
        assert answer == close_to(reference.double(x))
'''


def attacked() -> dict[str, tuple[str, int]]:
    """Return the work of each student of a class, and what it must earn.

    Between any two of them there is an attacker.
    """
    works = {}
    for number, (kind, source) in enumerate(ATTACKS.items()):
        honest, due = HONEST[number % len(HONEST)]
        works[f"s{number:02} honest"] = (f"# {number}\n{honest}", due)
        works[f"s{number:02} {kind}"] = (source, 10 * (kind in RIGHT))
    return works


# Every place where an author writes what no student may read. The inputs of a call are
# not among them: the student's own code receives those.
HIDDEN = f'''\
from grader import close_to, points

# {SECRET}
KEY = "{SECRET}"


@points(2)
def test_that_fails(student, draw):
    """double(x) is twice x."""
    key = {{KEY: KEY}}
    x = draw.real()
    assert student.double(x) == close_to(2 * x), KEY


@points(2)
def test_text(student):
    """double gives what it should."""
    text = "ab"
    assert student.double(text) == text + text, f"{{KEY}} was asked for"


@points(2)
def test_named(student):
    """double takes a name."""
    assert student.double(x=[len(KEY)]) == [len(KEY)] * 2, KEY


@points(2)
def test_at_fault(student, reference):
    """double(3) is 6."""
    student.double(3)
    raise KeyError(KEY)


@points(2)
def test_with_solution_at_fault(student, reference):
    """double(-1) is -2."""
    assert student.double(-1) == close_to(reference.double(-1))
'''
SOLUTION = f"""\
KEY = "{SECRET}"


def double(x):
    # {SECRET}
    if x == -1:
        raise ValueError("{SECRET}")
    return 2 * x


def probe():
    return 0
"""
CURIOUS = {
    "right": "def double(x): return 2 * x\n",
    "wrong": "def double(x): return 0\n",
    "empty": "\n",
    "broken": "def double(x:\n",
    "mirror": "def double(x): return x\n",
    "printer": "def double(x):\n    print(x)\n    return x\n",
    "raiser": "def double(x): raise ValueError(x)\n",
    "asserter": "def double(x): assert False, x\n",
    "keyed": "def double(x): return {}[x]\n",
    "typed": "def double(x): return type(str(x), (), {})()\n",
    "named": "def double(x): raise type(str(x), (Exception,), {})(x)\n",
    "stderr": "import sys\ndef double(x): sys.exit(x)\n",
    "dead": "import os\ndef double(x): os._exit(7)\n",
    "attribute": "def double(x): return getattr(x, str(x))\n",
    "warner": "import warnings\ndef double(x): warnings.warn(str(x))\n",
    "source": (
        "import linecache\ndef double(x):\n"
        "    code = compile('def f():\\n    1 / 0 # ' + str(x), 'double.py', 'exec')\n"
        "    linecache.cache['double.py'] = (1, None, [str(x)] * 99, 'double.py')\n"
        "    exec(code, names := {})\n    names['f']()\n"
    ),
}


def hand_in(submissions: Path, works: Mapping[str, str], exercise: str) -> Path:
    """Return a folder with one file of each student."""
    for student, source in works.items():
        (submissions / student).mkdir(parents=True)
        (submissions / student / f"{exercise}.py").write_text(source)
    return submissions


def test_attackers_change_no_other_score(tmp_path: Path) -> None:
    limits = {"seconds_per_call": 0.5, "seconds_per_exercise": 2}
    course = make_course(tmp_path / "course", **limits)
    (course.root / "solutions" / "double" / "test_hidden.py").write_text(DEADLY)
    works = attacked()
    sources = {name: source for name, (source, _) in works.items()}
    submissions = hand_in(tmp_path / "class", sources, "double")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "grader", "grade", str(submissions)]
    command += ["--course", str(course.root), "--out", str(out), "--jobs", str(JOBS)]
    with control_groups(300, MEMORY) as groups:
        done = subprocess.run(
            joining(groups, command),
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
    assert (out / "results.json").is_file(), done.stderr
    results = results_json.parse((out / "results.json").read_bytes())
    scores = {one.student: one.score for one in results.submissions}
    due = {name: score for name, (_, score) in works.items()}

    assert scores == due
    assert [one.student for one in results.submissions if not one.complete] == []
    assert done.returncode == 0, done.stderr
    # Whoever grades is told of the checker that ended, and of nothing else.
    told = [line for line in done.stderr.splitlines() if line.startswith("author: ")]
    assert ["ends its checker: " in line for line in told] == [True], told


def test_hidden_text_is_in_no_output(gate: Gate, tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    secret = course.root / "solutions" / "hasty"
    (secret / "test_hidden.py").write_text(HIDDEN)
    (secret / "solution.py").write_text(SOLUTION)
    submissions = hand_in(tmp_path / "class", CURIOUS, "hasty")
    out = tmp_path / "out"
    course_of = ("--course", course.root, "--jobs", JOBS)
    done = typed("grade", submissions, *course_of, "--out", out, gate=gate)
    results = results_json.parse((out / "results.json").read_bytes())
    written = [path for path in out.rglob("*") if path.is_file()]
    outcomes = {
        check.outcome
        for submission in results.submissions
        for exercise in submission.exercises
        for check in exercise.checks
    }

    assert done.returncode == NOT_FINAL
    assert {"failed", "error", "crashed", "grader_error"} <= outcomes
    assert "test_at_fault" in done.stdout + done.stderr
    assert len(written) > len(CURIOUS)
    assert SECRET not in done.stdout + done.stderr
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path.name
