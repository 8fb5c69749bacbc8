"""Turns bytes into text: by the encoding that a file names, or by detection.

A wrong guess can spoil a letter in a comment or a string, no more: what decides how a
program runs is ASCII, and nearly every encoding writes ASCII in the same way.
"""

from __future__ import annotations

import codecs
import functools
import re

import msgspec

from grader.errors import StudentError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Codecs that Python lists as text and no editor writes: the first two take quadratic
# time, so that a 16 MB file would stall the whole class.
_NOT_FOR_FILES = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
)
# Python's own rule: in one of the first two lines, the first being a comment or blank.
_DECLARED = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?"
    rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)"
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_CONTROLS = bytes(code for code in range(128) if _CONTROL.match(bytes((code,))))
_CONTROL_WIDE = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\ufffe\uffff]")
# How much is looked at to tell an encoding, and how much of it may be controls.
_SAMPLE_BYTES = 16 * 1024
_SEARCHED_BYTES = 512 * 1024
_CONTROLS_IN = 100
_PAIR = 2

# The encodings that editors still write, likelier ones first, each with its letters.
_AT_HOME = {
    "cp1252": "[À-ÆÇ-ÏÑ-ÖØ-Üß-ïñ-öø-üÿŒœ€–—‘’“”„…°²µ·«»¿¡§×]",
    "cp932": "[ぁ-ゖァ-ヺー、。（）・々]",
    "big5": "[，。、：；（）「」]",
    "cp949": "[가-힣]",
    "gb18030": "[，。、：；（）“”]",
    "euc_jp": "[ぁ-ゖァ-ヺー、。（）・々]",
    "cp1250": "[ąćęłńóśźżáčďéěíňřšťúůýžäöüőűăâîşţđĄĆĘŁŚŹŻČĎŘŠŤŽ–—„”]",
    "cp1251": "[А-яЁёІіЇїЄєҐґЎў–—«»№]",
    "koi8_r": "[А-яЁё]",
    "cp1253": "[Ά-ώ–—«»]",
    "cp1254": "[ğışçöüâîûĞİŞÇÖÜ–—]",
    "cp1255": "[א-ת]",
    "cp1256": "[ء-ي،؛؟]",
    "cp874": "[ก-ฺเ-๎]",
    "mac_roman": "[À-ÖØ-öø-ÿŒœß–—‘’“”…°«»¿¡]",
    "cp850": "[À-ÖØ-öø-ÿß°²³«»¿¡]",
}
# The common signs of these scripts stand first in their national sets, by first byte.
_COMMON = {
    "cp932": ("euc_jp", 0xB0, 0xCF),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
_ACCENTED_END = "\u0250"
WESTERN = "cp1252"
# What Python puts in place of bytes that are not UTF-8.
_ESCAPED = re.compile("[\udc80-\udcff]+")
_WESTERN_LETTERS = {
    0xDC00 + code: bytes((code,)).decode(WESTERN, "replace") for code in range(128, 256)
}


class Decoded(msgspec.Struct, frozen=True):
    """A file's text, and what the student is told if it is not plain UTF-8."""

    text: str
    note: str | None = None


def decode(filename: str, data: bytes) -> Decoded:
    """Return the text of a file, whichever common encoding it is in.

    Args:
        filename: what messages call the file, cleaned.
        data: its content.

    Raises:
        StudentError: the file is not text.
    """
    wide = _wide(data)
    if wide is not None:
        return _decoded_wide(filename, data, wide)
    padded = len(data) - len(data.rstrip(b"\0"))
    if padded:
        decoded = decode(filename, data[:-padded])
        note = f"{filename}: zeros at its end were left out. Save the file again."
        return Decoded(decoded.text, decoded.note or note)
    sample = data[:_SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nul = data.find(b"\0")
    if nul >= 0 or controls * _CONTROLS_IN > len(sample):
        first = _CONTROL.search(data)
        at = first.start() if first and nul < 0 else nul
        raise _not_text(filename, data, at)
    decoded = _decoded(filename, data)
    if "\0" in decoded.text:
        raise _not_text(filename, data, 0)
    return decoded


def _wide(data: bytes) -> str | None:
    """Return the encoding of wide characters, if a mark or zeros tell, or None."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE_BYTES]
    if 0 not in sample:
        return None
    half = len(sample) // _PAIR
    even, odd = sample[::_PAIR].count(0), sample[1::_PAIR].count(0)
    if half >= _PAIR and odd * _PAIR > half and not even:
        return "utf-16-le"
    if half >= _PAIR and even * _PAIR > half and not odd:
        return "utf-16-be"
    return None


def _decoded_wide(filename: str, data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise _not_text(filename, data, getattr(error, "start", 0)) from error
    if _CONTROL_WIDE.search(text):
        raise _not_text(filename, data, 0)
    name = encoding[:6].upper()
    note = (
        f"{filename} is saved as {name}, which Python cannot run; it was read as "
        f"{name}. Save it as UTF-8."
    )
    return Decoded(text, note if text else None)


def _decoded(filename: str, data: bytes) -> Decoded:
    """Return the text of a file whose encoding is not a wide one."""
    declared = _declared(data)
    codec = _codec(declared) if declared else None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if codec not in (None, "utf-8") and (own := _by(data, codec)) is not None:
            return Decoded(own)
        return _detected(filename, data, error.start)
    if codec is not None and text.isascii() and (own := _by(data, codec)) is not None:
        return Decoded(own)
    if declared is None or codec == "utf-8" or (codec is not None and text.isascii()):
        return Decoded(text)
    what = "another encoding" if codec else "an encoding that Python does not know"
    return Decoded(
        text,
        f"{filename}: the comment with `coding` names {what}; the file is UTF-8, and "
        f"was read as that. Remove that comment.",
    )


def _declared(data: bytes) -> str | None:
    """Return the encoding that a comment names as Python reads it, or None."""
    head = data[:_SAMPLE_BYTES]
    found = _DECLARED.match(head)
    return found[1].decode("ascii", "replace") if found else None


def _codec(name: str) -> str | None:
    """Return the codec's own name, or None if it is not a codec for files."""
    if "\0" in name or not name.isascii():
        return None
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    known = info._is_text_encoding and info.name not in _NOT_FOR_FILES  # noqa: SLF001
    return info.name.removesuffix("-sig") if known else None


def _by(data: bytes, codec: str | None) -> str | None:
    """Return the content as this codec reads it, or None if it cannot."""
    try:
        return data.decode(codec or "utf-8")
    except (UnicodeError, LookupError):
        return None


def _detected(filename: str, data: bytes, first_bad: int) -> Decoded:
    """Return the text of a file that is not UTF-8, and say where it is not."""
    where = _place(data, first_bad)
    start = max(first_bad - _SEARCHED_BYTES, 0)
    near = data[start : first_bad + _SEARCHED_BYTES].split(b"\n")
    sample = b"\n".join(line for line in near if not line.isascii())[:_SAMPLE_BYTES]
    characters = sample.decode("utf-8", "surrogateescape")
    bad = sum(map(len, _ESCAPED.findall(characters)))
    good = sum(not character.isascii() for character in characters) - bad
    if good >= bad:
        text = data.decode("utf-8-sig", "surrogateescape")
        return Decoded(
            text.translate(_WESTERN_LETTERS),
            f"{filename}, {where} is not UTF-8, as the rest of the file is; it was "
            f"read as {WESTERN}. Save the file as UTF-8.",
        )
    encoding = _guess(sample, data)
    return Decoded(
        data.decode(encoding, "replace"),
        f"{filename}, {where} is not UTF-8; the file was read as {encoding}. Save it "
        f"as UTF-8.",
    )


def _guess(sample: bytes, data: bytes) -> str:
    """Return the likeliest of the encodings that fit.

    charset-normalizer finds those that fit. From a few words it cannot tell which one
    is right; then the letters decide that people write in each of them.
    """
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=list(_AT_HOME))
    fitting = {name for match in found for name in match.could_be_from_charset}
    likely = sorted(
        (name for name in _AT_HOME if name in fitting | {WESTERN}),
        key=lambda name: -_share_at_home(sample, name),
    )
    return next((name for name in likely if _by(data, name) is not None), WESTERN)


def _share_at_home(sample: bytes, encoding: str) -> float:
    """Return the share of the non-ASCII bytes that are the encoding's own letters."""
    before, mine, all_of_it = "  ", 0, 0
    for character in sample.decode(encoding, "ignore"):
        if not character.isascii():
            width = len(character.encode(encoding))
            all_of_it += width
            mine += width * _at_home(character, before, encoding)
        before = before[-1] + character
    return mine / max(all_of_it, 1)


def _at_home(character: str, before: str, encoding: str) -> bool:
    """Return whether somebody who writes in this encoding may mean this letter."""
    if encoding in _COMMON and _common(character, *_COMMON[encoding]):
        return True
    if not _one_of(_AT_HOME[encoding]).match(character):
        return False
    if not (character.isalpha() and before[-1].isalpha()):
        return True
    if character.isupper():
        return False
    # Accented letters stand between plain ones; letters of another alphabet do not.
    if character < _ACCENTED_END:
        return any(letter.isascii() for letter in before)
    return not before[-1].isascii()


@functools.cache
def _one_of(letters: str) -> re.Pattern[str]:
    return re.compile(letters)


def _common(character: str, encoding: str, first: int, last: int) -> bool:
    try:
        code = character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return len(code) == _PAIR and first <= code[0] <= last


def _place(data: bytes, at: int) -> str:
    before = data[:at]
    column = at - (before.rfind(b"\n") + 1) + 1
    return f"line {before.count(10) + 1}, byte {column} (0x{data[at]:02X})"


def _not_text(filename: str, data: bytes, at: int) -> StudentError:
    return StudentError(
        f"{filename}: expected text in UTF-8, got a file that is not text: "
        f"{_place(data, at)}. Save it as UTF-8 and hand it in again."
    )
