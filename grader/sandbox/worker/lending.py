"""Which things in an answer the program itself still holds.

What a check gets of them is a copy. If the check changes its copy in place, the thing
here is to be changed as well. What nobody else holds needs none of this: such as the
list that a function has made for its answer.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox import mirrors, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Way = tuple[object, ...]

_PLAIN: Final = frozenset({type(None), bool, int, float, complex, str, bytes})
CAP: Final = 1 << 14
"""The most things of one answer that are looked at, plain ones aside."""


def lent(
    reply: dict[str, object],
    args: Iterable[object],
    holds: Callable[[object], bool],
    handle_of: Callable[[object], wire.Handle],
) -> list[object]:
    """Return the way to each thing in an answer that the program holds, and its handle.

    Args:
        reply: holds the answer's value, and is all of ours that does.
        args: what the request has passed: that is the check's own.
        holds: tells whether a call's answer is what the check itself has passed.
        handle_of: gives a thing its handle.
    """
    given = {id(each) for each in args}
    found: list[object] = []
    # A list that holds itself has no end.
    items = iter(range(CAP))
    try:
        for path, thing in _held(reply, ("value",), (), items):
            ours = id(thing) in given or (len(path) == 1 and holds(thing))
            if not ours:
                found.append((path[1:], handle_of(thing)))
    except wire.WireError:
        return []
    return found


def _held(
    holder: Any,  # noqa: ANN401 - a list, tuple or dict
    keys: Iterable[object],
    path: Way,
    items: Iterator[int],
    *,
    shared: bool = False,
) -> Iterator[tuple[Way, object]]:
    """Yield the things in what holds them that something else holds, too.

    What is in a thing that is held elsewhere is held there, too.

    Raises:
        WireError: the answer is too deep to cross.
    """
    kind: Any = next(k for k in (dict, tuple, list) if isinstance(holder, k))
    for key in keys:
        item = kind.__getitem__(holder, key)
        count = sys.getrefcount(item)
        if type(item) in _PLAIN:
            continue
        if next(items, None) is None:
            return
        of = mirrors.kind_of(item)
        if of == mirrors.GENERATOR:
            continue
        here = shared or (count > _OWN if of is None else _is_shared(item, of, count))
        if of is not None and here:
            yield (*path, key), item
        deeper = of in (mirrors.LIST, mirrors.DICT) or isinstance(item, tuple)
        if deeper and len(path) >= wire.DEPTH_CAP:
            raise wire.WireError("nested too deep")
        if deeper:
            yield from _held(item, _keys(item), (*path, key), items, shared=here)


def _keys(holder: Any) -> Iterable[object]:  # noqa: ANN401 - as above
    if isinstance(holder, dict):
        return list(dict.keys(holder))
    kind: Any = tuple if isinstance(holder, tuple) else list
    return range(kind.__len__(holder))


def _is_shared(thing: Any, kind: str, count: int) -> bool:  # noqa: ANN401 - of any kind
    """Return whether something but the answer holds a thing, or where its numbers lie.

    Args:
        thing: the thing.
        kind: its kind.
        count: how often it is held, as Python counts.
    """
    if kind in (mirrors.TENSOR, mirrors.PARAMETER):
        return _is_shared_tensor(thing, count)
    return count > _OWN or (kind == mirrors.ARRAY and _is_view(thing))


def _is_view(array: Any) -> bool:  # noqa: ANN401 - an array
    base = array.base
    return base is not None and sys.getrefcount(base) > _LOCAL + 1


def _is_shared_tensor(tensor: Any, count: int) -> bool:  # noqa: ANN401 - a tensor
    within, base_alone = _of_torch()
    inside = mirrors.is_held_inside(tensor)
    if count > (within if inside else _OWN):
        return True
    base = tensor._base  # noqa: SLF001 - what a view looks at
    if base is not None and sys.getrefcount(base) > base_alone:
        return True
    if tensor.grad_fn is not None:
        # A graph may hold the numbers, too, and nobody writes to them.
        return False
    return inside or mirrors.uses_of(tensor) > (1 if base is None else 2)


def _count(holder: list[object]) -> int:
    """Return how often an item of a list is held where only the list holds it."""
    for key in range(list.__len__(holder)):
        item = list.__getitem__(holder, key)
        return sys.getrefcount(item)
    return 0


def _count_of_local() -> int:
    item = object()
    return sys.getrefcount(item)


@functools.cache
def _of_torch() -> tuple[int, int]:
    """Return how often a tensor is held that torch holds, too, and a view's base."""
    torch = sys.modules["torch"]
    leaf = torch.ones(1, requires_grad=True)
    within = _count([torch.relu(leaf)])
    row = torch.ones(2).view(2, 1)
    base = row._base  # noqa: SLF001 - as above
    return within, sys.getrefcount(base)


_OWN: Final = _count([object()])
_LOCAL: Final = _count_of_local()
