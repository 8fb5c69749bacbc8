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
SAVED_PAGE = (
    "A page was saved in place of the file: a login page, the page around the file, or "
    "what was made from it. Download the file itself, and hand in {wanted}."
)
POINTER = (
    "Git has only noted where the file is. Type `{command}`, and hand in {wanted}."
)
PLACEHOLDER = (
    "The content is still in the cloud (iCloud, OneDrive, Dropbox). Open the file, so "
    "that it is downloaded, and hand in {wanted}."
)
REFUSED = "The download failed. Download the file again, and hand in {wanted}."
BESIDE = "It lies beside a file that was copied from a Mac: hand in {wanted} itself."
# What Moodle calls a text that was typed in the browser.
ONLINE_TEXT = "onlinetext.html"
# Archives that are unpacked.
_UNPACKED = (".zip", ".tar", ".tgz", ".gz", ".tbz2", ".bz2", ".txz", ".xz")


class FileKind(NamedTuple):
    """What a file is, "an archive (ZIP)", and what to do about it."""

    noun: str
    advice: str

    def advise(self, wanted: str) -> str:
        """Return advice to the student; `wanted` names the files that are graded."""
        return self.advice.replace("{wanted}", wanted)


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
    **_kinds("a link to another place ({})", SHORTCUT, "desktop", "gsheet", "gslides"),
    **_kinds("a link to another place ({})", SHORTCUT, "gcolab", "glink", "gform"),
    **_kinds("a placeholder ({})", PLACEHOLDER, "icloud", "cloud", "cloudf"),
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
_SAVED = FileKind("a web page (HTML)", SAVED_PAGE)
_TOLD_BY = (
    (
        re.compile(
            rb"\Aversion https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/"
        ),
        FileKind("a pointer of Git LFS", POINTER.replace("{command}", "git lfs pull")),
    ),
    (
        re.compile(rb"\A[\w./\\]{0,200}[/\\]annex[/\\]objects[/\\]"),
        FileKind(
            "a pointer of git-annex", POINTER.replace("{command}", "git annex get .")
        ),
    ),
    (
        re.compile(rb"\A[\w. /\\-]{0,200}[/\\][\w. -]{1,100}\.(?:py|ipynb)\s*\Z"),
        FileKind("a link to another file, as Git writes it on Windows", SHORTCUT),
    ),
    (re.compile(rb"\A\0+\Z"), FileKind("a file of zeros", PLACEHOLDER)),
    (
        re.compile(
            rb"\A\s*(?:(?:HTTP/1\.1 )?[45]\d\d[: ] ?[A-Z][a-z]+"
            rb"|\{\s*\"message\":\s*\"(?:Not Found|Bad cred)"
            rb"|(?:<\?xml[^>]{0,100}>\s*)?<Error>"
            rb"|(?:Not Found|Forbidden|Unauthorized|Access Denied)\s*\Z)"
        ),
        FileKind("a server's error message", REFUSED),
    ),
    (re.compile(rb"\A\[InternetShortcut\]"), _BY_ENDING["url"]),
    (re.compile(rb"\A\[Desktop Entry\]"), _BY_ENDING["desktop"]),
    (re.compile(rb"\AL\0\0\0\x01\x14\x02\0"), _BY_ENDING["lnk"]),
    (
        re.compile(
            rb"\A\s*\{[^{}]{0,600}\"(?:doc_id|resource_id|resource_key|url\"\s*:\s*\"https://"
            rb"(?:docs|drive|colab)\.[\w./]{1,100})"
        ),
        _BY_ENDING["gdoc"],
    ),
    (re.compile(rb"\Abplist00(?=.*NSURL)", re.DOTALL), _BY_ENDING["icloud"]),
    (re.compile(rb"\A<\?xml[^>]{0,100}>\s*<!DOCTYPE plist"), _BY_ENDING["webloc"]),
    (
        re.compile(rb"\A\0\x05\x16\x07"),
        FileKind("what macOS keeps beside a file (AppleDouble)", BESIDE),
    ),
)
"""How files begin that stand for others: text or bytes, the first that fits counts."""

_OFFICE = re.compile(rb"\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis")
_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|\?xml)", re.IGNORECASE
)
_HEAD_BYTES = 1024


def is_archive(name: str) -> bool:
    """Whether a file has the name of an archive that can be unpacked."""
    return name.lower().endswith(_UNPACKED)


def stem_of(name: str) -> str:
    """Return an archive's name without its endings."""
    while is_archive(name):
        name = name[: name.rindex(".")]
    return name


def kind_by_name(name: str) -> FileKind | None:
    """Return the kind of file that the ending of a name stands for, or None."""
    if name == ONLINE_TEXT:
        return _ONLINE
    return _BY_ENDING.get(name.lower().rpartition(".")[2]) if "." in name else None


def kind_by_content(data: bytes) -> FileKind | None:
    """Return the kind of a file that begins like this, or None if it may be text."""
    head = data[:_HEAD_BYTES]
    text = head.removeprefix(b"\xef\xbb\xbf")
    found = next((kind for begins, kind in _TOLD_BY if begins.match(text)), None)
    if found is not None or _PAGE.match(head):
        return found or _SAVED
    for start, ending in _BY_START:
        if head.startswith(start):
            office = ending == "zip" and _OFFICE.search(head)
            return _BY_ENDING["docx" if office else ending]
    return None
