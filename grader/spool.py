"""Sequences that lie on disk: a class of any size, in the memory of one student."""

from __future__ import annotations

import os
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar, overload

import msgspec

from grader.errors import OperatorError

T = TypeVar("T")
S = TypeVar("S")
# MessagePack would forget which time zone a time was told in.
_ENCODER: Final = msgspec.json.Encoder()
_BUFFER_BYTES: Final = 256 * 1024


class Spool(Sequence[T]):
    """Items that are read from a file one at a time, each time they are asked for.

    The file has no name and is gone with the process. A spool equals any sequence of
    the same items.

    Args:
        kind: the type of the items; what JSON can hold.
        items: the first of them.

    Raises:
        OperatorError: there is no room for them.
    """

    def __init__(self, kind: type[T], items: Iterable[T] = ()) -> None:
        self._file: _File[T] = _File(kind)
        self._numbers = array("Q")
        for item in items:
            self.append(item)

    def append(self, item: msgspec.Raw | T) -> None:
        """Put an item at the end, as it is or as `encoded` returns it."""
        self._numbers.append(self._file.add(item))

    def picked(self, positions: Iterable[int]) -> Spool[T]:
        """Return the items at some positions, which are not copied."""
        chosen: Spool[T] = Spool.__new__(type(self))
        chosen._file = self._file
        chosen._numbers = array("Q", (self._numbers[place] for place in positions))
        return chosen

    def seen_as(self, kind: type[S]) -> Iterator[T | S]:
        """Yield what another type has of the items, which takes less time to read.

        An item that no encoding can hold comes as it is.
        """
        decoder = msgspec.json.Decoder(kind)
        return (self._file.item(number, decoder) for number in self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Spool[T]: ...

    def __getitem__(self, place: int | slice) -> T | Spool[T]:
        if isinstance(place, slice):
            return self.picked(range(*place.indices(len(self))))
        return self._file.item(self._numbers[place])

    def __iter__(self) -> Iterator[T]:
        return map(self._file.item, self._numbers)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(
            own == its for own, its in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment] # items may be appended

    def __repr__(self) -> str:
        return f"Spool({list(self)!r})"


def encoded(item: T) -> msgspec.Raw | T:
    """Return an item as it lies in a file; itself where no encoding can hold it.

    What another process has made is handed over and kept like that.
    """
    try:
        return msgspec.Raw(_ENCODER.encode(item))
    except UnicodeEncodeError:
        return item


def picked(items: Sequence[T], wanted: Callable[[T], bool]) -> Sequence[T]:
    """Return the items that are wanted; those of a spool stay in its file."""
    if isinstance(items, Spool):
        return items.picked(i for i, item in enumerate(items) if wanted(item))
    return tuple(filter(wanted, items))


class _File(Generic[T]):
    """The items themselves, in the order in which they came."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._ends = array("Q", (0,))
        self._unwritten = bytearray()
        self._written = 0
        # A name that no encoding can hold, for instance: rare enough for memory.
        self._odd: dict[int, T] = {}
        self._descriptor: int | None = None

    def add(self, item: msgspec.Raw | T) -> int:
        """Keep an item and return its number."""
        number = len(self._ends) - 1
        try:
            content = _ENCODER.encode(item)
        except UnicodeEncodeError:
            self._odd[number] = item  # type: ignore[assignment] # what is encoded is never odd
            content = b""
        self._unwritten += content
        self._ends.append(self._ends[-1] + len(content))
        if len(self._unwritten) > _BUFFER_BYTES:
            self._write()
        return number

    @overload
    def item(self, number: int) -> T: ...

    @overload
    def item(self, number: int, decoder: msgspec.json.Decoder[S]) -> T | S: ...

    def item(
        self, number: int, decoder: msgspec.json.Decoder[S] | None = None
    ) -> T | S:
        """Return an item by its number, or what a decoder sees of it."""
        read = decoder or self._decoder
        start, end = self._ends[number], self._ends[number + 1]
        if start == end:
            return self._odd[number]
        if start >= self._written:
            return read.decode(
                memoryview(self._unwritten)[start - self._written : end - self._written]
            )
        assert self._descriptor is not None  # noqa: S101 - it was written
        return read.decode(os.pread(self._descriptor, end - start, start))

    def _write(self) -> None:
        try:
            if self._descriptor is None:
                self._descriptor = _nameless()
                weakref.finalize(self, os.close, self._descriptor)
            rest = memoryview(self._unwritten)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            raise OperatorError(
                f"temporary folder: expected room for a whole class, got: "
                f"{error.strerror}. Make room there, or name another with TMPDIR."
            ) from error
        self._written += len(self._unwritten)
        self._unwritten = bytearray()


def _nameless() -> int:
    """Return the descriptor of a new file that nobody else can open."""
    with tempfile.TemporaryFile(prefix="grader-") as file:
        return os.dup(file.fileno())
