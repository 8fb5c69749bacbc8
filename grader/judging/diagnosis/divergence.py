"""Where a training first differs from the reference's: words, never points.

Both were recorded from the same start, on data that the student knows. The sentence
names the first pass that differs, and what differs: the loss, the gradient, or the
weight after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.judging.diagnosis.sameness import APART, EXACT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from grader.judging.checks.training import Run, WeightValues

# By whether the prediction is known to be right. Where nobody knows, each pass may be
# of another sample, too.
_LOSS = {
    True: "loss, not the prediction,",
    False: "number that backward() starts from,",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """How a sentence speaks of the data, and of one pass of several in an epoch."""

    on: str = "On the visible checks' data"
    each: str = "step"

    @property
    def begun(self) -> str:
        """The beginning of a sentence about the first difference."""
        return f"{self.on} the first thing to differ is"


class _UncertainError(Exception):
    """Two numbers are neither the same nor clearly different, or not comparable."""


def first_divergence(
    run: Run,
    reference: Run,
    samples: int,
    words: Telling,
    *,
    forward_agrees: bool = False,
) -> str | None:
    """Return a sentence about the first pass that differs, or None if uncertain.

    Args:
        run: what the student's process recorded; it is believed for words only.
        reference: the solution's run from `run.start` on the same data, as
            `training.record` returns it.
        samples: how many backward passes an epoch has: 1 for whole batches.
        words: how to speak of the data and of one pass.
        forward_agrees: whether the student's prediction is known to be right.
    """
    try:
        return _first(run, reference, samples, words, _LOSS[forward_agrees])
    except _UncertainError:
        return None


def follows(run: Run, reference: Run) -> bool:
    """Return whether a training is certainly the reference's from start to end."""
    whole = _whole(run) == run.passes == reference.passes == _whole(reference)
    if not whole or run.end is None or reference.end is None:
        return False
    try:
        return _first(run, reference, 1, Telling(), "") is None and _same(
            run.end, reference.end
        )
    except _UncertainError:
        return False


def starts_apart(run: Run, reference: Run) -> bool:
    """Return whether two trainings certainly begin at different weights."""
    try:
        return not _same(run.weights[0], reference.weights[0])
    except (_UncertainError, IndexError):
        return False


def _first(
    run: Run, reference: Run, samples: int, words: Telling, loss_words: str
) -> str | None:
    known = min(_whole(run), _whole(reference))
    if not known or not _same(run.weights[0], reference.weights[0]):
        raise _UncertainError
    for number in range(known):
        where = _where(number, samples, reference.passes, words)
        if not _same(run.weights[number], reference.weights[number]):
            before = _where(number - 1, samples, reference.passes, words)
            return _weight(run, number, before, words)
        if not _close(run.losses[number], reference.losses[number]):
            return f"{words.begun} the {loss_words} {where}."
        if not _same(run.gradients[number], reference.gradients[number]):
            return _gradient(run, reference, number, where, words)
    return _length(run, reference, samples, known, words)


def _weight(run: Run, number: int, where: str, words: Telling) -> str:
    """Return the sentence for a weight that differs for the first time."""
    before, after = run.weights[number - 1], run.weights[number]
    still = all(a.equal(b) for a, b in zip(before, after, strict=True))
    found = (
        "but the next backward() finds the weight unchanged"
        if still
        else ("the weight that follows is not")
    )
    return (
        f"{words.begun} the weight after the backward pass {where}: loss and gradient "
        f"are right there, {found}."
    )


def _gradient(run: Run, reference: Run, number: int, where: str, words: Telling) -> str:
    """Return the sentence for a gradient that differs while the loss agrees."""
    begun = f"{words.begun} the gradient {where}: the loss is right"
    import torch

    older = [torch.stack(column).sum(0) for column in _columns(reference, number + 1)]
    if number and _same(run.gradients[number], tuple(older)):
        return (
            f"{begun}, but the gradient is the sum of this one and all before it. "
            f"What is in `.grad` before `backward()` adds to it?"
        )
    return f"{begun}."


def _columns(reference: Run, count: int) -> list[WeightValues]:
    """Return the first gradients, leaf by leaf."""
    return list(zip(*reference.gradients[:count], strict=True))


def _length(
    run: Run, reference: Run, samples: int, known: int, words: Telling
) -> str | None:
    """Return the sentence for a training that is right, but too short or too long."""
    more = run.passes - reference.passes
    if known < min(run.passes, reference.passes) or not more or more % samples:
        return None
    if more > 0 and not _goes_on(run, reference):
        return None
    ends = "goes on after" if more > 0 else "stops before"
    return (
        f"{words.on} each backward pass is right, but the training {ends} the "
        f"last one that is due: how many epochs does the loop make?"
    )


def _goes_on(run: Run, reference: Run) -> bool:
    """Return whether passes after the expected last one change the weight."""
    if run.end is None or reference.end is None:
        return False
    return not _same(run.end, reference.end)


def _whole(run: Run) -> int:
    """Return how many first passes were kept without a gap, with weights and loss."""
    kept = min(len(run.weights), len(run.loss_numbers))
    for number in range(kept):
        if run.numbers[number] != number or run.loss_numbers[number] != number:
            return number
    return kept


def _where(number: int, samples: int, passes: int, words: Telling) -> str:
    epoch, sample = divmod(number, samples)
    if samples == 1:
        return f"in epoch {epoch + 1}"
    if passes == samples:
        return f"at {words.each} {sample + 1}"
    return f"at {words.each} {sample + 1} of epoch {epoch + 1}"


def _same(one: Sequence[torch.Tensor], other: Sequence[torch.Tensor]) -> bool:
    """Return whether weights are the same; raise if their shapes differ."""
    if [w.shape for w in one] != [w.shape for w in other]:
        raise _UncertainError
    return all(
        _close(a, b)
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left.flatten().tolist(), right.flatten().tolist(), strict=True)
    )


def _close(got: float, expected: float) -> bool:
    if not (math.isfinite(got) and math.isfinite(expected)):
        raise _UncertainError
    off = abs(got - expected) / max(abs(expected), EXACT)
    if EXACT < off < APART:
        raise _UncertainError
    return off <= EXACT
