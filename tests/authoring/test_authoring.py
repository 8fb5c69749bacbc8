"""One source in, exercises out: stubs, releases, and what is out of date."""

from __future__ import annotations

import ast
import json
import types
from typing import TYPE_CHECKING

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring import release, stale, stub_of
from grader.authoring.release import notebook_of
from grader.course import Course, load_course
from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

# The same examples every time, and no deadline: the machine may be busy.
CALM = settings(derandomize=True, deadline=None)
SOLUTION = '''\
# %% [markdown]
# # Lines
#
# Write $\\hat y = w \\cdot x$.

# %%
import math


# %%
def forward(w, x):
    """Return w * x.

    # BEGIN SOLUTION is only text in here.
    """
    # A hint that stays.
    # BEGIN SOLUTION
    product = w * x
    return product
    # END SOLUTION


# %%
class Model:
    """A line through zero."""

    def __init__(self):
        # BEGIN SOLUTION
        self.w = 1.0
        # END SOLUTION

    def forward(self, x):
        if x is None:
            # BEGIN SOLUTION
            return None
            # END SOLUTION
        return self.w * x


# %%
# %matplotlib inline
print(math.pi)
'''
STUB = '''\
# %% [markdown]
# # Lines
#
# Write $\\hat y = w \\cdot x$.

# %%
import math


# %%
def forward(w, x):
    """Return w * x.

    # BEGIN SOLUTION is only text in here.
    """
    # A hint that stays.
    raise NotImplementedError("forward: not written yet")


# %%
class Model:
    """A line through zero."""

    def __init__(self):
        raise NotImplementedError("Model: not written yet")

    def forward(self, x):
        if x is None:
            raise NotImplementedError("Model: not written yet")
        return self.w * x


# %%
# %matplotlib inline
print(math.pi)
'''
CHECKS = '"""Visible checks."""\n\n\ndef test_it(student):\n    assert student.f()\n'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    solutions = tmp_path / "solutions"
    for name in ("lines", "curves"):
        folder = solutions / name
        folder.mkdir(parents=True)
        (folder / "solution.py").write_text(SOLUTION, encoding="utf-8")
        (folder / "test_visible.py").write_text(CHECKS, encoding="utf-8")
        (folder / "test_hidden.py").write_text("SECRET = 1\n", encoding="utf-8")
    (solutions / "course.toml").write_text(
        'title = "T"\nexercises = ["lines", "curves"]\n', encoding="utf-8"
    )
    return load_course(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_stub_has_a_hole_for_each_region_and_all_else_as_it_stood() -> None:
    assert stub_of(SOLUTION) == STUB


def test_stub_can_be_imported_and_says_what_is_not_written() -> None:
    module = types.ModuleType("stub")
    exec(compile(stub_of(SOLUTION), "stub.py", "exec"), module.__dict__)  # noqa: S102 - it is ours

    with pytest.raises(NotImplementedError, match=r"\Aforward: not written yet\Z"):
        module.forward(1, 2)
    with pytest.raises(NotImplementedError, match=r"\AModel: not written yet\Z"):
        module.Model()


def test_stub_names_the_outermost_function_for_a_region_in_a_nested_one() -> None:
    source = (
        "def outer():\n    def inner():\n        # BEGIN SOLUTION\n        pass\n"
        "        # END SOLUTION\n    return inner\n"
    )

    assert 'NotImplementedError("outer: not written yet")' in stub_of(source)


def region(body: str) -> str:
    return f"x = 1\ndef f():\n    '''Doc.'''\n{body}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (region("    # BEGIN SOLUTION\n    return 1\n"), "line 4: .*END.*below"),
        (region("    return 1\n    # END SOLUTION\n"), "line 5: .*BEGIN.*above"),
        (
            region(
                "    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n    return 1\n"
                "    # END SOLUTION\n    # END SOLUTION\n"
            ),
            r"line 5: .*line 4.*do not nest",
        ),
        (
            "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n",
            "line 1: .*not inside a function",
        ),
        (
            "class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n",
            "line 2: .*not inside a function",
        ),
        (
            "class A:\n def f(a):\n  1\n # BEGIN SOLUTION\n x = 1\n # END SOLUTION\n",
            "line 4: .*not inside a function",
        ),
        (
            "# BEGIN SOLUTION\ndef f():\n    return 1\n# END SOLUTION\n",
            "line 1: .*not inside a function",
        ),
        (
            "if x:\n  def f():\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n",
            "line 3: .*not inside a function",
        ),
        (
            region("# BEGIN SOLUTION\n    return 1\n# END SOLUTION\n"),
            "line 4: .*indentation.*Indent it by 4",
        ),
        (
            region("    # BEGIN SOLUTION\n    # END SOLUTION\n    return 1\n"),
            "line 4: there is no code in this region",
        ),
        (region("    return 1  # BEGIN SOLUTION\n"), "line 4: .*alone on its line"),
        (region("    # begin solution\n    return 1\n"), "line 4: .*alone on its line"),
        (region("    ### BEGIN SOLUTION\n    return 1\n"), "line 4: .*alone on its"),
        (region("    # BEGIN_SOLUTION\n    return 1\n"), "line 4: .*alone on its line"),
        (region("    return 1\n"), "expected at least one region"),
        (region("    return (\n"), "line 4: expected Python"),
        ("x = '\0'\n", "expected Python"),
        (
            region(
                "    if x:\n        return (\n            # BEGIN SOLUTION\n"
                "            x +\n            # END SOLUTION\n            1)\n"
            ),
            "line 6: there is no code in this region",
        ),
        (
            region(
                "    # BEGIN SOLUTION\n    if x:\n        return 1\n"
                "    # END SOLUTION\n    else:\n        return 2\n"
            ),
            "stub made from it, line 5: expected Python",
        ),
    ],
)
def test_stub_of_a_wrong_source_names_the_line(source: str, message: str) -> None:
    with pytest.raises(AuthorError, match=rf"lesson\.py.*{message}"):
        stub_of(source, "lesson.py")


