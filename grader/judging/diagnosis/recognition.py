"""Recognition: finds the one mistake whose answers are the student's answers.

Every request of a check is put to the course's mistakes on the stage, too. A check
depends only on the answers that it gets: as long as a mistake has answered like the
student, the check would have asked it the same thing next. So the first different
answer rules a mistake out. Those that are left have given all the student's answers,
right and wrong. They are named only if they all ask the same question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.uses import used_by
from grader.judging.answers import value_of
from grader.judging.diagnosis.agreement import Truth, agree, observed
from grader.judging.diagnosis.sameness import ANY, DETERMINED, EXACT, WRONG
from grader.judging.diagnosis.sameness import RIGHT as BOTH_RIGHT
from grader.judging.diagnosis.stage import RIGHT
from grader.judging.diagnosis.twins import makers
from grader.judging.requests import Assign, payload_of
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.course.variants import Variant
    from grader.judging.checks.evidence import Exchange
    from grader.judging.diagnosis.stage import Stage
    from grader.judging.diagnosis.twins import Twins
    from grader.model import Check

INDEPENDENT = 3
_Key = tuple[str, bool]
_DEAR_S = 0.05
# The same where all programs can be asked alike, so that it is paid for once.
_DEAR_ONCE_S = 0.2
# To ask so many mistakes takes longer than to run a check on the class's draws.
_MANY = 8
_BUDGET_S = 3.0


@dataclass(frozen=True, slots=True)
class Record:
    """What one check asked and got.

    `failed` says that it failed, with a value or an exception; `lost` that it ended
    without an answer: too late, out of memory, or crashed; `fixed` that all programs
    are asked the same, as by a visible check.
    """

    check: Check
    failed: bool
    lost: bool
    fixed: bool
    seconds: float
    exchanges: tuple[Exchange, ...]

    @property
    def key(self) -> _Key:
        """What tells it from the other records of a program."""
        return self.check.name, self.fixed


@dataclass(frozen=True, slots=True)
class Expected:
    """The solution's answers to a record's requests, and which of them are chance.

    `cost_s` is the computing time that these answers once took.
    """

    answers: tuple[Exchange | None, ...]
    chance: tuple[bool, ...]
    cost_s: float


OnClass = Callable[[Record], Record | None]


def _nowhere(_: Record) -> None:
    """Return no record: the check is not run on the class's draws."""


class _ByChance(tuple[object, ...]):
    """What counts of an answer whose numbers are chance: its form."""

    __slots__ = ()


