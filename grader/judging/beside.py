"""Files of checks may import modules, and read files, that lie beside them."""

from __future__ import annotations

import sys
from contextlib import chdir, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def at_home(folder: Path | None) -> Iterator[None]:
    """Let a folder be the one that this process is in meanwhile, if there is one."""
    with nullcontext() if folder is None else chdir(folder):
        yield


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let the modules of a folder be imported meanwhile, and by nobody afterwards.

    Two exercises may each have a module of one name.
    """
    before = set(sys.modules)
    folder = folder.absolute()
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and folder in Path(file).parents:
                del sys.modules[name]
