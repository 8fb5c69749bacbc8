"""Leaves a kernel as it was: a check is to be seen, and nothing else of it."""

from __future__ import annotations

import os
import random
import sys
import warnings
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LAST: Final = ("last_type", "last_value", "last_traceback", "last_exc", "argv")


@contextmanager
def untouched() -> Iterator[None]:
    """Put back what a check, or the code that it calls, changes in this process.

    That is random states, torch's modes, the current folder, filters of warnings, what
    `sys` and the environment hold, modules of checks, and figures.
    """
    with ExitStack() as stack:
        for keep in (_randomness, _numpy, _torch, _figures, _folder, _system, _modules):
            with suppress(Exception):  # a library may be half imported, or replaced
                stack.callback(_safely, keep())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield


def _safely(undo: Callable[[], object]) -> None:
    with suppress(Exception):
        undo()


def _randomness() -> Callable[[], object]:
    state = random.getstate()
    return lambda: random.setstate(state)


def _numpy() -> Callable[[], object]:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None:
        return lambda: None
    state, errors = numpy.random.get_state(), numpy.geterr()

    def undo() -> None:
        numpy.random.set_state(state)
        numpy.seterr(**errors)

    return undo


def _torch() -> Callable[[], object]:
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return lambda: None
    state, kind = torch.get_rng_state(), torch.get_default_dtype()
    grad, threads = torch.is_grad_enabled(), torch.get_num_threads()

    def undo() -> None:
        torch.set_rng_state(state)
        torch.set_default_dtype(kind)
        torch.set_grad_enabled(grad)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)

    return undo


def _figures() -> Callable[[], object]:
    before: Any = sys.modules.get("matplotlib.pyplot")
    open_before = set(before.get_fignums()) if before else set()
    current = before.gcf().number if open_before else None

    def undo() -> None:
        plt: Any = sys.modules.get("matplotlib.pyplot")
        if plt is None:
            return
        for number in set(plt.get_fignums()) - open_before:
            plt.close(number)
        if current is not None and plt.fignum_exists(current):
            plt.figure(current)

    return undo


def _folder() -> Callable[[], object]:
    folder, environment = os.getcwd(), dict(os.environ)  # noqa: PTH109 - as it is

    def undo() -> None:
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        os.chdir(folder)

    return undo


def _system() -> Callable[[], object]:
    kept = {name: getattr(sys, name) for name in _LAST if hasattr(sys, name)}
    path, out, error = list(sys.path), sys.stdout, sys.stderr

    def undo() -> None:
        sys.path[:] = path
        sys.stdout, sys.stderr = out, error
        for name in _LAST:
            if name in kept:
                setattr(sys, name, kept[name])
            elif hasattr(sys, name):
                delattr(sys, name)

    return undo


def _modules() -> Callable[[], object]:
    before = set(sys.modules)

    def undo() -> None:
        for name in set(sys.modules) - before:
            if name.rpartition(".")[2] in ("test_visible", "conftest"):
                del sys.modules[name]

    return undo
