"""Searches what students get for lines that only the instructor has.

A line that ends in `# PUBLIC` may stand elsewhere, such as one that is a formula of the
text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from grader.course.markers import HIDDEN, regions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PUBLIC = "#PUBLIC"
# A shorter line may stand elsewhere by accident. So may a loop's head or a plain call,
# unless it is long.
_TELLING = 12
_LONG = 20
_WORD = re.compile(r"\w")
_WORKS_OUT = re.compile(r"\A(?>.*?(?:=|return)).*[-+*/@%<>]")


def leaks(source: str, solution: Path, files: Mapping[Path, bytes]) -> list[str]:
    """Return one message for each line that gives away a solution or hidden text.

    Args:
        source: the solution with its markers.
        solution: where it is.
        files: what students get.
    """
    secrets = _secrets(source)
    return [
        f"{path}, {where}: students would read line {secrets[secret]} of "
        f"{solution.name}, which they are to write or must not see: {line.strip()!r}. "
        f"Take it out, or end the line of the solution by `# PUBLIC`."
        for path, content in files.items()
        for where, line in _lines(path, content)
        for secret in secrets
        if secret in _plain(line)
    ]


def _secrets(source: str) -> dict[str, int]:
    """Return the telling lines of the regions, without spaces, and their numbers.

    A line of code that also stands outside of regions is no secret.
    """
    lines = source.splitlines()
    inside: dict[int, str] = {}
    for region in regions_of(source, "", []):
        between = range(region.first + 1, region.last)
        numbers = (region.first,) if region.inline else between
        inside |= dict.fromkeys(numbers, region.kind)
        inside |= {} if region.inline else {region.first: "", region.last: ""}
    public = {_plain(line) for n, line in enumerate(lines, 1) if n not in inside}
    secrets: dict[str, int] = {}
    for number, kind in inside.items():
        line = _plain(lines[number - 1].partition("# SOLUTION")[0])
        allowed = line.endswith(_PUBLIC) or line in public
        if kind and not allowed and _is_telling(line, kind):
            secrets.setdefault(line, number)
    return secrets


def _is_telling(line: str, kind: str) -> bool:
    if len(line) < _TELLING or not _WORD.search(line):
        return False
    return kind == HIDDEN or len(line) >= _LONG or bool(_WORKS_OUT.search(line))


def _lines(path: Path, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield the lines of a file with where they are; none if it is not text."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return
    if path.suffix == ".ipynb":
        for number, cell in enumerate(json.loads(text)["cells"], 1):
            for line in cell["source"]:
                yield f"cell {number}", line
        return
    for number, line in enumerate(text.splitlines(), 1):
        yield f"line {number}", line


def _plain(text: str) -> str:
    return "".join(text.split())
