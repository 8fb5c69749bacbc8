"""A notebook's own lines become Python: magics, shell and help lines, prompts.

What runs Python, such as `%time` or `%%capture`, runs it here, too; all else becomes a
call of the shell's stand-in (`shell`), or nothing. Each line keeps its number. A text
that is Python as it stands is left alone, so that a line of a string that begins with
% is never taken for a magic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from grader.sandbox.worker.lines import logical_line

SHELL: Final = "__shell__"
"""The name under which a program finds the shell's stand-in, whatever it imports."""

_CELL_MAGIC: Final = re.compile(r"%%(?P<name>\w+|!)\s*(?P<rest>.*)")
_LINE_MAGIC: Final = re.compile(
    r"(?P<target>[\w.,\[\] ]+=\s*)?%(?P<name>\w+)\s*(?P<rest>.*)"
)
_SHELL_LINE: Final = re.compile(r"(?P<target>[\w.,\[\] ]+=\s*)?!!?(?P<rest>.*)")
_HELP: Final = re.compile(
    r"\?{1,2}\s*[%\w.*]+;?|(?:[\w.]+\s*=\s*)?[%\w.*]+\s*\?{1,2};?"
)
# What IPython takes for a magic without a mark, and people type.
_UNMARKED: Final = re.compile(
    r"(?:pip3?|conda|mamba|apt(?:-get)?|git|wget|curl|ls|cd|mkdir|cat|pwd|nvidia-smi)"
    r"(?:\s+[\w./~-].*)?"
)
_FIRST_PROMPT: Final = re.compile(r"\s*(?:>>>|In \[\d*\]:)(?: |$)")
_PROMPT: Final = re.compile(r"\s*(?:>>>|\.\.\.+:?|In \[\d*\]:)(?: |$)")
_CELL_MARK: Final = re.compile(r"#\s*(?:%%|In\s?\[)")
_OPTIONS: Final = re.compile(r"(?:-[a-zA-Z]\s*\d*(?:\s+|$)|-[a-zA-Z]\s+)+")
_COLAB: Final = "# Commented out IPython magic to ensure Python compatibility."

CHECK: Final = "check"
"""The kit's own: in a line it only asks, and there is nobody to answer here."""

RUNS_PYTHON: Final = frozenset(
    {"time", "timeit", "prun", "capture", "memit", "mprun", "lprun", "snakeviz"}
    | {"px", "notify", "heat", "scalene", "pyinstrument", CHECK}
)
"""Magics that run their text as Python, only timed, captured, measured or checked."""

# These hold another language, or text: nobody misses them here.
_OTHER_LANGUAGES: Final = frozenset(
    {"!", "bash", "cmd", "html", "HTML", "javascript", "js", "latex", "markdown"}
    | {"perl", "ruby", "script", "sh", "svg", "SVG", "sx", "system", "R", "sql"}
    | {"python", "python2", "python3", "pypy", "julia", "cython", "mermaid"}
)
_WRITES: Final = frozenset({"writefile", "file"})


_Translation = Callable[[re.Match[str]], str]


class CellNotRun(Exception):  # noqa: N818 - it is told to the student by this name
    """A cell that holds Python which its magic keeps from running here."""


def cleaned(text: str, *, cell: bool) -> str:
    """Return a text without what people copy along, line by line.

    That is prompts; the indentation of a whole cell, which notebooks allow; and the
    marks by which Colab's export turns a timed cell into comments.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _FIRST_PROMPT.match(first):
        lines = [_PROMPT.sub("", line, count=1) for line in lines]
    if _COLAB in text:
        _uncomment(lines)
    indent = first[: len(first) - len(first.lstrip())]
    if cell and indent:
        lines = [line.removeprefix(indent) for line in lines]
    return "\n".join(lines)


def _uncomment(lines: list[str]) -> None:
    """Give back the timed cells that Colab's export has commented out."""
    at = 0
    while _COLAB in lines[at:]:
        at = lines.index(_COLAB, at) + 1
        magic = _CELL_MAGIC.match(lines[at][2:]) if at < len(lines) else None
        if magic is None or magic["name"] not in RUNS_PYTHON:
            continue
        at += 1
        while at < len(lines) and lines[at].startswith("#"):
            lines[at] = lines[at].removeprefix("#").removeprefix(" ")
            at += 1


