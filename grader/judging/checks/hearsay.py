"""Reduces what a student's process says about itself to what may be shown.

A process that has met a hidden input could write it into an exception's type, a
signature or a line of source. So only words are repeated that stand in the student's
own file, or that are Python's.
"""

from __future__ import annotations

import ast
import builtins
import functools
import os
import re
import warnings
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from grader.judging.checks.exceptions import known
from grader.judging.checks.missing import definition_of, kinds_in
from grader.judging.checks.used import PARSED_CAP
from grader.judging.requests import Statement
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.judging.answers import Raised
    from grader.model import Lack, Program

_LINE_CAP = 200
# How much of a line is looked at for what it defines, and how many lines are kept.
_LOOKED_AT = 1000
_MOST_PLACES = 100
_WORD = re.compile(r"\w+")
# At most this many words of the program's own, and this many in all, are shown from
# exceptions in hidden checks: a program could spell its inputs by choosing words.
_OWN_WORDS = 12
_ALL_WORDS = 40
_TYPES = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type)}
    | {"NoneType", "builtin_function_or_method", "function", "generator", "method"}
    | {"NotImplementedType", "ellipsis", "async_generator"}
    | {"module", "coroutine", "dict_items", "dict_keys", "dict_values", "CellNotRun"}
    | {"Tensor", "Parameter", "Size", "dtype", "device", "OutOfMemoryError"}
    | {"AcceleratorError", "ndarray", "AxisError", "LinAlgError", "UFuncTypeError"}
    | {"_UFuncNoLoopError", "_ArrayMemoryError", "str_", "bool", "JSONDecodeError"}
)
# What Python's own sentences are made of.
_VOCABULARY = frozenset(
    """
    a above after all allowed already an and are argument arguments as
    assignment associated at attribute base be before beside between both but by
    bytes call callable can cannot code connection connections convert could cpu
    cuda debugger defined denied depth device dict did different dimension
    dimensions directories directory division does element elements else empty
    enough error exceeded exists expected failed failure file files first float
    folder for found from full function functions generator get given got GPU
    gpu graded had handed has hashable have here holds if implicit import
    imports in index indices infinity initial input installed instance instances
    int integer interpreted interrupted invalid is is_available it item iterable
    key keys keyword know large left length like line list literal local mapping
    math maximum MB mean meant method missing module more most multiple must
    name named network no nobody non not number numbers object objects of on one
    only open opens operand operation operator or out outside own permission
    permitted positional possible power processor program py Python range read
    reads recursion referenced refused remove required reset resolution resource
    return returned right s same scratch sequence service set shape shapes
    should size slice slices somebody space start started stopped stops str
    string subscriptable such support supported system take takes temporarily
    temporary tensor tensors than that the there this timed tmp to together too
    torch truth tuple type typed types unavailable unexpected unhashable unknown
    unpack unreachable unsupported use used value values variable waits was were
    when where which with without works write writes written you your zero
    """.split()  # noqa: SIM905 - a text is easier to read and to add to
)
_NOBODY_S = _VOCABULARY | _TYPES
_DIGIT = re.compile(r"\d")
_ERRNO = re.compile(r"\[Errno (?P<number>\d{1,3})\] (?P<said>.*)", re.DOTALL)


def _apart(text: str) -> tuple[str, str]:
    """Return the number that the system gives an error, and what it says."""
    found = _ERRNO.match(text)
    if found and found["said"].startswith(os.strerror(int(found["number"]))):
        return text[: found.start("said")], found["said"]
    return "", text


def _parsed(source: str) -> ast.AST:
    """Return a piece of Python as a tree; an empty one if it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _in_turn(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield a tree's nodes, from the last statement upwards, and stubs after others."""
    upwards = tree.body[::-1] if isinstance(tree, ast.Module) else []
    yield from sorted(upwards, key=_is_stub)
    yield from ast.walk(tree)


def _is_stub(node: ast.stmt) -> bool:
    """Return whether a function does nothing yet."""
    if not isinstance(node, ast.FunctionDef):
        return False
    return all(isinstance(each, ast.Pass | ast.Raise | ast.Expr) for each in node.body)


def _maker(node: ast.AST) -> tuple[str, str] | None:
    """Return the name of a function or a class and what it takes, or None."""
    if isinstance(node, ast.FunctionDef):
        return node.name, _parameters(node.args)
    if not isinstance(node, ast.ClassDef):
        return None
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            args = ast.arguments(**dict(ast.iter_fields(each.args)))
            self_s = "posonlyargs" if args.posonlyargs else "args"
            setattr(args, self_s, getattr(args, self_s)[1:])
            return node.name, _parameters(args)
    return None


def _parameters(args: ast.arguments) -> str:
    """Return what a function takes, with … for a default that is not written out."""
    fields = dict(ast.iter_fields(args))
    for name in ("defaults", "kw_defaults"):
        fields[name] = [each and _writable(each) for each in fields[name]]
    try:
        return clean_line(f"({ast.unparse(ast.arguments(**fields))})", _LINE_CAP)
    except (RecursionError, ValueError):  # an annotation
        return ""


def _writable(default: ast.expr) -> ast.expr:
    try:
        ast.unparse(default)
    except (RecursionError, ValueError):
        return ast.Name("…")
    return default


