"""What the recorder keeps of one training run, and how it reads tensors.

It is bounded: of many backward passes some are dropped, of many weights all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import types
    from collections.abc import Sequence

    import torch

LOSSES_HEAD: Final = 512
LOSSES_TAIL: Final = 512
STATES_HEAD: Final = 64
STATES_TAIL: Final = 64
EACH_SEEN: Final = 64
"""How many passes of a run are all looked at; after these, only a few are."""
PATIENCE: Final = 31
NUMBERS_CAP: Final = 1 << 15
"""With more weights than this, a run has losses only."""

_LEAVES_CAP: Final = 64
_SMALL: Final = 16
_HOPS: Final = 64
_NODES_CAP: Final = 2_000


class Thinned:
    """The first items with their numbers, later every second, fourth, ... one."""

    def __init__(self, head: int, tail: int) -> None:
        self._head = head
        self._tail = tail
        self._stride = 1
        self._first: list[tuple[int, Any]] = []
        self._later: list[tuple[int, Any]] = []
        self._count = 0

    def wants(self) -> bool:
        """Count one more item; return whether it is to be kept."""
        index = self._count - self._head
        self._count += 1
        return index < 0 or index % self._stride == 0

    def add(self, number: int, item: object) -> None:
        """Keep an item; drop every second later one when there are too many."""
        kept = self._later if len(self._first) == self._head else self._first
        kept.append((number, item))
        if len(self._later) > self._tail:
            self._later = self._later[::2]
            self._stride *= 2

    def all(self) -> list[tuple[int, Any]]:
        """Return what was kept, in order."""
        return self._first + self._later


class Torch:
    """The functions of torch that the recorder uses, as they were before the program.

    A program that replaces one of them does not change the record, and none of the
    program's own code runs: not that of a subclass, not that of a mode.
    """

    def __init__(self, torch: types.ModuleType) -> None:
        self.Tensor = tensor = torch.Tensor
        self.tensor, self.stack, self.full = torch.tensor, torch.stack, torch.full
        self.float64, self.int64 = torch.float64, torch.int64
        self.item, self.tolist, self.numel = tensor.item, tensor.tolist, tensor.numel
        self.detach, self.clone, self.to = tensor.detach, tensor.clone, tensor.to
        self.strided = torch.strided
        self._dtypes = {
            *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
            *(torch.complex64, torch.complex128),
        }
        self.grad_of = tensor.grad.__get__
        self.node_of = tensor.grad_fn.__get__
        self.plainly = torch._C.DisableTorchFunction  # noqa: SLF001 - nothing public does it
        self.dispatch_modes = torch._C._len_torch_dispatch_stack  # noqa: SLF001 - as above

    def can_cross(self, tensor: torch.Tensor | None) -> bool:
        """Return whether this is a tensor of plain numbers."""
        return (
            tensor is not None
            and tensor.layout == self.strided
            and tensor.dtype in self._dtypes
        )

    def first_leaf(self, loss: torch.Tensor) -> torch.Tensor | None:
        """Return the leaf at the end of the leftmost path; None if that is too long."""
        node = self.node_of(loss)
        if node is None:
            return loss
        for _ in range(_HOPS):
            children = node.next_functions
            if not children:
                return getattr(node, "variable", None)
            node = children[0][0]
            if node is None:
                node = next(child for child, _ in children if child is not None)
        return None

    def leaves(self, loss: torch.Tensor) -> list[torch.Tensor]:
        """Return all leaves of a loss's graph; none if it is very large."""
        root = self.node_of(loss)
        if root is None:
            return [loss]
        found: dict[int, torch.Tensor] = {}
        seen, todo = {root}, [root]
        while todo and len(seen) < _NODES_CAP:
            node = todo.pop()
            leaf = getattr(node, "variable", None)
            if leaf is not None and not node.next_functions:
                found[id(leaf)] = leaf
            for child, _ in reversed(node.next_functions):
                if child is not None and child not in seen:
                    seen.add(child)
                    todo.append(child)
        return [] if todo else list(found.values())


