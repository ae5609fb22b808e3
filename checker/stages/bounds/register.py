"""Who held which office, so that names are found in one pass over a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from checker.data import table
from checker.model import Holder, Office
from checker.stages.bounds.words import phrase

Phrase = tuple[str, ...]
_GROUPS: dict[str, list[str]] = table("bounds.toml")["titles"]
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii"})


@dataclass(frozen=True, slots=True)
class Name:
    """A spelling of a name, and the terms of those who bear it; ``full`` with the first name."""

    words: Phrase
    full: bool
    terms: tuple[tuple[int, Holder], ...]  # number of the office in the register, and the term


@dataclass(frozen=True, slots=True)
class Register:
    """``names`` by their first word, longest first; ``titles`` by office, longest first."""

    offices: tuple[Office, ...]
    names: dict[str, tuple[Name, ...]]
    titles: tuple[tuple[Phrase, ...], ...]


def offices_of(data: dict[str, Any]) -> tuple[Office, ...]:
    """The offices of a table in the shape of ``offices.toml``; it must be valid."""
    return tuple(_office(one) for one in data["office"])


def title_groups() -> tuple[str, ...]:
    """The names that ``titles`` of a table may bear to mean several words in several languages."""
    return tuple(_GROUPS)


def _office(one: dict[str, Any]) -> Office:
    titles = [word for name in one["titles"] for word in _GROUPS.get(name, [name])]
    holders = tuple(_holder(given) for given in one["holders"])
    return Office(
        one["name"], tuple(titles), holders, one.get("known", False), one.get("kept", False)
    )


def _holder(one: dict[str, Any]) -> Holder:
    names = tuple(one["names"])
    short = tuple(one.get("short", ())) or tuple(dict.fromkeys(map(_surname, names)))
    since, until = one["since"], one.get("until")
    fact, verified = one.get("fact", ""), not one.get("unverified", False)
    return Holder(names, short, since, until, fact, verified)


def _surname(name: str) -> str:
    words = [word for word in name.split() if word.lower().strip(".") not in _SUFFIXES]
    return words[-1]


SHIPPED = offices_of(table("offices.toml"))


@lru_cache(maxsize=8)
def register(added: tuple[Office, ...] = ()) -> Register:
    """The shipped offices and the user's: of an office that both have, his terms come first, and
    stand for the shipped terms of the same person."""
    offices = tuple(_merged(SHIPPED, added)) if added else SHIPPED
    found: dict[tuple[Phrase, bool], list[tuple[int, Holder]]] = {}
    for number, office in enumerate(offices):
        for holder in office.holders:
            for spellings, full in ((holder.names, True), (holder.short, False)):
                for words in {phrase(one) for one in spellings} - {()}:
                    found.setdefault((words, full), []).append((number, holder))
    names: dict[str, list[Name]] = {}
    for (words, full), terms in found.items():
        names.setdefault(words[0], []).append(Name(words, full, tuple(terms)))
    ordered = {
        first: tuple(sorted(some, key=lambda one: (-len(one.words), not one.full)))
        for first, some in names.items()
    }
    titles = tuple(_phrases(office.titles) for office in offices)
    return Register(offices, ordered, titles)


def _phrases(titles: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(sorted({phrase(one) for one in titles} - {()}, key=lambda one: (-len(one), one)))


def _merged(shipped: tuple[Office, ...], added: tuple[Office, ...]) -> Iterable[Office]:
    own = {office.name: office for office in added}
    for office in shipped:
        mine = own.pop(office.name, None)
        if mine is None:
            yield office
            continue
        persons = {name for holder in mine.holders for name in holder.names}
        kept = (holder for holder in office.holders if persons.isdisjoint(holder.names))
        yield Office(
            office.name,
            (*mine.titles, *office.titles),
            (*mine.holders, *kept),
            mine.known or office.known,
            mine.kept or office.kept,
        )
    yield from own.values()


def at_latest(one: Holder) -> date:
    """The last day of a term; one that has not ended goes on."""
    return one.until or date.max
