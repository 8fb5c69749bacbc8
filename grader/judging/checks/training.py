"""`student.training`: the runs that the student's process recorded, as plain values.

A record is the student's word for what happened: where the training started, and what
it went through. Points must depend on what a check works out itself from that start.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.judging.recorded import Recorded
from grader.text import clean_line

if TYPE_CHECKING:
    import torch

    from grader.judging.answers import Answer
    from grader.judging.recorded import ToldRun

WeightValues = tuple["torch.Tensor", ...]

_KEPT_CAP = 4096
_TENSORS_CAP = 1 << 14
_COUNT_CAP = 1 << 40
_NAME_CAP = 80


@dataclass(frozen=True, slots=True)
class Run:
    """One training run: consecutive backward passes that reach the same weights.

    Long runs are thinned: not every pass keeps its loss, nor its weights. `weights`
    and `gradients` are empty for large models.

    Attributes:
        label: the file or the cell in which the run began.
        line: the line of its first backward pass.
        function: the function around that line; empty at top level.
        passes: how many backward passes there were.
        steps: how many steps an optimizer took.
        loss_numbers: the passes that kept their loss, counted from 0.
        losses: the loss of each of these passes; nan where it was not one number.
        numbers: the passes that kept weights and gradients, counted from 0.
        weights: for each of these passes the weights before the step, one tensor per
            leaf, in the order of the graph.
        gradients: for each of these passes the gradients after it, in the same order;
            nan where there was none.
        end: the weights after the last step. None for large models, and where each
            step makes new tensors, since the last ones are never seen.
        calls_ago: how many calls the check has made since the run's own; None for a
            run at top level.
    """

    label: str
    line: int
    function: str
    passes: int
    steps: int
    loss_numbers: tuple[int, ...]
    losses: tuple[float, ...]
    numbers: tuple[int, ...]
    weights: tuple[WeightValues, ...]
    gradients: tuple[WeightValues, ...]
    end: WeightValues | None
    calls_ago: int | None = None

    @property
    def start(self) -> WeightValues | None:
        """The weights before the first step; None where they were not kept."""
        return self.weights[0] if self.weights and self.numbers[0] == 0 else None


def runs_of(answer: Answer | None) -> tuple[Run, ...] | None:
    """Return the runs that a worker reports, or None if these are not runs."""
    if not isinstance(answer, Recorded):
        return None
    try:
        return tuple(map(_run, answer.runs))
    except ValueError:
        return None


def _run(told: ToldRun) -> Run:
    """Return the run; raise ValueError if its values do not fit together."""
    counts = told.line, told.passes, told.steps, told.ago or 0
    if not all(0 <= count < _COUNT_CAP for count in counts):
        raise ValueError("a count out of range")
    numbers = _numbers(told.numbers, told.passes)
    weights = _by_pass(told.weights, len(numbers))
    gradients = _by_pass(told.gradients, len(numbers))
    end = None if told.end is None else tuple(map(_tensor, told.end))
    states = [*weights, *gradients, *([] if end is None else [end])]
    if len({_kinds(state) for state in states}) > 1 or (end and not weights):
        raise ValueError("weights that change their shape")
    loss_numbers = _numbers(told.loss_numbers, told.passes)
    losses = tuple(float(loss) for loss in _listed(told.losses))
    if len(losses) != len(loss_numbers):
        raise ValueError("losses without their numbers")
    return Run(
        label=clean_line(told.label, _NAME_CAP),
        line=told.line,
        function=clean_line(told.function, _NAME_CAP),
        passes=told.passes,
        steps=told.steps,
        loss_numbers=loss_numbers,
        losses=losses,
        numbers=numbers,
        weights=weights,
        gradients=gradients,
        end=end,
        calls_ago=told.ago,
    )


def _numbers(value: object, passes: int) -> tuple[int, ...]:
    """Return numbers of passes, which must rise."""
    found = _listed(value)
    numbers = tuple(number for number in found if type(number) is int)
    rising = all(a < b for a, b in itertools.pairwise((-1, *numbers, passes)))
    if len(numbers) != len(found) or not rising:
        raise ValueError("passes out of order")
    return numbers


def _listed(value: object) -> list[float]:
    """Return the numbers of a tensor with one axis."""
    tensor = _tensor(value)
    if tensor.dim() != 1 or len(tensor) > _KEPT_CAP or tensor.is_complex():
        raise ValueError("not a short list of numbers")
    found: list[float] = tensor.tolist()
    return found


def _by_pass(columns: list[object], passes: int) -> tuple[WeightValues, ...]:
    """Return the weights of each pass; a worker reports them leaf by leaf."""
    if len(columns) * passes > _TENSORS_CAP:
        raise ValueError("more weights than are kept")
    tensors = [_tensor(column) for column in columns]
    if any(t.dim() == 0 or len(t) != passes for t in tensors):
        raise ValueError("weights without their passes")
    return tuple(zip(*(t.unbind() for t in tensors), strict=True))


def _kinds(weights: WeightValues) -> tuple[object, ...]:
    return tuple((tuple(weight.shape), weight.dtype) for weight in weights)


def _tensor(value: object) -> torch.Tensor:
    import torch

    if not isinstance(value, torch.Tensor):
        raise ValueError("not a tensor")  # noqa: TRY004 - all that is wrong is one error
    return value.detach()
