"""Dates with provenance: what was seen, where, and how exact it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Precision(IntEnum):
    """How exact a date is; a larger value is more exact."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    HOUR = 4
    MINUTE = 5
    SECOND = 6


class Zone(StrEnum):
    """Whether the time zone was stated beside the date or had to be assumed."""

    STATED = "stated"
    ASSUMED_UTC = "assumed-utc"
    NONE = "none"  # a day, month or year: no zone applies


class DateKind(StrEnum):
    """What a date says about its page."""

    PUBLISHED = "published"
    MODIFIED = "modified"
    EXPIRES = "expires"
    EVENT_START = "event-start"
    EVENT_END = "event-end"
    REVIEWED = "reviewed"
    REVIEW_DUE = "review-due"
    CAPTURED = "captured"
    MENTIONED = "mentioned"  # an explicit day in text or a caption: a bound, never a time stamp


class OriginKind(StrEnum):
    """Where a date was seen. How far each is trusted is a table in ``stages/dates``."""

    JSON_LD = "json-ld"
    SCRIPT = "script"
    MICRODATA = "microdata"
    META = "meta"
    FRONT_MATTER = "front-matter"
    TIME_ELEMENT = "time-element"
    BYLINE = "byline"
    URL = "url"
    FEED = "feed"
    SITEMAP = "sitemap"
    HTTP_HEADER = "http-header"
    CAPTION = "caption"
    TEXT = "text"
    CAPTURE = "capture"
    OFFICE = "office"  # the term of a person whom the text names with a title
    WEEKDAY = "weekday"  # the years in which a day of a month falls on the weekday beside it


@dataclass(frozen=True, slots=True)
class Origin:
    """A kind of place and the exact spot: ``Origin(META, "article:published_time")``."""

    kind: OriginKind
    place: str


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """One date found.

    ``earliest`` and ``latest`` bound the instant meant (closed interval, UTC): for a second they
    are equal, for a day of unknown zone they are its first and last second in UTC. ``quote`` is
    the text that was read. ``weak`` marks evidence that may hint or bound but never decide
    (``Last-Modified``, feed, sitemap, text); ``note`` says why, or names another possible reading.
    ``day`` is the calendar day as the publisher counts it, which for an instant may differ from its
    day in UTC; None for months and years.
    """

    kind: DateKind
    earliest: datetime
    latest: datetime
    precision: Precision
    zone: Zone
    origin: Origin
    quote: str
    weak: bool = False
    note: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What one piece of evidence says of when a text was written, and ``why`` in one sentence.

    ``dropped`` says what it contradicts, if it was not believed. Of several times (two terms, some
    years) the bounds are those of the ones that agree with the rest.
    """

    why: str
    not_before: DateEvidence | None = None
    not_after: DateEvidence | None = None
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the text must have been written, when its time stamp is lost.

    ``limits`` is all that was looked at: the latest ``not_before`` and the earliest ``not_after``
    that were not dropped are the bounds. Never a time stamp.
    """

    not_before: DateEvidence | None = None
    not_after: DateEvidence | None = None
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class DateConflict:
    """Two statements that can't both be true: ``why`` in a few words, the one believed first."""

    why: str
    believed: DateEvidence
    other: DateEvidence


# Origins' places where a page shows a date as its own; elsewhere it may be another story's.
OWN_PLACES = frozenset({"labelled", "beside the headline", "time, named"})


@dataclass(frozen=True, slots=True)
class Dates:
    """The decision and everything it was made from; ``evidence`` is ordered best first."""

    published: DateEvidence | None = None
    modified: DateEvidence | None = None
    bounds: Bounds = Bounds()
    evidence: tuple[DateEvidence, ...] = ()
    conflicts: tuple[DateConflict, ...] = ()

    @property
    def doubt(self) -> str:
        """Why ``published``, though the best there is, is weak; "" where nothing speaks against it.

        Another statement contradicts it, or it is a kind of statement that often means another day.
        """
        best = self.published
        if best is None:
            return ""
        for conflict in self.conflicts:
            if conflict.believed == best:
                return conflict.why
        if best.origin.place.lower().endswith("created"):
            return "the day on which it was created"
        if best.origin.place == "alone":
            return "a day that stands alone in its line"
        own = (one for one in self.evidence if one.origin.place in OWN_PLACES and not one.weak)
        shown = {one.day for one in own}
        return "the page shows other days only" if shown and best.day not in shown else ""

    @property
    def newest(self) -> DateEvidence | None:
        """The later of modified and published: "last updated"."""
        found = [date for date in (self.modified, self.published) if date is not None]
        return max(found, key=lambda date: date.latest) if found else None

    @property
    def newest_trusted(self) -> DateEvidence | None:
        """The newest date that age is counted from: published, modified, or reviewed by the
        publisher. Weak evidence (``Last-Modified``, feeds, text) never counts (trap 5)."""
        reviewed = (date for date in self.evidence if date.kind is DateKind.REVIEWED)
        stamp = (self.newest,) if self.newest is not None else ()
        trusted = [date for date in (*reviewed, *stamp) if not date.weak]
        return max(trusted, key=lambda date: date.latest, default=None)
