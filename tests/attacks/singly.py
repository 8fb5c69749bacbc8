"""The attacks that need a program each, for tiers and users that tests do not run with.

What must hold of them is what their tests say: these are called as they are.
"""

from __future__ import annotations

import traceback
from functools import partial
from typing import TYPE_CHECKING

from attacks import test_exhaustion, test_forgery, test_lies
from attacks.attacking import graded_together
from attacks.test_exhaustion import GREEDY, SILENT
from attacks.test_forgery import DISHONEST, HARMLESS
from attacks.test_lies import PARAMETERS, TOLD, told_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from attacks.attacking import Arena

    from grader.judging.session import Judges
    from grader.sandbox.host.gate import Gate

Claim = partial[None]
PROGRAMS = (*GREEDY, *SILENT, *DISHONEST, *HARMLESS, *PARAMETERS)
LIES = [(operation, lie) for operation in TOLD for lie in told_about(operation)]
ALL = len(PROGRAMS) + len(LIES)


def broken(gate: Gate, arena: Arena, folder: Path) -> list[str]:
    """Return what is said by the tests of greed, forgery and lies that fail.

    Args:
        gate: the wall.
        arena: where greed and forgery are judged.
        folder: where a course for liars is made.
    """
    with test_lies.asking(gate, folder) as liars:
        claims = [*of_greed(arena), *of_forgery(arena), *of_lies(liars)]
        return [*failing(claims)]


def of_greed(arena: Arena) -> Iterator[Claim]:
    """Yield what must hold of programs that use up a machine."""
    found = test_exhaustion.exhausted(arena)
    for name in GREEDY:
        yield partial(test_exhaustion.test_greed_costs_its_own_student, found, name)
    for name in SILENT:
        yield partial(test_exhaustion.test_silence_ends_at_the_deadline, found, name)
    yield partial(
        test_exhaustion.test_greed_and_silence_cost_nobody_else_a_point, found
    )


def of_forgery(arena: Arena) -> Iterator[Claim]:
    """Yield what must hold of programs that forge an answer, or seem to."""
    found = graded_together(arena, test_forgery.sources())
    for name in DISHONEST:
        yield partial(test_forgery.test_forged_answer_earns_nothing, found, name)
    for name in HARMLESS:
        yield partial(test_forgery.test_honest_part_earns_its_points, found, name)


def of_lies(liars: Judges) -> Iterator[Claim]:
    """Yield what must hold of workers that answer what is not so."""
    yield partial(test_lies.test_honest_worker_passes_what_the_liars_are_asked, liars)
    found = test_lies.lied_to(liars)
    for operation in TOLD:
        yield partial(
            test_lies.test_lie_about_a_request_is_the_students_own, found, operation
        )
    for parameters in PARAMETERS:
        yield partial(
            test_lies.test_model_that_lies_about_its_parameters_earns_what_it_computes,
            liars,
            parameters,
        )


def failing(claims: Iterable[Claim]) -> Iterator[str]:
    """Yield what is said of each claim that does not hold."""
    for claim in claims:
        try:
            claim()
        except AssertionError as error:
            (where,) = traceback.extract_tb(error.__traceback__)[-1:]
            yield f"{claim.func.__name__}, {claim.args[1:]}: {where.line} {error}"
