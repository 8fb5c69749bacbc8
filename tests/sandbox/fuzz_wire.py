"""A long search for bytes that hurt the checker's end of the wire; not in the suite.

Run `pip install atheris`, then `python tests/sandbox/fuzz_wire.py
-max_total_time=600`, with
more of libFuzzer's options as wanted. Any exception but `WireError` is a finding.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["grader.sandbox.wire"]):
    from grader.sandbox import wire

# Beyond its frame, decoding may take one small object for each byte of the header.
CASE_BYTES = 1 << 16


def decode(data: bytes) -> None:
    """Decode bytes as the checker would: as a whole frame, then with true lengths."""
    if len(data) < wire.PREFIX.size:
        return
    prefix, body = data[: wire.PREFIX.size], data[wire.PREFIX.size :]
    split = prefix[0] * len(body) // 255
    for lengths in (prefix, wire.PREFIX.pack(split, len(body) - split)):
        try:
            if wire.body_bytes(lengths) > CASE_BYTES:
                continue
            number, value = wire.decode(lengths, body)
        except wire.WireError:
            continue
        again(number, value)


def again(number: int, value: object) -> None:
    """Encode what was decoded: what came in must be able to go out again."""
    if abs(number) < 1 << 63:
        try:
            frame = wire.encode(number, value)
        except wire.WireError:  # empty arrays and handles of the worker's choosing
            return
        wire.decode(frame[: wire.PREFIX.size], frame[wire.PREFIX.size :])


if __name__ == "__main__":
    atheris.Setup(sys.argv, decode)
    atheris.Fuzz()
