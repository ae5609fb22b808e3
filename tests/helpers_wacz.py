"""A small watched archive with every kind of capture, and programs of others that read WACZ."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.helpers_service import World, feed, feed_source, world
from tests.helpers_watch import STORY, html, reply

ROOT = Path(__file__).parents[1]
BRIDGE, SCHOOL, OLD = (f"https://paper.test/{name}" for name in ("bridge", "school", "old"))
CHANGED = (STORY[0].replace("4.50", "5.90"), *STORY[1:])


@contextmanager
def watched(folder: Path) -> Iterator[World]:
    """Three articles: one whose source was changed and then stayed, one without copy elsewhere,
    one with a copy in a folder."""
    (folder / "copies").mkdir()
    (folder / "copies" / "old.html").write_bytes(
        html(title="Old news").replace(
            b"<head>", f'<head><link rel=canonical href="{OLD}">'.encode()
        )
    )
    with world(folder, feed_source(folder)) as here:
        here.http.script = {
            "https://paper.test/feed.xml": reply(feed(BRIDGE, SCHOOL)),
            BRIDGE: reply(html()),
            SCHOOL: reply(html("A school.", "It opens on Monday, says the town.", title="School")),
            OLD: reply(html(title="Old news")),
        }
        here.pass_by(0)
        here.http.script[BRIDGE] = reply(html(*CHANGED))
        here.pass_by(2)
        yield here


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as container:
        return container.read(name)


def pages(path: Path) -> list[dict[str, Any]]:
    lines = member(path, "pages/pages.jsonl").splitlines()
    assert json.loads(lines[0])["format"] == "json-pages-1.0"
    return [json.loads(line) for line in lines[1:]]
