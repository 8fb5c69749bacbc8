"""Admits nodes: greets them, gives them the course, and leaves out who does not fit.

A node takes part when it has told what it judges with, and has opened the course behind
a wall that a canary has proven there. Whoever is left out is named in the end.
"""

from __future__ import annotations

import os
import time
import uuid
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from grader import __version__
from grader.errors import AuthorError, InternalError, OperatorError, listed
from grader.judging import node
from grader.judging.bundles import (
    BundleVerdicts,
    Greeting,
    NodeAnswer,
    Opened,
    Opening,
    Unopened,
    Welcome,
    digest_of,
    files_of,
)
from grader.judging.nodes import Member, News, Nodes
from grader.judging.protocol import Refused
from grader.judging.session import facts_here
from grader.sandbox.host.tiers import wall_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from grader.course import Course
    from grader.model import Check, Facts

_NODES_S: Final = 60.0
_GREETED_S: Final = 20.0
_UNHEARD_CAP: Final = 5


class Terms(Protocol):
    """Where nodes come from, and on which terms they take part."""

    @property
    def strict(self) -> bool:
        """Whether nodes with different facts are refused."""

    @property
    def is_local(self) -> bool:
        """Whether the nodes are started here."""

    def nodes(self) -> AbstractContextManager[Nodes]:
        """Return the nodes, connected."""

    def note(self, text: str) -> None:
        """Keep what is to be said in the end."""


