"""Fills in what the pages take from the code: mkdocs runs this on each page.

A page holds a line such as `<!-- from the code: draw -->`. What comes to stand there is
made from docstrings, structs and the command line, so that it is always up to date.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import alternative, edit, mistake
from grader.cli.commands import COMMANDS, load
from grader.course.loading import CourseTable, ExerciseTable
from grader.course.rules import CourseRules, ExerciseRules
from grader.judging.checks.comparison import close_to, same_up_to
from grader.judging.checks.credit import score
from grader.judging.checks.draws import Draw
from grader.judging.checks.evidence import Called
from grader.judging.checks.gradchecking import gradcheck
from grader.judging.checks.marks import (
    about,
    all_or_nothing,
    depends_on,
    extra,
    manual,
    points,
    visibility,
    within,
)
from grader.judging.checks.printing import printing
from grader.judging.checks.raising import raises
from grader.judging.checks.student import Remote, Student, StudentFunction
from grader.judging.checks.training import Run
from grader.judging.checks.unpacking import parts
from grader.report.formats.results_json import described_schema, json_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
MARK = re.compile(r"^<!-- from the code: (.+) -->$", re.MULTILINE)
TABLES = {
    "CourseTable": "The course",
    "Limits": "`[limits]`",
    "Shown": "`shown`",
    "ExerciseTable": "`[exercise.ID]`",
    "FilesTable": "`[exercise.ID.files]`",
    "CourseRules": "Rules of the course",
    "Late": "`[late]`",
    "LateStep": "`late.steps`",
    "LateDays": "`[late_days]`",
    "Attempts": "`[attempts]`",
    "Drop": "`[[drop]]`",
    "Rounding": "`[rounding]`",
    "ExerciseRules": "Rules of an exercise",
}
"""The structs of `course.toml`, and the headings of their tables."""
MESSAGES = {
    "What a check found": (
        "judging/checks/words.py",
        "judging/checks/stumbling.py",
        "judging/efficiency.py",
        "judging/checks/student.py",
        "judging/checks/host.py",
        "judging/plugin.py",
        "report/answer.py",
        "report/phrases.py",
        "report/letter.py",
    ),
    "What an exception means": ("judging/checks/exceptions.py",),
    "How values relate to the right ones": (
        "judging/diagnosis/relations.py",
        "judging/diagnosis/divergence.py",
        "judging/diagnosis/influence.py",
    ),
    "Files that cannot be read, or look odd": (
        "intake/reading.py",
        "intake/notebooks.py",
        "intake/misplaced.py",
        "intake/unsaved.py",
        "checking.py",
        "handing_in.py",
    ),
    "Which file counts": (
        "intake/choosing.py",
        "intake/submission.py",
        "intake/leftovers.py",
        "intake/kinds.py",
        "intake/helpers.py",
        "intake/commits.py",
        "intake/layouts/canvas.py",
    ),
    "Points, dates and decisions": (
        "scoring.py",
        "policies/late.py",
        "policies/late_days.py",
        "policies/attempts.py",
        "policies/overrides.py",
        "policies/excused.py",
        "policies/drop.py",
        "policies/rounding.py",
        "policies/all_or_nothing.py",
        "policies/extra_checks.py",
    ),
    "In a notebook": (
        "notebook/__init__.py",
        "notebook/answering.py",
        "notebook/saved.py",
    ),
}
"""The modules that say what a student reads."""
_SECTION = re.compile(r"\n(Args|Attributes|Raises|Returns):\n")
_ENTRY = re.compile(r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)
_HEADINGS = {"Raises": "Raises:\n\n"}


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return a page with each mark replaced by its piece; mkdocs calls this."""
    return MARK.sub(lambda mark: PIECES[mark.group(1)](), markdown)


def _course_file() -> str:
    schema = described_schema(CourseTable)["$defs"]
    # Inherited keys have their lines where they come from.
    for rules, table in ((CourseRules, CourseTable), (ExerciseRules, ExerciseTable)):
        own = described_schema(rules)["$defs"][rules.__name__]
        schema[rules.__name__] = own
        keys = schema[table.__name__]["properties"]
        schema[table.__name__]["properties"] = {
            key: value for key, value in keys.items() if key not in own["properties"]
        }
    text = "\n\n".join(
        f"## {heading}\n\n{schema[name]['description']}\n\n{_table(schema[name])}"
        for name, heading in TABLES.items()
    )
    return text.replace(" or null", "")  # a key that is left out, here


def _results_file() -> str:
    return "\n\n".join(
        f"## {name}\n\n{entry['description']}\n\n{_table(entry)}"
        for name, entry in json_schema()["$defs"].items()
    )


def _commands() -> str:
    return "\n\n".join(
        f"## grader {name}\n\n```text\n{_help(name, load(name))}\n```"
        for name in sorted(COMMANDS)
    )


def _help(name: str, command: click.Command) -> str:
    """Return a command's own help, as a terminal shows it."""
    context = click.Context(command, info_name=f"grader {name}", max_content_width=80)
    return command.get_help(context)


def _decisions() -> str:
    paths = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    titles = {p.name: p.read_text(encoding="utf-8").split("\n")[0] for p in paths}
    return "\n".join(f"- [{title[2:]}]({name})" for name, title in titles.items())


def _file(name: str) -> Callable[[], str]:
    return lambda: (ROOT / name).read_text(encoding="utf-8")


