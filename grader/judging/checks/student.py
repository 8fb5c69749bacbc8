"""The stand-in for the student's program: each use of it crosses the wall.

`student.forward(w, x)` reads like a call of the student's own function, and is one:
in the worker. What comes back is plain data, or a stand-in for what stays there, which
can be used like the object itself.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from grader.judging.answers import Weights, value_of
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import Called, CheckEnded
from grader.judging.checks.fitting import ways
from grader.judging.checks.gradchecking import no_graph
from grader.judging.checks.standing import StandIn
from grader.judging.requests import Assign, Parameters, Slope
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from grader.judging.checks.calls import Calls
    from grader.judging.checks.training import Run
    from grader.sandbox.wire import Handle


class Student:
    """The student's program: its functions, classes and variables as attributes."""

    def __init__(self, line: Calls) -> None:
        self._line = line

    @property
    def training(self) -> tuple[Run, ...]:
        """The training runs seen so far, in order: at top level, then in this check.

        A program that trains without `backward()` has none.

        Raises:
            CheckEnded: the program answered with something else.
        """
        return self._line.training()

    @property
    def given(self) -> Any:  # noqa: ANN401 - a module
        """The course's own module `given.py`, in the student's process.

        Its objects may be passed to the student's functions: `student.given.Net()`.
        """
        return self._line.operate("given", "name", "given")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what the program has
        if name.startswith("_"):
            raise AttributeError(name)
        if self._line.is_value(name):
            return self._line.operate(name, "name", name)
        return StudentFunction(self._line, name)


_OF_A_FUNCTION = ("gradient", "gradients", "ops")


