"""Processes start nothing: the program's own does their work."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker import lacks
from grader.sandbox.worker.computing import Machine
from grader.sandbox.worker.program import Runner, new_module

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    main, argv, machine = sys.modules["__main__"], sys.argv, Machine()
    lacks.forget()
    machine.install()
    yield
    machine.uninstall()
    lacks.forget()
    sys.modules["__main__"], sys.argv = main, argv


PROCESSES = {
    "a pool": (
        "from multiprocessing import Pool, get_context\n"
        "with Pool(2) as p: x = p.map(abs, [-1, 2]) == [1, 2]\n"
        "with get_context('spawn').Pool(2) as p:\n"
        "    x = x and p.apply_async(abs, (-3,)).get() == 3\n"
        "    x = x and sum(p.imap_unordered(abs, [1, -1])) == 2"
    ),
    "a pool of another kind": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(2) as p: x = list(p.map(abs, [-1])) == [1]"
    ),
    "a process": (
        "import multiprocessing as mp\nq = mp.Queue()\n"
        "ps = [mp.Process(target=q.put, args=(i,)) for i in range(2)]\n"
        "for p in ps: p.start()\nfor p in ps: p.join()\n"
        "x = [q.get() for _ in ps] == [0, 1] and ps[0].exitcode == 0"
    ),
    "a process of one's own kind": (
        "import multiprocessing as mp\nclass P(mp.Process):\n"
        "    def run(self): 1 / 0\np = P(daemon=True)\np.start()\n"
        "x = not p.is_alive() and p.exitcode == 1"
    ),
    "a process by a context": (
        "import multiprocessing as mp\nc = mp.get_context('spawn')\n"
        "lock, done = c.Lock(), c.Event()\nwith lock:\n"
        "    c.Process(target=done.set).start()\nx = done.is_set()"
    ),
}


@pytest.mark.parametrize("source", PROCESSES.values(), ids=PROCESSES.keys())
def test_work_of_a_process_is_done_here(source: str) -> None:
    module = new_module("work.py")
    runner = Runner(module, cells=True)
    runner.run([("cell 1", source)])

    assert runner.failures == []
    assert module.__dict__["x"] is True
    assert {lack.kind for lack in lacks.latest()} == {"process"}
