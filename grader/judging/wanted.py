"""What a worker says that its program wanted in vain, beside the answer itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Lack, LackKind

if TYPE_CHECKING:
    from collections.abc import Iterator

LACKS_CAP: Final = 64
"""How many things of one program are kept."""

_NAME_CAP: Final = 100
_LINES_CAP: Final = 10_000_000


def lacks_of(reply: object) -> Iterator[Lack]:
    """Yield the lacks that a reply tells of; anything else is left out."""
    told = reply.get("lacks") if isinstance(reply, dict) else None
    for each in told[:LACKS_CAP] if isinstance(told, list) else ():
        match each:
            case [str() as kind, str() as name, [str() as label, int() as line]]:
                if kind in set(LackKind) and 0 <= line < _LINES_CAP:
                    yield Lack(LackKind(kind), name[:_NAME_CAP], label, line)
