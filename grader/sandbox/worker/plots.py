"""The matplotlib backend of a worker: it draws in memory, and shows and writes nothing.

What is shown or saved goes into the album, if somebody has opened it.

matplotlib finds it by the name in the environment variable MPLBACKEND.
"""

from __future__ import annotations

import base64
import os
from contextlib import suppress
from typing import Any, Final

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from grader.sandbox.worker import undrawn
from grader.sandbox.worker.album import album

_PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJ"
    "RU5ErkJggg=="
)


class FigureCanvas(FigureCanvasAgg):
    """A canvas whose picture is never written into a file."""

    def print_figure(self, filename: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - matplotlib's own signature
        """Write a picture into memory, but an empty one into a file.

        Nobody would look at it, and to draw it takes time.
        """
        if isinstance(filename, str | os.PathLike):
            album.keep(self.figure)
            name = os.fspath(filename)
            name += "" if os.path.splitext(name)[1] else ".png"  # noqa: PTH122 - as matplotlib
            with suppress(OSError), open(name, "wb") as file:  # noqa: PTH123 - as above
                file.write(_PIXEL)
            return None
        return super().print_figure(filename, *args, **kwargs)


FigureManager = FigureManagerBase


def show(*_args: object, **_kwargs: object) -> None:
    """Do what `plt.show()` does where nobody looks: go on."""
    album.turn()


# matplotlib asks for a backend when it makes the first figure, and is complete then.
undrawn.install()
