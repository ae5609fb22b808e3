"""What discovery gives, and the cleaning of hostile addresses, titles and dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from checker.model import DateEvidence, DateKind, Found, Hub, Origin, OriginKind
from checker.stages.dates import grammar, moment
from checker.stages.dates.moment import Moment

MAX_URI = 8_192  # characters; servers refuse longer ones, and parsers are quadratic somewhere
MAX_TITLE = 300
_MAX_PROBLEMS = 100
# C0, C1, bidirectional controls (C25) and lone surrogates have no business in a title.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_FIRST_YEAR = 1990  # the web's; earlier dates are defaults of some machine (faults C10)


@dataclass(frozen=True, slots=True)
class Listing:
    """Articles found, further listings to read, what went wrong, in sentences, and who would tell
    at once of what is new.

    ``whole``: it is a list of all there is, and was read to its end: what is missing is gone.
    """

    found: tuple[Found, ...]
    children: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    whole: bool = False
    hub: Hub | None = None


@dataclass(slots=True)
class Gathered:
    """A listing in the making: one entry per address, the first one's title, all hints."""

    limit: int
    entries: dict[str, Found] = field(default_factory=dict)
    unusable: list[str] = field(default_factory=list)

    def add(self, uri: str, title: str, hints: tuple[DateEvidence, ...]) -> bool:
        """False when there is no room for another address."""
        known = self.entries.get(uri)
        if known is None and len(self.entries) >= self.limit:
            return False
        new = tuple(hint for hint in hints if known is None or hint not in known.hints)
        self.entries[uri] = Found(
            uri,
            title=(known.title if known else "") or title,
            hints=((known.hints if known else ()) + new)[:8],
        )
        return True

    def problems(self, what: str) -> Iterator[str]:
        if self.unusable:
            count, first = len(self.unusable), self.unusable[0]
            yield f"{count} {what} without a usable http(s) address, the first: {first!r}"


def web_uri(text: str | None, base: str | None = None) -> str | None:
    """*text* as an absolute http(s) URI without fragment, or None.

    Scheme and host are lower-cased, spaces percent-encoded (RFC 3986 §6.2.2). Refused are other
    schemes, user names and passwords, missing hosts and control characters. Raises nothing.
    """
    raw = (text or "").strip()
    if not raw or len(raw) > MAX_URI:
        return None
    try:
        raw = raw.replace(" ", "%20")
        parts = urlsplit(raw if _ABSOLUTE.match(raw) else urljoin(base or "", raw))
        port = parts.port  # reading it is what validates it
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return None
    if parts.username is not None or parts.password is not None or "\\" in parts.netloc:
        return None
    uri = parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()
    return uri if len(uri) <= MAX_URI and uri.isprintable() and " " not in uri else None


def clean_title(text: str) -> str:
    """One line of at most ``MAX_TITLE`` characters."""
    line = " ".join(_UNFIT.sub(" ", text[: MAX_TITLE * 20]).split())
    return line if len(line) <= MAX_TITLE else line[: MAX_TITLE - 1].rstrip() + "…"


def clip(text: str, length: int = 120) -> str:
    """Hostile text for a problem's sentence."""
    line = _UNFIT.sub(" ", text[: length * 2]).strip()
    return line if len(line) <= length else line[: length - 1] + "…"


def capped(problems: list[str]) -> tuple[str, ...]:
    more = len(problems) - _MAX_PROBLEMS
    if more <= 0:
        return tuple(problems)
    return (*problems[:_MAX_PROBLEMS], f"and {more} more")


def hint(
    text: str | None,
    kind: DateKind,
    origin: OriginKind,
    place: str,
    otherwise: datetime | None = None,
) -> DateEvidence | None:
    """A feed's or sitemap's date as weak evidence (trap 5), None if it is no date.

    As exact as it is written (``stages/dates``); where it is unreadable or has two readings,
    *otherwise*, another reader's result in UTC, counts. None before 1990 or at the Unix epoch.
    """
    if not text:
        return None
    quote = clip(text.strip(), 80)
    readings = grammar.read(quote)
    found = readings[0] if len(readings) == 1 else _moment(otherwise)
    if found is None or found.earliest.year < _FIRST_YEAR:
        return None
    exact = (found.earliest, found.latest, found.precision, found.zone)
    return DateEvidence(kind, *exact, Origin(origin, place), quote, weak=True, note=found.note)


def _moment(read: datetime | None) -> Moment | None:
    if read is None:
        return None
    day, clock = (read.year, read.month, read.day), (read.hour, read.minute, read.second)
    found = moment.of_time(day, clock, None)
    return found and found.doubted("as feedparser reads it")
