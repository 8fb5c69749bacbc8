"""A name keeps the program's own work, whatever trial code does to it later.

That is the last function or class of the program's own that the name was bound to, and
that is more than a stub: `for loss in losses`, `Model = Model()`, `del train` or an
untouched stub further down do not change what the checks ask.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import types
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.sandbox.worker.failures import NAME_CAP, unwritten_at
from grader.sandbox.worker.fitting import cut
from grader.sandbox.worker.holes import (
    Definition,
    body_of,
    definition_of,
    function_at,
    gives_something,
    is_stub,
    only_talks,
    unwrapped,
    written_below,
)
from grader.sandbox.worker.looking import (
    is_a,
    module_of,
    outside_of_scopes,
    steps_of,
)
from grader.sandbox.worker.places import Place, is_own
from grader.sandbox.worker.program import modules
from grader.sandbox.worker.statements import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_GONE: Final = object()


class OwnWork(NamedTuple):
    """A function or class of the program's own: where it stands, and since when."""

    value: Any
    place: Place
    since: int
    node: Definition | None = None


class Kept(NamedTuple):
    """A name that was bound to something else: why, where, and where its work is."""

    name: str
    why: str
    at: Place
    of: Place


class Names:
    """What the names of a program were bound to.

    Args:
        namespace: the program's names.
        handout: the source of the exercise as it was handed out, or "".
        files: where the names of each file live, if it has several: by their labels.
            The program's names are all of these together.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        handout: str = "",
        files: Mapping[str, dict[str, Any]] = MappingProxyType({}),
    ) -> None:
        self._namespace = namespace
        self._handout = handout
        self._files = {label: Names(own, handout) for label, own in files.items()}
        self._seen = dict(namespace)
        self._count = 0
        self._works: dict[str, OwnWork] = {}
        self._known: dict[int, OwnWork] = {}
        self._changed: dict[str, tuple[Place, int]] = {}
        self._lasting: dict[str, object] = {}

    def begin(self) -> set[str]:
        """Take what is there now for given; return the names of it."""
        self._seen = dict(self._namespace)
        for own in self._files.values():
            own.begin()
        return set(self.all())

    def all(self) -> list[str]:
        """Return all the names that there are."""
        return [name for name in self._namespace if type(name) is str]

    def look(self, node: ast.stmt, label: str) -> None:
        """Take note of what a statement has bound."""
        if label in self._files:
            self._gather(node, label)
        self._count += 1
        now, seen = self._namespace, self._seen
        changed = [name for name, value in now.items() if seen.get(name) is not value]
        changed += [name for name in seen if name not in now]
        for name in changed:
            place = Place(label, _binding_line(node, name))
            self._changed[name] = (place, self._count)
            # A class of the program's own may raise wherever it is looked at.
            with contextlib.suppress(Exception):
                self._keep(name, now.get(name, _GONE), node, place)
        if changed:
            self._seen = dict(now)

    def _keep(self, name: str, value: object, node: ast.stmt, place: Place) -> None:
        """Remember a value if it is the program's own work."""
        work = self._work(name, value, node, place)
        if work and not self._is_stub(work) and not self._is_talk(name, work):
            self._works[name] = self._known[id(value)] = work

    def _gather(self, node: ast.stmt, label: str) -> None:
        """Add what a statement has bound in a file to the program's names."""
        self._namespace.update(self._files[label].unseen())
        self._files[label].look(node, label)

    def unseen(self) -> dict[str, Any]:
        """Return the names that were bound since the last look, with their values."""
        now, seen = self._namespace, self._seen
        return {n: now[n] for n in now if seen.get(n, _GONE) is not now[n]}

    def settle(self) -> list[Kept]:
        """Bind names to the program's own work again; return those that were not."""
        for own in self._files.values():
            own.settle()
        kept: list[Kept] = []
        for name, work in self._works.items():
            # As in `look`.
            with contextlib.suppress(Exception):
                kept += self._settled(name, work)
        self.restore()
        return kept

    def _settled(self, name: str, work: OwnWork) -> Iterator[Kept]:
        value = self._namespace.get(name, _GONE)
        place, count = self._changed[name]
        if value is not work.value:
            # A function of the program's own that is no work of its own is a stub.
            bound = "stub" if _is_own(value) else "value"
            why = "gone" if value is _GONE else bound
            yield Kept(cut(name, NAME_CAP), why, place, work.place)
        if value is work.value or not self._is_meant(name, value, count):
            self._lasting[name] = work.value

    def restore(self) -> None:
        """Bind names to the program's own work, whatever a call has done to them."""
        self._namespace.update(self._lasting)
        for own in self._files.values():
            own.restore()

    def __contains__(self, name: str) -> bool:
        """Return whether the checks can ask for a name."""
        return name in self._works or name in self._namespace

    def __getitem__(self, name: str) -> object:
        """Return what the checks ask for by a name."""
        work = self._works.get(name)
        return self._namespace[name] if work is None else work.value

    def unwritten(self, function: object) -> dict[str, object] | None:
        """Return a function's place if it does nothing, as it was handed out."""
        found = definition_of(function)
        if found is None or not is_stub(found[1], self._handed_out):
            return None
        return unwritten_at(found[0])

    def is_written(self, hole: Place) -> bool:
        """Return whether code of the program's own stands below a hole."""
        node = function_at(hole)
        if node is None or not written_below(node):
            return False
        return body_of(node) not in self._handed_out

    @functools.cached_property
    def _handed_out(self) -> frozenset[str]:
        """The bodies of what was handed out."""
        nodes: Iterable[ast.AST] = ()
        with contextlib.suppress(*UNREADABLE):
            nodes = ast.walk(ast.parse(self._handout))
        return frozenset(body_of(n) for n in nodes if isinstance(n, Definition))

    def _is_stub(self, work: OwnWork) -> bool:
        return work.node is not None and is_stub(work.node, self._handed_out)

    def _is_talk(self, name: str, work: OwnWork) -> bool:
        """Return whether a function only says something, below one that gives more."""
        earlier = self._works.get(name)
        if earlier is None or work.node is None or not only_talks(work.node):
            return False
        value = unwrapped(earlier.value)
        return gives_something(earlier.node) or _is_lambda(value)

    def _work(
        self, name: str, value: object, node: ast.stmt, place: Place
    ) -> OwnWork | None:
        """Return a value as the program's own work, if it is that."""
        if not callable(value):
            return None
        known = self._known.get(id(value))
        if known is not None:
            return known
        node_of = next((d for d in _definitions(node) if d.name == name), None)
        if node_of is not None:
            return OwnWork(
                value, Place(place.label, node_of.lineno), self._count, node_of
            )
        found = definition_of(value)
        if found is not None:
            return OwnWork(value, found[0], self._count, found[1])
        earlier = self._works.get(name)
        if _is_own(value) or (earlier and _wraps(node, name, value, earlier.value)):
            return OwnWork(value, place, self._count)
        return None

    def _is_meant(self, name: str, value: object, since: int) -> bool:
        """Return whether functions of the program mean another value by a name.

        They do where they were written after it was bound to something that they may
        call, such as `loss = nn.MSELoss()`.
        """
        if not callable(value) or _is_own(value):
            return False
        if _is_made_by(value, self._works[name].value):
            return False
        return any(
            name in _globals_of(work.value)
            for work in self._works.values()
            if work.since > since
        )


