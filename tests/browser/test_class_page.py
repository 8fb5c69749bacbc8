"""The page of a class in a real browser: it sorts, filters, and loads nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from handmade import ANNA, BEN, UNFINISHED, hostile, results

from grader.report import write_reports

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = [
    pytest.mark.skipif(not BROWSER, reason="there is no chromium here"),
    pytest.mark.slow,
]
# What Chromium says about itself in a container is no fault of the page.
OURS = re.compile(r"CONSOLE|Content Security Policy|Refused to")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    evil = hostile("<img src=x onerror=\"document.title='owned'\">")
    write_reports(results(ANNA, BEN, UNFINISHED, evil), out, ("html",))
    return out / "html"


def seen(site: Path, address: str, *options: str) -> str:
    """Return a page as the browser has it once its scripts have run."""
    done = subprocess.run(
        [
            *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu"),
            *("--disable-dev-shm-usage", "--virtual-time-budget=2000"),
            *("--enable-logging=stderr", *options, "--dump-dom"),
            f"{(site / 'class' / 'index.html').as_uri()}{address}",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert not OURS.search(done.stderr), done.stderr
    return done.stdout


def rows(page: str) -> list[str]:
    """Return the students that are shown, in their order."""
    body = page[page.index('id="table"') :]
    found = re.findall(r"<tr([^>]*)><th scope=\"row\"><a [^>]*>([^<]*)</a>", body)
    return [name for attributes, name in found if "hidden" not in attributes]


def test_page_works_from_a_disk_and_nothing_of_a_student_runs(site: Path) -> None:
    page = seen(site, "")

    assert "4 of 4 students" in page
    assert "owned" not in re.search(r"<title>.*?</title>", page, re.DOTALL).group(0)  # type: ignore[union-attr] # it is there
    assert rows(page)[:3] == ["anna", "ben", "carl"]


def test_link_tells_what_is_shown_and_how_it_is_sorted(site: Path) -> None:
    last = seen(site, "#q=n&show=look&sort=3")

    assert rows(last) == ["ben"]
    assert 'aria-sort="ascending"' in last
    assert rows(seen(site, "#sort=3&down=1"))[0] == "anna"
