"""Which memento of many is meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, TypeVar
from urllib.parse import urlsplit


class When(StrEnum):
    LATEST = "latest"
    NEAREST = "nearest"
    BEFORE = "before"
    AFTER = "after"


_TEXT = frozenset({"text/plain", "text/markdown"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """The memento nearest to ``at``, the last one not after it or the first one not before it;
    LATEST needs no date."""

    when: When = When.LATEST
    at: datetime | None = None

    def __str__(self) -> str:
        return "" if self.at is None else f" {self.when.value} {self.at:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of an index: where a memento can be had, or in which file its record lies."""

    uri: str
    at: datetime
    uri_m: str | None = None
    status: int | None = None
    media_type: str = ""
    file: str = ""
    offset: int | None = None

    @property
    def is_page(self) -> bool:
        """False of what is said to be no page, or no answer of status 200; revisits may be one."""
        kind = self.media_type.lower()
        return self.status in (None, 200) and (
            kind in {"", "-", "warc/revisit", "unk"} or "html" in kind or kind in _TEXT
        )


class _Dated(Protocol):
    @property
    def at(self) -> datetime | None: ...


T = TypeVar("T", bound=_Dated)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def choose(found: Iterable[T], wish: Wanted) -> T | None:
    """The one of *found* that is meant. An undated one is what there is when a date is not asked
    for, and older than every dated one."""
    every = list(found)
    dated = [(one.at, one) for one in every if one.at is not None]
    if wish.at is None:
        return max(every, key=lambda one: one.at or _LONG_AGO, default=None)
    at = wish.at
    match wish.when:
        case When.BEFORE:
            fit = [(moment, one) for moment, one in dated if moment <= at]
        case When.AFTER:
            fit = [(moment, one) for moment, one in dated if moment >= at]
        case _:
            fit = dated
    return min(fit, key=lambda pair: abs(pair[0] - at), default=(None, None))[1]


def wanted(text: str) -> Wanted:
    """``latest``, ``DATE`` (the nearest), ``before:DATE``, ``after:DATE``, ``nearest:DATE``; a date
    is a day or an ISO 8601 instant, in UTC where it has no zone. Raises ValueError."""
    if text == When.LATEST.value:
        return Wanted()
    word, colon, rest = text.partition(":")
    if not (colon and word in {"nearest", "before", "after"}):
        word, rest = When.NEAREST.value, text
    at = datetime.fromisoformat(rest)
    if word == "before" and len(rest) == len("2026-11-24"):
        at = at.replace(hour=23, minute=59, second=59)  # the day itself is not too late
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return Wanted(When(word), at)


def same_page(uri: str) -> str:
    """A key that two addresses share which archives take for one: scheme, ``www.``, default port,
    letter case of the host, fragment and a trailing slash aside."""
    try:
        parts = urlsplit(uri)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return uri
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    path = parts.path.rstrip("/")
    return f"{place}{path}?{parts.query}" if parts.query else f"{place}{path}"
