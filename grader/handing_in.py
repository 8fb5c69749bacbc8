"""One file to hand in: the work as it is, with what the visible checks said of it.

It stays a notebook or a script like any other, so `grade` reads it as such; files that
belong together become an archive of them. What stands
in it is for people: everything is judged anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

import msgspec

from grader import __version__
from grader.errors import StudentError
from grader.files import write_or_tell
from grader.model import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from grader.checking import Checked

KEY: Final = "torch-grader"
_MARK: Final = "# Handed in with torch-grader"
_ARCHIVE: Final = ".zip"


class Summary(msgspec.Struct, frozen=True):
    """What the visible checks said, and of which file.

    Attributes:
        exercise: the exercise's id.
        passed: how many visible checks passed.
        checks: how many there are.
        sha256: of the file that was checked.
        kit: the kit's version.
    """

    exercise: str
    passed: int
    checks: int
    sha256: str
    kit: str = __version__


def hand_in(checked: Checked, folder: Path) -> Path:
    """Write the file to hand in, and return where it is.

    Raises:
        StudentError: there is nothing in it, or it cannot be read.
        OperatorError: the file cannot be written.
    """
    path, result = checked.path, checked.result
    outcomes = [check.outcome for check in result.checks]
    if result.error is not None and result.sha256 is None:
        raise StudentError(result.error)
    if outcomes and set(outcomes) == {Outcome.NOT_ATTEMPTED}:
        raise StudentError(
            f"{path}: nothing in it is written yet. Is this the file that you mean?"
        )
    files = [each for each in checked.files or (path,) if each.is_file()]
    contents = {each: each.read_bytes() for each in files}
    summaries = {
        each: Summary(
            result.exercise,
            outcomes.count(Outcome.PASSED),
            len(outcomes),
            hashlib.sha256(data).hexdigest(),
        )
        for each, data in contents.items()
    }
    suffix = _ARCHIVE if checked.files else path.suffix
    made = folder / f"{result.exercise}{suffix}"
    if made.resolve() == path.resolve():
        raise StudentError(
            f"{path}: this would overwrite your own file. Name another folder with "
            f"--out."
        )
    told = {
        each.name: _with(summaries[each], data, notebook=each.suffix == ".ipynb")
        for each, data in contents.items()
    }
    content = _packed(told) if checked.files else told[path.name]
    write_or_tell(made, content, "Name another folder with --out.")
    return made


def _packed(files: dict[str, bytes]) -> bytes:
    """Return an archive of files, the same for the same ones."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _with(summary: Summary, data: bytes, *, notebook: bool) -> bytes:
    """Return a work with its summary, and with its own text as it was."""
    if not notebook:
        text = (
            f"\n{_MARK} {summary.kit}: {summary.passed} of {summary.checks} visible "
            f"checks passed;\n# sha256 of what stands above: {summary.sha256}\n"
        )
        return data + text.encode()
    document = json.loads(data)
    document.setdefault("metadata", {})[KEY] = msgspec.to_builtins(summary)
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
