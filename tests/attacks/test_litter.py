"""No attack leaves a file, a mark on one, or a trap for whoever comes after."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from attacks.attacking import (
    HIDDEN,
    HONEST,
    TOKEN,
    Arena,
    Graded,
    Probe,
    Traces,
    graded_together,
    make_course,
    probes,
)
from helpers import Quiet

from grader import grading
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate


LIBRARY = "f = open(os.__file__)\n"
LITTER = probes(
    {
        "writes to the temporary folder": "open('/tmp/' + TOKEN, 'w')",
        "writes to shared memory": "open('/dev/shm/' + TOKEN, 'w')",
        "writes where it runs": "open(TOKEN, 'w')",
        "writes to the root": "open('/' + TOKEN, 'w')",
        "writes nowhere": "open('/dev/null', 'w')",
        "writes beside the hidden checks": "open(ROOT + '/conftest.py', 'w')",
        "appends to the hidden checks": "open(SECRET_FILE, 'a')",
        "writes to its own memory": "open('/proc/self/mem', 'r+b')",
        "writes to its own score": "open('/proc/self/oom_score_adj', 'w')",
        "writes to a library": "open(os.__file__, 'a')",
        "plants a module beside torch": """\
            import torch
            open(os.path.dirname(os.path.dirname(torch.__file__)) + '/' + TOKEN, 'w')
            """,
        "plants a compiled module": """\
            import json
            open(json.__cached__, 'wb')
            """,
        "makes a temporary file": Probe(
            "import tempfile\ntempfile.TemporaryFile()", also="FileNotFoundError"
        ),
        "makes a nameless file": "os.open('/tmp', os.O_TMPFILE | os.O_RDWR)",
        "makes an anonymous file": "os.memfd_create(TOKEN)",
        "makes a folder": "os.mkdir('/tmp/' + TOKEN)",
        "makes a link": "os.symlink('/', '/tmp/' + TOKEN)",
        "makes a hard link": "os.link(os.__file__, '/tmp/' + TOKEN)",
        "makes a pipe with a name": "os.mkfifo('/tmp/' + TOKEN)",
        "makes a device": "os.mknod('/tmp/' + TOKEN, 0o20666, os.makedev(1, 3))",
        "empties the hidden checks": "os.truncate(SECRET_FILE, 0)",
        "removes the hidden checks": "os.unlink(SECRET_FILE)",
        "renames the hidden checks": "os.rename(SECRET_FILE, SECRET_FILE + TOKEN)",
        "removes a folder": "os.rmdir(ROOT)",
        "opens the hidden checks to all": "os.chmod(SECRET_FILE, 0o777)",
        "takes the hidden checks": "os.chown(SECRET_FILE, os.getuid(), os.getgid())",
        "marks the hidden checks": "os.setxattr(SECRET_FILE, 'user.a', b'x')",
        "dates the hidden checks": "os.utime(SECRET_FILE)",
        "changes a library's mode": LIBRARY + "os.fchmod(f.fileno(), 0o777)",
        "changes a library's date": LIBRARY + "os.utime(f.fileno())",
        "changes a library's size": LIBRARY + "os.ftruncate(f.fileno(), 0)",
        "locks a library": LIBRARY + "fcntl.flock(f, fcntl.LOCK_EX)",
        "locks a library's bytes": LIBRARY + "fcntl.lockf(f, fcntl.LOCK_SH)",
        "leases a library": LIBRARY + "fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
        "shares memory by name": """\
            from multiprocessing import shared_memory
            shared_memory.SharedMemory(name=TOKEN, create=True, size=10)
            """,
        "shares memory by key": "call(29, 0, 4096, 0o1600)",
        "makes a queue": "call(68, 0, 0o1600)",
        "makes a named queue": "call(240, b'/x', 0o102, 0o600, None)",
        "makes a semaphore": "call(64, 0, 1, 0o1600)",
        "moves to another folder": "os.chdir('/tmp')",
        "saves a tensor": Probe(
            "import torch\ntorch.save(torch.ones(1), '/tmp/' + TOKEN)",
            also="RuntimeError",
        ),
        "writes a picture": """\
            from PIL import Image
            Image.new('L', (1, 1)).save('/tmp/' + TOKEN + '.png')
            """,
        "dumps core": """\
            limit = resource.getrlimit(resource.RLIMIT_CORE)
            return limit != (0, 0)
            """,
    }
)


@pytest.fixture(scope="module")
def graded(arena: Arena) -> dict[str, Graded]:
    return graded_together(arena, {n: p.source(arena) for n, p in LITTER.items()})


@pytest.mark.parametrize("name", LITTER)
def test_nothing_is_written(graded: dict[str, Graded], name: str) -> None:
    found = graded[name]

    assert (found.probe.outcome, found.probe.message) == ("passed", "")
    assert found.score == 10


SCRATCH = f"""\
import os
def double(x): return 2 * x
for place in ({TOKEN!r}, '/tmp/' + {TOKEN!r}, '/content/' + {TOKEN!r}):
    open(place, 'w').write('kept')
