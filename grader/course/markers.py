"""Finds the marked regions of an author's source: what students write or never see.

    # BEGIN SOLUTION … # END SOLUTION   students write this: a hole takes its place
    x = 3  # SOLUTION                   the same, for one statement
    # BEGIN HIDDEN … # END HIDDEN       students do not get this: it is left out

A text after a colon takes the place instead: `# BEGIN SOLUTION: x = None`. Whoever
wrote nearly a marker meant one: taken for a comment, it would hand out the solution.
"""

from __future__ import annotations

import difflib
import enum
import io
import re
import tokenize
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

SOLUTION = "SOLUTION"
HIDDEN = "HIDDEN"
_BLOCK = re.compile(r"# (BEGIN|END) (SOLUTION|HIDDEN)(?:: ?(?P<text>.*))?\Z")
_LINE = re.compile(r"# SOLUTION(?:: ?(?P<text>.*))?\Z")
_BETWEEN = re.compile(r"[\W_]+")
_NEARLY = re.compile(r"\b(begin|end)[\s_-]*solution", re.IGNORECASE)
_OTHER_WORDS = {"START": "BEGIN", "STOP": "END", "FINISH": "END"}
# Two texts that are more alike than this are one, misspelt.
_ALIKE = 0.84
_CELL = re.compile(r"# %%(?P<head>.*)")


class MarkerPlace(enum.Enum):
    """Where a marker stands in its region."""

    BEGIN = "BEGIN"
    END = "END"
    LINE = "LINE"


class Region(msgspec.Struct, frozen=True):
    """The lines of a region, its markers included, counted from 1.

    `instead` is the text that takes their place, where the author gives one.
    """

    kind: str
    first: int
    last: int
    indent: str
    instead: str | None = None
    inline: bool = False


class _Marker(msgspec.Struct, frozen=True):
    kind: str
    place: MarkerPlace
    line: int
    indent: str
    instead: str | None
    problem: str | None = None

    @property
    def written(self) -> str:
        """How it is written."""
        if self.place is MarkerPlace.LINE:
            return f"# {self.kind}"
        return f"# {self.place.value} {self.kind}"


def regions_of(source: str, filename: str, problems: list[str]) -> list[Region]:
    """Return the regions in order.

    Args:
        source: Python that parses.
        filename: what messages call it.
        problems: gets one sentence for each region whose markers are wrong; such a
            region is not among those returned.
    """
    pairing = _Pairing(filename, problems)
    for marker in _markers(source):
        pairing.take(marker)
    return pairing.ended()


def written_by_students(source: str) -> dict[int, str]:
    """Return the lines of an author's source that students are not given, by number."""
    lines = source.splitlines()
    return {
        number: lines[number - 1].strip()
        for region in regions_of(source, "", [])
        for number in range(region.first, region.last + 1)
        if region.inline or region.first < number < region.last
    }


class _Pairing:
    """Makes regions of markers, and tells what is wrong with each region once."""

    def __init__(self, filename: str, problems: list[str]) -> None:
        self._filename = filename
        self._problems = problems
        self._regions: list[Region] = []
        self._opened: _Marker | None = None
        self._unclosed = 0

    def take(self, marker: _Marker) -> None:
        """Take the next marker."""
        if marker.problem:
            self._tell(marker, marker.problem)
        match marker.place:
            case MarkerPlace.LINE:
                self._line(marker)
            case MarkerPlace.BEGIN:
                self._begin(marker)
            case MarkerPlace.END:
                self._end(marker)

    def ended(self) -> list[Region]:
        """Return the regions, once there are no more markers."""
        if self._opened is not None:
            self._tell(
                self._opened,
                f"expected '# END {self._opened.kind}' below this "
                f"{self._opened.written!r}, found none. Add it.",
            )
        return self._regions

    def _line(self, marker: _Marker) -> None:
        if self._opened is not None:
            self._nested(self._opened, marker)
        elif not marker.problem:
            line = marker.line
            region = Region(marker.kind, line, line, "", marker.instead, inline=True)
            self._regions.append(region)

    def _begin(self, marker: _Marker) -> None:
        if self._opened is not None:
            self._nested(self._opened, marker)
            self._unclosed += 1
        self._opened = marker

    def _end(self, marker: _Marker) -> None:
        begin, self._opened = self._opened, None
        if begin is None:
            # The end of a region whose begin has been told of is no problem more.
            self._unclosed -= 1
            if self._unclosed < 0 and not marker.problem:
                wanted = f"# BEGIN {marker.kind}"
                found = f"above this {marker.written!r}, found none. Add it."
                self._tell(marker, f"expected {wanted!r} {found}")
        elif begin.problem or marker.problem:
            return
        elif begin.kind != marker.kind:
            self._other(begin, marker, "Close each region by its own marker.")
        else:
            lines = begin.line, marker.line
            region = Region(begin.kind, *lines, begin.indent, begin.instead)
            self._regions.append(region)

    def _nested(self, opened: _Marker, marker: _Marker) -> None:
        if not marker.problem:
            self._other(opened, marker, "Regions do not nest.")

    def _other(self, opened: _Marker, marker: _Marker, advice: str) -> None:
        self._tell(
            marker,
            f"expected '# END {opened.kind}' for the region that begins in line "
            f"{opened.line}, got {marker.written!r}. {advice}",
        )

    def _tell(self, marker: _Marker, problem: str) -> None:
        self._problems.append(f"{self._filename}, line {marker.line}: {problem}")


