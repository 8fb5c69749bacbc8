"""`grader prove` holds on a sound course and says what is wrong with a sick one."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from helpers import Counting

from grader.authoring import proving
from grader.authoring.proving.mutants import mutants_of
from grader.authoring.proving.proof import Promise, Proof
from grader.authoring.proving.wrappers import allowed_by_checks
from grader.course import load_course
from grader.course.uses import used_by
from grader.errors import AuthorError
from grader.judging.session import Judges, open_judges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

TABLE = """\
title = "Small"
exercises = ["small"]
[limits]
seconds_per_call = 2
seconds_per_exercise = 5
"""
SOLUTION = """\
# %%
def forward(w, x):
    # BEGIN SOLUTION
    return w * x
    # END SOLUTION


# %%
def loss(w, x, y):
    # BEGIN SOLUTION
    return (forward(w, x) - y) ** 2
    # END SOLUTION


# %%
def shift(x):
    # BEGIN SOLUTION
    return x - 1.5
    # END SOLUTION
"""
VISIBLE = '''\
from grader import close_to


def test_forward_predicts(student):
    """forward(1, 4) is 4."""
    assert student.forward(1, 4) == close_to(4)
'''
HIDDEN = '''\
from grader import about, close_to, parts, points


@points(4)
def test_forward_is_the_product(student, reference, draw):
    """forward(w, x) is w times x."""
    w, x = draw.reals(2)
    assert student.forward(w, x) == close_to(reference.forward(w, x))
    assert student.forward(x, w) == close_to(reference.forward(w, x))


@points(4)
def test_loss_is_the_square(student, reference, draw):
    """loss(w, x, y) is the squared residual."""
    w, x = draw.real(), draw.real()
    for y in (w * x + 1 + draw.positive(), w * x - 1 - draw.positive()):
        assert student.loss(w, x, y) == close_to(reference.loss(w, x, y))


@points(2)
def test_shift_is_to_the_left(student, reference, draw):
    """shift(x) is x - 1.5."""
    for x in (draw.real() + 10, draw.real() - 10):
        assert student.shift(x) == close_to(reference.shift(x))
'''
MISTAKES = """\
from grader import edit, mistake

MISTAKES = [
    mistake("minus", "forward", edit("w * x", "-w * x"), question="Which sign?"),
    mistake("size", "forward", edit("w * x", "abs(w) * x"), question="Which sign?"),
    mistake("rounded", "forward", edit("w * x", "round(w * x, 1)"), question="Why?"),
    mistake("no_square", "loss", edit("** 2", "** 3"), question="What power?"),
    mistake("right", "shift", edit("x - 1.5", "x + 1.5"), question="Which way?"),
]
"""
ALTERNATIVES = '''\
from grader import alternative, edit

ALTERNATIVES = [
    alternative("x_first", "forward", edit("w * x", "x * w")),
    alternative("numpy", "loss", source="""
def loss(w, x, y):
    import numpy
    return numpy.square(numpy.float32(w * x - y))
