"""Offices and who held them when: what dates a text that names a holder with the title."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Holder:
    """One term of one person, both days included; ``until`` None: not known to have ended.

    ``names`` are the spellings in full, ``short`` those that stand alone after a title ("Obama").
    ``fact`` is what anybody can look up; ``verified`` False where nobody has looked it up.
    """

    names: tuple[str, ...]
    short: tuple[str, ...]
    since: date
    until: date | None = None
    fact: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody whom a text names in office, and the last day of that person's last term."""

    person: str
    office: str
    until: date
    quote: str


@dataclass(frozen=True, slots=True)
class Office:
    """One office. ``titles`` are what holders are called, in any language, in lower case.

    ``known``: holders so well known that title and surname alone are enough. ``kept``: they are
    called so after they left, too.
    """

    name: str
    titles: tuple[str, ...]
    holders: tuple[Holder, ...]
    known: bool = False
    kept: bool = False
