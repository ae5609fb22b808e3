"""What a banner says in the reader's language: gettext catalogues, CLDR dates and plurals.

Messages are written in English in the code; ``data/locale/*.po`` translates them. English itself
needs no catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from io import StringIO

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from checker.data import text
from checker.model import BANNER_LANGUAGES, DateEvidence, Precision
from checker.stages.banner.words import utc

_CATEGORIES = ("zero", "one", "two", "few", "many", "other")  # CLDR's order, which ours follow
_TRADITIONAL = frozenset({"TW", "HK", "MO"})
_FIRST = {"fr": "1er"}  # CLDR's long dates lack the ordinal of the first
_REGION = {"en": "en_GB"}  # where a page names none


@dataclass(frozen=True, slots=True)
class Shown:
    """A date as it is shown: as exact as it is known, in words and in ISO 8601."""

    precision: str  # "day", "month" or "year"
    words: str
    iso: str


@dataclass(frozen=True, slots=True)
class Language:
    """One of ``BANNER_LANGUAGES``, with the page's own region for its dates."""

    tag: str
    locale: Locale
    catalog: Catalog | None = field(repr=False)

    @property
    def right_to_left(self) -> bool:
        return self.locale.text_direction == "rtl"

    def say(self, message: str, context: str | None = None, **values: str) -> str:
        """*message* translated, its ``{names}`` filled in."""
        found = self.catalog.get(message, context) if self.catalog is not None else None
        return _filled(str(found.string) if found is not None else message, values)

    def count(self, one: str, many: str, count: int) -> str:
        """The form for *count*, which stands at ``{count}`` with the language's separators."""
        found = self.catalog.get((one, many)) if self.catalog is not None else None
        forms = (one, many) if found is None or not found.string else tuple(found.string)
        at = min(plural_index(self.tag, count), len(forms) - 1)
        return _filled(forms[at], {"count": str(format_decimal(count, locale=self.locale))})

    def day(self, moment: datetime | date) -> str:
        """``"31 March 2017"``, the day in UTC."""
        at = utc(moment)
        words = format_date(at, "long", locale=self.locale)
        first = _FIRST.get(self.tag)
        return f"{first}{words[1:]}" if first and words.startswith("1 ") else words

    def shown(self, evidence: DateEvidence) -> Shown:
        start = utc(evidence.earliest)
        if evidence.precision is Precision.YEAR:
            return Shown("year", str(start.year), f"{start.year:04d}")
        if evidence.precision is Precision.MONTH:
            words = format_skeleton("yMMMM", start, locale=self.locale)
            return Shown("month", words, f"{start.year:04d}-{start.month:02d}")
        return Shown("day", self.day(start), start.isoformat())


def language_for(wanted: Iterable[str | None]) -> Language:
    """The first of *wanted* (tags such as ``pt-BR``) that we have; else English."""
    for tag in wanted:
        known = _known(tag)
        if known is not None:
            return _language(*known)
    return _language("en", "en_GB")


def plural_index(tag: str, count: int) -> int:
    """Which of a catalogue's forms *count* takes, by CLDR."""
    category = Locale.parse(tag.replace("-", "_")).plural_form(count)
    used = _used(tag)
    return used.index(category) if category in used else len(used) - 1


def _known(tag: str | None) -> tuple[str, str] | None:
    """Our own tag and CLDR's locale for a page's language tag."""
    base, *rest = (tag or "").strip().replace("_", "-").split("-")
    base = base.lower()
    if base not in BANNER_LANGUAGES:
        return None
    region = next((part.upper() for part in rest if len(part) == 2), "")
    if base == "zh":
        traditional = "hant" in map(str.lower, rest) or region in _TRADITIONAL
        return ("zh-Hant", "zh_Hant") if traditional else ("zh", "zh")
    if region:
        try:
            Locale.parse(f"{base}_{region}")
        except (UnknownLocaleError, ValueError):
            region = ""
    return base, f"{base}_{region}" if region else _REGION.get(base, base)


@cache
def _language(tag: str, locale: str) -> Language:
    catalog = None
    if tag != "en":
        catalog = read_po(StringIO(text(f"locale/{tag.replace('-', '_')}.po")))
    return Language(tag, Locale.parse(locale), catalog)


@cache
def _used(tag: str) -> tuple[str, ...]:
    """The categories that whole numbers take in a language, in the order of its catalogue."""
    found = {Locale.parse(tag.replace("-", "_")).plural_form(count) for count in range(201)}
    return tuple(category for category in _CATEGORIES if category in found)


def _filled(message: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        message = message.replace("{" + name + "}", value)
    return message
