"""What is looked at around a call of the student's code."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WARNINGS_CAP = 100


@contextlib.contextmanager
def watching(*, on: bool) -> Iterator[list[tuple[str, str]]]:
    """Yield a list of the warnings that come meanwhile: class and text of each."""
    told: list[tuple[str, str]] = []
    if not on:
        yield told
        return

    def keep(message: Warning | str, category: type[Warning], *_: object) -> None:
        if len(told) < _WARNINGS_CAP:
            told.append((category.__name__, str(message)))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = keep  # type: ignore[assignment]  # it looks at no place
        yield told


def signature_mismatch(
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> str | None:
    """Return the function's signature where it cannot take these arguments."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return str(signature)
    return None


def gradient_of(value: object, args: tuple[object, ...]) -> object:
    """Return the gradient of a value's sum by the first argument that can have one."""
    import torch

    if not isinstance(value, torch.Tensor) or value.grad_fn is None:
        return None
    for argument in args:
        if isinstance(argument, torch.Tensor) and argument.requires_grad:
            argument.grad = None
            torch.autograd.backward(value.sum())
            return argument.grad
    return None
