"""A real browser: the system's Chromium, driven by Playwright. Started once for all suites."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing but the page under test: no updates, no reports, no first-run pages.
OPTIONS = (
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="session")
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