class StudentFunction(StandIn):
    """One function or class of the student's, by name."""

    def __init__(self, line: Calls, name: str) -> None:
        super().__init__(line, None, name)

    def grader_called(self) -> str:
        """Return what a call of it names."""
        return self.grader_name

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what the function returns.

        A list, dict, tensor or array among the arguments is then what the function has
        left in it.
        """
        line, name = self.grader_line, self.grader_name
        return line.call(name, name, args, kwargs, copies=False)[0].value

    def call(self, *args: object, **kwargs: object) -> Called:
        """Return the whole record of one call, a `Called`.

        The function gets copies: the check's own arguments stay as they are.
        """
        line, name = self.grader_line, self.grader_name
        return line.call(name, name, args, kwargs)[0]

    def gradient(self, *args: object, **kwargs: object) -> object:
        """Return the gradient of the result by the first argument that requires one.

        It is None where the result has no graph.
        """
        line, name = self.grader_line, self.grader_name
        own = self.grader_called()
        return line.call(name, own, args, kwargs, gradient=Slope.FIRST)[1]

    def gradients(self, *args: object, of: object = None, **kwargs: object) -> object:
        """Return the gradients of the result's sum by all arguments that are tensors.

        They are a tuple, None for each argument that is no tensor of decimal numbers
        or makes no difference. Of a result of several tensors it is the sum of all.

        Args:
            args: the positional arguments.
            of: if given, a model of the student's: its parameters' gradients come back
                instead, a dict by name.
            kwargs: those with a name.

        Raises:
            CheckEnded: the result has no graph.
        """
        line, name = self.grader_line, self.grader_name
        own = self.grader_called()
        call, slopes = line.call(name, own, args, kwargs, gradient=Slope.EVERY, of=of)
        if not isinstance(slopes, tuple) or len(slopes) != 2:  # noqa: PLR2004 - a pair
            raise no_graph(call.name)
        return slopes[0] if of is None else slopes[1]

    def ops(self, *args: object, **kwargs: object) -> dict[str, int]:
        """Return how often a call asks torch for each operation: `{"mm": 1, "add": 2}`.

        It is the word of the student's process, and tells what a fair one meets.
        """
        line, name = self.grader_line, self.grader_name
        return line.call(name, self.grader_called(), args, kwargs, counted=True)[0].ops

    def uses(self, wanted: str) -> bool:
        """Return whether the function, or what it uses of the program, uses a name.

        It is read from the program's text, so that a program that means to can hide it.

        Args:
            wanted: as "torch.nn.functional.cross_entropy", or an attribute of whatever
                it is, as ".backward".
        """
        return self.grader_line.uses(self.grader_name, wanted)


class Remote(StandIn):
    """An object that stays in the worker: a model, or whatever is not data."""

    def __init__(self, line: Calls, handle: Handle, name: str) -> None:
        super().__init__(line, handle, name)

    def __getattr__(self, name: str) -> object:
        try:
            return super().__getattr__(name)
        except CheckEnded as ended:
            # What students write may have an attribute of such a name itself.
            if name in _OF_A_FUNCTION and "AttributeError" in ended.kinds[:1]:
                return partial(getattr(StudentFunction, name), self)
            raise

    @property
    def remote_type(self) -> str:
        """The name of the object's type."""
        return self.grader_target().type_name

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what calling the object returns.

        A list, dict, tensor or array among the arguments is then what the object has
        left in it.
        """
        line, target = self.grader_line, self.grader_target()
        return line.call(self.grader_name, target, args, kwargs, copies=False)[0].value

    def call(self, *args: object, **kwargs: object) -> Called:
        """Return the whole record of one call, a `Called`.

        The object gets copies: the check's own arguments stay as they are.
        """
        target = self.grader_target()
        return self.grader_line.call(self.grader_name, target, args, kwargs)[0]

    def parameters(self) -> list[torch.Tensor]:
        """Return the model's parameters, in its own order.

        Raises:
            CheckEnded: the object has none, or they are no tensors.
        """
        name = self.grader_name
        asked = Parameters(self.grader_target())
        answer = self.grader_line.exchange(name, asked).answer
        if not isinstance(answer, Weights):
            message = f"`{name}` has no parameters that can be read as tensors."
            raise CheckEnded(Outcome.ERROR, message)
        taken = self.grader_line.taken(name, value_of(answer))
        return cast("list[torch.Tensor]", taken)

    def load(self, values: Sequence[torch.Tensor]) -> None:
        """Put values into the parameters, in the model's own order.

        Raises:
            CheckEnded: their number or sizes do not fit.
        """
        sizes = [parameter.numel() for parameter in self.parameters()]
        if sizes != [value.numel() for value in values]:
            raise self._unfit(sizes)
        self._assign(values)

    def start_like(self, reference_model: torch.nn.Module, at: torch.Tensor) -> None:
        """Give the model the reference model's weights, by what it then computes.

        Args:
            reference_model: the model with the weights.
            at: inputs on which the two must then agree.

        Raises:
            CheckEnded: no way to assign the weights makes the models agree.
        """
        wanted = [p.detach().clone() for p in reference_model.parameters()]
        expected = close_to(reference_model(at))
        sizes = self._sizes(at)
        if sum(sizes) != sum(value.numel() for value in wanted):
            raise self._unfit(sizes)
        for values in ways(wanted, sizes):
            self._assign(values)
            if expected.matches(self(at)):
                return
        name = self.grader_name
        message = (
            f"`{name}` does not compute what the handout's model computes with the "
            f"same weights."
        )
        raise CheckEnded(Outcome.FAILED, message)

    def _sizes(self, at: torch.Tensor) -> list[int]:
        """Return the sizes of the parameters; lazy ones have theirs after a call."""
        try:
            parameters = self.parameters()
        except CheckEnded:
            self(at)
            parameters = self.parameters()
        return [parameter.numel() for parameter in parameters]

    def _assign(self, values: Sequence[torch.Tensor]) -> None:
        name = self.grader_name
        self.grader_line.exchange(name, Assign(self.grader_target(), list(values)))

    def _unfit(self, sizes: list[int]) -> CheckEnded:
        name = self.grader_name
        count = len(sizes)
        return CheckEnded(
            Outcome.FAILED,
            f"`{name}` has {count} parameter{'s' if count != 1 else ''} with "
            f"{sum(sizes)} number{'s' if sum(sizes) != 1 else ''} in all, not those of "
            f"the handout's model: how many numbers should it learn?",
        )
