"""`grader prove` accepts a sound course and says what is wrong with another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from authoring.sabotages import (
    FLAKY,
    FORBIDDEN_FORM,
    FORWARD,
    SABOTAGES,
    SHIFT,
    SLOW,
)
from authoring.small import ALL, PARTS, write_exercise, write_table, written
from click.testing import CliRunner
from helpers import Counting
from typed import typed

from grader.authoring import proving
from grader.authoring.proving import catalogue
from grader.authoring.proving.proof import ExerciseProof, Promise, Proof
from grader.cli.prove import prove as command
from grader.course import load_course
from grader.judging.session import open_judges

if TYPE_CHECKING:
    from pathlib import Path

    from authoring.small import Change

    from grader.sandbox.host.gate import Gate


class Sound(NamedTuple):
    """A sound exercise with these functions, and what its author is asked."""

    parts: tuple[str, ...]
    changes: tuple[Change, ...]
    questions: tuple[str, ...]


TWINS = """\
    mistake("turned", "forward", edit("w * x", "w * -x"), question="?"),
    mistake("twin", "forward", edit("w * x", "x * -w"), same_as="turned"),
]
"""
SOUND = {
    "nothing is wrong": Sound(ALL, (), ()),
    "no alternatives": Sound(
        SHIFT,
        (("alternatives.py", PARTS["shift"].alternatives, ""),),
        (
            (
                "there are no alternatives. In which other styles is the solution "
                "right? They show that no check asks for one of them."
            ),
        ),
    ),
    "mistakes that no check tells apart": Sound(
        FORWARD,
        (("mistakes.py", "]\n", TWINS),),
        (
            (
                "mistakes 'minus', 'turned': no check tells them apart, but they ask "
                "different questions, so none is ever asked. Declare one `same_as` the "
                "other, or let a check tell them apart?"
            ),
        ),
    ),
    "a question that gives the line away": Sound(
        SHIFT,
        (
            (
                "mistakes.py",
                'question="Which way?"',
                'question="Why not return x-1.5?"',
            ),
        ),
        (
            (
                "mistake 'right': its question gives the line away (returnx-1.5). Is "
                "it still a question?"
            ),
        ),
    ),
    "a survivor": Sound(
        SHIFT,
        (("solution.py", "    return x - 1.5", "    unused = 7\n    return x - 1.5"),),
        (
            (
                "shift: without `unused = 7`: no hidden check fails this. Is it right "
                "as well, or does no check look there?"
            ),
            (
                "shift: `8` for `7`: no hidden check fails this. Is it right as well, "
                "or does no check look there?"
            ),
        ),
    ),
    "a form that the author forbids": Sound(
        SHIFT,
        (
            FORBIDDEN_FORM,
            (
                "alternatives.py",
                "ALTERNATIVES = [",
                'WRAPPERS = {"shift": ("prints",)}\nALTERNATIVES = [',
            ),
        ),
        (),
    ),
}
# What functions return instead, where this is not what is tried.
FEW = ("None", "'x'")
# The proof wraps the solution of these: it finds them so, or shall find nothing.
WRAPPED = (
    "nothing is wrong",
    "a check that computes with what may be a list",
    "a check that forbids a right form",
)
TRIED: dict[str, tuple[tuple[str, ...], tuple[Change, ...]]] = {
    what: (one.parts, one.changes)
    for table in (SOUND, SABOTAGES)
    for what, one in table.items()
}


@pytest.fixture(scope="module")
def proofs(
    tmp_path_factory: pytest.TempPathFactory, gate: Gate
) -> dict[str, ExerciseProof]:
    """Return the proof of every exercise, all in one course."""
    root = tmp_path_factory.mktemp("tried")
    solutions = root / "solutions"
    solutions.mkdir()
    ids = {what: f"small_{number}" for number, what in enumerate(TRIED)}
    write_table(solutions, {ids[what]: parts for what, (parts, _) in TRIED.items()})
    with (solutions / "course.toml").open("a") as table:
        table.write(f"[exercise.{ids[SLOW]}.limits]\nseconds_per_exercise = 0.1\n")
    for what, (parts, changes) in TRIED.items():
        wrapped = what in WRAPPED or any("WRAPPERS" in change[2] for change in changes)
        write_exercise(solutions / ids[what], parts, changes, wrapped=wrapped)
    course = load_course(root)
    often = tuple(ids[what] for what in FLAKY)
    once = tuple(name for name in ids.values() if name not in often)
    found: dict[str, ExerciseProof] = {}
    with (
        pytest.MonkeyPatch.context() as patch,
        open_judges(course, jobs=2, gate=gate) as judges,
    ):
        # The first exercise, which is sound, meets all odd values; the others a few.
        for chosen, draws, flaky_draws, odd in (
            (once[:1], 1, 1, catalogue._GARBAGE),
            (often, 2, 8, FEW),
            (once[1:], 1, 1, FEW),
        ):
            patch.setattr(catalogue, "_GARBAGE", odd)
            proof = proving.prove_with(
                judges, course.only(chosen), draws, Counting(), flaky_draws
            )
            found |= {one.exercise: one for one in proof.exercises}
    return {what: found[name] for what, name in ids.items()}


def broken(proof: ExerciseProof) -> dict[Promise, str]:
    """Return the messages by promise, joined."""
    found: dict[Promise, str] = {}
    for one in proof.broken:
        message = one.message.replace(proof.exercise, "small")
        found[one.promise] = f"{found.get(one.promise, '')}{message}\n"
    return found


def proof_of(exercise: ExerciseProof) -> Proof:
    return Proof("grader/proof/v1", "Small", "0", "none", 1, 9, 0.5, (exercise,))


def test_sound_small_course_holds(proofs: dict[str, ExerciseProof]) -> None:
    exercise = proofs["nothing is wrong"]

    assert {c.kind: c.total == c.good > 0 for c in exercise.counts} == dict.fromkeys(
        (
            *("solution", "stub", "alternative", "wrapper", "mistake"),
            *("mutant", "garbage"),
        ),
        True,
    )
    assert exercise.farthest_right is not None
    assert exercise.nearest_wrong is not None
    assert 100 * exercise.farthest_right < exercise.nearest_wrong


@pytest.mark.parametrize("what", SOUND)
def test_sound_exercise_holds_and_its_author_is_asked(
    proofs: dict[str, ExerciseProof], what: str
) -> None:
    questions = [
        q.removeprefix(f"{proofs[what].exercise}: ") for q in proofs[what].questions
    ]

    assert broken(proofs[what]) == {}
    assert tuple(questions) == SOUND[what].questions
    assert proof_of(proofs[what]).holds


@pytest.mark.parametrize("what", SABOTAGES)
def test_sabotage_is_named_with_what_to_do(
    proofs: dict[str, ExerciseProof], what: str
) -> None:
    found = broken(proofs[what])

    assert not proof_of(proofs[what]).holds
    assert SABOTAGES[what].words in found.get(SABOTAGES[what].promise, ""), found


def test_command_proves_prints_and_writes_json(tmp_path: Path, gate: Gate) -> None:
    root = written(tmp_path, parts=SHIFT)
    words = ("--course", root, "--json", root / "proof.json")
    done = typed("prove", *words, gate=gate)
    content = (root / "proof.json").read_bytes()

    assert done.returncode == 0, done
    assert "small: right pass " in done.stdout
    assert "all promises hold" in done.stdout
    assert msgspec.json.decode(content, type=Proof).holds
    assert json.loads(content)["schema"] == "grader/proof/v1"


def test_command_says_what_is_broken_and_exits_with_1(
    tmp_path: Path,
    proofs: dict[str, ExerciseProof],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sick = msgspec.structs.replace(proofs["a mistake that is right"], exercise="small")
    monkeypatch.setattr(proving, "prove", lambda *_, **__: proof_of(sick))
    root = written(tmp_path)
    words = ["--course", str(root), "--json", str(root / "proof.json")]
    done = CliRunner().invoke(command, words)

    assert done.exit_code == 1
    assert "1 promise broken" in done.stdout
    assert "small: broken: mistakes lose points\n  mistake 'rounded'" in done.stdout
    written_proof = (root / "proof.json").read_bytes()
    assert not msgspec.json.decode(written_proof, type=Proof).holds
