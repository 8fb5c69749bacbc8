"""What the main process and a checker say to each other arrives as it was said."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judging.protocol import Setup, receive, send
from grader.model import Facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course


def test_path_that_is_no_text_arrives(make_course: Callable[..., Course]) -> None:
    root = Path(os.fsdecode(b"/tmp/c\xffo"))
    facts = Facts(*("kit", "3.11", "2", "1", "none", "here"))
    sent = Setup(root, make_course().exercises, (), {}, facts)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, sent)

        assert receive(theirs) == sent
