"""Statements about times to come, in one text or in an article's reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from checker.model import Claim, ClaimRule, DateEvidence, Precision, Strength, Text
from checker.stages.claims import clause, windows
from checker.stages.claims.language import Language, known
from checker.stages.claims.named import Named, named
from checker.stages.claims.relative import relative_dates
from checker.stages.claims.sentences import MAX_SENTENCE, around, sentences

MAX_CLAIMS = 100
MAX_TEXT = 500_000  # characters of an article that are read
MAX_TIMES = 40  # of one sentence
MAX_READ = 3_000  # characters of one "sentence": what is longer has no sentences
_WHOLE = 1_500  # characters: of longer "sentences" only what stands around the times is read
_ENDS = "\"'”’»)] "
_NEXT_DAYS = 5
_ATTRIBUTES = frozenset({"weekday", "offset", "period", "month"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day on which a text was written, and where that is said."""

    day: date
    origin: str

    @property
    def instant(self) -> datetime:
        return datetime.combine(self.day, time.min, UTC)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A window, seen from the day of writing."""

    window: windows.Window
    anchor: Anchor | None

    @property
    def days(self) -> int:
        return (self.window.first - self.anchor.day).days if self.anchor else 0

    @property
    def in_full(self) -> bool:
        """A day or month to come that the words name with its year."""
        exact = self.window.precision is not Precision.YEAR
        return exact and self.window.dated and self.days > 0


def anchor_of(stamp: DateEvidence | None) -> Anchor | None:
    """The day of a time stamp, as its publisher counts it, if it is exact to the day."""
    if stamp is None or stamp.precision < Precision.DAY:
        return None
    return Anchor(stamp.day or stamp.earliest.date(), f"{stamp.origin.kind} {stamp.origin.place}")


def claims(text: Text, anchor: Anchor | None) -> tuple[Claim, ...]:
    """What *text* says of times to come, in order.

    Without an anchor only what names its year itself has a window; every other word that needs one
    is given unresolved, as ``relative-date``.
    """
    language = known(text.language)
    found: list[Claim] = []
    if language is not None:
        for sentence in _sentences(text):
            found += _of_sentence(language, sentence, anchor)
            if len(found) >= MAX_CLAIMS:
                break
    if anchor is None:
        found += (_unresolved(one.words, one.sentence) for one in relative_dates(text))
    return tuple(found[:MAX_CLAIMS])


def _unresolved(words: str, sentence: str) -> Claim:
    return Claim(ClaimRule.RELATIVE, sentence, words)


def _sentences(text: Text) -> Iterator[str]:
    left = MAX_TEXT
    for block in text.blocks:
        left -= len(block.text)
        if left < 0:
            return
        yield from sentences(block.text)


def _of_sentence(language: Language, sentence: str, anchor: Anchor | None) -> Iterator[Claim]:
    sentence = sentence[:MAX_READ]
    if sentence.rstrip(_ENDS).endswith(("?", "？")):
        return
    times = named(language, sentence, MAX_TIMES)
    if times and language.hint.search(sentence.lower()) is None:
        times = []
    if len(sentence) > _WHOLE:
        yield from _of_stretches(language, sentence, times, anchor)
        return
    yield from _of_times(language, sentence, times, anchor)


def _of_stretches(
    language: Language, sentence: str, times: list[Named], anchor: Anchor | None
) -> Iterator[Claim]:
    """What has no ends of sentences is read around its times, neighbours together."""
    for first, last in _neighbours(times):
        start = max(0, first.start - MAX_SENTENCE // 2)
        part = sentence[start : last.end + MAX_SENTENCE // 2]
        inside = [
            time
            for time in named(language, part, MAX_TIMES)
            if first.start <= time.start + start <= last.start
        ]
        yield from _of_times(language, part, inside, anchor)


def _neighbours(times: list[Named]) -> Iterator[tuple[Named, Named]]:
    """First and last of each run of times that one stretch holds."""
    left = times
    while left:
        reach = left[0].start + MAX_SENTENCE // 2
        run = [one for one in left if one.start <= reach]
        yield run[0], run[-1]
        left = left[len(run) :]


def _of_times(
    language: Language, sentence: str, times: list[Named], anchor: Anchor | None
) -> Iterator[Claim]:
    if not times:
        yield from _promise(language, sentence)
        return
    marks = clause.marks(language, sentence, times)
    if any(one.kind == "condition" for one in marks):
        return
    found = [claim for one in times for claim in _claim(language, sentence, one, marks, anchor)]
    yield from found or _promise(language, sentence)


def _promise(language: Language, sentence: str) -> Iterator[Claim]:
    found = language.promise.search(sentence) if language.promise else None
    if found is not None:
        quote = around(sentence, found.start(), found.end())
        yield Claim(ClaimRule.PROMISE, quote, found[0], cue=found[0])


def _claim(
    language: Language,
    sentence: str,
    one: Named,
    marks: list[clause.Mark],
    anchor: Anchor | None,
) -> Iterator[Claim]:
    meant = windows.window(one, anchor.day if anchor else None)
    if meant is None or _is_attribute(language, sentence, one):
        return
    said = clause.ruling(language, sentence, one, marks)
    if not _is_coming(language, sentence, one, said, _Ahead(meant, anchor)):
        return
    weak = said.weak or meant.precision is Precision.YEAR or _is_doubtful(one, said)
    counted = None if meant.dated else anchor
    yield Claim(
        ClaimRule.LAPSED,
        around(sentence, one.start, one.end),
        one.words,
        datetime.combine(meant.first, time.min, UTC),
        datetime.combine(meant.last, time(23, 59, 59), UTC),
        Strength.WEAK if weak else Strength.STRONG,
        counted.instant if counted else None,
        counted.origin if counted else "",
        said.cue,
    )


def _is_doubtful(one: Named, said: clause.Ruling) -> bool:
    """Words that are claims more often than not, and wrong too often to flag an article alone."""
    kind = one.time.kind
    return (
        said.by is clause.By.MODAL
        or (said.by is clause.By.PRESENT and kind == "weekday")  # "on Friday the shop opens"
        or (said.by is clause.By.DEADLINE and kind == "month")  # "a letter from May"
        or bool(one.time.said.get("plain"))  # "today"
    )


def _is_attribute(language: Language, sentence: str, one: Named) -> bool:
    """Words before or after that make the time name a thing or a habit: "every", "a Friday"."""
    if clause.before(language, "since", sentence, one):
        return True
    if one.time.kind not in _ATTRIBUTES:
        return False
    after = language.after.get("attribute")
    if after is not None and after.match(sentence, one.end):
        return True
    return one.time.kind == "weekday" and bool(clause.before(language, "owner", sentence, one))


def _is_coming(
    language: Language,
    sentence: str,
    one: Named,
    said: clause.Ruling,
    ahead: _Ahead,
) -> bool:
    """Whether the clause speaks of what was yet to come when it was written."""
    limit = clause.before(language, "deadline", sentence, one)
    if said.sense is clause.Sense.COMING:
        return _fits(language, sentence, one, said, ahead)
    # No verb of the past owns a day that was still to come, when that day is named in full.
    return said.sense is clause.Sense.PAST and ahead.in_full and bool(limit)


def _fits(
    language: Language,
    sentence: str,
    one: Named,
    said: clause.Ruling,
    ahead: _Ahead,
) -> bool:
    """Words that also mean something else need a plainer cue."""
    if one.time.said.get("plain"):  # "today" may be "nowadays"
        return said.by is clause.By.FUTURE
    if said.by is clause.By.PRESENT and one.time.kind == "weekday":
        return ahead.days <= _NEXT_DAYS  # else it was rather yesterday
    if said.by is clause.By.MODAL:
        return ahead.window.precision is Precision.DAY and one.time.kind != "span"
    if said.by is clause.By.DEADLINE and ahead.window.precision is Precision.YEAR:
        return not clause.before(language, "start", sentence, one)  # "her films from 2023"
    return True
