"""Figures as SVG: text stays text, and no style is used that a policy would refuse."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from grader.model import Curve

# Two colours that colour-blind people tell apart, and two ways to draw a line.
_STUDENT, _REFERENCE = "#b3400a", "#1f5a96"
_SALT = "torch-grader"
_LARGE = 1e12
# At most this many labels are on a scale of powers of ten.
_LABELS = 7
# The scale changes where a loss is this many times the expected one.
_FAR = 20


def scores(bins: Sequence[int]) -> bytes:
    """Return how many students have 0 to 10 %, 10 to 20 %, and so on."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _figure(6.4, 2.6)
    step = 100 / len(bins)
    edges = [index * step for index in range(len(bins))]
    bars = axes.bar(edges, bins, width=step * 0.9, align="edge", color=_REFERENCE)
    axes.bar_label(bars, [str(count) if count else "" for count in bins])
    axes.set_xlabel("percent of the points")
    axes.set_ylabel("students")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, max([*bins, 1]) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return _svg(figure)


def curves(found: Sequence[Curve]) -> bytes:
    """Return the losses of some trainings over those of the reference."""
    figure, axes = _figure(6.4, 3.0)
    many = len(found) > 1
    for number, curve in enumerate(found):
        axes.plot(
            range(1, len(curve.student) + 1),
            _finite(curve.student),
            color=_STUDENT,
            alpha=0.35 if many else 1.0,
            linestyle="--",
            linewidth=1.0 if many else 1.8,
            label="students" if number == 0 and many else None if many else "yours",
        )
    axes.plot(
        range(1, len(found[0].reference) + 1),
        _finite(found[0].reference),
        color=_REFERENCE,
        linewidth=2.0,
        label="expected",
    )
    _fit(axes, found)
    axes.set_xlabel("epoch shown")
    axes.set_ylabel("loss")
    axes.legend()
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _fit(axes: Axes, found: Sequence[Curve]) -> None:
    """Keep the other losses visible where some grew without bound."""
    most = max(map(abs, _seen(found[0].reference)), default=0.0)
    worst = max((abs(x) for c in found for x in _seen(c.student)), default=0.0)
    if 0 < most < worst / _FAR:
        # At a power of ten no label of the scale comes close to that of 0.
        axes.set_yscale("symlog", linthresh=10 ** math.ceil(math.log10(most)))
        axes.locator_params(axis="y", numticks=_LABELS)


def _seen(losses: Sequence[float]) -> list[float]:
    return [loss for loss in _finite(losses) if not math.isnan(loss)]


def _finite(losses: Sequence[float]) -> list[float]:
    """Return losses with gaps where a number cannot be drawn."""
    return [x if math.isfinite(x) and abs(x) < _LARGE else math.nan for x in losses]


def _svg(figure: Figure) -> bytes:
    from matplotlib import rc_context

    file = io.BytesIO()
    # The same figure makes the same bytes, and readers can search its text.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": _SALT}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
