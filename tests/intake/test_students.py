"""Students' files are read by several processes, and the same comes of it."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from grader import abreast
from grader.errors import UsageError
from grader.intake import IntakeOptions, find_work

if TYPE_CHECKING:
    from pathlib import Path

IDS = ("autograd", "backprop")


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> IntakeOptions:
    monkeypatch.setattr(abreast, "_WORTH", 2)
    monkeypatch.setattr(abreast, "_BUNDLE", 2)
    return IntakeOptions(jobs=2)


def test_same_comes_of_several_processes(
    tmp_path: Path, several: IntakeOptions
) -> None:
    for number in range(7):
        folder = tmp_path / f"s{number} \udc80é"
        folder.mkdir()
        (folder / "autograd.py").write_text(f"x = {number}\n")
        (folder / "autograd (1).py").write_bytes(b"\xff\xfe\x00")
        (folder / "backprp.ipynb").write_text("{}")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("backprop.py", "y = 1\n")
    (tmp_path / "gone").symlink_to(tmp_path)
    alone = find_work([tmp_path], IDS)

    assert find_work([tmp_path], IDS, options=several) == alone
    assert len(alone.work) == 16
    assert alone.left


def test_problem_of_a_student_ends_the_run_the_same(
    tmp_path: Path, several: IntakeOptions
) -> None:
    for where in ("a", "b"):
        for number in range(5):
            folder = tmp_path / where / f"s{number}"
            folder.mkdir(parents=True)
            (folder / "autograd.py").write_text(f"x = {number}\n")

    with pytest.raises(UsageError) as told:
        find_work([tmp_path / "a", tmp_path / "b"], IDS, options=several)

    assert str(told.value).count("is the same student") == 5
