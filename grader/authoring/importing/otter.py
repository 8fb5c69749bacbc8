"""A master notebook of otter-assign: raw cells divide it into questions and blocks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import yaml

from grader.authoring.importing.material import (
    ByHand,
    Material,
    Test,
    asked_in,
    title_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK = re.compile(r"#\s*(BEGIN|END|ASSIGNMENT)\s+(\w+)", re.IGNORECASE)
_CONFIG = re.compile(
    r"\A\s*(\"\"\"|''')\s*# BEGIN TEST CONFIG\s*\n(?P<yaml>.*?)\1;?\s*# END TEST "
    r"CONFIG\s*\n?",
    re.DOTALL,
)
_HIDDEN = re.compile(r"\A\s*#+\s*HIDDEN\s*\n", re.IGNORECASE)
_PROMPT = re.compile(
    r"^[ \t]*(\"\"\"|''')\s*# BEGIN PROMPT\s*\n(?P<text>.*?)^[ \t]*\1;?[ \t]*"
    r"# END PROMPT[ \t]*\n?",
    re.MULTILINE | re.DOTALL,
)
_NO_PROMPT = re.compile(
    r"^([ \t]*)#\s*BEGIN SOLUTION NO PROMPT[ \t]*\n(.*?)^[ \t]*#\s*END SOLUTION",
    re.MULTILINE | re.DOTALL,
)
_LINE_NO_PROMPT = re.compile(
    r"^([ \t]*)(.*?)[ \t]*#\s*(?:SOLUTION NO PROMPT|SEED)[ \t]*$", re.MULTILINE
)
_BEGIN_NO_PROMPT = re.compile(
    r"^([ \t]*)#\s*BEGIN SOLUTION NO PROMPT[ \t]*$", re.MULTILINE
)
_MARKER = re.compile(r"#\s*(BEGIN|END) SOLUTION[ \t]*$", re.MULTILINE)
_BEGIN_PLAIN = "# BEGIN SOLUTION"
_LINE = re.compile(r"[ \t]*#\s*SOLUTION[ \t]*$", re.MULTILINE)
_IGNORED = re.compile(r"^.*#\s*IGNORE[ \t]*\n?", re.MULTILINE | re.IGNORECASE)


def recognises(cells: Sequence[dict[str, Any]]) -> bool:
    """Return whether these are a notebook's cells for otter-assign."""
    return any(
        cell["cell_type"] == "raw" and _BLOCK.match(cell["source"].lstrip())
        for cell in cells
    )


def material_of(cells: Sequence[dict[str, Any]]) -> Material:
    """Return what students write, and what tests it."""
    reader = _Reader()
    for cell in cells:
        reader.read(cell)
    return reader.found


