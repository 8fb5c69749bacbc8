"""How many objects of a kind are alive, of those that are made from now on."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def from_now_on() -> Iterator[None]:
    """Leave out what is there already: with torch that is a million objects."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def alive(*kinds: type) -> Counter[type]:
    """Return how many objects of each of these very types are alive."""
    gc.collect()
    return Counter(type(one) for one in gc.get_objects() if type(one) in kinds)
