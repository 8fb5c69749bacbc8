"""What is said about files that are not named like an exercise."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest
from hand_ins import CODE, IDS, notebook_text, only, put

from grader.intake import find_work
from grader.model import WhyLeft

if TYPE_CHECKING:
    from pathlib import Path

AUTOGRAD = "def forward(w, x): return w\ndef train(w, x, y): return w, []\n"
MODEL = "class Model: x = 1\ndef train(m): pass\ndef predict(m): return 1\n"
HOLE = 'raise NotImplementedError("x: not written yet")'
STUBS = {
    "backprop": ("forward", "gradient", "back_prop"),
    "autograd": ("forward", "loss", "train"),
    "linear_regression": ("Model", "train", "predict"),
}


@pytest.fixture
def handouts(tmp_path: Path) -> dict[str, tuple[Path, ...]]:
    return {
        exercise: (
            put(
                tmp_path,
                f"exercises/{exercise}.py",
                "".join(
                    f"def {n}():\n  raise NotImplementedError('x')\n" for n in names
                ),
            ),
        )
        for exercise, names in STUBS.items()
    }


@pytest.mark.parametrize(
    "name", ["autogard.py", "my_autograd.ipynb", "autograd.txt", "autograd_old.py"]
)
def test_wrong_name_that_is_near_is_told_to_the_student_and_the_instructor(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, f"ada/{name}")
    intake = find_work([tmp_path], IDS)
    (left,) = intake.left
    work = only(intake)

    assert work.missing == (
        f"{name} was not graded: expected autograd.py or autograd.ipynb. "
        f"Rename it if it is meant."
    )
    assert (left.student, left.place, left.exercise) == ("ada", name, "autograd")
    assert left.why is WhyLeft.NAME
    assert intake.notes == ()


@pytest.mark.parametrize("name", ["autogard.py", "my autograd's.ipynb", "Untitled.py"])
def test_command_that_is_named_makes_the_next_run_take_the_file(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]], name: str
) -> None:
    put(tmp_path / "in", f"ada/sub/{name}", AUTOGRAD)
    (left,) = find_work([tmp_path / "in"], IDS, handouts=handouts).left
    assert left.command is not None
    subprocess.run(shlex.split(left.command), check=True)
    work = only(find_work([tmp_path / "in"], IDS, handouts=handouts))

    assert work.program is not None
    assert (work.file or "").startswith("sub/autograd.")
    assert (tmp_path / "in/ada/sub" / name).is_file()


@pytest.mark.parametrize("empty", ["autograd.py", "autograd.ipynb", "autograd (1).py"])
@pytest.mark.parametrize("content", ["the handout", "nothing"])
def test_file_beside_one_without_work_is_told_and_can_be_taken(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]], empty: str, content: str
) -> None:
    stub = handouts["autograd"][0].read_text()
    put(tmp_path / "in", f"ada/{empty}", stub if content == "the handout" else "")
    put(tmp_path / "in", "ada/Untitled.py", AUTOGRAD)
    intake = find_work([tmp_path / "in"], IDS, handouts=handouts)
    (command,) = [left.command for left in intake.left if left.command]
    subprocess.run(shlex.split(command), check=True)
    after = only(find_work([tmp_path / "in"], IDS, handouts=handouts))

    assert only(intake).program is None
    assert (only(intake).missing or "").startswith(f"{empty} is ")
    assert "Untitled.py was not graded" in (only(intake).missing or "")
    assert after.program is not None
    assert AUTOGRAD in after.program.blocks[0].source


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        (AUTOGRAD, "autograd"),
        (
            "class Model: x = 1\ndef train(m): pass\ndef predict(m): 1",
            "linear_regression",
        ),
        ("def forward(w, x): return w", None),
        ("x = 1", None),
        ("\0", None),
    ],
)
def test_file_of_any_name_is_known_by_what_it_defines(
    tmp_path: Path,
    handouts: dict[str, tuple[Path, ...]],
    content: str,
    meant: str | None,
) -> None:
    put(tmp_path / "in", "ada/Untitled.ipynb", notebook_text(content))
    intake = find_work([tmp_path / "in"], IDS, handouts=handouts)
    (left,) = intake.left

    assert (left.exercise, left.why) == (meant, WhyLeft.NAME)
    assert (left.command is None) == (meant is None)
    assert all(work.program is None for work in intake.work)
    assert [work.exercise for work in intake.work if work.missing] == [meant] * bool(
        meant
    )


def test_file_that_could_be_two_exercises_is_refused_and_told(tmp_path: Path) -> None:
    put(tmp_path, "ada/part-1.py")
    intake = find_work([tmp_path], ("part", "part_1"))
    (left,) = intake.left

    assert [work.program for work in intake.work] == [None, None]
    assert all("part-1.py was not graded" in (w.missing or "") for w in intake.work)
    assert (left.exercise, left.command) == (None, None)
    assert left.said == "Its name could be that of part or part_1."


@pytest.mark.parametrize(
    ("name", "noun", "advice"),
    [
        ("homework.zip", "an archive (ZIP)", "Unpack it, and hand in {}."),
        ("abgabe.tar.gz", "an archive (GZ)", "Unpack it, and hand in {}."),
        ("autograd.rar", "an archive (RAR)", "Unpack it, and hand in {}."),
        ("autograd.7z", "an archive (7Z)", "Unpack it, and hand in {}."),
        ("report.pdf", "a document (PDF)", "Hand in {} itself"),
        ("autograd.ipynb.pdf", "a document (PDF)", "Hand in {} itself"),
        ("autograd.docx", "a document (DOCX)", "Hand in {} itself"),
        ("autograd.html", "a web page (HTML)", "Hand in {} itself"),
        ("autograd.ipynb - Colab.html", "a web page (HTML)", "Hand in {} itself"),
        ("Screenshot 1.png", "a picture (PNG)", "Nobody can run code in a picture"),
        ("IMG_0001.HEIC", "a picture (HEIC)", "Nobody can run code in a picture"),
        ("autograd.ipynb.lnk", "a link to another place (LNK)", "Download the file"),
        ("autograd.gdoc", "a link to another place (GDOC)", "Download the file"),
        ("autograd.ipynb.url", "a link to another place (URL)", "Download the file"),
        ("autograd.gcolab", "a link to another place (GCOLAB)", "Download the file"),
        (".autograd.ipynb.icloud", "a placeholder (ICLOUD)", "Open the file"),
        ("autograd.ipynb.crdownload", "half a download (CRDOWNLOAD)", "download it"),
        ("autograd.pyc", "compiled (PYC)", "Hand in {} itself"),
        ("autograd.py.bak", "a copy that a program made (BAK)", "Hand in {}"),
    ],
)
def test_file_that_is_no_program_is_named_with_what_to_do(
    tmp_path: Path, name: str, noun: str, advice: str
) -> None:
    put(tmp_path, f"ada/{name}", b"PK\x03\x04")
    intake = find_work([tmp_path], ("autograd",))
    (left,) = intake.left
    (work,) = intake.work
    wanted = "autograd.py or autograd.ipynb"

    assert (work.program, work.error) == (None, None)
    assert (work.missing or "").startswith(f"{name} is {noun}. ")
    assert advice.format(wanted) in (work.missing or "")
    assert (left.place, left.why, left.exercise) == (name, WhyLeft.KIND, "autograd")


def test_archive_is_told_for_each_exercise_that_is_missing_and_for_no_other(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/all.zip", b"PK")
    put(tmp_path, "ada/plot.png", b"PNG")
    put(tmp_path, "ada/README.md", "read me")
    intake = find_work([tmp_path], IDS)

    assert [bool(work.missing) for work in intake.work] == [True, False, True]
    assert [left.place for left in intake.left] == ["all.zip"]


@pytest.mark.parametrize("name", ["autograd", "autograd (1)", "Kopie von autograd"])
def test_copy_that_jupyter_keeps_is_told_where_there_is_no_program(
    tmp_path: Path, name: str
) -> None:
    place = f".ipynb_checkpoints/{name}-checkpoint.ipynb"
    put(tmp_path, f"ada/week1/{place}", notebook_text(CODE))
    put(tmp_path, "ada/notes.txt", "to do")
    put(tmp_path, f"ben/{place}", notebook_text(CODE))
    put(tmp_path, "ben/autograd.py", CODE)
    intake = find_work([tmp_path], IDS)
    (left,) = [left for left in intake.left if left.place != "notes.txt"]
    works = {(work.student, work.exercise): work for work in intake.work}

    assert (left.student, left.place, left.exercise) == (
        "ada",
        f"week1/{place}",
        "autograd",
    )
    assert (left.command or "").endswith("/ada/week1/autograd.ipynb")
    assert f"week1/{place} was not" in (works["ada", "autograd"].missing or "")


def test_files_that_nobody_means_are_told_once_per_student(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/autogard.py")
    put(tmp_path, "ada/data/autograd.csv")
    intake = find_work([tmp_path], ("autograd",))

    assert intake.notes == (
        "ada: not an exercise, and not graded: autogard.py, data/autograd.csv.",
    )
    assert [left.place for left in intake.left] == ["autogard.py"]
    assert only(intake).missing is None


def test_thousand_files_of_other_names_are_told_in_part(tmp_path: Path) -> None:
    for number in range(300):
        put(tmp_path, f"ada/{number}.py", CODE)
    intake = find_work([tmp_path], IDS)

    assert len(intake.left) == 20
    assert len(intake.notes) == 1


def test_command_is_left_out_for_a_name_that_a_terminal_would_act_on(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autogard\x1b[2J.py")
    (left,) = find_work([tmp_path], IDS).left

    assert (left.place, left.command) == ("autogard.py", None)


TYPED = "<p>def forward(w, x):<br />&nbsp; return w * x</p><p>def train(w):</p>"


@pytest.mark.parametrize("place", ["folder", "flat"])
def test_code_that_was_typed_online_is_named_for_its_exercise(
    tmp_path: Path, place: str
) -> None:
    hole = "def {}(w):\n    raise NotImplementedError\n"
    given = put(tmp_path, "given/autograd.py", hole.format("forward"))
    given.write_text(hole.format("forward") + hole.format("train"))
    other = put(tmp_path, "given/backprop.py", hole.format("gradient"))
    start = "Bo Bx_502_assignsubmission_{}_" + ("/" if place == "folder" else "")
    put(tmp_path, f"in/{start.format('file')}backprop.py")
    put(tmp_path, f"in/{start.format('onlinetext')}onlinetext.html", TYPED)
    intake = find_work(
        [tmp_path / "in"],
        ("autograd", "backprop"),
        handouts={"autograd": (given,), "backprop": (other,)},
    )
    (left,) = intake.left
    work = only(intake)

    assert (left.student, left.exercise, left.command) == ("Bo Bx", "autograd", None)
    assert left.said == (
        "It is a text that was typed online, and not graded; it may be meant for "
        "autograd."
    )
    assert work.program is None
    assert "hand in autograd.py or autograd.ipynb as a file" in str(work.missing)