class Recognition:
    """Compares one program's records with a stage.

    Args:
        stage: the solution and its mistakes.
        records: of all checks that ran, in their order.
        twins: compares a student's objects with the stage's.
        on_class: returns what a check asks of all programs in place of a record's
            own draws; None where it cannot be run again.
    """

    def __init__(
        self,
        stage: Stage,
        records: Sequence[Record],
        twins: Twins,
        on_class: OnClass = _nowhere,
    ) -> None:
        self._stage = stage
        self._records = records
        self._twins = twins
        self._on_class = on_class
        self._uses = used_by(stage.source)
        self._expected: dict[_Key, Expected] = {}
        self._matches: dict[tuple[int, _Key], bool] = {}
        self._numbers: dict[_Key, frozenset[object]] = {}

    def mistake(self, record: Record) -> Variant | None:
        """Return the mistake that explains everything about a failed check."""
        reach = self._reach(record.check.about)
        scope = [r for r in self._records if self._reach(r.check.about) <= reach]
        weight, certain = self.weight(scope)
        if any(r.lost for r in scope) or weight < INDEPENDENT:
            return None
        survivors = [
            slot
            for slot, variant in enumerate(self._stage.mistakes, RIGHT + 1)
            if variant.about in reach
        ]
        for other in sorted(scope, key=self._effort):
            if len(survivors) > _MANY and other.failed and not other.fixed:
                survivors = self._left_by_class(survivors, other)
            survivors = self._matching(survivors, other)
            used_s = self._stage.used_s - self._stage.shared_s
            if not survivors or used_s > _BUDGET_S:
                return None
        if certain < INDEPENDENT:
            survivors = self._twin_like(survivors, scope)
        found = [self._stage.mistakes[slot - 1] for slot in survivors]
        one_class = len({variant.question for variant in found}) == 1
        return _spokesman(found) if one_class else None

    def expected(self, record: Record) -> Expected:
        """Return what the solution answers to a record's requests.

        It is asked twice: an answer that differs is chance, and not evidence. Once is
        enough of what has never differed for other programs.
        """
        if record.key not in self._expected:
            first = self._performed(record, 0)
            cost_s = self._stage.cost_s
            # If a student's answers are the solution's, they are not chance.
            # Objects may start at random, and all workers draw the same numbers first.
            settled = not record.failed and all(
                right is not None
                and agree(student, right, BOTH_RIGHT)
                and not isinstance(value_of(student.answer).value, Handle)
                for student, right in zip(record.exchanges, first, strict=True)
            )
            kind = _kind(record)
            settled = settled or (not record.fixed and self._stage.is_steady(kind))
            second = first if settled else self._performed(record, 1)
            apart = [
                a is None or b is None or not agree(a, b, DETERMINED)
                for a, b in zip(first, second, strict=True)
            ]
            if not (settled or record.fixed):
                self._stage.note(kind, steady=not any(apart))
            chance = _spread(record.exchanges, apart)
            self._expected[record.key] = Expected(tuple(first), chance, cost_s)
        return self._expected[record.key]

    def evidence(self, record: Record) -> frozenset[object]:
        """Return what shows that a record is wrong, each thing once."""
        return self._by_numbers(record) or self._observed(record, form=True)

    def by_form(self, record: Record) -> bool:
        """Return whether a failed check shows nothing wrong but the form of answers."""
        return record.failed and not self._by_numbers(record)

    def weight(self, scope: Iterable[Record]) -> tuple[int, int]:
        """Return how much evidence the failed checks give, with and without chance."""
        seen = frozenset().union(*(self.evidence(r) for r in scope if r.failed))
        # A number may be the same by accident; an exception, a text or a form is not.
        weights = [(one, 1 if _may_be_accident(one) else 2) for one in seen]
        certain = sum(w for one, w in weights if not isinstance(one, _ByChance))
        return sum(w for _, w in weights), certain

    def _left_by_class(self, slots: list[int], record: Record) -> list[int]:
        """Return the mistakes that do what the program does on the class's draws.

        They have answered there before, for other programs.
        """
        shared = self._on_class(record)
        if shared is None or self.by_form(shared):
            return slots
        return self._matching(slots, shared)

    def _twin_like(self, slots: Sequence[int], scope: Sequence[Record]) -> list[int]:
        """Return the mistakes whose objects do what the student's do.

        If only the form of something random is wrong, many mistakes have that form.
        """
        exchanges = [e for record in scope if record.failed for e in record.exchanges]
        made = makers(exchanges)
        return [
            slot
            for slot in slots
            if made and all(self._twins.order(m, slot) is not None for m in made)
        ]

    def _effort(self, record: Record) -> tuple[bool, bool, bool, float]:
        """Return a key that sorts what costs least first, and what rules out most.

        What all programs are asked the mistakes have answered before; a check that
        failed can be asked so, on the class's draws. What passed has been as slow as
        the solution is.
        """
        cost_s, dear_s = record.seconds, _DEAR_S
        if record.failed:
            cost_s = max(self.expected(record).cost_s, cost_s)
            dear_s = _DEAR_S if record.fixed else _DEAR_ONCE_S
        return cost_s > dear_s, not record.fixed, not record.failed, cost_s

    def _by_numbers(self, record: Record) -> frozenset[object]:
        if record.key not in self._numbers:
            self._numbers[record.key] = self._observed(record, form=False)
        return self._numbers[record.key]

    def _observed(self, record: Record, *, form: bool) -> frozenset[object]:
        """Return the observations of a record; what is no number counts per request."""
        expected = self.expected(record)
        found: set[object] = set()
        asked = zip(record.exchanges, expected.answers, expected.chance, strict=True)
        for index, (student, right, chance) in enumerate(asked):
            if right is None:
                continue
            seen = observed(student, right, ANY if chance else WRONG, form=form)
            kind = _ByChance if chance else tuple
            found |= {
                s if isinstance(s, float) else kind((record.check.name, index, s))
                for s in seen
                if not (chance and isinstance(s, float))
            }
        return frozenset(found)

    def _matching(self, slots: Sequence[int], record: Record) -> list[int]:
        """Return the mistakes that give all answers of a record."""
        new = [slot for slot in slots if (slot, record.key) not in self._matches]
        turn = 0 if record.fixed else None
        asked = self._stage.perform(new, record.exchanges, turn) if new else {}
        # Where all programs are asked the same, many mistakes have given one answer.
        alike = {id(each): each for each in asked.values()}
        known = {key: self._alike(record, each) for key, each in alike.items()}
        for slot, answers in asked.items():
            self._matches[slot, record.key] = known[id(answers)]
        return [slot for slot in slots if self._matches[slot, record.key]]

    def _alike(self, record: Record, answers: Sequence[Exchange | None]) -> bool:
        form = self.by_form(record)
        exact = EXACT if record.failed else BOTH_RIGHT
        chances = self.expected(record).chance
        return all(
            answer is not None
            and agree(student, answer, ANY if chance else exact, form=form)
            for student, answer, chance in zip(
                record.exchanges, answers, chances, strict=True
            )
        )

    def _performed(self, record: Record, turn: int) -> list[Exchange | None]:
        """Return the solution's answers to a record's requests, once for each turn."""
        number = turn if record.fixed else None
        return self._stage.perform([RIGHT], record.exchanges, number)[RIGHT]

    def _reach(self, names: Iterable[str]) -> frozenset[str]:
        """Return these names and all names that the solution uses for them."""
        return frozenset().union(*(self._uses.get(n, {n}) for n in names))


