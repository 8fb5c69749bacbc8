"""A cluster of real processes: nodes that are killed, and a scheduler that is gone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from fake_judges import FakeJudges
from grading_runs import Watching
from helpers import SMALL_HIDDEN, descendants, work

from grader import grading
from grader.errors import OperatorError
from grader.grading import GradeRequest
from grader.judging import node
from grader.judging.cluster import Certificates, Cluster, ClusterJudges
from grader.judging.session import How, facts_here, open_judges
from grader.model import Outcome, Verdict, Work
from grader.sandbox.host.tiers import wall_of
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.long

# What a check of the author's can do to a node, since it runs in a checker of its own.
KILLING = '''
def test_killer(student):
    """A student's program ends the node."""
    import os, pathlib, signal
    told = student.double(1)
    once = pathlib.Path({once!r})
    if told == "always" or (told == "once" and not once.exists()):
        once.touch()
        os.kill(os.getppid(), signal.SIGKILL)
'''
# As /proc writes them.
LISTENING, LOOPBACK = "0A", "0100007F"
SOURCES = {
    "right": "def double(x): return 2 * x\n",
    "always": "def double(x): return 'always'\n",
    "wrong": "def double(x): return 6\n",
    "once": "def double(x): return 'once'\n",
    "broken": "def double(x: return 2 * x\n",
}
CALM = ("right", "wrong", "broken")


@pytest.fixture(scope="module")
def deadly(
    make_course: Callable[..., Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    once = tmp_path_factory.mktemp("once") / "killed"
    hidden = SMALL_HIDDEN + KILLING.format(once=str(once))
    return make_course(hidden=hidden)


@pytest.fixture(scope="module")
def judges(deadly: Course) -> Iterator[ClusterJudges]:
    """Return judges on two nodes of this machine, without a wall: that is quicker."""
    with Cluster("local:2").open(deadly, sandbox="none") as opened:
        assert isinstance(opened, ClusterJudges)
        # They start now, whichever test comes first.
        assert opened.checks
        yield opened


def timeless(verdict: Verdict) -> Verdict:
    """Return what a verdict says wherever it is reached; the nodes have no wall."""
    facts = msgspec.structs.replace(verdict.facts, wall=NO_WALL)
    return msgspec.structs.replace(verdict, seconds=0.0, facts=facts)


@pytest.mark.needs_wall
def test_verdicts_are_those_of_a_local_run_whatever_happens_to_nodes(
    judges: ClusterJudges, deadly: Course, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    crossed: list[tuple[Any, ...]] = []
    submit = distributed.Client.submit

    def spy(client: Any, *what: Any, **how: Any) -> Any:
        crossed.append(what)
        return submit(client, *what, **how)

    monkeypatch.setattr(distributed.Client, "submit", spy)
    # Two of these end the node that judges them, one of them each time.
    works = [work(source, student=student) for student, source in SOURCES.items()]
    how = How(diagnose=False)
    found = {one.student: timeless(v) for one, v in judges.judge(works, how)}
    always = found.pop("always")
    calm = [one for one in works if one.student in CALM]
    with open_judges(deadly, gate=gate) as local:
        expected = {one.student: timeless(v) for one, v in local.judge(calm, how)}

    assert {f.outcome for f in always.findings} == {Outcome.GRADER_ERROR}
    assert always.faults
    assert found.pop("once").complete
    assert found == expected
    assert len({verdict.findings for verdict in found.values()}) == len(CALM)
    # A function by its name, and bytes: nothing of ours is pickled.
    known = {node.greet, node.open_course, node.judge_bundle}
    assert {do for do, _ in crossed} == known
    assert {type(body) for _, body in crossed} == {bytes}


def test_pickle_that_a_node_sends_is_not_read(judges: ClusterJudges) -> None:
    assert judges._admission._nodes is not None
    sent = judges._admission._nodes._client.submit(complex, 1, 2, pure=False)

    with pytest.raises(TypeError):
        sent.result(timeout=20)


def test_nodes_of_this_machine_can_be_reached_from_here_alone(
    judges: ClusterJudges,
) -> None:
    addresses = set()
    for pid in (os.getpid(), *descendants(os.getpid())):
        sockets = set(_sockets(pid))
        for line in _connections(pid):
            _, local, _, state, *_, inode = line.split()[:10]
            if state == LISTENING and f"socket:[{inode}]" in sockets:
                addresses.add(local.split(":")[0])

    assert addresses == {LOOPBACK}
    assert judges._admission._nodes is not None
    assert {name[:6] for name in judges._admission._nodes.members} == {"tls://"}


def _connections(pid: int) -> Iterator[str]:
    for version in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):  # it has ended
            yield from Path(f"/proc/{pid}/net/{version}").read_text().splitlines()[1:]


def _sockets(pid: int) -> Iterator[str]:
    with contextlib.suppress(OSError):  # it has ended
        for path in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(path.readlink())


class Killer(Watching):
    """Kills the node when the first verdict is there, and then the scheduler."""

    def __init__(self, scheduler: int, node: int) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._node = node
        self.judging = 0
        self.left: set[int] = set()

    def judged(self, work: Work, verdict: Verdict) -> None:
        super().judged(work, verdict)
        if len(self.told) == 1:
            below = descendants(self._node)
            self.judging = len(below)
            os.kill(self._node, signal.SIGKILL)
            until = time.monotonic() + 20
            while (left := _living(below)) and time.monotonic() < until:
                time.sleep(0.05)
            self.left = left
            os.kill(self._scheduler, signal.SIGKILL)


def _living(pids: set[int]) -> set[int]:
    """Return those of some processes that have not ended."""
    alive = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            alive |= {pid} if state != "Z" else set()
    return alive


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[str, Certificates, list[int]]]:
    """Return a scheduler and one node as they are started by hand, with TLS."""
    security = distributed.Security.temporary()
    files = Certificates(tmp_path / "ca", tmp_path / "cert", tmp_path / "key")
    files.authority.write_text(security.tls_ca_file)
    files.own.write_text(security.tls_client_cert)
    files.key.write_text(security.tls_client_key)
    tls: list[str | Path] = ["--tls-ca-file", files.authority, "--tls-cert", files.own]
    tls += ["--tls-key", files.key]
    told = tmp_path / "scheduler.json"
    where: list[str | Path] = [
        "--host",
        "127.0.0.1",
        "--no-dashboard",
        "--scheduler-file",
        told,
        *tls,
    ]
    here = ["--dashboard-address", "127.0.0.1:0"]
    commands: dict[str, list[str]] = {
        "dask_scheduler": ["--port", "0", "--protocol", "tls", *here],
        "dask_worker": ["--nthreads", "1", "--no-nanny", *here],
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *where, *words],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, words in commands.items()
    ]
    try:
        until = time.monotonic() + 60
        while not told.is_file() and time.monotonic() < until:
            time.sleep(0.05)
        address = msgspec.json.decode(told.read_bytes())["address"]
        yield address, files, [process.pid for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.mark.needs_wall
def test_nothing_of_a_killed_node_stays_and_a_lost_scheduler_loses_no_verdict(
    started: tuple[str, Certificates, list[int]],
    make_course: Callable[..., Course],
    tmp_path: Path,
) -> None:
    address, certificates, pids = started
    course = make_course()
    for number in range(8):
        place = tmp_path / "submissions" / f"s{number}"
        place.mkdir(parents=True)
        (place / "double.py").write_text(SOURCES["right"] + f"# {number}\n")
    request = GradeRequest(
        *((tmp_path / "submissions",), course.root, tmp_path / "out", 1), reasons=False
    )
    killer = Killer(*pids)
    cluster = Cluster(address, certificates)
    with pytest.raises(OperatorError, match=r"scheduler is gone.*same command"):
        grading.grade(request, killer, open_judges=cluster.open)

    # Zygote, nursery and a checker at least.
    assert killer.judging >= 3
    assert killer.left == set()

    here = FakeJudges(facts=facts_here(wall_of("auto")))
    graded = grading.grade(request, Watching(), open_judges=here.open)

    assert len(here.judged) == 8 - len(killer.told)
    assert len(graded.results.submissions) == 8