os.makedirs({TOKEN!r} + '-folder')
def probe():
    return 0 if open('/tmp/' + {TOKEN!r}).read() == 'kept' else 1
"""
LOOKS = f"""\
import os
def double(x): return 2 * x
def probe():
    places = ('.', '/tmp', '/content', '/home/student')
    seen = [n for p in places if os.path.isdir(p) for n in os.listdir(p)]
    return len(seen) + os.path.exists('/tmp/' + {TOKEN!r})
"""
FILLS = """\
def double(x): return 2 * x
def probe():
    try:
        for i in range(10**6):
            with open(f'{i}', 'wb') as f: f.write(bytes(1 << 20))
    except OSError as full:
        return 0 if 'scratch space' in str(full) and 0 < i < 65 else 1
    return 1
"""


def test_scratch_space_is_one_program_s_and_has_an_end(arena: Arena) -> None:
    traces = Traces(arena)
    graded = [arena.grade(source) for source in (SCRATCH, LOOKS, FILLS)]

    traces.check()
    assert [found.probe.outcome for found in graded] == ["passed"] * 3
    assert [found.score for found in graded] == [10, 10, 10]


TRAP = f"""\
import pathlib
pathlib.Path({TOKEN!r}).write_text('sprung')
pathlib.Path('/tmp', {TOKEN!r}).write_text('sprung')
raise SystemExit(0)
"""
PLANTED = (
    *("conftest.py", "sitecustomize.py", "usercustomize.py", "torch.py", "numpy.py"),
    *("grader.py", "pytest.py", "json.py", "test_hidden.py", "solution.py"),
    *("pytest.ini", "course.toml", "__init__.py", ".pth"),
)


def test_planted_files_beside_a_submission_do_nothing(
    arena: Arena, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "submissions" / "eve"
    place.mkdir(parents=True)
    for name in PLANTED:
        (place / name).write_text(TRAP)
    (place / "double.py").write_text("def double(x): return 3 * x\n")
    honest = tmp_path / "submissions" / "ann"
    honest.mkdir()
    (honest / "double.py").write_text(HONEST)
    before = set((tmp_path / "submissions").rglob("*"))
    monkeypatch.chdir(place)
    request = grading.GradeRequest(
        (tmp_path / "submissions",), arena.course.root, tmp_path / "out", 1
    )
    watcher, traces = Quiet(), Traces(arena)
    judges = functools.partial(open_judges, gate=gate)
    results = grading.grade(request, watcher, open_judges=judges).results
    traces.check()

    assert watcher.faults == []
    assert {s.student: s.score for s in results.submissions} == {"ann": 10, "eve": 0}
    assert set((tmp_path / "submissions").rglob("*")) == before


FLAGS = "os.O_APPEND | os.O_NONBLOCK"
LEAVES_FLAGS = f"fcntl.fcntl(0, fcntl.F_SETFL, {FLAGS})\nreturn 0"
FINDS_FLAGS = f"return fcntl.fcntl(0, fcntl.F_GETFL) & ({FLAGS} | os.O_ACCMODE)"


def test_no_worker_finds_what_another_did_to_its_input(arena: Arena) -> None:
    sources = [Probe(body).source(arena) for body in (LEAVES_FLAGS, FINDS_FLAGS)]
    found = [arena.grade(source).probe for source in sources]

    assert [(probe.outcome, probe.message) for probe in found] == [("passed", "")] * 2


def test_hidden_checks_are_as_they_were(arena: Arena) -> None:
    assert arena.secret_file.read_text(encoding="utf-8") == HIDDEN


def test_attack_that_writes_is_seen(arena: Arena, tmp_path: Path) -> None:
    course = make_course(tmp_path)
    before = Traces(arena)
    left = arena.course.root / TOKEN
    left.write_text("left behind")
    try:
        with pytest.raises(AssertionError):
            before.check()
    finally:
        left.unlink()

    assert course.ids == arena.course.ids
