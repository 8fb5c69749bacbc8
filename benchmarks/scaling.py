"""Cost per submission as the class grows, and throughput as jobs are added.

Type `python benchmarks/scaling.py`; `--count 200` ends at a smaller class.
"""

from __future__ import annotations

import argparse

import common

SMALL = 20
SAME_TIMES = 1.15
TWICE_TIMES = 1.7


def main() -> None:
    """Measure a small class and a large one, then one job and two."""
    options = _options()
    light = common.sample_class(only="backprop")
    every = common.sample_class(every=options.every)
    with common.kit(jobs=2) as kit:
        small = common.median(
            [kit.measured(common.many(light, SMALL)).cpu_ms for _ in range(5)]
        )
        large = kit.measured(common.many(light, options.count)).cpu_ms
        two = common.median([kit.measured(every).per_second for _ in range(3)])
    with common.kit(jobs=1) as kit:
        one = common.median([kit.measured(every).per_second for _ in range(3)])
    common.table(
        "scaling",
        [
            (f"computing per submission, class of {SMALL}", f"{small:.1f} ms"),
            (f"computing per submission, class of {options.count}", f"{large:.1f} ms"),
            (f"--jobs 1, {len(every)} of the sample class", f"{one:.2f} /s"),
            (f"--jobs 2, {len(every)} of the sample class", f"{two:.2f} /s"),
        ],
    )
    common.leave(
        common.at_most("large class over small", large / small, SAME_TIMES, " times"),
        common.at_least("two jobs over one", two / one, TWICE_TIMES, " times"),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--every", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
