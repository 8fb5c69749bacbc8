"""Works are dealt to nodes in small bundles; none is lost, and none ends the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judging.dealing import MOST, PATIENCE_S, Dealer

if TYPE_CHECKING:
    from collections.abc import Iterator


def dealer(count: int) -> Dealer[int]:
    return Dealer(range(count), lambda _: 1)


def deal(dealt: Dealer[int], node: str, *, nodes: int = 2, now: float = 0) -> list[int]:
    return dealt.deal(node, 1, nodes, now)


def test_bundles_get_smaller_towards_the_end() -> None:
    cards = dealer(100)
    sizes = []
    while works := deal(cards, "a"):
        cards.answered("a", 0)
        sizes.append(len(works))

    assert sum(sizes) == 100
    assert sizes[0] == MOST
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == 1
    assert cards.finished()


def test_node_that_judges_many_at_a_time_gets_as_many_more() -> None:
    assert len(dealer(1000).deal("a", 4, 8, 0.0)) == 4 * MOST


def test_works_are_read_only_a_little_ahead() -> None:
    read = []

    def source() -> Iterator[int]:
        for number in range(10_000):
            read.append(number)
            yield number

    deal(Dealer(source(), lambda _: 1), "a")

    assert len(read) < 100


def test_large_works_make_small_bundles() -> None:
    large = Dealer(range(100), lambda _: 10 << 20)

    assert len(large.deal("a", 8, 8, 0.0)) == 2


def test_works_of_a_node_that_ended_are_dealt_again_each_alone() -> None:
    cards = dealer(32)
    lost = deal(cards, "a")

    assert cards.ended("a") == []

    again = []
    while works := deal(cards, "b"):
        cards.answered("b", 0)
        again.append(works)

    assert [[one] for one in lost] == again[-len(lost) :]
    assert cards.finished()


def test_work_that_loses_two_nodes_is_given_up_and_stops_nobody() -> None:
    cards = dealer(3)
    ended = given_up = 0
    judged = []
    while not cards.finished():
        works = deal(cards, "a")
        if 1 in works:
            ended += 1
            given_up += cards.ended("a") == [1]
        else:
            judged += [work for work in cards.answered("a", 0) if work is not None]

    assert (ended, given_up, sorted(judged)) == (2, 1, [0, 2])


def test_lost_answer_is_no_fault_of_a_work() -> None:
    cards = dealer(1)
    for _ in range(5):
        assert deal(cards, "a") == [0]
        cards.unheard("a")

    assert deal(cards, "b") == [0]
    assert cards.answered("b", 0) == [0]


def test_slow_node_does_not_hold_the_last_works() -> None:
    cards = dealer(2)
    assert deal(cards, "slow") == [0]
    assert deal(cards, "quick") == [1]
    cards.answered("quick", 1.0)

    assert deal(cards, "quick", now=PATIENCE_S) == []
    assert deal(cards, "quick", now=PATIENCE_S + 1) == [0]
    assert cards.answered("quick", PATIENCE_S + 2) == [0]
    assert cards.finished()
    # Its verdict comes too late, and does not count twice.
    assert cards.answered("slow", 99.0) == [None]


def test_slow_is_who_takes_far_longer_than_the_others() -> None:
    cards = dealer(2)
    deal(cards, "slow")
    deal(cards, "quick")
    cards.answered("quick", 100.0)

    assert deal(cards, "quick", now=299.0) == []
    assert deal(cards, "quick", now=301.0) == [0]


def test_work_that_two_nodes_have_is_not_lost_with_one() -> None:
    cards = dealer(1)
    deal(cards, "slow")
    deal(cards, "quick", now=PATIENCE_S + 1)

    assert cards.ended("slow") == []
    assert deal(cards, "third", now=1000.0) == []
    assert cards.answered("quick", 1000.0) == [0]


def test_work_that_may_have_cost_a_node_is_never_given_to_two() -> None:
    cards = dealer(1)
    deal(cards, "a")
    cards.ended("a")
    deal(cards, "b")

    assert deal(cards, "c", now=1000.0) == []


@settings(max_examples=40)
@given(st.data(), st.integers(0, 12))
def test_each_work_is_answered_once_or_given_up(
    data: st.DataObject, count: int
) -> None:
    cards = dealer(count)
    seen: list[int] = []
    now = 0.0
    for _ in range(10_000):
        if cards.finished():
            break
        node = data.draw(st.sampled_from("abc"))
        now += data.draw(st.sampled_from([0.0, 1.0, 200.0]))
        if not cards.dealt(node):
            deal(cards, node, nodes=3, now=now)
            continue
        match data.draw(st.sampled_from(["answered"] * 4 + ["ended", "unheard"])):
            case "answered":
                seen += [one for one in cards.answered(node, now) if one is not None]
            case "ended":
                seen += cards.ended(node)
            case _:
                cards.unheard(node)

    assert sorted(seen) == list(range(count))


@pytest.mark.parametrize("jobs", [1, 3])
def test_nobody_gets_anything_where_nothing_is_left(jobs: int) -> None:
    assert dealer(0).deal("a", jobs, jobs, 0.0) == []
    assert dealer(0).finished()
