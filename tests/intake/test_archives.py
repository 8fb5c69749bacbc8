"""Hostile archives write nothing elsewhere, and spoil only their own student."""

from __future__ import annotations

import errno
import io
import os
import struct
import tarfile
import tempfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from hand_ins import CODE, put

from grader.errors import OperatorError, UsageError
from grader.intake import archives, candidates, find_work
from grader.intake.archives import MEGABYTE, Unpacked, UnpackLimits, unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMITS = UnpackLimits(4 * MEGABYTE, 2 * MEGABYTE, 50)
LINK = 0o120777 << 16


def zipped(
    *members: tuple[str | zipfile.ZipInfo, bytes | str], level: int = 0
) -> bytes:
    file = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def tarred(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload] # the mode is one of its own
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def info(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


def opened(data: bytes, folder: Path) -> tuple[Unpacked, dict[str, bytes]]:
    """Unpack, and return what came of it and all files that are there now."""
    (folder / "archive").write_bytes(data)
    with (folder / "archive").open("rb") as file:
        unpacked = unpack(file, folder / "scratch" / "in", LIMITS)
    into = folder / "scratch" / "in"
    found = {
        str(path.relative_to(into)): path.read_bytes()
        for path in into.rglob("*")
        if path.is_file()
    }
    everything = [p for p in folder.rglob("*") if p.is_file() and p.name != "archive"]
    assert len(everything) == len(found)
    assert not [p for p in folder.rglob("*") if p.is_symlink()]
    return unpacked, found


ZIP_LINK = zipfile.ZipInfo("link.py")
ZIP_LINK.external_attr = LINK


def _encrypted() -> bytes:
    data = bytearray(zipped(("secret.py", CODE)))
    for start in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[start] |= 1
    return bytes(data)


def _wrong_directory() -> bytes:
    """A central directory that names another file than the local header."""
    data = bytearray(zipped(("evil.py", CODE)))
    at = data.rfind(b"evil.py")
    data[at : at + 7] = b"good.py"
    return bytes(data)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (zipped(("../../evil.py", CODE)), "evil.py was not unpacked: its path"),
        (zipped(("..\\evil.py", CODE)), "its path leads out of the archive"),
        (zipped(("/etc/evil.py", CODE)), "its path is absolute"),
        (zipped(("C:\\evil.py", CODE)), "its path is absolute"),
        (zipped((ZIP_LINK, "/etc/passwd")), "link.py was not unpacked: it is a link"),
        (zipped(("a/" * 40 + "deep.py", CODE)), "it lies in more than 30 folders"),
        (zipped(("big.py", b"x" * (3 * MEGABYTE)), level=9), "larger than 2 MB"),
        (_encrypted(), "it is protected by a password"),
        (_wrong_directory(), "it is damaged"),
        (tarred((info("../evil.py"), b"x")), "its path leads out of the archive"),
        (tarred((info("/evil.py"), b"x")), "its path is absolute"),
        (tarred((info("l.py", tarfile.SYMTYPE, "/etc/passwd"), b"")), "it is a link"),
        (tarred((info("h.py", tarfile.LNKTYPE, "/etc/passwd"), b"")), "it is a link"),
        (tarred((info("zero", tarfile.CHRTYPE), b"")), "it is not a file"),
        (tarred((info("pipe", tarfile.FIFOTYPE), b""), mode="w"), "it is not a file"),
    ],
    # The bytes hold the time, which differs between the processes that run tests.
    ids=range(15),
)  # fmt: skip
def test_member_that_is_hostile_is_refused_and_named(
    member: bytes, said: str, tmp_path: Path
) -> None:
    unpacked, found = opened(member, tmp_path)

    assert len(unpacked.refused) == 1
    assert said in unpacked.refused[0]
    assert not unpacked.broken
    assert all(not data for data in found.values())


def _many() -> bytes:
    return zipped(*((f"{n}.py", b"x") for n in range(60)))


