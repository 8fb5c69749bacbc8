"""What a check passes, in the precision of a program that has made float64 the default.

A check beside the program would make its own tensors in float64 then, too, and the
program's models are of that type: float32 tensors do not go with them.
"""

from __future__ import annotations

import sys
from typing import Any


def widened(value: Any) -> Any:  # noqa: ANN401 - whatever was passed
    """Return a float32 tensor as a float64 one where that is the default."""
    torch = sys.modules.get("torch")
    if torch is None or torch.get_default_dtype() != torch.float64:
        return value
    return _cast(value, torch.float32, torch.float64)


def widened_all(value: Any) -> Any:  # noqa: ANN401 - as above
    """Return arguments with all their tensors widened."""
    if type(value) in (list, tuple):
        return type(value)(map(widened_all, value))
    if type(value) is dict:
        return {key: widened_all(item) for key, item in value.items()}
    return widened(value)


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
