"""Between machines cross bytes of our own encoding, read strictly, and nothing else."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import __version__
from grader.course import load_course
from grader.errors import InternalError, UsageError
from grader.judging import bundles, node
from grader.judging.bundles import (
    Greeting,
    Opening,
    Unopened,
    Welcome,
    digest_of,
    encoded,
    files_of,
    node_answer,
    unpack,
)
from grader.judging.protocol import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course


def test_course_that_was_sent_has_the_same_fingerprints(
    make_course: Callable[..., Course], tmp_path: Path
) -> None:
    course = make_course()
    (course.root / "solutions" / "double" / ".secret").write_text("stays")
    sent = files_of(course)
    unpack(sent, tmp_path)

    assert load_course(tmp_path).fingerprints() == course.fingerprints()
    assert not any(b"secret" in name for name, _ in sent)
    assert digest_of(sent) == digest_of(files_of(course))


@pytest.mark.parametrize("name", [b"../out.py", b"/etc/out.py", b"a/../../out.py", b""])
def test_no_path_leads_out_of_the_course(name: bytes, tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="below the course"):
        unpack([(name, b"")], tmp_path)


def test_course_that_is_too_large_is_refused(
    make_course: Callable[..., Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "CAP", 100)
    with pytest.raises(UsageError, match="send to each node"):
        files_of(make_course())


def test_message_that_is_too_long_is_refused_on_both_sides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long = encoded(Refused("OperatorError", "x" * 200))
    monkeypatch.setattr(bundles, "CAP", 100)
    with pytest.raises(InternalError, match="at most"):
        encoded(Refused("OperatorError", "x" * 200))
    with pytest.raises(InternalError, match="at most"):
        node_answer(long)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "text",
        bytearray(encoded(Unopened())),
        b"",
        pickle.dumps(Unopened()),
        encoded(Unopened())[:-1],
        encoded(Unopened()) + b"\0",
        msgspec.msgpack.encode({"type": "Gift"}),
        msgspec.msgpack.encode({"type": "BundleVerdicts", "found": [{"number": "0"}]}),
        msgspec.msgpack.encode({"type": "BundleVerdicts", "found": None}),
        msgspec.msgpack.encode({"type": "Opened", "checks": {"double": [1]}}),
    ],
)
def test_what_is_no_answer_is_refused(body: object) -> None:
    with pytest.raises(InternalError):
        node_answer(body)


@given(st.binary(max_size=200))
def test_no_bytes_break_a_node_or_come_back_as_anything_but_bytes(body: bytes) -> None:
    for ask in (node.greet, node.open_course, node.judge_bundle):
        said = node_answer(ask(body))

        assert isinstance(said, Refused)


def test_node_refuses_another_version_of_the_kit_in_plain_words() -> None:
    # A message of a later kit may look otherwise: only its version is read.
    later = msgspec.msgpack.encode({"kit": "99.0", "sandboxes": [1, 2]})
    said = node_answer(node.greet(later))

    assert isinstance(said, Refused)
    assert said.message == (
        f"expected version 99.0 of the kit, as on the machine that grades, got "
        f"{__version__}. Install the same version on all machines."
    )


def test_node_tells_what_it_judges_with() -> None:
    said = node_answer(node.greet(encoded(Greeting(__version__, "none"))))

    assert isinstance(said, Welcome)
    assert said.facts.kit == __version__
    assert said.facts.wall == "none"
    assert said.name


def test_course_that_arrives_damaged_is_not_opened(
    make_course: Callable[..., Course], tmp_path: Path
) -> None:
    files = files_of(make_course())
    order = Opening(__version__, "run", "0" * 64, files, ("double",), "none", 1)
    said = node_answer(
        node._answered(node.OpenCourses(lambda: str(tmp_path)).open, encoded(order))
    )

    assert isinstance(said, Refused)
    assert "damaged" in said.message
    assert list(tmp_path.iterdir()) == []


def test_node_without_the_course_says_so(tmp_path: Path) -> None:
    order = bundles.Bundle(__version__, "run", ())

    assert node.OpenCourses(lambda: str(tmp_path)).judge(encoded(order)) == Unopened()
