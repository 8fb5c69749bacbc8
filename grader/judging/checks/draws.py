"""`draw`: the inputs that a check makes up afresh for each submission.

They derive from the submission's content and the checks' source: an instructor can
replay them, a student cannot predict them, and one submission's draws say nothing about
another's. Values are chosen to show mistakes: three decimals, and never 0, 1 or 2,
where wrong formulas agree with right ones. A number is drawn again if it is blind
together with an earlier one: where their product is nearly their sum, a quotient, a
power, or the rounded product, no check could tell these formulas apart.
"""

from __future__ import annotations

import hashlib
import math
import operator
import random
from typing import TYPE_CHECKING, NoReturn, TypeVar

import numpy as np

from grader.errors import AuthorError
from grader.model import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
_BLIND = (0.0, 1.0, 2.0)
_CLEAR = 0.06
# A check with the usual tolerance takes results closer than this (relative) as equal.
_TIE = 3e-4
_ROUNDING = 1e-9
# How many digits are kept, and half of the last one.
_ROUNDED = tuple((digits, 0.5 * 10**-digits) for digits in (0, 1, 2))
# In a check, a number usually meets those that were drawn shortly before it.
_RECENT = 6
# A copy of up to this many numbers is kept for whoever replays a check.
_LOGGED = 100_000


def key_of(sha256: str, checks_digest: str, check: str, number: int = 0) -> str:
    """Return the key of one check's draws on one submission.

    Args:
        sha256: of the submission.
        checks_digest: of the checks' source.
        check: its name.
        number: 0 for the draws that count; others are for the author.
    """
    text = f"grader/draw/v1:{sha256}:{checks_digest}:{check}"
    text += f":{number}" if number else ""
    return hashlib.sha256(text.encode()).hexdigest()


NOTHING_SHOWN = Shown()


