"""A program that imports the file that it stands in: it finds its own names there."""

from __future__ import annotations

import sys
import types
from typing import Any, Final

_SCRIPT: Final = ".py"


class Itself(types.ModuleType):
    """The program as a module: what it has defined so far."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        main = vars(sys.modules["__main__"])
        if name in main:
            return main[name]
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(
            f"{self.__name__}{_SCRIPT} has no `{name}` above this line",
            name=self.__name__,
        )


def is_the_program(name: str) -> bool:
    """Return whether a module would be the file of the program that runs."""
    file = str(getattr(sys.modules["__main__"], "__file__", ""))
    return file == f"{name}{_SCRIPT}"
