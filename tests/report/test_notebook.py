"""A notebook on a page: code and text as they stand, and nothing in them that acts."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hostile import seconds

from grader.intake.reading import program_of
from grader.report.web import code, notebook

if TYPE_CHECKING:
    from grader.model import Program

pytest.importorskip("nbconvert")

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](  JaVaScRiPt&colon;alert(1))",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)",
    '<iframe src="https://evil.example"></iframe>',
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='https://evil.example' onclick=alert(1)>here</a>",
    "<form action=https://evil.example><input name=csrf><button>Send</button></form>",
    '<style>body { background: url("https://evil.example") }</style>',
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<object data=x></object><embed src=x><base href=//evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script>-->",
    "</div></details></section></main><h1>You have 40 of 40 points</h1>",
    "<p id=main class=warning style='position:fixed'>x</p>",
    "$\\href{javascript:alert(1)}{x}$ $$</div><script>alert(1)</script>$$",
    "```html\n<script>alert(1)</script>\n```",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "{{ 7 * 7 }} {% include '/etc/passwd' %} {{ cell.__class__ }}",
    "> " * 2000 + "x",
    "[" * 3000,
    "*_" * 2000,
)
MAY = {"h4", "div", "span", "p", "br", "hr", "em", "strong", "del", "code", "pre"} | {
    *("blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    "a",  # the anchors of the lines of code
}
ATTRIBUTES = {"class", "id", "name", "tabindex", "role", "aria-label"}


class Tags(HTMLParser):
    """Collects tags and attributes; knows whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.unfit: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unfit.append(tag)


def read(*cells: tuple[str, str], **more: Any) -> Program:
    """Return the program of a notebook with cells of these kinds."""
    made = [
        {"cell_type": kind, "source": source, "metadata": {}, **more}
        for kind, source in cells
    ]
    data = {"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    return program_of("work.ipynb", json.dumps(data).encode())


def shown(program: Program, *names: str) -> str:
    (piece,) = code.pieces(program, names)
    assert piece.whole
    return piece.html


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_cells_come_in_their_order_with_the_lines_concerned_marked() -> None:
    program = read(
        ("markdown", "# My *answer*\n\n| a | b |\n|--|--|\n| 1 | 2 |"),
        ("code", "import torch"),
        ("raw", "RAW CELL"),
        ("markdown", "It is `2 * x`:\n\n- yes"),
        ("code", "def double(x):\n    return 2 * x\n\ny = 1"),
        ("markdown", "The end."),
    )
    html = shown(program, "double")
    text = words(html)

    assert "RAW" not in text
    order = ["My answer", "import torch", "It is 2 * x", "def double", "The end."]
    assert sorted(order, key=lambda part: text.replace(" :", ":").find(part)) == order
    assert "<em>answer</em>" in html
    assert "<td>2</td>" in html
    assert html.count('class="hll"') == 2
    assert "<h1" not in html
    assert '<p class="heading">My <em>answer</em></p>' in html
    assert "¶" not in html


def test_outputs_and_metadata_are_not_there() -> None:
    outputs = [{"output_type": "display_data", "data": {"text/html": "<b>OUT</b>"}}]
    program = read(("markdown", "x"), ("code", "1"), outputs=outputs, attachments={})

    assert "OUT" not in shown(program)


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_markdown_does_nothing(markdown: str) -> None:
    html = shown(read(("markdown", markdown), ("code", markdown)))
    found = Tags(html)

    assert found.tags <= MAY
    assert found.attributes <= ATTRIBUTES
    assert (found.open, found.unfit) == ([], [])
    assert "49" not in html
    for prose in re.findall(r'<div class="prose"[^>]*>(.*?)</div>', html, re.DOTALL):
        assert Tags(prose).attributes <= {"class"}
        assert "a" not in Tags(prose).tags
        assert set(re.findall(r'class="(\w+)"', prose)) <= {"heading"}


def test_text_cells_do_not_change_what_a_program_is() -> None:
    """Draws come from the digest: a text cell must not change the inputs of checks."""
    program = read(("markdown", "one"), ("code", "x = 1"))
    plain = msgspec.structs.replace(program, prose=())

    assert program.prose != plain.prose
    assert program.digest() == plain.digest()


def test_no_more_is_kept_than_anybody_reads() -> None:
    program = read(*(("markdown", "x" * 50_000) for _ in range(20)), ("code", "1"))

    assert sum(len(one.utf8) for one in program.prose) <= 30_000


def test_without_nbconvert_the_code_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nbconvert", None)
    notebook._exporter.cache_clear()
    try:
        pieces = code.pieces(read(("markdown", "text"), ("code", "x = 1")), ())
    finally:
        notebook._exporter.cache_clear()

    assert [(one.label, one.whole) for one in pieces] == [("cell 1", False)]


def test_scripts_and_notebooks_without_text_need_no_nbconvert() -> None:
    pieces = code.pieces(read(("code", "x = 1"), ("code", "y = 2")), ())

    assert [one.label for one in pieces] == ["cell 1", "cell 2"]


def test_blank_lines_do_not_keep_the_page_waiting() -> None:
    source = " \n" * 20_000 + "def f(x):  \n    return x\t\n"
    program = program_of("work.py", source.encode())

    assert seconds(lambda: code.pieces(program, ["f"])) < 3
    (piece,) = code.pieces(program, ["f"])
    assert piece.marked
