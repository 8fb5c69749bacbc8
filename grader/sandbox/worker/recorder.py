"""Records the training that a program does, without knowing any of its names.

It hooks `torch.autograd.backward`, which `Tensor.backward` calls, and the steps of
optimizers. A program that trains without them leaves no record, and that is no fault.

A run begins with a backward pass and goes on as long as passes reach the same leaf
tensors. It ends with its piece of the program: a statement at top level, or a call.
So a trial model is a run of its own, and so is the second run of a cell. Where each
step makes new leaves of the same shapes in the same line, that is one run as well; such
leaves have one pass each.

The first leaf on the leftmost path of a pass's graph tells which leaves the pass
reaches; the whole graph is walked only when that leaf is new. Each of a run's first
passes is looked at, later every 32nd, and every pass from another place in the code.

Nothing here may change a number, raise into the program, or grow without bound. The
tensors and optimizers that are looked at are the program's, and may raise anything: any
`Exception` ends the look and is dropped. An interruption goes through.
"""

from __future__ import annotations

import functools
import linecache
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker.runs import Recording, Torch
from grader.sandbox.worker.watching import when_imported

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Sequence

    import torch

RUNS_KEPT: Final = 16
"""How many runs are kept: the last ones of the loading, and as many of the calls."""

_FRAMES_CAP: Final = 200

_Place = tuple[str, int, str]