class Admission:
    """The nodes of one run; none is asked for anything before it is needed.

    Args:
        course: what they will judge.
        terms: where they come from.
        sandbox: the tier of their wall.
        private: what students handed in and were told; the canary tries to read it.
    """

    def __init__(
        self, course: Course, terms: Terms, sandbox: str, private: tuple[Path, ...]
    ) -> None:
        self._course = course
        self._terms = terms
        self._sandbox = sandbox
        self._private = private
        self.run = uuid.uuid4().hex
        self.fingerprints = course.fingerprints()
        self._stack = ExitStack()
        self._nodes: Nodes | None = None
        self._opening: Opening | None = None
        self._checks: Mapping[str, tuple[Check, ...]] = {}
        self._facts = facts_here(wall_of(sandbox)) if terms.is_local else None
        self._told: dict[str, Facts] = {}
        self._refusals: list[str] = []
        self._somebody_at = 0.0
        self._stopped = False

    @property
    def facts(self) -> Facts:
        """What most nodes judge with; each verdict has those of its own node.

        Raises:
            OperatorError: there is no node, or they differ and may not.
        """
        if self._facts is None:
            until = time.monotonic() + _GREETED_S
            while not self._told or (self._greeting() and time.monotonic() < until):
                list(self.turn())
            differ = _differences(self._told)
            if differ and self._terms.strict:
                raise OperatorError(
                    f"--strict: expected nodes that judge with the same, got: "
                    f"{differ}. Nothing was judged. Use the same image everywhere."
                )
            told = Counter(self._told.values())
            self._facts = max(
                told, key=lambda own: (told[own], msgspec.structs.astuple(own))
            )
        return self._facts

    @property
    def checks(self) -> Mapping[str, tuple[Check, ...]]:
        """The checks of each exercise, by its id."""
        self.open()
        while not self._checks:
            list(self.turn())
        return self._checks

    def stop(self) -> None:
        """Let whoever waits for a node get an error."""
        self._stopped = True
        if self._nodes is not None:
            self._nodes.wake()

    def close(self) -> None:
        """Let the nodes remove the course, and leave them."""
        with self._stack:
            if self._nodes is not None:
                self._nodes.leave(self.run)
        differ = _differences(self._told)
        if differ:
            self._terms.note(
                f"nodes judge with different things: {differ}. Scores may depend on "
                f"who judged; --strict refuses such a cluster."
            )

    def _connected(self) -> Nodes:
        """Return the nodes; the first request connects to them, or starts them."""
        if self._nodes is None:
            self._nodes = self._stack.enter_context(self._terms.nodes())
            self._somebody_at = time.monotonic()
        return self._nodes

    def open(self) -> Nodes:
        """Return the nodes, each of which gets the course from now on."""
        if self._opening is None:
            files = files_of(self._course)
            self._opening = Opening(
                kit=__version__,
                run=self.run,
                digest=digest_of(files),
                files=files,
                exercises=self._course.ids,
                sandbox=self._sandbox,
                jobs=1,
                private=tuple(os.fsencode(path.absolute()) for path in self._private),
            )
        return self._connected()

    def turn(self) -> Iterator[tuple[Member, BundleVerdicts | News]]:
        """Take in what has happened; yield what it means for the works of a node."""
        nodes = self._connected()
        if nodes.reached:
            self._invite(nodes)
        for member, event in nodes.heard():
            yield member, self._meaning(member, event)
        self._must_go_on(nodes)

    def _meaning(
        self, member: Member, event: NodeAnswer | News
    ) -> BundleVerdicts | News:
        """Return what an answer means for the works of a node, if it has any."""
        meant: BundleVerdicts | News = News.UNHEARD
        match event:
            case Welcome() if not member.opened:
                self._welcomed(member, event)
            case Opened(checks) if not member.opened:
                self._opened(member, checks)
            case Welcome() | Opened() | News.UNHEARD:
                self._unheard(member)
            case Refused(blame, message):
                if blame == AuthorError.__name__:
                    raise AuthorError(message)
                self.leave_out(member, message)
            case Unopened():
                member.opened = False
                meant = News.ENDED
            case BundleVerdicts():
                member.unheard = 0
                meant = event
            case News():
                meant = event
        return meant

    def _invite(self, nodes: Nodes) -> None:
        """Greet who is new, and give the course to who does not have it."""
        for member in nodes.members.values():
            if member.fit and member.asked is None:
                if member.facts is None:
                    greeting = Greeting(__version__, self._sandbox)
                    nodes.ask(member, node.greet, greeting)
                elif self._opening is not None and not member.opened:
                    opening = msgspec.structs.replace(self._opening, jobs=member.jobs)
                    nodes.ask(member, node.open_course, opening)

    def _welcomed(self, member: Member, told: Welcome) -> None:
        member.name, member.facts = told.name, told.facts
        if self._terms.strict and self._facts not in (None, told.facts):
            differ = _differences({"the others": self.facts, str(member): told.facts})
            self.leave_out(member, f"--strict: it came later, and differs: {differ}.")
        else:
            self._told[str(member)] = told.facts

    def _opened(self, member: Member, checks: Mapping[str, tuple[Check, ...]]) -> None:
        if checks.keys() != self.fingerprints.keys() or checks != (
            self._checks or checks
        ):
            self.leave_out(member, "it found other checks in the course.")
        else:
            member.opened = True
            self._checks = checks

    def _unheard(self, member: Member) -> None:
        """Count answers in a row that did not come through; leave out who is mute."""
        member.unheard += 1
        if member.unheard > _UNHEARD_CAP:
            self.leave_out(member, "its answers do not come through.")

    def leave_out(self, member: Member, why: str) -> None:
        """Let a node take no part, and say why in the end."""
        member.fit = False
        self._told.pop(str(member), None)
        self._refusals.append(f"{member}: {why}")
        self._terms.note(f"a node was left out: {member}: {why}")

    def _greeting(self) -> bool:
        """Return whether a node may still tell what it judges with."""
        members = self._connected().members.values()
        return any(member.fit and member.facts is None for member in members)

    def _must_go_on(self, nodes: Nodes) -> None:
        """Raise an error where there is nobody left to judge."""
        if self._stopped:
            raise InternalError("The judging was stopped.")
        now = time.monotonic()
        if any(member.fit for member in nodes.members.values()) or not nodes.reached:
            self._somebody_at = now
        elif nodes.members:
            raise OperatorError(
                f"{nodes.address}: no node can judge. {listed(self._refusals)}"
            )
        elif now - self._somebody_at > _NODES_S:
            raise OperatorError(
                f"{nodes.address}: expected nodes, found none for {_NODES_S:g} s. What "
                f"was judged is kept. Start some with `dask worker {nodes.address}`, "
                f"and type the same command: it goes on from there."
            )


def _differences(told: Mapping[str, Facts]) -> str:
    """Return in which facts nodes differ, with their names; nothing if in none."""
    parts = []
    for name in next(iter(told.values())).__struct_fields__ if told else ():
        owners: dict[str, list[str]] = {}
        for member, facts in told.items():
            owners.setdefault(getattr(facts, name), []).append(member)
        if len(owners) > 1:
            parts += [
                f"{name} {value} on {', '.join(own)}" for value, own in owners.items()
            ]
    return "; ".join(parts)
