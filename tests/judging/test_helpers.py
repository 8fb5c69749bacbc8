"""A module that came with a program is imported by it, behind the wall as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from helpers import program

from grader.model import Block, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Verdict

BESIDE = (
    Block("near_by.py", b"from far_off import two\ndef twice(x): return two * x\n"),
    Block("far_off.py", b"two = 2\n"),
)


def test_program_imports_a_module_that_came_with_it(
    judge_small: Callable[..., Verdict],
) -> None:
    work = program("from near_by import twice\ndef double(x): return twice(x)\n")
    alone = judge_small(work)
    helped = judge_small(msgspec.structs.replace(work, helpers=BESIDE))

    assert {finding.outcome for finding in helped.findings} == {Outcome.PASSED}
    assert Outcome.PASSED not in {finding.outcome for finding in alone.findings}
