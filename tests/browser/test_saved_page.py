"""A page as Chromium itself saves it, audited."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from checker.entry.cli import main as cli
from tests.loopback import Loopback
from tests.loopback import page as answer

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Toll</title>
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head><body><article>
<h1>Toll</h1><p>The toll on the old bridge is 12 dollars – the council said.</p></article>
<iframe srcdoc="<p>an advertisement"></iframe></body></html>"""


def test_what_chromium_saves_is_audited(
    tab: Callable[..., Page], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Loopback({"/toll": answer(PAGE)}) as site:
        address = site.url("/toll")
        page = tab()
        page.goto(address)
        session = page.context.new_cdp_session(page)
        saved = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
    (tmp_path / "toll.mhtml").write_bytes(saved.encode())
    words = ("--offline", "--as-of", "2026-11-24", "--format", "json")
    assert cli(["audit", str(tmp_path), *words]) == 1
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert (document["uri"], document["mapped_by"]) == (address, "Content-Location")
    assert document["findings"][0]["rule"] == "age-exceeded"