def _zip_bomb() -> bytes:
    return zipped(*((f"{n}.bin", b"\0" * MEGABYTE) for n in range(17)), level=9)


def _lying_zip() -> bytes:
    """Members that claim to be small and are not."""
    data = bytearray(_zip_bomb())
    at = 0
    while (at := data.find(b"PK\x01\x02", at + 1)) > 0:
        struct.pack_into("<I", data, at + 24, 10)
    return bytes(data)


def _tar_bomb() -> bytes:
    return tarred(*((info(f"{n}.bin"), b"\0" * MEGABYTE) for n in range(6)))


def _header_bomb() -> bytes:
    """A header that asks for the next gigabyte to be read at once."""
    header = info("x", tarfile.XHDTYPE)
    header.size = 2**30
    return header.tobuf() + b"\0" * (6 * MEGABYTE)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_many, "it holds more than 50 files"),
        (_zip_bomb, "it claims to unpack to 17 MB"),
        (_tar_bomb, "it unpacks to more than"),
        (_header_bomb, "it unpacks to more than"),
        (lambda: zipped(("a.py", CODE))[:-30], "it is damaged"),
        (lambda: b"PK\x03\x04 and nothing else", "it is damaged"),
        (lambda: b"\x1f\x8b\x08 and nothing else", "it is damaged"),
        (lambda: b"no archive at all", "it is damaged"),
    ],
)
def test_archive_that_is_a_bomb_or_broken_ends_early(
    make: Callable[[], bytes], said: str, tmp_path: Path
) -> None:
    unpacked, found = opened(make(), tmp_path)

    assert said in unpacked.broken
    assert sum(map(len, found.values())) <= LIMITS.total_bytes


def test_sizes_that_an_archive_claims_are_not_believed(tmp_path: Path) -> None:
    unpacked, found = opened(_lying_zip(), tmp_path)

    assert unpacked.refused or unpacked.broken
    assert sum(map(len, found.values())) <= LIMITS.total_bytes


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"M\x81ller.py", "Müller.py"),
        (b"M\xfcller.py", "Müller.py"),
        (b"Jos\xe9 Bj\xf6rk.py", "José Björk.py"),
        (b"Jos\x82.py", "José.py"),
        (b"Stra\xe1e.py", "Straße.py"),
    ],
)
def test_name_without_an_encoding_is_read_by_its_letters(
    tmp_path: Path, raw: bytes, name: str
) -> None:
    stand_in = b"~" * len(raw)
    archive = zipped((stand_in.decode(), CODE)).replace(stand_in, raw)
    _, found = opened(archive, tmp_path)

    assert list(found) == [name]


def test_names_are_read_whatever_wrote_them(tmp_path: Path) -> None:
    """cp437 from DOS, UTF-8 that does not say so, control characters, backslashes."""
    unsaid = bytearray(zipped(("umXXlaut.py", CODE)))
    for _ in range(2):
        at = unsaid.find(b"umXXlaut")
        unsaid[at + 2 : at + 4] = "ü".encode()
    dos = bytearray(
        zipped(("umXlaut.py", CODE), ("a\x07b.py", CODE), ("d\\e.py", CODE))
    )
    for _ in range(2):
        dos[dos.find(b"umXlaut") + 2] = 0x81
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    _, first = opened(bytes(unsaid), tmp_path / "one")
    _, second = opened(bytes(dos), tmp_path / "two")

    assert list(first) == ["umülaut.py"]
    assert sorted(second) == ["a_b.py", "d/e.py", "umülaut.py"]


