"""Addresses of mementos, and pages as archives replay them.

The Wayback Machine, pywb and OpenWayback name a memento ``PREFIX/14 digits[modifier]/URI``; the
modifier ``id_`` asks for the bytes as they were captured, with no link rewritten.
"""

import re
from datetime import UTC, datetime
from functools import cache

from checker.data import table

_URI_M = re.compile(r"(https?://[^\s?#]{1,2000}?/)(\d{14})([a-z]{2}_)?/(\S+)")
_REWRITTEN = re.compile(
    rb"(?:(?:https?:)?//[A-Za-z0-9.:\[\]-]{1,255})?(?:/[\w.-]{1,64}){1,3}/\d{4,14}(?:[a-z]{2}_)?/"
    rb"(?=https?:/|mailto:|//)"
)


def raw_form(uri_m: str) -> str | None:
    """Where the memento's bytes are as captured; None where its address is not of this form."""
    found = _URI_M.fullmatch(uri_m)
    return f"{found[1]}{found[2]}id_/{found[4]}" if found else None


def archived_at(uri_m: str) -> datetime | None:
    """The instant that a memento's address names."""
    found = _URI_M.fullmatch(uri_m)
    return stamp(found[2]) if found else None


def stamp(digits: str) -> datetime | None:
    """``20201124093000``, or the beginning of it down to the year, in UTC."""
    try:
        full = digits[:14] + "00000101000000"[len(digits) :] if len(digits) < 14 else digits[:14]
        return datetime.strptime(full, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def unwrapped(body: bytes) -> bytes:
    """A replayed page without what the archive put into it, its links as they were captured.

    For archives that have no raw form: what an insertion changed beyond these marks stays.
    """
    for begin, end in _inserts():
        while (start := body.find(begin)) >= 0:
            stop = body.find(end, start + len(begin))
            if stop < 0:
                break
            body = body[:start] + body[stop + len(end) :]
    return _REWRITTEN.sub(b"", body)


@cache
def _inserts() -> tuple[tuple[bytes, bytes], ...]:
    found = table("archives.toml")["insert"]
    return tuple((one["begin"].encode(), one["end"].encode()) for one in found)
