"""Says in one sentence how a student's values relate to the right ones, on all inputs.

Every sentence is a fact about the answers that were seen, and holds for at least three
independent numbers. If no sentence holds everywhere, nothing is said. All is pure, but
for `AskAgain`, which calls the solution or the student's function again.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.numbers import ZERO_ATOL, differs, numbers_of
from grader.judging.diagnosis.influence import ignored
from grader.judging.diagnosis.sameness import EXACT, ROUNDED, WRONG
from grader.judging.diagnosis.samples import (
    INDEPENDENT,
    Sample,
    equal,
    flat,
    quoted,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from grader.judging.diagnosis.samples import AskAgain

# What functions call the times that they go on for.
_TIMES = ("epoch", "step", "iteration", "iter", "round")
_ROUNDED_TO = range(4)
_FACTORS = {
    -1.0: "the negative of",
    2.0: "twice",
    0.5: "half of",
    3.0: "three times",
    1 / 3: "a third of",
    4.0: "four times",
    0.25: "a quarter of",
    10.0: "ten times",
    0.1: "a tenth of",
    100.0: "a hundred times",
    0.01: "a hundredth of",
    -2.0: "minus twice",
    -0.5: "minus half of",
}
_PLACES = ("whole numbers", "one decimal", "two decimals", "three decimals")


def relation(
    name: str,
    samples: Sequence[Sample],
    parameters: Sequence[str],
    ask_right: AskAgain,
    ask_student: AskAgain,
    *,
    trains: bool = False,
) -> str | None:
    """Return the sentence that holds for all samples of a function, or None.

    Args:
        name: the function's.
        samples: all calls of it that gave a value.
        parameters: the names of its parameters, as the handout has them.
        ask_right: calls the solution's function.
        ask_student: calls the student's.
        trains: whether it trains; no list of another function is one of losses.
    """
    losses = samples if trains else ()
    plain = [sample for sample in samples if sample.plain]
    return (
        _no_graph(name, samples)
        or _changes_its_input(name, samples, parameters)
        or _by_parts(name, samples)
        or _swapped(name, plain, parameters, ask_right)
        or _one_epoch_off(name, plain, parameters, ask_right)
        or _shifted_lists(name, losses, one_of(parameters))
        or _first_losses(name, losses)
        or ignored(name, plain, parameters, ask_right, ask_student)
    )


def constant_factor(got: np.ndarray, right: np.ndarray) -> float | None:
    """Return the simple factor, other than 1, between two lists of numbers, or None."""
    if not _independent(right) or not np.all(right):
        return None
    for factor in _FACTORS:
        if not differs(got, factor * right, EXACT).any():
            return factor
    return None


def rounded_to(got: np.ndarray, right: np.ndarray) -> int | None:
    """Return to how many decimals one list is the other one rounded; None if not."""
    if not differs(got, right, EXACT).any() or not _independent(got):
        return None
    for digits in _ROUNDED_TO:
        rounded = np.round(right, digits)
        cut = np.trunc(right * 10**digits) / 10**digits
        # If cutting off the digits gives the same, rounding is not certain.
        if np.allclose(got, rounded, rtol=ROUNDED, atol=ZERO_ATOL) and _independent(
            got[~np.isclose(rounded, cut)]
        ):
            return digits
    return None


def shifted(got: Sequence[float], right: Sequence[float]) -> int | None:
    """Return by how many entries a list is ahead of the right one: 1, -1 or None."""
    a, b = np.asarray(got), np.asarray(right)
    if len(a) != len(b):
        return None
    for ahead in (1, -1):
        early, late = (a, b) if ahead > 0 else (b, a)
        count = min(len(early), len(late) - 1)
        if (
            count >= INDEPENDENT
            and not differs(early[:count], late[1 : count + 1], EXACT).any()
        ):
            return ahead
    return None


def lists_of(got: object, right: object) -> list[tuple[object, object]]:
    """Return the lists among the parts of a value, each with the right one."""
    if isinstance(right, tuple) and isinstance(got, tuple | list):
        pairs = list(zip(got, right, strict=False))
    else:
        pairs = [(got, right)]
    return [(a, b) for a, b in pairs if isinstance(b, list)]


def one_of(parameters: Collection[str]) -> str:
    """Return what a function calls one of the times that it goes on for, if it says."""
    return next((word for word in _TIMES if f"{word}s" in parameters), "")


def first_loss_apart(got: object, right: object, each: str) -> str | None:
    """Return where two lists of losses begin to differ, or None if they do not.

    Args:
        got: the student's losses.
        right: those of the solution.
        each: what a loss is of, such as an epoch; empty if nobody says.
    """
    a, b = numbers_of(got), numbers_of(right)
    if a is None or b is None or a.shape != b.shape or a.ndim != 1 or len(a) == 1:
        return None
    apart = differs(a, b, WRONG)
    if not apart.any():
        return None
    first = int(np.argmax(apart))
    one = f"loss of the first {each}" if each else "first loss"
    if first == 0:
        return f"The {one} is already different."
    if first == 1:
        return (
            f"The {one} agrees, the second does not: look at what happens between them."
        )
    whose = f"losses of the first {first} {each}s" if each else f"first {first} losses"
    return f"The {whose} agree, the next does not: what changes there?"


def _no_graph(name: str, samples: Sequence[Sample]) -> str | None:
    asked = [s for s in samples if s.right_gradient is not None]
    if not asked or any(s.gradient is not None for s in asked):
        return None
    if all(isinstance(s.got, float | int) for s in asked):
        return f"`{name}` gives a plain number where a tensor with a graph is needed."
    if all(getattr(s.got, "requires_grad", None) is False for s in asked):
        return (
            f"`{name}` gives a tensor without a graph: backward() cannot start there."
        )
    return None


def _changes_its_input(
    name: str, samples: Sequence[Sample], parameters: Sequence[str]
) -> str | None:
    changed: set[int] = set()
    for sample in samples:
        after = zip(
            sample.args, sample.args_after, sample.right_args_after, strict=False
        )
        for index, (before, mine, right) in enumerate(after):
            if equal(before, right) and not equal(before, mine):
                changed.add(index)
    if not changed:
        return None
    what = " and ".join(quoted(index, parameters) for index in sorted(changed))
    return f"`{name}` changes the {what} it is given."


def _by_parts(name: str, samples: Sequence[Sample]) -> str | None:
    """Return the sentence for a factor or rounding of one part of the value."""
    for label, got, right in _parts(samples):
        subject = f"`{name}` gives" if label is None else f"`{name}` returns as {label}"
        factor = constant_factor(got, right)
        if factor == -1.0:
            return f"{subject} the right numbers with the wrong sign, for every input."
        if factor is not None:
            return f"{subject} {_FACTORS[factor]} what is expected, for every input."
        digits = rounded_to(got, right)
        if digits is not None:
            return f"{subject} the right numbers, rounded to {_PLACES[digits]}."
    return None


def _parts(
    samples: Sequence[Sample],
) -> Iterator[tuple[str | None, np.ndarray, np.ndarray]]:
    """Yield for each part of a tuple the numbers of all samples, got and right."""
    counts = {_count(sample.right) for sample in samples}
    if len(counts) != 1 or any(_count(s.got) != _count(s.right) for s in samples):
        return
    count = counts.pop()
    for index in range(count or 1):
        pairs = [
            (s.got, s.right)
            if not count
            else (_item(s.got, index), _item(s.right, index))
            for s in samples
        ]
        arrays = [(numbers_of(a), numbers_of(b)) for a, b in pairs]
        found = [
            (np.ravel(a), np.ravel(b))
            for a, b in arrays
            if a is not None and b is not None and a.shape == b.shape
        ]
        if len(found) == len(pairs) and found:
            got, right = (np.concatenate(side) for side in zip(*found, strict=True))
            yield _ORDINALS[index] if count else None, got, right


_ORDINALS = ("its first value", "its second value", "its third value", "a later value")


def _count(value: object) -> int:
    """Return how many parts a returned tuple has; 0 for a single value."""
    return min(len(value), len(_ORDINALS)) if isinstance(value, tuple) else 0


def _item(value: object, index: int) -> object:
    return value[index] if isinstance(value, tuple) else None


def _swapped(
    name: str, samples: Sequence[Sample], parameters: Sequence[str], ask: AskAgain
) -> str | None:
    positions = range(min((len(s.args) for s in samples), default=0))
    for i, j in itertools.combinations(positions, 2):
        exchanged = (ask(_exchanged(s.args, i, j), dict(s.kwargs)) for s in samples)
        if _explains(samples, exchanged):
            first, second = quoted(i, parameters), quoted(j, parameters)
            return f"`{name}` gives what is due for {first} and {second} exchanged."
    return None


def _one_epoch_off(
    name: str, samples: Sequence[Sample], parameters: Sequence[str], ask: AskAgain
) -> str | None:
    if "epochs" not in parameters:
        return None
    at = list(parameters).index("epochs")
    for more, words in ((1, "more"), (-1, "fewer")):
        values = (ask(*_with_epochs(s, at, more)) for s in samples if _epochs(s, at))
        if _explains([s for s in samples if _epochs(s, at)], values):
            return f"`{name}` makes one pass {words} than it is told to."
    return None


def _shifted_lists(name: str, samples: Sequence[Sample], each: str) -> str | None:
    """Return by how many places all lists of losses are off, where it is one."""
    pairs = [pair for s in samples for pair in lists_of(s.got, s.right)]
    found = {shifted(flat(got), flat(right)) for got, right in pairs}
    if found not in ({1}, {-1}):
        return None
    early = found == {1}
    if not each:
        return f"`{name}` gives each loss one place too {'early' if early else 'late'}."
    where = "after" if early else "before"
    return f"`{name}` notes for each {each} the loss of the {each} {where} it."


def _first_losses(name: str, samples: Sequence[Sample]) -> str | None:
    """Return by which factor the first entries are off, where later ones part anyhow.

    A loss that is too large or too small is stepped along, too.
    """
    pairs = [pair for s in samples for pair in lists_of(s.got, s.right)]
    firsts = [(flat(got)[:1], flat(right)[:1]) for got, right in pairs]
    if not firsts or not all(got and right for got, right in firsts):
        return None
    got, right = (np.asarray([f[i][0] for f in firsts]) for i in (0, 1))
    factor = constant_factor(got, right)
    if factor is None:
        return None
    return f"The first loss of `{name}` is {_FACTORS[factor]} what is expected, always."


def _epochs(sample: Sample, at: int) -> int | None:
    value = sample.kwargs.get("epochs")
    if value is None and len(sample.args) > at:
        value = sample.args[at]
    return value if isinstance(value, int) else None


def _with_epochs(
    sample: Sample, at: int, more: int
) -> tuple[tuple[object, ...], dict[str, object]]:
    epochs = (_epochs(sample, at) or 0) + more
    if "epochs" in sample.kwargs:
        return sample.args, {**sample.kwargs, "epochs": epochs}
    return (*sample.args[:at], epochs, *sample.args[at + 1 :]), dict(sample.kwargs)


def _explains(samples: Sequence[Sample], values: Iterator[object]) -> bool:
    """Return whether the values that were got are always these other ones."""
    seen: set[float] = set()
    for sample, value in zip(samples, values, strict=False):
        if value is None or not equal(sample.got, value):
            return False
        if not equal(sample.got, sample.right):
            seen |= {float(f"{n:.5g}") for n in flat(sample.got)}
    return len(seen) >= INDEPENDENT


def _independent(numbers: np.ndarray) -> bool:
    return len({float(f"{n:.5g}") for n in np.ravel(numbers)}) >= INDEPENDENT


def _exchanged(args: tuple[object, ...], i: int, j: int) -> tuple[object, ...]:
    items = list(args)
    items[i], items[j] = items[j], items[i]
    return tuple(items)
