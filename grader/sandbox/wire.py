"""What crosses the wall: frames of plain values, and nothing else.

A frame is two unsigned 32-bit big-endian lengths, a header and a blob. The header is
MessagePack of `[request id, tree]`; the tree holds the value, and points into the blob
for the raw bytes of arrays and tensors. A value is None, bool, int, float, complex,
str, bytes, list, tuple, dict, a numpy array, a torch tensor, or a `Handle`, which
stands for an object that stays in the worker, or a `Stream`. Decoding yields exactly
these types.

The caps of the header and of its items bound what decoding can allocate: one byte of
MessagePack becomes at most one small object.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.sandbox import arrays
from grader.sandbox.arrays import DIMENSIONS_CAP, ITEM_BYTES, NUMPY_DTYPES, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

HEADER_CAP_BYTES = 1 << 20
BLOB_CAP_BYTES = 64 << 20
DEPTH_CAP = 32
ITEMS_CAP = 1 << 17
NAME_CAP = 200
INT_CAP_BITS = 1 << 14
ANSWER = "\0answer"
"""The key of a dict that stands, in a rehearsal, for a value given before."""
# Numbers can be chosen so that all have the same hash: a dict of them takes for ever.
ODD_KEYS_CAP = 1 << 10
PREFIX = struct.Struct(">II")

# Tags for types that MessagePack does not have: a map with this one key. `_tagged`
# below matches on the numbers.
_TUPLE, _DICT, _COMPLEX, _INT, _ARRAY, _HANDLE, _STREAM = range(7)
_NUMPY, _TORCH = range(2)
_SIXTY_FOUR_BITS = 63
# MessagePack has these itself.
_SAME = frozenset({type(None), bool, float, bytes})
_PLAIN = _SAME | {int, str}
_SCALARS = (int, float, complex, str, bytes)
_CONTAINERS = (list, tuple, dict)


class WireError(Exception):
    """The bytes are not a frame, or the value does not fit into one."""


class Handle(NamedTuple):
    """An object that stays in the worker: its number there and its type's name."""

    number: int
    type_name: str


def _no_handles(value: object) -> Handle:
    raise WireError(f"{type(value).__name__}: not data, cannot cross")


def keep(handle: Handle) -> object:
    """Return the handle itself, unresolved."""
    return handle


def encode(
    number: int, value: object, handle_of: Callable[[object], Handle] = _no_handles
) -> bytes:
    """Return the frame for a value, lengths included.

    Args:
        number: the request's id.
        value: what crosses.
        handle_of: called for an object that is not data; the handle crosses instead.

    Raises:
        WireError: the value is too large or too deep, or not data.
    """
    packer = _Packer(handle_of)
    header = msgspec.msgpack.encode([number, packer.tree(value, 0)])
    if len(header) > HEADER_CAP_BYTES:
        raise WireError(f"larger than {HEADER_CAP_BYTES >> 20} MiB without arrays")
    return b"".join([PREFIX.pack(len(header), packer.size), header, *packer.blobs])


def packed(value: object) -> tuple[object, list[bytes]]:
    """Return what a frame would hold of a value that is data: its tree and its blobs.

    Raises:
        WireError: it is not data, or too much of it.
    """
    packer = _Packer(_no_handles)
    return packer.tree(value, 0), packer.blobs


def body_bytes(prefix: bytes) -> int:
    """Return how many bytes follow a frame's 8-byte prefix.

    Raises:
        WireError: a length is above its cap.
    """
    header, blob = PREFIX.unpack(prefix)
    if header > HEADER_CAP_BYTES or blob > BLOB_CAP_BYTES:
        raise WireError(f"a frame of {header} + {blob} bytes is above the cap")
    return int(header + blob)


def decode(
    prefix: bytes,
    body: bytes,
    resolve: Callable[[Handle], object] = keep,
    *,
    leaves: bool = False,
) -> tuple[int, object]:
    """Return the request id and the value of a frame.

    Args:
        prefix: the frame's first 8 bytes.
        body: the rest, `body_bytes(prefix)` of them.
        resolve: called for each handle; what it returns stands in its place.
        leaves: whether each tensor that requires a gradient is to be a leaf.

    Raises:
        WireError: the bytes are not a frame.
    """
    header, blob = PREFIX.unpack(prefix)
    if len(body) != header + blob:
        raise WireError(f"expected {header + blob} bytes, got {len(body)}")
    view = memoryview(body)
    try:
        message = msgspec.msgpack.decode(view[:header])
    except (msgspec.DecodeError, RecursionError, ValueError, TypeError) as error:
        raise WireError(f"not a message: {error}") from error
    match message:
        case [int() as number, tree]:
            unpacker = _Unpacker(view[header:], resolve, leaves=leaves)
            try:
                return number, unpacker.value(tree, 0)
            except arrays.FormError as error:
                raise WireError(str(error)) from error
    raise WireError("a message is a number and a value")


