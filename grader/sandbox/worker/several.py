"""Runs the blocks of a program: in one module, or each file in a module of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from grader.sandbox.worker.fitting import fitted
from grader.sandbox.worker.program import Runner, empty_module, modules
from grader.sandbox.worker.surroundings import Around

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager

    from grader.sandbox.worker.brought import Brought
    from grader.sandbox.worker.names import Kept, Names
    from grader.sandbox.worker.places import Place

FILES: Final = "files"
_NOTEBOOK: Final = "notebook"
# Nobody asks for a longer one.
_NAME_CAP: Final = 100


def offered(blocks: Sequence[tuple[str, str]]) -> dict[str, types.ModuleType]:
    """Return a new module for each block, a file, by its label; all can import it.

    A label begins with the file's name. What an earlier program offered is gone.
    """
    for name, module in modules.items():
        if sys.modules.get(name) is module:
            del sys.modules[name]
    modules.clear()
    made = {}
    for label, _ in blocks:
        name = label.partition(".")[0]
        module = empty_module(f"{name}.py", name)
        made[label] = modules[name] = sys.modules[name] = module
    return made


class Loading:
    """How a program's blocks run.

    Args:
        kind: "script", "notebook" or "files".
        main: where the names of a script or a notebook live.
        own: the program.
        files: the modules of its files, by the labels of the blocks.
    """

    def __init__(
        self,
        kind: str,
        main: types.ModuleType,
        own: Brought,
        files: dict[str, types.ModuleType],
    ) -> None:
        self._main = main
        self._cells = kind == _NOTEBOOK
        self._source = own.source
        self._parts = (
            [(files[label], [(label, text)]) for label, text in own.blocks]
            if kind == FILES
            else [(main, own.blocks)]
        )
        self.failures: list[dict[str, object]] = []
        self.interrupted: list[Place] = []

    def run(
        self,
        names: Names,
        budget: AbstractContextManager[None],
        before: Callable[[], None],
        skipped: Collection[tuple[str, int]],
    ) -> list[str]:
        """Run all blocks; return the names that they define.

        Args:
            names: take note of them.
            budget: bounds the time of each statement.
            before: called before each statement.
            skipped: places whose statements are left out.
        """
        ready = []
        for module, blocks in self._parts:
            around = Around(vars(module), budget, before, names.look)
            runner = Runner(
                module,
                cells=self._cells,
                before=around.before,
                after=around.after,
                budget=budget,
                skipped=skipped,
            )
            ready.append((around, runner, blocks))
        given = names.begin()
        for around, runner, blocks in ready:
            with around.running(runner.shell, self._source):
                runner.run(blocks)
            self.failures += runner.failures
            self.interrupted += runner.interrupted
        new = (name for name in names.all() if name not in given)
        return [name for name in new if len(name) <= _NAME_CAP]

    def told(self, defined: list[str], kept: Sequence[Kept]) -> dict[str, object]:
        """Return what is told of it, as far as it fits into an answer.

        Args:
            defined: the names that the program defines.
            kept: those that stand for its own work again.
        """
        own = vars(self._main)
        return fitted(
            failures=self.failures,
            names=defined,
            values=[name for name in defined if not callable(own.get(name))],
            interrupted=self.interrupted,
            kept=kept,
        )
