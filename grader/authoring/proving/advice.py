"""Advice for an author whose checks miss a mistake, from what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Check, Visibility

if TYPE_CHECKING:
    from grader.authoring.proving.bench import Bench

# How many mistakes are named before "and 12 more".
_SHOWN = 5


def unseen(bench: Bench, mistake: str) -> str:
    """Return advice on how the checks of its function could see a mistake."""
    (about,) = {t.candidate.about for t in bench.wrong if t.candidate.name == mistake}
    checks = [c for c in bench.checks if c.visibility is Visibility.HIDDEN]
    own = [check for check in checks if about in check.about and check.points]
    if not own:
        return f"No check with points is about `{about}`: write one."
    reasons = [reason for check in own if (reason := _why_blind(bench, check, mistake))]
    if reasons:
        return " ".join(dict.fromkeys(reasons))
    return (
        f"On all inputs of {_names(own)} it gives what the solution gives. If it is "
        f"wrong, call `{about}` there with an input on which it differs; if it is "
        f"right, move it to alternatives.py."
    )


def blindness(bench: Bench, check: Check) -> str:
    """Return which mistakes a check misses, and how it could see them.

    Args:
        bench: what was tried.
        check: one that no mistake fails.
    """
    names = {
        t.candidate.name: t.candidate.about
        for t in bench.wrong
        if not bench.related(t.candidate.about).isdisjoint(check.about)
    }
    if not names:
        functions = ", ".join(f"`{name}`" for name in check.about) or "anything"
        return (
            f"No mistake is about {functions}. Add one to mistakes.py that this check "
            f"is there to find."
        )
    shown = ", ".join(list(names)[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    why = _why_blind(bench, check, None)
    seers = [
        other.name
        for other in bench.checks
        if other is not check and _sees(bench, other, set(names))
    ]
    model = f" `{seers[0]}` sees some of them: look at its inputs." if seers else ""
    return f"It misses {shown}{more}. {why or _SAME}{model}"


_SAME = (
    "It sees no difference between them and the solution. Does it compare the "
    "student's value with the reference's, on fresh inputs? Add to mistakes.py what it "
    "is there to find, or drop it."
)


def _why_blind(bench: Bench, check: Check, mistake: str | None) -> str | None:
    """Return why a check sees nothing, if its measures tell."""
    wrong = {t.candidate.name for t in bench.wrong}
    names = {mistake} if mistake else wrong
    measures = [m for name in names for m in bench.measures(check.name, name)]
    if not measures:
        return None
    name = f"`{check.name}`"
    distance = max((m.distance or 0.0 for m in measures), default=0.0)
    tolerance = max((m.tolerance or 0.0 for m in measures), default=0.0)
    if 100 * (bench.farthest_right(check.name) or 1e-9) < distance <= tolerance:
        return (
            f"{name} sees a difference of {distance:.1g} and allows {tolerance:.1g}: "
            f"narrow its tolerance."
        )
    if all(m.draws == 0 for m in measures):
        return f"{name} draws no inputs: take fresh ones from `draw`."
    signs = {sign for m in measures for sign in m.signs}
    lacking = {"-": "positive", "+": "negative"}.get("".join(signs))
    # Where nothing is a decimal number, as with text and tokens, there are no signs.
    if lacking is None:
        return None
    return f"{name} uses no {lacking} number: draw both signs (`draw.reals`)."


def _sees(bench: Bench, check: Check, names: set[str]) -> bool:
    return any(
        check in bench.costs(tried)
        for tried in bench.wrong
        if tried.candidate.name in names
    )


def _names(checks: list[Check]) -> str:
    return ", ".join(f"`{check.name}`" for check in checks)
