"""Finds mistakes that no check tells apart, although they ask different questions.

Everything that the checks ask of the solution is put to the mistakes. Mistakes that
give the same answers can only be named together: with two questions, neither is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.diagnosis.agreement import agree
from grader.judging.diagnosis.sameness import ANY, EXACT
from grader.judging.diagnosis.stage import RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.judging.checks.evidence import Exchange
    from grader.judging.diagnosis.recognition import Recognition, Record
    from grader.judging.diagnosis.stage import Answers, Stage


def alike(
    records: Iterable[Record], recognition: Recognition, stage: Stage
) -> tuple[tuple[str, ...], ...]:
    """Return groups with one mistake's name for each of their questions.

    A mistake is in none if there is a check of its function to which it has answered
    nothing. A request with a callable of the check's, for one, cannot be put to it.
    """
    silent: set[int] = set()
    groups = [list(range(RIGHT + 1, RIGHT + 1 + len(stage.mistakes)))]
    for record in records:
        slots = [slot for group in groups for slot in group]
        answers = stage.perform(slots, record.exchanges)
        silent |= {
            slot
            for slot in slots
            if not any(answers[slot]) and _about(stage, slot) in record.check.about
        }
        chance = recognition.expected(record).chance
        parts = [
            part
            for group in groups
            for part in _parted(group, answers, record.exchanges, chance)
        ]
        groups = [part for part in parts if len(_by_question(part, stage)) > 1]
    named = (
        _by_question([slot for slot in group if slot not in silent], stage)
        for group in groups
    )
    return tuple(tuple(names.values()) for names in named if len(names) > 1)


def _about(stage: Stage, slot: int) -> str:
    return stage.mistakes[slot - RIGHT - 1].about


def _by_question(group: Sequence[int], stage: Stage) -> dict[str | None, str]:
    names: dict[str | None, str] = {}
    for slot in group:
        variant = stage.mistakes[slot - RIGHT - 1]
        names.setdefault(variant.question, variant.name)
    return names


def _parted(
    group: Sequence[int],
    answers: dict[int, Answers],
    asked: Sequence[Exchange],
    chance: Sequence[bool],
) -> list[list[int]]:
    """Return the parts of a group that answer a check's requests in the same way."""
    parts: list[list[int]] = []
    for slot in group:
        for part in parts:
            if _same(answers[part[0]], answers[slot], asked, chance):
                part.append(slot)
                break
        else:
            parts.append([slot])
    return parts


def _same(
    one: Answers, other: Answers, asked: Sequence[Exchange], chance: Sequence[bool]
) -> bool:
    for a, b, request, by_chance in zip(one, other, asked, chance, strict=True):
        if a is None or b is None:
            if a is not b:
                return False
            continue
        a.heard = request.heard
        if not agree(a, b, ANY if by_chance else EXACT):
            return False
    return True
