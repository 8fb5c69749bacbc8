"""What crosses the wall arrives as exact plain types, and garbage as one error."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable


def there_and_back(value: object) -> Any:
    frame = wire.encode(7, value, lambda v: wire.Handle(1, type(v).__name__))
    number, result = wire.decode(frame[:8], frame[8:])
    assert number == 7
    return result


def frame_of(tree: object, blob: bytes = b"") -> tuple[bytes, bytes]:
    header = msgspec.msgpack.encode([1, tree])
    return wire.PREFIX.pack(len(header), len(blob)), header + blob


leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**200), 2**200)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
keys = st.text(max_size=5) | st.integers() | st.tuples(st.integers(), st.booleans())
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_plain_value_arrives_as_it_was_sent(value: object) -> None:
    result = there_and_back(value)

    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (2, 3), (2, 1, 4)])
def test_array_arrives_with_dtype_and_shape(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape), dtype="int64").reshape(shape).astype(dtype)
    result = there_and_back(array)

    assert type(result) is np.ndarray
    assert result.dtype == array.dtype
    np.testing.assert_array_equal(result, array)


def test_array_in_another_order_arrives_right() -> None:
    array = np.arange(6.0).reshape(2, 3).T[::-1].astype(">f8")

    np.testing.assert_array_equal(there_and_back(array), array)


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.bool]
)
def test_tensor_arrives_with_dtype_and_shape(dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0.0, 1.0], [2.5, 0.0]]).to(dtype).t()
    result = there_and_back(tensor)

    assert type(result) is torch.Tensor
    assert result.dtype == dtype
    assert torch.equal(result, tensor)


def test_tensor_tells_whether_it_requires_a_gradient() -> None:
    leaf = torch.ones(2, requires_grad=True)
    results = there_and_back([leaf, leaf * 2, leaf.detach()])

    assert [r.requires_grad for r in results] == [True, True, False]
    assert [r.is_leaf for r in results] == [True, False, True]


class LyingFloat(float):
    def __eq__(self, _other: object) -> bool:
        return True

    __hash__ = float.__hash__

    def __float__(self) -> float:
        return 99.0


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *_args: Any, **_kwargs: Any) -> object:
        return True


class LyingArray(np.ndarray):
    def __array_function__(self, *_args: Any, **_kwargs: Any) -> object:
        return True


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (LyingFloat(1.5), float),
        (type("I", (int,), {"__eq__": lambda *_: True, "__hash__": hash})(3), int),
        (type("S", (str,), {})("x"), str),
        (type("L", (list,), {})([1]), list),
        (type("T", (tuple,), {})((1,)), tuple),
        (type("D", (dict,), {})(a=1), dict),
        (torch.ones(2).as_subclass(LyingTensor), torch.Tensor),
        (torch.nn.Parameter(torch.ones(2)), torch.Tensor),
        (np.ones(2).view(LyingArray), np.ndarray),
        (np.float64(1.5), np.ndarray),
        (np.ma.masked_array([1.0], [True]), np.ndarray),
    ],
)
def test_subclass_arrives_as_its_plain_base(value: object, plain: type) -> None:
    assert type(there_and_back(value)) is plain


def test_subclass_of_float_arrives_with_its_own_number() -> None:
    assert there_and_back(LyingFloat(1.5)).hex() == (1.5).hex()


@pytest.mark.parametrize(
    "make",
    [
        object,
        lambda: torch.ones(2).to_sparse(),
        lambda: torch.ones(2, device="meta"),
        lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        lambda: np.array([object()]),
        lambda: np.array(["a"]),
        lambda: {1, 2},
        lambda: iter([1]),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_is_not_data_crosses_as_a_handle(make: Callable[[], object]) -> None:
    value = make()

    assert there_and_back(value) == wire.Handle(1, type(value).__name__)


def test_many_numbers_count_as_items_before_they_are_looked_at() -> None:
    with pytest.raises(wire.WireError, match="larger than 1 MiB"):
        wire.encode(1, [0.5] * (wire.ITEMS_CAP - 1))
    with pytest.raises(wire.WireError, match="too many items"):
        wire.encode(1, [0.5] * wire.ITEMS_CAP)


def selfish() -> list[object]:
    value: list[object] = []
    value += [value, value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        selfish(),
        "x" * (wire.HEADER_CAP_BYTES + 1),
        np.zeros(wire.BLOB_CAP_BYTES // 8 + 1),
        torch.zeros(wire.BLOB_CAP_BYTES // 4 + 1),
        torch.zeros(1).expand(10**12),
        1 << (wire.INT_CAP_BITS + 1),
        [[]] * wire.ITEMS_CAP,
    ],
    ids=["cycle", "text", "array", "tensor", "expanded", "integer", "items"],
)
def test_too_large_a_value_does_not_fit_into_a_frame(value: object) -> None:
    with pytest.raises(wire.WireError):
        wire.encode(1, value)


def test_frame_of_too_many_items_is_refused() -> None:
    # A million empty lists fit into a header, and took seconds to decode.
    with pytest.raises(wire.WireError, match="too many items"):
        wire.decode(*frame_of([[]] * 1_000_000))


def test_name_of_an_object_s_type_is_cut_where_it_arrives() -> None:
    frame = wire.encode(1, wire.Handle(3, "x" * 10**5))

    assert wire.decode(frame[:8], frame[8:])[1] == wire.Handle(3, "x" * wire.NAME_CAP)


A = 4
bad_arrays = [
    [1, "float32", [2], 0, 4, False],
    [1, "float32", [-1], 0, 4, False],
    [1, "float32", [1], 4, 4, False],
    [1, "float32", [1], -4, 4, False],
    [1, "object", [1], 0, 4, False],
    [1, "float32", [1] * 17, 0, 4, False],
    [1, "int32", [1], 0, 4, True],
    [0, "bfloat16", [2], 0, 4, False],
    [2, "float32", [1], 0, 4, False],
    [1, "bool", [4], 0, 4, False],
    [1, "float32", [0, 1 << 39, 1 << 39], 0, 0, False],
    [1, "float32", ["1"], 0, 4, False],
    [1, "float32", [1], 0, 4],
]


@pytest.mark.parametrize("tree", [{A: bad} for bad in bad_arrays], ids=str)
def test_array_that_does_not_fit_its_frame_is_refused(tree: object) -> None:
    prefix, body = frame_of(tree, b"\x02\x00\x00\x00")

    with pytest.raises(wire.WireError):
        wire.decode(prefix, body)


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {9: []},
        {1: [[1]]},
        {1: [[[1], 2]]},
        {2: [1.0]},
        {3: ["x"]},
        {5: [1]},
        {"a": [], "b": []},
        {0: 1},
    ],
    ids=str,
)
def test_tree_that_is_no_value_is_refused(tree: object) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(*frame_of(tree))


@pytest.mark.parametrize("lengths", [(1 << 21, 0), (0, 1 << 27), (2**32 - 1,) * 2])
def test_frame_above_the_cap_is_refused_before_it_is_read(
    lengths: tuple[int, int],
) -> None:
    with pytest.raises(wire.WireError):
        wire.body_bytes(struct.pack(">II", *lengths))


def test_deep_nesting_is_refused() -> None:
    body = b"\x92\x01" + b"\x91" * 100_000 + b"\xc0"

    with pytest.raises(wire.WireError):
        wire.decode(wire.PREFIX.pack(len(body), 0), body)


@settings(max_examples=200)
@given(st.binary(max_size=200), st.integers(0, 60))
def test_any_bytes_are_a_value_or_one_error(body: bytes, blob: int) -> None:
    blob = min(blob, len(body))
    prefix = wire.PREFIX.pack(len(body) - blob, blob)
    try:
        number, _ = wire.decode(prefix, body)
    except wire.WireError:
        return

    assert type(number) is int


@settings(max_examples=200)
@given(st.data())
def test_any_damage_to_a_frame_is_a_value_or_one_error(data: st.DataObject) -> None:
    value = [np.ones((2, 2)), torch.ones(3), {"a": (1, 2.5)}, 1j, 2**80]
    frame = bytearray(wire.encode(1, value))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(8, len(frame) - 1))] = data.draw(
            st.integers(0, 255)
        )
    try:
        number, _ = wire.decode(bytes(frame[:8]), bytes(frame[8:]))
    except wire.WireError:
        return

    assert type(number) is int
