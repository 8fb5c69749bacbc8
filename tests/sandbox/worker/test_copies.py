"""What a rehearsal copies, so that no other program's call can change it."""

from __future__ import annotations

from typing import cast

import torch

from grader.sandbox.worker.operations import own


def copied(value: torch.Tensor) -> torch.Tensor:
    (made,) = cast("list[torch.Tensor]", own([value], (), ""))
    return made


def test_copy_of_a_leaf_has_its_gradient() -> None:
    weight = torch.tensor([1.0], requires_grad=True)
    torch.autograd.backward((3 * weight).sum())
    made = copied(weight)
    assert weight.grad is not None
    weight.grad.zero_()

    assert made.requires_grad
    assert made.grad is not None
    assert made.grad.item() == 3.0


def test_copy_of_what_has_no_gradient_has_none() -> None:
    weight = torch.tensor([1.0], requires_grad=True)

    assert copied(weight).grad is None
    assert copied(2 * weight).grad is None
    assert not copied(torch.tensor([1, 2])).requires_grad
