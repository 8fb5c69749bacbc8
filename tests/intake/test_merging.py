"""Marks of an unfinished merge are found; those that change nothing cost nothing."""

from __future__ import annotations

import json

import pytest
from hand_ins import CODE, notebook_text

from grader.errors import StudentError
from grader.intake.merging import marked_line, sides
from grader.intake.reading import program_of

PLAIN = "<<<<<<< HEAD\n{}=======\n{}>>>>>>> feature/loss\n"
DIFF3 = "<<<<<<< HEAD\n{}||||||| merged common ancestors\nold\n=======\n{}>>>>>>> b\n"
INDENTED = "def f(w):\n<<<<<<< HEAD\n    return 1\n=======\n    return 2\n>>>>>>> b\n"
COUNT = '   "execution_count": {},\n'


@pytest.mark.parametrize("form", [PLAIN, DIFF3])
def test_sides_are_the_two_versions(form: str) -> None:
    text = "a\n" + form.format("ours\n", "theirs\n") + "b"

    assert sides(text) == ("a\nours\nb", "a\ntheirs\nb")


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD\nx = 1\n",
        "x = 1\n>>>>>>> b\n",
        "<<<<<<< HEAD\n<<<<<<< HEAD\n=======\n>>>>>>> b\n",
        "<<<<<<< HEAD\n>>>>>>> b\n",
    ],
)
def test_sides_of_half_a_merge_are_not_guessed(text: str) -> None:
    found = sides(text)

    assert found is None or ">>>>>>> b" in found[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (PLAIN.format("x = 1\n", "x = 2\n"), 1),
        (INDENTED, 2),
        (CODE + "=======\n", 3),
        ("f(\n  1,\n<<<<<<< HEAD\n  2)\n", 3),
        (CODE + "x = 1\n>>>>>>> origin/main\n", 4),
    ],
)
def test_script_with_two_versions_is_refused_with_the_line(
    text: str, line: int
) -> None:
    assert marked_line(text) == line
    with pytest.raises(StudentError) as caught:
        program_of("a.py", text.encode())

    assert str(caught.value) == (
        f"a.py: the file holds marks of an unfinished git merge, line {line}. Keep one "
        f"of the two versions, delete the marks, and hand it in again."
    )


@pytest.mark.parametrize(
    "text",
    [
        '"""\nTitle\n=======\n<<<<<<< HEAD\n"""\nx = 1\n',
        "# =======\n# <<<<<<< HEAD\n",
        ">>> x\n",
        "x = 1 #<<<<<<<\n",
        "y = [\n  1 <<\n  2]\n",
    ],
)
def test_script_that_only_talks_of_marks_is_read(text: str) -> None:
    assert program_of("a.py", text.encode()).notes == ()


def test_script_whose_versions_differ_in_layout_alone_is_read() -> None:
    text = PLAIN.format(CODE, "def forward(w, x):  # theirs\n\n    return w*x\n")
    program = program_of("a.py", text.encode())

    assert program.blocks[0].source == CODE
    assert "marks of an unfinished git merge, line 1. Both" in program.notes[0]


def conflict(line: str, ours: str, theirs: str) -> str:
    """Return a notebook in which git could not merge one line of JSON."""
    text = json.dumps(json.loads(notebook_text(CODE, "MARK")), indent=1)
    assert text.count(line) == 1
    return text.replace(line, PLAIN.format(ours, theirs))


@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_notebook_whose_code_differs_is_refused_with_the_line(name: str) -> None:
    source = '   "source": "{}"\n'
    text = conflict(
        source.format("MARK"), source.format("x = 1"), source.format("x = 2")
    )
    line = text.split("\n").index("<<<<<<< HEAD") + 1
    with pytest.raises(StudentError, match=rf"{name}: .*, line {line}\. Keep one of"):
        program_of(name, text.encode())


@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_notebook_whose_outputs_alone_differ_is_read(name: str) -> None:
    source = '   "source": "MARK"\n'
    text = conflict(source, COUNT.format(1) + source, COUNT.format(2) + source)
    program = program_of(name, text.encode())

    assert [block.source for block in program.blocks] == [CODE, "MARK"]
    assert "Both versions have the same code, which was read." in program.notes[0]


def test_notebook_that_begins_with_a_mark_is_refused_with_the_line() -> None:
    text = PLAIN.format(notebook_text("x = 1") + "\n", notebook_text("x = 2") + "\n")
    with pytest.raises(StudentError, match="git merge, line 1"):
        program_of("a.ipynb", text.encode())


def test_marks_in_one_cell_are_left_for_it_to_say_and_the_others_are_kept() -> None:
    program = program_of("a.ipynb", notebook_text(CODE, INDENTED).encode())

    assert [block.source for block in program.blocks] == [CODE, INDENTED]
    assert program.notes == ()


def test_cell_whose_versions_differ_in_layout_alone_is_read() -> None:
    text = PLAIN.format(CODE, "def forward(w, x):  # theirs\n\n    return w*x\n")
    program = program_of("a.ipynb", notebook_text("x = 1", text).encode())

    assert [block.source for block in program.blocks] == ["x = 1", CODE]
    assert len(program.notes) == 1
    assert program.notes[0].startswith("cell 2 holds marks of an unfinished git merge")
