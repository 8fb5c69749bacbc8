"""The matplotlib backend of a worker: it draws in memory, and shows and writes nothing.

matplotlib finds it by the name in the environment variable MPLBACKEND.
"""

from __future__ import annotations

import os
from typing import Any

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class FigureCanvas(FigureCanvasAgg):
    """A canvas whose picture is never written into a file."""

    def print_figure(self, filename: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - matplotlib's own signature
        """Write a picture into memory, but nothing into a file.

        A worker may not write files, and nobody would look at them.
        """
        if isinstance(filename, str | os.PathLike):
            return None
        return super().print_figure(filename, *args, **kwargs)


FigureManager = FigureManagerBase
