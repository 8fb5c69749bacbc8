"""A check's own folder, `tmp_path`, kept equal on both sides of the wall.

What lies in it when a call names it is there for the student's code, in its scratch
space; what that writes into it is there for the check afterwards. Only contents cross.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from grader.judging.requests import Call, Operate, Swap
from grader.judging.shared import Swapped
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from grader.judging.answers import Answer
    from grader.judging.requests import Asked


class Folder:
    """The folder of one check.

    Args:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_named_in(self, request: Asked) -> bool:
        """Return whether a request names the folder, or a path in it."""
        match request:
            case Call(args=args, kwargs=kwargs):
                return self._is_in((*args, *kwargs.values()))
            case Operate(args=args):
                return self._is_in(args)
        return False

    def _is_in(self, value: object) -> bool:
        match value:
            case Handle(type_name=name):
                return self._is_in(name)
            case str():
                return PurePath(value).is_relative_to(self._path)
            case list() | tuple():
                return any(map(self._is_in, value))
            case dict():
                return any(map(self._is_in, value.values()))
        return False

    def as_it_is(self) -> Swap:
        """Return the request that puts all its files there."""
        files = (path for path in sorted(self._path.rglob("*")) if path.is_file())
        named = ((path.relative_to(self._path).as_posix(), path) for path in files)
        whole = tuple((name, path.read_bytes()) for name, path in named)
        return Swap(str(self._path), whole)

    def question(self) -> Swap:
        """Return the request that asks what is in it."""
        return Swap(str(self._path), ())

    def take(self, answer: Answer) -> None:
        """Write what an answer says that is in it."""
        for name, content in (
            answer.files.items() if isinstance(answer, Swapped) else ()
        ):
            path = self._path / name
            if path.is_dir() or any(above.is_file() for above in path.parents):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
