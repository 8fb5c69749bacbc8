"""Commands as a test types them: in this process, behind the wall that tests share.

What a command prints and how it exits is as in a process of its own, and nothing has
to load torch for it.
"""

from __future__ import annotations

import gc
import io
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader import cli
from grader.judging import session
from grader.sandbox.host import doctor
from grader.sandbox.host import gate as gates
from grader.sandbox.host.tiers import wall_of
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

Done = subprocess.CompletedProcess[str]


def typed(
    *words: object,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    gate: Gate | None = None,
    own: bool = False,
) -> Done:
    """Return what a command prints and how it exits.

    Args:
        words: what follows `grader`.
        cwd: the folder in which it is typed.
        env: variables that are set for it.
        gate: the wall to judge behind, wherever the command would open the same one.
        own: whether to judge behind it what the command would judge without a wall, as
            on a student's own machine: that starts two processes anew.
    """
    line = ["grader", *map(str, words)]
    # The command replaces its streams, so these must not be the test's own.
    out, err = io.BytesIO(), io.BytesIO()
    threshold = gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", line)
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
        patch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8"))
        patch.setattr(signal, "signal", lambda *_: None)
        patch.chdir(cwd or Path.cwd())
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        if gate is not None:
            lend = _lending(gate)
            patch.setattr(gates, "Gate", lend)
            patch.setattr(doctor, "Gate", lend)
        if gate is not None and own:
            patch.setattr(session, "open_judges", behind(gate))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        sys.stdout.flush()
        sys.stderr.flush()
        printed = out.getvalue().decode(), err.getvalue().decode()
    gc.set_threshold(*threshold)
    assert isinstance(ended.value.code, int)
    return Done(line, ended.value.code, *printed)


def behind(gate: Gate) -> Any:
    """Return what opens judges as always, and those without a wall behind this one."""
    opened = session.open_judges

    def opening(course: Course, *, sandbox: str = "auto", **how: Any) -> Any:
        if sandbox == NO_WALL:
            return opened(course, gate=gate, **how)
        return opened(course, sandbox=sandbox, **how)

    return opening


def _lending(gate: Gate) -> Any:
    """Return what opens a wall, or lends this one where that is the same."""
    opened = gates.Gate

    def lend(
        mode: str, preload: tuple[str, ...], **how: Any
    ) -> AbstractContextManager[Gate]:
        same = wall_of(mode) == gate.name and set(preload) <= set(gate.preload)
        if same and not how.get("without"):
            return nullcontext(gate)
        return opened(mode, preload, **how)

    return lend
