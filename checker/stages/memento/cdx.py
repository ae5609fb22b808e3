"""Capture indexes: what CDX servers answer, CDX files and CDXJ files.

Dialects: https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server (an array with
a header row, ``statuscode``) and https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html
(an object a line, ``status``); files by their ``CDX`` line or by their number of columns.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from checker.stages.memento.endpoint import Endpoint
from checker.stages.memento.forms import stamp
from checker.stages.memento.wanted import Capture, Wanted, When

MAX_BYTES = 500_000_000
MAX_LINE = 100_000
ENOUGH = 50  # captures asked for; the one that is meant is chosen among them
_LETTERS = {"a": "url", "b": "timestamp", "m": "mime", "s": "status", "V": "offset",
            "g": "filename", "k": "digest"}  # fmt: skip
_COLUMNS = {
    7: ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"),
    9: tuple(_LETTERS.get(letter, letter) for letter in "NbamskrVg"),
    11: tuple(_LETTERS.get(letter, letter) for letter in "NbamskrMSVg"),
}


def cdx_query(archive: Endpoint, uri: str, wish: Wanted) -> str:
    """The address that lists the captures of *uri* of which one is meant."""
    ok = "statuscode:200" if archive.is_wayback else "=status:200"
    fields = {"url": uri, "output": "json", "filter": ok, "limit": str(ENOUGH)}
    at = f"{wish.at:%Y%m%d%H%M%S}" if wish.at is not None else ""
    if wish.when is When.NEAREST:
        fields |= {"closest": at, "sort": "closest"}
    elif wish.when is When.AFTER:
        fields |= {"from": at}
    elif archive.is_wayback:
        fields |= {"limit": f"-{ENOUGH}"}
    else:
        fields |= {"sort": "reverse"}
    if wish.when is When.BEFORE:
        fields |= {"to": at}
    joint = "&" if "?" in archive.address else "?"
    return archive.address + joint + urlencode(fields)


def parse_cdx(body: bytes, replay: str = "") -> tuple[Capture, ...] | None:
    """Its captures, None if *body* is no index. Lines that are none are passed over. With *replay*
    each has its address below it."""
    if not body.strip():
        return ()
    array = body.lstrip()[:1] == b"["
    lines = list(_array(body) if array else _lines(body[:MAX_BYTES]))
    found = tuple(one for one in (_capture(line, replay) for line in lines) if one is not None)
    return found if found or not lines or array else None


def _array(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        return
    if not rows or not all(isinstance(row, list) for row in rows):
        return
    head = [str(name) for name in rows[0]]
    for row in rows[1:]:
        yield dict(zip(head, row, strict=False))


def _lines(body: bytes) -> Iterator[dict[str, Any]]:
    columns: tuple[str, ...] = ()
    for line in body.split(b"\n"):
        text = line[:MAX_LINE].decode("utf-8", "replace").strip()
        if text.startswith("CDX "):
            columns = tuple(_LETTERS.get(letter, letter) for letter in text.split()[1:])
        elif text.startswith("{"):
            yield _object(text)
        elif " {" in text[: text.find("{") + 1]:
            key, _, rest = text.partition(" {")
            yield {**_object("{" + rest), "timestamp": key.split()[-1]}
        elif text:
            cells = text.split()
            yield dict(zip(columns or _COLUMNS.get(len(cells), ()), cells, strict=False))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _capture(line: dict[str, Any], replay: str) -> Capture | None:
    values = {key: str(value) for key, value in line.items() if isinstance(value, str | int)}
    uri = values.get("original") or values.get("url") or ""
    digits = values.get("timestamp", "")
    at = stamp(digits) if digits.isascii() and digits.isdigit() and len(digits) >= 4 else None
    if at is None or not uri.lower().startswith(("http://", "https://")):
        return None
    place = values.get("offset", "")
    return Capture(
        uri,
        at,
        f"{replay}{digits}/{uri}" if replay else None,
        _number(values.get("statuscode") or values.get("status")),
        values.get("mimetype") or values.get("mime") or "",
        values.get("filename", ""),
        _number(place),
    )


def _number(text: str | None) -> int | None:
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
