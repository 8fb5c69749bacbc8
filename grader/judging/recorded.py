"""The training runs that a worker recorded, as it tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

RUNS_CAP: Final = 64
_NAME_CAP: Final = 200


class ToldRun(msgspec.Struct, forbid_unknown_fields=True, frozen=True, eq=False):
    """A training run as a worker tells of it: of this form, whatever the values."""

    label: str
    line: int
    function: str
    ago: int | None
    passes: int
    steps: int
    loss_numbers: object
    losses: object
    numbers: object
    weights: list[object]
    gradients: list[object]
    end: list[object] | None


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """The training runs that the worker recorded, as it tells of them."""

    runs: tuple[ToldRun, ...]


def recorded(runs: list[object]) -> Recorded | None:
    """Return runs as a worker tells of them, None if they are in no such form."""
    if len(runs) > RUNS_CAP:
        return None
    try:
        told = [msgspec.convert(run, ToldRun) for run in runs]
    except ValueError:  # of msgspec, too
        return None
    return Recorded(
        tuple(
            msgspec.structs.replace(
                run, label=run.label[:_NAME_CAP], function=run.function[:_NAME_CAP]
            )
            for run in told
        )
    )
