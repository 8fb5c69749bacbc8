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


def handed_in(folder: Path) -> dict[str, int]:
    """Write a class of 30; return what each honest student must get."""
    expected = {}
    for number in range(30):
        name = f"student{number:02}"
        place = folder / name
        place.mkdir(parents=True)
        source, points = HONEST[number % len(HONEST)]
        if number % EVERY == EVERY - 1:
            source = ATTACKS[number // EVERY]
        else:
            expected[name] = points
        (place / "double.py").write_text(f"# {name}\n{source}")
    return expected


def grade(
    submissions: Path, course: Path, out: Path
) -> tuple[Results, subprocess.CompletedProcess[str]]:
    command = [sys.executable, "-m", "grader", "grade", str(submissions)]
    command += ["--course", str(course), "--out", str(out), "--jobs", str(JOBS)]
    with control_groups(300, MEMORY) as groups:
        done = subprocess.run(
            joining(groups, command),
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
    assert (out / "results.json").is_file(), done.stderr
    return results_json.parse((out / "results.json").read_bytes()), done


def test_attackers_change_no_other_score(tmp_path: Path) -> None:
    limits = {"seconds_per_call": 0.5, "seconds_per_exercise": 2}
    course = make_course(tmp_path / "course", **limits)
    expected = handed_in(tmp_path / "class")
    results, done = grade(tmp_path / "class", course.root, tmp_path / "out")
    scores = {
        submission.student: submission.score for submission in results.submissions
    }

    assert done.returncode == 0
    assert {name: scores[name] for name in expected} == expected
    assert all(submission.complete for submission in results.submissions)
    assert {scores[name] for name in scores.keys() - expected.keys()} == {0}


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


def test_hidden_text_is_in_no_output(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course", seconds_per_call=1)
    folder = course.root / "solutions" / "double"
    (folder / "test_hidden.py").write_text(HIDDEN)
    (folder / "solution.py").write_text(SOLUTION)
    for name, source in CURIOUS.items():
        place = tmp_path / "class" / name
        place.mkdir(parents=True)
        (place / "double.py").write_text(source)
    results, done = grade(tmp_path / "class", course.root, tmp_path / "out")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    outcomes = {c.outcome for s in results.submissions for c in s.exercises[0].checks}

    assert {"failed", "error", "crashed", "grader_error"} <= outcomes
    assert "test_at_fault" in done.stdout + done.stderr
    assert len(written) > len(CURIOUS)
    assert SECRET not in done.stdout + done.stderr
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path.name
