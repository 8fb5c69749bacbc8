"""Libraries that are not here, or not on the course's list: stand-ins in their place.

A program that just imports one gets a module that complains when something of it is
used, in words. A program that asks, with `try` around the import or by `find_spec`, is
told that there is none, as Python does.
"""

from __future__ import annotations

import ast
import dis
import importlib.machinery
import sys
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker import lacks, progress, public
from grader.sandbox.worker.absent import Absent, AbsentModule, stand_in
from grader.sandbox.worker.helpers import Helpers
from grader.sandbox.worker.itself import Itself, is_the_program
from grader.sandbox.worker.looking import last_name, steps_of
from grader.sandbox.worker.places import Place, around, is_own

if TYPE_CHECKING:
    import types
    from collections.abc import Collection, Sequence

_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError"})
_ANY_ERROR: Final = frozenset({"Exception", "BaseException"})
_MACHINERY: Final = "<frozen importlib"
# Python's own too, but not among its names: how it was built, which `sysconfig` reads.
_BUILD: Final = "_sysconfigdata_"
_Spec = importlib.machinery.ModuleSpec


class Libraries:
    """Finds modules on the path, and has stand-ins for those that are not there."""

    def __init__(self) -> None:
        self._allowed: Collection[str] = ()
        self._insisting = False
        self._given: list[str] = []

    def allow(self, names: Collection[str]) -> None:
        """Let programs import these, besides the standard library."""
        self._allowed = frozenset(names)

    def install(self) -> None:
        """Take the place of Python's own finder."""
        own = importlib.machinery.PathFinder
        sys.meta_path[:] = [self if each is own else each for each in sys.meta_path]

    def tidy(self) -> None:
        """Let who asks later be told that there is no module, stand-in or not."""
        while self._given:
            sys.modules.pop(self._given.pop(), None)

    def complete(self, node: ast.stmt, label: str, names: dict[str, Any]) -> None:
        """Import what a statement did not come to, as another import in it failed."""
        for each in _skipped(node, names):
            code = compile(ast.Module([each], []), label, "exec", dont_inherit=True)
            self._insisting = True
            try:
                exec(code, names)
            except ModuleNotFoundError as error:
                # A library that is here may want one that is not: tensorboard.
                names.update(_missing_names(each, str(error.name)))
            except BaseException:
                # The library's own code ran: it may raise, or exit, as it likes. What
                # the student wrote has been told already.
                continue
            finally:
                self._insisting = False

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: object = None
    ) -> _Spec | None:
        """Return where a module is, or its stand-in; None for who asks."""
        if name in progress.MODULES and not self._is_allowed(name):
            return _Spec(name, progress.Loader(), is_package=True)
        parent = sys.modules.get(name.rpartition(".")[0])
        if isinstance(parent, AbsentModule):
            return self._stand_in(name)
        wants = public.logs_only(name)
        if path is not None and (not wants or self._is_allowed(wants)):
            return importlib.machinery.PathFinder.find_spec(name, path)
        frame = _importing(sys._getframe(1))  # noqa: SLF001 - nothing else tells
        hidden = name in public.SYSTEM and frame is not None
        if self._may_have(name) and not hidden:
            found = importlib.machinery.PathFinder.find_spec(name)
            if found is not None:
                return found
        if any(isinstance(f, Helpers) and f.find_spec(name) for f in sys.meta_path):
            return None  # a module of the student's own, whose finder comes later
        return self._for_program(name, frame) if frame is not None else None

    def _for_program(self, name: str, frame: types.FrameType) -> _Spec | None:
        """Return a stand-in for what a program imports, unless it asks."""
        place = Place(frame.f_code.co_filename, frame.f_lineno)
        if is_the_program(name):
            if frame.f_globals is vars(sys.modules["__main__"]):
                lacks.met("itself", name, place)
            return self._stand_in(name)
        if not self._insisting and _is_guarded(frame):
            return None
        lacks.met_module(_wanted(frame) or name, place)
        return self._stand_in(name)

    def create_module(self, spec: _Spec) -> types.ModuleType:
        """Return a stand-in, or the program itself if that is what is imported."""
        kind = Itself if is_the_program(spec.name) else AbsentModule
        return kind(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing more: there is no code."""

    def invalidate_caches(self) -> None:
        """Look anew at the path, as Python's own finder does."""
        importlib.machinery.PathFinder.invalidate_caches()

    def _may_have(self, name: str) -> bool:
        own = name in sys.stdlib_module_names or name.startswith(_BUILD)
        return (own and name not in public.WINDOWS) or name in self._allowed

    def _is_allowed(self, name: str) -> bool:
        """Return whether the library of a module is here, and programs may have it."""
        root = name.partition(".")[0]
        if root not in self._allowed:
            return False
        return importlib.machinery.PathFinder.find_spec(root) is not None

    def _stand_in(self, name: str) -> _Spec:
        self._given.append(name)
        return _Spec(name, self, is_package=True)  # type: ignore[arg-type]  # a loader


def _skipped(node: ast.stmt, names: dict[str, Any]) -> list[ast.stmt]:
    """Return the imports of a statement whose names are not bound, one by one."""
    body = node.body if isinstance(node, ast.Try | ast.With) else [node]
    return [
        type(each)(**{**vars(each), "names": [alias]})
        for each in body
        if isinstance(each, ast.Import | ast.ImportFrom)
        for alias in each.names
        if (alias.asname or alias.name.partition(".")[0]) not in names
        and alias.name != "*"
    ]


def _missing_names(node: ast.stmt, root: str) -> dict[str, Absent]:
    """Return stand-ins for the names that an import was to bind."""
    if not isinstance(node, ast.ImportFrom):
        return {}
    lacks.met_module(root)
    return {
        alias.asname or alias.name: stand_in(f"{node.module}.{alias.name}", root)
        for alias in node.names
    }


def _importing(frame: types.FrameType | None) -> types.FrameType | None:
    """Return the frame of the program whose `import` this is; None for others'."""
    while frame is not None and frame.f_code.co_filename.startswith(_MACHINERY):
        frame = frame.f_back
    if frame is None or not is_own(frame.f_code.co_filename):
        return None
    instruction = frame.f_code.co_code[frame.f_lasti]
    return frame if dis.opname[instruction] == "IMPORT_NAME" else None


def _wanted(frame: types.FrameType) -> str:
    """Return the whole name of the module that a frame is importing."""
    steps = steps_of(frame.f_code)
    return next((str(s.argval) for s in steps if s.offset == frame.f_lasti), "")


def _is_guarded(frame: types.FrameType | None) -> bool:
    """Return whether the program asks: whether it catches that there is no module.

    In the function that imports, `except Exception` will do as well.
    """
    caught = _IMPORT_ERRORS | _ANY_ERROR
    while frame is not None:
        if is_own(frame.f_code.co_filename):
            place = Place(frame.f_code.co_filename, frame.f_lineno)
            if any(_catches(node, place.line, caught) for node in around(place)):
                return True
            caught = _IMPORT_ERRORS
        frame = frame.f_back
    return False


def _catches(node: ast.AST, line: int, names: frozenset[str]) -> bool:
    """Return whether a statement catches errors of these names in one of its lines."""
    match node:
        case ast.Try(body=body, handlers=handlers):
            last = body[-1].end_lineno or body[-1].lineno
            kinds = [each.type for each in handlers]
            bare = None in kinds and names & _ANY_ERROR
            inside = body[0].lineno <= line <= last
            return inside and bool(bare or names & set(_named(kinds)))
        case ast.With(items=items):
            given = [each.context_expr for each in items]
            suppressed = [
                argument
                for each in given
                if isinstance(each, ast.Call) and "suppress" in last_name(each.func)
                for argument in each.args
            ]
            return bool(names & set(_named(suppressed)))
    return False


def _named(kinds: Sequence[ast.expr | None]) -> list[str]:
    """Return the last names of exceptions as a handler lists them."""
    return [
        last_name(part)
        for kind in kinds
        if kind is not None
        for part in ast.walk(kind)
        if isinstance(part, ast.Name | ast.Attribute)
    ]
