"""Reports: one format per file, each a pure `render`; here they meet the disk."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from grader.errors import OperatorError, UsageError, listed
from grader.files import write_atomically
from grader.report.formats import grades_csv, markdown, results_json

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Results

RESULTS_FILE = "results.json"
GRADES_FILE = "grades.csv"
STUDENTS_FOLDER = "students"

# What a format writes: paths below the folder of the reports, and their content.
Pages = Iterable[tuple[str, bytes]]

_STEM_BYTES = 120
# Names that Windows keeps for devices, whatever their ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w .+@-]")


def _json_pages(results: Results) -> Pages:
    return [(RESULTS_FILE, results_json.render(results))]


def _csv_pages(results: Results) -> Pages:
    return [(GRADES_FILE, _utf8(grades_csv.render(results)))]


def _markdown_pages(results: Results) -> Pages:
    names = file_stems(tuple(sub.student for sub in results.submissions))
    for name, submission in zip(names, results.submissions, strict=True):
        text = markdown.render(submission, results)
        yield f"{STUDENTS_FOLDER}/{name}.md", _utf8(text)


FORMATS: dict[str, Callable[[Results], Pages]] = {
    "json": _json_pages,
    "csv": _csv_pages,
    "markdown": _markdown_pages,
}


def parse_formats(text: str) -> tuple[str, ...]:
    """Return the formats that a list such as "json,csv" names, each once.

    Raises:
        UsageError: a name is not a format, or there is none.
    """
    names = tuple(dict.fromkeys(n for n in map(str.strip, text.split(",")) if n))
    problems = [_unknown_format(name) for name in names if name not in FORMATS]
    if not names:
        problems.append(f"--format: expected at least one of {', '.join(FORMATS)}.")
    if problems:
        raise UsageError(listed(problems))
    return names


def write_reports(
    results: Results, out: Path, formats: tuple[str, ...]
) -> tuple[Path, ...]:
    """Write the reports of a run, each whole or not at all, and return their paths.

    Args:
        results: the run.
        out: the folder of the reports; made if it is missing.
        formats: names of `FORMATS`.

    Raises:
        OperatorError: a file could not be written.
    """
    written = []
    for name in formats:
        for relative, content in FORMATS[name](results):
            path = out / relative
            try:
                write_atomically(path, content)
            except OSError as error:
                raise OperatorError(
                    f"{path}: expected to write a report, got: {error.strerror}. Make "
                    f"room there, or choose another folder with --out DIR."
                ) from error
            written.append(path)
    return tuple(written)


def file_stems(students: tuple[str, ...]) -> tuple[str, ...]:
    """Return one file name, without its ending, per student: safe, and all different.

    A harmless name stays as it is; any other gets a digest, so that it stays apart
    from its neighbours and is the same in each run.
    """
    taken: set[str] = set()
    return tuple(_stem(student, taken) for student in students)


def _stem(student: str, taken: set[str]) -> str:
    """Return a stem not in `taken`, and put it there."""
    readable = _readable(student)
    stem = readable if readable == student else f"{readable}-{_digest(student)}"
    count = 1
    # Case does not tell two files apart everywhere.
    while stem.casefold() in taken:
        count += 1
        stem = f"{readable}-{_digest(student)}-{count}"
    taken.add(stem.casefold())
    return stem


def _readable(student: str) -> str:
    text = unicodedata.normalize("NFC", _utf8(student).decode())
    text = _UNSAFE.sub("_", text).lstrip(". -").rstrip(". ")
    text = text.encode()[:_STEM_BYTES].decode(errors="ignore").rstrip(". ")
    return f"_{text}" if not text or _RESERVED.match(text) else text


def _digest(student: str) -> str:
    return hashlib.sha256(_utf8(student)).hexdigest()[:8]


def _utf8(text: str) -> bytes:
    """Return UTF-8, also of a file name that holds bytes which are none."""
    return text.encode("utf-8", "backslashreplace")


def _unknown_format(name: str) -> str:
    near = difflib.get_close_matches(name, FORMATS, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"--format: expected {', '.join(FORMATS)}, got {name!r}.{hint}"
