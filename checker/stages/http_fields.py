"""Reading single HTTP field values strictly: what can't be read is None, never a guess."""

import re
from datetime import UTC, datetime

from checker.model import Headers, header

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# RFC 9110 §5.6.7: IMF-fixdate, then the two obsolete forms. Only ASCII digits (faults C17).
_FORMS = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        (
            r"[a-z]{3}, (?P<day>\d{1,2}) (?P<month>[a-z]{3}) (?P<year>\d{4}) (?P<clock>[\d:]{8}) "
            r"(?:GMT|UTC|\+0000)"
        ),
        r"[a-z]{6,9}, (?P<day>\d{2})-(?P<month>[a-z]{3})-(?P<year>\d{2}) (?P<clock>[\d:]{8}) GMT",
        r"[a-z]{3} (?P<month>[a-z]{3}) (?P<day>[ \d]\d) (?P<clock>[\d:]{8}) (?P<year>\d{4})",
    )
)
_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)", re.ASCII)
_CHARSET = re.compile(
    r';\s*charset\s*=\s*(?:"([^"\\]{1,64})"|([^\s;,"]{1,64})(?=[\s;,]|$))', re.IGNORECASE
)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}", re.ASCII)

# What a service in front of the site says of its own answer (Cloudflare, AWS WAF, Vercel).
_MITIGATED = {
    "cf-mitigated": frozenset({"challenge"}),
    "x-amzn-waf-action": frozenset({"captcha", "challenge"}),
    "x-vercel-mitigated": frozenset({"challenge", "deny"}),
}


def challenged(headers: Headers) -> bool:
    """Whether the answer is no word of the site, but a challenge to the visitor."""
    if _MITIGATED.keys().isdisjoint([name.lower() for name, _ in headers]):
        return False
    return any(
        (header(headers, name) or "").strip().casefold() in values
        for name, values in _MITIGATED.items()
    )


def http_date(value: str) -> datetime | None:
    """An HTTP-date (RFC 9110 §5.6.7) as aware UTC; None for anything else.

    A second of 60 is a leap second and read as 59. A two-digit year is read as 1970…2069.
    """
    text = value.strip()
    found = next((hit for form in _FORMS if (hit := form.fullmatch(text))), None)
    clock = found and _CLOCK.fullmatch(found["clock"])
    if found is None or clock is None or found["month"].lower() not in _MONTHS:
        return None
    hour, minute, second = (int(part) for part in clock.groups())
    month = _MONTHS.index(found["month"].lower()) + 1
    try:
        return datetime(
            _year(found["year"]),
            month,
            int(found["day"]),
            hour,
            minute,
            59 if second == 60 else second,
            tzinfo=UTC,
        )
    except ValueError:  # 30 February, 24:00:00, year 0
        return None


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= 70 else 2000)


def content_type(headers: Headers) -> tuple[str, str | None]:
    """The media type, lower-cased, and the charset as written (RFC 9110 §8.3).

    Without a readable Content-Type it is ``"text/html"``: pages are what is watched, and reading
    the body finds out what it really is.
    """
    value = header(headers, "content-type") or ""
    media_type = value.split(";", 1)[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = "text/html"
    found = _CHARSET.search(value)
    return media_type, (found[1] or found[2]).strip().lower() or None if found else None
