"""What tests in a browser look at a page with, and how they open a desk."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.review.serving import serve

if TYPE_CHECKING:
    from driving import Browser

    from grader.review.learning import Foresight, Learner
    from grader.review.plots import DrawsPlots

GRAVE = ("serious", "critical")


def graves(browser: Browser) -> list[Any]:
    """Return what axe-core finds serious or critical in the page that is open."""
    package = pytest.importorskip("axe_core_python")
    script = Path(str(package.__file__)).with_name("axe.min.js")
    browser.run(script.read_text(encoding="utf-8") + ";0")
    found: list[dict[str, Any]] = browser.run(
        "axe.run().then(r => r.violations.map(v => "
        "({id: v.id, impact: v.impact, nodes: v.nodes.map(n => n.html)})))"
    )
    return [one for one in found if one["impact"] in GRAVE]


def served(
    browser: Browser,
    out: Path,
    course: Path,
    learner: Learner,
    foresight: Foresight,
    draw: DrawsPlots,
) -> str:
    """Open a desk in the browser; return its address."""
    links: list[str] = []
    is_open = threading.Event()

    def opened(link: str) -> None:
        links.append(link)
        is_open.set()

    told = out, course, "dean", 0, opened, learner, foresight, draw
    threading.Thread(target=serve, args=told, daemon=True).start()
    assert is_open.wait(60)
    browser.open(links[0])
    return links[0].partition("?")[0]
