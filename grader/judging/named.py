"""A tuple whose items have names as well: what a student's namedtuple is in a check."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NAMED_CAP: Final = 1 << 14
"""How many tuples in a value have names."""
_INDEX_BITS: Final = 32


class Named(tuple[object, ...]):  # noqa: SLOT001 - names need a place
    """A tuple with names for its items; equal to any tuple of the same items.

    Args:
        items: the items.
        names: the name of each.
    """

    names: tuple[str, ...]

    def __new__(cls, items: Iterable[object], names: Iterable[str]) -> Self:
        """Return it."""
        made = super().__new__(cls, items)
        made.names = tuple(names)
        return made

    def __getattr__(self, name: str) -> object:
        names = vars(self).get("names", ())
        if name in names:
            return self[names.index(name)]
        raise AttributeError(f"there is no {name!r} in it")


def is_usual_key(key: object) -> bool:
    """Return whether a key, or an index, has a hash of its own.

    Large numbers can be chosen so that all have the same, and so can tuples of them.
    """
    small = type(key) is int and 0 <= key < 1 << _INDEX_BITS
    return small or type(key) is str


def named(value: object, fields: object) -> object:
    """Return a value whose tuples have the names that a worker tells.

    Args:
        value: what has arrived, where all of them are plain tuples.
        fields: the way to each that has names, and these.
    """
    known: dict[tuple[int | str, ...], list[str]] = {}
    for each in fields[:NAMED_CAP] if isinstance(fields, list) else ():
        match each:
            case (tuple() as path, list() as names) if all(map(is_usual_key, path)):
                known[path] = [name for name in names if isinstance(name, str)]
    return _named(value, (), known) if known else value


def _named(
    value: object,
    path: tuple[int | str, ...],
    known: dict[tuple[int | str, ...], list[str]],
) -> object:
    keys = iter([*value] if isinstance(value, dict) else count())
    inner = changed(value, lambda item: _named(item, (*path, next(keys)), known))
    names = known.get(path)
    if names is None or type(inner) is not tuple:
        return inner
    return Named(inner, names) if len(inner) == len(names) == len({*names}) else inner


def changed(value: object, change: Callable[[object], object]) -> object:
    """Return a list, tuple or dict with its items changed; itself if none is.

    Args:
        value: whatever it is.
        change: returns what an item becomes: the item itself if it stays.
    """
    match value:
        case dict():
            items = [(key, item, change(item)) for key, item in value.items()]
            if any(old is not new for _, old, new in items):
                return {key: new for key, _, new in items}
        case Named():
            return Named([change(item) for item in value], value.names)
        case list() | tuple() if type(value) in (list, tuple):
            new = [change(item) for item in value]
            if any(old is not item for old, item in zip(value, new, strict=True)):
                return type(value)(new)
    return value
