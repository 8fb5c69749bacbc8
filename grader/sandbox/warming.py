"""Use once what torch loads on its first use: that is not the student's time."""

from __future__ import annotations

import importlib.util
import io
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")
_COMPILER = "torch._dynamo"


def train_once() -> None:
    """Use once everything that torch loads or allocates on its first use."""
    import torch

    without_compiler()
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    guess = torch.sigmoid(model(torch.ones(2, 1)))
    torch.nn.BCELoss()(guess, torch.ones(2, 1)).backward()
    optimizer.step()
    optimizer.zero_grad()
    torch.save(model.state_dict(), io.BytesIO())
    torch.manual_seed(0)  # formats a stack: 5 ms the first time, and 1 ms after
    repr(guess)


def without_compiler() -> None:
    """Let optimizers do without torch's compiler until something is compiled.

    They import all of it, a second of computing and 80 MB, to tell it that a step is
    not to be compiled. What takes its place says nothing to that, and becomes the
    compiler itself as soon as anything else is asked of it.
    """
    import torch

    spec = importlib.util.find_spec(_COMPILER)
    if spec is None or _COMPILER in sys.modules:
        return
    waiting = _Waiting(_COMPILER)
    vars(waiting).update(vars(importlib.util.module_from_spec(spec)))
    sys.modules[_COMPILER] = waiting
    sys.meta_path.insert(0, _Waker(waiting))
    vars(torch)[_COMPILER.rpartition(".")[2]] = waiting


class _Waiting(ModuleType):
    """A package that is loaded when it is needed for more than saying no."""

    def graph_break(self, *_: object, **__: object) -> None:
        """Do nothing: there is no graph."""

    def disable(self, function: T, *_: object, **__: object) -> T:
        """Return the function: nothing compiles it."""
        return function

    def wake(self) -> None:
        """Become the package itself."""
        spec = self.__spec__
        self.__class__ = ModuleType  # type: ignore[assignment] # it is one from now on
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(self)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        self.wake()
        return getattr(self, name)


class _Waker(MetaPathFinder):
    """Wakes the package before one of its modules is imported for itself."""

    def __init__(self, waiting: _Waiting) -> None:
        self._waiting = waiting

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the module as waking has loaded it, or leave it to the others."""
        if not fullname.startswith(f"{_COMPILER}."):
            return None
        sys.meta_path.remove(self)
        if isinstance(self._waiting, _Waiting):  # else it is awake, or waking
            self._waiting.wake()
        loaded = sys.modules.get(fullname)
        return None if loaded is None else ModuleSpec(fullname, _Loaded(loaded))


class _Loaded(Loader):
    """Gives a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, _: ModuleSpec) -> ModuleType:
        """Return the module."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own description back."""
        module.__spec__ = self._spec
