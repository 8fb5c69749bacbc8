"""What reports of a large class take afterwards: memory and time of each format.

A class is graded by judges that answer at once, as in `flat.py`. Then `grader report`
makes each format of it, and `grader merge` the whole, each in a process of its own. The
peak is that of the largest process. Type `python benchmarks/formats.py`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import flat

from grader.judging.session import open_judges

FORMATS = ("json", "csv", "checks", "markdown", "letters", "html", "junit", "excel")
PEAK_MB = 400.0


def main() -> None:
    """Grade a class, and make its reports again."""
    students = _options().students
    with open_judges(common.course(), sandbox="none") as judges:
        checks = judges.checks
    with tempfile.TemporaryDirectory() as folder:
        mine = flat.class_in(Path(folder), students)
        flat.graded(mine, checks, os.cpu_count() or 1)
        out = Path(folder, "made")
        rows = [
            _row(name, "report", mine / "out", "--format", name, "--out", out)
            for name in FORMATS
        ]
        rows.append(_row("merge", "merge", mine / "out", "--out", out / "merged"))
    works = students * len(checks)
    common.table(
        f"reports of {works} works",
        [
            (name, f"{peak_mb:6.0f} MB, {took_s:6.1f} s")
            for name, peak_mb, took_s in rows
        ],
    )
    common.leave(
        *(common.at_most(name, peak_mb, PEAK_MB, " MB") for name, peak_mb, _ in rows)
    )


def _row(name: str, *typed: object) -> tuple[str, float, float]:
    """Return the peak of a command, in MB, and its computing time."""
    command = Path(sys.executable).with_name("grader")
    child = subprocess.Popen(
        [command, *map(str, typed)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{name}: exit code {child.returncode}")
    return name, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=2_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
