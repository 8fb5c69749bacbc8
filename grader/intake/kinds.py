"""What a file is if it is not a program: its name or its first bytes tell."""

from __future__ import annotations

import re
from typing import NamedTuple

ARCHIVE = "Unpack it, and hand in {wanted}."
DOCUMENT = "Hand in {wanted} itself, not what was made from it."
PICTURE = "Nobody can run code in a picture: hand in {wanted}."
SHORTCUT = "Download the file that it leads to, and hand in {wanted}."
PARTIAL = "The download was not finished: download it again, and hand in {wanted}."
COPY = "Hand in {wanted}, as it is saved last."
TYPED = "What is typed online is not graded: hand in {wanted} as a file."
# What Moodle calls a text that was typed in the browser.
ONLINE_TEXT = "onlinetext.html"


class FileKind(NamedTuple):
    """What a file is, "an archive (ZIP)", and what to do about it."""

    noun: str
    advice: str

    def advise(self, wanted: str) -> str:
        """Return advice to the student; `wanted` names the files that are graded."""
        return self.advice.format(wanted=wanted)


def _kinds(noun: str, advice: str, *endings: str) -> dict[str, FileKind]:
    return {ending: FileKind(noun.format(ending.upper()), advice) for ending in endings}


_BY_ENDING = {
    **_kinds("an archive ({})", ARCHIVE, "zip", "rar", "7z", "tar", "tgz", "gz"),
    **_kinds("an archive ({})", ARCHIVE, "bz2", "xz", "zst", "tbz2", "txz", "zipx"),
    **_kinds("an archive ({})", ARCHIVE, "jar", "dmg", "iso", "cab", "lzh", "egg"),
    **_kinds("a document ({})", DOCUMENT, "pdf", "docx", "doc", "odt", "rtf"),
    **_kinds("a document ({})", DOCUMENT, "pages", "tex", "md", "rst", "epub"),
    **_kinds("a document ({})", DOCUMENT, "pptx", "ppt", "odp", "xlsx", "xls", "ods"),
    **_kinds(
        "a web page ({})", DOCUMENT, "html", "htm", "xhtml", "mhtml", "webarchive"
    ),
    **_kinds("a picture ({})", PICTURE, "png", "jpg", "jpeg", "gif", "bmp", "heic"),
    **_kinds("a picture ({})", PICTURE, "webp", "svg", "tif", "tiff"),
    **_kinds("a film ({})", PICTURE, "mov", "mp4", "avi", "mkv", "webm"),
    **_kinds("a link to another place ({})", SHORTCUT, "lnk", "url", "webloc", "gdoc"),
    **_kinds("a link to another place ({})", SHORTCUT, "desktop", "gsheet", "icloud"),
    **_kinds("half a download ({})", PARTIAL, "part", "crdownload", "download"),
    **_kinds("a copy that a program made ({})", COPY, "bak", "orig", "swp", "tmp"),
    **_kinds("a copy that a program made ({})", COPY, "save", "rej", "old", "py~"),
    **_kinds("compiled ({})", DOCUMENT, "pyc", "pyo", "pyd", "so", "exe", "class"),
}
_ONLINE = FileKind("a text that was typed online", TYPED)
_BY_START = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"bplist00", "webloc"),
    (b"SQLite format 3\0", "tmp"),
)
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis")
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|\?xml)", re.IGNORECASE
)
_HEAD_BYTES = 1024


def kind_by_name(name: str) -> FileKind | None:
    """Return the kind of file that the ending of a name stands for, or None."""
    if name == ONLINE_TEXT:
        return _ONLINE
    return _BY_ENDING.get(name.lower().rpartition(".")[2]) if "." in name else None


def kind_by_content(data: bytes) -> FileKind | None:
    """Return the kind of a file that begins like this, or None if it may be text."""
    head = data[:_HEAD_BYTES]
    if _PAGE.match(head):
        return _BY_ENDING["html"]
    for start, ending in _BY_START:
        if head.startswith(start):
            office = ending == "zip" and _OFFICE.search(head)
            return _BY_ENDING["docx" if office else ending]
    return None
