"""What the words beside a date say that it is: published, updated, reviewed, and so on."""

import re

from checker.data import table
from checker.model import DateKind
from checker.stages.dates import names

_DATA = table("dates.toml")
_LABELS = {
    label: DateKind(kind)
    for kind, languages in _DATA["labels"].items()
    for labels in languages.values()
    for label in labels
}
_LOOSE = frozenset(_DATA["loose_labels"]["words"])
_FILLER = frozenset(_DATA["fillers"]["words"])
_UNSPACED = re.compile(  # scripts that do not part words by spaces
    "("
    + "|".join(sorted((one for one in _LABELS if one[0] > "\u0e00"), key=len, reverse=True))
    + ")$"
)
_ITSELF = tuple(_DATA["itself"]["words"])
_PARTS = re.compile(r"[|•·/;\n]|\s[–—-]\s|,\s")
_EDGES = " \t:：.,|–—-·•()[]{}/«»<>+*#\u200e\u200f\u202a\u202b\u202c"
_TIME = re.compile(r"\d{1,2}[:.h]\d\d(?:[ap]\.?m)?")
_SHORT = 100  # characters of a line beside its date in which loose labels count
_NEAR = 80


def before(text: str, *, bare: int = 0) -> DateKind | None:
    """What *text*, up to a date, says of it; *bare* is the length of the line without the date."""
    low = text[-_NEAR:].lower()
    words = _without_time([word for part in low.split() if (word := part.strip(_EDGES))])
    while words:
        for length in (5, 4, 3, 2, 1):
            name = " ".join(words[-length:])
            if len(words) >= length and name in _LABELS and (name not in _LOOSE or bare < _SHORT):
                return _LABELS[name]
        if words[-1] not in _FILLER and not names.weekdays(words[-1]):
            break
        words.pop()
    if found := _UNSPACED.search(" ".join(words)):
        return _LABELS[found[1]]
    return _by_someone(low)


def _without_time(words: list[str]) -> list[str]:
    """A time that stands before its date ("updated 5:10 PM EST, Nov 8") parts it from its label."""
    for place in range(max(0, len(words) - 3), len(words)):
        if _TIME.fullmatch(words[place]):
            return words[:place]
    return words


def _by_someone(low: str) -> DateKind | None:
    """ "Posted by A. Writer in News on": the label opens the part, a name stands between."""
    for part in reversed(_PARTS.split(low)[-2:]):
        words = [word.strip(_EDGES) for word in part.split()[:2]]
        for name in (" ".join(words), words[0] if words else ""):
            if name in _LABELS and name not in _LOOSE and len(part) < _NEAR:
                return _LABELS[name]
    return None


def after(text: str) -> DateKind | None:
    """What the verb behind a date says ("am 3. Mai von Anna veröffentlicht")."""
    words = (word.strip(_EDGES) for word in text[:60].lower().split())
    return next((_LABELS[word] for word in words if word in _LABELS and len(word) > 6), None)


def of_itself(text: str) -> bool:
    """Whether a line speaks of the page that it stands on ("This article was …")."""
    low = text[:60].lower()
    return any(words in low for words in _ITSELF)
