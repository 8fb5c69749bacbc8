"""A small course to try `grader prove` on, with up to three functions an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.model import Check, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# A file, what stands in it, and what shall take its place.
Change = tuple[str, str, str]

TABLE = """\
title = "Small"
exercises = {ids}
[limits]
seconds_per_call = 2
seconds_per_exercise = 5
"""
# The files of an exercise, each with the text around the parts of its functions.
_AROUND = {
    "solution.py": ("", ""),
    "test_visible.py": ("from grader import close_to\n", ""),
    "test_hidden.py": ("from grader import about, close_to, points\n", ""),
    "mistakes.py": ("from grader import edit, mistake\n\nMISTAKES = [\n", "]\n"),
    "alternatives.py": (
        "from grader import alternative, edit\n\nALTERNATIVES = [\n",
        "]\n",
    ),
}


class Part(NamedTuple):
    """One function: what each file says about it, in their order, and its points."""

    solution: str
    visible: str
    hidden: str
    mistakes: str
    alternatives: str
    points: int


PARTS = {
    "forward": Part(
        solution="""
# %%
def forward(w, x):
    # BEGIN SOLUTION
    return w * x
    # END SOLUTION
""",
        visible='''

def test_forward_predicts(student):
    """forward(1, 4) is 4."""
    assert student.forward(1, 4) == close_to(4)
''',
        hidden='''

@points(4)
def test_forward_is_the_product(student, reference, draw):
    """forward(w, x) is w times x."""
    w, x = draw.reals(2)
    assert student.forward(w, x) == close_to(reference.forward(w, x))
    assert student.forward(x, w) == close_to(reference.forward(w, x))
''',
        mistakes="""\
    mistake("minus", "forward", edit("w * x", "-w * x"), question="Which sign?"),
    mistake("size", "forward", edit("w * x", "abs(w) * x"), question="Which sign?"),
    mistake("rounded", "forward", edit("w * x", "round(w * x, 1)"), question="Why?"),
""",
        alternatives="""\
    alternative("x_first", "forward", edit("w * x", "x * w")),
""",
        points=4,
    ),
    "loss": Part(
        solution="""
# %%
def loss(w, x, y):
    # BEGIN SOLUTION
    return (forward(w, x) - y) ** 2
    # END SOLUTION
""",
        visible="",
        hidden='''

@points(4)
def test_loss_is_the_square(student, reference, draw):
    """loss(w, x, y) is the squared residual."""
    w, x = draw.real(), draw.real()
    for y in (w * x + 1 + draw.positive(), w * x - 1 - draw.positive()):
        assert student.loss(w, x, y) == close_to(reference.loss(w, x, y))
''',
        mistakes="""\
    mistake("no_square", "loss", edit("** 2", "** 3"), question="What power?"),
""",
        alternatives='''\
    alternative("numpy", "loss", source="""
def loss(w, x, y):
    import numpy
    return numpy.square(numpy.float32(w * x - y))
"""),
''',
        points=4,
    ),
    "shift": Part(
        solution="""
# %%
def shift(x):
    # BEGIN SOLUTION
    return x - 1.5
    # END SOLUTION
""",
        visible='''

def test_shift_of_two(student):
    """shift(2) is 0.5."""
    assert student.shift(2) == close_to(0.5)
''',
        hidden='''

@points(2)
def test_shift_is_to_the_left(student, reference, draw):
    """shift(x) is x - 1.5."""
    for x in (draw.real() + 10, draw.real() - 10):
        assert student.shift(x) == close_to(reference.shift(x))
''',
        mistakes="""\
    mistake("right", "shift", edit("x - 1.5", "x + 1.5"), question="Which way?"),
""",
        alternatives="""\
    alternative("added", "shift", edit("x - 1.5", "x + -1.5")),
""",
        points=2,
    ),
}
ALL = tuple(PARTS)
CHECKS = (
    Check("test_forward_predicts", "", ("forward",), Visibility.VISIBLE, 0.0),
    Check("test_shift_of_two", "", ("shift",), Visibility.VISIBLE, 0.0),
    Check("test_forward_is_the_product", "", ("forward",), Visibility.HIDDEN, 4.0),
    Check("test_loss_is_the_square", "", ("loss",), Visibility.HIDDEN, 4.0),
    Check("test_shift_is_to_the_left", "", ("shift",), Visibility.HIDDEN, 2.0),
)


def written(root: Path, *changes: Change, parts: Iterable[str] = ALL) -> Path:
    """Write a course of one exercise, `small`, with changes; return its folder."""
    (root / "solutions").mkdir(parents=True)
    write_table(root / "solutions", {"small": tuple(parts)})
    write_exercise(root / "solutions" / "small", parts, changes)
    return root


def write_table(solutions: Path, exercises: dict[str, tuple[str, ...]]) -> None:
    """Write `course.toml` for exercises of these parts."""
    table = TABLE.format(ids=[*exercises])
    for name, parts in exercises.items():
        points = sum(PARTS[part].points for part in parts)
        table += f'[exercise.{name}]\ntitle = "{name}"\npoints = {points}\n'
    (solutions / "course.toml").write_text(table)


def write_exercise(
    folder: Path,
    parts: Iterable[str],
    changes: Iterable[Change],
    *,
    wrapped: bool = True,
) -> None:
    """Write the files of one exercise with changes.

    Args:
        folder: made for it.
        parts: its functions.
        changes: what is made of its files.
        wrapped: whether to let the proof wrap the solution, a third of what it tries.
    """
    folder.mkdir()
    chosen = [PARTS[part] for part in parts]
    files = {
        name: before + "".join(str(part[place]) for part in chosen) + after
        for place, (name, (before, after)) in enumerate(_AROUND.items())
    }
    for name, old, new in changes:
        assert old in files[name], f"the change of {name} no longer applies"
        files[name] = files[name].replace(old, new)
    if not wrapped:
        files["alternatives.py"] += f"WRAPPERS = {dict.fromkeys(parts, ())}\n"
    for name, text in files.items():
        (folder / name).write_text(text)
