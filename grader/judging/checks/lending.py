"""What a check got from the student's program, where that still holds it.

`layer.weight` is in the check a copy of what it was then. What the check does to the
copy in place is done to the thing itself before the next request, so that
`layer.weight.fill_(1.0)` and `optimizer.param_groups[0]["lr"] = 0.1` mean what they
say. A copy that is passed is the thing itself to the student's code.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grader.errors import AuthorError
from grader.judging.named import changed
from grader.sandbox import arrays, mirrors
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.judging.answers import Value

# The entry, and the argument of the function that counts.
_OURS: Final = 2
# The thing's own storage is used once, and once more by the graph of what is no leaf.
_USES: Final = 1


@dataclass(slots=True, eq=False)
class Loan:
    """A copy that the check has, of a thing that lives in the worker.

    `still` is what it was when both were equal last.
    """

    name: str
    handle: Handle
    thing: Any
    still: Any
    seen: object

    def check(self, there: Value) -> None:
        """Raise an `AuthorError` if the copy is of what the thing no longer is.

        Args:
            there: what it is, with what lives in the worker of it.
        """
        if isinstance(self.thing, list | dict):
            same = _print(there) == self.seen
        else:
            same = _print(there) == mirrors.imprint(self.still, lambda _: None)
        if not same:
            raise AuthorError(
                f"`{self.name}`: the check changes its copy in place, but the "
                f"student's code has changed the thing itself since the check got it. "
                f"Get it anew right before the change, or change a `.clone()`."
            )

    def refused(self) -> AuthorError:
        """Return the error of a change that the thing itself cannot take."""
        return AuthorError(
            f"`{self.name}`: the check changes it in place, and in the student's "
            f"process it cannot be changed like that. Change a `.clone()`, or set it "
            f"anew."
        )


class Lending:
    """The copies that one check has of things that live in the worker.

    Args:
        copies: by the id of a copy what it was in the answer, for the evidence.
        passed: tells whether a copy has a mirror, too.
    """

    def __init__(
        self, copies: dict[int, object], passed: Callable[[object], bool]
    ) -> None:
        self._copies = copies
        self._passed = passed
        self._loans: dict[int, Loan] = {}
        self._latest: dict[int, Loan] = {}

    def taken(self, name: str, answer: Value) -> object:
        """Return an answer's value with copies of what lives in the worker."""
        if not answer.lent:
            return answer.value
        handles = dict(answer.lent)

        def own(value: object, path: tuple[object, ...]) -> object:
            handle = handles.get(path)
            inner = _with_items(value, lambda key, item: own(item, (*path, key)))
            if handle is None or mirrors.kind_of(value) is None:
                return inner
            return self._copy(name, handle, value, inner)

        return own(answer.value, ())

    def _copy(self, name: str, handle: Handle, value: object, inner: object) -> object:
        """Return the copy of a thing: the one that the check has, if that is as new.

        Args:
            name: what stands in the words.
            handle: of the thing.
            value: what it is now.
            inner: the same with copies of what is in it.
        """
        known = self._latest.get(handle.number)
        if known is not None and self._is_as_new(known, value, inner):
            thing = known.thing
        else:
            thing = copied(value) if inner is value else inner
            loan = Loan(name, handle, thing, value, self._print(thing))
            self._loans[id(thing)] = self._latest[handle.number] = loan
        self._copies[id(thing)] = value
        return thing

    def _is_as_new(self, loan: Loan, value: object, inner: object) -> bool:
        if isinstance(value, list | dict):
            return loan.seen == self._print(inner)
        return mirrors.form_of(loan.thing) == mirrors.form_of(value) and _is_same(
            loan.thing, value
        )

    def handle_of(self, thing: object) -> Handle | None:
        """Return the handle of what a copy stands for, or None."""
        loan = self._loans.get(id(thing))
        return None if loan is None else loan.handle

    def changed(self) -> list[Loan]:
        """Return what the check has changed, and let go of what it holds no longer."""
        found = [loan for loan in self._loans.values() if self._differs(loan)]
        gone = [key for key, loan in self._loans.items() if self._is_gone(loan)]
        for key in gone:
            loan = self._loans.pop(key)
            self._copies.pop(key, None)
            if self._latest.get(loan.handle.number) is loan:
                del self._latest[loan.handle.number]
        return found

    def settle(self, thing: object) -> None:
        """Note that a copy and what it stands for are the same now."""
        loan = self._loans.get(id(thing))
        if loan is not None:
            loan.still = copied(loan.thing)
            loan.seen = self._print(loan.thing)

    def close(self) -> None:
        """Let go of all."""
        self._loans.clear()
        self._latest.clear()
        self._copies.clear()

    def _differs(self, loan: Loan) -> bool:
        if isinstance(loan.thing, list | dict):
            return bool(self._print(loan.thing) != loan.seen)
        return not _is_same(loan.thing, loan.still)

    def _is_gone(self, loan: Loan) -> bool:
        own = _OURS + self._passed(loan.thing)
        if sys.getrefcount(loan.thing) > own:
            return False
        if mirrors.kind_of(loan.thing) in (mirrors.TENSOR, mirrors.PARAMETER):
            return mirrors.uses_of(loan.thing) <= _USES
        return True

    def _print(self, thing: object) -> object:
        def number_of(item: object) -> int | None:
            handle = self.handle_of(item)
            return None if handle is None else handle.number

        whole = isinstance(thing, list | dict)
        return mirrors.imprint(thing, number_of) if whole else None


