"""A text file that lists repositories, and what a clone holds beside its commits."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from made_class import clone

from grader.errors import UsageError
from grader.intake import find_work
from grader.intake.repositories import ListLine, _lines, _named
from grader.text import clean_line

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Intake

CODE = b"def forward(w, x):\n    return w * x\n"
pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a clone of Ann's, and a bare repository of Bo's."""
    tmp_path = tmp_path_factory.mktemp("repositories")
    clone(tmp_path / "ann", {"autograd.py": CODE})
    clone(tmp_path / "bo", {"autograd.py": CODE})
    (tmp_path / "bo" / ".git").rename(tmp_path / "hw-bo.git")
    return tmp_path


def read(folder: Path, text: str) -> Intake:
    (folder / "repositories.txt").write_text(text, encoding="utf-8")
    return find_work([folder / "repositories.txt"], ("autograd",))


def files(intake: Intake) -> dict[str, str | None]:
    return {work.student: work.file for work in intake.work}


def test_list_holds_addresses_and_folders(repositories: Path) -> None:
    intake = read(
        repositories,
        f"# week 1\n\nann\nfile://{repositories}/hw-bo.git\nCy Lee,hw-bo.git\n",
    )

    assert files(intake) == dict.fromkeys(("ann", "hw-bo", "Cy Lee"), "autograd.py")
    assert intake.layout.startswith("clones: ")
    assert len([n for n in intake.notes if " UTC was graded." in n]) == 3


def test_repository_that_cannot_be_had_is_told_and_spoils_no_other(
    repositories: Path,
) -> None:
    (repositories / "empty").mkdir()
    intake = read(repositories, "ann\nbo gone\ncy; empty\n")
    told = [note for note in intake.notes if "cannot be had" in note]

    assert files(intake) == {"ann": "autograd.py", "bo": None, "cy": None}
    assert [f", line {n}: the repository of {s} cannot" in note for n, s, note in
            zip((2, 3), ("bo", "cy"), told, strict=True)] == [True, True]  # fmt: skip
    assert "there is no such folder" in told[0]


def test_hostile_lines_start_nothing_and_are_told(repositories: Path) -> None:
    proof = repositories / "proof"
    lines = [
        f"ext::sh -c touch% {proof}",
        f"eve ext::sh$IFS-c$IFS'touch$IFS{proof}'",
        f"--upload-pack=touch {proof}",
        "eve --config=core.sshCommand=touch",
        f"ssh://-oProxyCommand=touch%20{proof}/x",
        "-oProxyCommand=touch@-oProxyCommand:x",
        "fd::17/foo",
        "evil\x1b[2J ../../../nowhere",
        "https://" + "x" * 100_000 + ".invalid:bad/",
        "https://[bad",
    ]
    intake = read(repositories, "\n".join(["ann", *lines]))
    told = [note for note in intake.notes if "cannot be had" in note]

    assert not proof.exists()
    assert files(intake)["ann"] == "autograd.py"
    assert len(told) == len(lines)
    assert told == [clean_line(note, 1000) for note in told]


def test_password_in_an_address_is_not_told(repositories: Path) -> None:
    intake = read(repositories, "ann\nbo,https://me:s3cret@127.0.0.1:9/bo.git\n")

    assert "s3cret" not in str(intake.notes)
    assert "https://…@127.0.0.1:9/bo.git" in str(intake.notes)


def test_list_of_nothing_that_can_be_had_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 1: the repository of import cannot"):
        read(tmp_path, "import torch\n")
    with pytest.raises(UsageError, match="one a line, got none"):
        read(tmp_path, "# nobody\n")


def test_second_repository_of_a_student_is_another_attempt(repositories: Path) -> None:
    intake = read(repositories, "Ann ann\nAnn hw-bo.git\n")

    assert [work.student for work in intake.work] == ["Ann", "Ann"]


@pytest.mark.parametrize(
    ("lines", "students"),
    [
        ("git@host:org/hw1-ann.git\nhttps://host/org/hw1-bo/", ["hw1-ann", "hw1-bo"]),
        ("https://host/ann/hw1\nhttps://host/bo/hw1.git", ["ann", "bo"]),
        ("ssh://git@host/~ann/hw1\nfile:///bo/hw1/.git", ["~ann", "bo"]),
        ("Ann Lee\thttps://host/x\nhttps://host/y Bo", ["Ann Lee", "Bo"]),
        ("Zoë;ü b/clone", ["Zoë;ü"]),
    ],
)
def test_name_is_the_list_s_or_what_tells_addresses_apart(
    tmp_path: Path, lines: str, students: list[str]
) -> None:
    found: list[ListLine] = _named(list(_lines(lines, tmp_path)))

    assert [line.student for line in found] == students


def test_work_that_was_not_committed_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "ann"
    clone(folder, {"autograd.py": CODE, "src/autograd.ipynb": b"{}\n"})
    (folder / "src").mkdir()
    (folder / "src" / "autograd.ipynb").write_bytes(b"{}\r\n")
    (folder / "autograd.py").write_bytes(CODE + b"# more\n")
    (folder / "autograd_v2.py").write_bytes(CODE)
    (folder / "backprop.py").write_bytes(CODE)
    intake = find_work([folder.parent], ("autograd", "backprop"))
    (note, *_) = intake.notes
    told = {work.exercise: (work.notes, work.missing) for work in intake.work}

    assert note == f"ann: {told['autograd'][0][-1]}"
    assert told["backprop"][1] == "Not committed, and not graded: backprop.py."
    assert note.endswith(
        "Changes in autograd.py that were not committed are not graded. Not committed, "
        "and not graded: autograd_v2.py, backprop.py."
    )
    (folder / "autograd.py").write_bytes(CODE.replace(b"\n", b"\r\n"))
    for name in ("autograd_v2.py", "backprop.py"):
        (folder / name).unlink()
    (note, *_) = find_work([folder.parent], ("autograd",)).notes

    assert note.endswith("UTC was graded.")
