"""What mails say in the recipient's language, from ``data/mail.toml``."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from checker import data
from checker.model import Rule

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language; a key that is none is our own fault and raises KeyError."""

    language: str
    table: dict[str, Any]
    locale: Locale

    @property
    def direction(self) -> str:
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def __getitem__(self, key: str) -> str:
        found: str = self.table[key]
        return found

    def counted(self, key: str, count: int) -> str:
        """The form of *key* for so many: ``"3 articles outdated"``."""
        forms: dict[str, str] = self.table[key]
        form = forms.get(self.locale.plural_form(count)) or forms["other"]
        return form.replace("{n}", self.number(count))

    def kind(self, rule: Rule) -> str:
        found: str | None = self.table["kinds"].get(rule.value)
        return found or rule.value.replace("-", " ")

    def number(self, count: int) -> str:
        return str(format_decimal(count, locale=self.locale))

    def day(self, moment: datetime) -> str:
        return format_date(moment.astimezone(UTC).date(), "long", locale=self.locale)

    def age(self, then: datetime, now: datetime) -> str:
        """``"9 years ago"``: whole years, months or days that have passed; "" for none."""
        old, new = then.astimezone(UTC), max(then, now).astimezone(UTC)
        months = (new.year - old.year) * 12 + new.month - old.month
        months -= (new.day, new.time()) < (old.day, old.time())
        days = (new - old).days
        if days <= 0:
            return ""
        # The library divides by these lengths.
        passed = 365 * (months // 12) if months >= 12 else 30 * months if months else days
        return format_timedelta(
            -timedelta(days=passed),
            granularity="day",
            threshold=1,
            add_direction=True,
            locale=self.locale,
        )


@cache
def phrases(language: str) -> Phrases:
    """Those of *language* or of its base ("de-AT": "de"), else English."""
    table = data.table("mail.toml")
    name = next(
        (one for one in (language, language.split("-", maxsplit=1)[0]) if one in table), "en"
    )
    return Phrases(name, table[name], Locale.parse(table[name]["locale"]))


def languages() -> tuple[str, ...]:
    return tuple(data.table("mail.toml"))


def isolated(text: str) -> str:
    """*text* for plain text: one with letters written from right to left is kept by itself, so
    that it does not turn what stands around it."""
    return f"\u2068{text}\u2069" if _RTL.search(text) else text
