"""Which reports this kit has written into a folder, so that old ones can be removed.

It also knows in which formats they are, so that nothing is rendered to learn it. A page
that somebody has changed since, or put there, is never removed.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from grader.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

KEPT_FILE = ".written.json"


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was written: the digest of each page by its path, and the formats."""

    pages: dict[str, str] = {}
    formats: tuple[str, ...] | None = None


_KEPT = msgspec.json.Decoder(_Kept)
# Older kits noted the pages alone.
_PAGES = msgspec.json.Decoder(dict[str, str])


def digest(content: bytes) -> str:
    """Return the digest by which a page is recognised later."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str | None:
    """Return the digest of a page on the disk; None if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def keep(
    out: Path, written: Mapping[str, str], names: Iterable[str], *, anew: bool
) -> None:
    """Note what was written.

    Args:
        out: the folder of the reports.
        written: the digest of each page, by its path below the folder.
        names: the formats that were written.
        anew: whether to remove what was written before and is not written now.
    """
    before = _before(out)
    if anew:
        for relative in before.pages.keys() - written.keys():
            _remove(out, relative, before.pages[relative])
        before = _Kept(formats=())
    pages = dict(sorted({**before.pages, **written}.items()))
    known = before.formats
    # Where nobody noted them, further formats may be there.
    told = None if known is None else tuple(sorted({*known, *names}))
    noted = _Kept(pages, told)
    with suppress(OSError):  # the reports themselves are there
        write_atomically(out / KEPT_FILE, msgspec.json.encode(noted), private=True)


def formats_in(out: Path) -> tuple[str, ...] | None:
    """Return the formats of the reports in a folder; None if nobody noted them."""
    return _before(out).formats


def _before(out: Path) -> _Kept:
    try:
        content = (out / KEPT_FILE).read_bytes()
    except OSError:
        return _Kept()
    with suppress(msgspec.DecodeError):
        return _KEPT.decode(content)
    with suppress(msgspec.DecodeError):
        return _Kept(_PAGES.decode(content))
    return _Kept()


def _remove(out: Path, relative: str, known: str) -> None:
    """Remove a page, if it is still as it was written, and lies in the folder."""
    path = out / relative
    if not path.resolve().is_relative_to(out.resolve()):
        return
    with suppress(OSError):
        if digest_of(path) == known:
            path.unlink()