class Recording:
    """One training run while it goes on, and afterwards."""

    def __init__(
        self,
        own: Torch,
        leaves: list[torch.Tensor],
        place: tuple[str, int, str],
        call: int | None,
    ) -> None:
        self._own = own
        self.leaves = leaves
        self.kinds = [(leaf.shape, leaf.dtype) for leaf in leaves]
        self.place = place
        self.call = call
        self.passes = 0
        self.steps = 0
        self.lived = 0
        self.replaced = False
        self.end: list[Any] | None = None
        self.optimizers: list[object] = []
        size = sum(map(own.numel, leaves))
        room = NUMBERS_CAP // max(size, 1)
        self._weighed = (
            room > 0 and len(leaves) <= _LEAVES_CAP and all(map(own.can_cross, leaves))
        )
        self._small = size <= _SMALL
        self._losses = Thinned(LOSSES_HEAD, LOSSES_TAIL)
        # A model with many weights has few of them kept, the first one always.
        self._states = Thinned(min(STATES_HEAD, room), max(1, min(STATES_TAIL, room)))

    def add(self, loss: torch.Tensor) -> None:
        """Keep one backward pass: its loss, and weights and gradients when due."""
        own, number = self._own, self.passes
        self.passes = number + 1
        self.lived += 1
        if self._losses.wants():
            value = own.item(loss) if own.numel(loss) == 1 else float("nan")
            self._losses.add(number, value)
        if self._weighed and self._states.wants():
            self._states.add(number, self._state())

    @property
    def patience(self) -> int:
        """How many passes may go by until the next look."""
        return PATIENCE if self.passes >= EACH_SEEN else 0

    def _state(self) -> tuple[list[Any], list[Any]]:
        """Return weights and gradients now."""
        own = self._own
        gradients = [own.grad_of(leaf) for leaf in self.leaves]
        return self._read(self.leaves), self._read(gradients)

    def replace(self, leaves: list[torch.Tensor]) -> None:
        """Go on with new leaves, as where each step makes its own."""
        self.leaves = leaves
        self.lived = 0
        self.replaced = True

    def close(self) -> None:
        """Take the weights at the end and let go of the program's tensors."""
        # Where each step makes new leaves, the last ones cannot be seen.
        if self._weighed and not self.replaced:
            self.end = self._read(self.leaves)
        self.leaves = []
        self.optimizers = []

    def _read(self, tensors: Sequence[torch.Tensor | None]) -> list[Any]:
        own = self._own
        # A list of a few numbers costs a tenth of what a tensor costs.
        if self._small:
            tolist, strided = own.tolist, own.strided
            return [
                tolist(t) if t is not None and t.layout is strided else None
                for t in tensors
            ]
        return [own.clone(own.detach(t)) if own.can_cross(t) else None for t in tensors]

    def report(self, calls: int) -> dict[str, object]:
        """Return the run as plain data."""
        own, losses = self._own, self._losses.all()
        label, line, function = self.place
        try:
            states = self._packed_states()
        except (RuntimeError, TypeError, ValueError):  # a shape has changed on the way
            states = {"weights": [], "gradients": [], "end": None}
            states["numbers"] = self._numbers([])
        return {
            "label": label,
            "line": line,
            "function": function,
            "ago": None if self.call is None else calls - self.call,
            "passes": self.passes,
            "steps": self.steps,
            "loss_numbers": self._numbers(losses),
            "losses": own.tensor(
                [loss for _, loss in losses], dtype=own.float64, device="cpu"
            ),
            **states,
        }

    def _packed_states(self) -> dict[str, object]:
        states = self._states.all()
        return {
            "numbers": self._numbers(states),
            "weights": self._stacked([weights for _, (weights, _) in states]),
            "gradients": self._stacked([gradients for _, (_, gradients) in states]),
            "end": None if self.end is None else self._ended(self.end),
        }

    def _ended(self, values: list[Any]) -> list[torch.Tensor]:
        return [column[0] for column in self._stacked([values])]

    def _numbers(self, kept: list[tuple[int, Any]]) -> torch.Tensor:
        numbers = [number for number, _ in kept]
        found: torch.Tensor = self._own.tensor(
            numbers, dtype=self._own.int64, device="cpu"
        )
        return found

    def _stacked(self, states: list[list[Any]]) -> list[torch.Tensor]:
        """Return one tensor per leaf, its first axis the passes."""
        columns = zip(zip(*states, strict=True), self.kinds, strict=True)
        return (
            [self._column(values, *kind) for values, kind in columns] if states else []
        )

    def _column(
        self, values: Sequence[Any], shape: torch.Size, dtype: torch.dtype
    ) -> torch.Tensor:
        """Return a leaf's values as one tensor; a missing value becomes nan."""
        own = self._own
        nan = own.full(shape, float("nan"), dtype=dtype, device="cpu")
        if self._small:
            filled = [own.tolist(nan) if v is None else v for v in values]
            column: torch.Tensor = own.tensor(filled, dtype=dtype, device="cpu")
        else:
            filled = [nan if v is None else own.to(v, dtype) for v in values]
            column = own.stack(filled)
        if column.shape[1:] != shape:
            raise ValueError(f"expected weights of shape {shape}")
        return column