def test_stub_of_a_wrong_source_reports_every_problem_at_once() -> None:
    source = (
        "# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n# END SOLUTION\n# begin solution\n"
    )

    with pytest.raises(AuthorError, match="3 problems"):
        stub_of(source)


NAME = st.sampled_from(["f", "loss", "Model", "_x"])
FILLER = st.sampled_from(
    ["", "# %% [markdown]", "# ž $x^2$", "x = '''\n# END SOLUTION\n'''", "y = 2"]
)


@CALM
@given(st.lists(st.tuples(NAME, FILLER, st.booleans()), min_size=1, max_size=6))
def test_stub_of_any_right_source_is_python_without_a_line_of_the_solution(
    pieces: list[tuple[str, str, bool]],
) -> None:
    source = "".join(
        f"{filler}\ndef {name}(a):\n    kept = a\n"
        + ("    if kept:\n    " if deep else "")
        + "    # BEGIN SOLUTION\n"
        + ("    " if deep else "")
        + "    return secret(kept)\n"
        + ("    " if deep else "")
        + "    # END SOLUTION\n"
        for name, filler, deep in pieces
    )
    stub = stub_of(source)

    ast.parse(stub)
    assert "secret" not in stub
    assert stub.count("kept = a\n") == len(pieces)
    assert stub.count(": not written yet") == len(pieces)


def test_release_writes_what_students_get_and_nothing_else(course: Course) -> None:
    written = release(course)
    files = contents(course.root / "exercises")

    assert sorted(files) == sorted(
        f"{name}/{file}"
        for name in ("lines", "curves")
        for file in (f"{name}.py", f"{name}.ipynb", "test_visible.py")
    )
    assert {p.relative_to(course.root / "exercises").as_posix() for p in written} == (
        set(files)
    )
    assert files["lines/lines.py"].decode() == STUB
    assert not any(b"SECRET" in data or b"product" in data for data in files.values())


def test_release_marks_the_visible_checks_as_generated(course: Course) -> None:
    release(course)
    text = (course.root / "exercises/lines/test_visible.py").read_text("utf-8")

    assert text.splitlines()[0].startswith("# Generated")
    assert text.split("\n", 1)[1] == CHECKS
    assert ast.get_docstring(ast.parse(text)) == "Visible checks."


