"""Where a student's training parts from the solution's, on the lesson's own data.

A visible check that trains is run once more, and what the student's process recorded
is laid beside what the solution does from the same start. Words only, never points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.agreement import Measure, same
from grader.judging.divergence import (
    ON_LESSON,
    first_divergence,
    follows,
    starts_apart,
)
from grader.judging.evidence import Exchange, is_call
from grader.judging.relations import lists_of
from grader.judging.stage import RIGHT
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from grader.judging.stage import Stage
    from grader.judging.training import Run, Weights

_MEASURE = Measure(1e-4)


def parting(
    name: str, exchanges: Sequence[Exchange], runs: Sequence[Run], stage: Stage
) -> str | None:
    """Return in a sentence where a training parts from the solution's, if certain.

    Args:
        name: the function's that trains.
        exchanges: what a visible check asked and what it got.
        runs: what the student's process recorded meanwhile.
        stage: holds the solution.
    """
    asked = _up_to_last_call(name, exchanges)
    after = exchanges[len(asked) :]
    ago = sum(exchange.payload.get("do") == "call" for exchange in after)
    mine = [run for run in runs if run.calls_ago == ago]
    # Several runs in one call: nobody knows which of them is meant.
    if not asked or len(mine) != 1 or mine[0].start is None:
        return None
    answers, theirs = stage.trained(_from_same_start(asked, mine[0].start, stage))
    if not answers or answers[-1] is None or len(theirs) != 1:
        return None
    return _compared(name, (asked[-1], answers[-1]), mine[0], theirs[0])


def _compared(
    name: str, answers: tuple[Exchange, Exchange], run: Run, reference: Run
) -> str | None:
    """Return what is certain of two trainings of the same data and their answers."""
    student, right = answers
    if not _handles(student) and starts_apart(run, reference):
        return f"{ON_LESSON} `{name}` does not start from the weight that it is given."
    due = right.reply.get("value")
    samples = _samples(reference, due)
    if samples is None:
        return None
    told = first_divergence(run, reference, samples)
    if told or not follows(run, reference):
        return told
    if same(student.reply.get("value"), due, _MEASURE):
        return None
    return (
        f"{ON_LESSON} every loss, gradient and step of the training is right, but not "
        f"what `{name}` returns: which numbers, and from when, are these?"
    )


def _up_to_last_call(name: str, exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return the exchanges up to the last call of a function; none without one."""
    places = [i for i, e in enumerate(exchanges) if is_call(e) and e.name == name]
    return list(exchanges[: places[-1] + 1]) if places else []


def _from_same_start(
    asked: Sequence[Exchange], start: Weights, stage: Stage
) -> list[Exchange]:
    """Return requests that give the solution's model the weights of a student's.

    The last one trains. Its models are known by their parameters: where each has the
    shape of exactly one weight of the start, that one is put into it.
    """
    *before, call = asked
    requests = list(before)
    for handle in _handles(call):
        read = Exchange(call.name, {"do": "parameters", "target": handle}, {})
        answer = stage.perform([RIGHT], [*before, read])[RIGHT][-1]
        values = _by_shape(answer.reply.get("value") if answer else None, start)
        if values is not None:
            payload: dict[str, object] = {"target": handle, "values": values}
            requests.append(Exchange(call.name, {"do": "assign", **payload}, {}))
    return [*requests, call]


def _handles(call: Exchange) -> list[Handle]:
    args = call.payload.get("args")
    return [a for a in args if isinstance(a, Handle)] if isinstance(args, tuple) else []


def _by_shape(parameters: object, start: Weights) -> list[torch.Tensor] | None:
    """Return weights in the order of the parameters, if only one order is possible."""
    if not isinstance(parameters, list) or len(parameters) != len(start):
        return None
    by_shape = {tuple(weight.shape): weight for weight in start}
    shapes = [tuple(parameter.shape) for parameter in parameters]
    if len(by_shape) != len(start) or set(shapes) != set(by_shape):
        return None
    return [by_shape[shape] for shape in shapes]


def _samples(reference: Run, value: object) -> int | None:
    """Return how many backward passes an epoch has, by the losses that are due."""
    lists = [right for _, right in lists_of(value, value) if isinstance(right, list)]
    epochs = len(lists[0]) if lists else 0
    if not epochs or reference.passes % epochs:
        return None
    return reference.passes // epochs
