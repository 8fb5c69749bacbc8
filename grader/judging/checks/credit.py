"""`score`: a part of the points for a check that does not pass."""

from __future__ import annotations

from grader.errors import AuthorError
from grader.judging.checks.evidence import CURRENT


def score(share: float, why: str) -> None:
    """Give a share of the check's points, if the check does not pass in the end.

    Shares add up. Whoever has the work reads what for.

    Args:
        share: from 0 to 1.
        why: what was right, in a few words: "right shape".

    Raises:
        AuthorError: the share is no such number.
    """
    if not 0 <= share <= 1:
        raise AuthorError(f"score: expected a share from 0 to 1, got {share!r}.")
    evidence = CURRENT.get()
    if evidence is not None:
        evidence.credits[why] = share
