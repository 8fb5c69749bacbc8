"""The pytest plugin: gives checks their fixtures, and says what their end means."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.errors import AuthorError, InternalError, OperatorError, listed
from grader.judging.beside import at_home, importable
from grader.judging.checks import words
from grader.judging.checks.asserting import other_value, unequal
from grader.judging.checks.calls import Calls
from grader.judging.checks.evidence import CURRENT, CheckEnded, Evidence
from grader.judging.checks.marks import MARKS
from grader.judging.checks.student import Remote, Student
from grader.judging.guard import CheckTooLong, Guard
from grader.model import Check, Finding, Outcome, Role, Said, Visibility
from grader.text import clean_line

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Generator, Iterator

    from grader.judging.checks.draws import Draw
    from grader.judging.checks.host import Host
    from grader.judging.checks.mirror import Change

_TEXT_CAP = 300
_NO_PLUGINS = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
# The texts of these say names and types alone.
_TOLD = (NameError, ImportError, AuthorError)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let pytest do what we ask alone, whatever this user's environment asks of it.

    Raises:
        OperatorError: this Python leaves asserts out, so each check would pass.
    """
    if sys.flags.optimize:
        raise OperatorError(
            "Python runs without asserts here, so each check would pass. Unset "
            "PYTHONOPTIMIZE, and leave out -O."
        )
    kept = {name: os.environ[name] for name in os.environ if name.startswith("PYTEST_")}
    for name in kept:
        del os.environ[name]
    os.environ[_NO_PLUGINS] = "1"
    try:
        yield
    finally:
        del os.environ[_NO_PLUGINS]
        os.environ.update(kept)


@dataclass(slots=True)
class Running:
    """The check that runs now, with its program, its draws and its evidence.

    `functions` are the names of the program's that its checks call; `may_change` is
    what it may change of what the check passes, None for everything. `authors` says
    that the program is the author's own, which should pass. `home` is where the check
    finds the exercise's files.
    """

    check: Check
    host: Host
    draw: Draw
    reference: types.ModuleType | None
    functions: frozenset[str] = frozenset()
    evidence: Evidence = field(default_factory=Evidence)
    ends: list[BaseException] = field(default_factory=list)
    line: Calls | None = None
    authors: bool = False
    home: Path | None = None
    may_change: frozenset[Change] | None = None


