"""What crosses the wall: frames of plain values, and nothing else.

A frame is two unsigned 32-bit big-endian lengths, a header and a blob. The header is
MessagePack of `[request id, tree]`; the tree holds the value, and points into the blob
for the raw bytes of arrays and tensors. A value is None, bool, int, float, complex,
str, bytes, list, tuple, dict, a numpy array, a torch tensor, or a `Handle`, which
stands for an object that stays in the worker. Decoding yields exactly these types.

The caps of the header and of its items bound what decoding can allocate: one byte of
MessagePack becomes at most one small object.
"""

from __future__ import annotations

import math
import struct
import sys
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import torch

HEADER_CAP_BYTES = 1 << 20
BLOB_CAP_BYTES = 64 << 20
DEPTH_CAP = 32
DIMENSIONS_CAP = 16
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
_TUPLE, _DICT, _COMPLEX, _INT, _ARRAY, _HANDLE = range(6)
_NUMPY, _TORCH = range(2)
_SIXTY_FOUR_BITS = 63

_ITEM_BYTES = {
    **dict.fromkeys(("bool", "uint8", "int8"), 1),
    **dict.fromkeys(("int16", "uint16", "float16", "bfloat16"), 2),
    **dict.fromkeys(("int32", "uint32", "float32"), 4),
    **dict.fromkeys(("int64", "uint64", "float64", "complex64"), 8),
    "complex128": 16,
}
_DIFFERENTIABLE = frozenset(
    {"float16", "bfloat16", "float32", "float64", "complex64", "complex128"}
)
_NUMPY_DTYPES = frozenset(_ITEM_BYTES) - {"bfloat16"}


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
    prefix: bytes, body: bytes, resolve: Callable[[Handle], object] = keep
) -> tuple[int, object]:
    """Return the request id and the value of a frame.

    Args:
        prefix: the frame's first 8 bytes.
        body: the rest, `body_bytes(prefix)` of them.
        resolve: called for each handle; what it returns stands in its place.

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
            return number, _Unpacker(view[header:], resolve).value(tree, 0)
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
        if value is None or value is True or value is False:
            return value
        if isinstance(value, int | float | complex | str | bytes):
            return self._scalar(value)
        if isinstance(value, Handle):
            return {_HANDLE: [value.number, value.type_name]}
        if isinstance(value, list | tuple | dict):
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
            if sum(not isinstance(key, str) for key in dict.keys(value)) > ODD_KEYS_CAP:
                raise WireError("a dict of too many keys that are no text")
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
            packed = self._tensor(value)
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
        if name not in _NUMPY_DTYPES or array.ndim > DIMENSIONS_CAP:
            return None
        raw = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
        self._room(raw.nbytes)
        return self._blob(_NUMPY, name, array.shape, raw.tobytes(), grad=False)

    def _tensor(self, value: torch.Tensor) -> object | None:
        import torch

        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():  # noqa: SLF001 - the way past __torch_function__
            name = str(value.dtype).removeprefix("torch.")
            if (
                name not in _ITEM_BYTES
                or value.layout != torch.strided
                or value.device.type == "meta"
                or value.is_quantized
                or value.dim() > DIMENSIONS_CAP
            ):
                return None
            self._room(value.numel() * _ITEM_BYTES[name])
            plain = value.detach().as_subclass(torch.Tensor).cpu()
            flat = plain.resolve_conj().resolve_neg().contiguous().reshape(-1)
            raw = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
            return self._blob(
                _TORCH, name, tuple(value.shape), raw, grad=bool(value.requires_grad)
            )

    def _room(self, size: int) -> None:
        if self.size + size > BLOB_CAP_BYTES:
            raise WireError(f"arrays of more than {BLOB_CAP_BYTES >> 20} MiB")

    def _blob(
        self, kind: int, name: str, shape: tuple[int, ...], raw: bytes, *, grad: bool
    ) -> object:
        start = self.size
        self.blobs.append(raw)
        self.size += len(raw)
        return {_ARRAY: [kind, name, list(shape), start, len(raw), grad]}


class _Unpacker:
    """Turns a tree and its blob back into one value of exact plain types."""

    def __init__(self, blob: memoryview, resolve: Callable[[Handle], object]) -> None:
        self._blob = blob
        self._taken = 0
        self._items = 0
        self._resolve = resolve

    def value(self, tree: object, depth: int) -> object:
        self._items += 1
        if depth > DEPTH_CAP or self._items > ITEMS_CAP:
            raise WireError("nested too deep, or too many items")
        if tree is None or type(tree) in (bool, int, float, str, bytes):
            return tree
        if type(tree) is list:
            return [self.value(item, depth + 1) for item in tree]
        if type(tree) is dict and len(tree) == 1:
            ((tag, content),) = tree.items()
            if type(content) is list:
                return self._tagged(tag, content, depth + 1)
        raise WireError("not a value")

    def _tagged(self, tag: object, content: list[object], depth: int) -> object:
        match tag, content:
            case 0, _:
                return tuple([self.value(item, depth) for item in content])
            case 1, _:
                return self._dict(content, depth)
            case 2, [float() as real, float() as imaginary]:
                return complex(real, imaginary)
            case 3, [bytes() as raw]:
                return _unpacked_int(raw)
            case 5, [int() as number, str() as name]:
                return self._resolve(Handle(number, name[:NAME_CAP]))
            case 4, _:
                return self._array(content)
        raise WireError("not a value")

    def _dict(self, content: list[object], depth: int) -> dict[object, object]:
        result: dict[object, object] = {}
        odd = 0
        for pair in content:
            match pair:
                case [first, second]:
                    key = self.value(first, depth)
                case _:
                    raise WireError("a dict is a list of pairs")
            odd += type(key) is not str
            if odd > ODD_KEYS_CAP or not _plain_key(key):
                raise WireError("a dict's key is not plain, or too many are no text")
            result[key] = self.value(second, depth)
        return result

    def _array(self, content: list[object]) -> object:
        match content:
            case [
                int() as kind,
                str() as name,
                list() as shape,
                int() as start,
                int() as size,
                bool() as grad,
            ]:
                sides = _checked_shape(name, shape, size)
            case _:
                raise WireError("an array of the wrong form")
        # Many arrays over the same bytes would turn few bytes into many.
        self._taken += size
        if start < 0 or max(start + size, self._taken) > len(self._blob):
            raise WireError("an array points outside its frame, or into another one")
        raw = bytearray(self._blob[start : start + size])
        _check_bools(name, raw)
        if kind == _TORCH:
            return _to_tensor(name, sides, raw, grad=grad)
        if kind == _NUMPY and name in _NUMPY_DTYPES:
            return _to_array(name, sides, raw)
        raise WireError("an array of an unknown kind")


def _checked_shape(name: str, shape: list[object], size: int) -> list[int]:
    if name not in _ITEM_BYTES or len(shape) > DIMENSIONS_CAP:
        raise WireError("an array of an unknown form")
    sides = [side for side in shape if type(side) is int and side >= 0]
    if math.prod(max(side, 1) for side in sides) > BLOB_CAP_BYTES:
        raise WireError("an empty array of an impossible shape")
    if len(sides) != len(shape) or math.prod(sides) * _ITEM_BYTES[name] != size:
        raise WireError("an array whose shape does not fit its bytes")
    return sides


def _check_bools(name: str, raw: bytearray) -> None:
    if name == "bool" and raw.count(0) + raw.count(1) != len(raw):
        raise WireError("a truth value that is neither true nor false")


def _to_array(name: str, shape: list[int], raw: bytearray) -> np.ndarray:
    import numpy as np

    dtype = np.dtype(name).newbyteorder("<")
    try:
        return np.frombuffer(raw, dtype).astype(name, copy=False).reshape(shape)
    except ValueError as error:
        raise WireError(f"an array of an impossible shape: {error}") from error


def _to_tensor(
    name: str, shape: list[int], raw: bytearray, *, grad: bool
) -> torch.Tensor:
    import torch

    if not hasattr(torch, name) or (grad and name not in _DIFFERENTIABLE):
        raise WireError("a tensor of an unknown form")
    dtype = getattr(torch, name)
    try:
        flat = (
            torch.frombuffer(raw, dtype=dtype) if raw else torch.empty(0, dtype=dtype)
        )
        return flat.reshape(shape).requires_grad_(grad)
    except RuntimeError as error:
        raise WireError("a tensor of an impossible shape") from error


def _plain_key(key: object) -> bool:
    if type(key) is tuple:
        return all(_plain_key(item) for item in key)
    return key is None or type(key) in (bool, int, float, complex, str, bytes)


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
