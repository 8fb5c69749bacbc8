"""Finds all problems of a table in `course.toml` at once."""

from __future__ import annotations

import re
import types
import typing

import msgspec

from grader.text import did_you_mean

# msgspec's words for types, and the words that an author knows.
_WORDS = {
    "array": "a list",
    "bool": "true or false",
    "date": "a date",
    "datetime": "a date and time such as 2026-11-02T23:59:00",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "a text",
}
_WORD = re.compile(r"\b(" + "|".join(_WORDS) + r")\b")
_GOT = re.compile(", got .*")


def problems_in(raw: object, kind: type[msgspec.Struct], where: str) -> list[str]:
    """Return every problem that keeps a table from being a struct of this kind.

    Args:
        raw: the table, as `tomllib` gives it.
        kind: the struct that it should become; unknown keys are problems.
        where: what the messages call the table.
    """
    return list(_problems(raw, kind, where, ""))


def _problems(raw: object, kind: object, where: str, key: str) -> typing.Iterator[str]:
    """Yield the problems of one value, which stands at `key`."""
    struct = _struct_in(kind)
    if struct is not None and isinstance(raw, dict):
        yield from _of_struct(raw, struct, where, key)
        return
    inner = _items_of(kind)
    if inner is not None and isinstance(raw, dict):
        for name, value in raw.items():
            yield from _problems(value, inner, where, _joined(key, name))
    elif inner is not None and isinstance(raw, list):
        for number, value in enumerate(raw, 1):
            yield from _problems(value, inner, where, f"{key}, entry {number}")
    else:
        yield from _of_leaf(raw, kind, _place(where, key))


def _of_struct(
    raw: dict[str, object], struct: type[msgspec.Struct], where: str, key: str
) -> typing.Iterator[str]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name in raw:
        if name not in fields:
            near = did_you_mean(name, fields)
            yield f"{_place(where, key)}: there is no key `{name}`.{near}"
    for name, field in fields.items():
        if name in raw:
            yield from _problems(raw[name], field.type, where, _joined(key, name))
        elif field.required:
            yield f"{_place(where, key)}: expected a key `{name}`, found none."


def _of_leaf(raw: object, kind: object, place: str) -> typing.Iterator[str]:
    try:
        msgspec.convert(raw, typing.cast("type[object]", kind))
    except msgspec.ValidationError as error:
        said = str(error).split(" - at ")[0]
        if said.startswith("Invalid enum value"):
            choices = ", ".join(map(repr, _choices(kind)))
            said = f"Expected one of {choices}"
        said = said.replace("Invalid RFC3339 encoded", "Expected")
        said = _GOT.sub("", said).replace(" | null", "")
        said = _WORD.sub(_in_words, said)
        said = said.replace("`", "").replace(" | ", " or ")
        yield f"{place}: {said[:1].lower()}{said[1:]}, got {_shown(raw)}."


def _in_words(match: re.Match[str]) -> str:
    return _WORDS[match.group()]


def _shown(raw: object) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, str | int | float):
        return repr(raw)
    return str(raw)


def _choices(kind: object) -> list[str]:
    """Return the texts that a type allows."""
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    return [text for part in typing.get_args(kind) for text in _choices(part)]


def _struct_in(kind: object) -> type[msgspec.Struct] | None:
    """Return the struct that a type is, or may be; None for another type."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if isinstance(kind, types.UnionType):
        return next(filter(None, map(_struct_in, typing.get_args(kind))), None)
    return None


def _items_of(kind: object) -> object:
    """Return what a list or table of structs holds; None for another type."""
    if typing.get_origin(kind) not in (list, tuple, dict):
        return None
    inner = next(arg for arg in reversed(typing.get_args(kind)) if arg is not ...)
    return inner if _struct_in(inner) else None


def _joined(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _place(where: str, key: str) -> str:
    return f"{where}: {key}" if key else where
