"""A double of a cluster: nodes that answer at once, from this process."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, cast

import msgspec
from fake_judges import DOUBLE, by_source
from helpers import FACTS

from grader.judging import node
from grader.judging.bundles import (
    Bundle,
    BundleVerdicts,
    Greeting,
    NodeAnswer,
    Opened,
    Opening,
    TaskVerdict,
    Welcome,
    encoded,
    node_answer,
)
from grader.judging.cluster import Cluster, ClusterJudges
from grader.judging.nodes import Event, Member, News, Nodes
from grader.model import Facts, Work
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from distributed import Future

    from grader.course import Course


class FakeNode:
    """A node that answers as it is told to.

    Args:
        facts: what it judges with.
        answers: what it answers to a bundle, from its verdicts.
    """

    def __init__(
        self,
        facts: Facts = FACTS,
        answers: Callable[[BundleVerdicts], NodeAnswer | News] = lambda judged: judged,
    ) -> None:
        self.facts = facts
        self.answers = answers
        self.asked: list[msgspec.Struct] = []
        self.fingerprints: dict[str, str] = {}

    def answer(self, order: msgspec.Struct) -> NodeAnswer | News:
        self.asked.append(order)
        match order:
            case Greeting():
                return Welcome("host", 1, self.facts)
            case Opening():
                return Opened({"double": DOUBLE})
            case Bundle(tasks=tasks):
                found = [
                    TaskVerdict(
                        number,
                        msgspec.structs.replace(
                            by_source(Work("", "double", program=task.program)),
                            program=task.program.digest(),
                            fingerprint=self.fingerprints["double"],
                            facts=self.facts,
                        ),
                        Extras(),
                    )
                    for number, task in enumerate(tasks)
                ]
                return self.answers(BundleVerdicts(tuple(found)))
        raise AssertionError(order)

    def bundles(self) -> list[int]:
        return [len(one.tasks) for one in self.asked if isinstance(one, Bundle)]


class FakeNodes:
    """Takes the place of `Nodes`; all that crosses is encoded, and read again."""

    address = "tcp://10.0.0.1:8786"
    reached = True

    def __init__(self, nodes: dict[str, FakeNode]) -> None:
        self.nodes = nodes
        self.members = {name: Member(name, name, 1) for name in nodes}
        self.left: list[str] = []
        self._events: list[Event] = []

    def ask(self, member: Member, do: Any, order: msgspec.Struct) -> None:
        assert do in (node.greet, node.open_course, node.judge_bundle)
        assert msgspec.msgpack.decode(encoded(order), type=type(order)) == order
        member.asked = cast("Future[bytes]", object())
        said = self.nodes[member.address].answer(order)
        self._events.append(
            (member, said if isinstance(said, News) else node_answer(encoded(said)))
        )

    def heard(self) -> list[Event]:
        events, self._events = self._events[:1], self._events[1:]
        for member, said in events:
            member.asked = None
            if said is News.ENDED:
                del self.members[member.address]
        return events

    def wake(self) -> None: ...

    def leave(self, run: str) -> None:
        self.left.append(run)


class FakeCluster(Cluster):
    """A cluster of fake nodes."""

    fakes: FakeNodes

    def nodes(self) -> AbstractContextManager[Nodes]:
        return nullcontext(self.fakes)  # type: ignore[arg-type] # it has all that is used


@contextmanager
def opened(
    course: Course, *, strict: bool = False, **nodes: FakeNode
) -> Iterator[tuple[FakeCluster, ClusterJudges]]:
    cluster = FakeCluster("tcp://10.0.0.1:8786", strict=strict)
    cluster.fakes = FakeNodes(nodes)
    for each in nodes.values():
        each.fingerprints = course.fingerprints()
    with cluster.open(course) as judges:
        assert isinstance(judges, ClusterJudges)
        yield cluster, judges
