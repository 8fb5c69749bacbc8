"""The notebook as it lies on disk: what is in it that the kernel has not run."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.errors import GraderError
from grader.intake import read_program
from grader.model import Elsewhere
from grader.notebook.memory import definitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.notebook.memory import Memory

_NAMED_BY: Final = ("JPY_SESSION_NAME", "VSCODE_NOTEBOOK_FILE")


class Saved(NamedTuple):
    """A saved notebook: where, when, and its functions and classes by name."""

    path: Path
    at_s: float
    defined: dict[str, str]

    @property
    def clock(self) -> str:
        """When it was saved, as a clock shows it."""
        return dt.datetime.fromtimestamp(self.at_s).astimezone().strftime("%H:%M:%S")


def notebook_path(memory: Memory) -> Path | None:
    """Return the notebook that this kernel belongs to, if a front end told."""
    told = [memory.namespace.get("__vsc_ipynb_file__")]
    told += [os.environ.get(name) for name in _NAMED_BY]
    for name in told:
        path = Path(str(name)) if name else None
        if path is not None and path.suffix == ".ipynb" and path.is_file():
            return path
    return None


def saved_notebook(path: Path | None) -> Saved | None:
    """Return a notebook as it is on disk, or None where there is none to read."""
    with suppress(OSError, GraderError):
        if path is not None and path.is_file():
            program, at_s = read_program(path), path.stat().st_mtime
            found: dict[str, str] = {}
            for block in program.blocks:
                found |= definitions(block.source)
            return Saved(path, at_s, found)
    return None


def changed_since(saved: Saved, memory: Memory, names: Iterable[str]) -> list[str]:
    """Return the names whose cell was changed and saved after it ran."""
    ran: dict[str, set[str]] = {}
    last: dict[str, float] = {}
    for cell in memory.cells:
        for name, tree in definitions(cell.source).items():
            ran.setdefault(name, set()).add(tree)
            watch = memory.watch
            at_s = watch.ran_at.get(cell.number, watch.began_at) if watch else 0.0
            last[name] = max(last.get(name, 0.0), at_s)
    return [
        name
        for name in names
        if name in ran
        and name in saved.defined
        and saved.defined[name] not in ran[name]
        and saved.at_s > last[name]
    ]


def not_run(saved: Saved | None, memory: Memory) -> tuple[Elsewhere, ...]:
    """Return what the notebook defines and the kernel does not hold."""
    ran = [name for cell in memory.cells for name in definitions(cell.source)]
    stopped = "its cell ran, and stopped before it: see the error below that cell"
    fresh = "its cell has not run since the kernel started. Run it (Shift+Enter)"
    said = dict.fromkeys(saved.defined if saved else (), fresh)
    said |= dict.fromkeys(ran, stopped)
    return tuple(
        Elsewhere(name, why) for name, why in said.items() if name not in memory.names
    )
