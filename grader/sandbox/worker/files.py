"""Python's own functions for files and folders, as a program in the worker has them.

They know the scratch space and leave everything else to the system. Modules such as
pathlib, shutil, tempfile, glob, zipfile and logging are made of them.
"""

from __future__ import annotations

import builtins
import errno
import functools
import io
import itertools
import os
import posixpath
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Final, Self

from grader.sandbox.worker import lacks
from grader.sandbox.worker.openers import lead_into
from grader.sandbox.worker.own_modules import Modules
from grader.sandbox.worker.replacing import Replacements
from grader.sandbox.worker.scratch import TEMPORARY, Raw, Space

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# No descriptor of the system's has such a number.
_DESCRIPTORS: Final = 1 << 20
_MODES: Final = {
    "r": os.O_RDONLY,
    "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
}


class ScratchFiles:
    """The functions that know a scratch space, in the place of Python's own."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._numbers = itertools.count(_DESCRIPTORS)
        self._raws: dict[int, Raw] = {}
        self._replaced = Replacements()
        self._own_unlink = os.unlink

    def install(self) -> None:
        """Take their places."""
        put = self._replaced.put
        put(builtins, open=_Opener(self._space, self._raws, open))
        put(io, open=builtins.open, open_code=self._open_code(io.open_code))
        put(os, **self._about_folders(), **self._about_descriptors())
        put(os, **self._about_paths())
        put(shutil, rmtree=self._first(self._space.remove_all, shutil.rmtree))
        # Not looked for by trying, and no nameless files, which only the system has.
        put(tempfile, tempdir=TEMPORARY, _O_TMPFILE_WORKS=False)
        self._let_go_of(vars(tempfile)["_TemporaryFileCloser"])
        lead_into(self._space, self._replaced)
        finder = Modules(self._space)
        sys.meta_path.insert(0, finder)
        self._replaced.undone_by(lambda: sys.meta_path.remove(finder))

    def _open_code(self, own: Callable[[str], Any]) -> Callable[[str], Any]:
        space, opened = self._space, builtins.open

        def open_code(path: str) -> Any:  # noqa: ANN401 - as Python's
            here = space.files and space.holds(space.place(path))
            return opened(path, "rb") if here else own(path)

        return open_code

    def uninstall(self) -> None:
        """Give Python's own functions their places back."""
        self._replaced.undo()

    def _let_go_of(self, closer: type) -> None:
        """Let temporary files be removed here: their class keeps its own function."""
        for method in vars(closer).values():
            own = getattr(method, "__defaults__", None)
            if own and self._own_unlink in own:
                ours = (os.unlink if each is self._own_unlink else each for each in own)
                method.__defaults__ = tuple(ours)
                self._replaced.undone_by(
                    functools.partial(setattr, method, "__defaults__", own)
                )

    def _elsewhere(self, path: Any) -> Any:  # noqa: ANN401 - whatever is a path
        """Return the path by which the system may know what is not here."""
        return self._space.place(path) if _is_relative(path) else path

    def _first(
        self, ours: Callable[..., bool], own: Callable[..., Any]
    ) -> Callable[..., Any]:
        """Return a function that does here what it can, and else Python's own."""

        def either(path: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as Python's
            if kwargs.get("dir_fd") is not None or isinstance(path, int):
                return own(path, *args, **kwargs)
            if ours(path):
                return None
            return own(self._elsewhere(path), *args, **kwargs)

        return either

    def _about_folders(self) -> dict[str, Callable[..., Any]]:
        space, own_listdir, own_scandir = self._space, os.listdir, os.scandir

        def listdir(path: Any = ".") -> list[Any]:  # noqa: ANN401 - as Python's
            if not isinstance(path, int) and space.is_folder(space.place(path)):
                return space.names(space.place(path))
            return own_listdir(self._elsewhere(path))

        def scandir(path: Any = ".") -> Any:  # noqa: ANN401 - as Python's
            if not isinstance(path, int) and space.is_folder(space.place(path)):
                return _Entries(space, os.fsdecode(path))
            return own_scandir(self._elsewhere(path))

        return {
            "listdir": listdir,
            "scandir": scandir,
            "mkdir": self._first(space.make_folder, os.mkdir),
            "rmdir": self._first(space.remove_folder, os.rmdir),
            "chdir": self._first(space.enter, os.chdir),
            "getcwd": lambda: space.cwd,
            "getcwdb": lambda: os.fsencode(space.cwd),
        }

    def _about_paths(self) -> dict[str, Callable[..., Any]]:
        space, own_rename, own_truncate = self._space, os.rename, os.truncate

        def told(own: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
            def of(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:  # noqa: ANN401 - as Python's
                if isinstance(path, int) or kwargs.get("dir_fd") is not None:
                    return own(path, *args, **kwargs)
                if space.holds(space.place(path)):
                    return space.stat(space.place(path))
                return own(self._elsewhere(path), *args, **kwargs)

            return of

        def rename(source: Any, target: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Python's
            if kwargs or not space.rename(source, target):
                own_rename(source, target, **kwargs)

        def truncate(path: Any, length: int) -> None:  # noqa: ANN401 - as Python's
            raw = None if isinstance(path, int) else space.opened(path, os.O_WRONLY)
            if raw is None:
                own_truncate(path, length)
            else:
                raw.truncate(length)

        def held(path: Any) -> bool:  # noqa: ANN401 - as Python's
            return space.holds(space.place(path))

        remove = self._first(space.remove, os.remove)
        return {
            "stat": told(os.stat),
            "lstat": told(os.lstat),
            "access": self._access(os.access),
            "remove": remove,
            "unlink": remove,
            "rename": rename,
            "replace": rename,
            "truncate": truncate,
            "chmod": self._first(held, os.chmod),
            "utime": self._first(held, os.utime),
        }

    def _access(self, own: Callable[..., bool]) -> Callable[..., bool]:
        def access(path: Any, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - as Python's
            if kwargs or isinstance(path, int):
                return own(path, *args, **kwargs)
            if self._space.holds(self._space.place(path)):
                return True
            return own(self._elsewhere(path), *args)

        return access

    def _about_descriptors(self) -> dict[str, Callable[..., Any]]:
        own_open, raws = os.open, self._raws

        def opened(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - as Python's
            if kwargs.get("dir_fd") is not None:
                return own_open(path, flags, *args, **kwargs)
            raw = self._space.opened(path, flags)
            if raw is None:
                return own_open(self._elsewhere(path), flags, *args, **kwargs)
            number = next(self._numbers)
            raws[number] = raw
            return number

        def on_raw(
            own: Callable[..., Any], ours: Callable[..., Any]
        ) -> Callable[..., Any]:
            def either(number: int, *args: Any) -> Any:  # noqa: ANN401 - as Python's
                if number in raws:
                    return ours(number, *args)
                return own(number, *args)

            return either

        return {
            "open": opened,
            "close": on_raw(os.close, lambda number: raws.pop(number).close()),
            "read": on_raw(os.read, lambda number, size: raws[number].read(size)),
            "write": on_raw(os.write, lambda number, data: raws[number].write(data)),
            "lseek": on_raw(os.lseek, lambda number, *to: raws[number].seek(*to)),
            "fsync": on_raw(os.fsync, lambda _number: None),
            "ftruncate": on_raw(
                os.ftruncate, lambda number, size: raws[number].truncate(size)
            ),
        }


class _Opener:
    """The `open` of a program: it looks into the scratch space first."""

    def __init__(
        self, space: Space, raws: dict[int, Raw], own: Callable[..., Any]
    ) -> None:
        self._space = space
        self._raws = raws
        self._own = own

    def __call__(
        self,
        file: Any,  # noqa: ANN401 - as Python's own
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,  # noqa: FBT001, FBT002 - as Python's own
        opener: Callable[[Any, int], int] | None = None,
    ) -> Any:  # noqa: ANN401 - as Python's own
        """Return an open file."""
        if opener is not None:
            file = opener(file, _flags(mode) | getattr(os, "O_CLOEXEC", 0))
        raw = self._raw(file, mode)
        if raw is not None:
            return _wrapped(raw, mode, buffering, encoding, errors, newline)
        if _is_relative(file):
            place = self._space.place(file)
            if not os.path.exists(place):  # noqa: PTH110 - not a path of ours
                raise FileNotFoundError(
                    errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(file)
                )
            file = place
        return self._own(file, mode, buffering, encoding, errors, newline, closefd)

    def _raw(self, file: Any, mode: str) -> Raw | None:  # noqa: ANN401 - as Python's own
        if isinstance(file, int):
            return self._raws.pop(file, None)
        if not isinstance(file, str | bytes | os.PathLike):
            return None
        try:
            return self._space.opened(file, _flags(mode))
        except PermissionError:
            lacks.met("file", os.fsdecode(file))
            raise


def _is_relative(path: Any) -> bool:  # noqa: ANN401 - whatever is opened
    """Return whether a path depends on the folder that the program runs in."""
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    return not os.fsdecode(path).startswith("/")


def _flags(mode: str) -> int:
    """Return the flags of `os.open` that a mode stands for; none of a wrong one."""
    kind = next((letter for letter in mode if letter in _MODES), "r")
    flags = _MODES[kind]
    return flags & ~os.O_ACCMODE | os.O_RDWR if "+" in mode else flags


def _wrapped(
    raw: Raw,
    mode: str,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:  # noqa: ANN401 - one of several kinds of file
    """Return an open file as its mode wants it: with a buffer, as text."""
    if "a" in mode:
        raw.seek(0, io.SEEK_END)
    if buffering == 0:
        if "b" not in mode:
            raise ValueError("can't have unbuffered text I/O")
        return raw
    kind: Any = io.BufferedWriter if raw.writable() else io.BufferedReader
    if "+" in mode:
        kind = io.BufferedRandom
    buffer = kind(raw)
    if "b" in mode:
        return buffer
    text = io.TextIOWrapper(
        buffer, encoding or "utf-8", errors, newline, line_buffering=buffering == 1
    )
    text.mode = mode  # type: ignore[misc]  # as open() does
    return text


class _DirEntry:
    """What `os.scandir` gives for each name."""

    def __init__(self, space: Space, name: str, path: str) -> None:
        self._space = space
        self.name = name
        self.path = path

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

    def is_dir(self, **_: object) -> bool:
        """Return whether it is a folder."""
        return self._space.is_folder(self._space.place(self.path))

    def is_file(self, **_: object) -> bool:
        """Return whether it is a file."""
        return not self.is_dir()

    def is_symlink(self) -> bool:
        """Return False: there are no links."""
        return False

    def stat(self, **_: object) -> os.stat_result:
        """Return what the system would tell."""
        return self._space.stat(self._space.place(self.path))


class _Entries:
    """What `os.scandir` returns: an iterator and a context."""

    def __init__(self, space: Space, folder: str) -> None:
        names = space.names(space.place(folder))
        paths = (posixpath.join(folder, name) for name in names)
        entries = zip(names, paths, strict=True)
        self._entries: Iterator[_DirEntry] = iter(
            [_DirEntry(space, name, path) for name, path in entries]
        )

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _DirEntry:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: nothing is open."""
