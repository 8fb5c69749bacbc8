"""What a worker tells of its training runs is believed only where it is well formed."""

from __future__ import annotations

import pytest
import torch
from helpers import runs_told

from grader.judging.checks.training import Run
from grader.sandbox.worker.recorder import Recorder


def told() -> dict[str, object]:
    """Return one run as an honest worker tells of it."""
    recorder = Recorder()
    recorder.install()
    recorder.next_call()
    w = torch.ones(1, requires_grad=True)
    for _ in range(3):
        (w * 2).sum().backward()
    (run,) = recorder.report(99)
    recorder.uninstall()
    return run


GARBLED: dict[str, list[object]] = {
    "label": [None, 3],
    "line": [-1, 1 << 60, True, "1"],
    "function": [b""],
    "ago": [-1, 0.5],
    "passes": [2, -3, None],
    "steps": [float("nan")],
    "loss_numbers": [[0, 1, 2], torch.tensor([0, 2, 1]), torch.tensor([0, 1, 3])],
    "losses": [None, torch.ones(2), torch.ones(3, 1), torch.ones(3) * 1j],
    "numbers": [torch.ones(3), torch.tensor([0, 0, 1]), torch.zeros(0)],
    "weights": [[], [torch.ones(3, 2)], [torch.ones(2, 1)], ["w"], [torch.tensor(1)]],
    "gradients": [[torch.ones(3, 1)] * 2, [torch.ones(3, 1)] * 9000, {}],
    "end": [[], [torch.ones(2)], [torch.ones(1, dtype=torch.float64)], ["w"]],
}


def test_honest_record_is_read() -> None:
    (run,) = runs_told([told()]) or ()

    assert isinstance(run, Run)
    assert run.losses == (2.0, 2.0, 2.0)
    assert run.start == run.end == (torch.ones(1),)


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in GARBLED.items() for value in values],
)
def test_garbled_record_is_none(field: str, value: object) -> None:
    assert runs_told([{**told(), field: value}]) is None


@pytest.mark.parametrize("value", [None, {}, [None], [{}], [1] * 3, [[]]])
def test_what_is_no_list_of_runs_is_none(value: object) -> None:
    assert runs_told(value) is None
    assert runs_told([told()] * 65) is None
    assert runs_told([{**told(), "more": 1}]) is None
