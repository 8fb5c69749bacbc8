"""Two loss curves as two lines of blocks, for a report that is only text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model import Curve

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = str.maketrans(_BLOCKS + "…—", "_.-:=+*#" + "~-")


def sparks(curve: Curve) -> list[str]:
    """Return one line for the student's losses and one for the expected ones.

    Both use the scale of the expected losses; what lies above it is cut off.
    """
    low, high = min(curve.reference), max(curve.reference)
    return [
        _line("yours", curve.student, low, high),
        _line("expected", curve.reference, low, high),
    ]


def in_ascii(line: str) -> str:
    """Return a line for a terminal that has no blocks to draw with."""
    return line.translate(_ASCII)


def _line(name: str, losses: tuple[float, ...], low: float, high: float) -> str:
    if not losses:
        return f"{name:<8}  no finite loss"
    blocks = "".join(_block(loss, low, high) for loss in losses)
    return f"{name:<8}  {blocks}  {losses[0]:.4g} to {losses[-1]:.4g}"


def _block(loss: float, low: float, high: float) -> str:
    share = (loss - low) / (high - low) if high > low else 0.0
    place = round(min(max(share, 0.0), 1.0) * (len(_BLOCKS) - 1))
    return _BLOCKS[place]