"""),
]
'''
FILES = {
    "solution.py": SOLUTION,
    "test_visible.py": VISIBLE,
    "test_hidden.py": HIDDEN,
    "mistakes.py": MISTAKES,
    "alternatives.py": ALTERNATIVES,
}


def written(root: Path, *changes: tuple[str, str, str]) -> Path:
    """Write the small course, sabotaged: file, what stands there, what shall."""
    (root / "solutions").mkdir(parents=True)
    (root / "solutions" / "course.toml").write_text(TABLE)
    write_exercise(root / "solutions" / "small", *changes)
    return root


def write_exercise(folder: Path, *changes: tuple[str, str, str]) -> None:
    files = dict(FILES)
    for name, old, new in changes:
        assert old in files[name], f"the sabotage of {name} no longer applies"
        files[name] = files[name].replace(old, new)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)


def prove_small(root: Path, gate: Gate, draws: int = 1) -> Proof:
    course = load_course(root)
    with open_judges(course, gate=gate) as judges:
        return proving.prove_with(judges, course, draws, Counting(), flaky_draws=8)


def broken(proof: Proof) -> dict[Promise, str]:
    """Return the messages by promise, joined."""
    found: dict[Promise, str] = {}
    for exercise in proof.exercises:
        for one in exercise.broken:
            message = one.message.replace(exercise.exercise, "small")
            found[one.promise] = f"{found.get(one.promise, '')}{message}\n"
    return found


def test_sound_small_course_holds(tmp_path: Path, gate: Gate) -> None:
    proof = prove_small(written(tmp_path), gate, draws=2)

    assert broken(proof) == {}
    assert proof.holds
    (exercise,) = proof.exercises
    assert {c.kind: c.total == c.good for c in exercise.counts} == {
        **dict.fromkeys(
            ("solution", "stub", "alternative", "wrapper", "mistake"), True
        ),
        **dict.fromkeys(("mutant", "garbage"), True),
    }
    assert exercise.questions == ()
    assert exercise.farthest_right is not None
    assert exercise.nearest_wrong is not None
    assert 100 * exercise.farthest_right < exercise.nearest_wrong


def test_exercise_without_alternatives_is_a_question(
    tmp_path: Path, gate: Gate
) -> None:
    start = ALTERNATIVES[: ALTERNATIVES.index("    alternative(")]
    rest = ALTERNATIVES[len(start) : -len("]\n")]
    root = written(tmp_path, ("alternatives.py", rest, ""))

    (exercise,) = prove_small(root, gate).exercises

    assert exercise.broken == ()
    assert "small: there are no alternatives" in exercise.questions[0]


def test_mistakes_that_no_check_tells_apart_are_a_question(
    tmp_path: Path, gate: Gate
) -> None:
    twin = """\
    mistake("turned", "forward", edit("w * x", "w * -x"), question="?"),
    mistake("twin", "forward", edit("w * x", "x * -w"), same_as="turned"),
]
"""
    root = written(tmp_path, ("mistakes.py", "]\n", twin))

    (exercise,) = prove_small(root, gate).exercises

    assert exercise.questions == (
        (
            "mistakes 'minus', 'turned': no check tells them apart, but they ask "
            "different questions, so none is ever asked. Declare one `same_as` the "
            "other, or let a check tell them apart?"
        ),
    )


def test_question_that_gives_the_line_away_is_a_question(
    tmp_path: Path, gate: Gate
) -> None:
    given = 'question="Why not return x-1.5?"'
    root = written(tmp_path, ("mistakes.py", 'question="Which way?"', given))

    (exercise,) = prove_small(root, gate).exercises

    assert "mistake 'right': its question gives the line away" in exercise.questions[0]


HIDDEN_SHIFT = "for x in (draw.real() + 10, draw.real() - 10):"
SLOW = "a slow check"
SABOTAGES: dict[str, tuple[list[tuple[str, str, str]], Promise, str]] = {
    "a check that compares with itself": (
        [("test_hidden.py", "close_to(reference.shift(x))", "student.shift(x)")],
        Promise.NOT_BLIND,
        (
            "`test_shift_is_to_the_left`: no mistake fails it: nobody can lose its "
            "points (2). It misses right. It sees no difference between them and the "
            "solution."
        ),
    ),
    "a tolerance of 1e-1": (
        [
            (
                "test_hidden.py",
                "close_to(reference.forward(w, x))",
                "close_to(reference.forward(w, x), rtol=1e-1)",
            ),
            ("mistakes.py", '"round(w * x, 1)"', '"1.01 * w * x"'),
        ],
        Promise.MARGIN,
        "and the nearest mistake, ",
    ),
    "a mistake that a wide tolerance lets pass": (
        [
            (
                "test_hidden.py",
                "close_to(reference.forward(w, x))",
                "close_to(reference.forward(w, x), rtol=0.5)",
            )
        ],
        Promise.MISTAKE_COSTS,
        "and allows 0.5: narrow its tolerance.",
    ),
    "handout data only": (
        [("test_hidden.py", "w, x = draw.reals(2)", "w, x = 1.0, 4.0")],
        Promise.MISTAKE_COSTS,
        (
            "mistake 'size': it loses no points on `forward` (it fails "
            "`test_loss_is_the_square`: it has 4 points, about `loss`). "
            "`test_forward_is_the_product` draws no inputs: take fresh ones "
            "from `draw`."
        ),
    ),
    "a missing sign": (
        [
            (
                "test_hidden.py",
                "w, x = draw.reals(2)",
                "w, x = draw.positive(), draw.positive()",
            ),
            (
                "test_hidden.py",
                "w, x = draw.real(), draw.real()",
                "w, x = draw.positive(), draw.positive()",
            ),
        ],
        Promise.MISTAKE_COSTS,
        (
            "mistake 'size': it loses no points on `forward` or anywhere. "
            "`test_forward_is_the_product` uses no negative number"
        ),
    ),
    "a dropped mistake": (
        [
            (
                "mistakes.py",
                (
                    '    mistake("right", "shift", edit("x - 1.5", "x + 1.5"), '
                    'question="Which way?"),\n'
                ),
                "",
            )
        ],
        Promise.NOT_BLIND,
        "No mistake is about `shift`. Add one to mistakes.py",
    ),
    "an alternative that is wrong": (
        [("alternatives.py", '"x * w"', '"x + w"')],
        Promise.RIGHT_PASSES,
        "alternative 'x_first': expected full marks, got failed from `test_forward",
    ),
    "a flaky check": (
        [
            (
                "test_hidden.py",
                HIDDEN_SHIFT,
                f"assert draw.choice([0, 0, 1]) == 0\n    {HIDDEN_SHIFT}",
            )
        ],
        Promise.NOT_FLAKY,
        (
            "`test_shift_is_to_the_left`: expected the same verdict on every "
            "draw of the "
            "solution, failed "
        ),
    ),
    "a visible check that compares nothing": (
        [
            (
                "test_visible.py",
                "assert student.forward(1, 4) == close_to(4)",
                "student.forward(1, 4)",
            )
        ],
        Promise.NOT_BLIND,
        "`test_forward_predicts`: it passes where a function that it is about",
    ),
    "a check that lets all pass on some draws": (
        [
            (
                "test_hidden.py",
                HIDDEN_SHIFT,
                (
                    "student.shift(1.0)\n    if draw.choice([0, 1]):\n"
                    f"        return\n    {HIDDEN_SHIFT}"
                ),
            )
        ],
        Promise.NOT_FLAKY,
        (
            "`test_shift_is_to_the_left`: expected the same verdict on every draw of "
            "garbage 'shift returns None', failed "
        ),
    ),
    "a mistake that is right": (
        [("mistakes.py", '"round(w * x, 1)"', '"x * w"')],
        Promise.MISTAKE_COSTS,
        (
            "On all inputs of `test_forward_is_the_product` it gives what the solution "
            "gives. If it is wrong, call `forward` there"
        ),
    ),
    "a mistake that fails an unrelated check": (
        [
            (
                "test_hidden.py",
                "@points(2)",
                '@points(2)\n@about("shift")',
            ),
            (
                "test_hidden.py",
                "close_to(reference.shift(x))",
                (
                    "close_to(reference.shift(x))\n"
                    "        assert student.forward(2, x) == close_to(2 * x)"
                ),
            ),
        ],
        Promise.ON_ITS_OWN,
        (
            "mistake 'minus': it costs points on `test_shift_is_to_the_left`, which is "
            "about `shift` and does not use `forward`."
        ),
    ),
    "a check that raises on None": (
        [("test_hidden.py", "student.shift(x) ==", "student.shift(x) + 0 ==")],
        Promise.NO_FAULT,
        "test_hidden.py, line 24, in test_shift_is_to_the_left: TypeError",
    ),
    "a stub that passes a check": (
        [
            (
                "test_hidden.py",
                "        assert student.shift(x) == close_to(reference.shift(x))",
                "        assert x == close_to(x)",
            )
        ],
        Promise.STUB_EARNS_NOTHING,
        "`test_shift_is_to_the_left`: expected not_attempted for the stub, got passed",
    ),
    "points that no mistake can lose": (
        [("test_hidden.py", "reference.shift(x))", "reference.shift(x), rtol=9)")],
        Promise.NOT_BLIND,
        (
            "nobody can lose its points (2). It misses right. "
            "`test_shift_is_to_the_left` sees a difference of 0."
        ),
    ),
    "a mistake that costs nothing": (
        [
            ("test_hidden.py", "@points(2)\n", ""),
            (
                "test_hidden.py",
                "@points(4)\ndef test_loss",
                "@points(6)\ndef test_loss",
            ),
        ],
        Promise.MISTAKE_COSTS,
        (
            "(it fails `test_shift_is_to_the_left`: it has 0 points, about "
            "`shift`). No "
            "check with points is about `shift`: write one."
        ),
    ),
    "a check that forbids a right form": (
        [
            (
                "test_hidden.py",
                "assert student.shift(x) ==",
                (
                    "assert isinstance(student.shift(x), float)\n"
                    "        assert student.shift(x) =="
                ),
            )
        ],
        Promise.RIGHT_PASSES,
        "wrapper 'shift (list)': expected full marks, got failed",
    ),
    "right and wrong too close": (
        [
            ("alternatives.py", '"x_first", "forward"', '"x_first", "shift"'),
            (
                "alternatives.py",
                '"w * x", "x * w"',
                '"x - 1.5", "(x - 1.5) * 1.00001"',
            ),
            ("mistakes.py", '"x + 1.5"', '"(x - 1.5) * 1.0005"'),
        ],
        Promise.MARGIN,
        "small: expected the nearest mistake to be 100 times as far off",
    ),
    SLOW: (
        [
            (
                "test_hidden.py",
                HIDDEN_SHIFT,
                f"sum(range(20_000_000))\n    {HIDDEN_SHIFT}",
            ),
        ],
        Promise.IN_TIME,
        "its share of the 0.4 s",
    ),
}


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> dict[str, Proof]:
    """Return the proof of each sabotaged exercise; all of them are one course."""
    root = tmp_path_factory.mktemp("sick")
    solutions = root / "solutions"
    solutions.mkdir()
    ids = {f"small_{number}": what for number, what in enumerate(SABOTAGES)}
    slow = next(i for i, what in ids.items() if what == SLOW)
    (solutions / "course.toml").write_text(
        f'title = "Sick"\nexercises = {[*ids]}\n'
        f"[limits]\nseconds_per_call = 2\nseconds_per_exercise = 5\n"
        f'[exercise.{slow}]\ntitle = "Slow"\nlimits = {{seconds_per_exercise = 0.4}}\n'
    )
    for name, what in ids.items():
        write_exercise(solutions / name, *SABOTAGES[what][0])
    course = load_course(root)
    with open_judges(course, jobs=2, gate=gate) as judges:
        proof = proving.prove_with(judges, course, 1, Counting(), flaky_draws=5)
    return {
        ids[exercise.exercise]: msgspec.structs.replace(proof, exercises=(exercise,))
        for exercise in proof.exercises
    }


@pytest.mark.parametrize("what", SABOTAGES)
def test_sabotage_is_named_with_what_to_do(sick: dict[str, Proof], what: str) -> None:
    _, promise, words = SABOTAGES[what]
    proof = sick[what]

    assert not proof.holds
    assert words in broken(proof).get(promise, ""), broken(proof)


AUTHOR_ERRORS = {
    "an edit that does not apply": (
        ("mistakes.py", '"x - 1.5"', '"x - 2.5"'),
        "variant 'right': expected 'x - 2.5' 1 time(s) in the solution, found it 0",
    ),
    "an unknown about": (
        ("mistakes.py", '"shift"', '"shfit"'),
        (
            "mistake 'right': expected to be about a definition of the solution "
            "(forward, "
            "loss, shift), got 'shfit'"
        ),
    ),
    "a variant that does not parse": (
        ("alternatives.py", '"x * w"', '"x * * w"'),
        "alternative 'x_first': expected Python that parses, got invalid syntax",
    ),
    "a name used for both": (
        ("alternatives.py", '"x_first"', '"minus"'),
        "variant 'minus': expected either a mistake or an alternative, found it",
    ),
    "a name used twice": (
        ("mistakes.py", '"size"', '"minus"'),
        "'minus': expected a name used once, found it 2 times",
    ),
    "a mistake that changes nothing": (
        ("mistakes.py", '"-w * x"', '"(w * x)"'),
        "mistake 'minus': expected a change of the solution",
    ),
    "a list that does not run": (
        ("mistakes.py", "edit, mistake", "edit"),
        "mistakes.py: expected a list of variants, got NameError",
    ),
    "a wrapper that does not exist": (
        (
            "alternatives.py",
            "ALTERNATIVES = [",
            'WRAPPERS = {"shift": ("flaot",)}\nALTERNATIVES = [',
        ),
        "WRAPPERS: 'shift': expected a function of the solution and names out of",
    ),
}


@pytest.mark.parametrize("what", AUTHOR_ERRORS)
def test_authors_slip_is_told_before_anything_is_judged(
    tmp_path: Path, small_judges: Judges, what: str
) -> None:
    change, words = AUTHOR_ERRORS[what]
    course = load_course(written(tmp_path, change))
    watcher = Counting()
    with pytest.raises(AuthorError) as error:
        proving.prove_with(small_judges, course, 1, watcher)

    assert words in str(error.value)
    assert watcher.expected == 0


def test_all_slips_are_told_at_once(tmp_path: Path, small_judges: Judges) -> None:
    root = written(
        tmp_path,
        ("mistakes.py", '"x - 1.5"', '"x - 2.5"'),
        ("alternatives.py", '"x * w"', '"x * * w"'),
        ("mistakes.py", '"loss"', '"lost"'),
    )
    with pytest.raises(AuthorError, match="3 problems") as error:
        proving.prove_with(small_judges, load_course(root), 1, Counting())

    for name in ("'right'", "'x_first'", "'no_square'"):
        assert name in str(error.value)


@pytest.fixture(scope="module")
def small_judges(
    tmp_path_factory: pytest.TempPathFactory, gate: Gate
) -> Iterator[Judges]:
    course = load_course(written(tmp_path_factory.mktemp("small")))
    with open_judges(course, gate=gate) as judges:
        yield judges


def test_survivor_is_a_question_and_no_failure(tmp_path: Path, gate: Gate) -> None:
    change = ("solution.py", "def shift(x):", "def shift(x, unused=7):")
    proof = prove_small(written(tmp_path, change), gate)

    assert proof.holds
    assert proof.exercises[0].questions == (
        (
            "shift: `8` for `7`: no hidden check fails this. Is it right as well, or "
            "does no check look there?"
        ),
    )


def test_author_can_forbid_a_form(tmp_path: Path, gate: Gate) -> None:
    changes, _, _ = SABOTAGES["a check that forbids a right form"]
    allowed = (
        "alternatives.py",
        "ALTERNATIVES = [",
        'WRAPPERS = {"shift": ("prints",)}\nALTERNATIVES = [',
    )

    assert prove_small(written(tmp_path, *changes, allowed), gate).holds


def test_command_prints_exits_and_writes_json(tmp_path: Path) -> None:
    changes, _, _ = SABOTAGES["a mistake that is right"]
    sound, sick = written(tmp_path / "a"), written(tmp_path / "b", *changes)
    done = [command(root, "--json", root / "proof.json") for root in (sound, sick)]

    assert [one.returncode for one in done] == [0, 1], done
    assert "small: right pass " in done[0].stdout
    assert "all promises hold" in done[0].stdout
    assert "1 promise broken" in done[1].stdout
    assert "small: broken: mistakes lose points\n  mistake 'rounded'" in done[1].stdout
    for root, holds in ((sound, True), (sick, False)):
        content = (root / "proof.json").read_bytes()
        assert msgspec.json.decode(content, type=Proof).holds is holds
        assert json.loads(content)["schema"] == "grader/proof/v1"


def test_command_exits_with_2_for_an_authors_slip(tmp_path: Path) -> None:
    done = command(written(tmp_path, ("mistakes.py", '"x - 1.5"', '"x - 2.5"')))

    assert done.returncode == 2
    assert "Adjust the edit" in done.stderr


def command(root: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", "prove", "--course", root, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_mutants_are_small_changes_each_once() -> None:
    source = '''\
def step(w, lr=0.1):
    """Take a step."""
    for _ in range(3):
        w.grad = None
        w.zero_()
    return -w + lr
'''
    found = mutants_of(source)

    assert [name.removeprefix("step: ") for name in found] == [
        "without `for _ in range(3):`",
        "`w.zero_()` dedented",
        "without `return -w + lr`",
        "without `w.grad = None`",
        "without `w.zero_()`",
        "`0.2` for `0.1`",
        "no parentheses in `w.zero_()`",
        "another operator in `-w + lr`",
        "`4` for `3`",
        "no minus in `-w`",
    ]
    assert len({text for _, text in found.values()}) == len(found)


def test_users_are_found_through_each_other() -> None:
    source = "def a(): ...\ndef b(): a()\nclass C:\n    def m(self): b()\n"

    assert used_by(source) == {"a": {"a"}, "b": {"a", "b"}, "C": {"a", "b", "C"}}


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("assert student.f(1) == close_to(1)", {"float64", "list", "prints"}),
        ("assert student.f(1) == close_to(1, shape=(1,))", {"float64", "prints"}),
        ("assert student.f.gradient(1) == close_to(1)", {"float64", "prints"}),
        ("assert student.f.call(1).printed == ''", {"float64", "list"}),
    ],
)
def test_checks_decide_which_forms_are_right(
    tmp_path: Path, line: str, allowed: set[str]
) -> None:
    path = tmp_path / "test_hidden.py"
    path.write_text(f"def test_f(student):\n    {line}\n")
    found = allowed_by_checks(["f"], {"test_f": ("f",)}, [path])

    assert set(found["f"]) & {"float64", "list", "prints"} == allowed
