"""A real server and real Chromium: several people at once, each in a browser of their own."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from comuna.app import build, protocol
from comuna.settings import Settings
from comuna.store import people
from comuna.store.store import Store
from comuna.web.access import ORGANISER_COOKIE
from tests.cast import World, begin

CHROMIUM = os.environ.get("COMUNA_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Without these Chromium asks its maker's servers for things on every start."""

PATIENCE = 20_000
"""Milliseconds until something that should be on a page is missed: machines are shared, and slow at times."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; `tools/test` runs it by itself, since two cores carry one browser well."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Site:
    """The running site and the story behind it."""

    address: str
    port: int
    store: Store
    world: World
    server: uvicorn.Server
    thread: threading.Thread
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the site is."""
        return f"http://localhost:{self.port}"

    @property
    def session(self) -> str:
        """Where the session's page is."""
        return f"{self.url}/s/{self.world.gathering}"

    def stop(self) -> None:
        """Stop serving, as a server that is shut down."""
        self.server.should_exit = True
        self.thread.join(10)
        self.store.close()

    def start(self) -> None:
        """Serve again: a new process in all but name, over the same database and on the same port."""
        self.store = Store(self.address, self.store.clock)
        self.world.store = self.store
        self.server, self.thread = _serve(self.store, self.port)

    def person(self, *, width: int = 1280, dark: bool = False, language: str = "en", scripts: bool = True) -> Page:
        """Somebody with a browser of their own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900},
            color_scheme="dark" if dark else "light",
            locale=language,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        return context.new_page()

    def rosa(self, **how: object) -> Page:
        """The facilitator, signed in."""
        page = self.person(**how)
        key = self.store.write(lambda tx: people.key_for_account(tx, self.world.account, "browser"))
        page.context.add_cookies([{"name": ORGANISER_COOKIE, "value": key, "url": self.url}])
        return page


class Running:
    """A clock that runs as real ones do, and can be put forward to another day."""

    def __init__(self) -> None:
        self.ahead = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=time.monotonic())

    def __call__(self) -> dt.datetime:
        return self.ahead + dt.timedelta(seconds=time.monotonic())

    def forward(self, **by: float) -> None:
        """Put it forward: `forward(hours=2)`."""
        self.ahead += dt.timedelta(**by)

    def until(self, moment: str) -> None:
        """Put it forward to a moment."""
        self.ahead += max(dt.datetime.fromisoformat(moment) - self(), dt.timedelta(0))


def _serve(store: Store, port: int) -> tuple[uvicorn.Server, threading.Thread]:
    app = build(store, Settings(url=f"http://localhost:{port}"))
    config = uvicorn.Config(
        app, http=protocol(app), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    return server, thread


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests; each person gets a context of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path, chromium: Browser) -> Iterator[Site]:
    """The site over the study circle and its session."""
    address = str(tmp_path / "comuna.sqlite")
    store = Store(address, Running())
    world = begin(store)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server, thread = _serve(store, port)
    running = Site(address, port, store, world, server, thread, chromium)
    yield running
    for context in running.contexts:
        context.close()
    running.stop()


def becomes(ask: Callable[[], object], wanted: object, *, seconds: float = 10) -> None:
    """Ask until the answer is what is wanted: for what is not on a page, where `expect` waits by itself."""
    deadline = time.monotonic() + seconds
    while (answer := ask()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer == wanted


def barriers(page: Page) -> list[str]:
    """What axe finds on a page that keeps people out (WCAG 2.2 A and AA), as readable lines."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    return [f"{v['id']}: {v['help']} — {node['html'][:160]}" for v in found for node in v["nodes"]]
