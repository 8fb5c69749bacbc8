"""The command line: every verb, every exit code, every error in one plain message."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_judges import DOUBLE, FakeJudges
from helpers import ROOT, SMALL_HIDDEN, SMALL_VISIBLE, a_verdict, descendants
from typed import typed

from grader.cli import _guarded
from grader.cli.commands import COMMANDS, load
from grader.judging import session
from grader.model import Finding, Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.model import Verdict, Work
    from grader.sandbox.host.gate import Gate

HELP_VERBS = [
    *("grade", "check", "new", "prove", "preview", "release", "replay", "report"),
    "submit-file",
]


def run(
    *words: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=cwd,
        env=env,
    )


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch) -> FakeJudges:
    """Return the judges that `grader check` finds in place of its own."""
    fake = FakeJudges(checks={"double": DOUBLE[:1]})
    monkeypatch.setattr(session, "open_judges", fake.open)
    return fake


@pytest.fixture(scope="module")
def released_once(make_course: Callable[..., Course]) -> Path:
    root = make_course(
        solution=(
            "# %%\ndef double(x):\n    # BEGIN SOLUTION\n    return 2 * x\n"
            "    # END SOLUTION\n"
        )
    ).root
    assert typed("release", "--no-proof", "--course", root).returncode == 0
    return root


@pytest.fixture
def released(released_once: Path, tmp_path: Path) -> Path:
    """Return a small course's root, with its exercises made."""
    return shutil.copytree(released_once, tmp_path / "course")


@pytest.mark.parametrize("verb", HELP_VERBS)
def test_help_of_each_verb_shows_an_example(verb: str) -> None:
    done = typed(verb, "--help")

    assert done.returncode == 0
    assert f"grader {verb} " in re.split("Examples?:", done.stdout)[1]


def test_version_is_told() -> None:
    assert run("--version").stdout.startswith("grader, version ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["grade"], "Missing argument"),
        (["grade", "nowhere"], "expected a course"),
        (["frobnicate"], "No such command"),
        (["grade", "x", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["grade", "x", "--format", "jsn"], "Did you mean"),
        (["check", "nowhere.py"], "nowhere.py: expected a file, found none"),
        (["release"], "expected a course"),
    ],
)
def test_wrong_use_is_exit_2_and_one_plain_message(
    tmp_path: Path, words: list[str], message: str
) -> None:
    done = typed(*words, cwd=tmp_path)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_message_about_a_hostile_path_does_nothing_to_a_terminal(
    tmp_path: Path,
) -> None:
    (tmp_path / "a\x1b]0;title\x07b\x1b[2J\u202ec").mkdir()
    done = typed("grade", *tmp_path.iterdir(), "--course", ROOT, cwd=tmp_path)

    assert done.returncode == 2
    assert "abc: expected a folder per student in it, found nothing" in done.stderr
    assert not set("\x1b\x07\u202e") & set(done.stderr)


def test_no_line_that_is_printed_is_a_command_to_a_log() -> None:
    raw = io.BytesIO()
    stream = _guarded(io.TextIOWrapper(raw, "ascii", "strict"))
    stream.write("::error title=x\n  ::stop-commands::y\nZoë ##[\x1b]0;t\x07group]\n")
    stream.flush()

    printed = raw.getvalue().decode().splitlines()
    assert printed == [": :error title=x", "  : :stop-commands::y", "Zo? # #[group]"]


def test_paths_that_are_no_text_are_graded_and_checked(
    released: Path, gate: Gate
) -> None:
    odd = released.with_name(os.fsdecode(b"\xff") + released.name)
    released.rename(odd)
    work = odd / os.fsdecode(b"in/ad\xffa/double.py")
    work.parent.mkdir(parents=True)
    work.write_text("def double(x): return 2 * x\n")
    options = ["--course", odd, "--out", odd / "out"]
    locale = os.environ | {"LC_ALL": "C"}
    graded = run("grade", odd / "in", *options, "--sandbox", "none", env=locale)
    checked = typed("check", work, "--course", odd, gate=gate, own=True)

    assert (graded.returncode, checked.returncode) == (0, 0), graded.stderr
    assert "10 / 10" in graded.stdout


def test_scores_that_are_not_final_are_written_and_exit_2(
    released: Path, gate: Gate
) -> None:
    hidden = released / "solutions" / "double" / "test_hidden.py"
    hidden.write_text(SMALL_HIDDEN.replace("draw.real", "draw.unreal"))
    work = released / "in" / "ada" / "double.py"
    work.parent.mkdir(parents=True)
    work.write_text("def double(x): return 2 * x\n")
    out = released / "out"
    where = ["--course", released, "--out", out]
    done = typed("grade", released / "in", *where, gate=gate)

    assert done.returncode == 2
    assert "not final" in done.stdout
    assert (out / "grades.csv").is_file()


