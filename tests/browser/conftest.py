"""A real browser: the system's Chromium, driven by Playwright. Started once for each suite."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = "http://copies.test/"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing but the page under test: no updates, no reports, no first-run pages.
OPTIONS = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="module")  # Playwright's loop must not outlive the suites that need it
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium here: what a browser shows is not tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(OPTIONS), chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages, each in a context of its own; only loopback can be reached."""
    contexts = []

    def make(**options: object) -> Page:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.route("**/*", _loopback_only)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield make
    for context in contexts:
        context.close()


def _loopback_only(route: Route) -> None:
    if route.request.url.split("/")[2].rpartition(":")[0] == "127.0.0.1":
        route.continue_()
    else:
        route.abort()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots are kept, to be looked at; build/ is in no repository."""
    folder = Path(os.environ.get("CHECKER_SHOTS") or ROOT / "build" / "banner-shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the bytes of a page as a browser gets them from a server, under given conditions."""
    contexts = []

    def opened(
        body: bytes, *, width: int = 1280, headers: dict[str, str] | None = None, **options: object
    ) -> Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, **options)  # type: ignore[arg-type]
        contexts.append(context)
        told = {"content-type": "text/html; charset=utf-8", **(headers or {})}

        def serve(route: Route) -> None:
            if route.request.url == SITE:
                route.fulfill(status=200, headers=told, body=body)
            else:
                route.fulfill(status=404, body="")

        context.route("**/*", serve)
        page = context.new_page()
        page.goto(SITE)
        return page

    yield opened
    for context in contexts:
        context.close()
