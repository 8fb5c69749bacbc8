"""Judges that know no list of mistakes: what they say comes from what they saw."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest
from helpers import ROOT

from grader.course import ALTERNATIVES, MISTAKES, load_course
from grader.judging.session import Judges, open_judges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.host.gate import Gate


@pytest.fixture(scope="package")
def unlisted(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Iterator[Judges]:
    """Return judges of two exercises that train, who look for no counterexample."""
    root = tmp_path_factory.mktemp("unlisted")
    shutil.copytree(
        ROOT / "solutions",
        root / "solutions",
        ignore=shutil.ignore_patterns(MISTAKES, ALTERNATIVES),
    )
    course = load_course(root).only(("autograd", "linear_regression"))
    exercises = tuple(
        msgspec.structs.replace(exercise, counterexamples=False)
        for exercise in course.exercises
    )
    course = msgspec.structs.replace(course, exercises=exercises)
    with open_judges(course, gate=gate) as opened:
        yield opened