def text_lines(source: str) -> set[int]:
    """Return the lines of a source's text cells, counted from 1."""
    found, inside = set(), False
    for number, line in enumerate(source.splitlines(), 1):
        head = _CELL.match(line)
        if head:
            inside = "[markdown]" in head["head"] or "[md]" in head["head"]
        elif line.strip() and not line.startswith("#"):
            inside = False
        elif inside:
            found.add(number)
    return found


def _markers(source: str) -> Iterator[_Marker]:
    """Yield the comments that are markers, or were meant to be."""
    texts = text_lines(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            alone = token.line.strip() == token.string
            marker = _marker(token, alone=alone, text=token.start[0] in texts)
            if marker is not None:
                yield marker


def _marker(token: tokenize.TokenInfo, *, alone: bool, text: bool) -> _Marker | None:
    """Return the marker that a comment is, or nearly is.

    Args:
        token: the comment.
        alone: whether nothing else stands on its line.
        text: whether it is in a text cell.
    """
    comment, line = token.string, token.start[0]
    indent = token.line[: token.start[1]]
    block, one = _BLOCK.match(comment), _LINE.match(comment)
    if one and not text:
        problem = (
            f"{comment!r} marks the statement before it on its line, and there is none."
        )
        instead = one["text"] or None
        kind = SOLUTION
        return _Marker(
            kind, MarkerPlace.LINE, line, indent, instead, problem if alone else None
        )
    if block and alone:
        place, kind = MarkerPlace(block[1]), block[2]
        return _Marker(kind, place, line, indent, block["text"] or None)
    meant = _meant(comment, alone=alone)
    if meant is None:
        return None
    place, kind = meant
    wanted = "# SOLUTION" if place is MarkerPlace.LINE else f"# {place.value} {kind}"
    where = (
        "at the end of its line" if place is MarkerPlace.LINE else "alone on its line"
    )
    problem = (
        f"expected {wanted!r} {where}, got {token.line.strip()!r}. Write it in that "
        f"form."
    )
    return _Marker(kind, place, line, indent, None, problem)


def _meant(comment: str, *, alone: bool) -> tuple[MarkerPlace, str] | None:
    """Return which marker an author had in mind, if any."""
    words = _BETWEEN.sub(" ", comment.partition(":")[0]).split()
    if not alone and words and (len(words) == 1 or words[0] == SOLUTION):
        return (MarkerPlace.LINE, SOLUTION) if _alike(words[0], SOLUTION) else None
    near = _NEARLY.search(comment)
    if near:
        return MarkerPlace(near[1].upper()), SOLUTION
    head = " ".join(words[:2])
    if len(words) > 2 and not head.isupper():  # noqa: PLR2004 - two words are a marker
        return None
    first, _, second = head.upper().partition(" ")
    head = f"{_OTHER_WORDS.get(first, first)} {second}"
    for place in (MarkerPlace.BEGIN, MarkerPlace.END):
        for kind in (SOLUTION, HIDDEN):
            if _alike(head, f"{place.value} {kind}"):
                return place, kind
    return None


def _alike(text: str, wanted: str) -> bool:
    near = difflib.SequenceMatcher(None, text.upper(), wanted).ratio() > _ALIKE
    return near and abs(len(text) - len(wanted)) <= 1