def _is_own(value: object) -> bool:
    """Return whether the program itself made a function or class."""
    inside = unwrapped(value)
    if is_a(inside, types.FunctionType):
        return is_own(inside.__code__.co_filename)
    return is_a(value, type) and module_of(value) in ("__main__", *modules)


def _is_made_by(value: object, maker: object) -> bool:
    """Return whether a value is of a class, whatever the two say."""
    return is_a(maker, type) and is_a(value, maker)


def _is_lambda(value: object) -> bool:
    return is_a(value, types.FunctionType) and value.__name__ == "<lambda>"


def _wraps(node: ast.stmt, name: str, value: object, earlier: object) -> bool:
    """Return whether a statement wraps a function: `f = wrapper(f)`, not `f = f(x)`."""
    if _is_made_by(value, earlier):
        return False
    return any(
        isinstance(given, ast.Name) and given.id == name
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        for given in (*call.args, *(keyword.value for keyword in call.keywords))
    )


def _definitions(node: ast.AST) -> Iterator[Definition]:
    """Yield the functions and classes that a statement defines, outside of others."""
    for each in outside_of_scopes(node):
        if isinstance(each, Definition):
            yield each


def _binding_line(node: ast.stmt, name: str) -> int:
    """Return the last line of a statement that binds or deletes a name."""
    lines = [line for bound, line in _bindings(node) if bound == name]
    return max(lines, default=node.lineno)


def _bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the names that a statement binds or deletes, each with its line."""
    for each in outside_of_scopes(node):
        match each:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del(), lineno=line):
                yield name, line
            case ast.alias(name=name, asname=alias, lineno=line):
                yield alias or name.partition(".")[0], line
            case ast.ExceptHandler(name=str() as name, lineno=line):
                yield name, line
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield each.name, each.lineno


def _globals_of(value: object) -> set[str]:
    """Return the global names that a function, or the methods of a class, look up."""
    value = unwrapped(value)
    values = vars(value).values() if is_a(value, type) else (value,)
    codes = [
        inside.__code__
        for inside in map(unwrapped, values)
        if is_a(inside, types.FunctionType)
    ]
    found: set[str] = set()
    while codes:
        code = codes.pop()
        codes += [each for each in code.co_consts if isinstance(each, types.CodeType)]
        found |= {
            str(step.argval) for step in steps_of(code) if step.opname == "LOAD_GLOBAL"
        }
    return found
