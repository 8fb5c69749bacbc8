"""A value is traced to the call it came from; where that is not certain, to none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from helpers import program

from grader.judging.checks import words
from grader.judging.checks.calls import Calls
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CURRENT, CheckEnded, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.student import Remote, Student
from grader.judging.checks.unpacking import parts
from grader.model import Limits, Outcome, Visibility
from grader.sandbox import wire
from grader.sandbox.worker.mirrors import Mirrors

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = "What follows from your results is"


class FakeWorker:
    """Answers with what functions in this process return, by way of the wire."""

    used_s = 0.0
    waited_s = paced_s = 0.0
    computing = False

    def __init__(self, functions: dict[str, Callable[..., object]]) -> None:
        self.functions = functions
        self.kept: list[object] = []
        self.closed = False
        self.mirrors = Mirrors()

    def handle_of(self, value: object) -> wire.Handle:
        self.kept.append(value)
        return wire.Handle(len(self.kept) - 1, type(value).__name__)

    def request(self, payload: dict[str, Any], *_allowed: float | None) -> object:
        match payload["do"]:
            case "load":
                reply: dict[str, object] = {"failures": [], "names": [*self.functions]}
            case "call":
                target, args = payload["target"], payload["args"]
                if payload["mirrored"] is not None:
                    self.mirrors.take(**payload["mirrored"])
                    args = self.mirrors.inside(args)
                function = self.functions.get(target) or self.kept[target.number]
                reply = {"value": function(*args), "gradient": None}
                if payload["mirrored"] is None:
                    reply["arguments"] = args
                else:
                    reply["left"] = self.mirrors.left()
            case "operate":  # `items`, of what has none
                reply = {"value": None}
        frame = wire.encode(1, reply, self.handle_of)
        return wire.decode(frame[:8], frame[8:])[1]

    def printed(self) -> str:
        return ""

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        self.closed = True


def host_of(**functions: Callable[..., object]) -> Host:
    return Host(program(""), Limits(), lambda _: FakeWorker(functions))


def told(
    check: Callable[[Any], object],
    visibility: Visibility = Visibility.VISIBLE,
    **functions: Callable[..., object],
) -> str:
    """Return what a check that does not hold says of these functions."""
    evidence = Evidence()
    student = Student(Calls(host_of(**functions), evidence, visibility, Remote))
    token = CURRENT.set(evidence)
    try:
        assert not check(student)
    finally:
        CURRENT.reset(token)
    return words.failed(evidence, visibility)


@pytest.mark.parametrize("value", [3, True, 2**70, 1.5, [1.0, 2.0]], ids=repr)
def test_value_of_one_function_is_told_of_it(value: object) -> None:
    def check(student: Any) -> bool:
        found = student.f()
        student.g()
        return found == close_to(-7)

    assert told(check, f=lambda: value, g=lambda: 5).startswith("`f` gave ")


@pytest.mark.parametrize("value", [3, True, False, 0], ids=repr)
def test_number_that_two_functions_gave_is_told_of_none(value: object) -> None:
    def check(student: Any) -> bool:
        found = student.f()
        student.g()
        return found == close_to(-7)

    message = told(check, f=lambda: value, g=lambda: value)

    assert message.startswith(UNKNOWN)
    assert "`" not in message


@pytest.mark.parametrize("value", [1.5, [1.0, 2.0], (3,), 2**70], ids=repr)
def test_equal_values_that_are_objects_of_their_own_are_told_apart(
    value: object,
) -> None:
    def check(student: Any) -> bool:
        found = student.f()
        student.g()
        return found == close_to(-7)

    assert told(check, f=lambda: value, g=lambda: value).startswith("`f` gave ")


def test_number_that_one_function_gave_twice_is_told_of_it() -> None:
    def check(student: Any) -> bool:
        student.g()
        return student.f() == close_to(3) and student.f() == close_to(4)

    assert told(check, f=lambda: 3, g=lambda: 5) == "`f` gave 3, expected 4."


def test_none_of_one_function_asks_for_its_return() -> None:
    def check(student: Any) -> bool:
        student.g()
        return student.f() == close_to(3)

    message = told(check, f=lambda: None, g=lambda: 5)

    assert message == "`f` gave None: is there a `return` on every path?"


def test_none_of_two_functions_asks_for_no_return() -> None:
    def check(student: Any) -> bool:
        found = student.f()
        student.g()
        return found == close_to(3)

    message = told(check, f=lambda: None, g=lambda: None)

    assert message == f"{UNKNOWN} None, expected numbers."


def test_none_in_a_list_or_a_dict_is_not_what_was_returned() -> None:
    holds = "What `f` gave holds None, expected numbers."

    assert told(lambda s: s.f()["a"][0] == close_to(3), f=lambda: {"a": [None]}) == (
        holds
    )
    assert told(lambda s: parts(s.f(), 2)[1] == close_to(3), f=lambda: (1, None)) == (
        holds
    )


def test_none_that_the_check_made_is_told_of_nobody() -> None:
    message = told(lambda s: s.f().get("a") == close_to(3), f=lambda: {"b": 1})

    assert message == f"{UNKNOWN} None, expected numbers."


def test_items_of_nested_lists_and_dicts_are_traced() -> None:
    def check(student: Any) -> bool:
        found, _ = student.f(), student.g()
        return found["losses"][1][0] == close_to(3)

    message = told(check, f=lambda: {"losses": [[1.5], [2.5]]}, g=lambda: [2.5])

    assert message == "`f` gave 2.5, expected 3."


def test_argument_that_is_left_is_told_as_one() -> None:
    def emptied(items: list[object]) -> int:
        items[0] = None
        return 7

    message = told(lambda s: s.f.call([1.0]).arguments[0][0] == close_to(1), f=emptied)

    assert message == "`f` left in its argument None, expected numbers."


def test_number_that_arguments_hold_too_is_told_of_none_once_they_are_looked_at() -> (
    None
):
    def looks(student: Any) -> bool:
        call = student.f.call(3)
        assert call.arguments == (3,)
        return call.value == close_to(9)

    unlooked = told(lambda s: s.f.call(3).value == close_to(9), f=lambda x: x)

    assert unlooked == "`f` gave 3, expected 9."
    assert told(looks, f=lambda x: x) == f"{UNKNOWN} 3, expected 9."


def test_missing_gradient_is_told_where_no_other_answer_is_none() -> None:
    def check(student: Any) -> bool:
        return student.f.gradient(torch.ones(1)) == close_to(2)

    assert told(check, f=lambda x: x).startswith("backward() on the result of `f` left")


def test_object_s_result_is_told_of_its_type() -> None:
    class Model:
        def __call__(self) -> None:
            return None

    message = told(lambda s: s.Model()() == close_to(1), Model=Model)

    assert message == "A `Model` gave None: is there a `return` on every path?"


def test_type_of_an_object_inside_of_a_value_is_not_the_worker_s_to_name() -> None:
    secret = type("E_0p123", (), {})
    message = told(
        lambda s: s.f()[0] == close_to(1), Visibility.HIDDEN, f=lambda: [secret()]
    )

    assert message == "`f` gave a value of type object, expected numbers."


def test_large_answer_is_searched_so_far() -> None:
    def check(student: Any) -> bool:
        return student.f()[-1] == close_to(1)

    message = told(check, f=lambda: ["x"] * 100_000 + [2.5])

    assert message == "`f` gave 2.5, expected 1."


def test_answers_of_one_program_are_kept_up_to_a_bound() -> None:
    host = host_of(f=lambda: torch.zeros(12 << 20))
    student = Student(Calls(host, Evidence(), Visibility.HIDDEN, Remote))
    for _ in range(5):
        student.f()

    with pytest.raises(CheckEnded, match="more than a check can take") as ended:
        student.f()
    assert ended.value.outcome is Outcome.ERROR


def test_worker_whose_answer_is_none_is_ended() -> None:
    workers: list[FakeWorker] = []

    class Liar(FakeWorker):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            if payload["do"] == "call":
                return {"outcome": "passed"}
            return super().request(payload, *allowed)

    def launch(_: Limits) -> FakeWorker:
        workers.append(Liar({"f": int, "g": int}))
        return workers[-1]

    student = Student(
        Calls(
            Host(program(""), Limits(), launch), Evidence(), Visibility.HIDDEN, Remote
        )
    )
    for function in (student.f, student.g, student.f):
        with pytest.raises(CheckEnded, match="no answer to a request") as ended:
            function()
        assert ended.value.outcome is Outcome.CRASHED

    # Who has answered so once is not asked again.
    assert [worker.closed for worker in workers] == [True, True]
