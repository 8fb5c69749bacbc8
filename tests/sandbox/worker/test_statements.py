"""What Python cannot read costs only the statement that it stands in."""

from __future__ import annotations

import ast
import sys

import pytest

from grader.sandbox.worker.statements import Piece, split

BELOW = "def forward(w, x):\n    return w * x\ny = 2\n"


def pieces(text: str, *, cell: bool = True) -> list[Piece]:
    return split(text, "cell 1", cell=cell)


def names_of(found: list[Piece]) -> list[str]:
    """Return the names that readable statements bind, or else their text."""
    nodes = [piece.node for piece in found if piece.node is not None]
    return [
        getattr(node, "name", None) or ast.unparse(node).split(" =")[0]
        for node in nodes
    ]


def errors_of(found: list[Piece]) -> list[tuple[str, int]]:
    return [
        (type(error).__name__, error.lineno or 0)
        for piece in found
        if isinstance(error := piece.error, SyntaxError)
    ]


BROKEN = {
    "a line": ("x = 5 5\n", [("SyntaxError", 1)]),
    "a bracket that never closes": ("print((1)\n", [("SyntaxError", 1)]),
    "a list that never closes": ("data = [1,\n 2,\n", [("SyntaxError", 1)]),
    "the wrong bracket": ("print(1]\n", [("SyntaxError", 1)]),
    "one bracket too many": ("print(1))\n", [("SyntaxError", 1)]),
    "a string that never closes": ('text = "one\n', [("SyntaxError", 1)]),
    "a long string that never closes": ('text = """one\n', [("SyntaxError", 1)]),
    "a function": ("def f(x):\n    return x +\n", [("SyntaxError", 2)]),
    "a function without a colon": ("def f(x)\n    return x\n", [("SyntaxError", 1)]),
    "a function without a body": ("def f(x):\n\n", [("IndentationError", 1)]),
    "a body that is not indented": (
        "def f(x):\nreturn x\n",
        [("IndentationError", 1)],
    ),
    "a method": ("class A:\n    def f(self):\n        x = = 1\n", [("SyntaxError", 3)]),
    "an unexpected indent": ("    z = 1\n", [("IndentationError", 1)]),
    "one half of a try": ("try:\n    z = 1\n", [("SyntaxError", 2)]),
    "an else without an if": ("else:\n    z = 1\n", [("SyntaxError", 1)]),
    "a decorator with a mistake": (
        "@first\n@second(\ndef f(x):\n    return x\n",
        [("SyntaxError", 2)],
    ),
    "tabs and spaces": ("if 1:\n\tz = 1\n        z = 2\n", [("TabError", 3)]),
    "Python 2": ('print "z"\n', [("SyntaxError", 1)]),
    "two lines in a row": ("x = 5 5\nx = 6 6\n", [("SyntaxError", 1)]),
    "prose": ("Now we train the model.\nIt takes a while.\n", [("SyntaxError", 1)]),
    "typographic quotes": ("text = “one”\n", [("SyntaxError", 1)]),
    "marks of a merge": ("<<<<<<< HEAD\n", [("SyntaxError", 1)]),
}


