"""Progress bars: they pass on what they are given, and show nothing.

These modules are here for every program. A course whose handout promises the real ones,
by `libraries`, has them where they are installed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import types
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Bar:
    """A bar around something to go through, or none; a context; nothing is shown."""

    # What programs ask of the class of tqdm to begin anew.
    _instances: Final[set[object]] = set()
    monitor_interval = 0

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        *args: object,
        total: float | None = None,
        **_: object,
    ) -> None:
        # `master_bar(iterable, …)` and `progressbar(iterable)`, but `tqdm(total=3)`.
        self.iterable = iterable
        self.total = total if args == () else args[0]
        self.n = 0.0

    def __iter__(self) -> Iterator[Any]:
        return iter(() if self.iterable is None else self.iterable)

    def __len__(self) -> int:
        return len(self.iterable)  # type: ignore[arg-type]  # as tqdm does

    def __bool__(self) -> bool:
        return True

    def __call__(self, *args: Any, **_: object) -> Any:  # noqa: ANN401 - `bar()` or `bar(loop)`
        """Pass on what is to be gone through, or count."""
        return args[0] if args and hasattr(args[0], "__iter__") else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing was shown."""

    def update(self, n: float = 1, *_: object, **__: object) -> None:
        """Count."""
        self.n += n if isinstance(n, int | float) else 1

    @classmethod
    def write(cls, s: object = "", *_: object, **__: object) -> None:
        """Print a line, as one does beside a bar."""
        print(s)  # noqa: T201 - printing is what it stands for

    @classmethod
    def pandas(cls, *_: object, **__: object) -> None:
        """Do nothing: there are no tables to show a bar for."""

    print = write

    def __format__(self, _spec: str) -> str:
        return ""

    def __getitem__(self, _key: object) -> Self:
        return self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name.startswith("__"):
            raise AttributeError(name)
        return Bar()


def _range(*args: int, **_: object) -> Bar:
    """Return a bar around a range."""
    return Bar(range(*args))


def _numbered(iterable: Iterable[Any], start: int = 0, **_: object) -> Bar:
    """Return a bar around the items with their numbers."""
    return Bar(enumerate(iterable, start))


def _together(*iterables: Iterable[Any], **_: object) -> Bar:
    """Return a bar around the items of several, side by side."""
    return Bar(zip(*iterables, strict=False))


_NAMES: Final[dict[str, Any]] = {
    **dict.fromkeys(("tqdm", "tqdm_notebook", "tqdm_gui"), Bar),
    **dict.fromkeys(("trange", "tnrange"), _range),
    **dict.fromkeys(("progress_bar", "master_bar"), Bar),
    **dict.fromkeys(("progressbar", "ProgressBar"), Bar),
    **dict.fromkeys(("alive_it", "alive_bar", "track"), Bar),
    "tenumerate": _numbered,
    "tzip": _together,
}
MODULES: Final = frozenset(
    {"tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.autonotebook", "tqdm.std"}
    | {"tqdm.asyncio", "tqdm.gui", "tqdm.contrib", "fastprogress", "progressbar"}
    | {"fastprogress.fastprogress", "alive_progress", "tqdm.rich", "rich.progress"}
)
"""The modules that are here."""


class Loader(importlib.abc.Loader):
    """Makes these modules."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return a module with all the names that such modules have."""
        return types.ModuleType(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Put the names into a module."""
        module.__dict__.update(_NAMES, __version__="4.67.1", __getattr__=_part)


def _part(name: str) -> Bar | type[Bar]:
    """Return what stands for anything else of a library: a column, a setting."""
    if name.startswith("__"):
        raise AttributeError(name)
    return Bar if name[0].isupper() else Bar()
