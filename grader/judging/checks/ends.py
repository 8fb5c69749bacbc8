"""Why a check cannot go on, as an exception that a check can also expect.

What the student's code raised arrives in a check as a `CheckEnded` that is a
`ValueError`, too, where the student's exception was one: `pytest.raises(ValueError)`
holds, and what no check expects ends it.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final

from grader.judging.checks.evidence import CheckEnded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Outcome

# A StopIteration would end the loop of a check without a word, or become a fault of the
# author's in a generator. The others cannot be made from one text.
_NOT_EXPECTED: Final = (StopIteration, StopAsyncIteration, UnicodeError)
_ENDED: Final = {
    name: type(f"CheckEnded{name}", (CheckEnded, kind), {})
    for name, kind in vars(builtins).items()
    if isinstance(kind, type)
    and issubclass(kind, Exception)
    and kind is not Exception
    and not issubclass(kind, (*_NOT_EXPECTED, BaseExceptionGroup))
}


def ended_with(
    kinds: Sequence[str], outcome: Outcome, said: str, text: str = ""
) -> CheckEnded:
    """Return the end of a check whose call raised an exception of these classes.

    Args:
        kinds: names of the classes, most special first.
        outcome: how the check ends if it does not expect this.
        said: what is said then.
        text: the exception's own.
    """
    kind = next((_ENDED[kind] for kind in kinds if kind in _ENDED), CheckEnded)
    ended: CheckEnded = kind(outcome, said)
    ended.kinds, ended.text = tuple(kinds), text
    return ended
