"""What is told of exceptions, whatever their classes make of being looked at."""

from __future__ import annotations

from typing import Any

import pytest
from in_process import answered, loaded

from grader.judging.answers import Loaded, Mismatch, answer_of, value_of
from grader.judging.requests import Load
from grader.sandbox import wire
from grader.sandbox.worker.calling import can_take, watching
from grader.sandbox.worker.clock import Alarm, Limit
from grader.sandbox.worker.failures import KINDS_CAP, NAME_CAP, failure
from grader.sandbox.worker.fitting import ITEMS_CAP, cut, fitted

RIGHT = "def double(x):\n    return 2 * x\n"


ODD = {
    "its attributes raise": "class E(Exception):\n"
    "  def __getattribute__(self, name): raise SystemExit(name)",
    "its class raises": "class E(Exception):\n"
    "  __class__ = property(lambda self: 1 / 0)",
    "its text raises": "class E(Exception):\n  def __str__(self): raise SystemExit",
    "its text is none": "class E(Exception):\n  def __str__(self): return 3",
    "its text is odd": "class S(str):\n  def __getitem__(self, key): raise ValueError\n"
    "  def endswith(self, end): raise ValueError\n"
    "class E(Exception):\n  def __str__(self): return S('a')",
    "its class has no name": "class M(type):\n"
    "  __name__ = property(lambda cls: 1 / 0)\n"
    "  __mro__ = property(lambda cls: 1 / 0)\n"
    "class E(Exception, metaclass=M): pass",
    "its class has a number for a name": "class M(type):\n"
    "  __name__ = property(lambda cls: 3)\nclass E(Exception, metaclass=M): pass",
    "a syntax error without any": "class E(SyntaxError):\n"
    "  msg = filename = lineno = offset = property(lambda self: 1 / 0)",
}


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_exception_that_cannot_be_described_has_its_name(source: str) -> None:
    _, reply = loaded(f"{source}\nraise E\nx = 1")
    failures: Any = reply["failures"]

    assert [told["type"] for told in failures] == ["E"]
    assert failures[0]["label"] == "w.py"
    assert isinstance(answer_of(Load("script", "w.py", ()), reply), Loaded)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("lineno", each) for each in ("x", -5, 10**30, [1])),
        *(("offset", each) for each in ("x", -4, 10**30)),
        ("filename", 3),
    ],
)
def test_syntax_error_with_odd_attributes_is_one(name: str, value: object) -> None:
    error = SyntaxError("bad", ("cell 1", 1, 1, "x ="))
    setattr(error, name, value)

    told = failure(error)

    assert (told["type"], told["message"]) == ("SyntaxError", "bad")
    answer = answer_of(Load("script", "work.py", ()), {"raised": told})
    assert type(answer).__name__ == "Raised"


def test_syntax_error_without_a_line_is_where_it_was_raised() -> None:
    odd = "e = SyntaxError('bad')\ne.lineno, e.filename = 'x', 'w.py'\nraise e"
    _, reply = loaded(odd)
    failures: Any = reply["failures"]

    assert [(told["label"], told["line"]) for told in failures] == [("w.py", 3)]


def test_message_of_a_syntax_error_may_be_anything() -> None:
    error = SyntaxError()
    error.msg = 3  # type: ignore[assignment]  # as a program may do

    assert failure(error)["message"] == "3"


def test_text_that_never_comes_is_not_waited_for() -> None:
    class Endless(Exception):  # noqa: N818 - what it is
        def __str__(self) -> str:  # noqa: PLE0307 - it returns nothing at all
            while True:
                pass

    clock = Alarm()
    clock.install()
    try:
        told = failure(Endless(), within=Limit(clock, 0.01, 60.0))
    finally:
        clock.uninstall()

    assert (told["type"], told["message"]) == ("Endless", "")


def test_long_names_are_cut() -> None:
    long = "E" * 10**6
    kind: type[Exception] = type(long, (Exception,), {})
    for _ in range(30):
        kind = type(long, (kind,), {})
    told: Any = failure(kind("m" * 10**6))

    assert told["type"] == "E" * NAME_CAP
    assert len(told["kinds"]) == KINDS_CAP
    assert set(map(len, told["kinds"])) == {NAME_CAP}
    with watching(on=True) as warned:
        import warnings

        warnings.warn("w" * 10**6, type(long, (UserWarning,), {}))  # noqa: B028 - no place is told
    assert max(len(text) for pair in warned for text in pair) <= 500


def test_type_of_a_long_name_is_cut_where_it_is_a_values() -> None:
    source = (
        "class A: pass\nA.__name__ = 'A' * 2_000_000\n\ndef give():\n    return A()\n"
    )
    given: Any = value_of(answered(loaded(source)[0], "give")).value

    assert given.type_name == "A" * wire.NAME_CAP


def test_long_names_of_a_tuple_are_cut() -> None:
    source = (
        "from collections import namedtuple\n"
        "Pair = namedtuple('Pair', 'x' * 1_500_000 + ' y')\n\n"
        "def give():\n    return Pair(1, 2)\n"
    )
    given: Any = value_of(answered(loaded(source)[0], "give")).value

    assert (given[0], given[1], given.y) == (1, 2, 2)


FULL = {
    "failures": "1/0\n" * 6000,
    "long texts": "raise ValueError('\\U0001f600' * 3000)\n" * 600,
    "a long name": "globals()['x' * 2_000_000] = 1\n",
    "names": "globals().update({f'\\U0001f600{n}' * 15: n for n in range(1500)})\n",
}


@pytest.mark.parametrize("source", FULL.values(), ids=FULL)
def test_answer_to_a_load_always_fits(source: str) -> None:
    worker, reply = loaded(source + RIGHT)

    frame = wire.encode(1, reply)
    _, told = wire.decode(frame[:8], frame[8:])
    assert isinstance(answer_of(Load("script", "w.py", ()), told), Loaded)
    assert value_of(answered(worker, "double", 3)).value == 6


def test_what_is_too_large_leaves_room_for_the_others() -> None:
    told = fitted(names=["a", "b" * 10**6, "c"], many=range(10**4))

    assert told["names"] == ["a", "c"]
    assert told["many"] == list(range(ITEMS_CAP))


def test_cut_text_is_a_text_and_nothing_else() -> None:
    class Odd(str):
        __slots__ = ()

        def encode(self, *_: object) -> bytes:
            raise ValueError

    assert cut(Odd("a\ud800b"), 2) == "a?"
    assert type(cut(Odd("ab"), 5)) is str


def test_signature_is_not_written_out() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise ValueError("written out")

    def function(x: object, y: object = Odd()) -> None:
        del x, y

    assert can_take(function, (1,), {})
    assert not can_take(function, (1, 2, 3), {})


def test_call_that_does_not_fit_is_told_beside_a_large_default() -> None:
    worker, _ = loaded(f"def double(x, y=0x{'f' * 4000}):\n    return 2 * x\n")

    assert answered(worker, "double", 1, 2, 3) == Mismatch()
