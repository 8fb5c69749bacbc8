"""Against any peer at all an exchange ends in time: with a reply, or `WorkerEnded`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import Outcome
from grader.sandbox import wire
from grader.sandbox.host import client
from grader.sandbox.host.client import (
    Connection,
    Pipe,
    UnsendableError,
    WorkerEnded,
    explain_exit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Nothing here uses up this computing time; the peer is silent for at most so long.
PATIENCE_S = 30.0
FEW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


class Peer:
    """A connection, and the hostile end of it."""

    def __init__(self, cap: int = 1 << 10, pid: int = 0) -> None:
        mine, self.its = socket.socketpair()
        self.output, self.output_in = os.pipe()
        self.signals: list[int] = []
        self.connection = Connection(
            *(mine, Pipe(self.output), cap, pid or os.getpid(), 1.0),
            self.signals.append,
        )

    def close(self) -> None:
        self.connection.close()
        self.its.close()
        with contextlib.suppress(OSError):
            os.close(self.output_in)


@pytest.fixture
def peer() -> Iterator[Peer]:
    opened = Peer()
    yield opened
    opened.close()


def answered(data: bytes) -> object:
    """Return what an exchange makes of these bytes: a value, or an outcome."""
    peer = Peer()

    def speak() -> None:
        with contextlib.suppress(OSError):  # the other end has hung up
            peer.its.recv(1 << 16)  # closed before it is read, a request is an error
            peer.its.sendall(data)
        peer.its.close()
        os.close(peer.output_in)

    with running(speak):
        try:
            return peer.connection.exchange({"do": "nothing"}, PATIENCE_S)
        except WorkerEnded as ended:
            return ended.outcome
        finally:
            peer.connection.close()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@FEW
@given(st.binary(max_size=4000))
def test_random_bytes_end_the_worker(data: bytes) -> None:
    assert answered(data) is Outcome.CRASHED


@FEW
@given(VALUES, st.data())
def test_damaged_frame_ends_the_worker_or_is_a_value(
    value: object, data: st.DataObject
) -> None:
    frame = bytearray(wire.encode(1, value))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(frame) - 1))
        frame[position] = data.draw(st.integers(0, 255))
    try:
        # What comes after the length that a frame states is not part of it.
        size = wire.body_bytes(bytes(frame[:8]))
        expected = wire.decode(bytes(frame[:8]), bytes(frame[8 : 8 + size]))
    except wire.WireError:
        expected = None
    got = answered(bytes(frame))

    if got is not Outcome.CRASHED:
        assert expected is not None
        assert repr(got) == repr(expected[1])


@FEW
@given(st.integers(min_value=2, max_value=2**62) | st.integers(-(2**62), 0))
def test_reply_with_another_number_ends_the_worker(number: int) -> None:
    assert answered(wire.encode(number, {})) is Outcome.CRASHED


@FEW
@given(VALUES, st.integers(1, 200))
def test_cut_frame_ends_the_worker(value: object, cut: int) -> None:
    frame = wire.encode(1, value)

    assert answered(frame[: max(0, len(frame) - cut)]) is Outcome.CRASHED


def test_whole_frame_is_the_reply() -> None:
    assert answered(wire.encode(1, {"value": (1, 2.0)})) == {"value": (1, 2.0)}


def test_frame_in_drops_is_the_reply(peer: Peer) -> None:
    frame = wire.encode(1, list(range(50)))

    def drip() -> None:
        for byte in frame:
            peer.its.send(bytes([byte]))

    with running(drip):
        assert peer.connection.exchange({}, PATIENCE_S) == list(range(50))


@contextlib.contextmanager
def running(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> float:
    """Return an allowance whose deadline on the wall is less than a second."""
    monkeypatch.setattr(
        "grader.sandbox.host.client.wall_s", lambda limit_s: 2 * limit_s
    )
    return 0.2


def ended(peer: Peer, limit_s: float) -> tuple[Outcome, float]:
    """Return how an exchange ends, and after how long."""
    begun = time.monotonic()
    with pytest.raises(WorkerEnded) as found:
        peer.connection.exchange({}, limit_s)
    return found.value.outcome, time.monotonic() - begun


@pytest.mark.parametrize(
    "start", [b"", b"\0\0\0", b"\0\0\1\0\0\0\0\0", b"\0\0\1\0\0\0\0\0x"]
)
def test_silence_ends_at_the_deadline(peer: Peer, hurried: float, start: bytes) -> None:
    peer.its.sendall(start)
    outcome, seconds = ended(peer, hurried)

    assert outcome is Outcome.TIMEOUT
    assert seconds < 5


def test_drip_feed_ends_at_the_deadline(peer: Peer, hurried: float) -> None:
    stop = threading.Event()

    def drip() -> None:
        peer.its.sendall(b"\0\x0f\0\0\0\0\0\0")
        while not stop.wait(0.001):
            peer.its.send(b"x")

    with running(drip):
        outcome, seconds = ended(peer, hurried)
        stop.set()

    assert outcome is Outcome.TIMEOUT
    assert seconds < 5


def test_peer_that_never_reads_ends_at_the_deadline(peer: Peer, hurried: float) -> None:
    begun = time.monotonic()
    with pytest.raises(WorkerEnded) as found:
        peer.connection.exchange({"do": b"x" * 900_000}, hurried)

    assert found.value.outcome is Outcome.TIMEOUT
    assert time.monotonic() - begun < 5


def test_peer_that_prints_without_end_does_not_move_the_deadline(
    peer: Peer, hurried: float
) -> None:
    stop = threading.Event()

    def flood() -> None:
        while not stop.is_set():
            with contextlib.suppress(BlockingIOError):
                os.write(peer.output_in, b"x" * 4096)

    os.set_blocking(peer.output_in, False)
    with running(flood):
        outcome, seconds = ended(peer, hurried)
        printed = peer.connection.printed()
        stop.set()

    assert outcome is Outcome.TIMEOUT
    assert seconds < 5
    assert printed == "x" * 1024


def test_flood_of_output_ends_the_worker(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.sandbox.host.client.OUTPUT_FLOOD_BYTES", 10_000)
    os.write(peer.output_in, b"x" * 20_000)
    with pytest.raises(WorkerEnded, match="printed more than"):
        peer.connection.exchange({}, PATIENCE_S)


def test_output_is_kept_up_to_its_cap_whether_the_pipe_is_closed_or_not(
    peer: Peer,
) -> None:
    os.write(peer.output_in, b"y" * 5000)
    first = peer.connection.printed()
    os.write(peer.output_in, b"\xff\xfez")
    os.close(peer.output_in)

    assert first == "y" * 1024
    assert peer.connection.printed() == "\ufffd\ufffdz"
    assert peer.connection.printed() == ""


def test_length_above_the_cap_allocates_nothing(peer: Peer) -> None:
    peer.its.sendall(b"\xff" * 8 + b"x" * 1000)
    tracemalloc.start()
    try:
        with pytest.raises(WorkerEnded):
            peer.connection.exchange({}, PATIENCE_S)
        assert tracemalloc.get_traced_memory()[1] < 1 << 21
    finally:
        tracemalloc.stop()


def test_length_within_the_cap_allocates_only_what_comes(peer: Peer) -> None:
    peer.its.sendall(wire.PREFIX.pack(10, wire.BLOB_CAP_BYTES) + b"x" * 1000)
    peer.its.shutdown(socket.SHUT_WR)
    tracemalloc.start()
    try:
        with pytest.raises(WorkerEnded):
            peer.connection.exchange({}, PATIENCE_S)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


def forged(tree: object, blob: bytes = b"") -> bytes:
    """Return a frame that no honest worker would make."""
    header = msgspec.msgpack.encode([1, tree])
    return wire.PREFIX.pack(len(header), len(blob)) + header + blob


def test_many_arrays_over_the_same_bytes_end_the_worker() -> None:
    array = {4: [0, "uint8", [100], 0, 100, False]}

    assert len(answered(forged([array], bytes(100)))) == 1  # type: ignore[arg-type]
    assert answered(forged([array] * 2, bytes(100))) is Outcome.CRASHED


def test_keys_with_one_hash_end_the_worker() -> None:
    keys = [((2**61 - 1) * i).to_bytes(10, "big") for i in range(8, 40_000)]
    begun = time.monotonic()

    assert answered(forged({1: [[{3: [k]}, 0] for k in keys]})) is Outcome.CRASHED
    assert time.monotonic() - begun < 5


def test_dict_with_many_texts_as_keys_crosses() -> None:
    words = {str(number): number for number in range(9000)}

    assert answered(wire.encode(1, words)) == words
    with pytest.raises(wire.WireError, match="keys that are not text"):
        wire.encode(1, dict.fromkeys(range(9000)))


def test_peer_that_hangs_up_has_ended(peer: Peer) -> None:
    peer.its.close()

    assert ended(peer, PATIENCE_S)[0] is Outcome.CRASHED


@pytest.mark.parametrize("number", [*range(1, 32), *range(34, 65)])
def test_end_by_any_signal_has_words(number: int) -> None:
    before = WorkerEnded(Outcome.CRASHED, "The program's process ended by itself.")
    explained = explain_exit(-number, before)

    wanted = Outcome.TIMEOUT if number == signal.SIGXCPU else Outcome.CRASHED
    assert explained.outcome is wanted
    if number != signal.SIGXCPU:
        assert "was ended by" in str(explained)


def drips(peer: Peer) -> None:
    """Send a reply that never ends, byte by byte, and print meanwhile."""
    with contextlib.suppress(OSError):
        peer.its.sendall(wire.PREFIX.pack(1 << 19, 0))
        while True:
            peer.its.sendall(b"x")
            os.write(peer.output_in, b"x")
            time.sleep(0.002)


@pytest.mark.parametrize("hostile", [drips, lambda _: None], ids=["drips", "silent"])
def test_deadline_on_the_wall_ends_whoever_computes_nothing(
    peer: Peer, hostile: Callable[[Peer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "GRACE_S", 0.05)
    with running(lambda: hostile(peer)):
        with pytest.raises(WorkerEnded) as ended:
            peer.connection.exchange({"do": "nothing"}, PATIENCE_S, 0.15)
        peer.its.close()

    assert ended.value.outcome is Outcome.TIMEOUT
    assert 0.2 <= peer.connection.waited_s < 5


def test_reading_a_reply_is_no_time_that_the_program_waited(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> tuple[int, object]:
        monkeypatch.setattr(time, "monotonic", lambda: begun_s + 1000.0)
        return 1, None

    begun_s = time.monotonic()
    monkeypatch.setattr(wire, "decode", read)
    peer.its.sendall(wire.encode(1, None))
    peer.connection.exchange({"do": "nothing"}, PATIENCE_S)

    assert peer.connection.waited_s < 500


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who sleeps")
def test_sleeper_is_woken_and_ended_long_before_its_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "GRACE_S", 0.05)
    with subprocess.Popen(["/bin/sleep", "60"]) as sleeper:
        peer = Peer(pid=sleeper.pid)
        begun_s = time.monotonic()
        with pytest.raises(WorkerEnded) as ended:
            peer.connection.exchange({"do": "nothing"}, PATIENCE_S, 2.0)
        passed_s = time.monotonic() - begun_s
        sleeper.kill()
        peer.close()

    assert ended.value.outcome is Outcome.TIMEOUT
    assert not ended.value.computing
    assert set(peer.signals) == {signal.SIGALRM}
    assert passed_s < 2.0 <= peer.connection.waited_s


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "A check passes an object of type object, which is not data"),
        ("x" * (wire.HEADER_CAP_BYTES + 1), "A check passes more than can cross"),
    ],
    ids=["object", "text"],
)
def test_request_that_cannot_cross_is_the_author_s_fault(
    value: object, said: str
) -> None:
    with pytest.raises(UnsendableError, match=said):
        client._frame(1, {"args": value})
