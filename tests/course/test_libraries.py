"""The libraries that a course promises are there, and the handout names them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from grader.authoring.release import notebook_of, with_promise
from grader.course.libraries import BARS, USUAL, library_problems, modules_of
from grader.sandbox.zygote.libraries import STUDENT_NEEDS

PROMISE = "You may import Python's standard library, tqdm and pandas. "


def test_modules_of_a_library_are_found_by_the_name_that_pip_knows() -> None:
    assert modules_of(["MsgSpec", "landlockpy"]) == ("landlockpy", "msgspec")
    assert "PIL" in modules_of(["pillow"])
    assert modules_of([]) == modules_of(["not-there"]) == ()


def test_what_any_program_may_import_is_not_imported_for_a_course() -> None:
    assert modules_of([*USUAL, *BARS]) == ()
    assert USUAL == STUDENT_NEEDS
    assert list(library_problems(BARS, Path("course.toml"))) == []


def test_library_that_is_not_there_is_a_problem() -> None:
    (said,) = library_problems(("numpy", "nunpy"), Path("course.toml"))

    assert said == (
        "course.toml: libraries: `nunpy` is not installed here. Did you mean `numpy`? "
        "Install it where you grade, or take it from the list."
    )
    assert importlib.util.find_spec("numpy") is not None


@pytest.mark.parametrize(
    "stub",
    [
        "# %% [markdown]\n# # Part 4\n#\n# Text.\n\n# %%\nimport torch\n",
        "# %%\nimport torch\n",
        "import torch\n# %% [markdown]\n# Below.\n# %%\nx = 1\n",
        '"""Text."""\nimport torch\n',
    ],
)
def test_stub_says_what_may_be_imported(stub: str) -> None:
    promised = with_promise(stub, ("tqdm", "pandas"))
    code = [line for line in promised.splitlines() if line and line[0] != "#"]
    cells = json.loads(notebook_of(promised))["cells"]
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]

    assert code == [line for line in stub.splitlines() if line and line[0] != "#"]
    assert sum(PROMISE in text.replace("\n", " ") for text in texts) == 1
