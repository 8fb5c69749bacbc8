"""Memory over many submissions, and of one more live worker.

Type `python benchmarks/memory.py`; `--count 200` judges fewer.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

import common

from grader.judging.requests import Load, payload_of
from grader.model import Limits
from grader.sandbox.host.gate import Gate

STEPS = 10
FLAT_MB = 25.0
WORKER_MB = 25.0
_WORKERS = 8


def growth(count: int, jobs: int) -> float:
    """Print the memory of every process at each tenth; return the growth in MB.

    The growth counts from the second tenth on, because the first fills caches.
    """
    submissions = common.many(common.sample_class(only="backprop"), count)
    step = max(1, count // STEPS)
    totals = []
    with common.kit(jobs) as kit:
        # Not the workers: they come and go, and are measured by themselves.
        kept = {os.getpid(), *common.children(os.getpid())}
        names = {
            pid: _short(text) for pid, text in common.processes().items() if pid in kept
        }
        for tenth in range(STEPS):
            kit.judge(submissions[tenth * step : (tenth + 1) * step])
            now = {pid: common.rss_mb(pid) for pid in names}
            totals.append(sum(now.values()))
            parts = ", ".join(f"{names[pid]} {mb:.0f}" for pid, mb in now.items())
            print(f"  after {(tenth + 1) * step:5d}: {totals[-1]:6.0f} MB ({parts})")
    return totals[-1] - totals[1]


def per_worker() -> float:
    """Return the memory in MB that one more live worker takes.

    Each has loaded and trained. What it shares with the zygote is not counted.
    """
    loaded = common.course()
    training = common.sample_class(only="linear_regression")[0].program
    with Gate("auto", loaded.preload, many=True) as gate:
        gate.prove(loaded.table)
        launcher = gate._launcher  # noqa: SLF001 - measured from behind
        if launcher is None:
            return 0.0
        workers = [launcher.wall.launch(Limits()) for _ in range(_WORKERS)]
        blocks = tuple((block.label, block.source) for block in training.blocks)
        load = Load(str(training.kind), training.filename, blocks)
        for worker in workers:
            worker.request(payload_of(load), 10.0)
        own = [_private_mb(pid) for pid in common.children(launcher.ready.pid)]
        for worker in workers:
            worker.close()
    return common.median(own)


def main() -> None:
    """Measure both."""
    options = _options()
    print(f"\nresident memory over {options.count} submissions")
    grown = growth(options.count, options.jobs)
    own = per_worker()
    common.table(
        "memory",
        [
            ("growth from the second tenth to the last", f"{grown:.1f} MB"),
            ("one more live worker", f"{own:.1f} MB"),
        ],
    )
    common.leave(
        common.at_most("growth", grown, FLAT_MB, " MB"),
        common.at_most("a worker's own memory", own, WORKER_MB, " MB"),
    )


def _private_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE)
    return sum(map(int, found)) / 1024


def _short(command: str) -> str:
    found = re.search(r"grader\.(?:\w+\.)*(zygote|checker)", command)
    return found[1] if found else "main"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
