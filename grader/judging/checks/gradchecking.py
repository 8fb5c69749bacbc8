"""`gradcheck`: a function's own backward against the slopes of its own values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from grader.errors import AuthorError
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.numbers import is_smooth
from grader.judging.checks.standing import StandIn
from grader.judging.requests import Slope
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

# How many directions are tried for each argument; a wrong gradient shows in each.
_DIRECTIONS: Final = 3
# How far a value is moved, and how far two slopes may be apart: float64, and all else.
_FINE: Final = (1e-5, 1e-4)
_COARSE: Final = (1e-2, 3e-2)
_SEED: Final = 20_170_119


def gradcheck(function: object, *args: object, **kwargs: object) -> bool:
    """Return that backward() gives the slopes that a function's own values have.

    Each tensor of decimal numbers among the positional arguments is moved a little, and
    what changes in the result is compared with the gradient by it. Tensors of float64
    are compared sharply. Keep away from kinks, such as 0 of ReLU.

        assert gradcheck(student.Square.apply, torch.randn(3, dtype=torch.float64))

    Args:
        function: a function of the student's, also one of an object.
        args: the positional arguments.
        kwargs: those with a name.

    Raises:
        CheckEnded: it does not, or the result has no graph.
        AuthorError: `function` is not the student's, or nothing can be moved.
    """
    if not isinstance(function, StandIn):
        raise AuthorError("gradcheck: expected a function of the student's.")
    places = [n for n, argument in enumerate(args) if is_smooth(argument)]
    if not places:
        raise AuthorError("gradcheck: expected a tensor of decimal numbers, got none.")
    probe = _Probe(function, args, kwargs)
    slopes = probe.gradients()
    for place in places:
        for told, found, tolerance in probe.compared(place, slopes[place]):
            if not abs(told - found) <= tolerance:
                raise CheckEnded(
                    Outcome.FAILED,
                    f"backward() on the result of `{function.grader_name}` gives "
                    f"another gradient by argument {place + 1} than its own values "
                    f"show: does each step back belong to a step forward?",
                )
    return True


class _Probe:
    """A function at one point: its value as one number, and what that does nearby."""

    def __init__(
        self, function: StandIn, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        import torch

        self._function = function
        self._args = args
        self._kwargs = kwargs
        self._chance = torch.Generator().manual_seed(_SEED)
        values = self._values(args)
        self._weights = [self._random(value) for value in values]
        fine = all(value.dtype == torch.float64 for value in values)
        self._step, self._tolerance = _FINE if fine else _COARSE

    def gradients(self) -> tuple[object, ...]:
        """Return what backward() gives by each argument."""
        function = self._function
        _, slopes = function.grader_line.call(
            function.grader_name,
            function.grader_called(),
            self._args,
            self._kwargs,
            gradient=Slope.EVERY,
            weighs=self._weights,
        )
        if not isinstance(slopes, tuple) or len(slopes) != 2:  # noqa: PLR2004 - a pair
            raise no_graph(function.grader_name)
        by_place = slopes[0]
        if not isinstance(by_place, tuple) or len(by_place) != len(self._args):
            raise no_graph(function.grader_name)
        return by_place

    def compared(
        self, place: int, slope: object
    ) -> Iterator[tuple[float, float, float]]:
        """Yield a slope as it is told, as the values have it, and what is allowed.

        Args:
            place: of the argument that is moved.
            slope: the gradient by it; None says that it makes no difference.
        """
        argument = cast("torch.Tensor", self._args[place])
        if slope is not None and (
            not is_smooth(slope) or slope.shape != argument.shape
        ):
            raise CheckEnded(
                Outcome.FAILED,
                f"backward() on the result of `{self._function.grader_name}` gives a "
                f"gradient by argument {place + 1} that has not its shape.",
            )
        for _ in range(_DIRECTIONS):
            way = self._random(argument)
            up = self._number(place, argument.detach() + self._step * way)
            down = self._number(place, argument.detach() - self._step * way)
            found = (up - down) / (2 * self._step)
            told = 0.0 if slope is None else _product(slope, way)
            size = max(abs(found), abs(told), 1e-3 * (1 + abs(up)))
            yield told, found, self._tolerance * size

    def _number(self, place: int, moved: torch.Tensor) -> float:
        args = (*self._args[:place], moved, *self._args[place + 1 :])
        values = self._values(args)
        if [v.shape for v in values] != [w.shape for w in self._weights]:
            return float("nan")
        return sum(map(_product, values, self._weights))

    def _values(self, args: tuple[object, ...]) -> list[torch.Tensor]:
        """Return the tensors of decimal numbers that the function gives."""
        function = self._function
        name, called = function.grader_name, function.grader_called()
        value = function.grader_line.call(name, called, args, self._kwargs)[0].value
        values = value if isinstance(value, list | tuple) else [value]
        smooth = [each for each in values if is_smooth(each)]
        if not smooth:
            raise no_graph(name)
        return smooth

    def _random(self, like: torch.Tensor) -> torch.Tensor:
        import torch

        return torch.randn(like.shape, generator=self._chance, dtype=like.dtype)


def no_graph(name: str) -> CheckEnded:
    """Return the end of a check whose call gave what no gradient can be had of."""
    message = (
        f"`{name}` gives a result without a graph: does it remember where it came from?"
    )
    return CheckEnded(Outcome.FAILED, message)


def _product(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return the sum of the products of two tensors' numbers."""
    return float((one.detach().double() * other.double()).sum())
