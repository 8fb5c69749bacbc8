"""What a program wanted and this machine has not: told once, with its place."""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

from grader.sandbox.worker import public
from grader.sandbox.worker.fitting import cut
from grader.sandbox.worker.openers import why_refused
from grader.sandbox.worker.places import Place, calling

LACKS_CAP: Final = 64
NAME_CAP: Final = 100

_met: dict[tuple[str, str], Place] = {}
_told: list[int] = [0]


class Wanted(NamedTuple):
    """A thing that was wanted: of which kind, which one, and where first."""

    kind: str
    name: str
    place: Place


def met(kind: str, name: str, place: Place | None = None) -> None:
    """Take note of what is not here; the place is the program's innermost, or given."""
    key = kind, cut(str(name), NAME_CAP)
    if key not in _met and len(_met) < LACKS_CAP:
        _met[key] = place or calling(sys._getframe(1))  # noqa: SLF001 - nothing else tells


def met_module(name: str, place: Place | None = None) -> None:
    """Take note of a module that is not here, as what it most likely is."""
    logs, kind = public.logs_only(name), public.kind_of(name)
    if logs:
        met(public.LOGGER, logs, place)
    elif kind == public.OWN:
        met(kind, name, place)
    else:
        met(kind, name.partition(".")[0], place)


def behind(error: BaseException, text: str, place: Place) -> None:
    """Take note of what an exception that a program met says is not here."""
    # A class of the program's own may have any attributes.
    if type(error) is ModuleNotFoundError and type(error.name) is str:
        root = error.name.partition(".")[0]
        if root and root not in sys.stdlib_module_names:
            met_module(error.name, place)
    elif why_refused(error, text):
        met("file", place.text.strip(), place)


def latest() -> list[Wanted]:
    """Return what was met since the last time."""
    new = list(_met.items())[_told[0] :]
    found = [Wanted(*key, Place(cut(at.label, NAME_CAP), at.line)) for key, at in new]
    _told[0] = len(_met)
    return found


def forget() -> None:
    """Forget all: another program comes."""
    _met.clear()
    _told[0] = 0
