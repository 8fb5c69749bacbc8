"""Modules of the student's own, imported from texts that came with the program."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import sys
from typing import TYPE_CHECKING, Final

from grader.sandbox.worker.places import remember

if TYPE_CHECKING:
    import types
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec

_PACKAGE: Final = ".__init__"


class Helpers(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules by name among texts, after everything that is installed."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources: dict[str, tuple[str, str]] = {}
        self._packages: set[str] = set()
        for file, text in sources.items():
            if not file.endswith(".py"):  # a notebook, which is run and not imported
                continue
            name = file.removesuffix(".py").replace("/", ".")
            if name.endswith(_PACKAGE):
                name = name.removesuffix(_PACKAGE)
                self._packages.add(name)
            self._sources[name] = file, text
            parts = name.split(".")[:-1]
            self._packages |= {".".join(parts[: i + 1]) for i in range(len(parts))}

    def withdraw(self) -> None:
        """Make sure that none of these modules is found, or known, any more."""
        sys.meta_path.remove(self)
        for name in {*self._sources, *self._packages}:
            if getattr(sys.modules.get(name), "__loader__", None) is self:
                del sys.modules[name]

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return how to make a module of the student's own, or None."""
        del path, target
        package = fullname in self._packages
        if fullname not in self._sources and not package:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=package)

    def has(self, name: str, content: bytes) -> bool:
        """Return whether a module of this name came with this very text."""
        return name in self._sources and self._sources[name][1].encode() == content

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's text among its names, as a part of the program."""
        label, source = self._sources.get(module.__name__, ("", ""))
        if not label:
            return
        module.__dict__["__file__"] = label
        remember(label, source, ast.parse(source, label).body)
        code = compile(source, label, "exec", dont_inherit=True)
        exec(code, module.__dict__)


def offer(sources: Mapping[str, str]) -> None:
    """Let the program import these modules, by file name, and none of another's."""
    for old in [f for f in sys.meta_path if isinstance(f, Helpers)]:
        old.withdraw()
    sys.meta_path.append(Helpers(sources))


def offered(name: str) -> types.ModuleType | None:
    """Return the module of this name that came with the program, if one did."""
    finders = [finder for finder in sys.meta_path if isinstance(finder, Helpers)]
    known = any(finder.find_spec(name) is not None for finder in finders)
    return importlib.import_module(name) if known else None
