"""Diagnosis: what is said about the checks that a program did not pass.

It runs after all checks, only for those that failed, and says only what is certain:
what an exception means, how the values relate to the right ones, and which one of the
course's mistakes gives the same values everywhere. What remains unexplained is made
comparable across the class, for the instructor.
"""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.judging.answers import Raised, Value, value_of
from grader.judging.checks.draws import key_of
from grader.judging.checks.evidence import CheckEnded, Exchange, is_call
from grader.judging.checks.exceptions import known
from grader.judging.checks.used import uses
from grader.judging.diagnosis.agreement import observed
from grader.judging.diagnosis.bounds import AGAIN_S, too_large
from grader.judging.diagnosis.case import (
    DIAGNOSED,
    again,
    record_again,
    record_of,
    tells,
)
from grader.judging.diagnosis.counterexamples import (
    Counterexamples,
    with_counterexamples,
)
from grader.judging.diagnosis.digests import asked_by
from grader.judging.diagnosis.hidden import Hidden
from grader.judging.diagnosis.likeness import alike
from grader.judging.diagnosis.parting import parting
from grader.judging.diagnosis.recognition import Recognition
from grader.judging.diagnosis.relations import (
    first_loss_apart,
    lists_of,
    one_of,
    relation,
)
from grader.judging.diagnosis.sameness import WRONG, same
from grader.judging.diagnosis.samples import Sample
from grader.judging.diagnosis.stage import RIGHT
from grader.judging.diagnosis.twins import Twins
from grader.judging.diagnosis.wrongs import Wrong, wrongs_of
from grader.judging.requests import Call
from grader.model import Outcome, Role, Said, Unexplained, Visibility
from grader.text import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.case import Case, CheckRun
    from grader.judging.diagnosis.recognition import Record
    from grader.judging.diagnosis.stage import Stage
    from grader.model import Finding

_CLASS = "class"
_VISIBLE = Visibility.VISIBLE
_INPUTS = 3


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The findings with more to say now, by name, and those that nothing explains."""

    findings: dict[str, Finding]
    unexplained: tuple[Unexplained, ...] = ()


def diagnose(case: Case) -> Diagnosis:
    """Return what can be said for certain about the checks that did not pass."""
    failed = [t for t in case.check_runs if t.finding.outcome in DIAGNOSED]
    evidences = [t.running.evidence for t in failed]
    if not failed or case.host.unloadable is not None or too_large(evidences):
        return Diagnosis({})
    told = {t.finding.name: _with_known_exception(t, case.host) for t in failed}
    if case.stage is None:
        return Diagnosis({**told, **_asked(case, told)})
    case.stage.begin(case.host.program.sha256)
    examiner = _Examiner(case, case.stage)
    for check_run in failed:
        name = check_run.finding.name
        told[name] = examiner.explained(check_run, told[name])
    if case.counterexamples:
        told = examiner.with_counterexamples(told)
    left = [t for t in failed if told[t.finding.name].question is None]
    return Diagnosis(told, tuple(map(examiner.unexplained, left)))


def _asked(case: Case, told: dict[str, Finding]) -> dict[str, Finding]:
    """Return the findings for which a question was handed out with the checks."""
    if case.questions is None:
        return {}
    return {
        name: msgspec.structs.replace(
            told[name],
            question=asked.question,
            said=(*told[name].said, *_tries(asked.try_it)),
        )
        for name, asked in asked_by(case, case.questions).items()
    }


def _tries(experiment: str | None) -> tuple[Said, ...]:
    return (Said(Role.TRY_IT, f"Try: {experiment}"),) if experiment else ()


def not_told_apart(case: Case) -> tuple[tuple[str, ...], ...]:
    """Return groups of mistakes that no hidden check of a right program tells apart."""
    if case.stage is None:
        return ()
    case.stage.begin(case.host.program.sha256)
    records = [
        record_of(check_run, check_run.running.evidence)
        for check_run in case.check_runs
        if check_run.running.check.visibility is Visibility.HIDDEN
    ]
    twins = Twins(case.host, case.stage, ())
    return alike(records, Recognition(case.stage, records, twins), case.stage)


def _with_known_exception(check_run: CheckRun, host: Host) -> Finding:
    """Return a check's finding with the question for its exception, if it is known."""
    finding = check_run.finding
    match check_run.running.evidence.exchanges:
        case [*_, Exchange(answer=Raised(kind, text) as raised)]:
            found = None if host.stop_behind(raised) else known(kind, text)
            if found is not None and finding.outcome is Outcome.ERROR:
                return msgspec.structs.replace(finding, question=found.question)
    return finding


