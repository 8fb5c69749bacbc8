"""What comes to a program: its blocks, modules to import, and files to read."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    # The name of each part, and how many bytes it has.
    Sizes = Sequence[tuple[str, int]]

FILES_CAP: Final = 100
BYTES_CAP: Final = 16 << 20


class Brought(NamedTuple):
    """The parts of a program; `source` is the text of blocks and helpers together."""

    blocks: list[tuple[str, str]]
    helpers: dict[str, str]
    files: dict[str, bytes]
    source: bytes


def brought(whole: bytes, blocks: Sizes, helpers: Sizes, files: Sizes) -> Brought:
    """Return the parts of what arrived as one, in this order."""
    parts, start = [], 0
    for name, size in (*blocks, *helpers, *files):
        parts.append((name, whole[start : start + size]))
        start += size
    code = [(name, content.decode()) for name, content in parts[: -len(files) or None]]
    text = sum(size for _, size in (*blocks, *helpers))
    return Brought(
        blocks=code[: len(blocks)],
        helpers=dict(code[len(blocks) :]),
        # Modules are files, too, where there is a scratch space to put them: `%run`.
        files=dict(parts[len(blocks if os.name == "posix" else code) :]),
        source=whole[:text],
    )


def lay_out(files: dict[str, bytes]) -> None:
    """Write files where the program runs; those of the same names are replaced."""
    for name, content in files.items():
        if os.path.dirname(name):  # noqa: PTH120 - as the scratch space knows it
            os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        with open(name, "wb") as file:  # noqa: PTH123 - as above
            file.write(content)


def shared(folder: str, files: dict[str, bytes]) -> dict[str, object]:
    """Put files into a folder; return all that are in it, as far as they may be told.

    Args:
        folder: an absolute path.
        files: their paths below the folder, and their contents.
    """
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
    lay_out({posixpath.join(folder, name): files[name] for name in files})
    found: dict[str, bytes] = {}
    left = BYTES_CAP
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = posixpath.join(place, name)
            if len(found) < FILES_CAP and os.stat(path).st_size <= left:  # noqa: PTH116 - as above
                with open(path, "rb") as file:  # noqa: PTH123 - as above
                    content = file.read()
                left -= len(content)
                found[os.path.relpath(path, folder).replace(os.sep, "/")] = content
    sizes = [(name, len(content)) for name, content in found.items()]
    whole = np.frombuffer(b"".join(found.values()), np.uint8)
    return {"value": (sizes, whole)}