class _Packer:
    """Turns one value into a tree of MessagePack types and a list of blobs."""

    def __init__(self, handle_of: Callable[[object], Handle]) -> None:
        self.blobs: list[bytes] = []
        self.size = 0
        self._items = 0
        self._handle_of = handle_of

    def tree(self, value: object, depth: int) -> object:
        # A list that holds itself twice grows too large before it grows too deep.
        self._items += 1
        if depth > DEPTH_CAP or self._items > ITEMS_CAP:
            raise WireError("nested too deep, or too many items")
        # The usual first, and quickly: most of a frame is text, numbers and None.
        if type(value) in _SAME or (type(value) is str and value.isascii()):
            return value
        if isinstance(value, _SCALARS):
            return self._scalar(value)
        if isinstance(value, Stream):
            return {_STREAM: [value.state, _packed_int(value.seed)]}
        if isinstance(value, Handle):
            return {_HANDLE: [value.number, value.type_name]}
        if isinstance(value, _CONTAINERS):
            return self._container(value, depth + 1)
        return self._array_or_handle(value)

    def _scalar(self, value: complex | str | bytes) -> object:
        # A subclass crosses as its exact base type. numpy's scalars, which subclass
        # Python's, cross as arrays of no dimensions: they keep their dtype.
        if _is_numpy(value):
            return self._array_or_handle(value)
        if isinstance(value, str):
            return str.encode(value, "utf-8", "replace").decode()
        if isinstance(value, bytes):
            return bytes.__getitem__(value, slice(None))
        if isinstance(value, int):
            return _packed_int(int.__index__(value))
        if isinstance(value, float):
            return float.__float__(value)
        plain = complex.__complex__(value)
        return {_COMPLEX: [plain.real, plain.imag]}

    def _container(
        self,
        value: list[object] | tuple[object, ...] | dict[object, object],
        depth: int,
    ) -> object:
        if isinstance(value, dict):
            if dict.__len__(value) > ODD_KEYS_CAP and _odd_keys(value) > ODD_KEYS_CAP:
                raise WireError("a dict of too many keys that are not text")
            items = [
                [self.tree(key, depth), self.tree(item, depth)]
                for key, item in dict.items(value)
            ]
            return {_DICT: items}
        if isinstance(value, tuple):
            return {_TUPLE: [self.tree(item, depth) for item in tuple.__iter__(value)]}
        return [self.tree(item, depth) for item in list.__iter__(value)]

    def _array_or_handle(self, value: object) -> object:
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            packed: object = self._tensor(value)
        elif _is_numpy(value):
            packed = self._array(value)
        else:
            packed = None
        if packed is not None:
            return packed
        handle = self._handle_of(value)
        return {_HANDLE: [handle.number, handle.type_name]}

    def _array(self, value: object) -> object | None:
        import numpy as np

        array = np.asarray(value)
        name = array.dtype.name
        if name not in NUMPY_DTYPES or array.ndim > DIMENSIONS_CAP:
            return None
        raw = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
        self._room(raw.nbytes)
        return self._blob(_NUMPY, name, array.shape, raw.tobytes(), 0)

    def _tensor(self, value: torch.Tensor) -> dict[int, list[object]] | None:
        import torch

        # What is detached needs no `no_grad` around it.
        with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - the way past __torch_function__
            name = str(value.dtype).removeprefix("torch.")
            if (
                name not in ITEM_BYTES
                or torch.nn.parameter.is_lazy(value)
                or value.layout != torch.strided
                or value.device.type == "meta"
                or value.is_quantized
                or value.dim() > DIMENSIONS_CAP
            ):
                return None
            self._room(value.numel() * ITEM_BYTES[name])
            plain = value.detach()
            if type(plain) is not torch.Tensor:
                plain = plain.as_subclass(torch.Tensor)
            raw = arrays.bytes_of(plain)
            traits = arrays.traits_of(value)
            packed = self._blob(_TORCH, name, tuple(value.shape), raw, traits)
            gradient = arrays.gradient_of(value)
            told = None if gradient is None else self._tensor(gradient.detach())
            packed[_ARRAY] += [] if told is None else told[_ARRAY]
            return packed

    def _room(self, size: int) -> None:
        if self.size + size > BLOB_CAP_BYTES:
            raise WireError(f"arrays of more than {BLOB_CAP_BYTES >> 20} MiB")

    def _blob(
        self, kind: int, name: str, shape: tuple[int, ...], raw: bytes, traits: int
    ) -> dict[int, list[object]]:
        start = self.size
        self.blobs.append(raw)
        self.size += len(raw)
        return {_ARRAY: [kind, name, list(shape), start, len(raw), traits]}


