"""A real browser that tests drive: Debian's chromium, through its own protocol.

It talks through two pipes, so that it needs no port, no driver and no package.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-extensions"),
    *("--hide-scrollbars", "--window-size=1100,900", "--remote-debugging-pipe"),
)

# For a page that never loads: no test takes that long.
_PATIENCE_S = 60


class Browser:
    """One tab. `faults` lists what a page's console or its policy complained about."""

    def __init__(self, asks: int, answers: int) -> None:
        self._asks = asks
        self._answers = answers
        self._unread = b""
        self._count = 0
        self._session: str | None = None
        # Which page came last, and which are loaded, by the browser's own names.
        self._came, self._loaded = "", set[str]()
        self.faults: list[str] = []
        self.requested: list[str] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        self.ask("Page.setLifecycleEventsEnabled", enabled=True)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the answer to a command of the protocol."""
        self._count += 1
        command = {"id": self._count, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        unsent = json.dumps(command).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self._asks, unsent) :]
        while True:
            told = self._read()
            if told.get("id") == self._count:
                assert "error" not in told, told["error"]
                result: dict[str, Any] = told["result"]
                return result
            self._note(told)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._answers], [], [], _PATIENCE_S)
            more = os.read(self._answers, 1 << 16) if ready else b""
            assert more, "the browser ended, or says nothing any more"
            self._unread += more
        told, _, self._unread = self._unread.partition(b"\0")
        read: dict[str, Any] = json.loads(told)
        return read

    def _note(self, told: dict[str, Any]) -> None:
        params = told.get("params", {})
        match told.get("method"):
            case "Runtime.exceptionThrown":
                self.faults.append(params["exceptionDetails"]["text"])
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "warning"):
                self.faults.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.faults.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requested.append(params["request"]["url"])
            case "Page.frameNavigated" if "parentId" not in params["frame"]:
                self._came = params["frame"]["loaderId"]
            case "Page.lifecycleEvent" if params["name"] == "load":
                self._loaded.add(params["loaderId"])

    def open(self, address: str) -> None:
        """Open a page, and wait until it and its scripts are loaded."""
        with self._leaving():
            told = self.ask("Page.navigate", url=address)
            assert "errorText" not in told, told["errorText"]

    def click(self, selector: str) -> None:
        """Click what leads to another page, and wait for that page."""
        with self._leaving():
            self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def press_and_go(self, key: str) -> None:
        """Press a key that leads to another page, and wait for that page."""
        with self._leaving():
            self.press(key)

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """Wait, after the block, until a page that came in it is loaded."""
        self._came, self._loaded = "", set[str]()
        yield
        while self._came not in self._loaded:
            self._note(self._read())

    def run(self, script: str) -> Any:
        """Return what a script gives in the page; a promise is awaited."""
        told = self.ask(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, with the keys of a keyboard."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.type(text)

    def click_at(self, element: str) -> None:
        """Click with the mouse where a script's element is, near its beginning."""
        box = self.run(f"(({element}).getBoundingClientRect().toJSON())")
        at = {"x": box["x"] + 5, "y": box["y"] + 5, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, **at)

    def type(self, text: str) -> None:
        """Type a text where the caret is."""
        self.ask("Input.insertText", text=text)

    def press(self, key: str, *, control: bool = False, shift: bool = False) -> None:
        """Press a key, a letter or `Enter`, as a keyboard does."""
        told: dict[str, Any] = {"key": key, "text": "" if control else key}
        code = 13 if key == "Enter" else ord(key.upper())
        told |= {"windowsVirtualKeyCode": code, "modifiers": 2 * control + 8 * shift}
        if key == "Enter":
            told["text"] = "\r"
        self.ask("Input.dispatchKeyEvent", type="keyDown", **told)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **told)

    def looks(
        self,
        *,
        scheme: str = "light",
        media: str = "",
        width: int = 1100,
        height: int = 900,
    ) -> None:
        """Change how pages are shown: light or dark, in print, on a narrow screen."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Write the page as PNG, or only what is in view."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))


def _high(pipe: int) -> int:
    """Return the same pipe under a number above the protocol's."""
    high = fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(pipe)
    return high


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Yield a browser with a fresh profile; it ends with the block."""
    theirs_in, asks = map(_high, os.pipe())
    answers, theirs_out = map(_high, os.pipe())
    # The protocol's pipes are 3 and 4, so that none may have such a number before.
    step = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
        "os.execv(sys.argv[3], sys.argv[3:])"
    )
    line = [*("-I", "-S", "-c", step), str(theirs_in), str(theirs_out), PROGRAM]
    with subprocess.Popen(
        [sys.executable, *line, *_OPTIONS, f"--user-data-dir={profile}"],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(asks, answers)
        finally:
            process.kill()
            os.close(asks)
            os.close(answers)
