"""A call of a visible check as one line of Python that a student can paste."""

from __future__ import annotations

import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from grader.judging.requests import Call
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.judging.checks.evidence import Evidence

_LINE_CAP: Final = 300
_NOBODY: Final = MappingProxyType[int, str]({})
_PLAIN: Final = (bool, int, float, complex, str, bytes, type(None))


class NoLineError(Exception):
    """A value cannot be written down."""


def call_line(evidence: Evidence) -> str:
    """Return the call that a check ended with; empty if that is not a short line."""
    wrong = [c.origin for c in evidence.comparisons if c.difference is not None]
    origin = wrong[-1] if wrong else None
    made = [origin.exchange] if origin else list(evidence.exchanges)
    calls = [e.request for e in made if isinstance(e.request, Call)]
    if not calls or not isinstance(calls[-1].target, str):
        return ""
    try:
        line = line_of(calls[-1], calls[-1].target)
    except NoLineError:
        return ""
    return line if len(line) <= _LINE_CAP else ""


def line_of(call: Call, callee: str, names: Mapping[int, str] = _NOBODY) -> str:
    """Return a call as Python.

    Args:
        call: the call.
        callee: what is called.
        names: how the objects in the worker are called, by the numbers of handles.

    Raises:
        NoLineError: an argument cannot be written in a line.
    """
    inside = [written(arg, names) for arg in call.args]
    inside += [f"{name}={written(arg, names)}" for name, arg in call.kwargs.items()]
    return f"{callee}({', '.join(inside)}){'.backward()' if call.gradient else ''}"


def written(value: object, names: Mapping[int, str] = _NOBODY) -> str:
    """Return Python for a value. `names`: as `line_of`.

    Raises:
        NoLineError: it is none that can be written in a line.
    """
    torch, np = sys.modules.get("torch"), sys.modules.get("numpy")
    if type(value) in _PLAIN:
        try:
            return repr(value)
        except ValueError as error:  # a whole number of too many digits
            raise NoLineError from error
    if isinstance(value, Handle) and value.number in names:
        return names[value.number]
    if type(value) in (list, tuple, dict):
        return _gathered(cast("list[object]", value), names)
    if torch is not None and isinstance(value, torch.Tensor):
        leaf = ", requires_grad=True" if value.requires_grad else ""
        return f"torch.tensor({value.tolist()!r}{leaf})"
    if np is not None and isinstance(value, np.ndarray):
        return f"numpy.array({value.tolist()!r})"
    raise NoLineError


def _gathered(
    value: list[object] | tuple[object, ...] | dict[object, object],
    names: Mapping[int, str],
) -> str:
    if isinstance(value, dict):
        pairs = value.items()
        told = [f"{written(key)}: {written(item, names)}" for key, item in pairs]
        return f"{{{', '.join(told)}}}"
    inside = ", ".join(written(item, names) for item in value)
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside}{',' * (len(value) == 1)})"
