"""A new course and a new exercise work as they stand."""

from __future__ import annotations

import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from helpers import Counting

from grader.authoring import plan_of, release
from grader.authoring.proving import prove_with
from grader.authoring.starting import FIRST, new_course, new_exercise
from grader.cli import cli
from grader.course import load_course
from grader.errors import AuthorError, UsageError
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate


def test_new_course_holds_every_promise(tmp_path: Path, gate: Gate) -> None:
    new_course(tmp_path / "deep learning", "loss")
    course = load_course(tmp_path / "deep learning")
    with open_judges(course, gate=gate) as judges:
        proof = prove_with(judges, course, 1, Counting(), flaky_draws=2)

    assert [broken.message for broken in proof.exercises[0].broken] == []
    assert proof.exercises[0].questions == ()
    assert course.title == "Deep learning"


def test_sample_is_removed_as_a_new_course_says(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["new", str(tmp_path), "--exercise", "mine"]).stderr
    release(plan_of(load_course(tmp_path)))
    CliRunner().invoke(cli, ["new", "--exercise", "own", "--course", str(tmp_path)])
    shutil.rmtree(tmp_path / "solutions/mine")
    table = tmp_path / "solutions/course.toml"
    text = table.read_text("utf-8").replace('"mine", ', "")
    before, own, after = text.partition("[exercise.own]")
    table.write_text(before.split("[exercise.mine]")[0] + own + after, "utf-8")
    course = load_course(tmp_path)
    release(plan_of(course))

    for part in (
        "solutions/mine,",
        "`exercises` of solutions/course",
        "[exercise.mine]",
    ):
        assert part in told
    assert course.ids == ("own",)
    assert list((tmp_path / "exercises").rglob("mine.py")) == []


def test_new_exercise_is_added_to_the_course(tmp_path: Path) -> None:
    written = new_course(tmp_path)
    table = tmp_path / "solutions/course.toml"
    before = table.read_text("utf-8")
    new_exercise(tmp_path, "self_attention")
    course = load_course(tmp_path)

    assert {path.name for path in written} >= {"course.yml", ".gitlab-ci.yml"}
    assert course.ids == (FIRST, "self_attention")
    assert course.exercises[1].title == "Self attention"
    assert set(before.splitlines()) - set(table.read_text("utf-8").splitlines()) == {
        f'exercises = ["{FIRST}"]'
    }
    assert any(path.name == "self_attention.ipynb" for path in plan_of(course).outdated)


@pytest.mark.parametrize(
    "ids",
    [
        '["a"]',
        '["a",]',
        '[\n    "a",\n]',
        '[\n    "a", # first\n]',
        '["a"] # all',
        "['a']",
    ],
)
def test_new_exercise_keeps_the_form_of_the_list(tmp_path: Path, ids: str) -> None:
    new_course(tmp_path, "a")
    table = tmp_path / "solutions/course.toml"
    text = table.read_text("utf-8").replace('["a"]', ids)
    table.write_text(f"# mine\n{text}", encoding="utf-8")
    new_exercise(tmp_path, "b")
    after = table.read_text("utf-8")

    assert tomllib.loads(after)["exercises"] == ["a", "b"]
    assert after.startswith("# mine\n")
    assert ids.count("\n") + 1 >= ids.count("# ")
    assert after.count("# first") == ids.count("# first")


def test_new_exercise_does_not_guess_at_a_list_in_another_form(tmp_path: Path) -> None:
    new_course(tmp_path, "a")
    table = tmp_path / "solutions/course.toml"
    text = table.read_text("utf-8").replace("exercises =", '"exercises" =')
    table.write_text(text, encoding="utf-8")

    with pytest.raises(AuthorError, match=r"Add 'b' to it by hand, .*\['a', 'b'\]"):
        new_exercise(tmp_path, "b")
    assert not (tmp_path / "solutions/b").exists()


@pytest.mark.parametrize(
    ("exercise", "told"),
    [
        ("Self-Attention", "Did you mean `self_attention`?"),
        ("2d", "lower-case letters"),
        ("lambda", "lower-case letters"),
        ("../x", "lower-case letters"),
        (FIRST, "has an exercise of that name"),
        ("taken", "taken/solution.py: it is there already, and nothing was written"),
    ],
)
def test_new_exercise_refuses_what_is_no_new_id(
    tmp_path: Path, exercise: str, told: str
) -> None:
    new_course(tmp_path)
    (tmp_path / "solutions/taken").mkdir()
    (tmp_path / "solutions/taken/solution.py").write_text("mine")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(UsageError) as refused:
        new_exercise(tmp_path, exercise)
    assert told in str(refused.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_new_course_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine")

    with pytest.raises(UsageError, match=r"\.gitignore: it is there already"):
        new_course(tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / ".gitignore"]
    (tmp_path / ".gitignore").unlink()
    new_course(tmp_path)
    with pytest.raises(UsageError, match="there is a course already"):
        new_course(tmp_path)


def test_new_says_what_comes_next(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["new", str(tmp_path), "--exercise", "attention"])
    wrong = CliRunner().invoke(cli, ["new"])

    assert done.exit_code == 0
    assert f"wrote {tmp_path}/solutions/attention/test_hidden.py" in done.stdout
    assert f"next: cd {tmp_path}; grader prove attention" in done.stderr
    assert isinstance(wrong.exception, UsageError)
