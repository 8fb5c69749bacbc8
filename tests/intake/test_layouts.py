"""The layouts of platforms: each is recognised, and none changes what is graded."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import made_class
import pytest
from hand_ins import CODE, put
from made_class import IDS, LAYOUTS

from grader.course.rules import moment
from grader.errors import UsageError
from grader.intake import Intake, IntakeOptions, find_work
from grader.model import Clock, WhyLeft

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@pytest.fixture(scope="module")
def class_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_class.roster(tmp_path_factory.mktemp("list") / "class.csv")


def graded(intake: Intake, students: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return the digest of what is graded last for each student and exercise."""
    wanted = set(students)
    return {
        (work.student, work.exercise): work.sha256 or ""
        for work in intake.work
        if work.student in wanted
    }


@pytest.mark.parametrize("name", LAYOUTS)
def test_class_of_sixty_is_the_same_in_each_layout(
    name: str, class_list: Path, tmp_path: Path
) -> None:
    make, layout = LAYOUTS[name]
    make(tmp_path / "in")
    intake = find_work([tmp_path / "in"], IDS, options=IntakeOptions(roster=class_list))
    cloned = layout in ("clones", "classroom50")
    few = made_class.students()[: made_class.FEW if cloned else 60]
    expected = {
        (one.id, exercise): made_class.digest(one, exercise)
        for one in few
        for exercise in IDS
    }

    assert intake.layout.startswith(f"{layout}:")
    assert graded(intake, [one.id for one in few]) == expected
    assert {work.student for work in intake.work} == set(intake.people)
    odd = {one.student for one in intake.left if one.why is WhyLeft.UNREADABLE}
    assert odd == {one.id for one in few if one.id == "s020"}  # a picture


def test_layout_is_recognised_in_an_archive_that_wraps_it(
    class_list: Path, tmp_path: Path
) -> None:
    made_class.moodle(tmp_path / "in")
    archive = made_class.zipped(tmp_path / "in", tmp_path / "moodle.zip")
    inside = find_work([archive], IDS, options=IntakeOptions(roster=class_list))
    outside = find_work(
        [tmp_path / "in"], IDS, options=IntakeOptions(roster=class_list)
    )
    everybody = list(inside.people)

    assert inside.layout.startswith("moodle:")
    assert graded(inside, everybody) == graded(outside, everybody)


def test_two_layouts_that_fit_are_named_with_what_tells_them_apart(
    tmp_path: Path,
) -> None:
    put(tmp_path, "in/ann_11_22_autograd.py")
    put(tmp_path, "in/hw_bo_attempt_2026-11-02-10-00-00_autograd.py")
    put(tmp_path, "in/cy_12_23_autograd.py")
    with pytest.raises(
        UsageError, match=r"canvas: files named .*; blackboard: "
    ) as info:
        find_work([tmp_path / "in"], IDS)
    chosen = find_work([tmp_path / "in"], IDS, options=IntakeOptions(layout="canvas"))

    assert "--layout canvas" in str(info.value)
    assert {work.student for work in chosen.work} == {"ann", "cy"}
    assert "not named as a hand-in, and not graded: hw_bo" in chosen.notes[0]


def test_unknown_layout_is_refused_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py")

    with pytest.raises(UsageError, match=r"got 'modle'\. Did you mean `moodle`"):
        find_work([tmp_path / "in"], IDS, options=IntakeOptions(layout="modle"))


@pytest.mark.parametrize(
    ("places", "said", "typed"),
    [
        (
            ["autograd/ann/autograd.py", "autograd/bo/autograd.py"],
            "'autograd' is an exercise, not a student",
            "in/autograd`",
        ),
        (
            ["Submissions/ann/autograd.py", "Submissions/bo/x", "old/cy/autograd.py"],
            "'Submissions' holds the students",
            "in/Submissions`",
        ),
        (
            ["red/ann/autograd.py", "red/bo/autograd.py", "blue/cy/autograd.py",
             "blue/dee/autograd.ipynb"],
            "holds several folders with the same exercise",
            "in/blue",
        ),
    ],
)  # fmt: skip
def test_folders_that_are_no_students_stop_the_run(
    places: list[str], said: str, typed: str, tmp_path: Path
) -> None:
    for place in places:
        put(tmp_path, f"in/{place}")
    with pytest.raises(UsageError) as info:
        find_work([tmp_path / "in"], IDS)
    forced = find_work([tmp_path / "in"], IDS, options=IntakeOptions(layout="folders"))

    assert said in str(info.value)
    assert typed in str(info.value)
    assert forced.work


def test_folders_of_exercises_can_be_named_one_by_one(tmp_path: Path) -> None:
    put(tmp_path, "in/autograd/ann/autograd.py")
    put(tmp_path, "in/backprop/ann/backprop.py")
    paths = [tmp_path / "in" / "autograd", tmp_path / "in" / "backprop"]
    intake = find_work(paths, IDS)

    assert {w.exercise for w in intake.work if w.file} == {"autograd", "backprop"}
    assert len(intake.work) == len(IDS)


