"""A checker process: collects the checks once, then judges one program after another.

Trusted: it holds the solutions. Forked from the nursery, or, without a wall, started
with the port to call; it ends when the channel to the main process closes.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING, NoReturn

import msgspec
import pytest

from grader.errors import GraderError, InternalError
from grader.judging.again import effort_of
from grader.judging.blame import Blame
from grader.judging.checks import words
from grader.judging.checks.draws import Draw, key_of
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.checks.lacking import note_on
from grader.judging.checks.marks import needed
from grader.judging.checks.pasting import call_line
from grader.judging.curves import curve_of
from grader.judging.diagnosis.case import CheckRun
from grader.judging.diagnosis.digests import told_by
from grader.judging.diagnosis.examiner import Diagnosis, not_told_apart
from grader.judging.diagnosis.search import Search
from grader.judging.guard import Guard
from grader.judging.measuring import Keepsakes
from grader.judging.plugin import Plugin, Running, undisturbed
from grader.judging.protocol import (
    Finished,
    How,
    Ready,
    Refused,
    Setup,
    Task,
    receive,
    send,
)
from grader.judging.suites import Suite, suites_of
from grader.model import (
    Check,
    Curve,
    Finding,
    Limits,
    Outcome,
    Program,
    ProgramKind,
    Role,
    Said,
    Verdict,
    Visibility,
)
from grader.sandbox import pace
from grader.sandbox.host.wall import NoProcessError, NoWall, Wall, ZygoteWall
from grader.sandbox.joining import Parent
from grader.sandbox.modes import NO_WALL
from grader.sandbox.process import make_non_dumpable
from grader.text import clean_text
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.judging.diagnosis.case import Case
    from grader.sandbox.host.client import Worker

_MESSAGE_CAP = 100_000
# At most this many places are shown where code at top level stopped.
_NOTES_CAP = 5
# pytest without the parts for people: no terminal, no capture, nobody else's plugins.
_PYTEST = [
    "--import-mode=importlib",
    "--assert=plain",
    "--capture=no",
    *(
        f"-pno:{name}"
        for name in (
            "terminal",
            "cacheprovider",
            "warnings",
            "logging",
            "faulthandler",
            "unraisableexception",
            "threadexception",
            "junitxml",
            "doctest",
            "unittest",
            "stepwise",
        )
    ),
]


class Judge:
    """Judges programs: runs the collected checks of an exercise once for each."""

    def __init__(self, setup: Setup, wall: Wall, guard: Guard) -> None:
        self._setup = setup
        self._wall = wall
        self._plugin = Plugin(self._collected, guard)
        self._blame = Blame(self._plugin.run, self._launched)
        self._search = Search(self._plugin.run, wall.launch, guard)
        self._loop: Callable[[], None] = lambda: None
        self._host: Host | None = None
        self._refusal: GraderError | None = None
        self._curves: list[Curve] = []
        self._check_runs: list[CheckRun] = []
        self.suites: dict[str, Suite] = {}

    def serve(self, channel: socket.socket, tasks: queue.SimpleQueue[Task]) -> None:
        """Collect the checks, say so, and judge until no tasks are left."""
        self.session(lambda: self._serve(channel, tasks))
        raise InternalError(self._plugin.crash)

    def session(self, loop: Callable[[], None]) -> None:
        """Collect the checks and call the loop, which may judge programs by them.

        Raises:
            AuthorError: the checks or a solution are wrong.
            GraderError: what the loop raises.
        """
        self._loop = loop
        root = self._setup.root
        files = [str(f) for ex in self._setup.exercises for f in ex.check_files]
        where = [f"--rootdir={root}", f"--confcutdir={root}", "-c", os.devnull]
        with undisturbed():
            pytest.main([*_PYTEST, *where, *files], plugins=[self._plugin])
        if self._refusal is not None:
            raise self._refusal

    def _collected(self, items: list[pytest.Item]) -> None:
        # pytest would turn whatever is raised in here into an internal error.
        try:
            if self._plugin.broken:
                raise self._plugin.uncollected()
            self.suites = suites_of(self._setup.exercises, items)
            self._loop()
        except GraderError as error:
            self._refusal = error

    def _serve(
        self, channel: socket.socket, tasks: queue.SimpleQueue[Task]
    ) -> NoReturn:
        checks = {name: suite.checks for name, suite in self.suites.items()}
        send(channel, Ready(checks))
        while True:
            task = tasks.get()
            suite = self.suites[task.exercise]
            done = self.judge(suite, task.program, task.how)
            send(channel, done)
            if self._setup.stays:
                self._wall.prepare(suite.exercise.limits)

    def _launched(self, limits: Limits) -> Worker:
        """Return a worker; if there is none, end, and the work is judged again alone.

        Then it has the processes and the memory that other workers hold now.
        """
        try:
            return self._wall.launch(limits)
        except NoProcessError as error:
            print(error, file=sys.stderr, flush=True)  # noqa: T201 - the pool reads it
            os._exit(error.exit_code)

    def judge(self, suite: Suite, program: Program, how: How) -> Finished:
        """Return the verdict on one program, with what else was asked for."""
        started = time.monotonic()
        limits = how.limits or suite.exercise.limits
        handout, given = suite.handout, suite.exercise.given
        host = self._host = Host(program, limits, self._launched, handout, given)
        host.away = self._setup.facts.wall != NO_WALL
        findings: dict[str, Finding] = {}
        faults: list[str] = []
        seen = Keepsakes(how)
        diagnosis = Diagnosis({})
        self._check_runs.clear()
        self._curves.clear()
        try:
            error = _load(host, program)
            for item, check in zip(suite.items, suite.checks, strict=True):
                if not how.wants(check):
                    continue
                finding, fault = self._finding(suite, item, check, host, findings, seen)
                findings[check.name] = finding
                faults += [fault] if fault else []
                if how.until_failed and finding.outcome is not Outcome.PASSED:
                    break
                if how.limits and (host.cut_short or host.said_too_much):
                    break
            effort = effort_of(host, findings)
            host.begin_diagnosis()
            if how.diagnoses:
                diagnosis, fault = self._search.reasons(self._case(suite, host, how))
                faults += [fault] if fault else []
            same = not_told_apart(self._case(suite, host, how)) if how.alike else ()
            told = told_by(self._case(suite, host, how), how.salt)
        finally:
            host.close()
        verdict = Verdict(
            program=program.digest(),
            fingerprint=self._setup.fingerprints[suite.exercise.id],
            facts=self._setup.facts,
            findings=tuple({**findings, **diagnosis.findings}.values()),
            seconds=round(time.monotonic() - started, 4),
            error=error,
            notes=_notes(host, suite.checks, told=0 if error is None else 1),
            faults=tuple(faults),
            unexplained=diagnosis.unexplained,
            curves=tuple(self._curves),
            lacks=host.lacks,
        )
        extras = Extras(tuple(seen.measures), tuple(seen.traces), same, *told)
        return Finished(verdict, extras, effort)

    def stop(self) -> None:
        """End the worker that runs now; called from another thread at the end."""
        if self._host is not None:
            self._host.close()
        self._search.close()
        self._wall.close()

    def _case(self, suite: Suite, host: Host, how: How) -> Case:
        """Return the program that was judged last, ready for a closer look."""
        # What is measured is read by nobody.
        wanted = suite.exercise.counterexamples and not how.measure
        return self._search.case(suite, host, self._check_runs, counterexamples=wanted)

    def _finding(
        self,
        suite: Suite,
        item: pytest.Function,
        check: Check,
        host: Host,
        earlier: dict[str, Finding],
        seen: Keepsakes,
    ) -> tuple[Finding, str | None]:
        if host.unloadable is not None:
            ended = host.unloadable
            return Finding(check.name, ended.outcome, ended.said), None
        for name in needed(item):
            if name in earlier and earlier[name].outcome is not Outcome.PASSED:
                return _rests_on(check, earlier[name]), None
        sha256 = host.program.sha256
        key = key_of(sha256, suite.digest, check.name, seen.how.draw)
        draw = Draw(key, suite.exercise.shown)
        running = Running(
            *(check, host, draw, suite.reference, suite.functions),
            authors=seen.how.authors,
            home=suite.exercise.home,
        )
        # Computing time, so that the load does not decide what gets a closer look.
        before_s, begun_s = host.used_s, time.thread_time()
        running, finding, fault = self._blame.run(suite, item, running, key)
        if seen.how.paste and check.visibility is Visibility.VISIBLE:
            finding = _with_call(finding, running)
        seconds, own_s = host.used_s - before_s, time.thread_time() - begun_s
        curve = curve_of(check, running.evidence, host)
        self._curves += [curve] if curve else []
        self._check_runs.append(CheckRun(item, running, key, finding, seconds))
        # The author sees what the check itself computes, too.
        seen.keep(check.name, running.evidence, running.draw, seconds + own_s)
        return finding, fault


def _with_call(finding: Finding, running: Running) -> Finding:
    """Return a finding with the call that shows it, where that fits on one line."""
    if finding.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
        return finding
    line = call_line(running.evidence)
    said = (*finding.said, Said(Role.CALL, line)) if line else finding.said
    return msgspec.structs.replace(finding, said=said)


def _rests_on(check: Check, earlier: Finding) -> Finding:
    """Return the finding for a check that depends on one that did not pass."""
    if earlier.outcome is Outcome.NOT_ATTEMPTED:
        return Finding(check.name, Outcome.NOT_ATTEMPTED, earlier.said)
    text = f"This check rests on `{earlier.name}`, which did not pass."
    return Finding(check.name, Outcome.SKIPPED, (Said(Role.FACT, text),))


def _load(host: Host, program: Program) -> str | None:
    """Load the program; return why nothing of it can run, or None."""
    try:
        host.load()
    except CheckEnded as ended:
        return ended.message
    failures = host.failures or ()
    kept = host.hearsay.kinds or any(map(words.is_unreadable, failures))
    whole = program.kind is not ProgramKind.NOTEBOOK and kept and not host.names
    return words.unreadable(failures[0]) if failures and whole else None


def _notes(host: Host, checks: Iterable[Check], told: int) -> tuple[str, ...]:
    """Return what the report says beside the checks; the first failures are told."""
    shown = [f for f in (host.failures or ())[told:] if not f.hole]
    notes = [words.noted(failure) for failure in shown[:_NOTES_CAP]]
    if len(shown) > len(notes):
        more = len(shown) - len(notes)
        places = "1 more place" if more == 1 else f"{more} more places"
        notes.append(f"{places} stopped like this.")
    asked = {name for check in checks for name in check.about}
    kept = [kept for kept in host.kept if kept.name in asked]
    notes += [words.kept(each, host.hearsay.line(each.at)) for each in kept]
    notes += filter(None, map(note_on, host.lacks))
    return tuple(notes)


def _read_tasks(
    channel: socket.socket, tasks: queue.SimpleQueue[Task], judge: Judge
) -> None:
    """Queue tasks as they come; end the process when the main process has gone."""
    while isinstance(message := receive(channel), Task):
        tasks.put(message)
    judge.stop()
    os._exit(0)


def _end(fault: threading.ExceptHookArgs) -> None:
    """Say what ended the reader, and end the process, which would hear nothing more."""
    threading.__excepthook__(fault)
    os._exit(1)


def _wall(setup: Setup, control: int | None, slowness: float) -> Wall:
    if control is None:
        return NoWall(setup.preload, slowness)
    # A worker of the same user must not read this process's memory.
    make_non_dumpable()
    return ZygoteWall(socket.socket(fileno=control))


def main(channel: socket.socket, control: int | None) -> None:
    """Start as a process: read the setup, then serve.

    Args:
        channel: to the main process.
        control: of the control socket to the zygote; None for no wall.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nobody may read what a solution prints.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    setup = receive(channel)
    if not isinstance(setup, Setup):
        return
    os.chdir(setup.folder)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    slowness = pace.measured()
    judge = Judge(setup, _wall(setup, control, slowness), Guard(slowness))
    threading.excepthook = _end
    reader = threading.Thread(
        target=_read_tasks, args=(channel, tasks, judge), daemon=True
    )
    reader.start()
    try:
        judge.serve(channel, tasks)
    except GraderError as error:
        said = clean_text(str(error), _MESSAGE_CAP)
        send(channel, Refused(type(error).__name__, said))


if __name__ == "__main__":
    main(Parent(int(sys.argv[1])).call(), None)
