"""The formats: one file each, a pure `render(results, options)` that returns pages.

A page is a path below the folder of the reports, and its content; where that may be
large, or there is a page for each student, an iterator of its pieces, which is read by
whichever process writes the page. A new format is one file with such a function and one
line in `OURS`; another package adds its own through an entry point of the group
`grader.formats`, named as `--format` shall name it:

    [project.entry-points."grader.formats"]
    badges = "their_package.badges:render"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from grader.errors import OperatorError, UsageError, listed
from grader.installed import add_ons
from grader.text import did_you_mean

if TYPE_CHECKING:
    from grader.installed import AddOn
    from grader.model import Results
    from grader.report.options import Options

PageContent = bytes | Iterator[bytes]
Pages = Iterable[tuple[str, PageContent]]
Format = Callable[["Results", "Options"], Pages]

GROUP = "grader.formats"
# What a run writes unless told otherwise.
DEFAULT = ("json", "csv", "markdown")
RESULTS = "json"

# These fill in a table that an instructor exported from a platform.
FILLED = ("canvas", "moodle", "blackboard")

# pyproject.toml declares the same. They are here, too, so that a checkout knows all its
# formats without being installed again.
OURS = {
    "json": "grader.report.formats.results_json:render",
    "csv": "grader.report.formats.grades_csv:render",
    "markdown": "grader.report.formats.markdown:render",
    "html": "grader.report.formats.html:render",
    "checks": "grader.report.formats.checks_csv:render",
    "letters": "grader.report.formats.letters:render",
    "excel": "grader.report.formats.excel:render",
    "junit": "grader.report.formats.junit:render",
    "github": "grader.report.formats.github:render",
    "gitlab": "grader.report.formats.gitlab:render",
    "gradescope": "grader.report.formats.gradescope:render",
    "classroom50": "grader.report.formats.classroom50:render",
    "canvas": "grader.report.formats.canvas:render",
    "moodle": "grader.report.formats.moodle:render",
    "blackboard": "grader.report.formats.blackboard:render",
}


def known() -> dict[str, AddOn]:
    """Return all formats by name, ours first; others cannot take our names."""
    return add_ons(GROUP, OURS)


def named(text: str) -> tuple[str, ...]:
    """Return the formats that a list such as "json,csv" names, each once.

    Each is loaded, so that a broken one is reported before a class is graded.

    Raises:
        UsageError: a name is not a format, or there is none.
        OperatorError: the package that brings a format is broken.
    """
    names = tuple(dict.fromkeys(n for n in map(str.strip, text.split(",")) if n))
    problems = _problems(names, known())
    if problems:
        raise UsageError(listed(problems))
    for name in names:
        load(name)
    return names


def of_run(names: Iterable[str]) -> tuple[str, ...]:
    """Return the formats that a run writes: the results always, first of all.

    Without them there is nothing to look at, to decide on, or to report again.
    """
    return tuple(dict.fromkeys((RESULTS, *names)))


def load(name: str) -> Format:
    """Return the function of a format.

    Raises:
        OperatorError: the package that brings the format is broken.
    """
    entry = known()[name]
    try:
        found: Format = entry.load()
    except (ImportError, AttributeError) as error:
        raise OperatorError(
            f"--format {name}: expected the function {entry.value}, got {error}. "
            f"Install its package anew, or leave the format out."
        ) from error
    return found


def _problems(names: tuple[str, ...], formats: Iterable[str]) -> list[str]:
    """Return what is wrong with a choice of formats."""
    if not names:
        return [f"--format: expected at least one of {', '.join(formats)}."]
    return [_unknown(name, formats) for name in names if name not in formats]


def _unknown(name: str, formats: Iterable[str]) -> str:
    near = did_you_mean(name, formats)
    return f"--format: expected {', '.join(formats)}, got {name!r}.{near}"