class Hearsay:
    """One program's own words: what its process says is compared with them."""

    def __init__(self, program: Program) -> None:
        self._lines = {
            block.label: block.source.splitlines() for block in program.blocks
        }
        # Modules that came with it are the student's own as well.
        beside = {block.label: block.source.splitlines() for block in program.helpers}
        self._all_lines = beside | self._lines
        self._words = {
            word
            for lines in self._all_lines.values()
            for line in lines
            for word in _WORD.findall(line)
        }
        self._places: dict[str, list[Statement]] = {}
        self._told: set[str] = set()
        self._left = (_OWN_WORDS, _ALL_WORDS)

    @functools.cached_property
    def source(self) -> str:
        """The program's text."""
        return "\n".join("\n".join(lines) for lines in self._lines.values())

    def own(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some names that stand in the program's text."""
        return tuple(name for name in names if name in self._words)

    def type_name(self, name: str) -> str:
        """Return a type's name, or "object" where we do not know whose it is."""
        if name in _TYPES or name in self._words:
            return clean_line(name, _LINE_CAP)
        return "object"

    def text(self, text: str) -> str:
        """Return an exception's text, or "" where a word may be somebody else's.

        Words with a digit are left out.
        """
        number, said = _apart(clean_line(text, _LINE_CAP))
        shown = said.split(" ")
        masked = " ".join(word if self._is_safe(word) else "…" for word in shown)
        words = _WORD.findall(masked)
        return number + masked if all(map(self._is_known, words)) else ""

    def _is_known(self, word: str) -> bool:
        known = (self._words, _NOBODY_S)
        return any(word in each or word.lower() in each for each in known)

    def _is_safe(self, word: str) -> bool:
        """Return whether a word holds no number, except in names of the program."""
        names = (n for n in _WORD.findall(word) if _DIGIT.search(n))
        return all(not n[0].isdigit() and n in self._words for n in names)

    def signature(self, name: str) -> str | None:
        """Return a function's parameters as the program's file has them, or None.

        What the process says of them could hold a hidden input.
        """
        return self._signatures.get(name) or None

    def places(self, name: str) -> list[Statement]:
        """Return the lines of the program that define a name at the top of a block."""
        if name not in self._places:
            self._places[name] = [*islice(self._definitions(name), _MOST_PLACES)]
        return self._places[name]

    def _definitions(self, name: str) -> Iterator[Statement]:
        defines = definition_of(name)
        for label, lines in self._lines.items():
            for number, line in enumerate(lines, 1):
                if name in line and defines.match(line, 0, _LOOKED_AT):
                    yield Statement(label, number)

    def are_together(self, place: Statement, line: int) -> bool:
        """Return whether a line lies in the top-level statement that begins at a place.

        It may be the next one's first, where Python finds that this one's body lacks.
        """
        lines = self._lines.get(place.label, [])[place.line - 1 : line]
        at_top = [bool(text[:1].strip(" \t#)]}")) for text in lines]
        return bool(lines) and at_top[0] and not any(at_top[1:-1])

    @functools.cached_property
    def kinds(self) -> dict[str, str]:
        """What the program's own names are: "class", "function" or "value"."""
        kinds: dict[str, str] = {}
        for lines in self._lines.values():
            for line in lines:
                kinds |= kinds_in(line)
        return kinds

    @functools.cached_property
    def _signatures(self) -> dict[str, str]:
        """The parameters of each function and class; of two with one name, the last's.

        What stands at the left margin comes before what is inside of something, and
        what is written before a stub.
        """
        sources = ["\n".join(lines) for lines in reversed(self._lines.values())]
        found: dict[str, str] = {}
        for source in sources if sum(map(len, sources)) <= PARSED_CAP else []:
            for node in _in_turn(_parsed(source)):
                maker = _maker(node)
                if maker is not None and maker[0] not in found:
                    found[maker[0]] = maker[1]
        return found

    def line(self, place: Statement) -> str:
        """Return the line at a place in the program, or "" if there is none."""
        lines = self._all_lines.get(place.label, [])
        return lines[place.line - 1].strip() if 1 <= place.line <= len(lines) else ""

    def lack(self, lack: Lack) -> Lack:
        """Return a lack; its name and place stay only if they are the program's own."""
        own = self._words >= set(_WORD.findall(lack.name))
        inside = self.line(Statement(lack.label, lack.line))
        return msgspec.structs.replace(
            lack,
            name=clean_line(lack.name, _LINE_CAP) if own else "",
            label=lack.label if inside else "",
            line=lack.line if inside else 0,
        )

    def failure(self, raised: Raised) -> Raised:
        """Return an exception whose place and line of source are the program's own."""
        text = self.line(Statement(raised.label, raised.line))
        kind = self.type_name(raised.type_name)
        return msgspec.structs.replace(
            raised,
            type_name="an exception" if kind == "object" else kind,
            label=raised.label if text else "",
            text=text,
        )

    def hidden(self, raised: Raised) -> Raised:
        """Return an exception as a hidden check may tell it.

        Its text might hold a hidden input. So we say it in our own words where we know
        the exception; otherwise it is shown if it has few words, all of the program's.
        """
        found = known(raised.type_name, raised.message)
        text = found.text if found else self._afforded(self.text(raised.message))
        return msgspec.structs.replace(raised, message=text)

    def _afforded(self, text: str) -> str:
        """Return a text if it was shown before, or if enough words are left for it."""
        if text in self._told:
            return text
        words = _WORD.findall(text)
        own = sum(not {word, word.lower()} & _NOBODY_S for word in words)
        left = (self._left[0] - own, self._left[1] - len(words))
        if min(left) < 0:
            return ""
        self._left = left
        self._told.add(text)
        return text
