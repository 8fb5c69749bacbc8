"""The recorder sees each training run, and leaves no mark on what it sees."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
import torch
from helpers import runs_told

from grader.sandbox.worker.program import Runner, new_module
from grader.sandbox.worker.recorder import RUNS_KEPT, Recorder
from grader.sandbox.worker.runs import (
    EACH_SEEN,
    LOSSES_HEAD,
    LOSSES_TAIL,
    PATIENCE,
    Thinned,
)

if TYPE_CHECKING:
    import types
    from collections.abc import Iterator

    from grader.judging.checks.training import Run

DATA = """\
import torch
x_data, y_data = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]
def loss(w, x, y):
    return (w * x - y) * (w * x - y)
"""
START = "w = torch.tensor([1.0], requires_grad=True)\n"
LOOP = """\
for epoch in range(10):
    for x, y in zip(x_data, y_data):
        l = loss(w, x, y)
        l.backward()
        w.data = w.data - 0.01 * w.grad.data
        w.grad.data.zero_()
"""
MODEL = """\
torch.manual_seed(3)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
def fit(model, optimizer, epochs):
    x, y = torch.tensor([[1.0], [2.0]]), torch.tensor([[2.0], [4.0]])
    for _ in range(epochs):
        optimizer.zero_grad()
        ((model(x) - y) ** 2).sum().backward()
        optimizer.step()
"""


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    made.install()
    yield made
    made.uninstall()


def run(recorder: Recorder, *cells: str, kind: str = "notebook") -> types.ModuleType:
    """Return the module in which these cells have run, recorded."""
    main, argv = sys.modules["__main__"], sys.argv
    try:
        module = new_module("work.py")
        blocks = [(f"cell {i}", cell) for i, cell in enumerate(cells, 1)]
        of_cells = kind == "notebook"
        runner = Runner(module, cells=of_cells, before=recorder.next_piece)
        runner.run(blocks)
    finally:
        sys.modules["__main__"], sys.argv = main, argv
    recorder.rest()
    assert runner.failures == []
    return module


def runs(recorder: Recorder) -> tuple[Run, ...]:
    found = runs_told(recorder.report(99))
    assert found is not None
    return found


def numbers(weights: tuple[torch.Tensor, ...] | None) -> list[float]:
    return [float(w) for w in weights or ()]


def test_loop_at_top_level_is_one_run_with_losses_weights_and_place(
    recorder: Recorder,
) -> None:
    run(recorder, DATA, START + LOOP)
    (found,) = runs(recorder)

    assert (found.label, found.line, found.function) == ("cell 2", 5, "")
    assert (found.passes, found.steps, found.calls_ago) == (30, 0, None)
    assert found.losses[29] == pytest.approx(0.0319, rel=2e-3)
    assert numbers(found.start) == [1.0]
    assert numbers(found.end) == [1.9512161016464233]
    assert numbers(found.gradients[1]) == pytest.approx([-7.84])
    assert numbers(found.weights[1]) == pytest.approx([1.02])


def test_run_in_a_function_is_named_by_it_and_counts_its_steps(
    recorder: Recorder,
) -> None:
    run(recorder, "import torch\n" + MODEL, "fit(model, optimizer, 7)")
    (found,) = runs(recorder)

    assert (found.label, found.line, found.function) == ("cell 1", 9, "fit")
    assert (found.passes, found.steps) == (7, 7)
    assert sorted(len(w.shape) for w in found.start or ()) == [1, 2]


@pytest.mark.parametrize("epochs", [5, 100])
def test_trial_model_in_the_same_cell_is_a_run_of_its_own(
    recorder: Recorder, epochs: int
) -> None:
    trial = f"fit(model, optimizer, {epochs})\n"
    module = run(recorder, "import torch\n" + MODEL + trial + MODEL + trial)
    first, second = runs(recorder)

    assert first.passes == second.passes == second.steps == epochs
    assert second.start is not None
    assert first.start is not None
    assert all(map(torch.equal, first.start, second.start))
    assert sorted(numbers(second.end)) == sorted(
        p.item() for p in module.model.parameters()
    )


def test_start_that_nobody_saw_is_not_told(recorder: Recorder) -> None:
    trials = """\
