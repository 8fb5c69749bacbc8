"""The files of a folder as they came back from the worker: paths and contents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import numpy as np

FILES_CAP: Final = 100
_PATH_CAP: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Swapped:
    """The files in a folder of the check's, by their paths below it."""

    files: dict[str, bytes]


def swapped_of(sizes: object, source: object) -> Swapped | None:
    """Return the files that a worker tells of, or None if that is not an answer.

    A path that leads out of its folder is none, and neither is one that a system could
    take for something else.

    Args:
        sizes: the path of each, and how many bytes it has.
        source: all their bytes.
    """
    if not isinstance(sizes, list) or not isinstance(source, np.ndarray):
        return None
    if len(sizes) > FILES_CAP or source.dtype != np.uint8 or source.ndim != 1:
        return None
    whole, start = source.tobytes(), 0
    files: dict[str, bytes] = {}
    for each in sizes:
        match each:
            case (str() as path, int() as size) if _is_below(path) and size >= 0:
                files[path] = whole[start : start + size]
                start += size
            case _:
                return None
    return Swapped(files) if start == len(whole) else None


def _is_below(path: str) -> bool:
    pure = PurePosixPath(path)
    plain = path.isprintable() and not set(path) & set("\\:") and str(pure) == path
    inside = not pure.is_absolute() and ".." not in pure.parts and pure.name != ""
    return plain and inside and len(path) <= _PATH_CAP
