"""Cadences, hours of quiet and time zones as people write them."""

import re
from datetime import time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from checker.model import Cadence, Hours, Pace
from checker.settings.units import fault

_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CADENCE = re.compile(
    rf"(immediately|hourly|daily|weekly)(?: on ({'|'.join(_DAYS)}))?(?: at ({_TIME}))?",
    re.ASCII | re.IGNORECASE,
)
_QUIET = re.compile(rf"({_TIME})\s?-\s?({_TIME})", re.ASCII)
_HOW = 'Write "immediately", "hourly", "daily at 08:00" or "weekly on Monday at 08:00"'


def read_cadence(text: str, zone: str = "UTC", quiet: str | None = None) -> Cadence:
    """``"weekly on Monday"`` in *zone*. Raises PydanticCustomError for what is none."""
    found = _CADENCE.fullmatch(" ".join(text.split()))
    if found is None:
        raise fault(f"{text!r} is no cadence", _HOW)
    pace = Pace(found[1].lower())
    if found[2] and pace is not Pace.WEEKLY:
        raise fault(f"{text!r}: only a weekly mail has a day", _HOW)
    if found[3] and pace not in {Pace.DAILY, Pace.WEEKLY}:
        raise fault(f"{text!r}: only a daily or weekly mail has a time", _HOW)
    return Cadence(
        pace,
        time.fromisoformat(found[3]) if found[3] else time(8),
        _DAYS.index(found[2].lower()) if found[2] else 0,
        read_zone(zone),
        read_quiet(quiet) if quiet is not None else None,
    )


def read_quiet(text: str) -> tuple[time, time]:
    """``"22:00-07:00"``. Raises PydanticCustomError."""
    found = _QUIET.fullmatch(text.strip())
    if found is None or found[1] == found[2]:
        raise fault(f"{text!r} are no hours of quiet", 'Write them as "22:00-07:00"')
    return time.fromisoformat(found[1]), time.fromisoformat(found[2])


def read_hours(text: str, zone: str) -> Hours:
    """``"22:00-06:00"`` in *zone*. Raises PydanticCustomError."""
    found = _QUIET.fullmatch(text.strip())
    if found is None or found[1] == found[2]:
        raise fault(f"{text!r} are no hours of a day", 'Write them as "22:00-06:00"')
    return Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]), zone)


def read_zone(name: str) -> str:
    """*name* if it is an IANA time zone. Raises PydanticCustomError."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # also what is no file name at all
        how = "Use an IANA name such as Europe/Berlin"
        raise fault(f"{name!r} is no time zone", how) from None
    return name


def _a_cadence(text: str) -> str:
    read_cadence(text)
    return text


def _some_hours(text: str) -> str:
    read_hours(text, "UTC")
    return text


def _a_quiet(text: str) -> str:
    read_quiet(text)
    return text


CadenceText = Annotated[str, AfterValidator(_a_cadence)]
HoursText = Annotated[str, AfterValidator(_some_hours)]
QuietText = Annotated[str, AfterValidator(_a_quiet)]
ZoneName = Annotated[str, AfterValidator(read_zone)]
