"""What a process says about itself is shown only in the student's own words."""

from __future__ import annotations

import ast

import msgspec
import pytest
from helpers import program

from grader.judging.answers import Raised
from grader.judging.checks.hearsay import Hearsay
from grader.model import Block, Lack, LackKind

SOURCE = "class Odd(Exception): pass\ndef f(w, x):\n    raise Odd(w)\n"
HEARSAY = Hearsay(program(SOURCE))
RAISED = Raised("Odd", "0.123", "work.py", 3, "x = 0.123")


@pytest.mark.parametrize("name", ["Odd", "ValueError", "Tensor", "generator", "int"])
def test_type_of_the_program_or_of_a_library_is_named(name: str) -> None:
    assert HEARSAY.type_name(name) == name


@pytest.mark.parametrize("name", ["E_0p123", "qwerty", "Odd0", "", "\x1b[31m"])
def test_type_that_stands_nowhere_is_an_object(name: str) -> None:
    assert HEARSAY.type_name(name) == "object"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'float' object has no attribute 'w'", "'float' object has no attribute 'w'"),
        ("index 3 is out of range", "index … is out of range"),
        ("w is x7.25", "w is …"),
        ("the secret is qwerty", ""),
        ("[Errno 13] Permission denied: 'w'", "[Errno 13] Permission denied: 'w'"),
        ("[Errno 2] No such file or directory: 'f'",) * 2,
        ("[Errno 2] Permission denied", ""),
    ],
)
def test_text_is_shown_as_far_as_its_words_are_known(text: str, shown: str) -> None:
    assert HEARSAY.text(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("No module named 'google'", "No module named 'google'"),
        ("No module named 'cv2.aruco'", "No module named 'cv2.aruco'"),
        ("No module named 'cv3'", "No module named …"),
        ("the weight must be positive", "the weight must be positive"),
        ("the weight must be 0.5", "the weight must be …"),
    ],
)
def test_words_of_the_program_and_of_python_stand_in_full(
    text: str, shown: str
) -> None:
    source = (
        "import google.colab\nimport cv2.aruco\n"
        "def f(w):\n    assert w > 0.5, 'the weight must be positive'\n"
    )

    assert Hearsay(program(source)).text(text) == shown


def test_line_of_source_is_read_from_the_submission() -> None:
    assert HEARSAY.failure(RAISED).text == "raise Odd(w)"


@pytest.mark.parametrize(
    ("label", "line"), [("work.py", 4), ("work.py", 0), ("work.py", -1), ("0.123", 3)]
)
def test_place_outside_the_submission_is_left_out(label: str, line: int) -> None:
    found = HEARSAY.failure(msgspec.structs.replace(RAISED, label=label, line=line))

    assert (found.label, found.text) == ("", "")


def test_signature_is_the_one_in_the_file() -> None:
    own = Hearsay(program("def f(w, x, lr=0.01):\n    pass\n\ndef g(a): pass\n"))

    assert own.signature("f") == "(w, x, lr=0.01)"
    assert own.signature("g") == "(a)"


def test_default_that_cannot_be_written_out_is_left_out_of_a_signature() -> None:
    large = "0x" + "f" * 4000
    own = Hearsay(program(f"def f(x, y={large}, *, z=[{large}], w=2): pass\n"))

    assert own.signature("f") == "(x, y=…, *, z=…, w=2)"


def test_signature_is_that_of_the_function_that_counts() -> None:
    source = (
        "def f(w, x, b): return 1\ndef f(w, x): return 2\n"
        "def g(a): return 1\ndef g(a, b):\n    'Later.'\n    raise ValueError\n"
        "def h(c): return 1\nclass K:\n    def h(self): return 2\n"
    )
    own = Hearsay(program(source))

    assert own.signature("f") == "(w, x)"
    assert own.signature("g") == "(a)"
    assert own.signature("h") == "(c)"


def test_signature_of_a_class_is_what_it_is_made_with() -> None:
    source = "class Model(Base):\n    n = 1\n    def __init__(self, n, *, k=2): pass\n"
    own = Hearsay(program(source + "class Other: pass\nclass It:\n  pass"))

    assert own.signature("Model") == "(n, *, k=2)"
    assert own.signature("Other") is None


