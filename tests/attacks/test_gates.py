"""Without every layer of the wall nothing is graded, and the message says why."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attacks import bundled
from attacks.attacking import HONEST, MARK, Arena

from grader.errors import OperatorError, UsageError
from grader.judging.starting import Nursery
from grader.sandbox.host import gate as gates
from grader.sandbox.host import tiers
from grader.sandbox.host.gate import CanaryReport, Gate
from grader.sandbox.orders import Step, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hidden") / "course.toml"
    path.write_text("".join(MARK))
    path.parent.chmod(0o700)
    return path


@pytest.fixture(scope="module")
def gates_open() -> Iterator[dict[str, Gate]]:
    """Return a gate for each mode, and for each step left out; they start together.

    Bubblewrap stands alone, as it does where there is no Landlock, and around it.
    """
    opened = {
        f"no {step}": Gate("landlock", (), without=(step,), bare=True) for step in Step
    }
    for mode in set(bundled.modes()) - {"landlock"}:
        opened[mode] = bundled.opened(mode)
    if AS_ROOT:
        opened["uid"] = Gate("uid", (), bare=True)
    yield opened
    for each in opened.values():
        each.__exit__()


@pytest.mark.parametrize("step", Step)
def test_grading_refuses_when_a_step_is_left_out(
    gates_open: dict[str, Gate], secret: Path, step: Step
) -> None:
    with pytest.raises(OperatorError, match=rf"lock-down: {step}\. Nothing was"):
        gates_open[f"no {step}"].prove(secret)


@pytest.mark.parametrize("step", Step)
def test_canary_notices_a_step_left_out_that_the_zygote_denies(
    gates_open: dict[str, Gate],
    secret: Path,
    step: Step,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if step is Step.PRIVILEGES and not AS_ROOT:
        # An ordinary user has no capabilities that could be left over.
        return
    steps = gates_open[f"no {step}"]._launcher.ready.steps  # type: ignore[union-attr]
    monkeypatch.setattr(gates_open[f"no {step}"], "_steps", steps)

    with pytest.raises(OperatorError, match="canary") as refused:
        gates_open[f"no {step}"].prove(secret)
    assert re.search(r"Nothing was graded", str(refused.value))


@pytest.mark.parametrize("mode", bundled.modes())
def test_mode_holds_and_grades(
    gate: Gate, gates_open: dict[str, Gate], mode: str, secret: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    chosen = gate if mode == "landlock" else gates_open[mode]
    # Checkers come from the same process in each mode; it takes long to start.
    gate.beside(Nursery)
    chosen._beside.update(gate._beside)
    report = chosen.prove(secret)
    with Arena(chosen, tmp_path) as arena:
        found = [] if mode == "landlock" else bundled.gained(arena, but=bundled.SHOWN)
        graded = arena.grade(HONEST)
        thief = arena.grade(
            HONEST + f"def probe(): return len(open({str(secret)!r}).read())\n"
        )

    assert chosen.name == f"{mode}+seccomp"
    assert len(report.tried) > 20
    assert graded.score == thief.score == 10
    assert thief.probe.outcome == "error"
    assert report.lacking == ()
    assert found == []


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user cannot have this tier")
def test_tier_of_users_is_refused_where_a_submission_could_be_read(
    gates_open: dict[str, Gate], secret: Path
) -> None:
    with tempfile.TemporaryDirectory(prefix="open-to-all-") as name:
        Path(name).chmod(0o755)
        (Path(name) / "double.py").write_text(HONEST)
        refusals = [said(gates_open["uid"], secret, Path(name))]
        Path(name).chmod(0o700)
        refusals.append(said(gates_open["uid"], secret, Path(name)))

    assert ["read a submission or a report" in each for each in refusals] == [True, 0]
    # Where /proc is not closed to others, this tier can never be had.
    assert all("read another process's arguments" in each for each in refusals)


def said(gate: Gate, secret: Path, private: Path) -> str:
    """Return why a gate gives no proof."""
    with pytest.raises(OperatorError) as refused:
        gate.prove(secret, (private,))
    return str(refused.value)


def test_canary_that_cannot_import_what_programs_do_refuses(
    gate: Gate, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = CanaryReport(("read a file",), (), ("import pdb",))
    monkeypatch.setattr(gate, "report", lambda *_: report)

    with pytest.raises(OperatorError, match=r"could not: import pdb\. Nothing"):
        gate.prove(secret)


def test_canary_that_is_without_a_limit_refuses(
    gate: Gate, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "use threads without end"
    report = CanaryReport(("read a file", endless), (endless,))
    monkeypatch.setattr(gate, "report", lambda *_: report)

    with pytest.raises(OperatorError, match=rf"could:\n  - {endless}\nNothing was"):
        gate.prove(secret)


def test_auto_takes_landlock_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 1)

    assert tiers._automatic() is Tier.LANDLOCK


def test_auto_takes_users_as_root_without_landlock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 0)
    monkeypatch.setattr(tiers.os, "geteuid", lambda: 0)

    assert tiers._automatic() is Tier.UID


def test_auto_never_goes_without_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "landlock_abi", lambda: 0)
    monkeypatch.setattr(tiers.os, "geteuid", lambda: 1000)

    with pytest.raises(OperatorError, match="Nothing was graded"):
        Gate("auto", ())


def test_users_cannot_be_had_by_an_ordinary_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tiers.os, "geteuid", lambda: 1000)

    with pytest.raises(OperatorError, match="--sandbox uid: expected root"):
        Gate("uid", ())


def test_bubblewrap_is_refused_where_it_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gates.outer, "works", lambda: False)

    with pytest.raises(OperatorError, match="--sandbox bwrap: expected bubblewrap"):
        Gate("bwrap", ())


def test_unknown_mode_is_refused() -> None:
    with pytest.raises(UsageError, match="--sandbox docker"):
        Gate("docker", ())
