"""Hostile text made fit to show, links made fit to follow, dates in words."""

import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from babel.dates import format_date

LOCALE = "en_GB"
MAX_URI = 2048

# Controls, line and paragraph separators, bidirectional controls (they could turn a sentence
# round), zero-width and tag characters, lone surrogates and non-characters.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]+"
)
_URI_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"'`]")


def clean(text: str, limit: int = 300) -> str:
    """*text* on one line, without characters that steer what shows it, at most *limit* long."""
    folded = " ".join(_UNFIT.sub(" ", text[: 4 * limit]).split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


def clean_row(text: str, limit: int = 300) -> str:
    """As ``clean``, but its spaces stay: for the rows of a table in plain text."""
    return _UNFIT.sub(" ", text[:limit]).rstrip()


def safe_link(uri: str | None) -> str | None:
    """*uri* if it is an absolute http(s) link without credentials or odd characters, else None."""
    if not uri or len(uri) > MAX_URI or _URI_UNFIT.search(uri) or _UNFIT.search(uri):
        return None
    try:
        parts = urlsplit(uri)
        sound = parts.port is None or parts.port > 0
    except ValueError:
        return None
    web = parts.scheme.lower() in ("http", "https")
    return uri if web and sound and parts.hostname and "@" not in parts.netloc else None


def day(moment: datetime | date) -> str:
    """``"31 March 2017"``, in UTC."""
    return format_date(utc(moment), "long", locale=LOCALE)


def age(then: datetime, now: datetime) -> tuple[int, str] | None:
    """``(9, "year")``: whole calendar years, months, days or hours passed; None below an hour."""
    old, new = then.astimezone(UTC), now.astimezone(UTC)
    months = (new.year - old.year) * 12 + new.month - old.month
    if (new.day, new.timetz()) < (old.day, old.timetz()):
        months -= 1
    passed = new - old
    hours = passed.days * 24 + passed.seconds // 3600
    for count, unit in ((months // 12, "year"), (months, "month"), (passed.days, "day")):
        if count > 0:
            return count, unit
    return (hours, "hour") if hours > 0 else None


def plural(count: int, noun: str) -> str:
    """``"1 year"``, ``"1,200 years"``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def utc(moment: datetime | date) -> date:
    """The day in UTC."""
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