for _ in range(2):
    model = torch.nn.Linear(1, 1)
    fit(model, torch.optim.SGD(model.parameters(), lr=0.01), 67)
"""
    run(recorder, "import torch\n" + MODEL, trials)
    first, second = runs(recorder)

    assert first.start is not None
    assert second.start is None


def test_cell_that_is_run_twice_is_two_runs(recorder: Recorder) -> None:
    run(recorder, DATA + START, LOOP, LOOP)
    first, second = runs(recorder)

    assert (first.label, second.label) == ("cell 2", "cell 3")
    assert first.end == second.start
    assert first.passes == second.passes == 30


def test_script_s_statements_are_runs_of_their_own(recorder: Recorder) -> None:
    run(recorder, DATA + START + LOOP + "loss(w, 4, 8).backward()\n", kind="script")

    assert [found.passes for found in runs(recorder)] == [30, 1]


def test_new_leaf_at_each_step_is_one_run_whose_end_nobody_sees(
    recorder: Recorder,
) -> None:
    step = "        w = (w - 0.01 * w.grad).detach().requires_grad_()\n"
    run(recorder, DATA, START + "".join(LOOP.splitlines(True)[:4]) + step)
    (found,) = runs(recorder)

    assert found.passes == 30
    assert found.end is None
    assert numbers(found.weights[1]) == pytest.approx([1.02])


def test_program_without_backward_has_no_record(recorder: Recorder) -> None:
    module = run(
        recorder,
        DATA + START,
        "g, = torch.autograd.grad(loss(w, 1.0, 2.0), w)",
        "def gradient(w, x, y): return 2 * x * (w * x - y)",
        "g = gradient(1.0, 2.0, 4.0)",
    )

    assert runs(recorder) == ()
    assert module.g == -8


def test_backward_of_the_module_and_of_the_tensor_are_both_seen_once(
    recorder: Recorder,
) -> None:
    run(
        recorder,
        DATA + START,
        "torch.autograd.backward(loss(w, 1.0, 2.0))",
        "torch.autograd.backward(tensors=[loss(w, 1.0, 2.0)])",
        "loss(w, 1.0, 2.0).backward()",
    )

    assert [(r.passes, r.losses) for r in runs(recorder)] == [(1, (1.0,))] * 3


def test_program_that_patches_backward_is_still_seen(recorder: Recorder) -> None:
    before = torch.Tensor.backward
    patch = """\
count = 0
old = torch.Tensor.backward
def counted(self, *args, **kwargs):
    global count
    count += 1
    return old(self, *args, **kwargs)
