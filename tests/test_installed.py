"""What is installed is known from the names of folders, as the library tells it."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import pytest

from grader.installed import AddOn, add_ons, is_installed, told_of, version

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["torch", "numpy", "msgspec", "Hypothesis"])
def test_version_is_the_one_that_the_library_tells(name: str) -> None:
    assert version(name) == importlib.metadata.version(name)


def test_version_of_what_is_not_installed_is_refused() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        version("no-such-thing")


@pytest.mark.parametrize("name", ["charset-normalizer", "Charset_Normalizer"])
def test_library_is_found_however_its_name_is_written(name: str) -> None:
    assert is_installed(name)
    assert not is_installed(f"{name}-2")


@pytest.mark.parametrize("ending", ["dist-info", "egg-info"])
def test_plugins_of_other_packages_come_after_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    told = tmp_path / f"theirs-1.0.{ending}"
    told.mkdir()
    told.joinpath("METADATA").write_text("Name: theirs\nVersion: 1.0\n")
    told.joinpath("PKG-INFO").write_text("Name: theirs\nVersion: 1.0\n")
    told.joinpath("entry_points.txt").write_text(
        "[grader.tried]\nmine = os:sep\nown = os.path:join\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = add_ons("grader.tried", {"own": "math:pi"})

    assert found == {
        "own": AddOn("own", "math:pi"),
        "mine": AddOn("mine", "os:sep"),
    }
    assert found["own"].load() == pytest.approx(3.14159, abs=1e-5)


def test_what_describes_a_library_is_read_as_the_library_does() -> None:
    told = importlib.metadata.distribution("msgspec").read_text("RECORD")

    assert told_of("msgspec", "RECORD") == told
    assert told_of("msgspec", "none.txt") == told_of("no-such-thing", "RECORD") == ""


def test_no_package_adds_to_a_group_that_none_names() -> None:
    assert add_ons("grader.untried", {}) == {}
