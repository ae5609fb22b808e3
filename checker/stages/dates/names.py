"""Names of months and weekdays in the languages of ``date_names.toml``, and zone names."""

from checker.data import table
from checker.stages.dates.customs import Customs

_DATA = table("dates.toml")
_NAMES = table("date_names.toml")
_MARKS = str.maketrans("", "", ".,'’׳ ")


def _by_name(tables: tuple[dict[str, list[str]], ...], first: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in tables:
        for language, names in one.items():
            for number, variants in enumerate(names, start=first):
                for name in variants.split():
                    found.setdefault(_key(name), {})[language[:2]] = number
    return found


def _key(name: str) -> str:
    return name.translate(_MARKS).lower().replace("i̇", "i")


_MONTHS = _by_name((_NAMES["months"], _DATA["months"]), 1)
_DAYS = _by_name((_NAMES["weekdays"],), 0)
_PERSIAN = {name: number for number, name in enumerate(_NAMES["persian"]["months"], start=1)}
_ZONES: dict[str, int] = _DATA["zones"]
_COUNTRY: dict[str, str] = _DATA["zones_by_language"]
_BY_REGION: dict[str, dict[str, int]] = _DATA["zones_by_region"]


def month(name: str, language: str = "") -> int:
    """1 to 12, or 0; a name that means different months is read only in a known language."""
    key = _key(name)
    known = _MONTHS.get(key)
    if known is None and key[:1] in {"ב", "d"}:  # Hebrew "in", Catalan and French "of"
        known = _MONTHS.get(key[1:])
    if known is None:
        return 0
    numbers = set(known.values())
    return numbers.pop() if len(numbers) == 1 else known.get(language, 0)


def is_month(name: str) -> bool:
    """Whether a month is called that in some language."""
    return _key(name) in _MONTHS


def persian_month(name: str) -> int:
    """1 to 12 for a month of the Solar Hijri calendar, or 0."""
    return _PERSIAN.get(name.replace("ي", "ی"), 0)


def weekdays(name: str) -> frozenset[int]:
    """What weekdays the name may mean, Monday is 0."""
    return frozenset(_DAYS.get(_key(name), {}).values())


def zone_minutes(name: str, customs: Customs) -> tuple[int | None, str]:
    """Minutes east of UTC, and a note when the name means several zones and none is known."""
    key = name.lower()
    if key in _BY_REGION:
        by_region = _BY_REGION[key]
        region = customs.region or _COUNTRY.get(customs.language, "")
        if region in by_region:
            return by_region[region], ""
        if key not in _ZONES:
            return None, ""
        others = len(by_region) > 1
        return _ZONES[key], f"{name} means several time zones" if others else ""
    return _ZONES.get(key), ""
