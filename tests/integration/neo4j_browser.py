"""Driving the real Neo4j Browser in a headless Chromium as a user does: by its fields, buttons and dropped files."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from chromium import FLAGS, chromium
from neo4j_servers import Neo4jServer
from playwright.sync_api import Locator, Page, expect, sync_playwright

WINDOW = {"width": 1500, "height": 860}
PATIENCE_MS = 60_000
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
  const dropped = new DataTransfer();
  dropped.items.add(new File([bytes], name));
  const target = document.querySelector('[data-testid="main"]');
  for (const kind of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(kind, {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""


@dataclass
class BrowserWindow:
    """One window on one server; `hosts` are those from which the page got an answer."""

    page: Page
    server: Neo4jServer
    hosts: set[str] = field(default_factory=set)

    def seen(self, name: str) -> Locator:
        """The part of the page that Browser marks so."""
        return self.page.get_by_test_id(name)

    def open(self, address: str) -> None:
        """Go to an address, as from a link in a terminal, and log in by the form.

        A window that was logged in before is so again by itself; then the welcome stands where the form would.
        """
        self.page.goto("about:blank")
        self.page.goto(address)
        form, welcome = self.seen("boltaddress"), self.seen("frameCommand").filter(has_text=":play start")
        form.or_(welcome).first.wait_for()
        if form.is_visible():
            shown = f"127.0.0.1:{self.server.bolt_port}"
            assert form.input_value() == shown, "the form does not offer the server's own address"
            self.seen("username").fill(self.server.username)
            self.seen("password").fill(self.server.password)
            self.seen("connect").click()
            form.wait_for(state="detached")

    def drop(self, path: Path) -> None:
        """Drop a file onto the window."""
        self.page.evaluate(DROP, [path.name, base64.b64encode(path.read_bytes()).decode()])

    def editor(self) -> str:
        """The text in the editor, without its line numbers; lines may be broken where they are long."""
        text = self.seen("activeEditor").locator(".view-lines").inner_text()
        return text.replace("\xa0", " ")

    def run(self) -> Locator:
        """Run what is in the editor; the frame of its answer."""
        return self.answer_to(self.seen("editor-Run"))

    def answer_to(self, button: Locator) -> Locator:
        """Press a button that runs another query than the last one; the frame of its answer, which is the newest.

        Frames are not counted: beyond fifteen the oldest goes.
        """
        command = self.seen("frameCommand").first
        known = command.inner_text()
        button.click()
        expect(command).not_to_have_text(known)
        frame = self.seen("frame").first
        frame.filter(has_text=re.compile("Started streaming|Displaying|completed after|no records|ERROR")).wait_for()
        return frame

    def pan(self, frame: Locator, right: int) -> None:
        """Move the graph of a frame by so many pixels."""
        box = frame.locator("svg.neod3viz").bounding_box()
        assert box is not None
        x, y = box["x"] + 30, box["y"] + 30
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right, y, steps=5)
        self.page.mouse.up()


@contextmanager
def browser_window(server: Neo4jServer, folder: Path) -> Iterator[BrowserWindow]:
    """A window with a profile of its own in `folder`."""
    expect.set_options(timeout=PATIENCE_MS)
    program = chromium()
    assert program, "no chromium; install it: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=program, args=list(FLAGS), headless=True, viewport=WINDOW, locale="zh-CN"
        )
        context.set_default_timeout(PATIENCE_MS)
        window = BrowserWindow(context.new_page(), server)
        window.page.on("response", lambda response: window.hosts.add(urlsplit(response.url).hostname or ""))
        try:
            yield window
        finally:
            context.close()
