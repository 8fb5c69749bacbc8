"""A notebook as nbconvert renders it: source and text cells, and nothing that acts.

The code is coloured and marked here. Markdown goes through nbconvert's own reader, and
of what that makes only a few tags without attributes are left. There are no outputs,
links, pictures or scripts.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from grader.report import web
from grader.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bleach.sanitizer import Cleaner
    from nbconvert import HTMLExporter

    from grader.model import Prose

TEMPLATE = "notebook.html.j2"
_TAGS = frozenset(
    (
        *("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote"),
        *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
        *(f"h{level}" for level in range(1, 7)),
    )
)
# The page's own headings say where in it one is; those of a cell would not.
_HEADING, _ITS_END = re.compile("<h[1-6]>"), re.compile("</h[1-6]>")
_CAP = 3000
# Text cells are mostly those of the handout, and equal for everybody.
_KNOWN = 2000


def is_there() -> bool:
    """Return whether nbconvert is installed here."""
    return _exporter() is not None


def rendered(cells: Sequence[tuple[str, str]], prose: Sequence[Prose]) -> str:
    """Return the cells of a notebook as HTML.

    Args:
        cells: the label of each code cell, and its lines as HTML.
        prose: the text cells.
    """
    from nbformat import v4

    exporter = _exporter()
    if exporter is None:
        raise ImportError("nbconvert")
    made = []
    for number, (label, html) in enumerate(cells):
        made += [_text(one) for one in prose if one.before == number]
        made.append(v4.new_code_cell(metadata={"label": label, "html": html}))
    made += [_text(one) for one in prose if one.before >= len(cells)]
    text, _ = exporter.from_notebook_node(v4.new_notebook(cells=made))
    return str(text)


def _text(prose: Prose) -> object:
    from nbformat import v4

    return v4.new_markdown_cell(clean_text(prose.source, _CAP))


@lru_cache(_KNOWN)
def harmless(markdown: str) -> str:
    """Return Markdown as HTML of a few tags that do nothing."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    try:
        made = MarkdownWithMath(renderer=renderer).render(markdown)
        clean = _cleaner().clean(made)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        from markupsafe import escape

        return f"<pre>{escape(markdown)}</pre>"
    return _ITS_END.sub("</p>", _HEADING.sub('<p class="heading">', clean))


@cache
def _cleaner() -> Cleaner:
    from bleach.sanitizer import Cleaner

    return Cleaner(tags=_TAGS, attributes={}, protocols=set(), strip=True)


@cache
def _exporter() -> HTMLExporter | None:
    try:
        from nbconvert import HTMLExporter
    except ImportError:
        return None
    exporter = HTMLExporter(
        raw_template=web.asset(TEMPLATE).decode(), default_preprocessors=[]
    )
    exporter.register_filter("harmless", harmless)
    return exporter
