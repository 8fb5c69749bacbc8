"""Programs that import: what they find, as in a worker."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch  # noqa: F401 - it can be imported only once, and wants more than is here

from grader.sandbox.worker import absent, lacks
from grader.sandbox.worker.missing import Libraries
from grader.sandbox.worker.program import Runner, new_module

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator


@pytest.fixture
def libraries() -> Iterator[Libraries]:
    """Return what finds all libraries, except two called nowhere and rich."""
    main, argv, path = sys.modules["__main__"], sys.argv, sys.meta_path[:]
    # Another test may have imported it; no worker has.
    there = [name for name in sys.modules if name.partition(".")[0] == "rich"]
    kept = {name: sys.modules.pop(name) for name in there}
    made = Libraries()
    made.allow({"torch", "numpy", "packaging", "networkx"})
    made.install()
    lacks.forget()
    yield made
    made.tidy()
    absent.starred.clear()
    absent.forget()
    lacks.forget()
    sys.modules["__main__"], sys.argv, sys.meta_path[:] = main, argv, path
    sys.modules.update(kept)


def run(
    libraries: Libraries, *cells: str
) -> tuple[dict[str, Any], list[dict[str, object]]]:
    module = new_module("work.py")

    def after(node: ast.stmt, label: str) -> None:
        libraries.complete(node, label, module.__dict__)
        libraries.tidy()

    runner = Runner(module, cells=True, after=after)
    runner.run([(f"cell {i}", cell) for i, cell in enumerate(cells, 1)])
    return module.__dict__, runner.failures
