"""Cuts what a worker tells, so that it always fits into an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ITEMS_CAP: Final = 1000
"""How many items of a kind are told of a load."""

# Five kinds of items, and what the program lacks, fit into a frame's header.
_ROOM_BYTES: Final = 160 << 10


def cut(text: str, cap: int) -> str:
    """Return the first characters of a text, as what is a text and nothing else."""
    first = str.__getitem__(text, slice(cap))
    return str.encode(first, "utf-8", "replace").decode()


def fitted(**told: Iterable[object]) -> dict[str, object]:
    """Return the first items of each kind, as many as there is room for."""
    return {kind: _first(items) for kind, items in told.items()}


def _first(items: Iterable[object]) -> list[object]:
    found: list[object] = []
    room = _ROOM_BYTES
    for each in items:
        if len(found) == ITEMS_CAP:
            break
        size = len(repr(each).encode("utf-8", "replace"))
        if size <= room:
            found.append(each)
            room -= size
    return found