def _may_be_accident(seen: object) -> bool:
    """Return whether something wrong is a number or a truth value, seen in a check."""
    return isinstance(seen, float) or (
        isinstance(seen, tuple) and isinstance(seen[-1], Truth)
    )


def _kind(record: Record) -> tuple[str, ...]:
    """Return what records share whose requests differ in their numbers alone."""
    asked = (f"{type(e.request).__name__} {e.name}" for e in record.exchanges)
    return record.check.name, *asked


def _spread(exchanges: Sequence[Exchange], chance: Sequence[bool]) -> tuple[bool, ...]:
    """Return which answers are chance, even if they came out the same twice.

    A model that starts at random may give the same classes twice. If one answer of an
    object is chance, all are, until values are assigned to the object.
    """
    states: list[set[tuple[int, int]]] = []
    assigned: dict[int, int] = {}
    for exchange in exchanges:
        held = (payload_of(exchange.request), value_of(exchange.answer).value)
        numbers = {handle.number for handle in _handles(held) if handle.number >= 0}
        if isinstance(exchange.request, Assign):
            assigned |= {number: assigned.get(number, 0) + 1 for number in numbers}
        states.append({(number, assigned.get(number, 0)) for number in numbers})
    random = {s for found, by in zip(states, chance, strict=True) if by for s in found}
    return tuple(
        by or not random.isdisjoint(found)
        for found, by in zip(states, chance, strict=True)
    )


def _handles(value: object) -> Iterator[Handle]:
    if isinstance(value, Handle):
        yield value
    elif isinstance(value, dict):
        yield from _handles(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _handles(item)


def _spokesman(found: Sequence[Variant]) -> Variant:
    """Return the mistake whose name stands for all with its question."""
    roots = [variant for variant in found if variant.same_as is None]
    return (roots or list(found))[0]
