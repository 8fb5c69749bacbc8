"""What a student's process says of itself, reduced to what may be shown.

A process that has met a hidden input could write it into an exception's type, a
signature or a line of source. So nothing is repeated that does not stand in the
student's own file, or is not Python's.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from typing import TYPE_CHECKING

from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Program

_LINE_CAP = 200
# A hostile text is cut before anything looks at it.
_TEXT_CAP = 2000
_WORD = re.compile(r"\w+")
_TYPES = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type)}
    | {"NoneType", "builtin_function_or_method", "function", "generator", "method"}
    | {"module", "coroutine", "dict_items", "dict_keys", "dict_values", "CellNotRun"}
    | {"Tensor", "Parameter", "Size", "dtype", "device", "OutOfMemoryError"}
    | {"AcceleratorError", "ndarray", "AxisError", "LinAlgError", "UFuncTypeError"}
    | {"_UFuncNoLoopError", "_ArrayMemoryError", "str_", "bool", "JSONDecodeError"}
)
# What Python's own sentences are made of.
_VOCABULARY = frozenset(
    """
    a after all allowed an and are argument arguments as assignment associated at
    attribute base be before between both but by bytes call callable can cannot
    convert could depth dict did different dimension dimensions division does
    element elements empty enough error exceeded expected first float for found from
    function generator get given got had has hashable have implicit import in index
    indices infinity initial input instance instances int integer interpreted
    invalid is it item iterable key keys keyword know large length like list literal
    local mapping math maximum mean meant method missing module more most multiple
    must name named no non not number numbers object objects of on one only operand
    operation operator or out outside positional power range read recursion
    referenced required return returned right s same sequence set shape shapes
    should size slice slices str string subscriptable support supported take takes
    tensor tensors than that the this to together too truth tuple type types
    unexpected unhashable unknown unpack unsupported use used value values variable
    was were when where which with without you zero
    """.split()  # noqa: SIM905 - a text is easier to read and to add to
)
_DIGIT = re.compile(r"\d")


def _parsed(source: str) -> ast.AST:
    """Return a piece of Python as a tree; an empty one where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _parameters(args: ast.arguments) -> str | None:
    try:
        return clean_line(f"({ast.unparse(args)})", _LINE_CAP)
    except RecursionError:
        return None


class Hearsay:
    """One program's own words, against which what its process says is held."""

    def __init__(self, program: Program) -> None:
        self._lines = {
            block.label: block.source.splitlines() for block in program.blocks
        }
        self._words = {
            word
            for lines in self._lines.values()
            for line in lines
            for word in _WORD.findall(line)
        }

    def type_name(self, name: str) -> str:
        """Return a type's name, or "object" where it is nobody's that we know."""
        if name in _TYPES or name in self._words:
            return clean_line(name, _LINE_CAP)
        return "object"

    def text(self, text: str) -> str:
        """Return an exception's text, or "" where a word of it is nobody's.

        Whatever holds a digit is left out.
        """
        shown = clean_line(text[:_TEXT_CAP], _LINE_CAP).split(" ")
        masked = " ".join("…" if _DIGIT.search(word) else word for word in shown)
        known = self._words | _VOCABULARY | _TYPES
        words = set(_WORD.findall(masked))
        return masked if known >= {w for w in words if w.lower() not in known} else ""

    def signature(self, name: str) -> str | None:
        """Return a function's parameters as the program's file has them, else null.

        What the process says of them could hold a hidden input.
        """
        for lines in reversed(self._lines.values()):
            for node in ast.walk(_parsed("\n".join(lines))):
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    return _parameters(node.args)
        return None

    def failure(self, failure: Mapping[str, object]) -> dict[str, object]:
        """Return a failure whose place and line of source are the program's own."""
        label, line = str(failure["label"]), failure["line"]
        lines = self._lines.get(label, [])
        kind = self.type_name(str(failure["type"]))
        inside = isinstance(line, int) and 1 <= line <= len(lines)
        return {
            **failure,
            "public": self.text(str(failure["message"])),
            "type": "an exception" if kind == "object" else kind,
            "label": label if inside else "",
            "text": lines[int(str(line)) - 1].strip() if inside else "",
        }
