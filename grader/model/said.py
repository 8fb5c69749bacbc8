"""What is said about a check, in parts with roles; nobody parses the text."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(enum.StrEnum):
    """What one part of the words about a check is for: a closed set.

    `error` says why the check came to no answer: an exception in the student's code,
    too much time, a name that is not there. `counterexample` is the simplest call on
    which a function differs from the solution. `call` is the call of a visible check as
    a line to paste; only a student's own check asks for it.
    """

    SAW = "saw"
    FACT = "fact"
    HOW_OFTEN = "how_often"
    COUNTEREXAMPLE = "counterexample"
    TRY_IT = "try_it"
    ERROR = "error"
    CALL = "call"


class Said(msgspec.Struct, frozen=True):
    """One part of the words about a check, readable without the others.

    Attributes:
        role: what the part is for.
        text: one sentence or a few.
    """

    role: Role
    text: str


def joined(said: Iterable[Said]) -> str:
    """Return parts of what is said as one text."""
    return " ".join([part.text for part in said]) if said else ""