MARKS = (points, depends_on, visibility, about, all_or_nothing, within, extra, manual)


def _messages(title: str) -> str:
    """Return a section with the sentences of some modules, in the source's order."""
    said = [s for p in MESSAGES[title] for s in _sentences(ROOT / "grader" / p)]
    text = "\n\n".join(dict.fromkeys(said))
    return f"## {title}\n\n```text\n{text}\n```\n"


def _sentences(path: Path) -> Iterator[str]:
    """Yield the texts of a module that are sentences; what varies is in brackets."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if id(node) not in documented | inside:
            text = _text_of(node)
            if " " in text.strip() and text.strip()[-1] in ".?!":
                yield text.strip()


def _text_of(node: ast.AST) -> str:
    """Return what a string of the source says; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [
        _text_of(part) if isinstance(part, ast.Constant) else f"<{_name_in(part)}>"
        for part in node.values
    ]
    return "".join(parts)


def _name_in(node: ast.AST) -> str:
    """Return the name that stands for what a text leaves open."""
    words = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    names = [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]
    return (names or words or ["text"])[0].strip("_").replace("_", " ")


PIECES: dict[str, Callable[[], str]] = {
    "marks": lambda: "".join(map(_section, MARKS)),
    "close_to, parts and printing": lambda: "".join(
        map(_section, (close_to, same_up_to, parts, printing))
    ),
    "score": lambda: _section(score),
    "raises": lambda: _section(raises),
    "gradcheck": lambda: _section(gradcheck),
    "student": lambda: (
        _members("student", Student) + _members("student.f", StudentFunction)
    ),
    "Called": lambda: _record(Called),
    "Remote": lambda: _members("model", Remote),
    "Run": lambda: _record(Run),
    "draw": lambda: _members("draw", Draw),
    "variants": lambda: "".join(map(_section, (mistake, alternative, edit))),
    "course.toml": _course_file,
    "results.json": _results_file,
    "commands": _commands,
    "messages": lambda: "\n".join(map(_messages, MESSAGES)),
    "decisions": _decisions,
    "SECURITY.md": _file("SECURITY.md"),
    "CHANGELOG.md": _file("CHANGELOG.md"),
}


def _members(name: str, kind: type) -> str:
    """Return a section for each public member of a class, in the source's order."""
    return "".join(
        _section(value, name if member == "__call__" else f"{name}.{member}")
        for member, value in vars(kind).items()
        if not member.startswith("_") or member == "__call__"
    )


def _section(thing: Any, name: str = "") -> str:  # noqa: ANN401 - whatever is documented
    """Return how a thing is written, as a heading, and what its docstring says."""
    call = "" if isinstance(thing, property) else _arguments(thing)
    return f"\n\n### `{name or thing.__name__}{call}`\n\n{_prose(thing)}\n"


def _arguments(function: Callable[..., object]) -> str:
    """Return the parameters as a caller needs them: names and defaults, no types."""
    signature = inspect.signature(function)
    empty = inspect.Parameter.empty
    shown = [p.replace(annotation=empty) for p in signature.parameters.values()]
    shown = [parameter for parameter in shown if parameter.name != "self"]
    return str(signature.replace(parameters=shown, return_annotation=empty))


def _record(kind: type) -> str:
    """Return what a record holds: its attributes, then its properties."""
    properties = [v for v in vars(kind).items() if isinstance(v[1], property)]
    return _prose(kind) + "".join(
        f"\n- **`{name}`**: {inspect.getdoc(value)}" for name, value in properties
    )


def _prose(thing: object) -> str:
    """Return a docstring as Markdown, the entries of its sections as lists."""
    text, *rest = _SECTION.split(inspect.getdoc(thing) or "")
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        text += f"\n{_HEADINGS.get(heading, '')}" + "\n".join(_entries(body)) + "\n"
    return text.strip()


def _entries(body: str) -> Iterator[str]:
    for name, told in _ENTRY.findall(body):
        yield f"- **`{name}`**: {' '.join(told.split())}"


def _table(entry: dict[str, Any]) -> str:
    """Return a struct's keys as a table, or an enumeration's values as a sentence."""
    if "enum" in entry:
        return "One of " + ", ".join(f"`{value}`" for value in entry["enum"]) + "."
    rows = ["| key | type | default | meaning |", "|--|--|--|--|"]
    for key, value in entry["properties"].items():
        default = value.get("default", {})
        none = default is None or isinstance(default, dict)
        shown = "" if none else f"`{json.dumps(default)}`"
        told = value["description"].replace("|", "\\|")
        rows.append(f"| `{key}` | {_type(value)} | {shown} | {told} |")
    return "\n".join(rows)


def _anchor(heading: str) -> str:
    """Return the address of a heading, as mkdocs makes it."""
    return re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-")


def _type(value: dict[str, Any]) -> str:
    """Return a JSON Schema's type in words; a struct is a link to its table."""
    if "anyOf" in value:
        return " or ".join(map(_type, value["anyOf"]))
    if "enum" in value or "const" in value:
        texts = value.get("enum") or [value["const"]]
        return " or ".join(f"`{text}`" for text in texts)
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{_anchor(TABLES.get(name, name))})"
    if "items" in value:
        return f"list of {_type(value['items'])}"
    return {"object": "table"}.get(value["type"], str(value["type"]))
