"""Makes a course or an exercise that proves, releases and grades as it stands."""

from __future__ import annotations

import keyword
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from grader.course import COURSE_FILE, load_course
from grader.errors import AuthorError, UsageError
from grader.files import write_or_tell
from grader.text import number

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "squared_error"
POINTS = 3
_TEMPLATES = resources.files("grader.authoring") / "templates"
_EXERCISE = (
    "solution.py",
    "test_visible.py",
    "test_hidden.py",
    "mistakes.py",
    "alternatives.py",
)
_COURSE = {
    "github.yml": ".github/workflows/course.yml",
    "gitlab.yml": ".gitlab-ci.yml",
    "gitignore": ".gitignore",
}
_ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_NO_WORD, _BETWEEN = re.compile(r"\W+"), re.compile(r"[\W_]+")
_LIST = re.compile(r"^exercises\s*=\s*\[(?P<ids>[^\]]*)\]", re.MULTILINE)


def new_course(root: Path, exercise: str = FIRST) -> tuple[Path, ...]:
    """Write a course with one exercise into a folder, and return the files.

    Raises:
        UsageError: there is a course already, or a file of another's in the way, or the
            exercise's id is none.
        OperatorError: a file cannot be written.
    """
    table = root / "solutions" / COURSE_FILE
    if table.exists():
        raise UsageError(
            f"{root}: there is a course already. Add an exercise to it with `grader "
            f"new --exercise ID`."
        )
    others = {root / path: _template(name) for name, path in _COURSE.items()}
    _refuse_to_overwrite(others)
    files = {name: _filled(name, exercise) for name in _EXERCISE}
    return add_exercise(root, exercise, files, POINTS, ["torch"]) + _written(others)


def new_exercise(root: Path, exercise: str) -> tuple[Path, ...]:
    """Add an exercise to a course, and return the files that were written.

    Raises:
        UsageError: there is no course, or such an exercise already, or the id is none.
        AuthorError: the course is wrong.
        OperatorError: a file cannot be written.
    """
    load_course(root)
    files = {name: _filled(name, exercise) for name in _EXERCISE}
    return add_exercise(root, exercise, files, POINTS, [])


def add_exercise(
    root: Path, exercise: str, files: dict[str, str], points: float, preload: list[str]
) -> tuple[Path, ...]:
    """Add an exercise whose files are given, also to a folder without a course.

    Args:
        root: the course's folder.
        exercise: its id.
        files: its files, by name.
        points: what it is worth.
        preload: what a new course imports beforehand.

    Raises:
        UsageError, AuthorError, OperatorError: as `new_exercise`.
    """
    table = root / "solutions" / COURSE_FILE
    entry = _entry(_checked(exercise), points)
    if table.exists():
        if exercise in load_course(root).ids:
            raise _taken(exercise)
        text = _listed(table, exercise) + entry
    else:
        title = _quoted(_words(root.absolute().name))
        text = f"title = {title}\nexercises = [{_quoted(exercise)}]\n"
        text += f"preload = [{', '.join(map(_quoted, preload))}]\n{entry}"
    own = {root / "solutions" / exercise / name: made for name, made in files.items()}
    _refuse_to_overwrite(own)
    return _written({table: text}, anew=False) + _written(own)


def _taken(exercise: str) -> UsageError:
    return UsageError(
        f"{exercise}: this course has an exercise of that name. Choose another id."
    )


def _checked(exercise: str) -> str:
    if _ID.match(exercise) and not keyword.iskeyword(exercise):
        return exercise
    near = _NO_WORD.sub("_", exercise.lower()).strip("_")
    hint = f" Did you mean `{near}`?" if _ID.match(near) and near != exercise else ""
    raise UsageError(
        f"{exercise}: an exercise's id has lower-case letters, digits and underscores, "
        f"as in a file's name.{hint}"
    )


def _filled(name: str, exercise: str) -> str:
    return _template(f"{name}.txt").replace("TITLE", _words(exercise))


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _entry(exercise: str, points: float) -> str:
    title = _quoted(_words(exercise))
    worth = number(points, 6)
    return f"\n[exercise.{exercise}]\ntitle = {title}\npoints = {worth}\n"


def _listed(table: Path, exercise: str) -> str:
    """Return the text of a course's file with one more exercise in its list."""
    text = table.read_text(encoding="utf-8")
    found = _LIST.search(text)
    before = tomllib.loads(text)["exercises"]
    if found is not None:
        ids = found["ids"].rstrip()
        comma = "" if ids.endswith(",") or not ids.strip() else ","
        gap = "\n    " if "\n" in found["ids"] else " "
        new = f"{ids}{comma}{gap}{_quoted(exercise)}{found['ids'][len(ids) :]}"
        changed = text[: found.start("ids")] + new + text[found.end("ids") :]
        if _exercises_in(changed) == [*before, exercise]:
            return changed.rstrip("\n") + "\n"
    raise AuthorError(
        f"{table}: the list `exercises` is not written in a form that can be added to. "
        f"Add {exercise!r} to it by hand, as in exercises = "
        f"{[*before, exercise]!r}."
    )


def _exercises_in(text: str) -> object:
    try:
        return tomllib.loads(text).get("exercises")
    except tomllib.TOMLDecodeError:
        return None


def _refuse_to_overwrite(files: dict[Path, str]) -> None:
    there = [path for path in files if path.exists()]
    if there:
        raise UsageError(
            f"{there[0]}: it is there already, and nothing was written. Move it away, "
            f"or choose another name."
        )


def _written(files: dict[Path, str], *, anew: bool = True) -> tuple[Path, ...]:
    """Write files, none of which is there yet, and return them."""
    if anew:
        _refuse_to_overwrite(files)
    for path, text in files.items():
        write_or_tell(path, text.encode(), "Make its folder writable.")
    return tuple(files)


def _words(name: str) -> str:
    """Return a name as a title: `linear_regression` is Linear regression."""
    text = _BETWEEN.sub(" ", name).strip()
    return text[:1].upper() + text[1:] or "Course"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
