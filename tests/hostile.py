"""Texts that are hostile to a pattern, and how long it takes for them."""

from __future__ import annotations

import re
import time
from functools import partial
from re._parser import parse  # type: ignore[import-not-found]  # what `re` made of it
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SIZES: Final = (19, 307, 2_399, 9_601)
# A linear pattern needs some 10 ns for a character; a quadratic one needs microseconds
# where a text is long.
_PLAIN_S: Final = 5e-7
_NOISE_S: Final = 2e-3
_LINEAR: Final = 2.2
_COMMON: Final = "a 0\n."
_POOL: Final = "a 0\n._\"'([-:é\t\x80"
_CATEGORIES: Final = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}


def superlinear(pattern: re.Pattern[Any], sizes: Iterable[int] = SIZES) -> str | None:
    """Return a text for which a pattern takes more than linear time, or None.

    It is written as its beginning, and what is repeated behind that.
    """
    for start, unit in hostile(pattern):
        for method in (pattern.findall, pattern.fullmatch):
            if grows(method, pattern, start, unit, sizes):
                return f"{start!r} + n * {unit!r}"
    return None


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call computes."""
    begun = time.thread_time()
    call()
    return time.thread_time() - begun


def grows(
    method: Callable[[Any], object],
    pattern: re.Pattern[Any],
    start: str,
    unit: str,
    sizes: Iterable[int],
) -> bool:
    """Return whether a text of four times the length takes much longer than that."""
    for size in sizes:
        text = _long(pattern, start, unit, size)
        if seconds(partial(method, text)) < _NOISE_S + size * _PLAIN_S:
            continue
        quarter = _long(pattern, start, unit, size // 4)
        longer = min(seconds(partial(method, text)) for _ in range(2))
        shorter = min(seconds(partial(method, quarter)) for _ in range(3))
        if longer > _NOISE_S and longer > _LINEAR * 4 * shorter:
            return True
    return False


def _long(pattern: re.Pattern[Any], start: str, unit: str, size: int) -> str | bytes:
    text = (start + unit * (size // len(unit) + 1))[:size]
    whole = isinstance(pattern.pattern, str)
    return text if whole else text.encode("latin-1", "replace")


def hostile(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """Yield beginnings of texts that fit a pattern, and what to repeat behind them."""
    written = pattern.pattern
    text = written if isinstance(written, str) else written.decode("latin-1")
    texts = dict.fromkeys(("", sign) for sign in _COMMON)
    for pieces in _variants(parse(text, pattern.flags & ~re.UNICODE & ~re.ASCII)):
        runs = [*_runs(pieces)]
        texts |= dict.fromkeys(("", run) for run in runs)
        for at in range(len(runs)):
            before = "".join(runs[:at])
            texts[before, runs[at]] = None
            texts[before, "".join(runs[at:])] = None
            texts["", "".join(runs[: at + 1])] = None
    yield from texts


def _variants(parsed: Any) -> Iterator[list[str]]:
    """Yield texts that fit a pattern, in pieces: one for each branch of it."""
    for turn in range(3):
        yield [*_pieces(parsed, turn)]


def _runs(pieces: list[str]) -> Iterator[str]:
    """Yield words as one, and each other piece alone."""
    word = ""
    for piece in pieces:
        if piece.isalnum() and piece.isascii():
            word += piece
            continue
        if word:
            yield word
        word = ""
        yield piece
    if word:
        yield word


def _pieces(parsed: Any, turn: int) -> Iterator[str]:
    for operation, argument in parsed:
        match str(operation), argument:
            case "LITERAL", code:
                yield chr(code)
            case "IN", members:
                yield _member(members, turn)
            case "NOT_LITERAL", code:
                yield next(sign for sign in _POOL if sign != chr(code))
            case "ANY", _:
                yield "a"
            case kind, _:
                yield from _pieces(_inside(kind, argument, turn), turn)


def _inside(kind: str, argument: Any, turn: int) -> Any:
    """Return the part of a pattern that one of its operations is about."""
    match kind, argument:
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT", (least, _, inner):
            # What may be left out is left out at times.
            return inner if least or turn != 1 else ()
        case "BRANCH", (_, branches):
            return branches[turn % len(branches)]
        case "SUBPATTERN" | "ASSERT", (*_, inner):
            return inner
        case "ATOMIC_GROUP", inner:
            return inner
    return ()


def _member(members: Any, turn: int) -> str:
    """Return a sign of a class; another one in another turn."""
    fitting = [*filter(lambda sign: _fits(members, sign), _POOL)]
    codes = [argument for kind, argument in members if str(kind) == "LITERAL"]
    if str(members[0][0]) != "NEGATE":
        fitting += map(chr, codes)
        fitting += [chr(a[0]) for kind, a in members if str(kind) == "RANGE"]
    return fitting[turn % len(fitting)]


def _fits(members: Any, sign: str) -> bool:
    found = False
    for kind, argument in members:
        match str(kind), argument:
            case "LITERAL", code:
                found |= ord(sign) == code
            case "RANGE", (low, high):
                found |= low <= ord(sign) <= high
            case "CATEGORY", category:
                name = str(category).removeprefix("CATEGORY_")
                inside = re.match(_CATEGORIES[name.removeprefix("NOT_")], sign)
                found |= bool(inside) is not name.startswith("NOT_")
    return found is not (str(members[0][0]) == "NEGATE")
