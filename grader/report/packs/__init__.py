"""Packs: files that a platform takes as they are, made from a course.

A pack is one module with a function that yields files. Nothing of a student is in them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from grader.course import Course

if TYPE_CHECKING:
    from pathlib import Path

# The earliest time that zip knows, so that the same course makes the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644, 0o100755


class Packed(msgspec.Struct, frozen=True):
    """One file of a pack: its path, its content, and whether it is executable."""

    path: str
    content: bytes
    program: bool = False


Pack = Callable[[Course], Iterable[Packed]]


def template(name: str, **values: str) -> bytes:
    """Return a file of a pack, with `@NAME@` replaced by the value of `NAME`."""
    text = files(__package__).joinpath("templates", name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text.encode()


def folder(root: Path, names: Iterable[str], to: str) -> Iterable[Packed]:
    """Yield the files in folders of a root, sorted, without what tools leave there.

    Args:
        root: where the folders are.
        names: the folders.
        to: where they go in the pack.
    """
    for name in names:
        for path in sorted((root / name).rglob("*")):
            relative = path.relative_to(root)
            if path.is_file() and not path.is_symlink() and not _litter(relative):
                yield Packed(f"{to}/{relative.as_posix()}", path.read_bytes())


def _litter(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def zipped(packed: Iterable[Packed]) -> bytes:
    """Return a pack as a zip archive, byte for byte the same each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in packed:
            info = zipfile.ZipInfo(one.path, _EPOCH)
            info.external_attr = (_PROGRAM if one.program else _FILE) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, one.content)
    return file.getvalue()
