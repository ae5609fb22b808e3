"""How findings speak: dates as people write them, quotes cut and made harmless."""

import re
from datetime import datetime

from checker.model import DateEvidence, Evidence, Precision

QUOTE = 300  # characters kept of a quote in evidence
SHORT = 120  # and inside a message
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# Controls, line separators and direction marks (faults C25) would garble a terminal or a mail.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)


def day(instant: datetime) -> str:
    """``"31 March 2017"``, in UTC."""
    return f"{instant.day} {_MONTHS[instant.month - 1]} {instant.year}"


def date_words(date: DateEvidence) -> str:
    """A date as exact as it is known: ``"31 March 2017"``, ``"March 2017"``, ``"2017"``."""
    if date.precision is Precision.YEAR:
        return str(date.earliest.year)
    if date.precision is Precision.MONTH:
        return f"{_MONTHS[date.earliest.month - 1]} {date.earliest.year}"
    return day(date.earliest)


def clean(text: str, limit: int = QUOTE) -> str:
    """*text* on one line, without what could garble the place it is shown in, cut."""
    line = " ".join(_HARMFUL.sub(" ", text[: limit * 8]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quoted(text: str) -> str:
    """``“text”`` for use inside a message."""
    return f"“{clean(text, SHORT)}”"


def place(date: DateEvidence) -> str:
    """``"json-ld datePublished"``."""
    return clean(f"{date.origin.kind.value} {date.origin.place}", SHORT)


def seen(date: DateEvidence, **values: str) -> Evidence:
    """Evidence for what rests on one date."""
    return Evidence(
        clean(date.quote),
        place(date),
        (
            ("earliest", date.earliest.isoformat()),
            ("latest", date.latest.isoformat()),
            *values.items(),
        ),
    )


def stated(date: DateEvidence | None) -> tuple[tuple[str, str], ...]:
    """The value ``stated``: the day that the source itself names, if it names one."""
    if date is None or date.precision < Precision.DAY:
        return ()
    return (("stated", date.earliest.isoformat()),)
