"""Where a student's training departs from the solution's, on data that it knows.

A call of a visible check that trains is repeated, and the record of the student's
process is compared with what the solution does from the same start. This gives words,
never points.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.judging.answers import value_of
from grader.judging.checks.evidence import CheckEnded, Exchange
from grader.judging.checks.numbers import shape_of
from grader.judging.checks.training import Run, runs_of
from grader.judging.diagnosis.divergence import (
    Telling,
    first_divergence,
    follows,
    starts_apart,
)
from grader.judging.diagnosis.relations import lists_of
from grader.judging.diagnosis.sameness import WRONG, same
from grader.judging.diagnosis.samples import equal
from grader.judging.diagnosis.stage import RIGHT
from grader.judging.diagnosis.twins import (
    Twins,
    given_weights,
    maker_of,
    making,
    new_object,
    with_object,
)
from grader.judging.requests import Call, Training
from grader.model import Outcome
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judging.checks.host import Host
    from grader.judging.checks.training import WeightValues
    from grader.judging.diagnosis.stage import Stage

# How many orders are tried in which the weights of two models may be the same.
_ORDERS_CAP = 120


def parting(
    name: str,
    exchanges: Sequence[Exchange],
    host: Host,
    stage: Stage,
    twins: Twins,
    on: str,
) -> str | None:
    """Return a sentence that says where a training departs from the solution's.

    Args:
        name: the function's that trains.
        exchanges: what a visible check asked and what it got.
        host: the student's program.
        stage: holds the solution.
        twins: tells how the solution's model is given the weights of a student's.
        on: how the sentence begins, as in "On the lesson's data".
    """
    calls = [e.request.alone() for e in exchanges if isinstance(e.request, Call)]
    own = [call for call in calls if call.target == name]
    if not own:
        return None
    handles = [arg for arg in own[-1].args if isinstance(arg, Handle)]
    made = maker_of(exchanges, handles[0]) if handles else None
    if len(handles) > 1 or (handles and made is None):
        return None
    order = None if made is None else twins.order(made.name, RIGHT)
    if made is not None and order is None:
        return None
    try:
        requests, value, runs = _trained(own[-1], made, order, host)
    except CheckEnded:
        return None
    answers, theirs = stage.trained(requests)
    # With several runs in one call, nobody knows which one is meant.
    if len(runs) != 1 or len(theirs) != 1 or answers[-1] is None:
        return None
    values = value, value_of(answers[-1].answer).value
    words = Telling(on, _each(_samples(theirs[0], values[1]), own[-1]))
    return _compared(name, values, runs[0], theirs[0], words, model=made is not None)


def _trained(
    call: Call, made: Exchange | None, order: tuple[int, ...] | None, host: Host
) -> tuple[list[Exchange], object, list[Run]]:
    """Return the same requests for the stage, and what the student's program did.

    That is the value of the call, and the runs that its process recorded.
    """
    name = str(call.target)
    given: list[Exchange] = []
    own = call
    if made is not None:
        handle, weights = new_object(host, made.request)
        if handle is None or len(weights) != len(order or ()):
            raise CheckEnded(Outcome.CRASHED, "It made another model than before.")
        own = with_object(call, handle)
        given = given_weights(making(made), [weights[i] for i in order or ()])
        call = with_object(call)
    answer, _ = host.request(name, own)
    told, _ = host.request("training", Training(1))
    runs = runs_of(told) or ()
    requests, value = [*given, Exchange(name, call)], value_of(answer).value
    return requests, value, [r for r in runs if r.calls_ago == 0 and r.start]


def _compared(
    name: str,
    values: tuple[object, object],
    run: Run,
    reference: Run,
    words: Telling,
    *,
    model: bool,
) -> str | None:
    """Return what is certain about two trainings on the same data."""
    aligned = _aligned(run, reference) if model else run
    if aligned is None or starts_apart(aligned, reference):
        what = (
            "weights are not those of the model" if model else "weight is not the one"
        )
        return (
            f"{words.on}, when the first backward() in `{name}` is done, the {what} "
            f"that it was given."
        )
    samples = _samples(reference, values[1])
    if samples is None:
        return None
    told = first_divergence(aligned, reference, samples, words, forward_agrees=model)
    if told or not follows(aligned, reference) or same(*values, WRONG):
        return told
    return (
        f"{words.on} every loss, gradient and step of the training is right, but not "
        f"what `{name}` returns: which numbers, and from when, are these?"
    )


def _aligned(run: Run, reference: Run) -> Run | None:
    """Return a run with its weights in the order and shapes of the reference's.

    It is None where they do not start at the same values, in whichever order.
    """
    mine, theirs = run.weights[0], reference.weights[0]
    if len(mine) != len(theirs):
        return None
    every = itertools.permutations(range(len(mine)))
    for order in itertools.islice(every, _ORDERS_CAP):
        pairs = [(mine[i], b) for i, b in zip(order, theirs, strict=True)]
        if all(a.numel() == b.numel() for a, b in pairs) and all(
            equal(a.flatten(), b.flatten()) for a, b in pairs
        ):
            return _reordered(run, order, theirs)
    return None


def _reordered(run: Run, order: Sequence[int], like: WeightValues) -> Run:
    def put(weights: WeightValues) -> WeightValues:
        return tuple(
            weights[i].reshape(b.shape) for i, b in zip(order, like, strict=True)
        )

    return replace(
        run,
        weights=tuple(map(put, run.weights)),
        gradients=tuple(map(put, run.gradients)),
        end=None if run.end is None else put(run.end),
    )


def _each(passes: int | None, call: Call) -> str:
    """Return what one backward pass of several in an epoch is: by the data's length."""
    data = [arg for arg in (*call.args, *call.kwargs.values()) if shape_of(arg)]
    lengths = {(shape_of(arg) or (0,))[0] for arg in data}
    if passes in lengths:
        return "sample"
    return (
        "batch" if passes is not None and any(n > passes for n in lengths) else "step"
    )


def _samples(reference: Run, value: object) -> int | None:
    """Return how many backward passes an epoch has, from the expected losses."""
    lists = [right for _, right in lists_of(value, value) if isinstance(right, list)]
    epochs = len(lists[0]) if lists else 0
    if not epochs or reference.passes % epochs:
        return None
    return reference.passes // epochs
