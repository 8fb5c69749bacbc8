"""GitHub and GitLab: a workflow for students' repositories, one for instructors'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader import __version__
from grader.report.packs import Packed, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course import Course


def github(course: Course) -> Iterator[Packed]:  # noqa: ARG001 - as all packs
    """Yield both workflows of GitHub Actions, each where it belongs."""
    yield _made("student/.github/workflows/checks.yml", "github-student.yml")
    yield _made("instructor/.github/workflows/grade.yml", "github-instructor.yml")


def gitlab(course: Course) -> Iterator[Packed]:  # noqa: ARG001 - as all packs
    """Yield both pipelines of GitLab, each where it belongs."""
    yield _made("student/.gitlab-ci.yml", "gitlab-student.yml")
    yield _made("instructor/.gitlab-ci.yml", "gitlab-instructor.yml")


def _made(path: str, name: str) -> Packed:
    return Packed(path, template(name, VERSION=__version__))
