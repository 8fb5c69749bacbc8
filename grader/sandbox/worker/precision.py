"""What a check passes, in the precision of a program that has made float64 the default.

A check beside the program would make its own tensors in float64 then, too, and the
program's models are of that type: float32 tensors do not go with them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def is_wide(things: Iterable[object]) -> bool:
    """Return whether float32 tensors would not go with a call of these things.

    Models that were made before the default changed are of float32 still.
    """
    torch = sys.modules.get("torch")
    if torch is None or torch.get_default_dtype() != torch.float64:
        return False
    models = [thing for thing in things if isinstance(thing, torch.nn.Module)]
    weights = [p for model in models for p in torch.nn.Module.parameters(model)]
    return all(weight.dtype != torch.float32 for weight in weights)


def widened(value: Any) -> Any:  # noqa: ANN401 - whatever was passed
    """Return a float32 tensor as a float64 one, and arguments with all of theirs."""
    torch = sys.modules["torch"]
    if type(value) in (list, tuple):
        return type(value)(map(widened, value))
    if type(value) is dict:
        return {key: widened(item) for key, item in value.items()}
    return _cast(value, torch.float32, torch.float64)


def narrowed(value: Any) -> Any:  # noqa: ANN401 - as above
    """Return a tensor that was widened as the check has it."""
    torch = sys.modules["torch"]
    return _cast(value, torch.float64, torch.float32)


def _cast(value: Any, given: Any, wanted: Any) -> Any:  # noqa: ANN401 - as above
    tensor = sys.modules["torch"].Tensor
    if not isinstance(value, tensor) or value.dtype != given:
        return value
    cast = value.detach().to(wanted).requires_grad_(value.requires_grad)
    if value.is_leaf and value.grad is not None:
        cast.grad = value.grad.to(wanted)
    return cast