class Draw:
    """Fresh inputs for one check; the same key gives the same inputs.

    Numbers that are drawn singly show mistakes; those that are drawn by the thousand
    are random alone, and take no time.
    """

    def __init__(self, key: str, shown: Shown = NOTHING_SHOWN) -> None:
        self._shown = shown
        self._random = random.Random(int(key, 16))
        # A stream of its own: what is drawn from it leaves the others as they are.
        self._many = np.random.default_rng(int(key, 16))
        self._recent: list[float] = []
        self.log: list[tuple[str, object]] = []

    def with_key(self, key: str) -> Draw:
        """Return the draws of another key for the same course."""
        return Draw(key, self._shown)

    def real(self) -> float:
        """Return a number of either sign, 0.3 to 3.5 in size, three decimals."""
        return self._logged("real", self._seeing(0.3, 3.5, (-1, 1)))

    def positive(self) -> float:
        """Return a number from 0.3 to 3.5, three decimals."""
        return self._logged("positive", self._seeing(0.3, 3.5, (1,)))

    def reals(self, n: int) -> list[float]:
        """Return n different numbers as `real` gives, both signs among them (n > 1)."""
        return self._logged("reals", self._reals(n))

    def integer(self) -> int:
        """Return a whole number of either sign, 3 to 9 in size."""
        return self._logged("integer", self._sign() * self._random.randint(3, 9))

    def array(self, shape: int | tuple[int, ...]) -> np.ndarray:
        """Return a float64 array of this shape, filled as `reals` does."""
        sides = (shape,) if isinstance(shape, int) else tuple(shape)
        values = self._reals(math.prod(sides))
        return self._logged("array", np.array(values, dtype=np.float64).reshape(sides))

    def tensor(self, shape: int | tuple[int, ...]) -> torch.Tensor:
        """Return a float32 tensor of this shape, filled as `reals` does."""
        import torch

        return torch.tensor(self.array(shape), dtype=torch.float32)

    def line(self, n: int, noise: float = 0.5) -> tuple[list[float], list[float]]:
        """Return n points around a random line: (x, y).

        Args:
            n: how many points; their x are different and of both signs.
            noise: how far a point lies from the line at most, and half of it at least.
        """
        slope, shift = self._sign() * self._size(0.5, 2.5), self._sign() * self._size()
        x = self._reals(n)
        off = [self._sign() * self._random.uniform(noise / 2, noise) for _ in x]
        y = [round(slope * a + shift + e, 3) for a, e in zip(x, off, strict=True)]
        return self._logged("line", (x, y))

    def normal(
        self, shape: int | tuple[int, ...], mean: float = 0.0, std: float = 1.0
    ) -> torch.Tensor:
        """Return a float32 tensor of normally distributed numbers, however many."""
        sides = _sides("normal(shape, mean=…, std=…)", shape)
        return self._tensor("normal", self._many.normal(mean, std, sides))

    def uniform(
        self, shape: int | tuple[int, ...], low: float = 0.0, high: float = 1.0
    ) -> torch.Tensor:
        """Return a float32 tensor of numbers from low to high, however many."""
        sides = _sides("uniform(shape, low=…, high=…)", shape)
        return self._tensor("uniform", self._many.uniform(low, high, sides))

    def integers(
        self, low: int, high: int, shape: int | tuple[int, ...] = ()
    ) -> torch.Tensor:
        """Return an int64 tensor of whole numbers from low to high, high included."""
        import torch

        numbers = self._many.integers(low, high, shape, endpoint=True)
        return self._logged("integers", torch.from_numpy(np.asarray(numbers)))

    def spd(self, n: int) -> torch.Tensor:
        """Return a symmetric positive definite float32 matrix, n x n.

        Its eigenvalues are from 1 to about 5.
        """
        half = self._many.normal(size=(n, n)) / math.sqrt(n)
        return self._tensor("spd", half @ half.T + np.eye(n))

    def batch(
        self, n: int, features: int, classes: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return n samples of some features, float32, and their classes, int64."""
        return self.normal((n, features)), self.integers(0, classes - 1, (n,))

    def permutation(self, n: int) -> list[int]:
        """Return the numbers from 0 to n - 1 in an order of its own."""
        return self._logged("permutation", self._many.permutation(n).tolist())

    def words(self, n: int) -> list[str]:
        """Return n words of 2 to 8 small letters; some of them come often."""
        known = max(1, math.isqrt(4 * n))
        lengths = self._many.integers(2, 9, known)
        letters = self._many.integers(0, 26, (known, 8)) + ord("a")
        words = [
            bytes(row[:m].tolist()).decode()
            for row, m in zip(letters, lengths, strict=True)
        ]
        ranks = np.minimum(self._many.zipf(1.5, n), known) - 1
        return self._logged("words", [words[rank] for rank in ranks])

    def seed(self) -> int:
        """Return a seed for whatever takes one, below 2**31."""
        return self._logged("seed", int(self._many.integers(1 << 31)))

    def generator(self) -> torch.Generator:
        """Return a generator of torch's with a seed of its own."""
        import torch

        return torch.Generator().manual_seed(self.seed())

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Raise: what is drawn has a name."""
        raise AuthorError(
            "`draw` is not called itself: say what to draw, `draw.real()`, or "
            "`draw.example(strategy)` for a strategy of hypothesis."
        )

    def example(self, strategy: SearchStrategy[T]) -> T:
        """Return a value that a strategy of hypothesis makes."""
        import hypothesis

        found: list[T] = []

        @hypothesis.given(strategy)
        def take(value: T) -> None:
            found.append(value)

        settings = hypothesis.settings(
            max_examples=10,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.seed(self.seed())(settings(take))()
        return self._logged("example", found[-1])

    def labels(self, n: int, classes: int | None = None) -> list[float] | list[int]:
        """Return n labels, 0. or 1., both among them, in no simple order (n > 1).

        Args:
            n: how many labels.
            classes: if given, they are whole numbers from 0 to classes - 1, each of
                them among them if n is large enough.
        """
        if classes is not None:
            drawn = self._many.integers(0, classes, n)
            drawn[: min(n, classes)] = np.arange(min(n, classes))
            numbered: list[int] = self._many.permutation(drawn).tolist()
            return self._logged("labels", numbered)
        labels = [0.0, 1.0] + [float(self._random.random() < 0.5) for _ in range(n - 2)]
        self._random.shuffle(labels)
        return self._logged("labels", labels)

    def probabilities(self, n: int) -> list[float]:
        """Return n different numbers between 0.03 and 0.97."""
        found: list[float] = []
        while len(found) < n:
            value = round(self._random.uniform(0.03, 0.97), 3)
            if all(abs(value - other) > 1e-3 for other in [*found, 0.5]):
                found.append(value)
        return self._logged("probabilities", found)

    def rate(self, low: float = 0.02, high: float = 0.06) -> float:
        """Return a learning rate, no simple multiple of what the course shows."""
        shown = self._shown.rate
        while True:
            rate = round(self._random.uniform(low, high), 4)
            twice = 0.5 if shown is None else 2 * rate / shown
            if abs(twice - round(twice)) > 0.15:
                return self._logged("rate", rate)

    def epochs(self, low: int = 3, high: int = 8) -> int:
        """Return a number of epochs from low to high, not what the course shows."""
        choices = [n for n in range(low, high + 1) if n != self._shown.epochs]
        return self._logged("epochs", self._random.choice(choices))

    def start(self) -> float:
        """Return a starting weight of either sign, 0.3 to 1.5 in size."""
        return self._logged("start", self._seeing(0.3, 1.5, (-1, 1)))

    def starts(self) -> tuple[float, float]:
        """Return two starting weights of opposite sign."""
        sign = self._sign()
        pair = (self._seeing(0.3, 1.5, (sign,)), self._seeing(0.3, 1.5, (-sign,)))
        return self._logged("starts", pair)

    def choice(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return self._logged("choice", self._random.choice(items))

    def _tensor(self, what: str, numbers: np.ndarray) -> torch.Tensor:
        import torch

        return self._logged(what, torch.tensor(numbers, dtype=torch.float32))

    def _logged(self, what: str, value: T) -> T:
        # A copy: a check may pass the value to code that changes it.
        self.log.append((what, copied(value)))
        return value

    def _sign(self) -> int:
        return self._random.choice((-1, 1))

    def _size(self, low: float = 0.3, high: float = 3.5) -> float:
        while True:
            value = round(self._random.uniform(low, high), 3)
            if all(abs(value - blind) > _CLEAR for blind in _BLIND):
                return value

    def _seeing(self, low: float, high: float, signs: Sequence[int]) -> float:
        """Return a number that is not blind together with one of those before it."""
        while True:
            value = self._random.choice(signs) * self._size(low, high)
            if not any(is_blind(other, value) for other in self._recent):
                self._recent = [*self._recent, value][-_RECENT:]
                return value

    def _reals(self, n: int) -> list[float]:
        signs = [-1, 1] + [self._sign() for _ in range(n - 2)]
        self._random.shuffle(signs)
        found: dict[float, float] = {}
        for sign in signs[:n]:
            value = self._seeing(0.3, 3.5 + n / 100, (sign,))
            while abs(value) in found:
                value = self._seeing(0.3, 3.5 + n / 100, (sign,))
            found[abs(value)] = value
        return [*found.values()]


def _sides(usage: str, shape: object) -> tuple[int, ...]:
    """Return a shape; raise an `AuthorError` that shows the usage where it is none."""
    sides = shape if isinstance(shape, list | tuple) else (shape,)
    if all(hasattr(side, "__index__") for side in sides):
        return tuple(map(operator.index, sides))
    raise AuthorError(f"draw.{usage}: expected a shape first, got {shape!r}.")


def is_blind(a: float, b: float) -> bool:
    """Return whether some wrong formula gives nearly the product of a and b."""
    product = a * b
    near = _TIE * abs(product)
    for other in (a + b, a - b, b - a, a / b, b / a):
        if abs(product - other) <= near:
            return True
    # A negative base has no power with decimals.
    if a > 0 and abs(product - _power(a, b)) <= near:
        return True
    if b > 0 and abs(product - _power(b, a)) <= near:
        return True
    for digits, half in _ROUNDED:
        # A large product is nearly each of these, whatever its factors are.
        if half <= near:
            continue
        # `round` takes longer than all the rest: it is asked where it may matter.
        scaled = abs(product) * 10**digits
        off = abs(scaled - math.floor(scaled + 0.5))
        close = off <= near * 10**digits + _ROUNDING
        if close and abs(product - round(product, digits)) <= near:
            return True
    return False


def _power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except OverflowError:
        return math.inf


def copied(value: T) -> T:
    """Return a copy of a list, array or tensor; what is very large is only told of."""
    if isinstance(value, list):
        return value[:]  # type: ignore[return-value]  # a list, too
    if isinstance(value, np.ndarray):
        return value.copy() if value.size <= _LOGGED else value[:0]  # type: ignore[return-value]  # as above
    clone = getattr(value, "clone", None)
    if clone is None:
        return value
    return clone() if value.numel() <= _LOGGED else value[:0]  # type: ignore[attr-defined,index,no-any-return]  # a tensor
