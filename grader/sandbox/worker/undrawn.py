"""What is plotted of a library that is not here: nobody knows it, and nothing is drawn.

`plt.plot(table["loss"])` shows something and computes nothing, so that a training goes
on without it.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker.absent import Absent, NotInstalled
from grader.sandbox.worker.places import calling

if TYPE_CHECKING:
    from collections.abc import Callable

# Scripts unpack what these give: `line, = plt.plot(x)`.
_LINES: Final = frozenset({"plot", "semilogx", "semilogy", "loglog", "step"})
# What `plt.scatter(x)` goes on with, under a name of matplotlib's own.
_OWN: Final = "_sci"


def install() -> None:
    """Let matplotlib's axes and figures leave out what is not known."""
    from matplotlib import axes, figure, projections

    names = projections.get_projection_names()
    kinds = [projections.get_projection_class(name) for name in names]
    bases = axes.Axes.__mro__[:-1] + figure.Figure.__mro__[:-1]
    owners = {kind for kind in (*bases, *kinds) if "Artist" not in kind.__name__}
    for owner in owners:
        for name, function in list(vars(owner).items()):
            shown = name == _OWN or not name.startswith("_")
            if shown and isinstance(function, types.FunctionType):
                setattr(owner, name, _passing_over(function))


def _passing_over(function: Callable[..., object]) -> Callable[..., object]:
    """Return a function that does nothing with what is not known."""

    @functools.wraps(function)
    def drawn(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401 - matplotlib's own
        for given in (*args, *kwargs.values()):
            unknown = _unknown_in(given)
            if unknown is not None:
                return _undrawn(unknown, function.__name__)
        return function(*args, **kwargs)

    return drawn


def _unknown_in(given: object) -> Absent | None:
    """Return what is not here: an argument, or an item of one."""
    if isinstance(given, Absent):
        return given
    items = given if type(given) in (list, tuple) else ()
    return next((item for item in items if isinstance(item, Absent)), None)  # type: ignore[attr-defined]  # a list or a tuple


def _undrawn(unknown: Absent, name: str) -> object:
    """Return what stands for a line, or whatever else a plot would have."""
    place = calling(sys._getframe(1))  # noqa: SLF001 - nothing else tells
    made = NotInstalled(unknown._path, unknown._module, (place, ()))  # noqa: SLF001 - one of these
    return [made] if name in _LINES else made
