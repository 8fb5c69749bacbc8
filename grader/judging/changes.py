"""What a worker may say of operations and of things: only what can be so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from grader.judging.named import is_usual_key
from grader.judging.requests import Earlier
from grader.sandbox import mirrors
from grader.sandbox.arrays import Stream
from grader.sandbox.wire import ODD_KEYS_CAP, Handle, is_plain_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from grader.judging.requests import Call, Mirrored

_GIVEN_BY: Final[dict[str, type]] = {
    **dict.fromkeys(("len", "index", "int"), int),
    **dict.fromkeys(("bool", "contains", "isinstance", "exit"), bool),
    **dict.fromkeys(("str", "repr"), str),
    "float": float,
    "iter": Handle,
}
"""The type that Python's own operations give, whatever the object is."""
COUNT_CAP: Final = 1 << 40
"""No number of things is larger."""
LENT_CAP: Final = 1 << 14
_NAMED_CAP: Final = 200
_OPS_CAP: Final = 4096
_PRINTED_CAP: Final = 500

Lent = tuple[tuple[tuple[object, ...], Handle], ...]
"""The ways to things in an answer that live in the worker, with their handles."""
# Stands for an object of the worker's among arguments.
_OBJECT = Handle(0, "object")


class Changed(NamedTuple):
    """What a call has left in the thing of this number: its content and gradient."""

    number: int
    content: object
    gradient: object = None


def could_give(operation: str, value: object) -> bool:
    """Return whether an operation of Python's own can give this value."""
    kind = _GIVEN_BY.get(operation)
    if operation == "len" and isinstance(value, int):
        return kind is type(value) and 0 <= value < COUNT_CAP
    return kind is None or kind is type(value)


def changes_of(mirrored: Mirrored, told: list[object]) -> tuple[Changed, ...] | None:
    """Return the changes that a worker tells of, or None if one cannot be.

    Each must be in a thing that the check has passed, of its kind, and told once. What
    it refers to must be known.
    """
    left: dict[int, Changed] = {}
    for each in told:
        match each:
            case (int() as number, content) if _is_new(number, mirrored, left):
                gradient = mirrors.gradient_of(content)
                left[number] = Changed(number, content, gradient)
            case _:
                return None
    fits = all(_fits(each, mirrored) for each in left.values())
    return tuple(left.values()) if fits else None


def _is_new(number: int, mirrored: Mirrored, left: Collection[int]) -> bool:
    """Return whether this is the number of a thing that was passed, told once."""
    return number in mirrored.kinds and number not in left


def _fits(change: Changed, mirrored: Mirrored) -> bool:
    number, content, _ = change
    due = mirrored.kinds.get(number)
    if due is None or due != mirrors.form_of(content):
        return False
    if isinstance(content, Stream) and not content.fits():
        return False
    return all(
        handle.number >= 0 or mirrors.number_in(handle) in mirrored.kinds
        for handle in _handles(content)
    )


def _handles(value: object) -> Iterator[Handle]:
    if isinstance(value, Handle):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _handles(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _handles(item)


def _is_object(reference: object) -> bool:
    """Return whether an argument is an object of the worker's."""
    own = isinstance(reference, Handle) and reference.number >= 0
    return own or isinstance(reference, Earlier)


def arguments_after(call: Call, left: Iterable[Changed]) -> tuple[object, ...]:
    """Return a call's positional arguments with what it left in them, and the rest.

    The rest is what it left in things that are none of its arguments, as an optimizer
    does with parameters that it was given before.
    """
    changes = {each.number: each for each in left}
    passed = call.args if call.mirrored is None else call.mirrored.args
    used: set[int] = set()

    def after(reference: object, plain: object) -> object:
        if _is_object(reference):
            return _OBJECT
        if isinstance(reference, Handle):
            number = mirrors.number_in(reference)
            if number in changes and number not in used:
                used.add(number)
                return after(changes[number].content, None)
            return plain
        if isinstance(reference, list | tuple):
            items = [after(item, None) for item in reference]
            return items if isinstance(reference, list) else tuple(items)
        if isinstance(reference, dict):
            return {key: after(item, None) for key, item in reference.items()}
        return reference

    pairs = zip(passed, call.args, strict=True)
    own = tuple(after(reference, plain) for reference, plain in pairs)
    rest = tuple(
        part
        for number, change in sorted(changes.items())
        for part in (change.content, change.gradient)
        if number not in used or (part is change.gradient and part is not None)
    )
    return own + rest


def lent_of(told: object) -> Lent | None:
    """Return the ways to things that live in the worker, with their handles.

    None where one is no way: its keys are those of no dict. Of ways by unusual keys
    there are no more than a dict may have.
    """
    found: list[tuple[tuple[object, ...], Handle]] = []
    odd = 0
    for each in told[:LENT_CAP] if isinstance(told, list) else ():
        match each:
            case (tuple() as path, Handle(number) as handle) if number >= 0:
                if not is_plain_key(path):
                    return None
                odd += not all(map(is_usual_key, path))
                if odd <= ODD_KEYS_CAP:
                    found.append((path, handle))
    return tuple(found)


def own_of(mirrored: Mirrored, value: object, told: object) -> int | None:
    """Return which of the check's own things a value is, as a worker tells.

    It must be of the thing's form.
    """
    if not isinstance(told, int) or told not in mirrored.kinds:
        return None
    return told if mirrored.kinds[told] == mirrors.form_of(value) else None


def counts_of(told: object) -> Iterator[tuple[str, int]]:
    """Yield names and how often each came, as a worker tells."""
    for each in told[:_OPS_CAP] if isinstance(told, list) else ():
        match each:
            case (str() as name, int() as count) if 0 <= count < COUNT_CAP:
                yield name[:_NAMED_CAP], count


def printed_of(reply: object) -> str:
    """Return what was printed, as a worker tells."""
    match reply:
        case {"printed": str() as printed}:
            return printed[:_PRINTED_CAP]
    return ""