def test_versions_in_one_students_folder_are_no_groups(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/v1/autograd.py")
    put(tmp_path, "in/ann/v2/autograd.py")
    put(tmp_path, "in/bo/autograd.py")

    assert {w.student for w in find_work([tmp_path / "in"], IDS).work} == {"ann", "bo"}


@pytest.mark.parametrize(
    ("name", "student", "attempt"),
    [
        ("s001_autograd.py", "s001", 1),
        ("autograd-s001.ipynb", "s001", 1),
        ("s001_autograd_attempt_2.ipynb", "s001", 2),
        ("s001 Autograd_final (2).py", "s001", 2),
        ("anna_lena_linear_regression.py", "anna_lena", 1),
        ("LinearRegression_s9.py", "s9", 1),
    ],
)
def test_name_of_a_single_file_has_student_and_exercise(
    name: str, student: str, attempt: int, tmp_path: Path
) -> None:
    put(tmp_path, f"in/{name}")
    (work,) = [w for w in find_work([tmp_path / "in"], IDS).work if w.file]

    assert (work.student, work.file) == (student, name)
    assert work.delivery is not None
    assert work.delivery.attempt == attempt


def test_user_of_blackboard_may_have_what_separates_names(tmp_path: Path) -> None:
    for user in ("ann_m", "bob_m", "cy"):
        put(tmp_path, f"in/Week_4_{user}_attempt_2026-11-02-20-15-00_autograd.py")
    put(tmp_path, "in/Week_4_ann_m_attempt_2026-11-03-20-15-00_autograd.py")
    works = find_work([tmp_path / "in"], ("autograd",)).work

    assert [w.student for w in works] == ["ann_m", "ann_m", "bob_m", "cy"]


def test_two_assignments_of_blackboard_in_one_folder_are_of_the_same_users(
    tmp_path: Path,
) -> None:
    for week in ("4", "5"):
        for user in ("ann", "bo"):
            name = f"Week_{week}_{user}_attempt_2026-11-02-20-15-00_autograd.py"
            put(tmp_path, f"in/{name}")
    works = find_work([tmp_path / "in"], ("autograd",)).work

    assert {w.student for w in works} == {"ann", "bo"}


def test_group_of_gradescope_gives_each_member_the_work(tmp_path: Path) -> None:
    put(tmp_path, "in/submission_7/autograd.py")
    put(
        tmp_path,
        "in/submission_metadata.yml",
        "submission_7:\n  :submitters:\n  - :name: Ann\n    :email: ann@example.edu\n"
        "  - :email: bo@example.edu\n  :created_at: 2026-11-02 20:15:00.5 -0700\n",
    )
    works = [w for w in find_work([tmp_path / "in"], IDS).work if w.file]

    assert [w.student for w in works] == ["Ann", "bo@example.edu"]
    assert {w.delivery and w.delivery.at.isoformat() for w in works} == {
        "2026-11-02T20:15:00-07:00"
    }


class Clone:
    """A clone with commits at times that are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, at: str = "2026-11-01T12:00:00Z") -> str:
        who = {"NAME": "A", "EMAIL": "a@example.edu", "DATE": at}
        own = {
            f"GIT_{w}_{k}": v for w in ("AUTHOR", "COMMITTER") for k, v in who.items()
        }
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | own
        done = subprocess.run(
            ["git", *words],  # noqa: S607 - wherever it is installed
            cwd=self.folder,
            env=env,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def commit(self, source: str, at: str, name: str = "autograd.py") -> str:
        put(self.folder, name, source)
        self.git("add", name)
        self.git("commit", "-q", "-m", "work", at=at)
        return self.git("rev-parse", "HEAD")


def test_clone_is_graded_at_the_last_commit_before_a_date(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "in" / "ann")
    first = clone.commit(CODE, "2026-11-01T12:00:00Z")
    clone.commit("x = 1\n", "2026-11-03T12:00:00Z")
    put(tmp_path, "in/ann/autograd.py", "not committed = 1\n")
    before = moment("2026-11-02T00:00:00Z", None)
    options = IntakeOptions(before=before)
    intake = find_work([tmp_path / "in"], ("autograd",), options=options)
    (work,) = intake.work

    assert work.program is not None
    assert work.program.blocks[0].source == CODE
    assert work.delivery is not None
    assert work.delivery.clock is Clock.COMMIT
    assert work.delivery.at == moment("2026-11-01T12:00:00Z", None)
    assert f"Commit {first[:12]} of 2026-11-01 12:00 UTC was graded." in intake.notes[0]


def test_date_for_clones_is_told_to_do_nothing_elsewhere(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py")
    options = IntakeOptions(before=moment("2026-11-02T00:00:00Z", None))
    notes = find_work([tmp_path / "in"], ("autograd",), options=options).notes

    assert notes == ("--before is about git clones, and there are none here.",)


def test_time_of_a_file_in_a_clone_is_its_own_commits(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "in" / "ann")
    clone.commit(CODE, "2026-11-01T12:00:00Z")
    clone.commit(CODE, "2026-11-09T12:00:00Z", "backprop.py")
    works = find_work([tmp_path / "in"], ("autograd", "backprop")).work

    assert [w.delivery.at.day for w in works if w.delivery] == [1, 9]


def test_clone_starts_no_program_that_its_settings_name(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "in" / "ann")
    clone.commit(CODE, "2026-11-01T12:00:00Z")
    proof = tmp_path / "proof"
    for key in ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand",
                "tar.tar.command", "filter.x.smudge"):  # fmt: skip
        clone.git("config", key, f"touch {proof}")
    clone.git("config", "log.showSignature", "true")
    put(clone.folder, ".gitattributes", "*.py filter=x\n")
    (work,) = find_work([tmp_path / "in"], ("autograd",)).work

    assert work.program is not None
    assert not proof.exists()


def test_clone_without_a_commit_has_nothing_and_says_so(tmp_path: Path) -> None:
    clone = Clone(tmp_path / "in" / "ann")
    put(clone.folder, "autograd.py")
    Clone(tmp_path / "in" / "bo").commit(CODE, "2026-11-01T12:00:00Z")
    intake = find_work([tmp_path / "in"], ("autograd",))

    assert [w.file for w in intake.work] == [None, "autograd.py"]
    assert intake.notes[0] == (
        "ann: There is no commit: nothing is graded. Not committed, and not graded: "
        "autograd.py."
    )
