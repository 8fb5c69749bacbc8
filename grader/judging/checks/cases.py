"""Which case of a parametrized check it is, as far as students may read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pytest

from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_CAP: Final = 60


def with_case(title: str, case: str) -> str:
    """Return a check's title with its case, in parentheses before a full stop."""
    if not case:
        return title
    end = title[len(title.rstrip(".")) :]
    return f"{title.removesuffix(end)} ({case}){end}"


def case_of(item: pytest.Function, *, hidden: bool) -> str:
    """Return the id of a parametrized check, or "".

    Args:
        item: the check.
        hidden: whether students may not read its inputs. What pytest makes an id of is
            such an input, and so may be what a function of the author's makes of it:
            then only ids that are written down are told.
    """
    spec = getattr(item, "callspec", None)
    if spec is None:
        return ""
    if not hidden:
        return clean_line(spec.id, _CAP)
    # pytest tells the parts of an id here alone: each may hold a hyphen.
    parts = getattr(spec, "_idlist", ())
    written = dict(_written(item))
    return clean_line("-".join(written[p] for p in parts if p in written), _CAP)


def _written(item: pytest.Function) -> Iterator[tuple[str, str]]:
    """Yield the ids that an author has written down, as pytest has them and as is."""
    for mark in item.iter_markers("parametrize"):
        values = mark.args[1] if len(mark.args) > 1 else mark.kwargs.get("argvalues")
        found = [
            one.id for one in _list(values) if isinstance(one, pytest.ParameterSet)
        ]
        for text in (*found, *_list(mark.kwargs.get("ids"))):
            if isinstance(text, str):
                yield text.encode("unicode_escape").decode(), text


def _list(given: object) -> Sequence[object]:
    return given if isinstance(given, Sequence) else ()
