"""The door for what a worker says: only what was asked for, cut, never raising."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judging import answers
from grader.judging.answers import (
    Count,
    Done,
    Garbled,
    Loaded,
    Mismatch,
    Missing,
    NotCallable,
    NoWeights,
    Part,
    Raised,
    Rehearsed,
    TooLarge,
    Value,
    Weights,
    answer_of,
    parts_of,
)
from grader.judging.names import DEFINED_CAP
from grader.judging.recorded import Recorded
from grader.judging.requests import (
    Assign,
    Call,
    Earlier,
    Forget,
    Load,
    Operate,
    Parameters,
    Passes,
    Rehearse,
    Request,
    Resume,
    Slope,
    Training,
    payload_of,
)
from grader.judging.weighing import bytes_of
from grader.sandbox.wire import ANSWER, Handle
from grader.sandbox.worker.worker import RequestHandler

MODEL = Handle(0, "Model")
CALL = Call("f", (1.0,))
FAILURE: dict[str, object] = {
    "type": "ValueError",
    "message": "m",
    "label": "f.py",
    "line": 3,
    "text": "t",
    "hole": False,
    "memory": False,
    "kinds": ["ValueError", "Exception"],
}
REQUESTS: tuple[Request, ...] = (
    *(Load("script", "f.py", (("f.py", "x = 1"),)), CALL, Parameters(MODEL)),
    Operate("len", (MODEL,)),
    Resume(3, CALL),
    *(Assign(MODEL, []), Training(1), Passes(1), Forget(), Rehearse((1, 2), (CALL,))),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda each: type(each).__name__)
def test_worker_has_a_verb_for_every_request(request_: Request) -> None:
    payload = payload_of(request_)

    assert callable(getattr(RequestHandler, f"do_{payload.pop('do')}"))
    assert all(isinstance(key, str) for key in payload)


def test_earlier_answers_are_written_as_a_worker_reads_them() -> None:
    call = Call(Earlier(0), ([Earlier(1)], 2), {"x": (Earlier(2),)})
    payload = payload_of(Rehearse((1,), (call,)))
    (written,) = cast("list[object]", payload["requests"])

    assert written == {
        "do": "call",
        "target": {ANSWER: [0]},
        "args": ([{ANSWER: [1]}], 2),
        "kwargs": {"x": ({ANSWER: [2]},)},
        "gradient": False,
        "mirrored": None,
        "watched": False,
        "of": None,
        "counted": False,
        "weighs": None,
    }


def test_answer_keeps_only_what_was_asked_for() -> None:
    reply = {"value": 2.0, "arguments": (1.0,), "gradient": 3.0, "hoard": b"x" * 99}
    plain = answer_of(CALL, reply)
    asked = answer_of(Call("f", (1.0,), gradient=Slope.FIRST), reply)

    assert isinstance(plain, Value)
    assert isinstance(asked, Value)
    assert (plain.value, plain.arguments, plain.gradient) == (2.0, (1.0,), None)
    assert asked.gradient == 3.0


@pytest.mark.parametrize(
    ("request_", "reply", "kind"),
    [
        (CALL, {"value": None, "arguments": (1.0,)}, Value),
        (CALL, {"missing": "f"}, Missing),
        (CALL, {"signature": "(x)"}, Mismatch),
        (CALL, {"not_callable": "int"}, NotCallable),
        (CALL, {"too_large": "more than 64 MiB"}, TooLarge),
        (CALL, {"raised": FAILURE}, Raised),
        (Parameters(MODEL), {"value": [torch.ones(1)]}, Weights),
        (Parameters(MODEL), {"value": [1.0]}, NoWeights),
        (Parameters(MODEL), {"value": [torch.ones(1)] * 10_001}, NoWeights),
        (Assign(MODEL, []), {"value": None}, Done),
        (Load("script", "f.py", ()), {"failures": [FAILURE], "names": []}, Loaded),
        (Training(1), {"value": []}, Recorded),
        (Passes(1), {"value": 3}, Count),
        (Rehearse((1,), (CALL,)), {"replies": [[{"missing": "f"}]]}, Rehearsed),
    ],
)
def test_honest_reply_is_read(request_: Request, reply: object, kind: type) -> None:
    assert type(answer_of(request_, reply)) is kind


@pytest.mark.parametrize(
    ("request_", "reply"),
    [
        *[(request, None) for request in REQUESTS],
        *[(request, [{"value": 1}]) for request in REQUESTS],
        *[(request, {"raised": "E"}) for request in REQUESTS],
        (CALL, {}),
        (CALL, {"value": 1}),
        (CALL, {"value": 1, "arguments": [1.0]}),
        (CALL, {"value": 1, "arguments": (1.0, 2.0)}),
        (CALL, {"missing": 1}),
        (CALL, {"signature": None}),
        (CALL, {"not_callable": []}),
        (CALL, {"outcome": "passed", "score": 10.0}),
        (CALL, {"raised": {**FAILURE, "line": -1}}),
        (CALL, {"raised": {**FAILURE, "line": True}}),
        (CALL, {"raised": {**FAILURE, "line": 1 << 16000}}),
        (CALL, {"raised": {**FAILURE, "hole": 1}}),
        (CALL, {"raised": {**FAILURE, "more": 1}}),
        (CALL, {"raised": {1: 2}}),
        (CALL, {"raised": None, "value": 1, "arguments": (1.0,)}),
        (Load("script", "f.py", ()), {"failures": [], "names": None}),
        (Load("script", "f.py", ()), {"failures": [1], "names": []}),
        (Training(1), {"value": [{}]}),
        (Training(1), {"value": [{}] * 65}),
        (Passes(1), {"value": -1}),
        (Passes(1), {"value": 1 << 60}),
        (Rehearse((1, 2), (CALL,)), {"replies": [[]]}),
    ],
)
def test_what_is_no_answer_is_garbled(request_: Request, reply: object) -> None:
    assert isinstance(answer_of(request_, reply), Garbled)


@pytest.mark.parametrize(
    ("kind", "said", "place"),
    [
        (
            "ImportError",
            "cannot import name 'F' from 'typing'",
            " (/a b/typing.py)",
        ),
        ("ImportError", "cannot import name 'F' from 'own'", " (C:\\own.pyc)"),
        ("ImportError", "cannot import name 'F' from 'os'", ""),
        ("ImportError", "cannot import name 'F' from 'a' (unknown location)", ""),
        ("ValueError", "no points in it (points.py)", ""),
    ],
)
def test_place_of_a_module_on_this_machine_is_left_out(
    kind: str, said: str, place: str
) -> None:
    raised = {**FAILURE, "type": kind, "message": said + place}
    loaded = answer_of(REQUESTS[0], {"failures": [raised], "names": []})

    assert isinstance(loaded, Loaded)
    assert loaded.failures[0].message == said


def test_every_text_is_cut_where_it_arrives() -> None:
    long = "a" * 10**6
    texts = dict.fromkeys(("type", "message", "label", "text"), long)
    raised = answer_of(CALL, {"raised": {**FAILURE, **texts}})
    kind = answer_of(CALL, {"not_callable": long})

    assert isinstance(raised, Raised)
    assert isinstance(kind, NotCallable)
    assert len(raised.message) == answers.MESSAGE_CAP
    assert len(raised.type_name) == len(raised.label) == answers.NAME_CAP
    assert len(raised.text) == answers.SOURCE_LINE_CAP
    assert len(kind.type_name) == answers.NAME_CAP


def test_names_and_failures_of_a_program_are_counted() -> None:
    load = Load("script", "f.py", ())
    names = ["f", 7, "x" * 101, *(f"n{i}" for i in range(5000))]
    found = answer_of(load, {"failures": [FAILURE] * 5000, "names": names})

    assert isinstance(found, Loaded)
    assert found.names[:2] == ("f", "n0")
    assert len(found.names) <= DEFINED_CAP
    assert len(found.failures) == answers.FAILURES_CAP


def test_rehearsed_answers_end_where_a_program_ended() -> None:
    replies = [
        [{"value": 1, "arguments": (1.0,), "printed": "x"}, {"raised": FAILURE}],
        "nonsense",
    ]
    found = answer_of(Rehearse((1, 2), (CALL, CALL, CALL)), {"replies": replies})

    assert isinstance(found, Rehearsed)
    (first, printed), (second, silent) = found.answers[0]
    assert isinstance(first, Value)
    assert isinstance(second, Raised)
    assert (printed, silent) == ("x", "")
    assert found.answers[1] == ()


def test_of_a_gradient_the_check_sees_nothing_else() -> None:
    told = Value(1.0, (2.0,), 3.0)

    assert list(parts_of(Call("f", (2.0,), gradient=Slope.FIRST), told)) == [
        (Part.GRADIENT, 3.0)
    ]
    assert dict(parts_of(Call("f", (2.0,)), told)) == {
        Part.VALUE: 1.0,
        Part.ARGUMENTS: (2.0,),
    }


def test_memory_of_an_answer_is_counted() -> None:
    array = np.zeros(1000)

    assert 8000 <= bytes_of(Value({"a": [array]})) < 10_000
    assert bytes_of(Value(torch.zeros(1000), (torch.zeros(1000),))) >= 8000
    assert bytes_of(Value([[]] * 1000)) > 50_000
    assert bytes_of(Weights([torch.zeros(1000)])) >= 4000


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = (
    *("value", "arguments", "gradient", "raised", "missing", "signature", "printed"),
    *("not_callable", "too_large", "failures", "names", "replies", "type", "message"),
)
REPLIES = PLAIN | st.dictionaries(
    st.sampled_from(KEYS),
    PLAIN | st.dictionaries(st.sampled_from(KEYS), PLAIN) | st.just(FAILURE),
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(request=st.sampled_from(REQUESTS), reply=REPLIES)
def test_any_reply_has_an_answer(request: Request, reply: object) -> None:
    assert type(answer_of(request, reply)).__module__ == answers.__name__
