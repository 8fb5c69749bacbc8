"""Puts something of ours in the place of what a library has, and takes it back."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Replacements:
    """What was replaced, and by what it can be undone."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def put(self, owner: Any, **values: object) -> None:  # noqa: ANN401 - a module or a class
        """Replace attributes of a module or a class, or add them."""
        for name, value in values.items():
            if name in vars(owner):
                own = vars(owner)[name]
                self.undone_by(functools.partial(setattr, owner, name, own))
            else:
                self.undone_by(functools.partial(delattr, owner, name))
            setattr(owner, name, value)

    def undone_by(self, step: Callable[[], None]) -> None:
        """Let a step be part of undoing."""
        self._undo.append(step)

    def undo(self) -> None:
        """Leave all as it was."""
        while self._undo:
            self._undo.pop()()