@pytest.mark.parametrize("folder", ["double (1)", "week3", "Ohne Titel"])
@pytest.mark.parametrize("name", ["double.py", "double (1).ipynb"])
@pytest.mark.usefixtures("judges")
def test_check_knows_the_exercise_by_the_files_name(
    released: Path, tmp_path: Path, folder: str, name: str
) -> None:
    shutil.copytree(released / "exercises" / "double", tmp_path / folder)
    work = tmp_path / folder / name
    work.write_text("def double(x): return 2 * x\n")
    done = typed("check", work)

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 1 checks passed" in done.stdout


def test_check_passes_right_work_without_the_solutions(tmp_path: Path) -> None:
    mine = tmp_path / "exercises" / "double"
    mine.mkdir(parents=True)
    (mine / "test_visible.py").write_text(SMALL_VISIBLE)
    (mine / "double.py").write_text("def double(x): return 2 * x")
    done = typed("check", "double.py", cwd=mine)

    assert done.returncode == 0, done.stderr
    assert "1 of 1 checks passed" in done.stdout


def test_check_tells_the_failing_check_first_in_plain_words(
    judges: FakeJudges, released: Path
) -> None:
    def answer(_: Work) -> Verdict:
        said = (Said(Role.SAW, "`double` gave 6, expected 14."),)
        return a_verdict(
            Finding(DOUBLE[0].name, Outcome.PASSED),
            Finding("test_double_of_seven", Outcome.FAILED, said),
        )

    seven = msgspec.structs.replace(
        DOUBLE[0], name="test_double_of_seven", title="double(7) is 14."
    )
    judges.answer, judges.checks = answer, {"double": (DOUBLE[0], seven)}
    done = typed("check", released / "exercises" / "double" / "double.py")
    lines = done.stdout.splitlines()

    assert done.returncode == 1
    assert "1 of 2 checks passed" in lines[0]
    assert "double(7) is 14." in lines[1]
    assert "gave 6, expected 14" in lines[2]
    assert "double(3) is 6." not in done.stdout


def checkers_below(pid: int) -> set[int]:
    """Return the checker processes of a command."""
    return {
        below
        for below in descendants(pid)
        if b"grader.judging.checker" in Path(f"/proc/{below}/cmdline").read_bytes()
    }


def test_watch_answers_each_save_with_the_same_checker(released: Path) -> None:
    mine = released / "exercises" / "double" / "double.py"
    # A program is wrong if it finds something of an earlier one in its process.
    right = (
        "import builtins\nbuiltins.runs = runs = getattr(builtins, 'runs', 0) + 1\n"
        "def double(x): return 2 * x if runs == 1 else None\n"
    )
    mine.write_text(right)
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "check", "--watch", str(mine)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    answers = (line for line in process.stdout if "checks passed" in line)
    try:
        assert "1 of 1 checks passed" in next(answers)
        checkers = checkers_below(process.pid)
        for save in range(4):
            good = save % 2
            mine.write_text(f"{right}# {save}" if good else f"helper = {save}\n")

            assert f"{good} of 1 checks passed" in next(answers)
        assert checkers_below(process.pid) == checkers
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert process.returncode == 130
    assert len(checkers) == 1


def test_check_of_the_stub_says_that_it_is_not_written_yet(
    released: Path, gate: Gate
) -> None:
    stub = released / "exercises" / "double" / "double.ipynb"
    done = typed("check", stub, gate=gate, own=True)

    assert done.returncode == 1
    assert "`double` is not written yet." in done.stdout


@pytest.mark.usefixtures("judges")
def test_check_of_a_wrong_name_suggests_the_right_one(
    released: Path,
) -> None:
    other = released / "exercises" / "double" / "duble.py"
    other.write_text("")
    done = typed("check", other)

    assert done.returncode == 2
    assert "Did you mean double?" in done.stderr


@pytest.mark.usefixtures("judges")
def test_check_of_a_broken_notebook_tells_of_it_and_checks_the_others(
    released: Path,
) -> None:
    mine = released / "exercises" / "double" / "double.ipynb"
    mine.write_text("{")
    right = released / "exercises" / "double" / "double.py"
    right.write_text("def double(x): return 2 * x")
    done = typed("check", mine, right)

    assert done.returncode == 1
    assert "double.ipynb: expected a notebook" in done.stdout
    assert "1 of 1 checks passed" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_listing_says_what_the_command_says_of_itself(name: str) -> None:
    command = load(name)

    assert command.name == name
    assert command.get_short_help_str(1000) == COMMANDS[name]