class _Unpacker:
    """Turns a tree and its blob back into one value of exact plain types."""

    def __init__(
        self, blob: memoryview, resolve: Callable[[Handle], object], *, leaves: bool
    ) -> None:
        self._leaves = leaves
        self._blob = blob
        self._taken = 0
        self._items = 0
        self._resolve = resolve

    def value(self, tree: object, depth: int) -> object:
        self._items += 1
        if depth > DEPTH_CAP or self._items > ITEMS_CAP:
            raise WireError("nested too deep, or too many items")
        if type(tree) in _PLAIN:
            return tree
        if type(tree) is list:
            return [self.value(item, depth + 1) for item in tree]
        if type(tree) is dict and len(tree) == 1:
            ((tag, content),) = tree.items()
            if type(content) is list:
                return self._tagged(tag, content, depth + 1)
        raise WireError("not a value")

    def _tagged(self, tag: object, content: list[object], depth: int) -> object:  # noqa: PLR0911 - one for each tag
        if tag == _DICT:
            return self._dict(content, depth)
        if tag == _TUPLE:
            return tuple([self.value(item, depth) for item in content])
        if tag == _ARRAY:
            return self._array(content)
        match tag, content:
            case 2, [float() as real, float() as imaginary]:
                return complex(real, imaginary)
            case 3, [bytes() as raw]:
                return _unpacked_int(raw)
            case 5, [int() as number, str() as name]:
                return self._resolve(Handle(number, name[:NAME_CAP]))
            case 6, [state, seed]:
                return self._stream(state, self.value(seed, depth))
        raise WireError("not a value")

    def _stream(self, state: object, seed: object) -> object:
        """Return a generator where programs run, and elsewhere only what it is."""
        if type(state) is not bytes or type(seed) is not int:
            raise WireError("not a generator")
        return arrays.to_generator(state) if self._leaves else Stream(state, seed)

    def _dict(self, content: list[object], depth: int) -> dict[object, object]:
        result: dict[object, object] = {}
        odd = 0
        for pair in content:
            if type(pair) is not list or len(pair) != 2:  # noqa: PLR2004 - a pair
                raise WireError("a dict is a list of pairs")
            key = self.value(pair[0], depth)
            odd += type(key) is not str
            if odd > ODD_KEYS_CAP or not is_plain_key(key):
                raise WireError("a dict's key is not plain, or too many are not text")
            result[key] = self.value(pair[1], depth)
        return result

    def _array(self, content: list[object]) -> object:
        match content:
            case [
                int() as kind,
                str() as name,
                list() as shape,
                int() as start,
                int() as size,
                int() as traits,
                *gradient,
            ] if 0 <= traits <= arrays.TRAITS:
                sides = arrays.checked_shape(name, shape, size, BLOB_CAP_BYTES)
            case _:
                raise WireError("an array of the wrong form")
        # Many arrays over the same bytes would turn few bytes into many.
        self._taken += size
        if start < 0 or max(start + size, self._taken) > len(self._blob):
            raise WireError("an array points outside its frame, or into another one")
        raw = bytearray(self._blob[start : start + size])
        arrays.check_bools(name, raw)
        if kind == _NUMPY and name in NUMPY_DTYPES and not gradient:
            return arrays.to_array(name, sides, raw)
        if kind != _TORCH:
            raise WireError("an array of an unknown kind")
        made = arrays.to_tensor(name, sides, raw, traits, leaves=self._leaves)
        if gradient:
            if traits & arrays.GROWN or gradient[6:]:
                raise WireError("a gradient of what has none")
            arrays.give_gradient(made, self._array(gradient))
        return made


def _odd_keys(value: dict[object, object]) -> int:
    return sum(not isinstance(key, str) for key in dict.keys(value))


def is_plain_key(key: object) -> bool:
    """Return whether a dict that crosses may have this key."""
    if type(key) is tuple:
        return all(is_plain_key(item) for item in key)
    return type(key) in _PLAIN or type(key) is complex


def _packed_int(value: int) -> object:
    bits = value.bit_length()
    if bits <= _SIXTY_FOUR_BITS:
        return value
    if bits > INT_CAP_BITS:
        raise WireError(f"a whole number of more than {INT_CAP_BITS} bits")
    return {_INT: [value.to_bytes(bits // 8 + 1, "big", signed=True)]}


def _unpacked_int(raw: bytes) -> int:
    if len(raw) > INT_CAP_BITS // 8 + 1:
        raise WireError(f"a whole number of more than {INT_CAP_BITS} bits")
    return int.from_bytes(raw, "big", signed=True)


def _is_numpy(value: object) -> bool:
    np = sys.modules.get("numpy")
    return np is not None and isinstance(value, np.ndarray | np.generic)
