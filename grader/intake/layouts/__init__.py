"""The layouts in which hand-ins come: one file each, recognised by names.

A layout is an object with a name for `--layout`, words that tell it apart, and two
functions: whether a tree has this layout, and what was handed in there. A new one is
one file with such an object and one line in `OURS`; another package adds its own
through an entry point of the group `grader.layouts`:

    [project.entry-points."grader.layouts"]
    ilias = "their_package.ilias:LAYOUT"
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from grader.errors import OperatorError, UsageError
from grader.installed import add_ons
from grader.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.installed import AddOn
    from grader.intake.trees import HandIn, Tree

GROUP = "grader.layouts"
# The first is taken where no other fits.
OURS = {
    "folders": "grader.intake.layouts.folders:LAYOUT",
    "files": "grader.intake.layouts.files:LAYOUT",
    "canvas": "grader.intake.layouts.canvas:LAYOUT",
    "moodle": "grader.intake.layouts.moodle:LAYOUT",
    "blackboard": "grader.intake.layouts.blackboard:LAYOUT",
    "gradescope": "grader.intake.layouts.gradescope:LAYOUT",
    "clones": "grader.intake.layouts.clones:LAYOUT",
    "classroom50": "grader.intake.layouts.classroom50:LAYOUT",
    "nbgrader": "grader.intake.layouts.nbgrader:LAYOUT",
}
PLAIN = "folders"


class Layout(Protocol):
    """One way in which hand-ins are laid out.

    `name` is what `--layout` takes; `mark` says what tells the layout apart; `about`
    are the names of files that a platform adds, which are about hand-ins and are none.
    """

    name: str
    mark: str
    about: frozenset[str]

    def recognises(self, tree: Tree) -> bool:
        """Whether the names in a tree are those of this layout."""

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield what was handed in; what is not yielded is told to be left."""


def known() -> dict[str, AddOn]:
    """Return all layouts by name, ours first; nobody else's takes a name of ours."""
    return add_ons(GROUP, OURS)


def named(name: str) -> Layout:
    """Return the layout of a name.

    Raises:
        UsageError: there is none.
        OperatorError: the package that brings it is broken.
    """
    layouts = known()
    if name not in layouts:
        near = did_you_mean(name, layouts)
        raise UsageError(
            f"--layout: expected one of {', '.join(layouts)}, got {name!r}.{near}"
        )
    return _loaded(layouts[name])


def layout_of(tree: Tree) -> Layout:
    """Return the layout of a tree: the one that fits, or one folder per student.

    Raises:
        UsageError: several fit; the message says what tells them apart.
        OperatorError: the package that brings one is broken.
    """
    layouts = [_loaded(entry) for name, entry in known().items() if name != PLAIN]
    fitting = [layout for layout in layouts if layout.recognises(tree)]
    if not fitting:
        return named(PLAIN)
    if len(fitting) > 1:
        told = "; ".join(f"{layout.name}: {layout.mark}" for layout in fitting)
        raise UsageError(
            f"{tree.shown}: these layouts fit: {told}. Name one: --layout "
            f"{fitting[0].name}."
        )
    return fitting[0]


def _loaded(entry: AddOn) -> Layout:
    try:
        layout: Layout = entry.load()
    except (ImportError, AttributeError) as error:
        raise OperatorError(
            f"layout {entry.name}: {entry.value} cannot be loaded: {error}. Repair or "
            f"remove the package that adds it."
        ) from error
    return layout
