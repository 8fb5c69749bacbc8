"""Workers that answer as they are told, and a host that has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from helpers import notebook

from grader.judging.checks.host import Host
from grader.model import Limits
from grader.sandbox.host.client import WorkerEnded

WORK = notebook("x = 1", "def f():\n    pass\nf()\nf()")
LOADED: dict[str, object] = {"failures": [], "names": ["f"], "interrupted": []}


@dataclass
class Script:
    """Workers that answer as they are told, each request in turn."""

    turns: list[object]
    last: str = ""
    asked: list[dict[str, object]] = field(default_factory=list)
    allowed_s: list[float] = field(default_factory=list)
    used_s: float = 0.1
    waited_s: float = 0.1
    paced_s: float = 0.0
    computing: bool = False

    def launch(self, _limits: Limits) -> Script:
        return self

    def request(
        self, payload: dict[str, object], timeout_s: float, *_: float | None
    ) -> object:
        self.asked.append(payload)
        self.allowed_s.append(timeout_s)
        turn = self.turns.pop(0)
        if isinstance(turn, WorkerEnded):
            raise turn
        return turn

    def printed(self) -> str:
        return ""

    def last_words(self) -> str:
        return self.last

    def close(self) -> None: ...


def host(script: Script) -> Host:
    return Host(WORK, Limits(seconds_per_call=1.0), script.launch)