def copied(value: Any, *, whole: bool = True) -> Any:  # noqa: ANN401 - of the value's own type
    """Return a copy of a thing as it is; of a list or dict, one with the same items.

    Args:
        value: the thing.
        whole: whether a tensor's copy has the gradient, too, and is no leaf where the
            tensor is none.
    """
    match mirrors.kind_of(value):
        case "list":
            return list(value)
        case "dict":
            return dict(value)
        case "array":
            return value.copy()
        case "generator":
            return mirrors.stream_of(value)
        case None:
            return value
    return _copied_tensor(value, whole=whole)


def _copied_tensor(value: Any, *, whole: bool) -> Any:  # noqa: ANN401 - a tensor
    made = value.detach().clone().requires_grad_(value.requires_grad)
    if mirrors.kind_of(value) == mirrors.PARAMETER:
        arrays.as_parameter(made)
    if not whole:
        return made
    gradient = arrays.gradient_of(value)
    made.grad = None if gradient is None else gradient.detach().clone()
    return made if value.is_leaf else arrays.grown(made)


def _with_items(value: object, own: Callable[[object, object], object]) -> object:
    """Return a value whose items are changed; itself if none is."""
    if isinstance(value, dict):
        keys: Iterator[object] = iter([*value])
    elif type(value) is list or (
        isinstance(value, tuple) and not isinstance(value, Handle)
    ):
        keys = iter(range(len(value)))
    else:
        return value
    return changed(value, lambda item: own(next(keys), item))


def _print(answer: Value) -> object:
    """Return the imprint of an answer's value, with the numbers of what is lent."""
    numbers: dict[int, int] = {}
    for path, handle in answer.lent:
        inner: Any = answer.value
        for key in path:
            if isinstance(inner, dict):
                inner = inner.get(key)
            elif isinstance(inner, list | tuple) and isinstance(key, int):
                inner = inner[key] if key < len(inner) else None
        numbers[id(inner)] = handle.number
    return mirrors.imprint(answer.value, lambda item: numbers.get(id(item)))


def _is_same(left: Any, right: Any) -> bool:  # noqa: ANN401 - two tensors, or arrays
    """Return whether two things are the same to the last bit."""
    if mirrors.kind_of(left) == mirrors.ARRAY:
        return bool(left.shape == right.shape and left.tobytes() == right.tobytes())
    if arrays.traits_of(left) != arrays.traits_of(right) or not _is_same_data(
        left.detach(), right.detach()
    ):
        return False
    both = arrays.gradient_of(left), arrays.gradient_of(right)
    if None in both:
        return both == (None, None)
    return _is_same_data(both[0].detach(), both[1].detach())


def _is_same_data(left: Any, right: Any) -> bool:  # noqa: ANN401 - two tensors
    if left.shape != right.shape or left.dtype != right.dtype:
        return False
    torch = sys.modules["torch"]
    flat = (each.contiguous().reshape(-1).view(torch.uint8) for each in (left, right))
    return left.numel() == 0 or bool(torch.equal(*flat))
