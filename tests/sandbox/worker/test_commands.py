"""No command runs: each ends as one that was not found, and the program goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.worker import lacks
from grader.sandbox.worker.program import Runner, new_module
from grader.sandbox.worker.unattended import Unattended

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _nobody_there() -> Iterator[None]:
    main, argv, made = sys.modules["__main__"], sys.argv, Unattended()
    lacks.forget()
    made.install()
    yield
    made.uninstall()
    lacks.forget()
    sys.modules["__main__"], sys.argv = main, argv


def run(source: str) -> tuple[dict[str, Any], list[dict[str, object]]]:
    module = new_module("work.py")
    runner = Runner(module, cells=True)
    runner.run([("cell 1", source)])
    return module.__dict__, runner.failures


def met() -> list[str]:
    return [lack.kind for lack in lacks.latest()]


COMMANDS = {
    "a list": "import subprocess\nx = subprocess.run(['clear']).returncode",
    "a text": "import subprocess\nx = subprocess.call('cls', shell=True)",
    "os.system": "import os\nx = os.system('clear') >> 8",
    "what it says": "import subprocess\nx, _ = subprocess.getstatusoutput('top')",
    "a pipe": (
        "import os\nwith os.popen('ls') as said:\n    assert said.read() == ''\nx = 127"
    ),
    "a pipe of bytes": (
        "import subprocess as s\np = s.Popen(['ls'], stdout=s.PIPE)\n"
        "assert p.communicate() == (b'', None)\nx = p.wait(timeout=3)"
    ),
    "captured": (
        "from subprocess import run\nr = run(['ls'], capture_output=True, text=True)\n"
        "x = r.returncode\nassert (r.stdout, r.stderr) == ('', '')"
    ),
    "insisting, and ready for it": (
        "import subprocess as s\ntry:\n    s.check_output(['git', 'log'])\n"
        "except s.CalledProcessError as error:\n    x = error.returncode"
    ),
}


@pytest.mark.parametrize("source", COMMANDS.values(), ids=COMMANDS.keys())
def test_command_ends_as_one_that_was_not_found(source: str) -> None:
    names, failures = run(source)

    assert (names["x"], failures) == (127, [])
    assert met() == ["shell"]


def test_who_insists_on_a_command_is_told_that_it_failed() -> None:
    _, (failed,) = run("import subprocess\nsubprocess.run(['make', 'all'], check=True)")

    assert failed["type"] == "CalledProcessError"
    assert [lack.name for lack in lacks.latest()] == ["make all"]


def test_command_that_a_library_tries_is_not_told() -> None:
    _, failures = run(
        "import ctypes.util, platform\nctypes.util.find_library('m')\n"
        "platform._Processor.from_subprocess()"
    )

    assert (failures, met()) == ([], [])


def test_program_that_asks_who_runs_it_is_told_nobody_s_name() -> None:
    names, failures = run(
        "import getpass, os\nx = {getpass.getuser(), os.getlogin()}\n"
    )

    assert (names["x"], failures) == ({"student"}, [])
