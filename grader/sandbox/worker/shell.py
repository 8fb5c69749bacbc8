"""What a notebook offers without an import: `display`, `get_ipython` and its shell.

Nobody looks and nothing is started here. What runs Python, runs it; a file is written
to the scratch space.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.sandbox.worker.magics import CHECK, RUNS_PYTHON, without_options

if TYPE_CHECKING:
    from collections.abc import Callable


def display(*objects: object, **_kwargs: object) -> None:
    """Print what a notebook would show."""
    for shown in objects:
        print(shown)  # noqa: T201 - printing is what it stands for


class Measured:
    """What `%timeit -o` returns: a time like any other."""

    average = best = worst = stdev = 0.0
    all_runs: tuple[float, ...] = (0.0,)
    loops = repeat = 1


class Captured:
    """What `%%capture` gives a name to: nothing was said."""

    stdout = stderr = ""
    outputs: tuple[object, ...] = ()

    def show(self) -> None:
        """Show nothing."""

    def __call__(self) -> None:
        """Show nothing."""


class Shell:
    """Stands in for the notebook's shell: what it does not know does nothing.

    Args:
        run: runs a text as Python, among the program's own names.
        namespace: the program's own names.
        left_out: is told of each line that was left out.
    """

    def __init__(
        self,
        run: Callable[[str], None],
        namespace: dict[str, Any],
        left_out: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._run = run
        self._left_out = left_out
        self.user_ns = namespace

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run a cell's text where its magic does."""
        if name in {"writefile", "file"}:
            self.write_file(line, cell)
        elif name in RUNS_PYTHON:
            self._run(cell)

    def run_line_magic(self, name: str, line: str, *_: object) -> object:
        """Run a line's text where its magic does."""
        if name in RUNS_PYTHON - {CHECK}:
            self._run(without_options(line))
        elif name == "run":
            self._run_file(line)
        elif name == "pylab":
            self._run(_PYLAB)
        return Measured() if name == "timeit" else None

    def magic(self, text: str) -> object:
        """Run a magic that is given as one text."""
        name, _, rest = text.lstrip("%").partition(" ")
        return self.run_line_magic(name, rest)

    def run_cell(self, text: str, *_: object, **__: object) -> None:
        """Run a text as a cell."""
        self._run(text)

    ex = run_cell

    def system(self, command: object = "", *_: object) -> None:
        """Leave out what the system would run."""
        self._left_out(f"!{command}")

    def getoutput(self, command: object = "", *_: object, **__: object) -> list[str]:
        """Return what a shell line printed, which is nothing: `files = !ls`."""
        self.system(command)
        return []

    def captured(self) -> Captured:
        """Return what was captured, which is nothing."""
        return Captured()

    def write_file(self, line: str, text: str, _first: int = 0) -> None:
        """Write a cell's text into a file."""
        words = line.split()
        name = words[-1].strip("\"'") if words else "file"
        with Path(name).open("a" if "-a" in words else "w", encoding="utf-8") as file:
            file.write(text.rstrip("\n") + "\n")

    def _run_file(self, line: str) -> None:
        words = [word.strip("\"'") for word in line.split() if word[0] != "-"]
        known = words[0].endswith((".py", ".ipynb"))
        name = words[0] if known else f"{words[0]}.py"
        self._run(Path(name).read_text(encoding="utf-8"))

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return Nothing()


class Nothing:
    """What the shell has and nobody needs here: `get_ipython().events.register(f)`."""

    def __call__(self, *_args: object, **_kwargs: object) -> None:
        """Do nothing."""

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("_"):
            raise AttributeError(name)
        return self


_PYLAB = """\
import numpy, matplotlib
from matplotlib import pylab, mlab, pyplot
np, plt = numpy, pyplot
from pylab import *
from numpy import *
"""
