"""A release: what students get, what is out of date, and what is in the way."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import nbformat
import pytest

from grader.authoring import plan_of
from grader.authoring import release as write
from grader.course import Course, load_course
from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

SOLUTION = '''\
# %% [markdown]
# # Lines
#
# Write $\\hat y = w \\cdot x$.

# %%
import math


# %%
def forward(w, x):
    """Return w * x."""
    # BEGIN SOLUTION
    product = w * x
    return product
    # END SOLUTION


# %%
# %matplotlib inline
print(math.pi)
'''
STUB = SOLUTION.replace(
    "    # BEGIN SOLUTION\n    product = w * x\n    return product\n"
    "    # END SOLUTION\n",
    '    raise NotImplementedError("forward: not written yet")\n',
)
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


def release(course: Course, *, force: bool = False) -> tuple[Path, ...]:
    return write(plan_of(course), force=force)


def stale(course: Course) -> tuple[str, ...]:
    return plan_of(course).stale


def test_release_writes_what_students_get_and_nothing_else(course: Course) -> None:
    written = release(course)
    files = contents(course.root / "exercises")

    assert sorted(files) == sorted(
        f"{name}/{file}"
        for name in ("lines", "curves")
        for file in (f"{name}.py", f"{name}.ipynb", "test_visible.py")
    )
    assert {path.relative_to(course.root).as_posix() for path in written} == {
        *(f"exercises/{name}" for name in files),
        "solutions/released.json",
    }
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
    assert [cell["id"] for cell in cells] == [f"cell-{n}" for n in range(1, 5)]
    assert [cell["cell_type"] for cell in cells] == ["markdown", *["code"] * 3]
    assert "".join(cells[0]["source"]) == "# Lines\n\nWrite $\\hat y = w \\cdot x$."
    assert "".join(cells[2]["source"]) in STUB
    assert "".join(cells[3]["source"]) == "%matplotlib inline\nprint(math.pi)"
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
    first = course.exercises[0].solution
    assert first is not None
    first.write_text(SOLUTION.replace("Lines", "Straight lines"), encoding="utf-8")
    written = {path.name for path in release(course)}

    assert written == {"lines.py", "lines.ipynb", "released.json"}
    assert stale(course) == ()


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("name", ["lines.py", "lines.ipynb", "test_visible.py"])
def test_release_overwrites_nothing_that_was_changed_by_hand(
    course: Course, name: str, *, recorded: bool
) -> None:
    release(course)
    edited = course.root / "exercises/lines" / name
    edited.write_text("# mine\n", encoding="utf-8")
    if recorded:
        other = course.exercises[1].visible_checks
        other.write_text(CHECKS + "# more\n", encoding="utf-8")
    else:
        (course.root / "solutions/released.json").unlink()
    plan = plan_of(course)

    assert write(plan) == ()
    assert edited.read_text("utf-8") == "# mine\n"
    (message,) = plan.in_the_way
    assert message.startswith(f"{edited}: this is not what a release wrote.")
    assert "`grader release --force`" in message
    assert message in plan.stale
    assert edited in release(course, force=True)
    assert stale(course) == ()


def test_release_takes_up_what_is_as_it_would_write_it(course: Course) -> None:
    release(course)
    record = course.root / "solutions/released.json"
    record.unlink()

    assert release(course) == (record,)


def test_release_removes_what_an_earlier_one_wrote_for_an_exercise_that_is_gone(
    course: Course,
) -> None:
    release(course)
    fewer = course.only(("lines",))
    mine = course.root / "exercises/curves/curves.py"
    stub = mine.read_text("utf-8")
    mine.write_text("# mine\n", encoding="utf-8")
    removed = {path.name for path in release(fewer)}

    assert removed == {"curves.ipynb", "test_visible.py", "released.json"}
    assert stale(fewer) == (
        f"{mine}: `grader release` does not make this file. Move it away.",
    )
    release(course, force=True)
    assert mine.read_text("utf-8") == stub
    assert mine in release(fewer)
    assert not mine.parent.exists()


def test_release_into_two_folders_is_the_same_to_the_byte(
    course: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    for path in (course.root / "solutions").rglob("*"):
        copy = other / path.relative_to(course.root)
        if path.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    release(course)
    release(load_course(other))

    assert contents(course.root) == contents(other)


@pytest.mark.parametrize(
    ("where", "line", "told"),
    [
        ("solution.py", "\n# product = w * x * x\n", "lines/lines.py, line 20: "),
        ("solution.py", "\n# %% [markdown]\n# So  product=w*x*x.\n", "lines.py, line"),
        ("test_visible.py", "ANSWER = 'product = w * x * x'\n", "visible.py, line 7: "),
        ("test_visible.py", "# Ask Ann for the key 1234.\n", "visible.py, line 7: "),
    ],
)
def test_release_refuses_to_give_away_what_is_marked(
    course: Course, where: str, line: str, told: str
) -> None:
    path = course.root / "solutions/lines" / where
    secret = SOLUTION.replace("product = w * x", "product = w * x * x")
    secret += "# BEGIN HIDDEN\n# Ask Ann for the key 1234.\n# END HIDDEN\n"
    (course.root / "solutions/lines/solution.py").write_text(secret, encoding="utf-8")
    path.write_text(path.read_text("utf-8") + line, encoding="utf-8")

    with pytest.raises(AuthorError, match="students would read line") as refused:
        release(course)
    assert told in str(refused.value)
    assert str(refused.value).count("students would read") == 1
    assert not (course.root / "exercises").exists()


def test_release_lets_a_line_stand_that_is_marked_as_public(course: Course) -> None:
    line = "product = w * x * x"
    secret = SOLUTION.replace("product = w * x", f"{line}  # PUBLIC")
    solution = course.root / "solutions/lines/solution.py"
    solution.write_text(f"{secret}\n# {line}\n", encoding="utf-8")

    assert release(course)
    assert line in (course.root / "exercises/lines/lines.py").read_text("utf-8")


def test_release_lets_a_line_of_code_stand_that_is_given_elsewhere(
    course: Course,
) -> None:
    given = "\n\n# %%\ndef double(w, x):\n    product = 2 * w * x\n    return product\n"
    secret = SOLUTION.replace("product = w * x", "product = 2 * w * x")
    solution = course.root / "solutions/lines/solution.py"
    solution.write_text(secret + given, encoding="utf-8")

    assert release(course)


def test_release_says_what_to_do_about_a_broken_record(course: Course) -> None:
    (course.root / "solutions/released.json").write_text("{", encoding="utf-8")

    with pytest.raises(AuthorError, match=r"released\.json: .* Delete the file"):
        release(course)


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


def test_stale_names_every_file_before_the_first_release(course: Course) -> None:
    messages = stale(course)

    assert len(messages) == 7
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
    course.exercises[0].visible_checks.write_text(CHECKS + "#\n", encoding="utf-8")
    (folder / "curves/test_visible.py").unlink()
    (folder / "lines/solution.py").write_text("leak\n", encoding="utf-8")
    (folder / "old").mkdir()
    (folder / "old/old.py").write_text("\n", encoding="utf-8")
    messages = stale(course)

    assert len(messages) == 5
    assert "lines/test_visible.py: it is out of date. Run `grader rel" in messages[0]
    assert "curves/test_visible.py: it is missing." in messages[1]
    assert "released.json: it is out of date." in messages[2]
    assert "lines/solution.py: `grader release` does not make" in messages[3]
    assert "old/old.py: `grader release` does not make" in messages[4]
