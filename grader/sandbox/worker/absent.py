"""Stand-ins for what is in a library that is not here.

To use one is an error in plain words. Of a library that only logs or shows things it
is none: there each call does nothing, and a training goes on without it.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from grader.sandbox.worker import lacks
from grader.sandbox.worker.places import Place, around, calling
from grader.sandbox.worker.public import logs_only, why_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

starred: list[str] = []
"""Modules of which a program wanted all names, and which are not here."""

# Who is ready for an error of a library is ready for its absence: `except lib.Error`.
_EXCEPTIONS: Final = ("Error", "Exception")
_DECORATED: Final = types.FunctionType | type | staticmethod | classmethod | property


class AbsentModule(types.ModuleType):
    """A module that is not here: it has every name, and nothing behind it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name == "__all__":  # `from it import *`
            starred.append(self.__name__)
            return []
        if name.endswith(_EXCEPTIONS):
            return ModuleNotFoundError
        if name == "__version__" or not name.startswith("__"):
            return stand_in(f"{self.__name__}.{name}", self.__name__)
        raise AttributeError(name)


class Absent:
    """Something of a library that is not here: to use it is an error in plain words.

    To name it is none: as a type in an annotation or for `isinstance`, or as a
    decorator, which then changes nothing.

    Args:
        path: what it is, as in `nowhere.parts.thing`.
        module: the module that it would come from.
    """

    _path: str
    _module: str

    def __init__(self, path: str, module: str) -> None:
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_module", module)

    def __repr__(self) -> str:
        return f"<{self._path}: not here>"

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name.endswith(_EXCEPTIONS):
            return ModuleNotFoundError
        if name.startswith("__"):
            raise AttributeError(name)
        return type(self)(f"{self._path}.{name}", self._module)

    def __setattr__(self, name: str, value: object) -> None:
        """Do nothing: settings of what is not here."""

    def __getitem__(self, _key: object) -> Any:  # noqa: ANN401 - whatever is asked for
        return self

    def __or__(self, _other: object) -> Absent:
        return self

    __ror__ = __or__

    def __instancecheck__(self, _value: object) -> bool:
        return False

    def __call__(self, *args: Any, **kwargs: object) -> object:  # noqa: ANN401 - any
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
            f"{self._path} is missing: {why_missing(self._module)}", name=self._module
        )

    _uses: Any = _complain
    __iter__ = __len__ = __next__ = __contains__ = __delitem__ = __setitem__ = _uses
    __float__ = __int__ = __index__ = __bytes__ = __array__ = _uses
    __mro_entries__ = _uses
    __enter__ = __exit__ = __aenter__ = __await__ = __aiter__ = _uses
    __add__ = __radd__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = (
        _uses
    )
    __pow__ = __matmul__ = __and__ = __xor__ = __lshift__ = __rshift__ = _uses
    __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = _uses
    __lt__ = __le__ = __gt__ = __ge__ = __neg__ = __pos__ = __abs__ = _uses


class Inert(Absent):
    """Something of a library that only logs or shows things: it does nothing.

    What it is told by name it gives back: `wandb.init(config={"lr": 0.1})`, and then
    `wandb.config.lr`. To compute with anything else of it is an error, as of `Absent`.
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever it was told
        if name in _told_to(self):
            return _told_to(self)[name]
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: object) -> None:
        """Remember a setting."""
        _told_to(self)[name] = value

    def __getitem__(self, key: object) -> Any:  # noqa: ANN401 - whatever it was told
        return _told_to(self).get(key, self) if isinstance(key, str) else self

    def __setitem__(self, key: object, value: object) -> None:
        """Remember a setting."""
        if isinstance(key, str):
            _told_to(self)[key] = value

    def __call__(self, *args: Any, **kwargs: object) -> object:  # noqa: ANN401 - any
        """Do nothing; what is decorated stays as it is, and what is printed is seen."""
        last = self._path.rpartition(".")[2]
        for given in (*kwargs.values(), *(args if last == "update" else ())):
            if type(given) is dict:
                _told_to(self).update({k: v for k, v in given.items() if _is_name(k)})
        if len(args) == 1 and not kwargs and isinstance(args[0], _DECORATED):
            return args[0]
        root = self._path.partition(".")[0]
        says = _SAYING.get(f"{root}.{last}") or _SAYING.get(last)
        return self if says is None else says(*args)

    def __str__(self) -> str:
        return ""

    def __format__(self, _spec: str) -> str:
        return ""

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __contains__(self, _item: object) -> bool:
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing was begun."""

    def __mro_entries__(self, _bases: object) -> tuple[type, ...]:
        return ()

    def __add__(self, other: object) -> object:
        """Give back a text: `Fore.RED + "loss"`."""
        return other if isinstance(other, str) else self._complain()

    __radd__ = __add__


def forget() -> None:
    """Forget what libraries were told: another program comes."""
    _told.clear()


def stand_in(path: str, module: str) -> Absent:
    """Return the stand-in for something of a module that is not here."""
    return (Inert if logs_only(module) else Absent)(path, module)


def _print(*values: object) -> None:
    print(*values)  # noqa: T201 - printing is what it stands for


def _first(*values: object) -> object:
    return values[0] if values else None


def _printed(*values: object) -> object:
    _print(*values)
    return _first(*values)


_LEVELS: Final = (
    *("trace", "debug", "info", "success", "warning", "error", "critical"),
)
# What a student prints in colours, or as a table, is printed plainly.
_SAYING: Final[dict[str, Callable[..., object]]] = {
    **dict.fromkeys(("print", "rule"), _print),
    "cprint": lambda *values: _print(*values[:1]),
    **dict.fromkeys(("colored", "tabulate", "figlet_format"), _first),
    "ic": _printed,
    **dict.fromkeys((f"loguru.{level}" for level in _LEVELS), _print),
    **dict.fromkeys(("rich.log", "rich.pprint"), _print),
}
_told: Final[dict[str, dict[object, Any]]] = {}


def _told_to(thing: Inert) -> dict[object, Any]:
    """Return what a library was told, by name."""
    return _told.setdefault(thing._module.partition(".")[0], {})  # noqa: SLF001 - one's own


def _is_name(key: object) -> bool:
    return isinstance(key, str) and key.isidentifier() and not key.startswith("_")


def _decorates(place: Place) -> bool:
    """Return whether a place is in a decorator."""
    return any(
        each.lineno <= place.line <= (each.end_lineno or each.lineno)
        for node in around(place)
        for each in getattr(node, "decorator_list", ())
    )
