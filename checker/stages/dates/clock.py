"""The time of day beside a date, and time zones."""

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo

from checker.data import table
from checker.model import Zone
from checker.stages.dates import moment, names
from checker.stages.dates.customs import UNKNOWN, Customs
from checker.stages.dates.moment import Moment

_SEASONAL: dict[str, str] = table("dates.toml")["seasonal"]
_WORDS = "|".join(
    sorted(map(re.escape, table("dates.toml")["clock"]["words"]), key=len, reverse=True)
)

PATTERN = (
    r"(?:[\s,;|@/(\u00b7•–—-]{0,4}(?:(?P<W>" + _WORDS + r")[:\s]\s?)?[Tt]?"
    r"(?P<early>午前|上午|오전|午後|下午|오후)?\s?"
    r"(?P<H>\d{1,2})(?:(?:[:.hH時时시]|\s[hH]\s|시\s)(?P<M>\d{2})(?:[분分]|[:.](?P<S>\d{2})"
    r"(?:[.,]\d{1,9})?)?(?!\d)|(?=\s?[ap]\.?m)|(?=\s?(?P<U>Uhr|uur|h(?!\w)|[時时시](?!\s?\d))))"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\b\.?)?"
    r"(?:\s?(?:Uhr|uur|Hrs|hrs|h|น\.)(?!\w))?"
    r"(?:\s?\(?(?P<Z>Z\b|(?:UTC|GMT)?\s?[+−-]\d{1,2}(?::?\d{2})?(?![\d-])|(?:[A-Z]{2,4}|МСК|мск)\b))?)?"
)
# A time before its date: "10:35 PM PST, Nov 8, 2023".
_BEFORE = re.compile(
    r"(?<![\d:.])(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?:\s?([AaPp])\.?\s?[Mm]\b\.?)?"
    r"(?:\s?(?:Uhr|uur|hrs)\b)?(?:\s\(?([A-Z]{2,4})\b\)?)?"
    r"[\s,;|/(\u00b7•–—-]{1,4}(?:on\s)?(?:[^\W\d_]{2,12}\.?,?\s)?$"
)
# "1042 GMT (1842 HKT) November 8, 2023": four digits are a time where a zone stands beside them.
_FOUR_DIGITS = re.compile(
    r"(?<!\d)([01]\d|2[0-3])([0-5]\d)\s([A-Z]{3,4})(?:\s\(\d{4}\s[A-Z]{3,4}\))?[\s,;|–—-]{1,4}$"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+−-])(\d{1,2}):?(\d{2})?")
_AFTERNOON = frozenset({"午後", "下午", "오후"})
GAP = "a local time that clocks skip"


def at(hit: re.Match[str], day: tuple[int, int, int], customs: Customs) -> Moment | None:
    """That day at the time that stands after it, or before it; None when no time does."""
    if hit["H"] is None or (hit["U"] == "h" and hit["W"] is None):
        return _before(hit, day, customs)
    hour = int(hit["H"])
    half = hit["half"] or (
        {True: "p", False: "a"}[hit["early"] in _AFTERNOON] if hit["early"] else ""
    )
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    second = int(hit["S"]) if hit["S"] else None
    return _local(day, (hour, int(hit["M"]) if hit["M"] else None, second), hit["Z"], customs)


def _before(hit: re.Match[str], day: tuple[int, int, int], customs: Customs) -> Moment | None:
    ahead = hit.string[max(0, hit.start() - 40) : hit.start()]
    if four := _FOUR_DIGITS.search(ahead):
        return _local(day, (int(four[1]), int(four[2]), None), four[3], customs)
    found = _BEFORE.search(ahead)
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    if hour > 23 or int(found[2]) > 59:
        return None
    second = int(found[3]) if found[3] else None
    return _local(day, (hour, int(found[2]), second), found[5], customs)


def _local(
    day: tuple[int, int, int], time: moment.Clock, name: str | None, customs: Customs
) -> Moment | None:
    where, note = zone(name, customs)
    found = moment.of_time(day, time, where)
    if found is None or found.zone is Zone.NONE:
        return found
    if isinstance(where, ZoneInfo) and _is_skipped(found, where, time):
        return moment.of_day(*day, note=GAP)
    return found.noted(note) if note else found


def _is_skipped(found: Moment, where: ZoneInfo, time: moment.Clock) -> bool:
    """In the hour that summer time skips no clock showed that time."""
    shown = found.earliest.astimezone(where)
    return (shown.hour, shown.minute) != (time[0], time[1] or 0)


def zone(name: str | None, customs: Customs = UNKNOWN) -> tuple[tzinfo | None, str]:
    """The zone that ``Z``, ``+02:00``, ``GMT+2``, ``CEST`` or ``ET`` names, or None; and a note."""
    if not name:
        return None, ""
    text = name.strip()
    if shift := _OFFSET.fullmatch(text):
        minutes = int(shift[2]) * 60 + int(shift[3] or 0)
        return moment.offset(minutes if shift[1] == "+" else -minutes), ""
    if text.lower() in _SEASONAL:
        return ZoneInfo(_SEASONAL[text.lower()]), ""
    minutes_east, note = names.zone_minutes(text, customs)
    return (moment.offset(minutes_east) if minutes_east is not None else None), note
