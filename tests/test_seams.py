"""Another package adds a layout and a policy as it adds a format: by an entry point."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hand_ins import IDS, put
from helpers import ROOT
from policies.results import exercise, submission

from grader.errors import AuthorError, OperatorError
from grader.intake import IntakeOptions, find_work, layouts
from grader.policies import Circumstances, adjusted, own, own_policies

if TYPE_CHECKING:
    from pathlib import Path

THEIRS = """\
from grader.intake.trees import HandIn
from grader.model import Adjustment

class Ilias:
    name = "ilias"
    mark = "folders named exercise--student"
    about = frozenset({"index.html"})

    def recognises(self, tree):
        return all("--" in found.name for found in tree.folders)

    def hand_ins(self, tree):
        for found in tree.folders:
            yield HandIn(found.name.split("--")[1], found)

LAYOUT = Ilias()

def thanks(submission, circumstances):
    first = submission.exercises[0]
    return (Adjustment(0.5, "Thank you.", "thanks", first.exercise),)
"""


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the entry points of a package that is there."""
    packages = tmp_path / "packages"
    told = put(
        packages, "kind_package-1.0.dist-info/METADATA", "Name: kind_package\n"
    ).with_name("entry_points.txt")
    put(packages, "kind_package.py", THEIRS)
    told.write_text(
        f"[{layouts.GROUP}]\nilias = kind_package:LAYOUT\nlost = kind_package:missing\n"
        f"[{own.GROUP}]\nthanks = kind_package:thanks\n"
    )
    monkeypatch.syspath_prepend(packages)
    return told


def test_the_package_declares_the_same_layouts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["entry-points"][layouts.GROUP] == layouts.OURS


def test_layout_of_another_package_is_recognised_like_ours(
    theirs: Path, tmp_path: Path
) -> None:
    theirs.write_text(f"[{layouts.GROUP}]\nilias = kind_package:LAYOUT\n")
    put(tmp_path, "in/hw--ann/autograd.py")
    put(tmp_path, "in/hw--bo/backprop.py")
    put(tmp_path, "in/index.html", "about all of them")
    intake = find_work([tmp_path / "in"], IDS)

    assert intake.layout == "ilias: folders named exercise--student"
    assert {w.student for w in intake.work if w.program} == {"ann", "bo"}
    assert intake.left == ()


@pytest.mark.usefixtures("theirs")
def test_layout_that_is_broken_is_named(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py")

    with pytest.raises(OperatorError, match="layout lost: kind_package:missing cannot"):
        find_work([tmp_path / "in"], IDS, options=IntakeOptions(layout="lost"))


@pytest.mark.usefixtures("theirs")
def test_policy_of_another_package_adjusts_like_ours() -> None:
    given = submission(exercise("autograd", 5, 3))
    found = adjusted(given, Circumstances(), own_policies())

    assert found.score == given.score + 0.5
    assert found.exercises[0].adjustments[0].reason == "Thank you."


def test_policy_that_is_broken_is_named(theirs: Path) -> None:
    theirs.write_text(f"[{own.GROUP}]\nrude = kind_package:missing\n")

    with pytest.raises(AuthorError, match="policy rude: expected kind_package:missing"):
        own_policies()
