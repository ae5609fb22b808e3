"""ArchiveBox's folders, with what each of its methods saved beside a description.

archive/TIMESTAMP/index.json                                  to 0.8: ``output.html``, ``warc/…``
archive/users/NAME/snapshots/DAY/HOST/ID/index.jsonl          0.9: ``dom/output.html``, ``wget/warc/…``;
                                                              what it moved there lies as before

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
LINES = "index.jsonl"  # a record a line: the snapshot, and each result of a method
_MAX_INDEX = 10_000_000
# Each method and where it saves.
_SAVED = (
    ("dom", "output.html"), ("dom", "dom/output.html"),
    ("singlefile", "singlefile.html"), ("singlefile", "singlefile/singlefile.html"),
)  # fmt: skip
_WARCS = ("warc", "wget/warc")
_USERS = ("archive/users", "users")  # the latter before 0.9.0 was released


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """One page that somebody asked ArchiveBox to keep; ``name`` is its folder."""

    name: str
    url: str
    history: dict[str, Any]


def snapshots(root: Path) -> list[str] | None:
    """The folders of snapshots below *root*; None if it is no folder of ArchiveBox's."""
    if _described(root, "") is not None:
        return [""]
    shelf = root / "archive"
    if shelf.is_symlink() or not shelf.is_dir():
        return None
    of_users = _of_users(root)
    names = sorted(one.name for one in shelf.iterdir() if one.is_dir() or one.is_symlink())
    if of_users:  # what was moved has left a link
        names = [name for name in names if name != "users" and not (shelf / name).is_symlink()]
    boxed = (root / "index.sqlite3").exists() or (root / "ArchiveBox.conf").exists()
    some = of_users or any((shelf / name / INDEX).exists() for name in names)
    return [*(f"archive/{name}" for name in names), *of_users] if boxed or some else None


def _of_users(root: Path) -> list[str]:
    """``USERS/NAME/snapshots/DAY/HOST/ID``; links are not followed."""
    found = []
    for place in _USERS:
        if inside(root, place) is None:
            continue
        for one in (root / place).glob("*/snapshots/*/*/*"):
            name = one.relative_to(root).as_posix()
            if one.is_dir() and inside(root, name) is not None:
                found.append(name)
    return sorted(found)


def captures(root: Path, names: list[str], clock: Clock) -> Iterator[Offer | Skipped]:
    for name in names:
        snapshot = _snapshot(root, name)
        yield snapshot if isinstance(snapshot, Skipped) else _capture(root, snapshot, clock)


def _snapshot(root: Path, name: str) -> _Snapshot | Skipped:
    place = shown(name or root.name)
    if name and inside(root, name) is None:
        return Skipped(place, "is a link; links are not followed")
    said = _described(root, name)
    if said is None:
        return Skipped(place, f"its {LINES} or {INDEX} is not there or can't be read")
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
    for place in _WARCS:
        folder = inside(root, f"{snapshot.name}/{place}".lstrip("/"))
        if folder is not None and folder.is_dir():
            return _answer(folder, place, snapshot)
    return ""


def _answer(folder: Path, place: str, snapshot: _Snapshot) -> Offer | str:
    why = ""
    first: Offer | None = None
    for one in warc.WarcCopies(folder).captures():
        if isinstance(one, Skipped):
            why = why or f"{place}/{one.name}: {one.reason}"
            continue
        named = _named(one, place, snapshot)
        if same_page(one.uri) == same_page(snapshot.url):
            return named
        first = first or named
    return first or why  # wget asks for the page first: the rest belongs to it


def _named(offer: Offer, place: str, snapshot: _Snapshot) -> Offer:
    name = f"{snapshot.name}/{place}/{offer.name}".lstrip("/")
    return Offer(shown(name), snapshot.url, offer.capture, offer.digest)


def _begun(results: object) -> datetime | None:
    """When the last successful run of a method began."""
    for result in reversed(results if isinstance(results, list) else []):
        if isinstance(result, dict) and result.get("status") == "succeeded":
            said = result.get("start_ts")
            return warc.instant(said) if isinstance(said, str) else None
    return None


def _described(root: Path, name: str) -> dict[str, Any] | None:
    """A snapshot's own description, with ``history`` as in ``index.json``: results by method."""
    lines = _content(root, f"{name}/{LINES}".lstrip("/"))
    said = _object(_content(root, f"{name}/{INDEX}".lstrip("/"))) if lines is None else _of(lines)
    return said if said is not None and isinstance(said.get("url"), str) else None


def _of(lines: bytes) -> dict[str, Any] | None:
    records = [one for line in lines.splitlines() if (one := _object(line)) is not None]
    found = next((one for one in records if one.get("type") == "Snapshot"), None)
    history: dict[str, list[Any]] = {}
    for one in records:
        if one.get("type") == "ArchiveResult":
            method = one.get("plugin", one.get("extractor"))
            history.setdefault(str(method), []).append(one)
    return None if found is None else {**found, "history": history}


def _content(root: Path, name: str) -> bytes | None:
    path = inside(root, name)
    try:
        if path is None or not path.is_file() or path.stat().st_size > _MAX_INDEX:
            return None
        return path.read_bytes()
    except OSError:
        return None


def _object(text: bytes | None) -> dict[str, Any] | None:
    try:
        said = json.loads(text or b"")
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
