"""What in an edit touches a fact: number, date, amount, negation, modal, quotation, name."""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from checker.data import table
from checker.stages.compare.words import has_digit, numbers, words

_CURRENCY = frozenset("%‰€$£¥₹₽₩")
# All nouns have capitals there, so a capital names nobody.
_CAPITAL_NOUNS = frozenset({"de", "lb"})
_QUOTED = re.compile(r'"([^"]{1,2000})(?:"|\Z)|「([^「」]{1,2000})」|『([^『』]{1,2000})』')
_KINDS = ("negation", "modal", "number", "date")
# A capital after one of these opens a sentence, a title or a list item, and says nothing.
_OPENERS = (".", "!", "?", ":", ";", "…", '"', "(", "•", "*", "-", "/", "|", "»")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring words that one side has in place of the other's."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def why(hunks: list[Hunk], before: str, after: str, language: str | None) -> str:
    """What makes the edit substantive, most telling first, or "".

    *before* and *after* are the texts that the hunks come from, in one style of quotes.
    """
    lexicon = _lexicon(language)
    for hunk in hunks:
        if numbers(list(hunk.removed)) != numbers(list(hunk.added)):
            return "number"
    for hunk in hunks:
        old = [lexicon[word] for word in map(str.casefold, hunk.removed) if word in lexicon]
        new = [lexicon[word] for word in map(str.casefold, hunk.added) if word in lexicon]
        if old != new:
            return (old or new)[0][0]
    if kind := _phrase_changed(before, after, language):
        return kind
    if any(_addresses(hunk.removed) != _addresses(hunk.added) for hunk in hunks):
        return "address"
    if _amounts(hunks):
        return "amount"
    if quotation(before, after):
        return "quotation"
    if _names(hunks, before, after, language):
        return "name"
    return ""


def fact_in(text: str, language: str | None) -> str:
    """A fact that *text* states by itself: "number", "negation", …, or ""."""
    found = words(text)
    if any(has_digit(word) for word in found):
        return "number"
    if phrases := _said(text, language):
        return phrases[0][0]
    lexicon = _lexicon(language)
    return next((lexicon[w][0] for w in map(str.casefold, found) if w in lexicon), "")


def _phrase_changed(before: str, after: str, language: str | None) -> str:
    """The kind of the first fact that only one side states, in scripts without spaces."""
    old, new = _said(before, language), _said(after, language)
    differs = [*(Counter(old) - Counter(new)), *(Counter(new) - Counter(old))]
    return differs[0][0] if differs else ""


def _said(text: str, language: str | None) -> list[tuple[str, str]]:
    """The facts that *text* states in order, each with its kind."""
    pattern = _phrases(_base(language))
    if pattern is None:
        return []
    return [(found.lastgroup or "", found.group()) for found in pattern.finditer(text)]


def quotation(before: str, after: str) -> bool:
    """Whether words between quotation marks differ. Both sides must quote: marks that only
    one side has are typesetting."""
    old, new = (_quoted(text) for text in (before, after))
    return bool(old and new and old != new)


def _quoted(text: str) -> list[list[str]]:
    found = (match[1] or match[2] or match[3] for match in _QUOTED.finditer(text))
    return [[word.casefold() for word in words(quote)] for quote in found]


def _addresses(group: tuple[str, ...]) -> list[str]:
    return [word.casefold() for word in group if "@" in word and "." in word]


def _amounts(hunks: list[Hunk]) -> bool:
    return any(
        [w for w in hunk.removed if w in _CURRENCY] != [w for w in hunk.added if w in _CURRENCY]
        for hunk in hunks
    )


def _names(hunks: list[Hunk], before: str, after: str, language: str | None) -> bool:
    """A word with a capital in mid-sentence that the other side has nowhere. Crude: it knows
    no names, and sees none in scripts without capitals."""
    if _base(language) in _CAPITAL_NOUNS:
        return False
    removed = {word for hunk in hunks for word in hunk.removed}
    added = {word for hunk in hunks for word in hunk.added}
    return _has_new_name(removed, before, after) or _has_new_name(added, after, before)


def _has_new_name(changed: set[str], here: str, there: str) -> bool:
    known = {word.casefold() for word in words(there)}
    candidates = {w for w in changed if w[:1].isupper() and w.casefold() not in known}
    return any(_in_mid_sentence(word, here) for word in candidates)


def _in_mid_sentence(word: str, text: str) -> bool:
    places = re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)
    befores = (text[: place.start()].rstrip() for place in itertools.islice(places, 5))
    return any(before and not before.endswith(_OPENERS) for before in befores)


def _base(language: str | None) -> str:
    return (language or "").replace("_", "-").split("-")[0].casefold()


@cache
def _lexicon_of(base: str) -> dict[str, tuple[str, str]]:
    """Each fact word with its class and its meaning's key: the word itself."""
    data = table("facts.toml").get(base, {})
    if data.get("solid"):
        return {}
    return {
        f"{prefix}{word}": (kind, word)
        for prefix in reversed(("", *data.get("prefixes", ())))
        for kind in _KINDS
        for word in data.get(kind, ())
    }


@cache
def _phrases(base: str) -> re.Pattern[str] | None:
    """All fact words of a script without spaces as one pattern, a group for each kind."""
    data = table("facts.toml").get(base, {})
    if not data.get("solid"):
        return None
    return re.compile("|".join(f"(?P<{kind}>{'|'.join(data[kind])})" for kind in _KINDS))


def _lexicon(language: str | None) -> dict[str, tuple[str, str]]:
    return _lexicon_of(_base(language) or "en")
