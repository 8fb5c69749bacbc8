"""What a program finds around it in a worker: libraries, files, streams, no user.

What each does is told in a module of its own; here they are put in their places.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker import absent, lacks, streams, unattended
from grader.sandbox.worker.computing import Machine
from grader.sandbox.worker.files import ScratchFiles
from grader.sandbox.worker.missing import Libraries
from grader.sandbox.worker.naps import Naps
from grader.sandbox.worker.scratch import Space
from grader.sandbox.worker.seeding import seed

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

# As numpy is when it is imported.
_NUMPY_WARNS: Final = {"divide": "warn", "over": "warn", "under": "ignore"} | {
    "invalid": "warn"
}
libraries: Final = Libraries()
naps: Final = Naps()
_unattended: Final = unattended.Unattended(naps)
_machine: Final = Machine()
# Its scratch space, once a worker runs.
_space: Final[list[Space]] = []


def prepare(names: Collection[str]) -> None:
    """Do once what every worker would do, before it is forked.

    Args:
        names: what programs may import, besides the standard library.
    """
    libraries.allow(names)
    libraries.install()
    _unattended.install()
    _machine.install()


def enter() -> None:
    """Do what each worker does by itself, as soon as it runs."""
    seed()
    if os.name == "posix":
        streams.keep()
        _space.append(Space())
        ScratchFiles(_space[-1]).install()


def admit(folder: str) -> None:
    """Let a folder be in the scratch space, wherever a real one would lie."""
    for space in _space[-1:]:
        space.admit(folder)


def restore() -> None:
    """Give a call its output, and gradients, if the program left them off.

    What a program made of warnings while it was tried is no error of its functions.
    """
    streams.restore()
    if "torch" in sys.modules:
        sys.modules["torch"].set_grad_enabled(True)
    if "numpy" in sys.modules:
        sys.modules["numpy"].seterr(**_NUMPY_WARNS)
    if any(each[0] == "error" for each in warnings.filters):
        warnings.filters = [each for each in warnings.filters if each[0] != "error"]
        warnings._filters_mutated()  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else tells


class Around:
    """What is done around a program's statements while it is loaded.

    Args:
        names: the program's own.
        budget: bounds the time of each statement.
        before: called before each statement.
        look: called after each statement, with it and its block's label.
    """

    def __init__(
        self,
        names: dict[str, Any],
        budget: AbstractContextManager[None],
        before: Callable[[], None],
        look: Callable[[ast.stmt, str], None],
    ) -> None:
        self._names = names
        self._budget = budget
        self._before = before
        self._look = look
        lacks.forget()
        absent.forget()

    def before(self) -> None:
        """Give a statement its output."""
        streams.restore()
        self._before()

    def after(self, node: ast.stmt, label: str) -> None:
        """Import what a statement did not come to, and look at what it bound."""
        with self._budget:
            libraries.complete(node, label, self._names)
        libraries.tidy()
        self._look(node, label)

    @contextlib.contextmanager
    def running(self, shell: object, source: bytes) -> Iterator[None]:
        """Let a program run with this shell; its text tells which devices it names."""
        _unattended.seat(shell)
        _machine.run_devices_here(source)
        with unattended.staying():
            yield
