"""Holders of offices that a text names with their titles, and how it speaks of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from checker.data import table
from checker.model import Holder
from checker.stages.bounds.register import Name, Phrase, Register
from checker.stages.bounds.words import Words, phrase, vocabulary

_CUES: dict[str, frozenset[str]] = {
    name: frozenset(words) for name, words in table("bounds.toml")["cues"].items()
}
_BARE = ("secretary",)
_BEFORE = 4  # words before a title among which "former" is looked for
_AFTER = 5  # words after a name among which a title is looked for
_SAID = 4  # words after a name among which a verb is its own
_QUOTE = 160
_MAX_NAMED = 400  # of one text: more belong to a list


@dataclass(frozen=True, slots=True)
class Named:
    """One mention. ``office`` is its number in the register; ``terms`` are all of that person's in
    it; several persons of one surname give theirs together.

    ``former``: said to be no longer in office. ``now``: somebody who acts or speaks, in a sentence
    that tells of no other time.
    """

    office: int
    terms: tuple[Holder, ...]
    quote: str
    former: bool = False
    now: bool = False
    speaks: bool = False


def named(words: Words, known: Register, full: set[Phrase]) -> Iterator[Named]:
    """The mentions in one block, in order. *full* are the surnames whose bearers the text has named
    in full: it grows."""
    number, count = 0, 0
    while number < len(words.raw) and count < _MAX_NAMED:
        found = _name_at(words, number, known)
        if found is None:
            number += 1
            continue
        name, end = found
        for one in _in_office(words, (number, end), name, known, full):
            count += 1
            yield one
        number = end


def expected(text: str, known: Register) -> frozenset[str]:
    """The first words of the names that may stand in *text*, folded; none where no title of an
    office of those who bear them does: then nobody is named in office."""
    words = vocabulary(text)
    names = [
        name
        for first in known.names.keys() & words
        for name in known.names[first]
        if words.issuperset(name.words)
    ]
    offices = {number for name in names for number, _ in name.terms}
    titles = (title for number in offices for title in known.titles[number])
    titled = any(words.issuperset(title) for title in titles)
    return frozenset(name.words[0] for name in names) if titled else frozenset()


def _name_at(words: Words, number: int, known: Register) -> tuple[Name, int] | None:
    """The longest name that begins with that word, and the word after it."""
    if not words.raw[number][0].isupper():
        return None
    for name in known.names.get(words.folded[number], ()):
        end = _end(words, number, name.words)
        if end:
            return name, end
    return None


def _end(words: Words, number: int, name: Phrase) -> int:
    """The word after *name*, 0 where it does not stand; initials between its words are skipped."""
    at = number + 1
    for part in name[1:]:
        if at < len(words.raw) and len(words.raw[at]) == 1 and words.folded[at] != part:
            at += 1
        if at >= len(words.raw) or words.folded[at] != part or len(words.gap(at - 1)) > 3:
            return 0
        at += 1
    return at


def _in_office(
    words: Words, place: tuple[int, int], name: Name, known: Register, full: set[Phrase]
) -> Iterator[Named]:
    by_office: dict[int, list[Holder]] = {}
    for number, holder in name.terms:
        by_office.setdefault(number, []).append(holder)
    for number, holders in by_office.items():
        surnames = {phrase(short) for one in holders for short in one.short}
        if name.full:
            full.update(surnames)
        elif not known.offices[number].known and surnames.isdisjoint(full):
            continue
        at = _title_before(words, place[0], known.titles[number])
        after = at is None
        if at is None and name.full:
            at = _title_after(words, place[1], known.titles[number])
        if at is None:
            continue
        yield from _spoken_of(words, place, at, after, (number, holders))


def _spoken_of(
    words: Words, name: tuple[int, int], title: int, after: bool, who: tuple[int, list[Holder]]
) -> Iterator[Named]:
    begin = min(title, name[0])
    first, last = words.sentence(begin)[0], words.sentence(name[0])[1]  # "Gov." ends no sentence
    ahead = words.folded[max(first, begin - _BEFORE) : begin]
    if after:
        ahead = words.folded[name[1] : title]
    cue = _cue(ahead)
    if cue == "other":
        return
    sentence = set(words.folded[first:last])
    dated = any(len(one) == 4 and one.isdigit() and one[:2] in {"19", "20"} for one in sentence)
    past = any(one in _CUES["past"] for one in ahead[-3:])
    quote = words.text[words.starts[max(first, begin - 2)] : words.ends[min(last, name[1] + 6) - 1]]
    present = not (cue or past or dated)
    now = present and _CUES["history"].isdisjoint(sentence)
    beside = (
        *words.folded[max(first, begin - 2) : begin],
        *words.folded[name[1] : name[1] + _SAID],
    )
    speaks = present and not _CUES["speaks"].isdisjoint(beside)
    number, holders = who
    yield Named(number, tuple(holders), quote[:_QUOTE], cue == "former", now, speaks)


def _cue(ahead: tuple[str, ...]) -> str:
    """What stands before a title: "former", "other" (then, deputy, elect, …), or nothing."""
    for word in reversed(ahead):
        if word in _CUES["former"]:
            return "former"
        if word in _CUES["other"]:
            return "other"
        if word in _CUES["links"]:
            return ""
    return ""


def _title_before(words: Words, name: int, titles: tuple[Phrase, ...]) -> int | None:
    """The word at which a title that ends at the name begins."""
    if name == 0 or not _joins(words, name - 1):
        return None
    for title in titles:
        start = name - len(title)
        if start >= 0 and words.folded[start:name] == title:
            return start if title != _BARE or _is_whole(words, start) else None
    return None


def _title_after(words: Words, end: int, titles: tuple[Phrase, ...]) -> int | None:
    """The word at which a title in apposition begins: ", the German chancellor"."""
    if words.gap(end - 1).strip() not in {",", "(", "–", "—"}:
        return None
    for start in range(end, min(end + _AFTER, len(words.raw))):
        for title in titles:
            if words.folded[start : start + len(title)] == title:
                return start
        if words.gap(start).strip(" '’-."):
            return None
    return None


def _is_whole(words: Words, title: int) -> bool:
    """Whether "Secretary" is all of a title, and not the end of "Trade Secretary"."""
    before = words.raw[title - 1] if title else ""
    return not before[:1].isupper() or len(before) <= 2 or words.sentence(title)[0] == title


def _joins(words: Words, number: int) -> bool:
    """Whether a title may run on into the next word: "Gov. Brown", "the president, Joe Biden"."""
    gap = words.gap(number)
    if len(gap) > 3:
        return False
    return "." not in gap or len(words.raw[number]) <= 4