@pytest.mark.parametrize(
    ("first", "second", "copy"),
    [
        ("autograd.py", "autograd.py", "autograd (2).py"),
        ("autograd.py", "Autograd.py", "Autograd (2).py"),
        ("\u00e9.py", "e\u0301.py", "e\u0301 (2).py"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_kept(
    first: str, second: str, copy: str, tmp_path: Path
) -> None:
    unpacked, found = opened(zipped((first, "a = 1"), (second, "b = 2")), tmp_path)

    assert found == {first: b"a = 1", copy: b"b = 2"}
    assert "is there twice, or differs in case only" in unpacked.refused[0]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_is_read_in_each_compression(mode: str, tmp_path: Path) -> None:
    unpacked, found = opened(
        tarred((info("a/b.py"), CODE.encode()), mode=mode), tmp_path
    )

    assert unpacked == Unpacked((), "")
    assert found == {"a/b.py": CODE.encode()}


def test_archive_of_a_student_is_read_in_its_place(tmp_path: Path) -> None:
    inner = zipped(("autograd.py", CODE))
    put(tmp_path, "in/ann/work.zip", zipped(("src/deep.zip", inner)))
    (work,) = find_work([tmp_path / "in"], ("autograd",)).work

    assert work.file == "work.zip/src/deep.zip/autograd.py"
    assert work.program is not None


def test_file_beside_an_archive_is_graded_first(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/autograd.py")
    put(tmp_path, "in/ann/work.zip", zipped(("autograd.py", CODE + "x = 1\n")))
    (work,) = find_work([tmp_path / "in"], ("autograd",)).work

    assert work.file == "autograd.py"
    assert "was graded, not work.zip/autograd.py" in work.notes[0]


def test_broken_archive_spoils_one_student(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/work.zip", b"PK\x03\x04 broken")
    put(tmp_path, "in/bo/work.zip", zipped(("autograd.py", CODE)))
    intake = find_work([tmp_path / "in"], ("autograd",))

    assert [bool(work.program) for work in intake.work] == [False, True]
    assert "ann: work.zip: this archive cannot be read to its end" in intake.notes[0]
    assert "work.zip" in (intake.work[0].missing or "")


def test_broken_archive_of_a_class_ends_the_run(tmp_path: Path) -> None:
    path = put(tmp_path, "class.zip", b"PK\x03\x04 broken")

    with pytest.raises(UsageError, match=r"class\.zip: this archive cannot be read"):
        find_work([path], ("autograd",))


def test_archive_named_on_its_own_is_a_students(tmp_path: Path) -> None:
    paths = [
        put(tmp_path, "ann.zip", zipped(("autograd.py", CODE), ("src/more.py", CODE))),
        put(tmp_path, "bo.tar.gz", tarred((info("src/autograd.py"), CODE.encode()))),
    ]
    works = find_work(paths, ("autograd",)).work

    assert [(w.student, bool(w.program)) for w in works] == [
        ("ann", True),
        ("bo", True),
    ]


def test_nothing_that_was_unpacked_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    put(tmp_path, "in/ann/work.zip", zipped(("autograd.py", CODE)))
    find_work([tmp_path / "in"], ("autograd",))

    assert os.listdir(scratch) == []  # noqa: PTH208 - the names are enough


FULL = (errno.ENOSPC, errno.EFBIG, errno.EMFILE, errno.EIO)


@pytest.mark.parametrize("number", FULL)
def test_machine_that_fails_makes_no_archive_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(archives._Writer, "_copy", fail)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("autograd.py", CODE)
    with (
        (tmp_path / "a.zip").open("rb") as file,
        pytest.raises(OSError, match=os.strerror(number)),
    ):
        unpack(file, tmp_path / "into", UnpackLimits(MEGABYTE, MEGABYTE, 9))


def test_machine_that_fails_costs_no_student_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    put(tmp_path, "ann/autograd.py")
    monkeypatch.setattr(candidates, "read", fail)

    with pytest.raises(OSError, match="Too many open files"):
        find_work([tmp_path], ("autograd",))


def test_missing_place_to_unpack_is_whose_machine_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    put(tmp_path / "in", "ann/autograd.py")

    with pytest.raises(OperatorError, match="or name another folder with TMPDIR"):
        find_work([tmp_path / "in"], ("autograd",))
