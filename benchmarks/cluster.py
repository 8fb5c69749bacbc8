"""What nodes cost over `--jobs` on the same cores, and whether they judge the same.

Both judge the same programs, in turns, so that a busy machine is busy for both. Type
`python benchmarks/cluster.py`; `--nodes 4 --count 1000 --rounds 1 --only backprop`
compares the verdicts of a larger class.
"""

from __future__ import annotations

import argparse
import operator
import time
from typing import TYPE_CHECKING

import common
import msgspec

from grader.judging.cluster import Cluster
from grader.judging.session import How

if TYPE_CHECKING:
    from grader.model import Verdict

TIMES = 1.15


def main() -> None:
    """Measure both in turns, then compare their verdicts."""
    options = _options()
    sample = common.sample_class(every=options.every, only=options.only)
    programs = common.many(sample, options.count)
    begun = time.monotonic()
    with (
        common.kit(jobs=options.nodes, reasons=options.reasons) as here,
        Cluster(f"local:{options.nodes}").open(common.course()) as judges,
    ):
        nodes = common.Kit(judges, How(diagnose=options.reasons))
        nodes.judge(programs[: 8 * options.nodes])
        started_s = time.monotonic() - begun
        ours, theirs, same = [], [], len(programs)
        for _ in range(options.rounds):
            own, cost = _judged(here, programs)
            ours.append(cost)
            others, cost = _judged(nodes, programs)
            theirs.append(cost)
            same = min(same, sum(map(operator.eq, own, others)))
    wall = [b.wall_s / a.wall_s for a, b in zip(ours, theirs, strict=True)]
    cpu = [b.cpu_s / a.cpu_s for a, b in zip(ours, theirs, strict=True)]
    common.table(
        f"{len(programs)} submissions, {options.nodes} at a time",
        [
            ("until both had started", f"{started_s:.0f} s"),
            ("--jobs", _row(ours)),
            ("--cluster local", _row(theirs)),
            ("by the clock", f"{common.median(wall):.2f} times"),
            ("computing", f"{common.median(cpu):.2f} times"),
            ("verdicts that are the same", f"{same} of {len(programs)}"),
        ],
    )
    common.leave(
        common.at_most("nodes over --jobs", common.median(wall), TIMES, " times"),
        same == len(programs),
    )


def _row(costs: list[common.Cost]) -> str:
    per_second = common.median([cost.per_second for cost in costs])
    cpu_ms = common.median([cost.cpu_ms for cost in costs])
    return f"{per_second:6.2f} /s, {cpu_ms:6.1f} ms of computing each"


def _judged(
    kit: common.Kit, programs: list[common.Submission]
) -> tuple[list[Verdict], common.Cost]:
    """Return the verdicts without their times, and what they took."""
    cpu, wall = common.cpu_s(), time.monotonic()
    found = kit.judge(programs)
    cost = common.Cost(time.monotonic() - wall, common.cpu_s() - cpu, len(programs))
    return [msgspec.structs.replace(one, seconds=0.0) for one in found], cost


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--only", metavar="EXERCISE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--reasons", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
