"""The promises about what variants earn, each checked against the trials."""

from __future__ import annotations

import ast
import itertools
from typing import TYPE_CHECKING

from grader.authoring.proving.advice import unseen
from grader.authoring.proving.asked import asked_in
from grader.authoring.proving.bench import Bench, failures
from grader.authoring.proving.catalogue import VariantKind
from grader.authoring.proving.proof import Broken, Promise
from grader.model import Outcome

if TYPE_CHECKING:
    from grader.authoring.proving.trials import Tried
    from grader.model import Finding


def no_fault(bench: Bench) -> list[Broken]:
    """Return the checks that broke instead of judging, each once.

    What a right variant shows comes first: it is no matter of odd values then.
    """
    found: dict[str, Broken] = {}
    for tried in sorted(bench.tried, key=lambda one: not one.candidate.kind.right):
        checks = [f.name for f in failures(tried) if f.outcome is Outcome.GRADER_ERROR]
        for check, fault in itertools.zip_longest(checks, tried.verdict.faults):
            subject = check or f"the search for reasons on {_named(tried)}"
            got = (fault or "").rstrip(".")
            message = f"`{subject}`: it broke on {_named(tried)}: {got}."
            broken = _broken(bench, Promise.NO_FAULT, subject, message)
            found.setdefault(subject, broken)
    return list(found.values())


def broken_on_right(bench: Bench) -> set[str]:
    """Return the checks of which nothing else can be said: they break on right work."""
    return {
        finding.name
        for tried in bench.right
        for finding in failures(tried)
        if finding.outcome is Outcome.GRADER_ERROR
    }


def right_passes(bench: Bench) -> list[Broken]:
    """Return the right variants that lose points on every draw."""
    broken = []
    for name, trials in bench.by_name(bench.right).items():
        first = trials[0]
        # Checks that draw nothing ran with the first draw only.
        lost = [f for f in failures(first) if not _passes_sometimes(f.name, trials)]
        if lost:
            message = (
                f"{_named(first)}: expected full marks, got {_ended(lost[0])}"
                f"{_more(lost)}. {_ADVICE[first.candidate.kind]}"
            )
            broken.append(_broken(bench, Promise.RIGHT_PASSES, name, message))
        elif first.candidate.kind is VariantKind.SOLUTION and first.verdict.notes:
            message = f"the solution: it raises: {first.verdict.notes[0]}"
            broken.append(_broken(bench, Promise.RIGHT_PASSES, name, message))
    return broken


def stub_earns_nothing(bench: Bench) -> list[Broken]:
    """Return the checks whose outcome for the stub is not `not_attempted`.

    Where students write outside of functions, a check may look at what is given first,
    or at a plot: such a check need only fail.
    """
    return [
        _broken(
            bench,
            Promise.STUB_EARNS_NOTHING,
            finding.name,
            f"`{finding.name}`: expected not_attempted for the stub, got "
            f"{finding.outcome}. Let the check call what the student writes first.",
        )
        for tried in bench.of(VariantKind.STUB)
        for finding in tried.verdict.findings
        if finding.outcome not in _earns_nothing(tried.candidate.source)
    ]


def _earns_nothing(stub: str) -> tuple[Outcome, ...]:
    """Return how checks may end for a stub."""
    if any(isinstance(node, ast.Raise) for node in ast.parse(stub).body):
        return (Outcome.NOT_ATTEMPTED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED)
    return (Outcome.NOT_ATTEMPTED,)


def mistake_costs(bench: Bench) -> list[Broken]:
    """Return the mistakes that lose no points on their own function, on some draw."""
    broken = []
    for name, trials in bench.by_name(bench.wrong).items():
        caught = [tried for tried in trials if bench.is_caught(tried)]
        if len(caught) == len(trials):
            continue
        candidate = trials[0].candidate
        if caught:
            message = (
                f"mistake {name!r}: expected to lose points on `{candidate.about}` on "
                f"every draw, got {len(caught)} of {len(trials)}. Draw more inputs in "
                f"its checks, or inputs further from where it is right."
            )
        else:
            message = (
                f"mistake {name!r}: it loses no points on `{candidate.about}`"
                f"{_elsewhere(bench, trials[0])} {unseen(bench, name)}"
            )
        broken.append(_broken(bench, Promise.MISTAKE_COSTS, name, message))
    return broken


