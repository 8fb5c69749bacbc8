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
import types
from typing import TYPE_CHECKING, Any, Final, NoReturn

from grader.sandbox.worker import lacks, progress
from grader.sandbox.worker.helpers import Helpers
from grader.sandbox.worker.places import Place, around, calling, is_own

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError"})
_ANY_ERROR: Final = frozenset({"Exception", "BaseException"})
_MACHINERY: Final = "<frozen importlib"
# Python's own too, but not among its names: how it was built, which `sysconfig` reads.
_BUILD: Final = "_sysconfigdata_"
starred: list[str] = []
"""Modules of which a program wanted all names, and which are not here."""

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
        if path is not None:
            return importlib.machinery.PathFinder.find_spec(name, path)
        if self._may_have(name):
            found = importlib.machinery.PathFinder.find_spec(name)
            if found is not None:
                return found
        if any(isinstance(f, Helpers) and f.find_spec(name) for f in sys.meta_path):
            return None  # a module of the student's own, whose finder comes later
        frame = _importing(sys._getframe(1))  # noqa: SLF001 - nothing else tells
        return self._for_program(name, frame) if frame is not None else None

    def _for_program(self, name: str, frame: types.FrameType) -> _Spec | None:
        """Return a stand-in for what a program imports, unless it asks."""
        if not self._insisting and _is_guarded(frame):
            return None
        lacks.met("library", name, Place(frame.f_code.co_filename, frame.f_lineno))
        return self._stand_in(name)

    def create_module(self, spec: _Spec) -> types.ModuleType:
        """Return a stand-in."""
        return AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing more: there is no code."""

    def invalidate_caches(self) -> None:
        """Look anew at the path, as Python's own finder does."""
        importlib.machinery.PathFinder.invalidate_caches()

    def _may_have(self, name: str) -> bool:
        own = name in sys.stdlib_module_names or name.startswith(_BUILD)
        return own or name in self._allowed

    def _is_allowed(self, name: str) -> bool:
        """Return whether the library of a module is here, and programs may have it."""
        root = name.partition(".")[0]
        if root not in self._allowed:
            return False
        return importlib.machinery.PathFinder.find_spec(root) is not None

    def _stand_in(self, name: str) -> _Spec:
        self._given.append(name)
        return _Spec(name, self, is_package=True)  # type: ignore[arg-type]  # a loader


class AbsentModule(types.ModuleType):
    """A module that is not here: it has every name, and nothing behind it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name == "__all__":  # `from it import *`
            starred.append(self.__name__)
            return []
        if name == "__version__" or not name.startswith("__"):
            return Absent(f"{self.__name__}.{name}")
        raise AttributeError(name)


class Absent:
    """Something of a library that is not here: to use it is an error in plain words.

    To name it is none: as a type in an annotation or for `isinstance`, or as a
    decorator, which then changes nothing.
    """

    _path: str
    _root: str

    def __init__(self, path: str, root: str = "") -> None:
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_root", root or path.partition(".")[0])

    def __repr__(self) -> str:
        return f"<{self._path}: not here>"

    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._path}.{name}", self._root)

    def __setattr__(self, name: str, value: object) -> None:
        """Do nothing: settings of what is not here."""

    def __getitem__(self, _key: object) -> Absent:
        return self

    def __or__(self, _other: object) -> Absent:
        return self

    __ror__ = __or__

    def __instancecheck__(self, _value: object) -> bool:
        return False

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Complain, but for a decorator: what it decorates stays as it is."""
        frame = sys._getframe(1)  # noqa: SLF001 - nothing else tells
        if not _decorates(calling(frame)):
            self._complain()
        if len(args) == 1 and not kwargs and isinstance(args[0], _DECORATED):
            lacks.met("decorator", self._path)
            return args[0]
        return self

    def _complain(self, *_: object) -> NoReturn:
        raise ModuleNotFoundError(
            f"{self._path} is missing: {self._root} is not installed where this is "
            f"graded",
            name=self._root,
        )

    __iter__ = __len__ = __next__ = __contains__ = __delitem__ = __setitem__ = _complain
    __float__ = __int__ = __index__ = __bytes__ = __array__ = _complain
    __mro_entries__ = _complain
    __enter__ = __exit__ = __aenter__ = __await__ = __aiter__ = _complain
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = _complain
    __pow__ = __matmul__ = __and__ = __xor__ = __lshift__ = __rshift__ = _complain
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = _complain
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __pos__ = __abs__ = _complain


_DECORATED: Final = types.FunctionType | type | staticmethod | classmethod | property


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
    lacks.met("library", root.partition(".")[0])
    return {
        alias.asname or alias.name: Absent(f"{node.module}.{alias.name}", root)
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
                if isinstance(each, ast.Call) and "suppress" in ast.unparse(each.func)
                for argument in each.args
            ]
            return bool(names & set(_named(suppressed)))
    return False


def _named(kinds: Sequence[ast.expr | None]) -> list[str]:
    """Return the last names of exceptions as a handler lists them."""
    return [
        part.id if isinstance(part, ast.Name) else part.attr
        for kind in kinds
        if kind is not None
        for part in ast.walk(kind)
        if isinstance(part, ast.Name | ast.Attribute)
    ]


def _decorates(place: Place) -> bool:
    """Return whether a place is in a decorator."""
    return any(
        each.lineno <= place.line <= (each.end_lineno or each.lineno)
        for node in around(place)
        for each in getattr(node, "decorator_list", ())
    )
