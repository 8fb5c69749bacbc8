"""How arrays and tensors are made of the bytes that cross the wall.

A tensor tells more than its numbers: whether it requires a gradient, whether it is a
leaf, whether it is a parameter, and the gradient that it has.
"""

from __future__ import annotations

import functools
import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import torch

REQUIRES, GROWN, PARAMETER = 1, 2, 4
"""What a tensor is, one bit each; one that has grown out of others is no leaf."""
TRAITS: Final = REQUIRES | GROWN | PARAMETER
ITEM_BYTES: Final = {
    **dict.fromkeys(("bool", "uint8", "int8"), 1),
    **dict.fromkeys(("int16", "uint16", "float16", "bfloat16"), 2),
    **dict.fromkeys(("int32", "uint32", "float32"), 4),
    **dict.fromkeys(("int64", "uint64", "float64", "complex64"), 8),
    "complex128": 16,
}
NUMPY_DTYPES: Final = frozenset(ITEM_BYTES) - {"bfloat16"}
DIMENSIONS_CAP: Final = 16
_DIFFERENTIABLE: Final = frozenset(
    {"float16", "bfloat16", "float32", "float64", "complex64", "complex128"}
)


class FormError(Exception):
    """No array has this form."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A torch generator at some point: its state, and the seed that it began with."""

    state: bytes
    seed: int

    def fits(self) -> bool:
        """Return whether a generator can have this state."""
        try:
            to_generator(self.state)
        except FormError:
            return False
        return True

    def __repr__(self) -> str:
        return f"torch.Generator().manual_seed({self.seed})"


def traits_of(value: torch.Tensor) -> int:
    """Return what a tensor is, as bits."""
    parameter = PARAMETER if is_parameter(value) else 0
    if not value.requires_grad:
        return parameter
    return REQUIRES | parameter | (0 if value.is_leaf else GROWN)


def is_parameter(value: torch.Tensor) -> bool:
    """Return whether a tensor is a parameter for torch."""
    torch = sys.modules["torch"]
    if type(value) is torch.Tensor:
        # What torch looks at, too, once its metaclass has been through everything else.
        return bool(getattr(value, "_is_param", False))
    return isinstance(value, torch.nn.Parameter)


def bytes_of(plain: torch.Tensor) -> bytes:
    """Return the numbers of a detached tensor of no subclass, in their order."""
    there = plain.cpu().resolve_conj().resolve_neg()
    if there.dtype == sys.modules["torch"].bfloat16:
        # numpy has no such numbers; these have the same bytes.
        there = there.contiguous().view(sys.modules["torch"].int16)
    raw: bytes = there.numpy().tobytes()
    return raw


def gradient_of(value: Any) -> Any:  # noqa: ANN401 - a tensor, or None
    """Return the gradient that a leaf has, or None.

    After a change of the shape the gradient has the old one, and is no good.
    """
    gradient = value.grad if value.is_leaf else None
    if gradient is None or gradient.shape != value.shape:
        return None
    return gradient if gradient.dtype == value.dtype else None


def checked_shape(name: str, shape: list[object], size: int, cap: int) -> list[int]:
    """Return the sides of an array, if it can have them.

    Args:
        name: its dtype.
        shape: what is said to be its sides.
        size: how many bytes there are.
        cap: the bytes that there may be.

    Raises:
        FormError: it cannot.
    """
    if name not in ITEM_BYTES or len(shape) > DIMENSIONS_CAP:
        raise FormError("an array of an unknown form")
    sides = [side for side in shape if type(side) is int and side >= 0]
    if math.prod(max(side, 1) for side in sides) > cap:
        raise FormError("an empty array of an impossible shape")
    if len(sides) != len(shape) or math.prod(sides) * ITEM_BYTES[name] != size:
        raise FormError("an array whose shape does not fit its bytes")
    return sides


def check_bools(name: str, raw: bytearray) -> None:
    """Raise a `FormError` where a truth value is neither true nor false."""
    if name == "bool" and raw.count(0) + raw.count(1) != len(raw):
        raise FormError("a truth value that is neither true nor false")


def to_array(name: str, shape: list[int], raw: bytearray) -> np.ndarray:
    """Return the array of these bytes, or raise a `FormError`."""
    import numpy as np

    dtype = np.dtype(name).newbyteorder("<")
    try:
        return np.frombuffer(raw, dtype).astype(name, copy=False).reshape(shape)
    except ValueError as error:
        raise FormError(f"an array of an impossible shape: {error}") from error


def to_tensor(
    name: str, shape: list[int], raw: bytearray, traits: int, *, leaves: bool
) -> torch.Tensor:
    """Return the tensor of these bytes, or raise a `FormError`.

    Args:
        name: its dtype.
        shape: its sides.
        raw: its numbers.
        traits: what it is.
        leaves: whether one that is no leaf becomes one, as nothing here made it.
    """
    import torch

    requires = bool(traits & REQUIRES)
    if not hasattr(torch, name) or (requires and name not in _DIFFERENTIABLE):
        raise FormError("a tensor of an unknown form")
    try:
        made = _tensor(name, shape, raw).requires_grad_(requires)
    except (RuntimeError, ValueError) as error:
        raise FormError("a tensor of an impossible shape") from error
    if traits & PARAMETER:
        as_parameter(made)
    return grown(made) if requires and traits & GROWN and not leaves else made


def _tensor(name: str, shape: list[int], raw: bytearray) -> torch.Tensor:
    import numpy as np
    import torch

    if name in NUMPY_DTYPES:
        # Several times as quick as `torch.frombuffer` and `reshape`.
        return torch.from_numpy(np.ndarray(shape, name, raw))
    dtype = getattr(torch, name)
    flat = torch.frombuffer(raw, dtype=dtype) if raw else torch.empty(0, dtype=dtype)
    return flat.reshape(shape)


def as_parameter(made: torch.Tensor) -> None:
    """Let a tensor be a parameter for torch; it stays of the plain type."""
    made._is_param = True  # noqa: SLF001 - what torch looks at


def grown(leaf: torch.Tensor) -> torch.Tensor:
    """Return the tensor as one that is not a leaf: what it was made of is elsewhere."""
    made: torch.Tensor = _elsewhere().apply(leaf)
    return made


def to_generator(state: bytes) -> torch.Generator:
    """Return a generator of this state, or raise a `FormError`."""
    import torch

    made = torch.Generator()
    try:
        made.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    except (RuntimeError, ValueError) as error:
        raise FormError("a generator of an impossible state") from error
    return made


def give_gradient(made: torch.Tensor, gradient: object) -> None:
    """Give a leaf its gradient, or raise a `FormError`."""
    try:
        made.grad = gradient  # type: ignore[assignment]  # torch looks at it
    except (RuntimeError, TypeError) as error:
        raise FormError("a gradient of another form than its tensor") from error


@functools.cache
def _elsewhere() -> Any:  # noqa: ANN401 - a class of torch's, which is not there at first
    import torch

    class Elsewhere(torch.autograd.Function):
        """The end of a graph that the student's process keeps."""

        @staticmethod
        def forward(_: object, leaf: torch.Tensor) -> torch.Tensor:
            return leaf.view_as(leaf)

        @staticmethod
        def backward(_: object, __: object) -> None:
            raise RuntimeError(
                "backward() on what the student's code returned: its graph is in the "
                "student's process. Ask for `student.f.gradients(…)` instead."
            )

    return Elsewhere
