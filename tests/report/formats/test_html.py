"""Pages for a browser: whole, inert, and without a word that is for somebody else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest
from handmade import (
    ACTIVE,
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    UNFINISHED,
    hostile,
    rendered,
    results,
)
from hypothesis import given, settings

from grader.model import Block, Curve, Program, ProgramKind
from grader.report import web
from grader.report.options import NONE, Options
from grader.report.web import code, figures

FEW = settings(max_examples=10, deadline=None, derandomize=True, database=None)
SOURCE = (
    "x = '</code><script>alert(1)</script>'\n\ndef loss(w):\n    return w\n\ny = 1\n"
)
PROGRAM = Program(
    ProgramKind.NOTEBOOK,
    "backprop.ipynb",
    "00",
    (Block("cell 1", b"import torch\n"), Block("cell 2", SOURCE.encode())),
)
# The tags that pages are made of; any other would come from a student.
TAGS = frozenset(
    (
        *("html", "head", "meta", "title", "link", "script", "body", "a", "header"),
        *("main", "nav", "footer", "section", "article", "h1", "h2", "h3", "h4", "p"),
        *("ul", "li", "details", "summary", "figure", "figcaption", "img", "table"),
        *("caption", "thead", "tbody", "tr", "th", "td", "strong", "em", "code", "br"),
        *("pre", "div", "span", "form", "label", "input", "select", "option"),
        *("output", "meter", "blockquote"),
    )
)


class Reader(HTMLParser):
    """Collects tags, links and texts."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(autouse=True)
def no_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the figure of scores, which takes as long as all the rest."""
    monkeypatch.setattr(figures, "scores", lambda _: b"<svg/>")


def pages(of: object, options: Options = NONE) -> dict[str, bytes]:
    return rendered("html", of, options)  # type: ignore[arg-type] # results


def test_there_is_a_page_for_the_class_and_one_for_each_student() -> None:
    made = pages(CLASS)

    assert {"html/class/index.html", "html/students/anna.html"} <= set(made)
    assert {"html/page.css", "html/class.js", "html/code.css"} <= set(made)


def test_every_link_leads_to_a_page_that_is_there() -> None:
    made = pages(results(ANNA, BEN, hostile("a/b?c#d")))
    for path, content in made.items():
        if not path.endswith(".html"):
            continue
        folder = path.rsplit("/", 1)[0]
        for name, value in Reader(content).attributes:
            if name not in {"href", "src"} or (value or "").startswith("#"):
                continue
            target = f"{folder}/{value}".replace("html/class/../", "html/")
            target = target.replace("html/students/../", "html/")
            assert target.replace("%40", "@").replace("%20", " ") in made


def test_nothing_runs_in_a_page_but_the_script_beside_it() -> None:
    for path, content in pages(CLASS).items():
        if path.endswith(".html"):
            assert b"Content-Security-Policy" in content
            assert b"unsafe" not in content
            assert not re.search(rb"<script(?! src=)|<style|\son\w+=", content)


@FEW
@given(HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    for path, content in pages(results(hostile(text), BEN)).items():
        if path.endswith(".html"):
            reader = Reader(content)
            assert reader.tags <= TAGS
            assert not ACTIVE.search(reader.text.replace("\r", ""))
            assert not any(name.startswith("on") for name, _ in reader.attributes)
            assert not any(
                (value or "").lower().startswith(("javascript:", "http", "//"))
                for name, value in reader.attributes
                if name in {"href", "src"}
            )


def test_student_page_holds_no_other_student_and_no_fault_of_ours() -> None:
    made = pages(results(ANNA, BEN, UNFINISHED))

    assert "ben" not in Reader(made["html/students/anna.html"]).text
    assert b"secret 42" not in b"".join(made.values())
    assert "not final" in Reader(made["html/students/carl.html"]).text


def test_student_page_asks_the_question_first() -> None:
    text = Reader(pages(CLASS)["html/students/ben.html"]).text

    assert text.index("What is squared") < text.index("expected 4.0, got 2.0")


def test_code_is_shown_with_the_lines_concerned_marked() -> None:
    known = Options(programs=lambda student, _: PROGRAM if student == "ben" else None)
    page = pages(CLASS, known)["html/students/ben.html"].decode()
    marked = "".join(re.findall(r'class="hll">(.*?)\n', page))

    assert "cell 2" in page
    assert "loss" in marked
    assert "return" in marked
    assert "alert" not in marked
    assert "<script>" not in page


def test_long_code_is_cut() -> None:
    long = Program(
        ProgramKind.SCRIPT, "a.py", "0", (Block("a.py", b"x = 1\n" * 200_000),)
    )

    (piece,) = code.pieces(long, ())

    assert len(piece.html) < 100 * code.MOST_CHARACTERS
    assert "…" in piece.html


def test_figures_are_the_same_bytes_each_time_and_have_their_text_as_text() -> None:
    curve = Curve("c", (3.0, float("nan"), 1e300), (3.0, 2.0, 1.0))
    first, second = figures.curves([curve]), figures.curves([curve])

    assert first == second
    assert b"<text" in first
    ET.fromstring(first)  # noqa: S314 - it is ours


def test_curves_are_shown_on_both_pages() -> None:
    ben = BEN.exercises[0]
    curve = Curve("test_loss", (3.0, 2.9), (3.0, 1.0))
    drawn = msgspec.structs.replace(ben, curves=(curve,))
    one = msgspec.structs.replace(BEN, exercises=(drawn, BEN.exercises[1]))
    made = pages(results(ANNA, one))

    assert "html/students/ben-1.svg" in made
    assert "html/class/curves-1.svg" in made
    assert b'src="ben-1.svg"' in made["html/students/ben.html"]


def test_page_of_a_large_class_stays_small() -> None:
    crowd = [msgspec.structs.replace(BEN, student=f"student {n}") for n in range(500)]
    view = next(iter(rendered("html", results(*crowd)).values()))

    assert len(view) < 600_000


def test_assets_are_in_the_package() -> None:
    assert b"prefers-color-scheme" in web.asset("page.css")
