"""What the user names as the archive to compare with, when it is asked over HTTP."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from checker.data import table

_CDX = re.compile(r"(?P<base>.*?)/(?:cdx/search/cdx|cdx|index)/?")


class Kind(StrEnum):
    TIMEGATE = "timegate"
    TIMEMAP = "timemap"
    CDX = "cdx"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask. To ``address`` a TimeGate and a TimeMap append the page's URI; ``replay`` is
    what a CDX server's captures are replayed below, ``pace`` how often its index may be asked."""

    kind: Kind
    address: str
    replay: str = ""
    pace: timedelta = timedelta(0)

    @property
    def is_wayback(self) -> bool:
        """Whether its CDX server speaks the Wayback Machine's dialect, else pywb's."""
        return "/cdx/search/cdx" in self.address


def endpoint(text: str) -> Endpoint | None:
    """A name of ``data/archives.toml``, or the address of a CDX server (``…/cdx``), a TimeMap
    (``…/timemap/link/``) or a TimeGate; None for what is neither."""
    for one in table("archives.toml")["archive"]:
        if text in {one["name"], one["address"]}:
            pace = timedelta(seconds=one["pace"])
            return Endpoint(Kind(one["kind"]), one["address"], one["replay"], pace)
    if not text.startswith(("http://", "https://")):
        return None
    parts = urlsplit(text)
    found = _CDX.fullmatch(parts.path)
    if found is not None:
        base = found["base"] + ("/web/" if "/cdx/search/cdx" in parts.path else "/")
        return Endpoint(Kind.CDX, text, f"{parts.scheme}://{parts.netloc}{base}")
    address = text if text.endswith(("/", "=")) else text + "/"
    return Endpoint(Kind.TIMEMAP if "timemap" in parts.path else Kind.TIMEGATE, address)
