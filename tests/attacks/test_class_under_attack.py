"""A whole class under attack: honest grades stay, and no hidden text gets out.

As root in control groups, where they can be had: 300 processes, and the memory that
SECURITY.md tells people to plan for.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from attackers import control_groups, joining
from attacks.attacking import SECRET, make_course

from grader.report.formats import results_json

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Results

HONEST = (
    ("def double(x): return 2 * x\n", 10),
    ("def double(x): return x + x\n", 10),
    ("import torch\ndef double(x): return torch.tensor(x) * 2\n", 10),
    ("def double(x): return 3 * x\n", 0),
    ("def double(x): return 6\n", 0),
    ("def double(x):\n", 0),
    ("def double(x): raise NotImplementedError('double: not written yet')\n", 0),
)
ATTACKS = (
    "import os\nos._exit(0)\n",
    "import os\ndef double(x):\n    while True: os.write(1, b'PASSED' * 999)\n",
    "import sys\nsys.modules['grader.sandbox.wire'].encode = lambda *a: b'x' * 99\n",
    "def double(x):\n    x = []\n    while True: x += [bytes(9**7)]\n",
    "import numpy\ndef double(x): return numpy.zeros(60 << 20, bool)\n",
)
EVERY = 6
# What SECURITY.md tells people to plan for: so much for each worker and each checker.
JOBS, MEMORY = 2, 2 * ((300 << 20) + (1 << 30))
STUDENTS = 30


def attacked() -> dict[str, str]:
    """Return the work of each student of a class whose every sixth one attacks."""
    sources = {}
    for number in range(STUDENTS):
        source, _ = HONEST[number % len(HONEST)]
        if number % EVERY == EVERY - 1:
            source = ATTACKS[number // EVERY]
        name = f"student{number:02}"
        sources[name] = f"# {name}\n{source}"
    return sources


# What each honest student must get.
EXPECTED = {
    f"student{number:02}": HONEST[number % len(HONEST)][1]
    for number in range(STUDENTS)
    if number % EVERY != EVERY - 1
}
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


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Results, subprocess.CompletedProcess[str], Path]:
    """Return the results of one class, what was printed, and the folder of reports.

    Attackers hand in `double`; those who look for hidden text hand in `hasty`, whose
    checks and solution are full of it.
    """
    folder = tmp_path_factory.mktemp("class")
    limits = {"seconds_per_call": 0.5, "seconds_per_exercise": 2}
    course = make_course(folder / "course", **limits)
    secret = course.root / "solutions" / "hasty"
    (secret / "test_hidden.py").write_text(HIDDEN)
    (secret / "solution.py").write_text(SOLUTION)
    for name, source in attacked().items():
        hand_in(folder / "class", name, "double", source)
    for name, source in CURIOUS.items():
        hand_in(folder / "class", name, "hasty", source)
    out = folder / "out"
    command = [sys.executable, "-m", "grader", "grade", str(folder / "class")]
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
    return results_json.parse((out / "results.json").read_bytes()), done, out


def hand_in(submissions: Path, student: str, exercise: str, source: str) -> None:
    place = submissions / student
    place.mkdir(parents=True)
    (place / f"{exercise}.py").write_text(source)


def test_attackers_change_no_other_score(
    run: tuple[Results, subprocess.CompletedProcess[str], Path],
) -> None:
    names = attacked()
    own = {one.student: one for one in run[0].submissions if one.student in names}
    scores = {name: one.score for name, one in own.items()}

    assert len(own) == STUDENTS
    assert {name: scores[name] for name in EXPECTED} == EXPECTED
    assert all(one.complete for one in own.values())
    assert {scores[name] for name in names.keys() - EXPECTED.keys()} == {0}


def test_hidden_text_is_in_no_output(
    run: tuple[Results, subprocess.CompletedProcess[str], Path],
) -> None:
    results, done, out = run
    written = [path for path in out.rglob("*") if path.is_file()]
    outcomes = {
        check.outcome
        for submission in results.submissions
        if submission.student in CURIOUS
        for exercise in submission.exercises
        for check in exercise.checks
    }

    assert {"failed", "error", "crashed", "grader_error"} <= outcomes
    assert "test_at_fault" in done.stdout + done.stderr
    assert len(written) > len(CURIOUS)
    assert SECRET not in done.stdout + done.stderr
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path.name
