"""File names for students' pages: safe on any disk, and all different."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter

_STEM_BYTES = 120
# Names that Windows keeps for devices, whatever their ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w .+@-]")


def file_stems(students: tuple[str, ...]) -> tuple[str, ...]:
    """Return one file name, without its ending, per student: safe, and all different.

    A harmless name stays as it is. Any other gets a digest, so that it differs from its
    neighbours and is the same in each run. So does a name that differs from another
    only in case, whichever comes first.
    """
    taken: set[str] = set()
    folded = Counter(_readable(student).casefold() for student in set(students))
    return tuple(_stem(student, taken, folded) for student in students)


def utf8(text: str) -> bytes:
    """Return UTF-8, even for a file name with bytes that are not UTF-8."""
    return text.encode("utf-8", "backslashreplace")


def _stem(student: str, taken: set[str], folded: Counter[str]) -> str:
    """Return a stem not in `taken`, and put it there."""
    readable = _readable(student)
    alone = readable == student and folded[readable.casefold()] == 1
    stem = readable if alone else f"{readable}-{_digest(student)}"
    count = 1
    # On some disks, names that differ only in case are the same file.
    while stem.casefold() in taken:
        count += 1
        stem = f"{readable}-{_digest(student)}-{count}"
    taken.add(stem.casefold())
    return stem


def _readable(student: str) -> str:
    text = unicodedata.normalize("NFC", utf8(student).decode())
    text = _UNSAFE.sub("_", text).lstrip(". -").rstrip(". ")
    text = text.encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(". ")
    return f"_{text}" if not text or _RESERVED.match(text) else text


def _digest(student: str) -> str:
    return hashlib.sha256(utf8(student)).hexdigest()[:8]
