"""Modules that a program has written itself: `%%writefile helpers.py`."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import posixpath
import sys
from typing import TYPE_CHECKING

from grader.sandbox.worker.helpers import Helpers
from grader.sandbox.worker.places import remember

if TYPE_CHECKING:
    import types
    from collections.abc import Sequence

    from grader.sandbox.worker.scratch import Space


class Modules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds them in the scratch space, and runs them from there."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,  # noqa: ARG002 - as Python's own
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where a module is, if the program has written it."""
        if not self._space.files:
            return None
        name = fullname.rpartition(".")[2]
        for folder in path if path is not None else (self._space.cwd, *sys.path):
            for tail in (f"{name}/__init__.py", f"{name}.py"):
                place = self._space.place(posixpath.join(folder, tail))
                if place in self._space.files and not self._came(fullname, place):
                    return self._spec(fullname, place)
        return None

    def _came(self, name: str, place: str) -> bool:
        """Return whether a module is as it came with the program, which has it, too."""
        content = bytes(self._space.files[place].data)
        return any(
            f.has(name, content) for f in sys.meta_path if isinstance(f, Helpers)
        )

    def _spec(self, name: str, place: str) -> importlib.machinery.ModuleSpec:
        package = place.endswith("/__init__.py")
        spec = importlib.machinery.ModuleSpec(
            name, self, origin=place, is_package=package
        )
        spec.has_location = True
        if package and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(posixpath.dirname(place))
        return spec

    def get_source(self, fullname: str) -> str:
        """Return a module's text."""
        spec = sys.modules[fullname].__spec__
        place = spec.origin if spec is not None and spec.origin else ""
        return importlib.util.decode_source(bytes(self._space.files[place].data))

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module, whose functions are the program's own."""
        source = self.get_source(module.__name__)
        place = str(module.__file__)
        remember(place, source, ast.parse(source, place).body)
        exec(compile(source, place, "exec", dont_inherit=True), module.__dict__)