def python_of(text: str, *, cell: bool) -> str:
    """Return a text that is not Python as it stands, with its own lines as Python.

    Raises:
        CellNotRun: a magic does something else with a cell's code than run it.
    """
    lines = text.split("\n")
    magic = _CELL_MAGIC.match(text.lstrip()) if cell else None
    if magic and magic["name"] not in RUNS_PYTHON | _OTHER_LANGUAGES | _WRITES:
        raise CellNotRun(f"cells with %%{magic['name']} do not run here")
    at = 0
    while at < len(lines):
        at = _translated(lines, at)
    return "\n".join(lines)


def unmarked(text: str) -> bool:
    """Return whether a statement that is not Python is a line for the shell."""
    return _UNMARKED.fullmatch(text.strip()) is not None


def _translated(lines: list[str], at: int) -> int:
    """Translate the logical line that begins here; return where the next one does."""
    text = lines[at].strip()
    if not text or text.startswith("#"):
        return at + 1
    if magic := _CELL_MAGIC.match(text):
        return _cell(lines, at, magic["name"], magic["rest"].strip())
    for pattern, translation in _TRANSLATIONS:
        if match := pattern.fullmatch(_uncommented(text)):
            return _replaced(lines, at, match, translation)
    return logical_line(lines, at).end


def _replaced(
    lines: list[str], at: int, match: re.Match[str], translation: _Translation
) -> int:
    """Put a line's translation into its place; return where the next line begins."""
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    text, end = match.string, at + 1
    while text.endswith("\\") and end < len(lines):
        text = text[:-1] + lines[end].strip()
        lines[end] = ""
        end += 1
    again = match.re.fullmatch(text) or match
    lines[at] = indent + translation(again)
    return end


def _cell(lines: list[str], at: int, name: str, rest: str) -> int:
    """Translate a cell magic and, unless it runs Python, all of its cell."""
    if name not in _OTHER_LANGUAGES | _WRITES:
        lines[at] = _beside(name, rest)
        return at + 1
    end = at + 1
    while end < len(lines) and not _CELL_MARK.match(lines[end]):
        end += 1
    body = "\n".join(lines[at + 1 : end])
    if name in _WRITES:
        lines[at] = f"{SHELL}.write_file({rest!r}, {body!r}, {at + 1})"
    else:
        lines[at] = ""
    lines[at + 1 : end] = [""] * (end - at - 1)
    return end


def _beside(name: str, rest: str) -> str:
    """Return what stands beside a cell magic that runs its cell, as Python."""
    words = rest.split()
    if name == "capture":
        target = next((word for word in words if word.isidentifier()), None)
        return f"{target} = {SHELL}.captured()" if target else ""
    code = without_options(rest)
    return code if name in {"time", "timeit"} and _compiles(code) else ""


def _shell(match: re.Match[str]) -> str:
    target, command = match["target"], match["rest"].strip()
    if target:
        return f"{target}{SHELL}.getoutput({command!r})"
    return f"{SHELL}.system({command!r})"


def _magic(match: re.Match[str]) -> str:
    target, name, rest = match["target"] or "", match["name"], match["rest"].strip()
    code = without_options(rest)
    runs = name in RUNS_PYTHON - {CHECK}
    if runs and code and "-o" not in rest.split() and _compiles(code):
        return target + code
    return f"{target}{SHELL}.run_line_magic({name!r}, {rest!r})"


def _help(_match: re.Match[str]) -> str:
    return "pass"


_TRANSLATIONS: Final = ((_HELP, _help), (_LINE_MAGIC, _magic), (_SHELL_LINE, _shell))


def _uncommented(text: str) -> str:
    """Return a line without the comment at its end, unless it is the shell's."""
    return text if "!" in text else text.split("  #", maxsplit=1)[0].rstrip()


def without_options(text: str) -> str:
    """Return what a magic is to run: `-n 10 -r 3 f(x)` is `f(x)`."""
    match = _OPTIONS.match(text)
    return text[match.end() :].strip() if match else text


def _compiles(code: str) -> bool:
    try:
        compile(code, "<magic>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
