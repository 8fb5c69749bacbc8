"""What a check passes has a mirror in the worker; here is how a change is seen.

Lists, dicts, tensors and arrays that a check passes can be changed in place, on both
sides. Each side keeps an imprint of each. Where it is another one after a call, or
before the next one, the content crosses, and nothing else does.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox import arrays, wire

if TYPE_CHECKING:
    from collections.abc import Callable

LIST: Final = "list"
DICT: Final = "dict"
TENSOR: Final = "tensor"
PARAMETER: Final = "parameter"
ARRAY: Final = "array"
GENERATOR: Final = "generator"

CALLED: Final = -(1 << 40)
"""Handles from here downwards stand for functions and iterators of the check."""
PATH: Final = -(1 << 50)
"""A handle of this number stands for the path that is its name."""
FUNCTION: Final = "function"
ITERATOR: Final = "iterator"

# A dict's order of keys is part of its content, and so are the types of its items.
_PLAIN: Final = (type(None), bool, int, float, complex, str, bytes)
_DIGEST_BYTES: Final = 16
# What is no longer than this is kept as it is: a digest takes longer.
_SHORT_BYTES: Final = 1 << 12


class _Same:
    """Is equal to the same object alone, whatever that says of itself."""

    __slots__ = ("_thing",)

    def __init__(self, thing: object) -> None:
        self._thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other._thing is self._thing

    def __hash__(self) -> int:
        return id(self._thing)


def kind_of(value: object) -> str | None:
    """Return what kind of thing can be changed in place here, None for others."""
    if isinstance(value, list):
        return LIST
    if isinstance(value, dict):
        return DICT
    torch, np = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(value, torch.Tensor):
        return PARAMETER if arrays.is_parameter(value) else TENSOR
    if torch is not None and isinstance(value, torch.Generator):
        return GENERATOR if value.device.type == "cpu" else None
    return ARRAY if np is not None and isinstance(value, np.ndarray) else None


def form_of(value: object) -> str:
    """Return what a thing must stay: its kind, and its dtype if it has one."""
    kind = GENERATOR if isinstance(value, arrays.Stream) else kind_of(value)
    plain = TENSOR if kind == PARAMETER else kind
    return f"{plain} {getattr(value, 'dtype', '')}" if plain else ""


def reference(number: int) -> wire.Handle:
    """Return what stands for the mirrored thing of this number."""
    return wire.Handle(-1 - number, "")


def number_in(handle: wire.Handle) -> int:
    """Return the number of a mirrored thing; below 0 for an object of the worker's."""
    return -1 - handle.number


def gradient_of(value: object) -> Any:  # noqa: ANN401 - a tensor, or None
    """Return the gradient that a leaf has, or None."""
    if kind_of(value) not in (TENSOR, PARAMETER):
        return None
    return arrays.gradient_of(value)


def is_held_inside(tensor: Any) -> bool:  # noqa: ANN401 - a tensor
    """Return whether torch itself holds a tensor: a graph, a view, or a leaf's grad."""
    count = getattr(tensor, "_use_count", None)
    return count is None or count() > 1


def uses_of(tensor: Any) -> int:  # noqa: ANN401 - a tensor
    """Return how many tensors have their numbers where this one has them.

    Where torch cannot tell it is a great number.
    """
    count = getattr(sys.modules["torch"]._C, "_storage_Use_Count", None)  # noqa: SLF001 - nothing else tells it
    if count is None or tensor.layout is not sys.modules["torch"].strided:
        return sys.maxsize
    # The storage that this very question makes is one of them.
    return int(count(tensor.untyped_storage()._cdata)) - 1  # noqa: SLF001 - as above


def imprint(
    value: object, number_of: Callable[[object], int | None], depth: int = 0
) -> object:
    """Return what is equal again exactly if a thing's content is still the same.

    Args:
        value: the thing.
        number_of: the number of a thing that has a mirror of its own, else None.
        depth: how deep the thing lies in another one.
    """

    def item(inner: object) -> object:
        if type(inner) in _PLAIN:
            return inner
        number = number_of(inner)
        if number is not None:
            return reference(number)
        deeper = isinstance(inner, tuple) or kind_of(inner) is not None
        if deeper and depth < wire.DEPTH_CAP:
            return imprint(inner, number_of, depth + 1)
        return _Same(inner)

    if isinstance(value, dict):
        return DICT, [(item(key), item(each)) for key, each in dict.items(value)]
    if isinstance(value, list | tuple):
        return type(value), [item(each) for each in value]
    if kind_of(value) == GENERATOR:
        return GENERATOR, stream_of(value).state
    return _content(value)


def stream_of(generator: Any) -> arrays.Stream:  # noqa: ANN401 - a generator of torch's
    """Return what a generator is now, as data."""
    state = generator.get_state().numpy().tobytes()
    return arrays.Stream(state, generator.initial_seed())


def _content(value: object) -> object:
    """Return the form and the numbers of an array; of many numbers, a digest."""
    try:
        tree, blobs = wire.packed(value)
    except wire.WireError:
        return _Same(value)
    if sum(map(len, blobs)) <= _SHORT_BYTES:
        return tree, blobs
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for blob in blobs:
        digest.update(blob)
    return tree, digest.digest()


def put(thing: Any, content: Any, gradient: Any = None) -> None:  # noqa: ANN401 - of any kind
    """Give a thing this content, in place.

    A tensor takes another shape, too; an array keeps its own, and what is read-only
    stays as it is.
    """
    match kind_of(thing):
        case "list":
            thing[:] = content
        case "dict":
            thing.clear()
            for key, value in content.items():
                thing[key] = value
        case "array":
            if thing.flags.writeable and thing.shape == content.shape:
                thing[...] = content
        case "generator":
            state = content.state if isinstance(content, arrays.Stream) else None
            made = content if state is None else arrays.to_generator(state)
            thing.set_state(made.get_state())
        case _:
            _put_tensor(thing, content, gradient)


def _put_tensor(thing: Any, content: Any, gradient: Any) -> None:  # noqa: ANN401 - tensors
    plain = content.detach()
    fits = thing.shape == plain.shape and thing.dtype == plain.dtype
    # What `expand` gives has one number in several places, and none can be written to.
    if fits and not (0 in thing.stride() and thing.numel() > 1):
        thing.data.copy_(plain)
    elif not fits or not sys.modules["torch"].equal(thing.detach(), plain):
        thing.data = plain.clone()
    if thing.is_leaf:
        thing.requires_grad_(content.requires_grad)
        thing.grad = None if gradient is None else gradient.detach().clone()
