"""What a proof says: which promises hold, for each exercise and check."""

from __future__ import annotations

import enum

import msgspec

from grader.model import Visibility

PROOF_SCHEMA = "grader/proof/v1"


class Promise(enum.StrEnum):
    """What `grader prove` shows, in the order of its report."""

    NO_FAULT = "no check breaks"
    RIGHT_PASSES = "right variants get full marks"
    STUB_EARNS_NOTHING = "the stub earns nothing"
    MISTAKE_COSTS = "mistakes lose points"
    ON_ITS_OWN = "mistakes cost nothing elsewhere"
    NOT_FLAKY = "the same verdict on every draw"
    NOT_BLIND = "every check is failed by a mistake"
    MARGIN = "right and wrong are far apart"
    IN_TIME = "every check is quick enough"


class Broken(msgspec.Struct, frozen=True):
    """One promise that does not hold, and what to do."""

    promise: Promise
    exercise: str
    subject: str
    message: str


class Counts(msgspec.Struct, frozen=True):
    """How many of one kind there are, and how many did what they should."""

    kind: str
    total: int
    good: int


class CheckProof(msgspec.Struct, frozen=True):
    """One check: how many mistakes it fails, and how far apart right and wrong are.

    Distances are relative, as tolerances are. They are None where no values were
    compared, or where values did not tell right from wrong.
    """

    name: str
    visibility: Visibility
    points: float
    failed_by: int
    farthest_right: float | None
    nearest_wrong: float | None
    tolerance: float | None
    seconds: float


class ExerciseProof(msgspec.Struct, frozen=True):
    """One exercise: its promises, and the questions that its mutants raise."""

    exercise: str
    counts: tuple[Counts, ...]
    farthest_right: float | None
    nearest_wrong: float | None
    checks: tuple[CheckProof, ...]
    broken: tuple[Broken, ...]
    questions: tuple[str, ...]


class MistakeProof(msgspec.Struct, frozen=True):
    """One mistake by itself.

    Attributes:
        caught_by: the checks about its own function on which it loses points.
        broken: what does not hold for it.
        alike: mistakes that no check tells from it, although they ask something else.
    """

    caught_by: tuple[str, ...]
    broken: tuple[Broken, ...]
    alike: tuple[str, ...]


class Proof(msgspec.Struct, frozen=True):
    """The whole course's proof."""

    schema: str
    course: str
    grader_version: str
    sandbox: str
    draws: int
    trials: int
    seconds: float
    exercises: tuple[ExerciseProof, ...]

    @property
    def holds(self) -> bool:
        """Whether every promise holds."""
        return not any(exercise.broken for exercise in self.exercises)
