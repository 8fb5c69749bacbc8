"""Does something with a module as soon as it is there: now, or when it is imported."""

from __future__ import annotations

import importlib.machinery
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Sequence


def when_imported(
    name: str, then: Callable[[types.ModuleType], None]
) -> Callable[[], None]:
    """Call a function with a module once it is imported; return how to give that up."""
    if name in sys.modules:
        then(sys.modules[name])
        return lambda: None
    watcher = _ImportWatcher(name, then)
    sys.meta_path.insert(0, watcher)
    return watcher.leave


class _ImportWatcher:
    """Waits on the module path until a module is imported."""

    def __init__(self, name: str, then: Callable[[types.ModuleType], None]) -> None:
        self._name = name
        self._then = then

    def leave(self) -> None:
        """Wait no longer."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the module's spec, whose loader then tells; nothing for others."""
        if name != self._name:
            return None
        self.leave()
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:
            return None
        loader: Any = spec.loader
        load = loader.exec_module

        def exec_module(module: types.ModuleType) -> None:
            del loader.exec_module
            load(module)
            self._then(module)

        loader.exec_module = exec_module
        return spec
