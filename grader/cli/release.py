"""`grader release`: exercises/ from solutions/."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, say
from grader.errors import OperatorError

if TYPE_CHECKING:
    from grader.authoring import ReleasePlan
    from grader.course import Course

_JOBS = 4


@click.command()
@COURSE
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; fail when exercises/ is not what a release would leave.",
)
@click.option(
    "--force", is_flag=True, help="Overwrite files that were changed by hand."
)
@click.option(
    "--no-proof", is_flag=True, help="Judge neither the solutions nor the stubs."
)
@click.option(
    "--zip",
    "archive",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write one archive to hand out.",
)
def release(
    course: Path | None,
    archive: Path | None,
    *,
    only_check: bool,
    force: bool,
    no_proof: bool,
) -> None:
    """Make exercises/ from solutions/, unless the checks do not fit the solutions.

    Exits with 1 when a solution loses points, a stub earns some, or a file is in the
    way: one that was changed by hand, or that no release wrote.

    \b
    Example:
      grader release --check
    """  # noqa: D301 - click wants the character itself
    from grader import authoring
    from grader.course import load_course

    loaded = load_course(course or Path())
    authoring.glance(loaded)
    plan = authoring.plan_of(loaded)
    broken, made = (
        ([], {}) if no_proof else _judged(loaded, plan, only_check=only_check)
    )
    changed: tuple[Path, ...] = ()
    lines = [*broken, *(plan.stale if only_check else ())]
    if not only_check and not broken:
        plan = authoring.plan_of(loaded, made) if made else plan
        changed = authoring.release(plan, force=force)
        for path in changed:
            click.echo(f"{'wrote' if path in plan.files else 'removed'} {path}")
        lines += authoring.plan_of(loaded).in_the_way
    for line in lines:
        click.echo(line)
    if lines:
        sys.exit(1)
    if archive is not None and not only_check:
        from grader.authoring.packing import pack

        click.echo(f"wrote {pack(loaded, archive)}")
    if not changed:
        say("exercises/ is up to date")


def _judged(
    course: Course, plan: ReleasePlan, *, only_check: bool
) -> tuple[list[str], dict[str, bytes]]:
    """Return what is wrong with the checks, else files of questions that are new."""
    from grader.authoring.asking import encoded, questions_for
    from grader.authoring.proving import quick_proof
    from grader.authoring.release import visible_checks_of
    from grader.judging.session import open_judges
    from grader.text import clean_line

    due = set() if only_check else {path.parent.name for path in plan.unasked}
    jobs = min(os.cpu_count() or 1, _JOBS) if due else 1
    with open_judges(course, sandbox=_tier(), jobs=jobs) as judges:
        broken = [
            f"{broken.exercise}: {clean_line(broken.message, 1000)}"
            for broken in quick_proof(judges, course)
        ]
        made = {}
        for exercise in course.exercises if not broken else ():
            if exercise.id in due:
                say(f"{exercise.id}: making the questions for a student's own check")
                checks = visible_checks_of(exercise)
                made[exercise.id] = encoded(questions_for(exercise, judges, checks))
        return broken, made


def _tier() -> str:
    """Return the wall of this machine; none will do for the author's own programs."""
    from grader.sandbox.host.tiers import wall_of
    from grader.sandbox.modes import NO_WALL

    try:
        wall_of("auto")
    except OperatorError:
        return NO_WALL
    return "auto"
