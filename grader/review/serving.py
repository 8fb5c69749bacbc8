"""Starts the desk on a port of this machine, and ends it with Ctrl+C."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import uvicorn

from grader.errors import UsageError
from grader.report.formats import results_json
from grader.review.app import DeskPages
from grader.review.decisions import Decider
from grader.review.guard import RequestGuard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.review.learning import Foresight, Learner
    from grader.review.plots import DrawsPlots

HOST = "127.0.0.1"


def serve(
    out: Path,
    course: Path,
    by: str,
    port: int,
    opened: Callable[[str], None],
    learner: Learner,
    foresight: Foresight,
    draw: DrawsPlots,
) -> None:
    """Serve the desk until somebody ends it.

    Args:
        out: the folder of the reports.
        course: the course's folder.
        by: who decides.
        port: where to listen; 0 for any that is free.
        opened: told the link, which works once.
        learner: adopts mistakes.
        foresight: says what a change of the course would move.
        draw: runs a program again for its plots.

    Raises:
        UsageError: there are no results, or the port is taken.
    """
    results_json.read(out)
    with _listening(port) as listener:
        guard = RequestGuard(listener.getsockname()[1])
        decider = Decider(out, course, by)
        app = DeskPages(out, guard, decider, learner, foresight, draw).app()
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False
        )
        opened(f"http://{HOST}:{listener.getsockname()[1]}/?token={guard.token}")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.bind((HOST, port))
        # The link is told before the server runs: who follows it at once waits.
        listener.listen()
    except OSError as error:
        listener.close()
        raise UsageError(
            f"--port {port}: this port cannot be used: {error.strerror}. Leave the "
            f"option out to take any that is free."
        ) from error
    return listener