def on_its_own(bench: Bench) -> list[Broken]:
    """Return the mistakes that cost points on checks of unrelated functions."""
    broken = []
    asked = asked_in(bench.exercise.check_files)
    for tried in bench.wrong:
        candidate = tried.candidate
        related = bench.related(candidate.about)
        for check in bench.costs(tried):
            needed = asked.get(check.name.partition("[")[0].rpartition(":")[2], set())
            if related.isdisjoint({*check.about, *needed}):
                message = (
                    f"mistake {candidate.name!r}: it costs points on `{check.name}`, "
                    f"which is about {_listed(check.about)} and does not use "
                    f"`{candidate.about}`. Correct what the mistake or the check is "
                    f"about, or leave `{candidate.about}` out of the check."
                )
                broken.append(
                    _broken(bench, Promise.ON_ITS_OWN, candidate.name, message)
                )
    return list({(b.subject, b.message): b for b in broken}.values())


def not_flaky(bench: Bench) -> list[Broken]:
    """Return the checks that pass a variant on some draws only, each once.

    The variants are the right ones, and functions that return None.
    """
    found: dict[str, Broken] = {}
    tried = (*bench.right, *bench.of(VariantKind.GARBAGE))
    for trials in bench.by_name(tried).values():
        names = dict.fromkeys(f.name for t in trials for f in failures(t))
        for name in names:
            if not _passes_sometimes(name, trials):
                continue
            ran = [f for t in trials for f in t.verdict.findings if f.name == name]
            failed = [f for f in ran if f.outcome is not Outcome.PASSED]
            message = (
                f"`{name}`: expected the same verdict on every draw of "
                f"{_named(trials[0])}, failed {len(failed)} of {len(ran)}: "
                f"{failed[0].message} Use `draw` for all that is random, keep inputs "
                f"where right variants agree, or widen the tolerance."
            )
            found.setdefault(name, _broken(bench, Promise.NOT_FLAKY, name, message))
    return list(found.values())


_ADVICE = {
    VariantKind.SOLUTION: "Correct the check or the solution.",
    VariantKind.ALTERNATIVE: (
        "If it is right, the check asks for more than the exercise says: loosen it. If "
        "not, move it to mistakes.py."
    ),
    VariantKind.WRAPPER: (
        "Loosen the check; or, where the exercise forbids this form, say which forms "
        "it allows: WRAPPERS in alternatives.py."
    ),
}


def _passes_sometimes(check: str, trials: list[Tried]) -> bool:
    return any(
        finding.name == check and finding.outcome is Outcome.PASSED
        for tried in trials
        for finding in tried.verdict.findings
    )


def _elsewhere(bench: Bench, tried: Tried) -> str:
    """Return what a mistake fails instead of the checks of its own function."""
    failed = [bench.check[finding.name] for finding in failures(tried)]
    if not failed:
        return " or anywhere."
    first = next((check for check in failed if check.points), failed[0])
    what = f"it has {first.points:g} points, about {_listed(first.about)}"
    told = f" (it fails `{first.name}`: {what})."
    if not first.points:
        return told
    own = tried.candidate.about
    both = ", ".join(f'"{name}"' for name in (*first.about, own))
    return f"{told} If that check is about `{own}`, too, say so: `@about({both})`."


def _named(tried: Tried) -> str:
    candidate = tried.candidate
    if candidate.kind in (VariantKind.SOLUTION, VariantKind.STUB):
        return f"the {candidate.kind}"
    return f"{candidate.kind} {candidate.name!r}"


def _ended(finding: Finding) -> str:
    return f"{finding.outcome} from `{finding.name}`: {finding.message.rstrip('.')}"


def _more(findings: list[Finding]) -> str:
    return f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _broken(bench: Bench, promise: Promise, subject: str, message: str) -> Broken:
    return Broken(promise, bench.exercise.id, subject, message)
