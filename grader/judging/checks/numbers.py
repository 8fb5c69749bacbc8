"""The numbers in a value, whatever its type, and how far they are from others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeGuard, cast

import numpy as np

from grader.judging.checks.evidence import Held
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

# A number far smaller than its neighbours is compared relative to them: relative to
# itself, its error is rounding noise.
SMALL = 1e-2
ZERO_ATOL = 1e-9
_PLAIN: Final = frozenset({bool, int, float})


def differs(got: np.ndarray, expected: np.ndarray, rtol: float) -> np.ndarray:
    """Return where two float64 arrays of one shape differ by more than the tolerance.

    NaN differs from everything; an infinity is equal to itself alone.
    """
    far: np.ndarray = distances(got, expected) > rtol
    return far


def distances(
    got: np.ndarray, expected: np.ndarray, atol: float = ZERO_ATOL
) -> np.ndarray:
    """Return how far each number is from the expected one, as tolerances measure it.

    It is infinite for NaN, and for a number that should be 0 and is not. What lies
    within `atol` is no distance.
    """
    size = np.abs(np.where(np.isfinite(expected), expected, 0.0))
    scale = np.maximum(size, SMALL * size.max(initial=0.0))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        off = np.abs(got - expected)
        far = np.maximum(off - (atol if atol > ZERO_ATOL else 0.0), 0.0) / scale
    same = (off <= atol) | ((got == expected) & np.isinf(expected))
    return np.where(same, 0.0, np.where(np.isnan(far), np.inf, far))


def numbers_of(value: object) -> np.ndarray | None:
    """Return a value's numbers as a squeezed float64 array, or None for others.

    Complex numbers are others.
    """
    if type(value) in _PLAIN:
        return _scalar(cast("float", value))
    array = _array(value, np.float64)
    return None if array is None else np.squeeze(array)


def complex_of(value: object) -> np.ndarray | None:
    """Return a value's numbers as a squeezed complex array, or None for others."""
    array = _array(value, np.complex128)
    return None if array is None else np.squeeze(array)


def has_complex(value: object) -> bool:
    """Return whether a value, or a part of a list in it, is complex."""
    if type(value) in _PLAIN:
        return False
    if isinstance(value, list | tuple):
        return not _PLAIN.issuperset(map(type, value)) and any(map(has_complex, value))
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return bool(value.is_complex())
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "c"
    return isinstance(value, complex)


def is_whole(value: object) -> bool:
    """Return whether a value is made of whole numbers or truth values alone."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return not (value.is_floating_point() or value.is_complex())
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biu"
    if isinstance(value, list | tuple):
        return bool(value) and all(map(is_whole, value))
    return isinstance(value, int)


def is_smooth(value: object) -> TypeGuard[torch.Tensor]:
    """Return whether a value is a tensor of decimal numbers."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return False
    return bool(value.is_floating_point())


def dtype_of(value: object) -> str | None:
    """Return the name of a value's dtype, None if it has none."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return str(value.dtype).removeprefix("torch.")
    return value.dtype.name if isinstance(value, np.ndarray | np.generic) else None


def type_name(value: object) -> str:
    """Return the name of a value's type, as a student knows it."""
    if isinstance(value, Held):
        handle = value.grader_handle
        return "function" if handle is None else handle.type_name
    if isinstance(value, Handle):
        # Of an object inside of a value there is only the worker's word.
        return "object"
    return type(value).__name__


def shape_of(value: object) -> tuple[int, ...] | None:
    """Return the shape of a value's numbers, None for what is not made of numbers.

    Axes of size 1 are included, and lists count as axes. Nothing is converted.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return tuple(value.shape)
    if isinstance(value, np.ndarray | np.generic):
        return value.shape if value.dtype.kind in "biufc" else None
    if isinstance(value, complex):
        return ()
    if isinstance(value, bool | int | float):
        return None if _scalar(value) is None else ()
    if isinstance(value, list | tuple):
        return _stacked_shape(value)
    return None


def _stacked_shape(
    items: list[object] | tuple[object, ...],
) -> tuple[int, ...] | None:
    if _PLAIN.issuperset(map(type, items)):
        plain = _of_plain(cast("Sequence[float]", items))
        return None if plain is None else plain.shape
    shapes = {shape_of(item) for item in items}
    if len(shapes) > 1 and None not in shapes:
        # As in `_stacked`.
        shapes = {squeezed(shape or ()) for shape in shapes}
    if None in shapes or len(shapes) > 1:
        return None
    return (len(items), *(shapes.pop() or ())) if shapes else (0,)


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without its axes of size 1."""
    return tuple(side for side in shape if side != 1)


def _array(value: object, to: type[np.float64 | np.complex128]) -> np.ndarray | None:
    kinds = "biufc" if to is np.complex128 else "biuf"
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _of_tensor(value, to)
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value, to) if value.dtype.kind in kinds else None
    if isinstance(value, bool | int | float):
        return _scalar(value)
    if isinstance(value, complex):
        return np.asarray(value) if to is np.complex128 else None
    if isinstance(value, list | tuple):
        return _stacked(value, to)
    return None


def _of_tensor(
    value: torch.Tensor, to: type[np.float64 | np.complex128]
) -> np.ndarray | None:
    import torch

    if not value.is_complex():
        found: np.ndarray = value.detach().to(torch.float64).numpy()
        return np.asarray(found, to)
    if to is np.float64:
        return None
    return np.asarray(value.detach().to(torch.complex128).resolve_conj())


def _scalar(value: float) -> np.ndarray | None:
    try:
        return np.asarray(float(value))
    except OverflowError:  # a whole number that no float can hold
        return None


def _stacked(
    items: list[object] | tuple[object, ...], to: type[np.float64 | np.complex128]
) -> np.ndarray | None:
    if _PLAIN.issuperset(map(type, items)):
        return _of_plain(cast("Sequence[float]", items))
    alike = _alike(items)
    if alike is not None:
        return _of_tensor(alike, to)
    found: list[np.ndarray] = []
    for item in items:
        array = _array(item, to)
        # Most of what is no list of numbers shows it in its first items.
        if array is None or (
            found and squeezed(array.shape) != squeezed(found[0].shape)
        ):
            return None
        found.append(array)
    # [[1.], 2.] is as good as [1., 2.]: each item without its size-1 axes.
    if len({array.shape for array in found}) > 1:
        found = [np.squeeze(array) for array in found]
    return np.stack(found)


def _alike(items: Sequence[object]) -> torch.Tensor | None:
    """Return tensors of one shape and dtype as one tensor, quickly, or None."""
    if {type(each).__name__ for each in items} != {"Tensor"}:
        return None
    import torch

    tensors = [item for item in items if type(item) is torch.Tensor]
    forms = {(each.shape, each.dtype) for each in tensors}
    if len(forms) > 1 or len(tensors) < len(items):
        return None
    with torch.no_grad():
        return torch.stack(tensors)


def _of_plain(numbers: Sequence[float]) -> np.ndarray | None:
    try:
        return np.array([float(number) for number in numbers])
    except OverflowError:  # as in `_scalar`
        return None


def kind_of(value: object) -> str:
    """Return "tensor" or "array" for these, else the name of a value's type."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "tensor"
    return "array" if isinstance(value, np.ndarray) else type_name(value)
