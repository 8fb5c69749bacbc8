"""A call of a visible check as one line of Python that a student can paste."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from grader.judging.requests import Call
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from grader.judging.checks.evidence import Evidence

_LINE_CAP: Final = 300
_PLAIN: Final = (bool, int, float, complex, str, bytes, type(None))


class _NoLineError(Exception):
    """A value cannot be written down."""


def call_line(evidence: Evidence) -> str:
    """Return the call that a check ended with; empty where it is no short line."""
    wrong = [c.origin for c in evidence.comparisons if c.difference is not None]
    origin = wrong[-1] if wrong else None
    made = [origin.exchange] if origin else list(evidence.exchanges)
    calls = [e.request for e in made if isinstance(e.request, Call)]
    if not calls or not isinstance(calls[-1].target, str):
        return ""
    call = calls[-1]
    try:
        inside = [_written(arg) for arg in call.args]
        inside += [f"{name}={_written(arg)}" for name, arg in call.kwargs.items()]
    except _NoLineError:
        return ""
    line = f"{call.target}({', '.join(inside)}){'.backward()' if call.gradient else ''}"
    return line if len(line) <= _LINE_CAP else ""


def _written(value: object) -> str:
    """Return Python for a value.

    Raises:
        _NoLineError: it is none that can be written in a line.
    """
    torch, np = sys.modules.get("torch"), sys.modules.get("numpy")
    if type(value) in _PLAIN:
        try:
            return repr(value)
        except ValueError as error:  # a whole number of too many digits
            raise _NoLineError from error
    if type(value) is list:
        return f"[{', '.join(map(_written, value))}]"
    if type(value) is tuple and not isinstance(value, Handle):
        return f"({', '.join(map(_written, value))}{',' * (len(value) == 1)})"
    if torch is not None and isinstance(value, torch.Tensor):
        leaf = ", requires_grad=True" if value.requires_grad else ""
        return f"torch.tensor({value.tolist()!r}{leaf})"
    if np is not None and isinstance(value, np.ndarray):
        return f"numpy.array({value.tolist()!r})"
    raise _NoLineError
