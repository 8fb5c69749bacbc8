"""Modules of the student's own, imported from texts."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker.helpers import offer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _withdrawn() -> Iterator[None]:
    yield
    offer({})


def test_text_is_a_module_that_can_import_another() -> None:
    offer({"near_by.py": "from far_off import x\ny = x + 1\n", "far_off.py": "x = 1\n"})

    assert importlib.import_module("near_by").y == 2
    assert importlib.import_module("near_by").__file__ == "near_by.py"


def test_notebook_that_a_program_runs_is_no_module() -> None:
    offer({"near_by.ipynb": "x = 1\n"})

    with pytest.raises(ModuleNotFoundError, match="near_by"):
        importlib.import_module("near_by")


def test_library_goes_before_a_text_of_its_name() -> None:
    offer({"textwrap.py": "x = 1\n"})
    sys.modules.pop("textwrap", None)

    assert importlib.import_module("textwrap").dedent


def test_what_one_program_has_no_other_program_finds() -> None:
    offer({"near_by.py": "x = 1\n"})
    importlib.import_module("near_by")
    offer({"other.py": "x = 2\n"})

    with pytest.raises(ModuleNotFoundError, match="near_by"):
        importlib.import_module("near_by")


def test_text_that_is_no_python_raises_where_it_is_imported() -> None:
    offer({"near_by.py": "def f(:\n"})

    with pytest.raises(SyntaxError) as info:
        importlib.import_module("near_by")

    assert info.value.filename == "near_by.py"


def test_folder_of_texts_is_a_package() -> None:
    offer(
        {
            "near/by.py": "from . import one\nfrom .two.more import y\nz = one.x + y\n",
            "near/one.py": "x = 1\n",
            "near/two/__init__.py": "",
            "near/two/more.py": "y = 2\n",
        }
    )

    assert importlib.import_module("near.by").z == 3
    assert importlib.import_module("near.two.more").__file__ == "near/two/more.py"


def test_file_that_makes_a_folder_a_package_runs() -> None:
    offer({"near/__init__.py": "from near.one import x\n", "near/one.py": "x = 1\n"})

    assert importlib.import_module("near").x == 1