class Plugin:
    """Gives checks their fixtures, keeps how each ended, and calls the loop.

    Args:
        loop: called once with the collected items; pytest ends when it returns.
        guard: ends checks that do not end.
    """

    def __init__(self, loop: Callable[[list[pytest.Item]], None], guard: Guard) -> None:
        self._loop = loop
        self._guard = guard
        self.running: Running | None = None
        self.broken: list[str] = []
        self._why = ""
        self.crash = "pytest ended before it had collected the checks"

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks."""
        for line in MARKS:
            config.addinivalue_line("markers", line)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Let a file of checks import what lies beside it."""
        if not isinstance(collector, pytest.Module):
            return (yield)
        with importable(collector.path.parent):
            return (yield)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file of checks could not be collected."""
        if report.failed:
            self.broken.append(report.longreprtext)

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """Keep what a file of checks raised."""
        if call.excinfo is not None and self.running is None:
            error = call.excinfo.value.__cause__ or call.excinfo.value
            self._why = f"{type(error).__name__}: {error}"

    def uncollected(self) -> AuthorError:
        """Return the error that tells of all files that could not be collected."""
        return AuthorError(listed(self.broken), self._why)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the loop of submissions instead of pytest's own, once over the items."""
        self._loop(session.items)
        return True

    def pytest_internalerror(
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> None:
        """Keep why pytest ends: it prints nothing here."""
        *_, place = traceback.extract_tb(excinfo.value.__traceback__)
        name = Path(place.filename).name
        self.crash = f"{name}, line {place.lineno}: {excinfo.exconly()}"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep the exception itself: pytest's text for it costs more than the run."""
        if call.excinfo is not None and self.running is not None:
            self.running.ends.append(call.excinfo.value)
        return pytest.TestReport(
            item.nodeid,
            item.location,
            keywords={},
            outcome="passed" if call.excinfo is None else "failed",
            longrepr=None,
            when="call" if call.when == "collect" else call.when,
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        """Let a check run no longer than it may."""
        running = self._now()
        with self._guard.over(running.host, running.host.limits.seconds_per_check):
            return (yield)

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The student's program."""
        running = self._now()
        visibility = running.check.visibility
        host, evidence, functions = running.host, running.evidence, running.functions
        line = Calls(host, evidence, visibility, Remote, functions)
        line.may_change(running.may_change)
        line.counts = request.node.get_closest_marker("within") is not None
        if "tmp_path" in request.fixturenames:
            line.share(request.getfixturevalue("tmp_path"))
        running.line = line
        return Student(line)

    @pytest.fixture
    def reference(self) -> types.ModuleType:
        """The solution, in this process."""
        module = self._now().reference
        if module is None:
            raise AuthorError(
                "a visible check cannot use `reference`: students have none"
            )
        return module

    @pytest.fixture
    def tmp_path(self) -> Iterator[Path]:
        """A folder of the check's own: a path in it may be passed to the program."""
        with tempfile.TemporaryDirectory(prefix="grader-") as name:
            yield Path(name)

    @pytest.fixture
    def draw(self) -> Draw:
        """Fresh inputs."""
        return self._now().draw

    def _now(self) -> Running:
        if self.running is None:
            raise InternalError("checks run for a submission, through `grader`")
        return self.running

    def run(self, item: pytest.Item, running: Running) -> tuple[Finding, str | None]:
        """Return how one check ended for one program, and the fault if it was ours.

        About the author's own program the finding says where the check ended, and why.
        """
        self.running = running
        token = CURRENT.set(running.evidence)
        try:
            # Whatever ended it in between, pytest must come to the end of it.
            with at_home(running.home), self._guard.paused():
                item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        finally:
            CURRENT.reset(token)
            self.running = None
            if running.line is not None:
                running.line.close()
        end = running.ends[0] if running.ends else None
        solution = running.reference.__file__ if running.reference else None
        finding = finding_of(running, end, solution, Path(item.path).parent)
        if running.authors and end is not None:
            told = told_of(finding, end, solution)
            finding = msgspec.structs.replace(finding, said=told)
        ours = finding.outcome is Outcome.GRADER_ERROR
        return finding, fault_of(running, end, solution) if ours else None


def finding_of(
    running: Running,
    end: BaseException | None,
    solution: str | None,
    folder: Path,
) -> Finding:
    """Return the finding for a check that ended in this way.

    Args:
        running: the check.
        end: what it raised, if anything.
        solution: the solution's file.
        folder: that of the file of checks.
    """
    check = running.check
    if end is None or not isinstance(end, CheckEnded):
        # Whatever a check expects, it cannot expect a part that is not there.
        end = running.evidence.halted or end
    if end is None:
        return Finding(check.name, Outcome.PASSED)
    if isinstance(end, CheckEnded):
        return with_credit(Finding(check.name, end.outcome, end.said), running)
    if isinstance(end, pytest.skip.Exception):
        left_out = Said(Role.FACT, "This check was left out: its points do not count.")
        return Finding(check.name, Outcome.SKIPPED, (left_out,), counts=False)
    if _is_failure(end, solution):
        text, visible = "", check.visibility is Visibility.VISIBLE
        if not running.evidence.differs:
            seen = running.evidence
            text = unequal(end, seen, folder) if visible else other_value(end, folder)
        text = text or words.failed(running.evidence, check.visibility)
        saw = Said(Role.SAW, text)
        return with_credit(Finding(check.name, Outcome.FAILED, (saw,)), running)
    broken = Said(
        Role.ERROR,
        "This check could not be run: that is not your fault, and your instructor can "
        "see why.",
    )
    return Finding(check.name, Outcome.GRADER_ERROR, (broken,))


def with_credit(finding: Finding, running: Running) -> Finding:
    """Return a finding with the points that the check gave before it ended."""
    given = running.evidence.credits
    if not given or finding.outcome not in (Outcome.FAILED, Outcome.ERROR):
        return finding
    what = "; ".join(
        f"{clean_line(why, 200)} ({100 * n:g} %)" for why, n in given.items()
    )
    told = Said(Role.FACT, f"Part of the points: {what}.")
    said = (*finding.said, told)
    return msgspec.structs.replace(finding, share=running.evidence.share, said=said)


def fault_of(running: Running, end: BaseException | None, solution: str | None) -> str:
    """Return what the instructor must know about a fault of a check or a solution."""
    # Not any text, which may hold a hidden input: this line ends in logs.
    what = str(end) if isinstance(end, CheckTooLong) else type(end).__name__
    if isinstance(end, _TOLD):
        what += f": {clean_line(str(end), _TEXT_CAP).rstrip('.')}"
    return f"{_place(end, solution)}, in {running.check.name}: {what}."


def told_of(
    finding: Finding, end: BaseException, solution: str | None
) -> tuple[Said, ...]:
    """Return where a check ended on the author's own program, and why.

    What an exception says comes last: it may be hidden, and is for the author alone.
    """
    # A KeyError's own text is in quotes.
    whole = end.message if isinstance(end, CheckEnded) else str(end)
    text = clean_line(whole, _TEXT_CAP).rstrip(".")
    place, kind = _place(end, solution), type(end).__name__
    match end:
        case CheckTooLong():
            said = [f"{place}: {text}"]
        case CheckEnded(text=own) if clean_line(own, _TEXT_CAP) not in text:
            said = [f"{place}:", f"{text}: {clean_line(own, _TEXT_CAP)}"]
        case CheckEnded():
            said = [f"{place}:", text]
        case _ if finding.outcome is Outcome.GRADER_ERROR:
            said = [f"{place}: {kind}:", text] if text else [f"{place}: {kind}"]
        case AssertionError() if text and finding.outcome is Outcome.FAILED:
            said = [f"{place}: {finding.message}", text]
        case _:
            said = [f"{place}: {finding.message.rstrip('.')}"]
    said[-1] += "."
    roles = (Role.ERROR, Role.FACT)
    return tuple(Said(role, part) for role, part in zip(roles, said, strict=False))


def _place(end: BaseException | None, solution: str | None) -> str:
    """Return the last line of a check or a solution on the way to an exception."""
    frames = traceback.extract_tb(end.__traceback__) if end else []
    own = [f for f in frames if f.filename == solution or _is_check_file(f.filename)]
    place = (own or frames)[-1]
    return f"{Path(place.filename).name}, line {place.lineno}"


def _is_check_file(filename: str) -> bool:
    return Path(filename).name.startswith("test_")


def _is_failure(end: BaseException, solution: str | None) -> bool:
    """Return whether an assert of the check itself did not hold.

    So it is where `pytest.raises` waits for an exception in vain. An assert in the
    solution that does not hold is the author's fault.
    """
    if not isinstance(end, AssertionError | pytest.fail.Exception):
        return False
    # Not `extract_tb`, which reads source lines: most checks that fail come this way.
    frames = traceback.walk_tb(end.__traceback__)
    return all(frame.f_code.co_filename != solution for frame, _ in frames)
