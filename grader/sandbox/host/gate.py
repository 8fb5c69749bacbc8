"""Chooses the tier of the wall for this machine, and proves that it holds.

It fails closed: where no tier can be applied, or a canary could do what it must not,
nothing is graded, and the message says what is missing and what to do.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

import msgspec

from grader.errors import OperatorError
from grader.model import Limits
from grader.sandbox import pace
from grader.sandbox.environment import cache_folder, kit_root
from grader.sandbox.host import outer
from grader.sandbox.host.client import WorkerEnded
from grader.sandbox.host.launcher import Launcher
from grader.sandbox.host.tiers import tier_of, wall_of
from grader.sandbox.host.wall import NoWall, Wall
from grader.sandbox.orders import Step, Targets
from grader.sandbox.process import make_non_dumpable

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

Kept = TypeVar("Kept", bound=contextlib.AbstractContextManager[Any])
_CANARY_LIMITS: Final = Limits(seconds_per_call=20.0)
# How many files of each folder of students' are tried.
_SAMPLES: Final = 5


class CanaryReport(msgspec.Struct, frozen=True):
    """What the canary tried, and what it could do, which must be nothing.

    `lacking` is what it could not do, although students' programs do it.
    """

    tried: tuple[str, ...]
    succeeded: tuple[str, ...]
    lacking: tuple[str, ...] = ()


class Gate:
    """A chosen tier with its zygote; a context that ends both.

    Args:
        mode: one of `MODES`.
        preload: modules that the course wants imported beforehand.
        many: whether enough workers will be needed to prepare for them.
        without: steps left out, for a test of the canary.
        bare: whether to load no libraries, for a test of the canary.

    Attributes:
        name: the tier.
        preload: the modules that were asked for.

    Raises:
        OperatorError: this machine has not what the mode needs.
    """

    def __init__(
        self,
        mode: str,
        preload: tuple[str, ...],
        *,
        many: bool = False,
        without: tuple[Step, ...] = (),
        bare: bool = False,
    ) -> None:
        self._launcher: Launcher | None = None
        self.preload = preload
        self._kept = contextlib.ExitStack()
        self._beside: dict[object, object] = {}
        tier = tier_of(mode)
        self.name = wall_of(mode)
        if tier is None:
            return
        prefix = _prefix(mode, preload)
        self._steps = tier.steps
        # A worker of the same user must not read this process's memory.
        make_non_dumpable()
        self._launcher = Launcher.start(
            tier, preload, many=many, without=without, bare=bare, prefix=prefix
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()
        if self._launcher is not None:
            self._launcher.close()

    @functools.cached_property
    def pace(self) -> float:
        """How many times longer things take here than on the nominal machine.

        Raises:
            OperatorError: the zygote did not start.
        """
        if self._launcher is None:
            return pace.measured()
        return self._launcher.ready.pace

    @property
    def wall(self) -> Wall:
        """Where this process itself gets workers from; the caller closes it."""
        if self._launcher is None:
            return NoWall(self.preload, self.pace)
        return self._launcher.wall

    def connect(self) -> socket.socket | None:
        """Return a control socket for a checker process; None without a wall."""
        return None if self._launcher is None else self._launcher.connect()

    def beside(self, make: Callable[[tuple[str, ...]], Kept]) -> Kept:
        """Return a context that lives as long as the gate, made at the first request.

        Args:
            make: what makes it of the modules to import beforehand.
        """
        if make not in self._beside:
            self._beside[make] = self._kept.enter_context(make(self.preload))
        return cast("Kept", self._beside[make])

    def steps(self) -> tuple[tuple[Step, bool], ...]:
        """Return each step that the tier demands, and whether workers get it.

        Raises:
            OperatorError: the zygote did not start.
        """
        if self._launcher is None:
            return ()
        applied = self._launcher.ready.steps
        return tuple((step, step in applied) for step in self._steps)

    @property
    def own_users(self) -> bool:
        """Whether each worker is a user of its own, so that its threads are counted.

        Raises:
            OperatorError: the zygote did not start.
        """
        return self._launcher is not None and self._launcher.ready.own_users

    def prove(self, secret: Path, private: Sequence[Path] = ()) -> CanaryReport:
        """Return what the canary tried, once it is proven that it could do nothing.

        Args:
            secret: a file beside the hidden checks.
            private: files and folders of students, which may not be readable either.

        Raises:
            OperatorError: the zygote did not start, or the canary could do something.
        """
        missing = ", ".join(step for step, applied in self.steps() if not applied)
        if missing:
            raise OperatorError(
                f"sandbox {self.name}: the zygote leaves out steps of the lock-down: "
                f"{missing}. Nothing was graded."
            )
        report = self.report(secret, private)
        if report.succeeded:
            able = "\n".join(f"  - {name}" for name in report.succeeded)
            raise OperatorError(
                f"sandbox {self.name}: the wall does not hold. A canary could:\n"
                f"{able}\nNothing was graded. Run `grader doctor`, and grade on "
                f"another machine or with another --sandbox."
            )
        if report.lacking:
            raise OperatorError(
                f"sandbox {self.name}: right programs would fail. A canary could not: "
                f"{', '.join(report.lacking)}. Nothing was graded. Put Python where "
                f"any user may read it, or choose another --sandbox."
            )
        return report

    def report(self, secret: Path, private: Sequence[Path] = ()) -> CanaryReport:
        """Return what a canary tried and what it could do, whatever that is."""
        if self._launcher is None:
            return CanaryReport((), ())
        ready = self._launcher.ready
        targets = Targets(
            secret=str(secret.absolute()),
            private=tuple(_samples(private)),
            checker=os.getpid(),
            zygote=ready.pid,
            folders=(tempfile.gettempdir(), "/dev/shm", str(Path.cwd())),
        )
        worker = self._launcher.wall.spawn("canary", _CANARY_LIMITS)
        try:
            reply = worker.request(msgspec.to_builtins(targets), 20.0)
            return msgspec.convert(reply, CanaryReport)
        except (WorkerEnded, msgspec.ValidationError) as error:
            raise OperatorError(
                f"sandbox {self.name}: the canary gave no report: {error}. Nothing was "
                f"graded. Run `grader doctor`."
            ) from error
        finally:
            worker.close()


def _samples(private: Sequence[Path]) -> Iterator[str]:
    """Yield paths to try to read: each that is given, and some files below it."""
    for path in private:
        yield os.fspath(path.absolute())
        below = (Path(at, name) for at, _, names in os.walk(path) for name in names)
        yield from (os.fspath(p.absolute()) for p in itertools.islice(below, _SAMPLES))


def _prefix(mode: str, preload: tuple[str, ...]) -> list[str]:
    """Return the command around the zygote."""
    if mode != "bwrap":
        return []
    if not outer.works():
        raise OperatorError(
            "--sandbox bwrap: expected bubblewrap to work, but it is not installed "
            "or may not make namespaces here. Install it, or use --sandbox auto."
        )
    return outer.bubblewrap(kit_root(), cache_folder(), preload)
