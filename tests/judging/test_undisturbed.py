"""Checks mean the same whatever the environment says to Python and to pytest."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.errors import OperatorError
from grader.judging.plugin import undisturbed
from grader.sandbox.environment import checkers_environment, clean_environment

LIKED = {"PYTEST_ADDOPTS": "-k nothing", "PYTEST_PLUGINS": "no_such_plugin"}


def test_pytest_does_not_see_what_its_user_likes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in LIKED.items():
        monkeypatch.setenv(name, value)

    with undisturbed():
        seen = LIKED.keys() & os.environ.keys()
        quiet = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")

    assert seen == set()
    assert quiet == "1"
    assert {name: os.environ.get(name) for name in LIKED} == LIKED
    assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ


def test_pytest_that_is_stopped_leaves_the_environment_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")

    with pytest.raises(KeyboardInterrupt), undisturbed():
        raise KeyboardInterrupt

    assert os.environ["PYTEST_ADDOPTS"] == "-x"


def test_checker_gets_its_asserts_and_no_warnings_as_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-x")
    monkeypatch.setenv("MINE", "kept")

    env = checkers_environment()

    assert env.keys() & {"PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTEST_ADDOPTS"} == set()
    assert env["MINE"] == "kept"
    assert env["OMP_NUM_THREADS"] == "1"


@pytest.mark.parametrize(
    "name", ["PYTHONHASHSEED", "PYTHONUTF8", "OMP_NUM_THREADS", "MPLBACKEND"]
)
def test_checks_and_programs_meet_the_same_on_each_machine(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found = []
    for value in ("7", "TkAgg"):
        monkeypatch.setenv(name, value)
        found.append((checkers_environment()[name], clean_environment()[name]))

    assert found[0] == found[1]
    assert name == "MPLBACKEND" or len(set(found[0])) == 1


def test_python_without_asserts_judges_nothing() -> None:
    code = "from grader.judging.plugin import undisturbed as u\nwith u(): print('ran')"
    done = subprocess.run(
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.stdout == ""
    assert OperatorError.__name__ in done.stderr
    assert "PYTHONOPTIMIZE" in done.stderr
