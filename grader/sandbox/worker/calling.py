"""What is looked at around a call of the student's code."""

from __future__ import annotations

import contextlib
import inspect
import sys
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from grader.sandbox.worker.failures import MESSAGE_CAP, NAME_CAP, name_of
from grader.sandbox.worker.fitting import cut
from grader.sandbox.worker.looking import is_a

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import torch

_WARNINGS_CAP = 100
_HOLDERS = (tuple, list, dict)
_HOLDERS_CAP = 1 << 12
EVERY: Final = 2
"""Stands for all gradients that a call may be asked for."""


@contextlib.contextmanager
def watching(*, on: bool) -> Iterator[list[tuple[str, str]]]:
    """Yield a list of the warnings that come meanwhile: class and text of each."""
    told: list[tuple[str, str]] = []
    if not on:
        yield told
        return

    def keep(message: Warning | str, category: type[Warning], *_: object) -> None:
        if len(told) < _WARNINGS_CAP:
            told.append((name_of(category), cut(str(message), MESSAGE_CAP)))

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = keep  # type: ignore[assignment]  # it looks at no place
        yield told


def can_take(
    function: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> bool:
    """Return whether a function can take these arguments, as far as it tells."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return True
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


@contextlib.contextmanager
def counting(*, on: bool) -> Iterator[dict[str, int]]:
    """Yield how often torch is asked for each operation meanwhile."""
    counts: dict[str, int] = {}
    if not on:
        yield counts
        return
    from torch.utils._python_dispatch import TorchDispatchMode

    class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch's own
        def __torch_dispatch__(
            self,
            func: Any,  # noqa: ANN401 - one of torch's operations
            types: object,
            args: tuple[object, ...] = (),
            kwargs: dict[str, object] | None = None,
        ) -> object:
            del types
            name = func.overloadpacket.__name__
            counts[name] = counts.get(name, 0) + 1
            return func(*args, **(kwargs or {}))

    with Counting():  # type: ignore[no-untyped-call] # torch's own
        yield counts


def names_of(value: object) -> list[tuple[tuple[object, ...], list[str]]]:
    """Return the way to each namedtuple in a value, and the names of its items."""
    found: list[tuple[tuple[object, ...], list[str]]] = []
    waiting: list[tuple[tuple[object, ...], object]] = [((), value)]
    for path, one in waiting:
        if isinstance(one, tuple) and type(one) is not tuple:
            # Those of torch and of the system tell their names here alone.
            own = getattr(
                type(one), "_fields", getattr(type(one), "__match_args__", ())
            )
            named = [cut(name, NAME_CAP) for name in own if is_a(name, str)]
            names = named[: tuple.__len__(one)]
            found += [(path, names)] if names else []
        deeper = (
            (key, item) for key, item in _items(one) if isinstance(item, _HOLDERS)
        )
        room = _HOLDERS_CAP - len(waiting)
        waiting += [((*path, key), item) for key, item in islice(deeper, max(room, 0))]
    return found


def _items(value: object) -> Iterable[tuple[object, object]]:
    """Return what a value holds, whatever the program's own classes say of it."""
    if isinstance(value, dict):
        return dict.items(value)
    if isinstance(value, list):
        return enumerate(list.__iter__(value))
    return enumerate(tuple.__iter__(value)) if isinstance(value, tuple) else ()


def leaves_of(args: tuple[object, ...]) -> tuple[object, ...]:
    """Return arguments whose gradients can be told: new leaves for their tensors."""
    return tuple(a.detach().requires_grad_() if _is_smooth(a) else a for a in args)


def _is_smooth(value: object) -> TypeGuard[torch.Tensor]:
    torch = sys.modules.get("torch")
    return (
        torch is not None
        and isinstance(value, torch.Tensor)
        and (value.is_floating_point() or value.is_complex())
    )


def slopes_of(
    gradient: int,
    value: object,
    args: tuple[object, ...],
    of: object,
    weighs: list[torch.Tensor] | None,
) -> dict[str, object]:
    """Return the gradients of a call's result that were asked for.

    Args:
        gradient: which: 0 for none, 1 for that by the first argument, `EVERY` for all.
        value: the result.
        args: what the function was given.
        of: as in `gradients_of`.
        weighs: as there.
    """
    if gradient == EVERY:
        return {"gradient": gradients_of(value, args, of, weighs)}
    return {"gradient": gradient_of(value, args)} if gradient else {}


def gradients_of(
    value: object,
    args: tuple[object, ...],
    of: object,
    weighs: list[torch.Tensor] | None = None,
) -> object:
    """Return the gradients of a value's sum by arguments, and by parameters.

    They are a pair: one for each argument, and a dict by the parameters' names. The
    value may be several: then it is the sum of all, each times its weights.
    """
    values = value if isinstance(value, list | tuple) else [value]
    smooth = [each for each in values if _is_smooth(each)]
    if weighs is not None:
        smooth = [each * w for each, w in zip(smooth, weighs, strict=True)]
    sums = [each.sum() for each in smooth if each.requires_grad]
    if not sums:
        return None
    import torch

    model = cast("torch.nn.Module | None", of)
    named = {} if model is None else dict(model.named_parameters())
    places = [n for n, argument in enumerate(args) if _is_smooth(argument)]
    leaves = [cast("torch.Tensor", args[n]) for n in places]
    slopes = torch.autograd.grad(
        [torch.stack([s.to(sums[0].dtype) for s in sums]).sum()],
        [*leaves, *named.values()],
        allow_unused=True,
    )
    by_place = dict(zip(places, slopes, strict=False))
    by_name = dict(zip(named, slopes[len(leaves) :], strict=True))
    return tuple(by_place.get(n) for n in range(len(args))), by_name


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


def parameters_of(model: object) -> list[torch.Tensor]:
    """Return a model's parameters; the checker judges what they are.

    Any object with `parameters()` will do.
    """
    return list(cast("torch.nn.Module", model).parameters())


def assign(model: object, values: list[torch.Tensor]) -> None:
    """Put values into a model's parameters, in its own order."""
    import torch

    with torch.no_grad():
        for parameter, value in zip(parameters_of(model), values, strict=True):
            parameter.copy_(value.reshape(parameter.shape))
