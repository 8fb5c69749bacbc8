"""Which reports this kit has written into a folder, so that old ones can be removed.

A page that somebody has changed since, or put there, is never removed.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from grader.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT_FILE = ".written.json"
_KEPT = msgspec.json.Decoder(dict[str, str])


def digest(content: bytes) -> str:
    """Return the digest by which a page is recognised later."""
    return hashlib.sha256(content).hexdigest()


def keep(out: Path, written: Mapping[str, str], *, anew: bool) -> None:
    """Note what was written.

    Args:
        out: the folder of the reports.
        written: the digest of each page, by its path below the folder.
        anew: whether to remove what was written before and is not written now.
    """
    before = _before(out)
    if anew:
        for relative in before.keys() - written.keys():
            _remove(out, relative, before[relative])
        before = {}
    noted = dict(sorted({**before, **written}.items()))
    with suppress(OSError):  # the reports themselves are there
        write_atomically(out / KEPT_FILE, msgspec.json.encode(noted), private=True)


def _before(out: Path) -> dict[str, str]:
    try:
        return _KEPT.decode((out / KEPT_FILE).read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}


def _remove(out: Path, relative: str, known: str) -> None:
    """Remove a page, if it is still as it was written, and lies in the folder."""
    path = out / relative
    if not path.resolve().is_relative_to(out.resolve()):
        return
    with suppress(OSError):
        if digest(path.read_bytes()) == known:
            path.unlink()
