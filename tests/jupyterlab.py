"""A real JupyterLab that tests drive: a server of its own, on this machine alone."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from driving import Browser

MISSING: Final = importlib.util.find_spec("jupyterlab") is None
_READY = re.compile(r"(http://127\.0\.0\.1:(\d+))/lab")
# It asks nobody on the internet for news, and nobody here whether it may.
_PAGE = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
_OPTIONS = (
    *("--no-browser", "--ip=127.0.0.1", "--ServerApp.port=0", "--allow-root"),
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
)
# What a page waits for, in the page: no round trips, and no guess at how long.
_UNTIL = """new Promise((done, fail) => {
  const until = Date.now() + 60000;
  const look = () => {
    if (%s) done(true);
    else if (Date.now() > until) fail(document.body.innerText);
    else setTimeout(look, 50);
  };
  look();
})"""
_CELLS = "[...document.querySelectorAll('.jp-CodeCell')]"


@contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """Yield the address of a JupyterLab that shows a folder; it ends with the block."""
    pages = home / "config" / "labconfig"
    pages.mkdir(parents=True)
    (pages / "page_config.json").write_text(json.dumps(_PAGE))
    own = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        **{f"JUPYTER_{n}_DIR": home / n.lower() for n in ("CONFIG", "DATA", "RUNTIME")},
    }
    token = secrets.token_hex(16)
    words = [sys.executable, "-m", "jupyterlab", *_OPTIONS, f"--notebook-dir={folder}"]
    with subprocess.Popen(
        [*words, f"--IdentityProvider.token={token}"],
        env=os.environ | {name: str(value) for name, value in own.items()},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            told = filter(None, map(_READY.search, process.stderr))
            # What it says afterwards fits into the pipe.
            address = next(told)
            _wait_for(int(address[2]))
            yield f"{address[1]}/lab/tree/{{}}?token={token}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    """Wait until a server listens, which it says a little too early."""
    for _ in range(200):
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.05)


class Lab:
    """A notebook in JupyterLab, worked on with a keyboard."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def open(self, address: str) -> None:
        """Open a notebook, and wait until its kernel is ready."""
        # So tall that no cell is off the screen, where it would not be rendered.
        self.browser.looks(height=4000)
        self.browser.open(address)
        status = "document.querySelector('#jp-main-statusbar')?.innerText"
        self._until(f"{status}?.includes('| Idle')")

    def write(self, old: str, new: str) -> None:
        """Put a text in place of all that stands in the cell that has an old one."""
        self._enter(old)
        self.browser.press("a", control=True)
        self.browser.type(new)

    def run(self, text: str) -> str:
        """Run the cell that begins with a text by Shift+Enter; return what it shows."""
        self._enter(text)
        prompt = f"{self._cell(text)}.querySelector('.jp-InputPrompt').innerText"
        old = self.browser.run(prompt)
        self.browser.press("Enter", shift=True)
        self._until(f"/\\d/.test({prompt}) && {prompt} !== {json.dumps(old)}")
        shown = f"{self._cell(text)}.querySelector('.jp-OutputArea')?.innerText ?? ''"
        return str(self.browser.run(shown))

    def save(self) -> None:
        """Save the notebook by Ctrl+S, and wait until that is done."""
        self.browser.press("s", control=True)
        self._until("!document.querySelector('.jp-mod-dirty')")

    def _enter(self, text: str) -> None:
        self._until(self._cell(text))  # cells are rendered one after the other
        editor = f"{self._cell(text)}.querySelector('.cm-content')"
        self.browser.click_at(editor)
        # A formula that is rendered just then moves all that stands below it.
        while not self.browser.run(f"document.activeElement === {editor}"):
            time.sleep(0.05)
            self.browser.click_at(editor)

    def _cell(self, text: str) -> str:
        own = "c.querySelector('.cm-content')?.innerText.trimStart()"
        return f"{_CELLS}.find((c) => {own}?.startsWith({json.dumps(text)}))"

    def _until(self, what: str) -> None:
        self.browser.run(_UNTIL % what)
