"""The attacks on files, processes and the kernel, many to a program.

For tiers and users that the other tests do not run with: `python -m attacks.bundled`
tries them behind the wall that whoever types it has, or in the tier that is named, and
prints what was gained. With `--each` come those attacks that need a program each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
from pathlib import Path
from unittest import mock

from attacks import singly
from attacks.attacking import HEAD, Arena, Probe, Traces
from attacks.test_litter import LITTER
from attacks.test_reach import REACH
from attacks.test_secrets import SECRETS

from grader.model import Outcome
from grader.sandbox.host import outer, tiers
from grader.sandbox.host.gate import Gate

# Bubblewrap alone, as it is where there is no Landlock.
BWRAP = "bwrap"
# Bubblewrap shows what is no secret: its own root with the folders on the way to the
# libraries, the worker's own memory, the kit's source, and what /proc tells all.
SHOWN = (
    *("lists the root", "lists where it runs", "lists the home of the grader"),
    *("reads its own memory", "reads what the kernel says"),
    "reads the source of the kit",
)
AT_ONCE = 16
FAMILIES = (SECRETS, REACH, LITTER)
ALL = sum(map(len, FAMILIES))

ATTACK = """\
def attack_{number}():
{body}

TRIED.append((attack_{number}, {also}, ({errnos})))
"""
# Says which attack was not refused; whatever else one raises is told as it is.
PROBE = """\
def probe():
    for number, (attack, also, errnos) in enumerate(TRIED, 1):
        try:
            gained = attack()
        except also:
            continue
        except OSError as refused:
            if refused.errno not in (errno.EPERM, errno.EACCES, {missing}, *errnos):
                raise
            continue
        if gained is None or gained:
            return number
    return 0
"""


def modes() -> list[str]:
    """Return the tiers that this user can have on this machine, and be proven."""
    there = tiers.landlock_abi() > 0
    inside = [BWRAP, *(["bwrap+landlock"] if there else [])]
    return [*(["landlock"] if there else []), *(inside if outer.works() else [])]


def opened(mode: str, preload: tuple[str, ...] = ()) -> Gate:
    """Return a gate of a tier."""
    abi = 0 if mode == BWRAP else tiers.landlock_abi()
    with mock.patch.object(tiers, "landlock_abi", return_value=abi):
        return Gate(mode.partition("+")[0], preload)


def gained(arena: Arena, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return what was said of attacks that were not refused, and leave no trace.

    Args:
        arena: where they are tried.
        but: attacks that this tier lets pass, and is documented to; what is hidden from
            its workers is not there for them, which is a refusal, too.
    """
    missing = "errno.ENOENT" if but else ""
    tried = [
        {name: probe for name, probe in family.items() if name not in but}
        for family in FAMILIES
    ]
    bundles = [
        dict(list(family.items())[at : at + AT_ONCE])
        for family in tried
        for at in range(0, len(family), AT_ONCE)
    ]
    traces = Traces(arena)
    sources = [source_of(arena, bundle, missing) for bundle in bundles]
    found = arena.grade_all(sources)
    traces.check()
    return [
        f"{list(bundle)}: {one.probe.outcome}: {one.probe.message}"
        for bundle, one in zip(bundles, found, strict=True)
        if one.probe.outcome is not Outcome.PASSED or one.score != 10
    ]


def source_of(arena: Arena, bundle: dict[str, Probe], missing: str) -> str:
    """Return a program that tries attacks one after the other."""
    parts = [HEAD.format(**arena.told), "TRIED = []\n"]
    for number, probe in enumerate(bundle.values(), 1):
        body = textwrap.indent(textwrap.dedent(probe.body), "    ")
        errnos = f"{probe.errnos}," if probe.errnos else ""
        parts.append(
            ATTACK.format(number=number, body=body, also=probe.also, errnos=errnos)
        )
    return "\n".join([*parts, PROBE.format(missing=missing or "*()")])


def main() -> None:
    """Try attacks as whoever this is; print what was gained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", nargs="?", default="auto")
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args()
    hidden = SHOWN if options.mode.startswith(BWRAP) else ()
    warm = ("torch",) if options.each else ()
    with (
        tempfile.TemporaryDirectory() as name,
        opened(options.mode, warm) as gate,
        Arena(gate, Path(name, "many"), jobs=len(warm) + 1) as arena,
    ):
        found = gained(arena, but=hidden)
        found += singly.broken(gate, arena, Path(name, "each")) if options.each else []
    count = ALL - len(hidden) + singly.ALL * options.each
    sys.stdout.write("\n".join([*found, f"{count} attacks behind {gate.name}\n"]))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
