"""`results.json`: the one model, from which every other format is rendered."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import msgspec

from grader.errors import UsageError
from grader.model import RESULTS_SCHEMA, Results
from grader.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.report.formats import Pages
    from grader.report.options import Options

# Escapes in JSON of what a clean string may not hold.
_UNCLEAN = re.compile(r'\\[^"nt]')
_ATTRIBUTES = "\n\nAttributes:\n"
# `name: text`, the text also on the lines below that are indented further.
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)


RESULTS_FILE = "results.json"
# The students in the file, as `pieces` lays them out: no text in it has a line end.
BEGIN = b'\n  "submissions": ['
_NOBODY = BEGIN + b"]"
END = b"\n  ]"
_DEPTH = 4


class _FileHeader(msgspec.Struct, frozen=True):
    """What a file says about itself, read before the rest."""

    schema: str


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Return the results as one page, in pieces."""
    return [(RESULTS_FILE, pieces(results))]


def encode(results: Results) -> bytes:
    """Return the results as indented JSON in UTF-8, ending with a newline.

    Control characters and what UTF-8 cannot hold are removed.
    """
    return b"".join(pieces(results))


def pieces(results: Results) -> Iterator[bytes]:
    """Yield the same a student at a time."""
    without = msgspec.structs.replace(results, submissions=())
    head, nobody, tail = _indented(without, 0).partition(_NOBODY)
    if not results.submissions:
        yield head + nobody + tail + b"\n"
        return
    yield head + BEGIN
    separator = b"\n    "
    for submission in results.submissions:
        yield separator + _indented(submission, _DEPTH)
        separator = b",\n    "
    yield END + tail + b"\n"


def parse(content: bytes, name: str = RESULTS_FILE) -> Results:
    """Return the results that a file holds.

    Args:
        content: the file's bytes.
        name: what the message calls the file.

    Raises:
        UsageError: these are not results, or results of another version of the kit.
    """
    try:
        header = msgspec.json.decode(content, type=_FileHeader)
        if header.schema == RESULTS_SCHEMA:
            return msgspec.json.decode(content, type=Results)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{name}: expected results written by `grader grade`, got a file that does "
            f"not read: {error}. Name the folder that a run wrote."
        ) from error
    raise UsageError(
        f"{name}: expected schema {RESULTS_SCHEMA!r}, got "
        f"{clean_text(header.schema, 80)!r}. Grade again with this version of the kit."
    )


def read(folder: Path) -> Results:
    """Return the results of the run that wrote its reports into a folder.

    Raises:
        UsageError: there are none, or they are of another version of the kit.
    """
    path = folder / RESULTS_FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: no results can be read here: {error.strerror}. Name the folder "
            f"that `grader grade` wrote."
        ) from error
    return parse(content, str(path))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the results file.

    Regenerate `results.schema.json` from it with `make schema`.
    """
    schema = described_schema(Results)
    schema["$defs"]["Results"]["properties"]["schema"]["const"] = RESULTS_SCHEMA
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{RESULTS_SCHEMA.replace('/', ':')}",
        "title": "Results of grading a course",
        **schema,
    }


def described_schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the JSON Schema of a struct, with each key's line of the docstring."""
    schema = msgspec.json.schema(struct)
    for entry in schema["$defs"].values():
        whole = inspect.cleandoc(entry.get("description", ""))
        text, _, lines = whole.partition(_ATTRIBUTES)
        if text:
            entry["description"] = text
        for name, told in _ATTRIBUTE.findall(lines):
            entry["properties"][name]["description"] = " ".join(told.split())
    return schema


def _indented(node: msgspec.Struct, depth: int) -> bytes:
    """Return a node as indented JSON, whose lines but the first begin that deep."""
    text = msgspec.json.format(_encoded(node), indent=2)
    return text.replace(b"\n", b"\n" + b" " * depth) if depth else text


def _encoded(node: msgspec.Struct) -> bytes:
    """Return a node as JSON with clean strings; nearly always all are clean."""
    try:
        content = msgspec.json.encode(node)
    except UnicodeEncodeError:
        pass
    else:
        text = content.decode()
        if text.isprintable() and not _UNCLEAN.search(text.replace(r"\\", "")):
            return content
    return msgspec.json.encode(_clean(msgspec.to_builtins(node)))


def _clean(node: object) -> object:
    """Return the same tree with clean strings; everything else stays as it is."""
    if isinstance(node, str):
        # Most strings are harmless, and this test is much cheaper than cleaning.
        return node if node.isprintable() else clean_text(node, len(node))
    if isinstance(node, dict):
        return {key: _clean(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_clean(value) for value in node]
    return node
