"""Sites as files: what downloaders of the Wayback Machine's captures leave, and mirrors.

HOST/path/index.html                  wayback_machine_downloader, wget -r (no date)
HOST/20150102030405/path/index.html   wayback_machine_downloader --all-timestamps
20150102030405/HOST/path/index.html   waybackpack
HOST/.cdx.json                        dates that a newer wayback_machine_downloader keeps
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from checker.adapters.bringing.files import files, page, shown
from checker.adapters.inside import inside
from checker.model import Representation, Skipped, Taken
from checker.ports import Clock, Offer
from checker.stages import discover
from checker.stages import page as page_stage
from checker.stages.memento import same_page, stamp

_STAMP = re.compile(r"\d{14}")
_HOST = re.compile(r"(?i)(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}(?:[:+_]\d{1,5})?")
_MAX_INDEX = 100_000_000
_KEPT = ".cdx.json"


@dataclass(frozen=True, slots=True)
class _Place:
    """What a file's path says: the address without its scheme, and when it was captured."""

    address: str
    at: datetime | None


@dataclass(slots=True)
class _Mirror:
    root: Path
    clock: Clock
    dates: dict[str, dict[str, datetime]] = field(default_factory=dict)  # by folder, by page

    def captures(self) -> Iterator[Offer | Skipped]:
        for parts in files(self.root):
            if isinstance(parts, Skipped):
                yield parts
                continue
            place = _place(parts) or _place((self.root.absolute().name, *parts))
            if place is None or parts[-1].startswith("."):
                continue
            name = "/".join(parts)
            content = page(self.root, name)
            if isinstance(content, Skipped):
                yield content
            elif content is not None:
                yield self._offer(name, parts, place, content)

    def _offer(
        self, name: str, parts: tuple[str, ...], place: _Place, content: Representation
    ) -> Offer | Skipped:
        uri = _uri(place, content)
        if isinstance(uri, Skipped):
            return Skipped(shown(name), uri.reason)
        kept = self._kept(parts)
        at = place.at or kept.get(same_page(uri))
        said = (("Content-Type", content.media_type),)
        capture = Taken(uri, at or self.clock.now(), None, "", said, content.body)
        return Offer(shown(name), uri, capture, content.digest, dated=at is not None)

    def _kept(self, parts: tuple[str, ...]) -> dict[str, datetime]:
        """The dates that the downloader kept beside its files."""
        top = parts[0] if len(parts) > 1 else ""
        for folder in (top, ""):
            if folder not in self.dates:
                self.dates[folder] = _dates(self.root, f"{folder}/{_KEPT}".lstrip("/"))
        return self.dates[top] or self.dates[""]


def captures(root: Path, clock: Clock) -> Iterator[Offer | Skipped]:
    """Each page below *root* whose path names a host, in the order of paths."""
    return _Mirror(root, clock).captures()


def _place(parts: tuple[str, ...]) -> _Place | None:
    match parts:
        case (first, second, *rest) if _STAMP.fullmatch(first) and _is_host(second):
            host, at = second, stamp(first)
        case (first, second, *rest) if _is_host(first) and _STAMP.fullmatch(second):
            host, at = first, stamp(second)
        case (first, *rest) if _is_host(first):
            host, at = first, None
        case _:
            return None
    if not rest:
        return None
    *folders, file = rest
    path = "/".join((*folders, "" if file in {"index.html", "index.htm"} else file))
    if "?" not in path:  # on Windows
        before, query, values = path.partition("%3F")
        path = before + ("?" if query else "") + values.replace("%3D", "=").replace("%26", "&")
    return _Place(
        f"{re.sub('[+_](?=[0-9]+$)', ':', host.lower())}/{quote(path, safe=_SAFE, errors='replace')}",
        at,
    )


_SAFE = "/%?=&;:@!$'()*+,~-._"


def _is_host(name: str) -> bool:
    return _HOST.fullmatch(name) is not None and not name.lower().endswith((".html", ".htm"))


def _uri(place: _Place, content: Representation) -> str | Skipped:
    """The scheme is lost; a page that names this very address itself knows it."""
    guess = f"https://{place.address}"
    parsed = page_stage.parse(content.body, media_type=content.media_type, uri=guess)
    if isinstance(parsed, page_stage.Unreadable):
        return Skipped("", parsed.reason)
    said, _ = discover.original_uri(parsed, guess)
    return said if said is not None and same_page(said) == same_page(guess) else guess


def _dates(root: Path, name: str) -> dict[str, datetime]:
    """The newest date of each page in a file of ``[[timestamp, address], …]``."""
    path = inside(root, name)
    try:
        if path is None or path.stat().st_size > _MAX_INDEX:
            return {}
        rows = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    found: dict[str, datetime] = {}
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(digits), str(uri), *_] if _STAMP.fullmatch(digits):
                at, key = stamp(digits), same_page(uri)
                if at is not None and (key not in found or found[key] < at):
                    found[key] = at
    return found
