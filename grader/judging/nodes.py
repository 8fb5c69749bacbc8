"""The nodes of a cluster as the main process sees them, through dask.distributed.

dask knows which processes there are and carries bytes to them. It does not choose who
does what: everything is sent to one node by its name, so that what a node was doing
when it ended is known.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import queue
import threading
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from grader.errors import GraderError, OperatorError, UsageError
from grader.judging import node
from grader.judging.bundles import NodeAnswer, encoded, node_answer
from grader.judging.protocol import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import msgspec
    from distributed import Client, Future, Security

    from grader.model import Facts

_TICK_S: Final = 0.5
_CONNECT_S: Final = 15.0
_GONE_S: Final = 5.0
_GATHER_S: Final = 30.0
_LEAVE_S: Final = 5.0
# What each process of dask's learns about itself takes it a few hundredths of a core.
_UNWATCHED: Final = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "500ms",
}
# A pickle is refused, unread.
_READ: Final = ["dask", "msgpack", "error"]


class News(enum.Enum):
    """What else happens to a node than that it answers."""

    JOINED = enum.auto()
    ENDED = enum.auto()  # its process is gone
    UNHEARD = enum.auto()  # it may have answered, but nobody heard it


@dataclass(eq=False, slots=True)
class Member:
    """One process of the cluster.

    Attributes:
        address: what dask calls it.
        place: its private folder, which another process at its address does not have.
        jobs: how many programs it judges at a time.
        name: the name of its machine, once it has told.
        facts: what it judges with, once it has told.
        fit: whether it takes part.
        opened: whether it has the course, behind a proven wall.
        unheard: how many of its answers were lost.
        asked: what it is doing.
    """

    address: str
    place: str
    jobs: int
    name: str = ""
    facts: Facts | None = None
    fit: bool = True
    opened: bool = False
    unheard: int = 0
    asked: Future[bytes] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else self.address


Event = tuple[Member, NodeAnswer | News]


class Nodes:
    """The nodes of a scheduler.

    Args:
        client: the connection to it.
        address: what whoever typed the command calls it.
    """

    def __init__(self, client: Client, address: str) -> None:
        self.members: dict[str, Member] = {}
        self.address = address
        self._client = client
        self._done: queue.SimpleQueue[tuple[Member, Future[bytes]] | None]
        self._done = queue.SimpleQueue()
        self._look_at = time.monotonic()
        self._lost_at: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the scheduler can be reached."""
        return bool(self._client.status == "running")

    def ask(
        self, member: Member, do: Callable[[bytes], bytes], order: msgspec.Struct
    ) -> None:
        """Ask a node for something; what it answers is heard later."""
        asked = self._client.submit(
            do,
            encoded(order),
            workers=[member.address],
            allow_other_workers=False,
            pure=False,
            retries=0,
        )
        member.asked = asked
        asked.add_done_callback(lambda future: self._done.put((member, future)))

    def heard(self) -> list[Event]:
        """Return what has happened, when something has or a moment has passed.

        Raises:
            OperatorError: the scheduler is gone.
        """
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + _TICK_S
            seen = list(self._looked(now))
            if seen:
                return seen
        with contextlib.suppress(queue.Empty):
            ended = self._done.get(timeout=max(0.0, self._look_at - now))
            # Of a node that is gone, or of an order that was taken back.
            if ended is not None and ended[0].asked is ended[1]:
                return [(ended[0], _read(*ended))]
        return []

    def wake(self) -> None:
        """Let whoever waits for something go on."""
        self._done.put(None)

    def leave(self, run: str) -> None:
        """Let all nodes end what they do for a run; wait for them a little."""
        opened = [member for member in self.members.values() if member.opened]
        for member in opened:
            _drop(member)
        if not opened or not self.reached:
            return

        def told() -> None:
            with contextlib.suppress(Exception):  # a node that is gone has left
                self._client.run(
                    node.leave,
                    run.encode(),
                    workers=[member.address for member in opened],
                    on_error="ignore",
                )

        # A frozen node answers nobody.
        telling = threading.Thread(target=told, daemon=True)
        telling.start()
        telling.join(_LEAVE_S)

    def _looked(self, now: float) -> Iterator[Event]:
        """Yield who has come and who has gone."""
        there = self._there() if self.reached else None
        if there is None:
            self._lost_at = self._lost_at or now
            if now - self._lost_at > _GONE_S:
                raise OperatorError(
                    f"{self.address}: the scheduler is gone. What was judged is kept. "
                    f"Start it and its nodes again, and type the same command: it goes "
                    f"on from there."
                )
            return
        self._lost_at = None
        for address, member in list(self.members.items()):
            if _place(there.get(address)) != member.place:
                del self.members[address]
                _drop(member)
                yield member, News.ENDED
        for address, told in there.items():
            if address not in self.members:
                member = Member(address, _place(told), int(str(told["nthreads"])))
                self.members[address] = member
                yield member, News.JOINED

    def _there(self) -> dict[str, dict[str, object]] | None:
        """Return what the scheduler tells of each node; None if it tells nothing."""
        # Not `scheduler_info`: another thread empties what that returns now and then.
        ask = self._client.scheduler.identity
        try:
            told = self._client.sync(ask, n_workers=-1)
        except OSError:
            return None
        workers: dict[str, dict[str, object]] = told["workers"]
        return workers