torch.Tensor.backward = counted
torch.Tensor.item = torch.Tensor.tolist = None
"""
    item, tolist = torch.Tensor.item, torch.Tensor.tolist
    try:
        module = run(recorder, DATA + START + patch, LOOP)
    finally:
        torch.Tensor.backward = before  # type: ignore[method-assign]
        del torch.Tensor.item, torch.Tensor.tolist
    assert (torch.Tensor.item, torch.Tensor.tolist) == (item, tolist)
    (found,) = runs(recorder)

    assert module.count == found.passes == 30


def test_recording_changes_no_bit() -> None:
    def trained(*, recorded: bool) -> list[torch.Tensor]:
        torch.manual_seed(5)
        model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        recorder = Recorder()
        if recorded:
            recorder.install()
            recorder.next_call()
        for _ in range(200):
            optimizer.zero_grad()
            x = torch.randn(8, 3)
            ((model(x) - x.sum(1, keepdim=True)) ** 2).mean().backward()
            optimizer.step()
        assert len(recorder.report(99)) == recorded
        recorder.uninstall()
        return [p.detach() for p in model.parameters()] + [torch.rand(1)]

    assert all(map(torch.equal, trained(recorded=False), trained(recorded=True)))


def test_what_fails_inside_the_recorder_stays_there(recorder: Recorder) -> None:
    recorder.next_call()
    w = torch.ones(2, 3, requires_grad=True)
    w.sum().backward()
    w.data = torch.ones(3, 2)
    w.grad = None
    w.sum().backward()
    table = torch.nn.Embedding(3, 2, sparse=True)
    table(torch.tensor([1])).sum().backward()
    with pytest.raises(RuntimeError, match="scalar outputs"):
        (w * 2).backward()
    reshaped, sparse = runs(recorder)

    assert (reshaped.passes, reshaped.weights) == (2, ())
    assert sparse.passes == 1
    assert all(map(torch.isnan, sparse.gradients[0][0].flatten()))


def test_mode_or_subclass_of_the_program_is_not_called(recorder: Recorder) -> None:
    calls: list[str] = []

    class Spy(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN206
            calls.append(func.__name__)
            return super().__torch_function__(func, types, args, kwargs)

    def train() -> list[str]:
        w = torch.ones(2).as_subclass(Spy).requires_grad_()
        calls.clear()
        (w * w).sum().backward()
        return list(calls)

    quiet = train()
    recorder.next_call()

    assert train() == quiet
    assert len(runs(recorder)) == 1


def test_record_is_bounded_however_much_is_trained(recorder: Recorder) -> None:
    recorder.next_call()
    w = torch.ones(1, requires_grad=True)
    for _ in range(3000):
        (w * w).sum().backward()
    for _ in range(3 * RUNS_KEPT):
        for _ in range(2):
            v = torch.ones(1, requires_grad=True)
            (v * v).sum().backward()
            (v * v).sum().backward()
    found = runs(recorder)

    assert len(found) == RUNS_KEPT
    assert len(recorder._open) == 0


def test_long_run_keeps_its_beginning_and_a_thinner_and_thinner_rest(
    recorder: Recorder,
) -> None:
    recorder.next_call()
    w = torch.ones(1, requires_grad=True)
    for _ in range(20_000):
        (w * w).sum().backward()
    (found,) = runs(recorder)

    assert found.passes == 20_000
    assert found.loss_numbers[:EACH_SEEN] == tuple(range(EACH_SEEN))
    assert len(found.losses) <= LOSSES_HEAD + LOSSES_TAIL
    assert len(found.weights) <= 128
    assert found.numbers[-1] > 19_000


def test_long_training_is_looked_at_a_few_times_only(recorder: Recorder) -> None:
    # Looks are what takes time; time itself is too noisy for a test.
    looks = 0
    went_back = recorder._went_back

    def counted(tensors: torch.Tensor) -> None:
        nonlocal looks
        looks += 1
        went_back(tensors)

    recorder._went_back = counted  # type: ignore[assignment,method-assign]
    run(recorder, "import torch\n" + MODEL, "fit(model, optimizer, 1000)")
    (found,) = runs(recorder)

    assert (found.passes, found.steps) == (1000, 1000)
    # It looks once more: where it begins to skip, it does not know the place yet.
    assert looks == EACH_SEEN + 1 + (999 - EACH_SEEN) // (PATIENCE + 1)


def test_large_model_has_losses_and_no_weights(recorder: Recorder) -> None:
    recorder.next_call()
    torch.nn.Linear(300, 300)(torch.ones(300)).sum().backward()
    (found,) = runs(recorder)

    assert (len(found.losses), found.weights, found.start, found.end) == (
        1,
        (),
        None,
        None,
    )


def test_thinned_keeps_every_second_of_the_rest_when_it_is_full() -> None:
    kept = Thinned(2, 3)
    for number in range(10):
        if kept.wants():
            kept.add(number, None)

    assert [number for number, _ in kept.all()] == [0, 1, 2, 6]


def test_rest_is_not_recorded_and_uninstalling_leaves_torch_as_it_was() -> None:
    before = torch.autograd.backward
    recorder = Recorder()
    recorder.install()
    torch.ones(1, requires_grad=True).backward()
    found = recorder.report(99)
    recorder.uninstall()

    assert found == []
    assert torch.autograd.backward is before
