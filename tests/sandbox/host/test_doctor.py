"""`grader doctor`: green where the wall holds, and plain words where it does not."""

from __future__ import annotations

import functools
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from helpers import ROOT
from typed import typed

from grader.cli.doctor import doctor as command
from grader.cli.doctor import print_examination
from grader.course import COURSE_FILE
from grader.sandbox.host import doctor, tiers
from grader.sandbox.host.doctor import Examination, Fact, examine
from grader.sandbox.orders import Step, Targets
from grader.sandbox.worker import canary

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

SECRET = ROOT / "solutions" / COURSE_FILE


GREEN = Examination(
    tier="none", mechanisms=(), steps=(), attempts=(), versions=(), refusal=None
)


def test_doctor_is_green_here_and_names_tier_steps_canaries_and_versions(
    gate: Gate,
) -> None:
    done = typed("doctor", cwd=ROOT, gate=gate)

    assert (done.returncode, done.stderr) == (
        0,
        "nothing stands in the way of grading\n",
    )
    assert "SUCCEEDED" not in done.stdout
    for step in Step:
        assert f"lock-down: {step}: applied" in done.stdout
    for name in ("landlock", "seccomp", "root", "bubblewrap", "capabilities"):
        assert f"mechanism: {name}: " in done.stdout
    assert "canary: read a file beside the hidden checks: refused" in done.stdout
    for name in ("python", "kernel", "torch", "cores", "memory"):
        assert f"machine: {name}: " in done.stdout


def test_doctor_without_a_course_hides_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: list[Path] = []

    def looked_at(_: str, preload: tuple[str, ...], secret: Path) -> Examination:
        assert secret.is_file()
        assert preload == ("torch",)
        hidden.append(secret)
        return GREEN

    monkeypatch.setattr(doctor, "examine", looked_at)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command)

    assert done.exit_code == 0
    assert not hidden[0].exists()


def test_doctor_without_a_wall_tries_nothing_and_says_so() -> None:
    done = CliRunner().invoke(command, ["--sandbox", "none", "--course", str(ROOT)])

    assert done.exit_code == 0
    assert "canary:" not in done.stdout
    assert "without a wall" in done.stderr


def test_unknown_tier_is_wrong_use() -> None:
    done = CliRunner().invoke(command, ["--sandbox", "lndlock"])

    assert done.exit_code == 2
    assert "'lndlock' is not one of 'auto', 'landlock'" in done.stderr


def test_canary_reports_a_step_that_was_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each step in turn is left out in the attacks. No library is needed for it.
    monkeypatch.setattr(doctor, "Gate", functools.partial(doctor.Gate, bare=True))
    step, attempt = Step.LANDLOCK, "read a file beside the hidden checks"
    found = examine("auto", (), SECRET, without=(step,))
    succeeded = [fact.name for fact in found.attempts if fact.detail == "SUCCEEDED"]

    assert attempt in succeeded
    assert [fact.name for fact in found.steps if not fact.good] == [step]
    assert found.refusal is not None
    assert f"step left out: {step}" in found.refusal
    assert f"a canary could {attempt}" in found.refusal


@pytest.mark.parametrize(("user", "tried"), [(0, False), (65_000, True)])
def test_canary_tries_threads_only_where_they_are_counted(
    user: int,
    tried: bool,  # noqa: FBT001 - a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(canary.os, "getuid", lambda: user)
    targets = Targets(secret=str(SECRET), private=(), checker=1, zygote=1, folders=())

    assert ("use threads without end" in canary.attempts(targets)) is tried


def test_machine_without_any_tier_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 0)
    monkeypatch.setattr(tiers.os, "geteuid", lambda: 1000)
    found = examine("auto", (), SECRET)

    assert found.refusal is not None
    assert "expected Landlock" in found.refusal
    assert "bwrap" in found.refusal
    assert found.attempts == found.steps == ()
    assert found.versions


def test_looking_for_a_wall_starts_no_process() -> None:
    # A process of its own: libc is looked for once, and by landlockpy with a program.
    code = (
        "import sys\n"
        "def heard(event, _):\n"
        "    if event in ('subprocess.Popen', 'os.fork'): print(event)\n"
        "sys.addaudithook(heard)\n"
        "from grader.judging.session import facts_here\n"
        "from grader.sandbox.host.tiers import wall_of\n"
        "print(facts_here(wall_of('auto')).wall)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{tiers.wall_of('auto')}\n"


def test_canary_that_was_left_out_is_no_proof() -> None:
    steps = (Fact("landlock", True, "applied"),)

    assert "no canary" in (doctor._refusal("landlock", steps, ()) or "")


def test_lines_without_a_terminal_hold_every_fact(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fact = Fact("start a process", False, "SUCCEEDED")
    print_examination(
        Examination(
            tier="landlock+seccomp",
            mechanisms=(),
            steps=(),
            attempts=(fact,),
            versions=(),
            refusal="no",
        )
    )

    assert capsys.readouterr().out.splitlines() == [
        "sandbox: landlock+seccomp",
        "canary: start a process: SUCCEEDED",
    ]


def test_refusal_is_exit_2_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Examination(
        tier="landlock+seccomp",
        mechanisms=(),
        steps=(),
        attempts=(),
        versions=(),
        refusal="sandbox: expected Landlock, found none. Grade elsewhere.",
    )
    monkeypatch.setattr(doctor, "examine", lambda *_: found)
    done = CliRunner().invoke(command, ["--course", str(ROOT)])

    assert done.exit_code == 2
    assert "grader: sandbox: expected Landlock, found none. Grade" in done.stderr


def test_help_shows_an_example() -> None:
    done = CliRunner().invoke(command, ["--help"])

    assert "grader doctor " in done.stdout.split("Example:")[1]
