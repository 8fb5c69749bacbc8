"""What a program expects of somebody at a desk: to type, to debug, to look at plots.

Nobody is there. What waits for them says so in plain words, at its line; what only
looks different goes on without.
"""

from __future__ import annotations

import builtins
import contextlib
import os
from typing import TYPE_CHECKING, Any, Final, NoReturn

from grader.sandbox.worker import lacks
from grader.sandbox.worker.commands import run_none
from grader.sandbox.worker.naps import Naps
from grader.sandbox.worker.replacing import Replacements
from grader.sandbox.worker.watching import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NO_DEBUGGER: Final = (
    "the program stops for a debugger here, and nobody is there where this is graded: "
    "remove this line"
)
_NO_TYPIST: Final = (
    "input() waits for somebody to type, and nobody is there where this is graded"
)


class Unattended:
    """What stands in for somebody at a desk.

    Args:
        naps: what stands in for the program's sleep.
    """

    def __init__(self, naps: Naps | None = None) -> None:
        self._naps = naps or Naps()
        self._shell: object = None
        self._replaced = Replacements()

    def seat(self, shell: object) -> None:
        """Let `get_ipython` give this shell."""
        self._shell = shell

    def install(self) -> None:
        """Take the place of those who are not there."""
        put = self._replaced.put
        put(builtins, input=_typed, breakpoint=_debugged)
        put(os, getlogin=_somebody)
        self._naps.install(self._replaced)
        run_none(self._replaced)
        patches: dict[str, Callable[[Any], None]] = {
            "getpass": lambda module: put(module, getuser=_somebody),
            "bdb": lambda module: put(module.Bdb, set_trace=_debugged),
            "matplotlib": lambda module: put(module, use=_nothing),
            "matplotlib.pyplot": self._keep_backend,
            "matplotlib.style": self._forgive_styles,
            "IPython": lambda module: self._replaced.put(
                module, get_ipython=self._given
            ),
            "matplotlib_inline.backend_inline": lambda module: put(
                module, set_matplotlib_formats=_nothing
            ),
            "IPython.display": lambda module: put(
                module, set_matplotlib_formats=_nothing
            ),
        }
        for patch in patches.items():
            self._replaced.undone_by(when_imported(*patch))

    def uninstall(self) -> None:
        """Leave all as it was."""
        self._replaced.undo()

    def _given(self) -> object:
        return self._shell

    def _keep_backend(self, module: Any) -> None:  # noqa: ANN401 - a module
        """Let pyplot have the backend that it has here, from its first figure on."""
        own, ours = module.switch_backend, os.environ.get("MPLBACKEND", "agg")

        def switch(_name: object = None) -> None:
            if module._backend_mod is None:  # noqa: SLF001 - nothing else tells
                own(ours)

        self._replaced.put(
            module, switch_backend=switch, install_repl_displayhook=_nothing
        )

    def _forgive_styles(self, module: Any) -> None:  # noqa: ANN401 - a module
        own = module.use

        def use(style: Any) -> None:  # noqa: ANN401 - as matplotlib's
            try:
                own(style)
            except OSError:
                lacks.met("style", str(style))

        self._replaced.put(module, use=use)


@contextlib.contextmanager
def staying() -> Iterator[None]:
    """Let `os._exit` end the statement that it stands in, and not the process."""
    own = os._exit
    os._exit = _left
    try:
        yield
    finally:
        os._exit = own


def _left(status: int = 0) -> NoReturn:
    raise SystemExit(status)


def _typed(_prompt: object = "") -> NoReturn:
    lacks.met("typist", "input")
    raise EOFError(_NO_TYPIST)


def _debugged(*_args: object, **_kwargs: object) -> NoReturn:
    lacks.met("debugger", "breakpoint")
    raise RuntimeError(_NO_DEBUGGER)


def _somebody() -> str:
    """Return the name of who runs this: nobody is told more."""
    return "student"


def _nothing(*_args: object, **_kwargs: object) -> None:
    """Do nothing."""