def test_release_makes_a_valid_notebook_of_the_stub(course: Course) -> None:
    release(course)
    path = course.root / "exercises/lines/lines.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]

    nbformat.validate(notebook)
    assert [cell["id"] for cell in cells] == [f"cell-{n}" for n in range(1, 6)]
    assert [cell["cell_type"] for cell in cells] == ["markdown", *["code"] * 4]
    assert "".join(cells[0]["source"]) == "# Lines\n\nWrite $\\hat y = w \\cdot x$."
    assert "".join(cells[2]["source"]) in STUB
    assert "".join(cells[4]["source"]) == "%matplotlib inline\nprint(math.pi)"
    assert all(cell.get("outputs", []) == [] for cell in cells)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert "jupytext" not in notebook["metadata"]


def test_release_reads_windows_line_ends_as_plain_ones(course: Course) -> None:
    solution = course.exercises[0].solution
    assert solution is not None
    release(course)
    before = contents(course.root / "exercises")
    solution.write_bytes(b"\xef\xbb\xbf" + SOLUTION.replace("\n", "\r\n").encode())

    assert release(course) == ()
    assert contents(course.root / "exercises") == before


def test_release_again_changes_nothing(course: Course) -> None:
    release(course)
    path = course.root / "exercises/lines/lines.ipynb"
    before = path.stat()

    assert release(course) == ()
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_release_writes_only_what_differs(course: Course) -> None:
    release(course)
    edited = course.root / "exercises/curves/curves.py"
    edited.write_text("# mine\n", encoding="utf-8")

    assert release(course) == (edited,)
    assert edited.read_text("utf-8") == STUB


def test_release_writes_nothing_when_one_solution_is_wrong(course: Course) -> None:
    for exercise in course.exercises:
        assert exercise.solution is not None
        exercise.solution.write_text("x = 1\n", encoding="utf-8")

    with pytest.raises(AuthorError, match=r"(?s)2 problems.*lines.*curves"):
        release(course)
    assert not (course.root / "exercises").exists()


def test_release_refuses_a_source_that_is_not_utf_8(course: Course) -> None:
    course.exercises[0].visible_checks.write_bytes(b"# \xff\n")

    with pytest.raises(AuthorError, match=r"visible\.py: expected Python in UTF-8"):
        release(course)


def test_release_refuses_a_folder_in_the_place_of_a_file(course: Course) -> None:
    (course.root / "exercises/lines/lines.py").mkdir(parents=True)

    with pytest.raises(AuthorError, match=r"lines\.py: expected a file, got a folder"):
        release(course)


def test_notebook_of_a_stub_with_a_wrong_header_is_the_authors_error() -> None:
    header = "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n"

    with pytest.raises(AuthorError, match="expected a header that describes"):
        notebook_of(header + STUB)


def test_notebook_of_a_stub_with_a_header_is_the_one_without() -> None:
    header = (
        "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n"
        "#       format_name: percent\n# ---\n\n"
    )

    assert notebook_of(header + STUB) == notebook_of(STUB)


def test_stale_names_every_file_before_the_first_release(course: Course) -> None:
    messages = stale(course)

    assert len(messages) == 6
    assert all("it is missing. Run `grader release`." in line for line in messages)


def test_stale_is_empty_after_a_release(course: Course) -> None:
    release(course)
    cache = course.root / "exercises/lines/__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"")
    (course.root / "exercises/.ipynb_checkpoints").mkdir()
    (course.root / "exercises/.ipynb_checkpoints/a.ipynb").write_bytes(b"")

    assert stale(course) == ()


def test_stale_names_what_differs_is_missing_or_should_not_be_there(
    course: Course,
) -> None:
    release(course)
    folder = course.root / "exercises"
    (folder / "lines/lines.py").write_text("# mine\n", encoding="utf-8")
    (folder / "lines/test_visible.py").unlink()
    (folder / "lines/solution.py").write_text("leak\n", encoding="utf-8")
    (folder / "old").mkdir()
    (folder / "old/old.py").write_text("\n", encoding="utf-8")
    messages = stale(course)

    assert len(messages) == 4
    assert "lines.py: it is out of date. Run `grader release`." in messages[0]
    assert "test_visible.py: it is missing." in messages[1]
    assert "lines/solution.py: `grader release` does not make" in messages[2]
    assert "old/old.py: `grader release` does not make" in messages[3]
