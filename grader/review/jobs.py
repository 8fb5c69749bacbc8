"""What takes the desk longer than a click: one thing at a time, beside the pages."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from grader.errors import GraderError, UsageError
from grader.moves import Moved

if TYPE_CHECKING:
    from collections.abc import Callable


class JobOutcome(msgspec.Struct, frozen=True):
    """What a job found, for its page.

    Attributes:
        lines: what to say, in sentences.
        moved: whose grade would move; None where the job is not about that.
        leads_back: whether what it found is seen on the page that it was started from.
    """

    lines: tuple[str, ...] = ()
    moved: tuple[Moved, ...] | None = None
    leads_back: bool = False


class DeskJob:
    """Something that runs, or has run.

    Attributes:
        title: what is being done.
        back: the address of the page that it was started from.
        total: how many programs it judges.
        done: how many of them are judged.
        outcome: what it found, once it has.
        error: why it found nothing, where it could not.
    """

    def __init__(self, title: str, back: str) -> None:
        self.title = title
        self.back = back
        self.total = 0
        self.done = 0
        self.outcome: JobOutcome | None = None
        self.error = ""

    @property
    def runs(self) -> bool:
        """Whether it is not at its end."""
        return self.outcome is None and not self.error

    def planned(self, trials: int) -> None:
        """Note how many more programs will be judged."""
        self.total += trials

    def tried(self) -> None:
        """Note that one is judged."""
        self.done += 1


class Jobs:
    """Runs one job at a time. `last` is the one that runs, or ran last."""

    def __init__(self) -> None:
        self.last: DeskJob | None = None
        self._lock = threading.Lock()

    def start(
        self, title: str, back: str, work: Callable[[DeskJob], JobOutcome]
    ) -> None:
        """Start a job.

        Args:
            title: what is being done.
            back: the address of the page that it is started from.
            work: does it; it is told of the progress by the job.

        Raises:
            UsageError: another one runs.
        """
        with self._lock:
            if self.last is not None and self.last.runs:
                raise UsageError(
                    f"{self.last.title}: this is still running. Wait until it has "
                    f"ended; then do this again."
                )
            self.last = DeskJob(title, back)
        threading.Thread(target=_done, args=(self.last, work), daemon=True).start()


def _done(job: DeskJob, work: Callable[[DeskJob], JobOutcome]) -> None:
    try:
        job.outcome = work(job)
    except GraderError as error:
        job.error = str(error)
    except Exception as error:  # noqa: BLE001 - the last frame of its thread
        job.error = f"This is our fault, not yours: {type(error).__name__}: {error}."
