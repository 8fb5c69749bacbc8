"""In no page of any format does a text that others chose act on who reads it."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from handmade import ANNA, hostile, results
from openpyxl import load_workbook

from grader.ending import ending_of
from grader.model import (
    Lacking,
    LackKind,
    Left,
    Results,
    Suspect,
    UnexplainedGroup,
    Whose,
    WhyLeft,
)
from grader.report import console, formats
from grader.report.options import NONE

COMMANDS = (
    "::error title=x::y",
    "a\n::stop-commands::token",
    " \t::add-mask::x\n::group::",
    "##[error]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStop]",
    "section_start:1700000000:x\r\x1b[0Kshown",
    "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\u2066safe\u2069\u202egpj.exe",
    "first\rsecond\x85third\u2028fourth",
    "--- group\n+++ open\n~~~ muted",
    "=cmd|' /C calc'!A0",
    "\t@SUM(1)",
)
MADE = tuple(name for name in formats.OURS if name not in formats.FILLED)
# What a terminal or a reader's eye is deceived by; a CSV's own lines end in \\r\\n.
ACTS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
COMMAND = re.compile(r"^\s*::|##\S*\[|^\s*[-+~^]{3} ", re.MULTILINE)
# These are commands, one to a line.
OUR_COMMANDS = ("github/annotations.txt",)
FORMULA = re.compile(r"[=+\-@\t\r]")


def said_everywhere(text: str) -> Results:
    """Return results in which a text stands wherever anybody's text can."""
    graded = results(hostile(text), ANNA)
    left = (Left(text, text, next(iter(WhyLeft)), text),)
    suspects = (
        Suspect("autograd", text, Whose.SOLUTION, text),
        Suspect("autograd", text, Whose.STUB, text),
    )
    kind = next(iter(LackKind))
    return msgspec.structs.replace(
        graded,
        course=text,
        left=left,
        suspects=suspects,
        ending=ending_of(graded.submissions, left, suspects),
        unexplained=(UnexplainedGroup("autograd", (text, text), (text, "anna")),),
        lacking=(Lacking(kind, text, (text,), (text,)),),
    )


@pytest.mark.parametrize("name", MADE)
def test_no_page_holds_what_acts_on_who_reads_it(name: str) -> None:
    render = formats.load(name)
    for text in COMMANDS:
        for path, page in render(said_everywhere(text), NONE):
            content = page if isinstance(page, bytes) else b"".join(page)
            if path.endswith(".xlsx"):
                assert_calm(content)
                continue
            shown = content.decode().replace("\r\n", "\n")

            assert not ACTS.search(shown), (path, text)
            if path.endswith((".md", ".txt")) and path not in OUR_COMMANDS:
                assert not COMMAND.search(shown), (path, text, COMMAND.search(shown))
            if path.endswith(".csv"):
                cells = re.findall(r'"((?:[^"]|"")*)"', shown)
                assert not any(map(FORMULA.match, cells)), (path, text)


def assert_calm(content: bytes) -> None:
    """Fail where a cell of a workbook is computed, or acts."""
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert not ACTS.search(str(cell.value)), cell.value


@pytest.mark.parametrize("text", COMMANDS)
def test_summary_on_the_terminal_is_calm(text: str) -> None:
    shown = console.plain(said_everywhere(text))

    assert not ACTS.search(shown)