@pytest.mark.parametrize("cell", [True, False])
@pytest.mark.parametrize(("broken", "errors"), BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_read_costs_one_statement(
    broken: str,
    errors: list[tuple[str, int]],
    cell: bool,  # noqa: FBT001 - a case of the test
) -> None:
    found = pieces("a = 1\n" + broken + BELOW, cell=cell)

    assert set(names_of(found)) >= {"a", "forward", "y"}
    assert errors_of(found) == [(kind, line + 1) for kind, line in errors]


MERGES = {
    "around functions": "<<<<<<< a\ndef f(): pass\n=======\ndef f(): 1\n>>>>>>> b\n",
    "in a body": "def f():\n<<<<<<< a\n    return 1\n=======\n    pass\n>>>>>>> b\n",
    "in the middle of a body": (
        "def f():\n    x = 1\n<<<<<<< a\n    y = 1\n=======\n    y = 2\n>>>>>>> b\n"
        "    return x + y\n"
    ),
    "with what was before": "<<<<<<< a\n1\n||||||| c\n3\n=======\n2\n>>>>>>> b\n",
    "in brackets": "z = [\n<<<<<<< a\n  1,\n=======\n  2,\n>>>>>>> b\n]\n",
    "twice": "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\nz = 1\n" * 2,
    "its end alone": "z = 1\n>>>>>>> Stashed changes\n",
}


@pytest.mark.parametrize("text", MERGES.values(), ids=MERGES.keys())
def test_unfinished_merge_is_told_once_at_its_first_mark(text: str) -> None:
    found = pieces("a = 1\n" + text + BELOW)
    (told,) = [piece for piece in found if piece.error is not None]
    begins = [line[:7] in ("<" * 7, ">" * 7) for line in text.split("\n")]
    line = begins.index(True) + 1

    assert set(names_of(found)) >= {"a", "forward", "y"}
    assert (told.line, getattr(told.error, "lineno", 0)) == (line + 1, line + 1)
    assert "unfinished git merge" in getattr(told.error, "msg", "")


def test_mistake_beside_an_unfinished_merge_is_told_as_well() -> None:
    found = pieces("<<<<<<< a\n1\n=======\n2\n>>>>>>> b\na = 1\nx = 5 5\n")

    assert errors_of(found) == [("SyntaxError", 1), ("SyntaxError", 7)]


def test_errors_that_are_apart_are_told_each() -> None:
    found = pieces("x = 5 5\na = 1\ny = 6 6\n")

    assert errors_of(found) == [("SyntaxError", 1), ("SyntaxError", 3)]


def test_text_of_an_error_counts_lines_as_the_block_does() -> None:
    found = pieces("a = 1\nb = 2\ndef f():\nc = 3\n")
    message = str(getattr(found[2].error, "msg", ""))

    assert message.endswith("after function definition on line 3")


def test_function_inside_a_string_that_was_read_is_none() -> None:
    found = pieces('text = """\ndef f():\n    return 1\n"""\nx = 5 5\n')

    assert names_of(found) == ["text"]


NEWER = {
    "quotes in an f-string": ('print(f"{d["a"]}")', (3, 12)),
    "a backslash in an f-string": ("print(f\"{'\\n'.join(d)}\")", (3, 12)),
    "a type alias": ("type X = int", (3, 12)),
    "a generic alias": ("type X[T] = list[T]", (3, 12)),
    "a generic function": ("def f[T](x: T) -> T:\n    return x", (3, 12)),
    "a generic class": ("class A[T]:\n    pass", (3, 12)),
    "a t-string": ('x = t"{y}"', (3, 14)),
    "types of exceptions without brackets": (
        "try:\n    a\nexcept KeyError, ValueError:\n    pass",
        (3, 14),
    ),
}


@pytest.mark.parametrize(("text", "needed"), NEWER.values(), ids=NEWER.keys())
def test_what_a_newer_python_reads_names_both_versions(
    text: str, needed: tuple[int, int]
) -> None:
    found = pieces(f"a = 1\n{text}\nb = 2\n")
    messages = [str(getattr(piece.error, "msg", "")) for piece in found if piece.error]
    wanted = "this needs Python {}.{}".format(*needed)

    assert {"a", "b"} <= set(names_of(found))
    if needed > sys.version_info[:2]:
        assert [m.startswith(wanted) for m in messages] == [True]
        assert "runs here" in messages[0]


@pytest.mark.parametrize(
    "text", ['print(f"{x")', "def f[x:\n    pass", 'f"{a}" "b" c', "type = = 3"]
)
def test_what_no_python_reads_is_an_ordinary_error(text: str) -> None:
    (message,) = [str(getattr(p.error, "msg", "")) for p in pieces(text) if p.error]

    assert "needs Python" not in message


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ == '__main__':\n    a = 1\n    y = 2\n",
        '%pylab\nif "__main__" == __name__:\n    a = 1\n    y = 2\n',
    ],
)
def test_main_guard_is_as_its_statements(text: str) -> None:
    assert names_of(pieces(text))[-2:] == ["a", "y"]


PASTED = {
    "prompts": ">>> a = 1\n>>> def f():\n...     return 1\n...\n>>> y = 2",
    "numbered prompts": "In [1]: a = 1\nIn [2]: y = 2",
    "an indented cell": "    a = 1\n    y = 2",
    "a magic in an indented cell": "  %matplotlib inline\n  a = 1\n  y = 2",
    "a command without a mark": "pip install torch\na = 1\ny = 2",
    "a cell that Colab's export commented out": (
        "# Commented out IPython magic to ensure Python compatibility.\n"
        "# %%time\n# a = 1\n# for i in a:\n#     pass\ny = 2"
    ),
}


@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED.keys())
def test_what_people_paste_is_read(text: str) -> None:
    found = pieces(text)

    assert {"a", "y"} <= set(names_of(found))
    assert errors_of(found) == []


INVISIBLE = {
    "blanks that do not break": "a = 1\ndef f():\n\xa0\xa0\xa0\xa0return 1\ny = 2",
    "between words": "a = 1\ndef f(x):\n    return\xa02 * x\ny = 2",
    "of no width": "\u200bdef f():\n    return 1\na\u200b = 1\ny = 2",
    "a mark in the middle": "a = 1\n\ufeffdef f():\n    return 1\ny = 2",
    "wide blanks": "def f():\n\u3000return 1\na = 1\ny\u3000=\u30002",
    "the end of a file of old": "a = 1\ndef f():\n    return 1\ny = 2\n\x1a",
    "a hyphen that may break": "a = 1\ndef f():\n    return 1\xad\ny = 2",
}


@pytest.mark.parametrize("text", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_character_that_nobody_sees_costs_nothing_and_is_told(text: str) -> None:
    found = pieces(text, cell=False)
    (told,) = [piece.error for piece in found if piece.error is not None]

    assert names_of(found) == names_of(pieces("".join(map(_shown, text)), cell=False))
    assert isinstance(told, SyntaxError)
    assert told.msg.startswith("Python stops at an invisible character (U+")


def _shown(character: str) -> str:
    blank = character.isspace() and not character.isascii()
    return (
        " "
        if blank
        else character
        if character.isprintable() or character == "\n"
        else ""
    )


def test_character_that_nobody_sees_in_a_text_stays() -> None:
    (piece,) = pieces("x = 'a\xa0b'", cell=False)

    assert piece.error is None
    assert piece.node is not None
    assert ast.unparse(piece.node) == r"x = 'a\xa0b'"


def test_comments_below_colab_s_mark_stay_comments() -> None:
    text = (
        "# Commented out IPython magic to ensure Python compatibility.\n"
        "# %matplotlib inline\n# a = 1\ny = 2"
    )

    assert names_of(pieces(text, cell=False)) == ["y"]


def test_long_broken_text_is_split_in_time() -> None:
    text = "x = (\n" * 200 + "y = 2\n" * 200

    assert names_of(pieces(text))[-1] == "y"