@pytest.mark.parametrize(
    "source",
    [
        "f = eval('lambda x=0.123: x')  # 0 123",
        "def f(w, x:\n    pass",
        "f = 1\n\x00",
        f"def f(a={'(' * 5000}1{')' * 5000}): pass",
        f"def f(a={'-' * 50000}1): pass",
    ],
)
def test_signature_that_is_not_in_the_file_is_not_shown(source: str) -> None:
    assert Hearsay(program(source)).signature("f") is None


def shown(own: Hearsay, *texts: str) -> list[str]:
    """Return what a hidden check shows of exceptions with these texts."""
    raised = [msgspec.structs.replace(RAISED, message=text) for text in texts]
    return [own.hidden(each).message for each in raised]


def test_hidden_check_tells_a_dozen_of_the_program_s_own_words() -> None:
    own = Hearsay(program("# " + " ".join(f"w{chr(97 + n)}" for n in range(20))))
    first, second = "wa wb wc wd we wf", "wg wh wi wj wk wl"

    assert shown(own, first, second, "wm", first) == [first, second, "", first]
    assert shown(own, "list index out of range") == ["list index out of range"]


def test_hidden_check_tells_a_few_words_of_python_s_in_all() -> None:
    own = Hearsay(program(""))
    texts = [" ".join(["zero", *["a"] * n]) for n in range(1, 30)]
    told = [text for text in shown(own, *texts) if text]

    assert sum(len(text.split()) for text in told) <= 40
    assert told[0] == "zero a"


def test_hidden_check_tells_no_more_than_a_type_where_a_program_spells_numbers() -> (
    None
):
    words = [a + b for a in "abcdefghijklm" for b in "nopqrstuvwxyz"]
    own = Hearsay(program("# " + " ".join(words)))

    assert shown(own, " ".join(words[:40])) == [""]


def test_text_in_the_table_costs_no_words() -> None:
    own = Hearsay(program(""))
    raised = msgspec.structs.replace(
        RAISED,
        type_name="RuntimeError",
        message="a leaf Variable that requires grad is being used in an in-place",
    )
    told = {own.hidden(raised).message for _ in range(50)}

    assert len(told) == 1
    assert told != {""}


def test_names_that_stand_nowhere_are_not_the_program_s_own() -> None:
    assert HEARSAY.own(("f", "f_0p123", "Odd", "x7")) == ("f", "Odd")


def test_program_is_parsed_once_for_all_signatures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[str] = []

    def counted(source: str) -> ast.AST:
        parsed.append(source)
        return ast.parse(source)

    monkeypatch.setattr("grader.judging.checks.hearsay._parsed", counted)
    own = Hearsay(program("def f(w): pass\ndef g(): pass\ndef f(x): pass\n"))

    assert [own.signature(name) for name in ("f", "g", "h")] == ["(x)", "()", None]
    assert len(parsed) == 1


def test_long_program_is_not_parsed() -> None:
    # It takes 10 s for a megabyte, on the checker's side.
    own = Hearsay(program("def f(w): pass\n" + "a\n" * 50_000))

    assert own.signature("f") is None


def test_modules_beside_a_program_are_its_own_words() -> None:
    helped = msgspec.structs.replace(
        program("from near import f\n"),
        helpers=(Block("near.py", b"import pandas\ndef f(): pass\n"),),
    )
    own = Hearsay(helped)
    lack = Lack(LackKind.LIBRARY, "pandas", "near.py", 1)

    assert own.lack(lack) == lack
    assert [place.label for place in own.places("f")] == ["work.py"]


@pytest.mark.parametrize(
    "text",
    [
        "nn.f is missing: your program imports nn, which was not handed in beside it",
        (
            "nn.f is missing: nn is not installed where this is graded, and no nn.py "
            "was handed in beside your program"
        ),
        "work.py has no `relu` above this line",
    ],
)
def test_hidden_check_tells_what_is_missing(text: str) -> None:
    own = Hearsay(program("import nn, work\nnn.f\nrelu"))

    assert own.text(text) == text
