"""A file's name says which exercise it is for, or that nobody can tell."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hand_ins import CALM, IDS, notebook_text, only, put
from hypothesis import given
from hypothesis import strategies as st

from grader.intake import find_work
from grader.intake.naming import distinct_names, match, meanings, nearest

if TYPE_CHECKING:
    from pathlib import Path


def taken(name: str, owner: str = "ada") -> str | None:
    found = match(name, IDS, owner)
    return found.exercise if found else None


@pytest.mark.parametrize(
    "name",
    [
        "Autograd.py",
        "AUTOGRAD.PY",
        "autograd (1).py",
        "autograd(2).py",
        "autograd-1.ipynb",
        "autograd 2.py",
        "autograd copy.py",
        "autograd - Copy.py",
        "autograd - Copy (2).py",
        "autograd_copy.py",
        "Copy of autograd.ipynb",
        "Copy of Copy of Autograd (3)-1.ipynb",
        "autograd_final.py",
        "01_autograd.py",
        "autograd.py.txt",
        "Kopie von autograd.ipynb",
    ],
)
def test_find_work_sees_through_upper_case_and_the_marks_of_a_copy(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, f"ada/{name}", notebook_text("x = 1"))
    work = only(find_work([tmp_path], IDS))
    ending = ".ipynb" if "ipynb" in name else ".py"

    assert work.file == name
    assert work.program is not None
    assert work.program.filename == f"autograd{ending}"
    assert f"{name} was taken for autograd{ending}." in work.notes


@pytest.mark.parametrize(
    "name",
    [
        "{} - Copy.py",
        "Copia de {}.ipynb",
        "Copia di {}.ipynb",
        "Copie de {}.ipynb",
        "Cópia de {}.ipynb",
        "Còpia de {}.ipynb",
        "Kopie van {}.ipynb",
        "Kopia {}.ipynb",
        "Kopia av {}.ipynb",
        "Kopi af {}.ipynb",
        "Kopio {}.ipynb",
        "Kopija {}.ipynb",
        "{} másolata.ipynb",
        "{} öğesinin kopyası.ipynb",
        "Копия {}.ipynb",
        "{} — копия.py",
        "Копія {}.ipynb",
        "Αντίγραφο {}.ipynb",
        "{}のコピー.ipynb",
        "{} のコピー 2.ipynb",
        "{} - コピー.py",
        "{} 的副本.ipynb",
        "“{}”的副本.ipynb",
        "{} - 副本.py",
        "{}의 사본.ipynb",
        "{} - 복사본.py",
        "Bản sao của {}.ipynb",
        "สำเนาของ {}.ipynb",
        "Salinan dari {}.ipynb",
        "نسخة من {}.ipynb",
        "עותק של {}.ipynb",
        "{} - Kopie (3).py",
        "{} copie 2.py",
        "{}.ipynb のコピー.ipynb",
        "{}의 사본의 사본.ipynb",
    ],
)
@pytest.mark.parametrize("exercise", ["autograd", "Linear Regression"])
def test_match_knows_a_copy_in_many_languages(name: str, exercise: str) -> None:
    decomposed = unicodedata.normalize("NFD", name.format(exercise))

    assert taken(name.format(exercise)) == exercise.lower().replace(" ", "_")
    assert taken(decomposed) == exercise.lower().replace(" ", "_")


@pytest.mark.parametrize(
    "name",
    [
        "backprop_final.py",
        "backprop_v2.py",
        "Backprop_Final_v3_REALLY.ipynb",
        "backprop-endversion.py",
        "backprop neu.py",
        "backprop_提出用.ipynb",
        "01_backprop.py",
        "1. backprop.ipynb",
        "week3_backprop.py",
        "HW2 - Backprop.ipynb",
        "Übung 4 backprop.ipynb",
        "backprop_2024-05-01.py",
        "backprop 2024-05-01 at 12.30.15.py",
        "backprop_20240501_1230.ipynb",
        "backprop_vfinal.py",
        "backprop_finalFinal.py",
        "backprop_attempt_2.ipynb",
        "backprop.ipynb.text",
        "20240501_backprop.py",
        "backprop2.py",
        "backprop.py.txt",
        "backprop.ipynb.txt",
        "backprop.ipynb.json",
        "backprop.ipynb.ipynb",
        "backprop.txt.py",
        "backprop.py.py",
        "backprop.ipynb.1",
        "backprop.ipynb (1)",
        "backprop.pyw",
        "BackProp.py",
        "back-prop.py",
        "back prop.ipynb",
    ],
)
def test_match_sees_through_versions_numbers_and_doubled_endings(name: str) -> None:
    assert taken(name) == "backprop"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("ada", "ada_autograd.py"),
        ("Ada Lovelace", "autograd_Lovelace.ipynb"),
        ("Ada Lovelace", "AdaLovelace-autograd-final.py"),
        ("s001", "s001_autograd.py"),
        ("lovelace_1234567", "autograd 1234567.py"),
    ],
)
def test_match_lets_a_student_write_their_own_name(owner: str, name: str) -> None:
    assert taken(name, owner) == "autograd"


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("ada", "bob_autograd.py"),
        ("s001", "s002_autograd.py"),
        ("s001", "s0012_autograd.py"),
        ("s001", "s_001_autograd_s002.py"),
        ("ada", "ada2_autograd.py"),
        ("ada", "autograd_7654321.py"),
        ("ada", "autograd_1230.py"),
        ("ada", "autograd_new_bob.py"),
        ("lovelace_1234567", "autograd 7654321.py"),
        ("a", "a_autograd.py"),
    ],
)
def test_match_never_takes_what_may_be_another_students(owner: str, name: str) -> None:
    assert taken(name, owner) is None


@pytest.mark.parametrize(
    "name",
    [
        *("autograd.txt", "autograd.py.bak", "autograd", "my_autograd.py", "(1).py"),
        *("test_autograd.py", "autograd_old.py", "autograd_solution.py", "autogard.py"),
        *("autograd.py~", "#autograd.py#", "~$autograd.py", "autograd.pyc"),
        *("autograd.ipynb.html", "autograd.ipynb.download", "autograd_utils.py"),
        *("of autograd.py", "regression.py", "Untitled.ipynb", "autograd backprop.py"),
        *("linear_logistic_regression.py", "autograd" * 60 + ".py"),
    ],
)
def test_match_is_none_for_another_name(name: str) -> None:
    assert match(name, IDS) is None


def test_match_prefers_the_exercise_that_has_the_name_itself() -> None:
    ids = ("part-1", "part")

    assert [m.exercise for m in [match("part-1.py", ids)] if m] == ["part-1"]
    assert [m.exercise for m in [match("part-2.py", ids)] if m] == ["part"]


@pytest.mark.parametrize(
    ("ids", "name", "possible"),
    [
        (("part", "part_1"), "part-1.py", {"part", "part_1"}),
        (("part", "part_1"), "part_1 (1).py", {"part_1"}),
        (("part", "part_1"), "Part_1.py", {"part_1"}),
        (("part_1", "part_11"), "part_1_1.py", {"part_1", "part_11"}),
        (("part_1", "part_11"), "part_11_final.py", {"part_11"}),
        (("week", "autograd"), "week_autograd.py", {"autograd"}),
        (("lab", "lab_2"), "copy of lab 2.py", {"lab", "lab_2"}),
    ],
)
def test_name_that_could_be_two_exercises_is_none(
    ids: tuple[str, ...], name: str, possible: set[str]
) -> None:
    found = match(name, ids)

    assert set(meanings(name, ids)) == possible
    assert (found.exercise if found else None) == (
        possible.pop() if len(possible) == 1 else None
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("autogard.py", ("autograd",)),
        ("autograd_utils.py", ("autograd",)),
        ("linaer_regression.py", ("linear_regression",)),
        ("li_regression.py", ("linear_regression", "logistic_regression")),
        ("Untitled.ipynb", ()),
    ],
)
def test_nearest_names_one_exercise_or_all_that_are_as_near(
    name: str, near: tuple[str, ...]
) -> None:
    ids = (*IDS, "logistic_regression")

    assert set(nearest(name, ids)) == set(near)


@CALM
@given(st.text(max_size=300), st.text(max_size=50))
def test_match_of_any_name_is_an_exercise_that_it_can_mean(
    name: str, owner: str
) -> None:
    found = match(name, IDS, owner)

    assert found is None or found.exercise in IDS


def test_match_of_hostile_names_is_quick() -> None:
    start = time.process_time()
    for name in ("a1" * 120, "copy " * 51, "autograd" * 31, "é" * 255, "_" * 255):
        for _ in range(20):
            match(f"{name}.py", IDS, name)

    assert time.process_time() - start < 2


FILE_NAME = st.text(
    st.one_of(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]),
        st.sampled_from("\x1b[]0;m\x07\u202e\u200b\n\t .aA\udcff"),
    ),
    min_size=1,
    max_size=40,
).filter(lambda name: name not in (".", ".."))


@CALM
@given(st.lists(FILE_NAME, min_size=1, max_size=6, unique=True))
def test_distinct_names_of_any_names_are_plain_short_and_differ(
    raw: list[str],
) -> None:
    names = distinct_names(raw)

    assert len(set(names)) == len(raw)
    assert all(0 < len(name) <= 100 for name in names)
    assert all(name.isprintable() for name in names if name.isascii())
    assert all("\u202e" not in n and "\u200b" not in n for n in names)
    assert distinct_names(raw[::-1]) == names[::-1]
    for name in names:
        name.encode()


@CALM
@given(st.text(max_size=300))
def test_nearest_of_any_name_are_exercises(name: str) -> None:
    assert set(nearest(name, IDS)) <= set(IDS)
