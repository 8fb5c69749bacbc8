"""Judges on a cluster, with nodes that answer at once from this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from fake_judges import DOUBLE, by_source
from fake_nodes import FakeNode, FakeNodes, opened
from helpers import FACTS, work

from grader.errors import AuthorError, InternalError, OperatorError, UsageError
from grader.judging import admitting, nodes
from grader.judging.bundles import (
    BundleVerdicts,
    Greeting,
    NodeAnswer,
    Opened,
    Opening,
    Unopened,
    encoded,
)
from grader.judging.cluster import Cluster, ClusterJudges
from grader.judging.nodes import Certificates, Event, Member, News, Nodes
from grader.judging.protocol import Refused
from grader.model import Outcome, Verdict, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

RIGHT = "def double(x): return 2 * x\n"
OTHER = msgspec.structs.replace(FACTS, torch="1.13.0")


def works(count: int) -> list[Work]:
    return [work(f"{RIGHT}# {n}\n", student=f"s{n}") for n in range(count)]


def judged(judges: ClusterJudges, count: int) -> dict[str, Verdict]:
    found = list(judges.judge(works(count)))
    assert sorted(one.student for one, _ in found) == sorted(
        one.student for one in works(count)
    )
    return {one.student: verdict for one, verdict in found}


@pytest.fixture
def course(make_course: Callable[..., Course]) -> Course:
    return make_course()


def test_all_nodes_judge_and_all_leave(course: Course) -> None:
    a, b = FakeNode(), FakeNode()
    with opened(course, a=a, b=b) as (cluster, judges):
        found = judged(judges, 40)

        assert {v.findings[1].outcome for v in found.values()} == {Outcome.PASSED}
        assert cluster.fakes.left == []

    assert sum(a.bundles()) + sum(b.bundles()) == 40
    assert a.bundles()
    assert b.bundles()
    assert len(cluster.fakes.left) == 1
    assert cluster.notes == []


def test_course_goes_to_each_node_once_and_only_if_it_is_needed(course: Course) -> None:
    a = FakeNode()
    with opened(course, a=a) as (_, judges):
        assert judges.facts == FACTS
        assert [type(one) for one in a.asked] == [Greeting]

        assert judges.checks == {"double": DOUBLE}
        judged(judges, 20)
        judged(judges, 1)

    assert [type(one) for one in a.asked].count(Opening) == 1


def test_no_student_s_name_crosses(course: Course) -> None:
    a = FakeNode()
    with opened(course, a=a) as (_, judges):
        list(judges.judge([work(RIGHT, student="ann-of-the-class")]))

    assert not any(b"ann-of-the-class" in encoded(order) for order in a.asked)


def test_verdict_has_the_facts_of_its_node_and_differences_are_named(
    course: Course,
) -> None:
    with opened(course, a=FakeNode(), b=FakeNode(), c=FakeNode(OTHER)) as (
        cluster,
        judges,
    ):
        assert judges.facts == FACTS
        found = judged(judges, 30)

    assert {verdict.facts for verdict in found.values()} == {FACTS, OTHER}
    [note] = cluster.notes
    assert (
        f"torch {FACTS.torch} on host (a), host (b); torch 1.13.0 on host (c)" in note
    )


def test_strict_refuses_nodes_that_differ_before_anything_is_judged(
    course: Course,
) -> None:
    a = FakeNode()
    with (
        opened(course, strict=True, a=a, b=FakeNode(OTHER)) as (_, judges),
        pytest.raises(OperatorError, match=r"--strict: .*torch 1\.13\.0 on host \(b\)"),
    ):
        _ = judges.facts

    assert [type(one) for one in a.asked] == [Greeting]


def test_strict_leaves_out_a_node_that_comes_later_and_differs(course: Course) -> None:
    late = FakeNode(OTHER)
    late.fingerprints = course.fingerprints()
    with opened(course, strict=True, a=FakeNode()) as (cluster, judges):
        assert judges.facts == FACTS
        cluster.fakes.nodes["late"] = late
        cluster.fakes.members["late"] = Member("late", "late", 1)
        found = judged(judges, 30)

    assert {verdict.facts for verdict in found.values()} == {FACTS}
    assert "a node was left out: host (late): --strict" in cluster.notes[0]


def refusing(blame: str, said: str) -> FakeNode:
    class Refusing(FakeNode):
        def answer(self, _: msgspec.Struct) -> Refused:
            return Refused(blame, said)

    return Refusing()


def test_node_that_refuses_is_left_out_and_named(course: Course) -> None:
    with opened(course, a=FakeNode(), b=refusing("OperatorError", "no wall.")) as (
        cluster,
        judges,
    ):
        assert judges.facts == FACTS
        judged(judges, 5)

    assert cluster.notes == ["a node was left out: b: no wall."]


def test_run_ends_where_no_node_can_judge(course: Course) -> None:
    with (
        opened(course, b=refusing("OperatorError", "no wall.")) as (_, judges),
        pytest.raises(OperatorError, match=r"no node can judge\. b: no wall"),
    ):
        _ = judges.facts


def test_fault_of_the_author_s_ends_the_run(course: Course) -> None:
    with (
        opened(course, a=refusing("AuthorError", "course.toml: wrong.")) as (_, judges),
        pytest.raises(AuthorError, match="wrong"),
    ):
        _ = judges.checks


def changed(**what: Any) -> Callable[[BundleVerdicts], BundleVerdicts]:
    def change(told: BundleVerdicts) -> BundleVerdicts:
        first, *others = told.found
        verdict = msgspec.structs.replace(first.verdict, **what)
        return BundleVerdicts(
            (msgspec.structs.replace(first, verdict=verdict), *others)
        )

    return change


@pytest.mark.parametrize(
    "answers",
    [
        lambda told: BundleVerdicts(told.found[1:]),
        lambda told: BundleVerdicts((*told.found, *told.found)),
        lambda told: BundleVerdicts(
            tuple(msgspec.structs.replace(one, number=-1) for one in told.found)
        ),
        changed(program="0" * 64),
        changed(fingerprint="0" * 64),
        changed(facts=OTHER),
        changed(findings=by_source(works(1)[0]).findings * 2),
        lambda _: Opened({"other": ()}),
        lambda _: News.UNHEARD,
    ],
)
def test_answer_to_another_question_is_no_verdict(
    course: Course, answers: Callable[[BundleVerdicts], NodeAnswer]
) -> None:
    wrong = FakeNode(answers=answers)
    with opened(course, a=wrong, b=FakeNode()) as (cluster, judges):
        judged(judges, 30)

    assert "a node was left out: host (a)" in cluster.notes[0]
    assert len(wrong.bundles()) <= 6


def test_works_of_a_node_that_is_gone_are_judged_elsewhere(course: Course) -> None:
    gone = FakeNode(answers=lambda _: News.ENDED)
    with opened(course, a=gone, b=FakeNode()) as (_, judges):
        found = judged(judges, 30)

    assert gone.bundles() == [8]
    assert all(verdict.complete for verdict in found.values())


def test_node_whose_process_is_new_gets_the_course_again(course: Course) -> None:
    told: list[NodeAnswer] = [Unopened()]
    a = FakeNode(answers=lambda judged: told.pop() if told else judged)
    with opened(course, a=a) as (_, judges):
        judged(judges, 3)

    assert [type(one) for one in a.asked].count(Opening) == 2


def test_work_that_ends_two_nodes_is_a_grader_error_and_stops_nobody(
    course: Course,
) -> None:
    class Nodes(FakeNodes):
        """Each node that ends is followed by another."""

        def heard(self) -> list[Event]:
            events = super().heard()
            for member, said in events:
                if said is News.ENDED:
                    self.members[member.address] = Member(member.address, "new", 1)
            return events

    deadly = work("def double(x): return 'deadly'\n", student="deadly")
    assert deadly.program is not None
    digest = deadly.program.digest()

    def ends(told: BundleVerdicts) -> NodeAnswer | News:
        held = any(one.verdict.program == digest for one in told.found)
        return News.ENDED if held else told

    a = FakeNode(answers=ends)
    with opened(course, a=a) as (cluster, judges):
        cluster.fakes = Nodes({"a": a})
        found = {w.student: v for w, v in judges.judge([*works(10), deadly])}

    verdict = found.pop("deadly")
    assert len(found) == 10
    assert all(one.complete for one in found.values())
    assert {f.outcome for f in verdict.findings} == {Outcome.GRADER_ERROR}
    assert "Two nodes ended" in verdict.faults[0]
    assert not verdict.complete


def test_nobody_there_is_said_after_a_while(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admitting, "_NODES_S", -1.0)
    with (
        opened(course) as (_, judges),
        pytest.raises(OperatorError, match=r"found none .* `dask worker"),
    ):
        _ = judges.checks


def test_stopped_judges_raise(course: Course) -> None:
    with opened(course, a=FakeNode()) as (_, judges):
        judges.stop()
        with pytest.raises(InternalError, match="stopped"):
            list(judges.judge(works(1)))


def test_reader_who_stops_early_leaves_nothing_to_the_next(course: Course) -> None:
    with opened(course, a=FakeNode(), b=FakeNode()) as (_, judges):
        next(judges.judge(works(50)))

        assert len(judged(judges, 9)) == 9


@pytest.mark.parametrize(
    "address",
    ["", "4", "local", "local:", "local:0", "local:-1", "local:two", "http://a:1"],
)
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="--cluster"):
        Cluster(address)


@pytest.mark.parametrize("address", ["tcp://a:1", "local:2"])
def test_certificates_go_with_tls_only(address: str, tmp_path: Path) -> None:
    files = Certificates(tmp_path, tmp_path, tmp_path)
    with pytest.raises(UsageError, match="--cluster-ca"):
        Cluster(address, files)
    with pytest.raises(UsageError, match="--cluster-ca"):
        Cluster("tls://a:1")


class FakeClient:
    """A connection to a scheduler that tells of these nodes; None if it is gone."""

    status = "running"

    def __init__(self) -> None:
        self.scheduler = self
        self.there: dict[str, Any] | None = {}

    def identity(self, n_workers: int) -> dict[str, Any]:
        assert n_workers == -1
        if self.there is None:
            raise OSError("gone")
        return {"workers": self.there}

    def scheduler_info(self, **_: Any) -> None:
        raise AssertionError("a thread of dask's may empty what it returns")

    def sync(self, do: Callable[..., Any], **how: Any) -> Any:
        return do(**how)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> FakeClient:
    monkeypatch.setattr(nodes, "_TICK_S", 0.0)
    monkeypatch.setattr(nodes, "_GONE_S", 0.0)
    return FakeClient()


def test_who_comes_and_goes_is_seen(client: FakeClient) -> None:
    seen = Nodes(client, "tcp://a:1")
    client.there = {"b": {"local_directory": "one", "nthreads": 4}}
    [(first, news)] = seen.heard()

    assert (first.address, first.jobs, news) == ("b", 4, News.JOINED)
    assert seen.heard() == []

    # Another process at the same address is another node.
    client.there = {"b": {"local_directory": "two", "nthreads": 4}}
    [(ended, one), (joined, other)] = seen.heard()

    assert (ended, one, other) == (first, News.ENDED, News.JOINED)
    assert joined is not first
    assert seen.members == {"b": joined}


def test_scheduler_that_stays_away_ends_the_run_and_says_what_to_do(
    client: FakeClient,
) -> None:
    seen = Nodes(client, "tcp://a:1")
    client.there = {"b": {"local_directory": "one", "nthreads": 4}}
    seen.heard()
    client.there = None

    assert seen.heard() == []
    assert list(seen.members) == ["b"]
    with pytest.raises(OperatorError, match=r"tcp://a:1: the scheduler is gone"):
        seen.heard()
