"""An export from Gradescope: `submission_metadata.yml` and a folder per submission."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.intake.trees import HandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import Tree

_METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_\d+")
# Ruby writes nine digits after the point and a zone by name.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(.*)")


class Gradescope:
    """A file says whose each folder is; a group has several."""

    name = "gradescope"
    mark = f"{_METADATA} beside folders named submission_<number>"
    about: frozenset[str] = frozenset({_METADATA})

    def recognises(self, tree: Tree) -> bool:
        """Whether the file is there."""
        return any(found.name == _METADATA for found in tree.files)

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each folder, once for each member of its group."""
        metadata = _metadata(tree)
        for found in tree.folders:
            if not _FOLDER.fullmatch(found.name):
                continue
            about = metadata.get(found.name)
            about = about if isinstance(about, dict) else {}
            history = about.get(":history")
            people = about.get(":submitters")
            members = [p for p in people if isinstance(p, dict)] if people else []
            for person in members or [{}]:
                ids = [str(person.get(key) or "") for key in (":sid", ":email")]
                yield HandIn(
                    str(person.get(":name") or "")
                    or next(filter(None, ids), found.name),
                    found,
                    _time(str(about.get(":created_at") or "")),
                    1 + (len(history) if isinstance(history, list) else 0),
                    ids=tuple(filter(None, ids)),
                )


LAYOUT = Gradescope()


def _metadata(tree: Tree) -> dict[str, Any]:
    """Return what the file says, every value a text."""
    import yaml  # here, as it is slow to import and other layouts do without

    (file,) = (found for found in tree.files if found.name == _METADATA)
    try:
        read = yaml.load(tree.text(file), Loader=yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and tables, and nothing else
    except yaml.YAMLError as error:
        raise UsageError(
            f"{tree.shown}/{_METADATA}: it cannot be read as YAML. Export it anew, or "
            f"name another layout with --layout."
        ) from error
    return read if isinstance(read, dict) else {}


def _time(text: str) -> dt.datetime | None:
    """Return a time of the file; without an offset it is in UTC."""
    parts = _TIME.match(text.strip())
    if parts is None:
        return None
    zone = parts[3].replace(" ", "")
    try:
        found = dt.datetime.fromisoformat(f"{parts[1]}T{parts[2]}{zone}")
    except ValueError:
        found = dt.datetime.fromisoformat(f"{parts[1]}T{parts[2]}")
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
