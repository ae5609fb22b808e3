"""ArchiveBox's folders: ``archive/TIMESTAMP/index.json`` with what each of its methods saved beside.

Of a snapshot one capture is taken in, the best that is there: the answer that its WARC holds, the page
as the browser had built it (``output.html``), or that page with everything put into it
(``singlefile.html``). https://github.com/ArchiveBox/ArchiveBox/wiki/Usage#disk-layout
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from checker.adapters import warc
from checker.adapters.bringing.files import STARTS_AS_HTML, page, shown
from checker.adapters.inside import inside
from checker.model import Skipped, Taken
from checker.ports import Clock, Offer
from checker.stages.memento import same_page

INDEX = "index.json"
_MAX_INDEX = 10_000_000
_SAVED = (("dom", "output.html"), ("singlefile", "singlefile.html"))  # method and its file


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One page that somebody asked ArchiveBox to keep; ``name`` is its folder."""

    name: str
    url: str
    history: dict[str, Any]


def snapshots(root: Path) -> list[str] | None:
    """The folders of snapshots below *root*; None if it is no folder of ArchiveBox's."""
    if _read(root, INDEX) is not None:
        return [""]
    shelf = root / "archive"
    if shelf.is_symlink() or not shelf.is_dir():
        return None
    names = sorted(one.name for one in shelf.iterdir() if one.is_dir() or one.is_symlink())
    boxed = (root / "index.sqlite3").exists() or (root / "ArchiveBox.conf").exists()
    some = any((shelf / name / INDEX).exists() for name in names)
    return [f"archive/{name}" for name in names] if boxed or some else None


def captures(root: Path, names: list[str], clock: Clock) -> Iterator[Offer | Skipped]:
    for name in names:
        snapshot = _snapshot(root, name)
        yield snapshot if isinstance(snapshot, Skipped) else _capture(root, snapshot, clock)


def _snapshot(root: Path, name: str) -> _Snapshot | Skipped:
    place = shown(name or root.name)
    if name and inside(root, name) is None:
        return Skipped(place, "is a link; links are not followed")
    said = _read(root, f"{name}/{INDEX}".lstrip("/"))
    if said is None:
        return Skipped(place, f"its {INDEX} is not there or can't be read")
    url, history = said["url"], said.get("history")
    if not url.lower().startswith(("http://", "https://")):
        return Skipped(place, f"is of no web page: {url[:80]}")
    return _Snapshot(name, url, history if isinstance(history, dict) else {})


def _capture(root: Path, snapshot: _Snapshot, clock: Clock) -> Offer | Skipped:
    found = _in_warc(root, snapshot)
    if isinstance(found, Offer):
        return found
    why = found or "holds neither a WARC file nor output.html nor singlefile.html"
    for method, file in _SAVED:
        name = f"{snapshot.name}/{file}".lstrip("/")
        path = inside(root, name)
        if path is None or not path.exists():
            continue
        content = page(root, name)
        if isinstance(content, Skipped):
            why = f"{file}: {content.reason}"
            continue
        if content is None or not STARTS_AS_HTML.match(content.body[:1024]):
            why = f"{file}: is no HTML"
            continue
        at = _begun(snapshot.history.get(method))
        said = (("Content-Type", content.media_type),)
        capture = Taken(snapshot.url, at or clock.now(), None, "", said, content.body)
        return Offer(shown(name), snapshot.url, capture, content.digest, dated=at is not None)
    return Skipped(shown(snapshot.name or root.name), why)


def _in_warc(root: Path, snapshot: _Snapshot) -> Offer | str:
    """The page's own answer among those that its WARC holds; a frame or picture is none."""
    folder = inside(root, f"{snapshot.name}/warc".lstrip("/"))
    if folder is None or not folder.is_dir():
        return ""
    why = ""
    first: Offer | None = None
    for one in warc.WarcCopies(folder).captures():
        if isinstance(one, Skipped):
            why = why or f"warc/{one.name}: {one.reason}"
            continue
        named = _named(one, snapshot)
        if same_page(one.uri) == same_page(snapshot.url):
            return named
        first = first or named
    return first or why  # wget asks for the page first: the rest belongs to it


def _named(offer: Offer, snapshot: _Snapshot) -> Offer:
    name = f"{snapshot.name}/warc/{offer.name}".lstrip("/")
    return Offer(shown(name), snapshot.url, offer.capture, offer.digest)


def _begun(results: object) -> datetime | None:
    """When the last successful run of a method began."""
    for result in reversed(results if isinstance(results, list) else []):
        if isinstance(result, dict) and result.get("status") == "succeeded":
            said = result.get("start_ts")
            return warc.instant(said) if isinstance(said, str) else None
    return None


def _read(root: Path, name: str) -> dict[str, Any] | None:
    """A snapshot's own description."""
    path = inside(root, name)
    try:
        if path is None or not path.is_file() or path.stat().st_size > _MAX_INDEX:
            return None
        said = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("url"), str) else None
