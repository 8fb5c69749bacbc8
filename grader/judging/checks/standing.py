"""What stands in a check for an object in the worker, and is used like it.

Attributes, items, iteration and operators are forwarded, one request each. What comes
back is plain data, or stands for an object again.
"""

from __future__ import annotations

import builtins
import sys
from typing import TYPE_CHECKING

from grader.judging.checks.ends import ended_with
from grader.judging.checks.evidence import CheckEnded, Held
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.judging.checks.calls import Calls
    from grader.sandbox.wire import Handle

_OWN = frozenset({"grader_line", "grader_handle", "grader_name"})
_PLAIN = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, Held)


def _binary(operation: str) -> Callable[[StandIn, object], object]:
    """Return the method that forwards an operator."""

    def forward(self: StandIn, other: object) -> object:
        if isinstance(other, set | frozenset) and operation in ("eq", "ne"):
            return self.grader_equals(other) is (operation == "eq")
        # Whatever can compare itself with data, as `close_to`, is asked next.
        if not _is_data(other):
            self.grader_target()
            return NotImplemented
        return self.grader_do(operation, other)

    return forward


def _reflected(operation: str) -> Callable[[StandIn, object], object]:
    """Return the method that forwards an operator whose right side is the object."""

    def forward(self: StandIn, other: object) -> object:
        if not _is_data(other):
            return NotImplemented
        target = self.grader_target()
        return self.grader_line.operate(self.grader_name, operation, other, target)

    return forward


def _unary(operation: str) -> Callable[[StandIn], object]:
    """Return the method that forwards an operation on the object alone."""

    def forward(self: StandIn) -> object:
        return self.grader_do(operation)

    return forward


def _is_data(value: object) -> bool:
    torch, np = sys.modules.get("torch"), sys.modules.get("numpy")
    return (
        isinstance(value, _PLAIN)
        or (torch is not None and isinstance(value, torch.Tensor))
        or (np is not None and isinstance(value, np.ndarray | np.generic))
    )


def _is_built_in(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind


class StandIn(Held):
    """An object in the worker: by its handle, or by its name in the program."""

    # numpy and torch leave their operators to this class.
    __array_ufunc__ = None

    def __init__(self, line: Calls, handle: Handle | None, name: str) -> None:
        self.grader_line = line
        self.grader_handle = handle
        self.grader_name = name

    def grader_target(self) -> Handle:
        """Return the object's handle; the program is asked for it once."""
        if self.grader_handle is None:
            self.grader_handle = self.grader_line.handle(self.grader_name)
        return self.grader_handle

    def grader_called(self) -> str | Handle:
        """Return what a call of it names: the object itself."""
        return self.grader_target()

    def grader_equals(self, other: set[object] | frozenset[object]) -> bool:
        """Return whether the object is a set of the same items, which are data."""
        target = self.grader_target()
        if target.type_name not in ("set", "frozenset") or len(self) != len(other):
            return False
        return {*iter(self)} == other

    def grader_do(self, operation: str, *args: object) -> object:
        """Return what an operation on the object gives."""
        target = self.grader_target()
        return self.grader_line.operate(self.grader_name, operation, target, *args)

    def grader_items(self) -> object:
        """Return the items of what can be unpacked, None for other objects."""
        return self.grader_do("items")

    @classmethod
    def __torch_function__(
        cls,
        func: object,
        _types: object,
        args: tuple[object, ...] = (),
        _kwargs: object = None,
    ) -> object:
        # `tensor * model` arrives here before the tensor tries itself.
        name = getattr(func, "__name__", "")
        left, right = args if len(args) == 2 else (None, None)  # noqa: PLR2004 - a pair
        forward = _OF_TENSORS.get(name)
        if forward is None or not isinstance(right, cls):
            return NotImplemented
        return forward(right, left)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        target, line = self.grader_target(), self.grader_line
        subject = f"{self.grader_name}.{name}"
        try:
            return line.operate(subject, "getattr", target, name)
        except CheckEnded as ended:
            if ended.kinds[:1] != ("AttributeError",):
                raise
            text = f"A `{self.grader_name}` has no `{name}`."
            raise ended_with(ended.kinds, Outcome.ERROR, text) from None

    def __setattr__(self, name: str, value: object) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        else:
            self.grader_do("setattr", name, value)

    def __enter__(self) -> object:
        return self.grader_do("enter")

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        # Where the student's process has ended there is nothing to leave.
        over = isinstance(error, CheckEnded) and error.outcome is not Outcome.ERROR
        if over or not isinstance(error, Exception | None):
            return False
        names = (each.__name__ for each in type(error).__mro__ if _is_built_in(each))
        return bool(self.grader_do("exit", None if error is None else next(names)))

    def __len__(self) -> int:
        return int(str(self.grader_do("len")))

    def __bool__(self) -> bool:
        return bool(self.grader_do("bool"))

    def __contains__(self, item: object) -> bool:
        return bool(self.grader_do("contains", item))

    def __repr__(self) -> str:
        return str(self.grader_do("repr"))

    def __str__(self) -> str:
        return str(self.grader_do("str"))

    def __iter__(self) -> object:
        return self.grader_do("iter")

    def __next__(self) -> object:
        return self.grader_line.step(self.grader_name, self.grader_target())

    def __getitem__(self, key: object) -> object:
        return self.grader_do("getitem", key)

    def __setitem__(self, key: object, value: object) -> None:
        self.grader_do("setitem", key, value)

    def __delitem__(self, key: object) -> None:
        self.grader_do("delitem", key)

    def __hash__(self) -> int:
        return hash(self.grader_target().number)

    __eq__ = _binary("eq")  # type: ignore[assignment]  # what the object's own gives
    __ne__ = _binary("ne")  # type: ignore[assignment]  # as above
    __lt__, __le__ = _binary("lt"), _binary("le")
    __gt__, __ge__ = _binary("gt"), _binary("ge")
    __add__, __radd__ = _binary("add"), _reflected("add")
    __sub__, __rsub__ = _binary("sub"), _reflected("sub")
    __mul__, __rmul__ = _binary("mul"), _reflected("mul")
    __truediv__, __rtruediv__ = _binary("truediv"), _reflected("truediv")
    __floordiv__, __rfloordiv__ = _binary("floordiv"), _reflected("floordiv")
    __mod__, __rmod__ = _binary("mod"), _reflected("mod")
    __pow__, __rpow__ = _binary("pow"), _reflected("pow")
    __matmul__, __rmatmul__ = _binary("matmul"), _reflected("matmul")
    __and__, __rand__ = _binary("and_"), _reflected("and_")
    __or__, __ror__ = _binary("or_"), _reflected("or_")
    __xor__, __rxor__ = _binary("xor"), _reflected("xor")
    __neg__, __pos__, __invert__ = _unary("neg"), _unary("pos"), _unary("invert")
    __abs__, __int__, __float__ = _unary("abs"), _unary("int"), _unary("float")
    __index__ = _unary("index")


_OF_TENSORS: dict[str, Callable[[StandIn, object], object]] = {
    "add": StandIn.__radd__,
    "sub": StandIn.__rsub__,
    "mul": StandIn.__rmul__,
    "div": StandIn.__rtruediv__,
    "true_divide": StandIn.__rtruediv__,
    "pow": StandIn.__rpow__,
    "matmul": StandIn.__rmatmul__,
    "eq": _binary("eq"),
    "ne": _binary("ne"),
}
