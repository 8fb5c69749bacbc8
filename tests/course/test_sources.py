"""A solution may be a script or a notebook: what is made of it is the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT

from grader.authoring import plan_of
from grader.authoring.notebook import notebook_of
from grader.authoring.starting import new_course
from grader.course import load_course
from grader.course.sources import source_of
from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

SCRIPTS = sorted(ROOT.glob("solutions/*/solution.py"))


def as_notebook(script: Path) -> Path:
    """Write a solution as a notebook in the script's place."""
    notebook = script.with_suffix(".ipynb")
    notebook.write_text(notebook_of(script.read_text("utf-8")), encoding="utf-8")
    script.unlink()
    return notebook


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_solution_survives_the_way_there_and_back(script: Path, tmp_path: Path) -> None:
    notebook = tmp_path / "solution.ipynb"
    notebook.write_text(notebook_of(script.read_text("utf-8")), encoding="utf-8")

    assert source_of(notebook) == source_of(script)
    assert notebook_of(source_of(notebook)) == notebook.read_text("utf-8")


def test_release_is_the_same_from_a_notebook(tmp_path: Path) -> None:
    new_course(tmp_path, "loss")
    script = plan_of(load_course(tmp_path)).files
    as_notebook(tmp_path / "solutions/loss/solution.py")

    assert plan_of(load_course(tmp_path)).files == script


def test_outputs_of_a_notebook_are_not_handed_out(tmp_path: Path) -> None:
    new_course(tmp_path, "loss")
    before = plan_of(load_course(tmp_path)).files
    path = as_notebook(tmp_path / "solutions/loss/solution.py")
    notebook = json.loads(path.read_text("utf-8"))
    notebook["metadata"] = {"kernelspec": {"name": "mine", "display_name": "Mine"}}
    for cell in notebook["cells"]:
        cell["metadata"] = {"tags": ["secret"], **cell["metadata"]}
        if cell["cell_type"] == "code":
            shown = {"output_type": "stream", "name": "stdout", "text": "13"}
            cell["outputs"], cell["execution_count"] = [shown], 7
    path.write_text(json.dumps(notebook), encoding="utf-8")

    assert plan_of(load_course(tmp_path)).files == before


def test_exercise_has_one_solution(tmp_path: Path) -> None:
    new_course(tmp_path, "loss")
    script = tmp_path / "solutions/loss/solution.py"
    text = script.read_text("utf-8")
    as_notebook(script)
    script.write_text(text, encoding="utf-8")

    with pytest.raises(AuthorError, match=r"loss: .*found both\. Keep one of them"):
        load_course(tmp_path)
    script.unlink()
    script.with_suffix(".ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(AuthorError, match=r"solution\.ipynb: expected a notebook"):
        plan_of(load_course(tmp_path))
    script.with_suffix(".ipynb").unlink()
    with pytest.raises(AuthorError, match=r"loss: .*found neither"):
        load_course(tmp_path)
