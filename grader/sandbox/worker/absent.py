"""Stand-ins for what is in a library that is not here.

To compute with one is an error in plain words, and so is to hand it what computes. To
call it for a table or a number that is only printed or written is none: what it gives
is not known, and complains when somebody wants to know it. Of a library that only logs
or shows things no call does anything, and a training goes on without it.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from grader.sandbox.worker import lacks, using
from grader.sandbox.worker.places import Place, calling
from grader.sandbox.worker.public import OWN, kind_of, logs_only, why_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

starred: list[str] = []
"""Modules of which a program wanted all names, and which are not here."""

# What does not change when it is handed to a library that is not here.
_PLAIN: Final = (int, float, complex, str, bytes, list, tuple, dict, set, range)
_REPR_CAP: Final = 10_000
# Who is ready for an error of a library is ready for its absence: `except lib.Error`.
_EXCEPTIONS: Final = ("Error", "Exception")
_DECORATED: Final = types.FunctionType | type | staticmethod | classmethod | property


def _is_exception(name: str) -> bool:
    """Return whether a name is an error's, rather than a number's: MeanSquaredError."""
    return name.endswith(_EXCEPTIONS) and not using.is_made(name)


class NotHereError(Exception):
    """A check was to be given what is not here; it was called at this place."""

    def __init__(self, error: ModuleNotFoundError, place: Place) -> None:
        super().__init__(str(error))
        self.error = error
        self.place = place


class AbsentModule(types.ModuleType):
    """A module that is not here: it has every name, and nothing behind it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name == "__all__":  # `from it import *`
            starred.append(self.__name__)
            return []
        if _is_exception(name):
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
        if _is_exception(name):
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
        """Return what is not known; what is decorated stays as it is.

        Complain if it is given what computes, which it would not compute, if it is of a
        file of the student's own, and to who is ready for that.
        """
        place = calling(sys._getframe(1))  # noqa: SLF001 - nothing else tells
        if not using.decorates(place):
            own = kind_of(self._module) == OWN
            handed = any(map(using.computes, (*args, *kwargs.values())))
            if own or handed or using.is_ready():
                self._complain()
            return NotInstalled(self._path, self._module, (place, args))
        if len(args) == 1 and not kwargs and isinstance(args[0], _DECORATED):
            lacks.met("decorator", self._path)
            return args[0]
        return self

    def _why(self) -> ModuleNotFoundError:
        said = f"{self._path} is missing: {why_missing(self._module)}"
        return ModuleNotFoundError(said, name=self._module)

    def _complain(self, *_: object, **__: object) -> NoReturn:
        raise self._why()

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


class NotInstalled(Absent):
    """What a call of a library that is not here would have given: nobody knows it.

    It can be printed, changed and written, and what comes of it is not known either. To
    compute with it is an error, and so is to give it back to a check.

    Args:
        path: what was called.
        module: the module that it would come from.
        called: where it was called, and with what.
    """

    _called: tuple[Place, tuple[object, ...]]

    def __init__(
        self, path: str, module: str, called: tuple[Place, tuple[object, ...]]
    ) -> None:
        super().__init__(path, module)
        object.__setattr__(self, "_called", called)

    def __repr__(self) -> str:
        given = ", ".join(map(repr, self._called[1]))
        return f"<{self._path}({given[:_REPR_CAP]}): not here>"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: object, **kwargs: object) -> Self:
        """Return what is not known either."""
        if any(map(using.computes, (*args, *kwargs.values()))):
            self._complain()
        return self

    def _changed(self, *_: object) -> Self:
        return self

    def _joined(self, other: object) -> Self:
        """Return what is not known, of numbers; a tensor is computed with."""
        return self if isinstance(other, (Absent, *_PLAIN)) else self._complain()

    __setitem__ = __delitem__ = __enter__ = __neg__ = __pos__ = __abs__ = _changed
    __round__: Any = _changed
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _joined
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _joined
    __mod__ = __rmod__ = __pow__ = __rpow__ = _joined

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing was begun."""

    def __len__(self) -> int:
        """Return 0 for `table.loc[len(table)] = row`."""
        return 0 if using.adds_row() else self._complain()

    @classmethod
    def __torch_function__(
        cls,
        _function: object,
        _types: object,
        args: tuple[object, ...],
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """Complain: torch would compute with it."""
        given = [*args, *(kwargs or {}).values()]
        items = [each for one in given if isinstance(one, list | tuple) for each in one]
        for each in (*given, *items):
            if isinstance(each, cls):
                each._complain()  # noqa: SLF001 - one of these
        return NotImplemented

    def refused(self) -> NotHereError:
        """Return why it cannot be given to a check, and where it was called."""
        return NotHereError(self._why(), self._called[0])


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


def refuse(value: object) -> None:
    """Raise NotHereError for a check that was to be given what is not here."""
    if isinstance(value, NotInstalled):
        raise value.refused()


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
