"""The pictures of a program's plots, kept where somebody asked for them.

In a run that judges nobody asks, and nothing is drawn.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

MOST: Final = 4
"""How many pictures of a program are kept: the first ones."""


class Album:
    """Keeps what a program shows or saves; closed until somebody opens it."""

    def __init__(self) -> None:
        self._longest = 0
        # The figures are kept, too, so that no other one gets the same id.
        self._kept: dict[int, tuple[object, np.ndarray]] = {}

    @property
    def is_open(self) -> bool:
        """Whether anything is kept."""
        return self._longest > 0

    def plots(self, longest: int) -> list[np.ndarray]:
        """Return the plots since the first call, which only opens the album.

        Each is height x width x 4 bytes, RGBA.

        Args:
            longest: how many pixels the longer side of one may have.
        """
        self.turn()
        self._longest = longest
        return [pixels for _, pixels in self._kept.values()]

    def turn(self) -> None:
        """Keep all figures that are open, and close them, as a notebook does."""
        plt: Any = sys.modules.get("matplotlib.pyplot")
        if not self.is_open or plt is None:
            return
        for number in plt.get_fignums():
            self.keep(plt.figure(number))
        plt.close("all")

    def keep(self, figure: Any) -> None:  # noqa: ANN401 - matplotlib's, whatever it is
        """Keep a figure as it is now, once."""
        known = id(figure) in self._kept
        if self.is_open and (known or len(self._kept) < MOST):
            self._kept[id(figure)] = figure, _pixels(figure, self._longest)


def _pixels(figure: Any, longest: int) -> np.ndarray:  # noqa: ANN401 - as above
    """Return a figure's pixels, with fewer of them where it would be too large."""
    import numpy as np

    own = figure.dpi
    side = max(figure.get_size_inches()) * own
    with contextlib.ExitStack() as stack:
        if side > longest:
            stack.callback(figure.set_dpi, own)
            figure.set_dpi(own * longest / side)
        figure.canvas.draw()
        return np.array(figure.canvas.buffer_rgba())


album: Final = Album()