def _place(told: dict[str, object] | None) -> str:
    """Return a node's private folder; nothing where there is no such node."""
    return "" if told is None else str(told["local_directory"])


def _drop(member: Member) -> None:
    """Forget what a node is doing."""
    asked, member.asked = member.asked, None
    if asked is not None:
        asked.cancel()


def _read(member: Member, future: Future[bytes]) -> NodeAnswer | News:
    """Return what a node has answered."""
    member.asked = None
    try:
        if future.status == "error":
            return _failed(future.exception(timeout=_GATHER_S))
        if future.status != "finished":
            return News.UNHEARD
        return node_answer(future.result(timeout=_GATHER_S))
    except (TypeError, GraderError) as error:
        return Refused(
            OperatorError.__name__, f"it sent something that is no answer: {error}"
        )
    except (OSError, TimeoutError, CancelledError):
        return News.UNHEARD
    finally:
        future.release()


def _failed(error: BaseException | None) -> NodeAnswer | News:
    """Return what it means that dask could not have something done."""
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return News.ENDED
    return Refused(
        OperatorError.__name__,
        f"the kit does not run there: {type(error).__name__}: {error}. Install "
        f"torch-grader[cluster] of the same version for the scheduler and all nodes.",
    )


@dataclass(frozen=True)
class Certificates:
    """The files with which main proves to the nodes who it is, and they to main."""

    authority: Path
    own: Path
    key: Path


@contextmanager
def local_nodes(count: int) -> Iterator[Nodes]:
    """Return that many nodes of this machine, which end with the context.

    They listen on 127.0.0.1 and take orders from this process only: the certificate is
    made for the run and kept in memory.

    Raises:
        UsageError: the extra is not installed.
    """
    distributed = _distributed()
    import dask

    with (
        dask.config.set(_UNWATCHED),
        distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            security=True,
            # A limit would end a node for what its checkers and workers take.
            memory_limit=0,
            dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        _connected(cluster.scheduler_address, cluster.security) as client,
    ):
        yield Nodes(client, f"local:{count}")


@contextmanager
def remote_nodes(address: str, certificates: Certificates | None) -> Iterator[Nodes]:
    """Return the nodes of a scheduler that runs.

    Raises:
        UsageError: the extra is not installed, or a certificate cannot be read.
        OperatorError: the scheduler cannot be reached.
    """
    distributed = _distributed()
    security = None
    if certificates is not None:
        security = distributed.Security(
            require_encryption=True,
            tls_ca_file=str(certificates.authority),
            tls_client_cert=str(certificates.own),
            tls_client_key=str(certificates.key),
        )
    with _connected(address, security) as client:
        yield Nodes(client, address)


@contextmanager
def _connected(address: str, security: Security | None) -> Iterator[Client]:
    distributed = _distributed()
    # What it has to say, we say in our words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(
            address,
            security=security,
            timeout=_CONNECT_S,
            set_as_default=False,
            deserializers=_READ,
        )
    except ValueError as error:
        raise UsageError(
            f"--cluster {address}: expected an address such as tcp://10.0.0.1:8786, "
            f"got an error: {error}."
        ) from error
    except OSError as error:  # timeouts, and certificates that do not fit
        raise OperatorError(
            f"{address}: expected a dask scheduler that answers, got an error: "
            f"{error}. Start one with `dask scheduler`, and name its address."
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=_LEAVE_S)


def _distributed() -> Any:  # noqa: ANN401 - a module without types
    """Return dask.distributed.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            f"--cluster: expected dask.distributed, which is not installed "
            f"({error.name}). Type: pip install 'torch-grader[cluster]'"
        ) from error
    return distributed