class _Examiner:
    """Looks closer at a program that did not pass all checks."""

    def __init__(self, case: Case, stage: Stage) -> None:
        self._case = case
        self._stage = stage
        check_runs = [t for t in case.check_runs if tells(t)]
        self._records = {t.finding.name: record_again(case, t) for t in check_runs}
        exchanges = [e for r in self._records.values() for e in r.exchanges]
        self._twins = Twins(case.host, stage, exchanges)
        self._runs = {t.finding.name: t for t in check_runs}
        self._on_class: dict[str, Record | None] = {}
        self._recognition = Recognition(
            stage, tuple(self._records.values()), self._twins, self._of_class
        )
        self._related: dict[str, str | None] = {}

    @property
    def _whose(self) -> str:
        """Whose data the visible checks have: the lesson's, where they say so."""
        checks = [t.running.check for t in self._case.check_runs]
        said = [f"{c.name} {c.title}" for c in checks if c.visibility is _VISIBLE]
        lesson = any("lesson" in text.lower() for text in said)
        return "the lesson's" if lesson else "the visible checks'"

    def explained(self, check_run: CheckRun, finding: Finding) -> Finding:
        """Return a finding with all that is certain about it."""
        record = self._records[finding.name]
        variant = self._recognition.mistake(record)
        if variant is not None:
            finding = msgspec.structs.replace(
                finding, mistake=variant.name, question=variant.question
            )
        said = [*finding.said]
        if finding.outcome is Outcome.FAILED:
            said += self._facts(record, check_run)
        said += _tries(variant.try_it if variant else None)
        return msgspec.structs.replace(finding, said=tuple(said))

    def with_counterexamples(self, told: dict[str, Finding]) -> dict[str, Finding]:
        """Return the findings with a counterexample for each function, if one is."""
        wrongs = {name: self._wrongs(self._records[name]) for name in told}
        hidden, runs = Hidden(), self._case.check_runs
        for one in (t.running for t in runs):
            if one.check.visibility is not _VISIBLE:
                hidden.add(one.draw, one.evidence.exchanges)
        failed = [t.running.evidence for t in runs if t.finding.name in told]
        looking = Counterexamples(self._case.host, self._stage, hidden, failed)
        return with_counterexamples(told, wrongs, looking)

    def _wrongs(self, record: Record) -> list[Wrong]:
        """Return the wrong answers of a record, the plainest first."""
        expected = self._recognition.expected(record)
        known = zip(expected.answers, expected.chance, strict=True)
        rights = [None if chance else right for right, chance in known]
        return sorted(wrongs_of(record.exchanges, rights), key=lambda w: w.aspect)

    def unexplained(self, check_run: CheckRun) -> Unexplained:
        """Return a failed check with a digest of its behaviour on the class's draws.

        Each submission has its own draws. The class's draws are the same for all, so
        that equal behaviour gives equal digests.
        """
        check, evidence = check_run.running.check, check_run.running.evidence
        own = record_of(check_run, evidence)
        record = self._of_class(own) or own
        seen = Recognition(self._stage, (), self._twins).evidence(record)
        # A program that shows nothing has nothing in common with others.
        text = (
            repr(sorted(map(written, seen))) if seen else self._case.host.program.sha256
        )
        return Unexplained(check.name, hashlib.sha256(text.encode()).hexdigest()[:12])

    def _of_class(self, record: Record) -> Record | None:
        """Return what a check asks on the class's draws; None if it takes too long."""
        name = record.check.name
        if name not in self._on_class:
            run, found = self._runs[name], None
            if run.seconds < AGAIN_S:
                key = key_of(_CLASS, self._case.digest, name)
                found = record_of(run, again(self._case, run, key), fixed=True)
            self._on_class[name] = found
        return self._on_class[name]

    def _facts(self, record: Record, check_run: CheckRun) -> list[Said]:
        """Return facts about everything that a failed check saw, and how often."""
        name, wrong, total = self._wrong_calls(record)
        if name is None:
            return []
        if name not in self._related:
            self._related[name] = self._relation(name) or self._parting(name)
        related = self._related[name] or self._losses_part(name, record)
        facts = [Said(Role.FACT, related)] if related else []
        if total == 1 or check_run.running.check.visibility is not Visibility.HIDDEN:
            return facts
        if not related and (only := self._only_on_visible(name)):
            return [Said(Role.FACT, only)]
        return [Said(Role.HOW_OFTEN, _how_often(wrong, total)), *facts]

    def _wrong_calls(self, record: Record) -> tuple[str | None, int, int]:
        """Return the function that was wrong first, how often, and how many calls."""
        pairs = self._pairs(record)
        wrong = [
            student.name
            for student, right in pairs
            if is_call(student) and observed(student, right, WRONG, form=False)
        ]
        if not wrong:
            return None, 0, 0
        total = sum(s.name == wrong[0] and is_call(s) for s, _ in pairs)
        return wrong[0], wrong.count(wrong[0]), total

    def _pairs(self, record: Record) -> list[tuple[Exchange, Exchange]]:
        """Return a record's requests with both answers, without those of chance."""
        expected = self._recognition.expected(record)
        asked = zip(record.exchanges, expected.answers, expected.chance, strict=True)
        return [(s, right) for s, right, chance in asked if right and not chance]

    def _calls(self, name: str, records: Iterable[Record]) -> list[Sample]:
        """Return the calls of a function that gave a value, with the right value."""
        own = (r for r in records if any(e.name == name for e in r.exchanges))
        pairs = [pair for record in own for pair in self._pairs(record)]
        samples = [_sample(*pair) for pair in pairs if pair[0].name == name]
        return [sample for sample in samples if sample]

    def _only_on_visible(self, name: str) -> str | None:
        """Return the sentence for a function that is right only for visible checks."""
        records = [
            record
            for record in self._records.values()
            if any(exchange.name == name for exchange in record.exchanges)
        ]
        visible = [r for r in records if r.check.visibility is _VISIBLE]
        hidden = [r for r in records if r.check.visibility is not _VISIBLE]
        if any(r.failed or r.lost for r in visible) or not all(
            r.failed or r.lost for r in hidden
        ):
            return None
        known = self._calls(name, visible)
        others = self._calls(name, hidden)
        if len(others) < _INPUTS or any(same(s.got, s.right, WRONG) for s in others):
            return None
        if not known or not all(same(s.got, s.right, WRONG) for s in known):
            return None
        return (
            f"`{name}` is right for {self._whose} own numbers, and for none of the "
            f"{len(others)} other inputs that were tried."
        )

    def _relation(self, name: str) -> str | None:
        samples = self._calls(name, self._records.values())
        function = getattr(self._case.reference, name, None)
        if not inspect.isfunction(function):
            return None
        parameters = tuple(inspect.signature(function).parameters)

        def ask_right(args: tuple[object, ...], kwargs: dict[str, object]) -> object:
            exchange = Exchange(name, Call(name, args, kwargs))
            (found,) = self._stage.perform([RIGHT], [exchange])[RIGHT]
            return None if found is None else value_of(found.answer).value

        def ask_student(args: tuple[object, ...], kwargs: dict[str, object]) -> object:
            try:
                answer, _ = self._case.host.request(name, Call(name, args, kwargs))
            except CheckEnded:
                return None
            return value_of(answer).value

        trains = self._trains(name)
        return relation(
            name, samples, parameters, ask_right, ask_student, trains=trains
        )

    def _parting(self, name: str) -> str | None:
        """Return where a training departs from the solution's on a visible check's."""
        case = self._case
        for check_run in case.check_runs:
            check, exchanges = (
                check_run.running.check,
                check_run.running.evidence.exchanges,
            )
            if (
                check.visibility is not Visibility.VISIBLE
                or check_run.seconds >= AGAIN_S
            ):
                continue
            on = f"On {self._whose} data"
            told = parting(name, exchanges, case.host, self._stage, self._twins, on)
            if told:
                return told
        return None

    def _trains(self, name: str) -> bool:
        """Return whether a function of the solution trains: backward(), or epochs."""
        function = getattr(self._case.reference, name, None)
        if not inspect.isfunction(function):
            return False
        epochs = "epochs" in inspect.signature(function).parameters
        return epochs or uses(self._stage.source, name, ".backward")

    def _losses_part(self, name: str, record: Record) -> str | None:
        """Return where the losses of the first wrong training begin to differ.

        What does not train has none, whatever lists it gives.
        """
        if not self._trains(name):
            return None
        function = getattr(self._case.reference, name)
        each = one_of(inspect.signature(function).parameters)
        for number, sample in enumerate(self._calls(name, [record])):
            for got, due in lists_of(sample.got, sample.right):
                found = first_loss_apart(got, due, each)
                if found:
                    return f"Of a later training: {found}" if number else found
        return None


def _how_often(wrong: int, total: int) -> str:
    if wrong == total:
        every = "both" if total == 2 else f"all {total}"  # noqa: PLR2004 - both are two
        return f"This is so for {every} inputs that were tried."
    return f"This is so for {wrong} of the {total} inputs that were tried."


def _sample(student: Exchange, right: Exchange) -> Sample | None:
    """Return a call that gave a value, with the right value, or None."""
    match student.request, student.answer, right.answer:
        case Call(str(), args, kwargs), Value() as got, Value() as due:
            return Sample(
                args=args,
                kwargs=kwargs,
                got=got.value,
                right=due.value,
                args_after=got.arguments,
                right_args_after=due.arguments,
                gradient=got.gradient,
                right_gradient=due.gradient,
            )
    return None