class _Reader:
    """Reads cells in order; knows in which question and block they are."""

    def __init__(self) -> None:
        self.found = Material()
        self._question: dict[str, Any] = {}
        self._block = ""
        self._asked = ""
        self._cases: list[tuple[str, dict[str, Any]]] = []

    def read(self, cell: dict[str, Any]) -> None:
        """Take in the next cell."""
        source = cell["source"]
        head = _BLOCK.match(source.lstrip()) if cell["cell_type"] == "raw" else None
        if head is not None:
            self._bound(head[1].upper(), head[2].upper(), source)
        elif self._block == "TESTS" and cell["cell_type"] == "code":
            self._test(cell)
        elif self._block == "PROMPT":
            self._lose("a prompt in a cell of its own; write it into the text above.")
        elif self._block == "SOLUTION" and cell["cell_type"] == "markdown":
            self.found.add_text(source, own_words=True)
        elif cell["cell_type"] == "code":
            self._code(source)
        elif cell["cell_type"] == "markdown":
            self.found.add_text(source)
            self._asked = asked_in(source)

    def _bound(self, what: str, block: str, source: str) -> None:
        if what == "ASSIGNMENT":
            self._assignment(_yaml(source))
        elif what == "BEGIN" and block == "QUESTION":
            self._question = _yaml(source)
            self._cases = []
            self._asked = ""
        elif what == "BEGIN":
            self._block = block
        elif block == "QUESTION":
            self._end_question()
        else:
            self._block = ""

    def _assignment(self, config: dict[str, Any]) -> None:
        for key in ("files", "requirements", "environment", "seed", "plugins"):
            if config.get(key):
                self.found.lost.append(
                    f"assignment config, {key}: {config[key]}. Say it in course.toml, "
                    f"or beside the solution."
                )

    def _code(self, source: str) -> None:
        if self._block == "SOLUTION" and "SOLUTION" not in source:
            source = f"# BEGIN SOLUTION\n{source.strip(chr(10))}\n# END SOLUTION"
        elif _IGNORED.match(source) and source.lstrip().startswith("#"):
            return
        self.found.add_code(self._our_markers(_IGNORED.sub("", source)))

    def _our_markers(self, source: str) -> str:
        """Return code with our markers; what gives way to no prompt is hidden."""
        prompts = [prompt["text"] for prompt in _PROMPT.finditer(source)]
        source = _PROMPT.sub("", source)
        if prompts:
            source = self._prompted(source, prompts)
        source = _NO_PROMPT.sub(r"\1# BEGIN HIDDEN\n\2\1# END HIDDEN", source)
        source = _LINE_NO_PROMPT.sub(r"\1# BEGIN HIDDEN\n\1\2\n\1# END HIDDEN", source)
        source = _MARKER.sub(r"# \1 SOLUTION", source)
        return _LINE.sub("  # SOLUTION", source)

    def _prompted(self, source: str, prompts: list[str]) -> str:
        """Return code whose parts without prompt get one: a text of one line."""
        for prompt in prompts:
            lines = [line.strip() for line in prompt.splitlines() if line.strip()]
            code = [line for line in lines if not line.startswith("#")]
            begin = f"# BEGIN SOLUTION: {code[0]}" if len(code) == 1 else _BEGIN_PLAIN
            remarks = [line for line in lines if line.startswith("#")]
            new = "".join(rf"\g<1>{line}\n" for line in map(_literal, remarks))
            new += rf"\g<1>{_literal(begin)}"
            source = _BEGIN_NO_PROMPT.sub(new, source, count=1)
            if len(code) > 1:
                self._lose(f"a prompt of {len(code)} lines: {prompt.strip()!r}.")
        return source

    def _test(self, cell: dict[str, Any]) -> None:
        source = cell["source"]
        config: dict[str, Any] = {}
        written = _CONFIG.match(source)
        if written is not None:
            config = _yaml(written["yaml"])
            source = source[written.end() :]
        hidden = _HIDDEN.match(source)
        if hidden is not None:
            config["hidden"] = True
            source = source[hidden.end() :]
        source = _IGNORED.sub("", source)
        for key in ("success_message", "failure_message"):
            if config.get(key):
                self._lose(f"{key}: {config[key]!r}.")
        self._cases.append((self._with_output(source, cell), config))

    def _with_output(self, source: str, cell: dict[str, Any]) -> str:
        """Return a test cell whose last value is asserted to be what it was."""
        outputs = cell.get("outputs", [])
        tree = ast.parse(source)
        shown = [o["data"]["text/plain"] for o in outputs if "data" in o]
        if any(output.get("output_type") == "stream" for output in outputs):
            self._lose("a test that compares what is printed. Use `call.printed`.")
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.FunctionDef):
            return self._case_function(source, tree.body[0])
        last = tree.body[-1] if tree.body else None
        if not shown or not isinstance(last, ast.Expr):
            return source
        value = ast.get_source_segment(source, last.value) or ast.unparse(last.value)
        if isinstance(last.value, ast.BinOp | ast.BoolOp | ast.Compare | ast.IfExp):
            value = f"({value})"
        lines = source.splitlines()[: last.lineno - 1]
        wanted = "".join(shown[0])
        return "\n".join([*lines, _asserted(value, wanted)]) + "\n"

    def _case_function(self, source: str, node: ast.FunctionDef) -> str:
        """Return the body of a test that is a function: its arguments are names."""
        if node.args.defaults or node.args.vararg or node.args.kwarg:
            self._lose(
                f"`{node.name}`: a test function with other than plain arguments."
            )
        lines = source.splitlines()[node.body[0].lineno - 1 :]
        return "\n".join(line[node.body[0].col_offset :] for line in lines) + "\n"

    def _end_question(self) -> None:
        name = str(self._question.get("name", "question"))
        if self._question.get("manual") or not self._cases:
            if self._question.get("manual"):
                points = _total(self._question.get("points"))
                self.found.by_hand.append(ByHand(name, points, self._asked))
            self._question = {}
            return
        worth = _worth(self._question.get("points"), [c for _, c in self._cases])
        for (code, config), points in zip(self._cases, worth, strict=True):
            hidden = bool(config.get("hidden"))
            title = title_in(code)
            self.found.tests.append(Test(name, code, points, hidden, title))
        self._question = {}

    def _lose(self, what: str) -> None:
        self.found.lost.append(f"{self._question.get('name', 'the notebook')}: {what}")


def _literal(text: str) -> str:
    """Return a text as `re.sub` takes it for itself."""
    return text.replace("\\", r"\\")


def _yaml(source: str) -> dict[str, Any]:
    found = yaml.safe_load(source)
    return found if isinstance(found, dict) else {}


def _total(points: object) -> float:
    if isinstance(points, dict):
        points = points.get("each", 1)
    return float(points) if isinstance(points, int | float) else 1.0


def _worth(total: object, configs: list[dict[str, Any]]) -> list[float]:
    """Return the points of each test case of a question.

    A question without points is worth 1; what its cases do not say is shared equally.
    """
    if isinstance(total, list):
        return [float(points) for points in total]
    if isinstance(total, dict):
        return [float(total.get("each", 1)) for _ in configs]
    said = [config.get("points") for config in configs]
    open_ones = sum(points is None for points in said)
    known = sum(float(points) for points in said if points is not None)
    if total is None:
        total = known or 1.0
    rest = float(str(total)) - known
    share = rest / open_ones if open_ones else 0.0
    return [share if points is None else float(points) for points in said]


def _asserted(value: str, wanted: str) -> str:
    """Return an assert that a value shows itself as it did in the notebook."""
    try:
        literal = ast.literal_eval(wanted)
    except (ValueError, SyntaxError):
        return f"assert repr({value}) == {wanted!r}"
    if isinstance(literal, bool):
        return f"assert {value}" if literal else f"assert not {value}"
    if isinstance(literal, int | float):
        return f"assert {value} == close_to({wanted})"
    return f"assert {value} == {wanted}"
