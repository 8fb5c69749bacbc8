"""What a check asks for by its helpers is no unrelated function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.proving.asked import asked_in

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = """
import pytest

def pair(student):
    return student.LoRA(base(student), 2)

def base(student):
    return student.Base() or pair(student)

@pytest.fixture
def trained(student):
    return student.train()

def test_forward(student):
    assert pair(student)(1) == student.forward(1)

class TestMore:
    def test_fixture(self, trained):
        assert trained

@grader.about("area")
def test_said(student):
    assert pair(student)

def test_alone(student):
    assert student.area(1)
"""


def test_helpers_and_fixtures_count(tmp_path: Path) -> None:
    path = tmp_path / "test_hidden.py"
    path.write_text(CHECKS)
    asked = asked_in([path])

    assert asked["test_forward"] == {"forward", "LoRA", "Base"}
    assert asked["test_fixture"] == {"train"}
    assert asked["test_said"] == set()
    assert asked["test_alone"] == {"area"}
