"""What a check can do with an object that stays here: Python's own operations.

The checker asks for one by its name; there are no others. `plots` is for the desk: it
gives what the program has drawn.
"""

from __future__ import annotations

import builtins
import contextlib
import itertools
import operator
import sys
from typing import TYPE_CHECKING, Final

from grader.sandbox import arrays, mirrors
from grader.sandbox.worker.album import album

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch

_IN_OPERATOR = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
    *("and_", "or_", "xor", "lshift", "rshift", "neg", "pos", "abs", "invert"),
    *("eq", "ne", "lt", "le", "gt", "ge", "contains", "index"),
    *("getitem", "setitem", "delitem"),
)
_ITEMS_CAP: Final = 10_000
_BUILT_IN: Final = (
    *(getattr, len, iter, next, repr, str, bool, int, float),
    isinstance,
)


def _set(owner: object, name: str, value: object) -> None:
    """Set an attribute; a tensor in the place of a parameter becomes one.

    A check passes a parameter, and a tensor arrives.
    """
    torch = sys.modules.get("torch")
    if (
        torch is not None
        and isinstance(value, torch.Tensor)
        and isinstance(getattr(owner, name, None), torch.nn.Parameter)
    ):
        requires = value.requires_grad or not isinstance(value, torch.nn.Parameter)
        value = torch.nn.Parameter(value.detach(), requires_grad=requires)
    setattr(owner, name, value)


def _put(thing: object, content: object, gradient: object) -> bool:
    """Give a thing of the program's this content; return whether that was possible."""
    np = sys.modules.get("numpy")
    if np is not None and isinstance(thing, np.ndarray):
        shape = getattr(content, "shape", None)
        if not thing.flags.writeable or thing.shape != shape:
            return False
    try:
        mirrors.put(thing, content, gradient)
    except (RuntimeError, TypeError, ValueError, KeyError):
        return False
    return True


def _items(value: object) -> object:
    """Return what can be unpacked as a list; None for the rest, and for sets."""
    if isinstance(value, set | frozenset | type):
        return None
    # Arrays tell what is in their rows, too.
    if callable(whole := getattr(value, "tolist", None)):
        # A tensor without storage, as a sparse one, has nothing to tell.
        torch = sys.modules.get("torch")
        told = torch is not None and isinstance(value, torch.Tensor)
        with contextlib.suppress(*((RuntimeError, TypeError) if told else ())):
            return whole()
        return None
    try:
        items = iter(value)  # type: ignore[call-overload]  # it may be one
    except TypeError:
        return None
    return list(itertools.islice(items, _ITEMS_CAP))


def _itself(thing: object) -> object:
    return thing


def _enter(manager: object) -> object:
    return type(manager).__enter__(manager)  # type: ignore[attr-defined]  # or it raises


def _exit(manager: object, kind: str | None) -> bool:
    """Leave a context manager; `kind` names what the check's own code has raised."""
    made = Exception if kind is None else getattr(builtins, kind)
    error = None if kind is None else made("raised in the check")
    leave = type(manager).__exit__  # type: ignore[attr-defined]  # or it raises
    return bool(leave(manager, None if error is None else made, error, None))


OPERATIONS: Final[dict[str, Callable[..., object]]] = {
    **{name: getattr(operator, name) for name in _IN_OPERATOR},
    **{function.__name__: function for function in _BUILT_IN},
    "setattr": _set,
    "plots": album.plots,
    "put": _put,
    "itself": _itself,
    "items": _items,
    "enter": _enter,
    "exit": _exit,
}


def own(  # noqa: PLR0911 - one for each kind
    value: object, answers: Sequence[object], answer: str
) -> object:
    """Return a copy of plain data that no other program's call can change.

    Args:
        value: what is copied.
        answers: what the program gave before.
        answer: the key of a dict that stands for one of these, or for an item of it.
    """
    torch, np = sys.modules.get("torch"), sys.modules.get("numpy")
    if isinstance(value, dict):
        if set(value) == {answer}:
            return _item(answers, value[answer])
        return {key: own(item, answers, answer) for key, item in value.items()}
    if type(value) is tuple:
        return tuple(own(item, answers, answer) for item in value)
    if type(value) is list:
        return [own(item, answers, answer) for item in value]
    if torch is not None and isinstance(value, torch.Generator):
        return torch.Generator().set_state(value.get_state())
    if torch is not None and isinstance(value, torch.Tensor):
        return _own_tensor(value)
    return value.copy() if np is not None and isinstance(value, np.ndarray) else value


def _own_tensor(value: torch.Tensor) -> torch.Tensor:
    """Return a copy of a tensor, with the gradient that it has."""
    made = value.detach().clone().requires_grad_(value.requires_grad)
    gradient = arrays.gradient_of(value)
    made.grad = None if gradient is None else gradient.detach().clone()
    return made


def _item(value: object, path: Sequence[object]) -> object:
    for step in path:
        value = operator.getitem(value, step)  # type: ignore[call-overload]  # whatever it is
    return value
