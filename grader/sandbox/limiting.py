"""The limits that a system has for a process: all of them, or none that we can use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

_PAGES: Final = Path("/proc/self/statm")


def limits_module() -> ModuleType | None:
    """Return the module that limits this process, or None where a system has none.

    A limit on memory is one on what is added, so what is used already must be known.
    """
    try:
        import resource
    except ImportError:
        return None
    return resource if _PAGES.exists() else None


def used_pages() -> int:
    """Return how many pages of memory this process has."""
    return int(_PAGES.read_text(encoding="ascii").split()[0])