class Recorder:
    """The runs of one program, and the hooks that see them."""

    def __init__(self) -> None:
        self._own: Torch | None = None
        self._seeing = False
        self._loading = True
        self._calls = 0
        self._open: dict[int, Recording] = {}
        self._last: Recording | None = None
        self._skipped = 0
        self._called_at = 0
        self._stepping: dict[int, Recording] = {}
        self._loaded: deque[Recording] = deque(maxlen=RUNS_KEPT)
        self._called: deque[Recording] = deque(maxlen=RUNS_KEPT)
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        """Hook into torch: now, or when the program imports it."""
        self._undo.append(when_imported("torch", self._hook))

    def uninstall(self) -> None:
        """Leave torch as it was."""
        self.rest()
        while self._undo:
            self._undo.pop()()

    def forget(self) -> None:
        """Forget all runs, because another program will be loaded."""
        self.rest()
        self._loaded.clear()
        self._called.clear()

    def next_piece(self) -> None:
        """Note that the next piece of the program runs now."""
        self.rest()
        self._loading = True
        self._seeing = True

    def next_call(self) -> None:
        """Note that a function of the program is called now."""
        self.rest()
        self._loading = False
        self._calls += 1
        self._seeing = True

    def rest(self) -> None:
        """End all runs; what happens until the next piece or call is not recorded."""
        self._seeing = False
        for run in set(self._open.values()):
            self._close(run)
        self._open.clear()
        self._stepping.clear()
        self._last = None

    def report(self, calls: int) -> list[dict[str, object]]:
        """Return runs as plain data: the loading's, then those of the last calls."""
        self.rest()
        if self._own is None:
            return []
        with self._own.plainly():
            latest = self._latest(calls)
            return [run.report(self._calls) for run in (*self._loaded, *latest)]

    def passes(self, calls: int) -> int:
        """Return how many backward passes the longest run of the last calls made."""
        self.rest()
        return max((run.passes for run in self._latest(calls)), default=0)

    def _latest(self, calls: int) -> list[Recording]:
        first = self._calls - calls
        return [run for run in self._called if run.call is None or run.call > first]

    def _hook(self, torch: types.ModuleType) -> None:
        try:
            self._own = Torch(torch)
            original = torch.autograd.backward
            optimizers = sys.modules["torch.optim.optimizer"]
            handle = optimizers.register_optimizer_step_post_hook(self._stepped)
        except (
            AttributeError,
            KeyError,
        ):  # a module of the program's with torch's name
            return
        torch.autograd.backward = self._seen_by(original)
        self._undo.append(handle.remove)
        self._undo.append(lambda: setattr(torch.autograd, "backward", original))

    def _seen_by(self, original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def backward(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - torch's to say
            original(*args, **kwargs)
            if self._seeing and self._looks():
                self._went_back(args[0] if args else kwargs["tensors"])

        return backward

    def _looks(self) -> bool:
        """Return whether to look at a pass: each in the beginning, later some."""
        if self._last is None or not self._last.patience:
            self._skipped = 0
            return True
        # A look costs some 10 us, a fifth of the lightest training's pass.
        # From ours on: `Tensor.backward`, its caller, and the caller of that.
        place, frame = 0, sys._getframe(1)  # noqa: SLF001 - nothing else tells
        for _ in range(4):
            place = (place << 20) + frame.f_lasti
            if frame.f_back is None:
                break
            frame = frame.f_back
        if place == self._called_at:
            if self._skipped < self._last.patience:
                self._skipped += 1
                self._last.passes += 1
                return False
        else:
            self._skipped = 0
            self._called_at = place
        return True

    def _went_back(self, tensors: torch.Tensor | Sequence[torch.Tensor]) -> None:
        """Keep a backward pass that has happened."""
        own = self._own
        try:
            if own is None or own.dispatch_modes():
                return
            with own.plainly():
                loss = tensors if isinstance(tensors, own.Tensor) else tensors[0]
                first = own.first_leaf(loss)
                run = self._last if first is None else self._open.get(id(first))
                if run is None:
                    run = self._begun(own, loss)
                self._last = run
                if run is not None:
                    run.add(loss)
                self._skipped = 0
        except Exception:
            return

    def _begun(self, own: Torch, loss: torch.Tensor) -> Recording | None:
        """Return the run that new leaves belong to: a new one, or one that goes on."""
        leaves = own.leaves(loss)
        if not leaves:
            return None
        place, last = _place(), self._last
        kinds = [(leaf.shape, leaf.dtype) for leaf in leaves]
        if (
            last is not None
            and last.lived == 1
            and last.place == place
            and last.kinds == kinds
        ):
            for leaf in last.leaves:
                self._open.pop(id(leaf), None)
            last.replace(leaves)
            run = last
        else:
            run = self._new(own, leaves, place)
        for leaf in leaves:
            self._open[id(leaf)] = run
        return run

    def _new(self, own: Torch, leaves: list[torch.Tensor], place: _Place) -> Recording:
        runs = self._loaded if self._loading else self._called
        if len(runs) == RUNS_KEPT:
            oldest = runs[0]
            self._open = {i: r for i, r in self._open.items() if r is not oldest}
        run = Recording(own, leaves, place, None if self._loading else self._calls)
        if self._skipped:
            run.passes = 1  # it began unseen: what is seen first is not its start
        runs.append(run)
        return run

    def _stepped(
        self, optimizer: torch.optim.Optimizer, _args: object, _kwargs: object
    ) -> None:
        """Count a step of an optimizer that holds a leaf of a run."""
        if not self._seeing:
            return
        known = self._stepping.get(id(optimizer))
        if known is not None:
            known.steps += 1
            return
        try:
            for group in optimizer.param_groups:
                for parameter in group["params"]:
                    run = self._open.get(id(parameter))
                    if run is not None:
                        run.steps += 1
                        run.optimizers.append(optimizer)
                        self._stepping[id(optimizer)] = run
                        return
        except Exception:
            return

    def _close(self, run: Recording) -> None:
        own = self._own
        try:
            if own is not None:
                with own.plainly():
                    run.close()
        except Exception:
            run.leaves = []


def _place() -> _Place:
    """Return label, line and function of the innermost frame of the program's own."""
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - a traceback costs more
    for _ in range(_FRAMES_CAP):
        if frame is None:
            break
        entry = linecache.cache.get(frame.f_code.co_filename)
        # Only a student's source was put there without a time of change.
        if entry is not None and len(entry) > 1 and entry[1] is None:
            name = frame.f_code.co_name
            function = "" if name == "<module>" else name
            return frame.f_code.co_filename, frame.f_lineno, function
        frame = frame.f_back
    return "", 0, ""
