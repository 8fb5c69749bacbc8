"""Judges on the nodes of a cluster: one more producer of verdicts behind the port.

Main knows of nodes (`nodes`), admits them (`admitting`) and deals works to them
(`dealing`); what crosses is bytes of our own encoding (`bundles`); a node opens judges
of its own (`node`). The verdicts
are those of a local run, but for times: a program's draws do not depend on where it
runs, and a node judges slow work again as one machine does.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from grader import __version__
from grader.errors import UsageError
from grader.judging import node
from grader.judging.admitting import Admission
from grader.judging.bundles import Bundle, BundleVerdicts
from grader.judging.dealing import Dealer
from grader.judging.nodes import (
    Certificates,
    Member,
    News,
    Nodes,
    local_nodes,
    remote_nodes,
)
from grader.judging.protocol import How, Task
from grader.judging.session import Judgeable
from grader.model import Finding, Outcome, Role, Said, Verdict
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from grader.course import Course
    from grader.judging.session import Judges
    from grader.model import Check, Facts, Program, Work

T = TypeVar("T")
A = TypeVar("A", bound=Judgeable)

_LOCAL: Final = "local:"
_HERE: Final = ("tcp://127.", "tcp://localhost:")
_SCHEMES: Final = ("tcp://", "tls://")
_DEADLY: Final = (
    "Two nodes ended while they judged this program, the second while it judged "
    "nothing else. Look at it with `grader replay`; the next run judges it again."
)
_NOT_JUDGED: Final = "It could not be judged. This is not your fault."


@dataclass
class Cluster:
    """Where a run's nodes are, and what there is to say of them in the end.

    Attributes:
        address: `local:N`, or a scheduler's.
        certificates: what `tls://` needs.
        strict: whether nodes with different facts are refused.
        notes: what whoever runs it is to know.

    Raises:
        UsageError: the address is none, or does not go with the certificates.
    """

    address: str
    certificates: Certificates | None = None
    strict: bool = False
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.is_local:
            self._count()
        elif not self.address.startswith(_SCHEMES):
            raise UsageError(
                f"--cluster {self.address}: expected local:N, tcp://HOST:PORT or "
                f"tls://HOST:PORT."
            )
        if self.address.startswith("tls://") is (self.certificates is None):
            raise UsageError(
                f"--cluster {self.address}: expected tls:// together with "
                f"--cluster-ca, --cluster-cert and --cluster-key, or none of them."
            )

    @property
    def is_local(self) -> bool:
        """Whether the nodes are started here."""
        return self.address.startswith(_LOCAL)

    @contextmanager
    def open(
        self,
        course: Course,
        *,
        sandbox: str = "auto",
        jobs: int = 1,  # noqa: ARG002 - a node judges as many at a time as it has threads
        many: bool = False,  # noqa: ARG002 - each node opens the judges that it needs
        private: tuple[Path, ...] = (),
    ) -> Iterator[Judges]:
        """Return judges on the nodes; takes the place of `open_judges`.

        Raises:
            UsageError: the extra is not installed.
            OperatorError: there is no scheduler, no node, or none that is fit.
        """
        admission = Admission(course, self, sandbox, private)
        try:
            yield ClusterJudges(admission)
        finally:
            admission.close()

    def nodes(self) -> AbstractContextManager[Nodes]:
        """Return the nodes, connected."""
        if self.is_local:
            return local_nodes(self._count())
        if self.certificates is None and not self.address.startswith(_HERE):
            self.note(
                f"{self.address} is not encrypted: whoever reaches its port can run "
                f"anything on all nodes. Use tls://, or a network that is yours alone."
            )
        return remote_nodes(self.address, self.certificates)

    def note(self, text: str) -> None:
        """Keep what is to be said, once."""
        if text not in self.notes:
            self.notes.append(text)

    def _count(self) -> int:
        count = self.address.removeprefix(_LOCAL)
        if not (count.isascii() and count.isdecimal() and int(count) > 0):
            raise UsageError(
                f"--cluster {self.address}: expected a number of nodes after local:, "
                f"as in local:4."
            )
        return int(count)


class ClusterJudges:
    """Judges programs of one course on nodes; none starts before it is needed."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    @property
    def facts(self) -> Facts:
        """What most nodes judge with; each verdict has those of its own node."""
        return self._admission.facts

    @property
    def checks(self) -> Mapping[str, tuple[Check, ...]]:
        """The checks of each exercise, by its id."""
        return self._admission.checks

    def judge(
        self, works: Iterable[Work], how: How | None = None
    ) -> Iterator[tuple[Work, Verdict]]:
        """Yield each work that has a program with its verdict, as they are reached."""
        how = how or How()
        asked = (
            (work, Task(work.exercise, work.program, how))
            for work in works
            if work.program is not None
        )
        for work, verdict, _ in self._judged(asked):
            yield work, verdict

    def examine(self, asked: Iterable[A]) -> Iterator[tuple[A, Verdict, Extras]]:
        """Yield what was asked with verdicts and extras, as they are reached."""
        return self._judged(
            (one, Task(one.exercise, one.program, one.how)) for one in asked
        )

    def stop(self) -> None:
        """End what is being judged; another thread that waits for it gets an error."""
        self._admission.stop()

    def _judged(
        self, asked: Iterable[tuple[T, Task]]
    ) -> Iterator[tuple[T, Verdict, Extras]]:
        """Yield what each task was asked for, with its verdict, as they are reached."""
        dealer = Dealer(asked, _size)
        while not dealer.finished():
            self._deal(dealer, self._admission.open())
            for member, event in self._admission.turn():
                match event:
                    case BundleVerdicts():
                        yield from self._taken(dealer, member, event)
                    case News.ENDED:
                        for key, task in dealer.ended(member):
                            yield key, self._given_up(task), Extras()
                    case _:
                        dealer.unheard(member)

    def _deal(self, dealer: Dealer[tuple[T, Task]], nodes: Nodes) -> None:
        """Give works to all nodes that have none."""
        ready = [m for m in nodes.members.values() if m.fit and m.opened]
        all_jobs = sum(member.jobs for member in ready)
        for member in ready if nodes.reached else ():
            if member.asked is None:
                now = time.monotonic()
                dealt = dealer.deal(member, member.jobs, all_jobs, now)
                tasks = tuple(task for _, task in dealt)
                if tasks:
                    bundle = Bundle(__version__, self._admission.run, tasks)
                    nodes.ask(member, node.judge_bundle, bundle)

    def _taken(
        self, dealer: Dealer[tuple[T, Task]], member: Member, judged: BundleVerdicts
    ) -> Iterator[tuple[T, Verdict, Extras]]:
        """Yield what a node has found, if it is what it was asked for."""
        dealt = dealer.dealt(member)
        found = sorted(judged.found, key=lambda one: one.number)
        numbers = [one.number for one in found]
        if dealt and not (
            numbers == list(range(len(dealt)))
            and all(
                self._fits(member, task, one.verdict)
                for (_, task), one in zip(dealt, found, strict=True)
            )
        ):
            self._admission.leave_out(
                member, "its verdicts are not on what it was asked about."
            )
            dealer.unheard(member)
            return
        works = dealer.answered(member, time.monotonic())
        for work, one in zip(works, found, strict=False):
            if work is not None:
                yield work[0], one.verdict, one.extras

    def _fits(self, member: Member, task: Task, verdict: Verdict) -> bool:
        """Return whether a verdict is on a task, and its node's."""
        names = [finding.name for finding in verdict.findings]
        known = {check.name for check in self.checks[task.exercise]}
        return (
            verdict.program == task.program.digest()
            and verdict.fingerprint == self._admission.fingerprints[task.exercise]
            and verdict.facts == member.facts
            and len(set(names)) == len(names)
            and set(names) <= known
        )

    def _given_up(self, task: Task) -> Verdict:
        """Return the verdict on a work of which two nodes ended; it costs nobody."""
        said = (Said(Role.ERROR, _NOT_JUDGED),)
        return Verdict(
            program=task.program.digest(),
            fingerprint=self._admission.fingerprints[task.exercise],
            facts=self.facts,
            findings=tuple(
                Finding(check.name, Outcome.GRADER_ERROR, said)
                for check in self.checks[task.exercise]
                if task.how.wants(check)
            ),
            seconds=0.0,
            faults=(_DEADLY,),
        )


def _size(asked: tuple[object, Task]) -> int:
    """Return how many bytes a program takes, about."""
    program: Program = asked[1].program
    return sum(len(block.utf8) for block in (*program.blocks, *program.helpers))
