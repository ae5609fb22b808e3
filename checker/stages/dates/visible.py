"""Dates that readers see in lines: labelled, beside the headline, alone; and those in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from checker.data import table
from checker.model import BlockKind, DateKind, Origin, OriginKind, Precision
from checker.stages.dates import grammar, labels, names
from checker.stages.dates.customs import Customs
from checker.stages.dates.likely import lines_with_days
from checker.stages.dates.moment import Moment
from checker.stages.dates.place import Around, is_caption
from checker.stages.dates.ranked import Ranked, from_moment
from checker.stages.page import Page, Seen

TO_COME = "spoken of as yet to come"
MAX_TEXT = 400_000  # characters of visible text that are searched for days
_DATA = table("dates.toml")
_TO_COME = frozenset(_DATA["to_come"]["words"])
_FILED = frozenset(_DATA["filed"]["words"])
_EVENTS = frozenset(_DATA["events"]["words"])
_COPYRIGHT = re.compile(  # by its first letter, to which a search skips
    r"[©(cCaA](?:(?<=©)|(?<=\()[cC]\)\s|(?<=[cC])(?i:opyright)|(?<=[aA])(?i:ll rights reserved))"
)
_SPAN_BEFORE = re.compile(r"\d[.\s/]{0,3}(?:([^\W\d_]{3,12})\.?\s)?(?:[–—-]|bis|to|au|al)\s?$")
_SPAN_AFTER = re.compile(
    r"\s?(?:[–—~-]|bis|to|au|al)\s?\d{1,2}"
    r"(?:[./-]\s?\d{1,2}[./-]|[)\s.]*$|\.?\s?([^\W\d_]{3,12}))"
)
_FEW = 4  # spaces of a line that is no sentence
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[.!?…»”\"]")
_TWEET = re.compile(r"\(@\w{2,30}\)")
_MAX_BYLINE = 320
_MAX_MONTH = 100
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_BLOCKS = 5_000
_OLDEST_BYLINE = 1970  # older days in a line are its subject
_MAX_ALONE = 2  # different days; more belong to a list
_BEHIND = 60  # characters after a date in which its verb may stand
_NEVER = 10**9
_TEXTS = 3  # paragraphs; one or two may stand before the day as a summary
_NEAR = range(-5, 9)
_WIDE = range(-6, 13)
_BESIDE = range(-2, 3)
_TAIL = 16  # characters after the day in a line that is named a caption and is none


@dataclass(frozen=True, slots=True)
class _Line:
    """A day in one block: where it stands in it, and how far the block is from the headline."""

    text: str
    start: int
    end: int
    distance: int
    elsewhere: bool
    kind: DateKind | None
    spoilt: bool = False  # another date of the line is labelled, so this one is something else

    @property
    def bare(self) -> int:
        """Characters of the block beside the date."""
        return len(self.text) - (self.end - self.start)

    @property
    def is_event(self) -> bool:
        """It opens, ends or sells something; or is a span of days, or a quoted post's."""
        if self._is_span or _TWEET.search(self.text[:300]):
            return True
        near = self.text if self.bare < 75 else self.text[max(0, self.start - 30) : self.end + 20]
        return not _EVENTS.isdisjoint(re.findall(r"[^\W\d_]+", near.lower()))

    @property
    def is_filed(self) -> bool:
        """Behind its day it says under what or by whom ("3.5.2024 Kategorie: Sport")."""
        behind = re.match(r"[\s|·,/–—-]{0,4}([^\W\d_]{2,15})", self.text[self.end :])
        return self.start < 40 and behind is not None and behind[1].lower() in _FILED

    @property
    def _is_span(self) -> bool:
        """ "14.–20. Januar 2022", from its first or its last day."""
        for found in (
            _SPAN_BEFORE.search(self.text[max(0, self.start - 24) : self.start]),
            _SPAN_AFTER.match(self.text, self.end),
        ):
            if found is not None and (found[1] is None or names.month(found[1]) > 0):
                return True
        return False

    @property
    def tells(self) -> bool:
        """A short sentence of the text: "It will open on 9 July 2025, he said."."""
        if self._ends_as_one:
            return self.text.count(" ") > _FEW
        return self.text.endswith(".") and self.text[: self.start].count(" ") >= _FEW - 1

    @property
    def is_sentence(self) -> bool:
        return self._ends_as_one and self.text.count(" ") > 8

    @property
    def _ends_as_one(self) -> bool:
        return _SENTENCE_END.fullmatch(self.text[-4:]) is not None


@dataclass(frozen=True, slots=True)
class Dated:
    """A block with the days that are written in it."""

    number: int
    block: Seen
    hits: tuple[grammar.Found, ...]


def dated(page: Page, customs: Customs) -> tuple[Dated, ...]:
    """The blocks that bear days, read once for bylines and mentions."""
    blocks = page.layout.blocks
    ends = accumulate(len(block.text) for block in blocks)
    texts = [block.text for block, end in zip(blocks, ends, strict=True) if end <= MAX_TEXT]
    found = []
    for number in lines_with_days(texts):
        block = blocks[number]
        hits = tuple(grammar.find(block.text, customs))
        if not hits and len(block.text) < _MAX_MONTH:
            hits = _labelled_months(block.text, customs)
        if hits:
            found.append(Dated(number, block, hits))
    return tuple(found)


def _labelled_months(text: str, customs: Customs) -> tuple[grammar.Found, ...]:
    """ "Last updated: June 2026"; a month that no label names is part of the text."""
    found = tuple(grammar.months(text, customs)) if _YEAR.search(text) else ()
    return found if found and labels.before(text[: found[0][0]]) is DateKind.MODIFIED else ()


def bylines(page: Page, around: Around, days: tuple[Dated, ...]) -> Iterator[Ranked]:
    """Days in lines that bear a label, stand beside the headline, or stand alone."""
    found = [(line, readings, *_standing(line)) for line, readings in _lines(page, around, days)]
    found = [one for one in found if one[0].kind or one[1][0].precision >= Precision.DAY]
    alone = {day.day for _, readings, place, _ in found if place == "alone" for day in readings}
    for line, readings, place, rank in found:
        if not rank:
            continue
        weak = line.elsewhere and line.kind is not DateKind.MODIFIED and not _of_itself(line)
        weak = weak or (place == "alone" and len(alone) > _MAX_ALONE)
        origin = Origin(OriginKind.BYLINE, place)
        for one in readings:
            said = line.kind or DateKind.PUBLISHED
            old = one.day.year < _OLDEST_BYLINE
            yield from_moment(said, origin, line.text, rank, one, weak=weak or old)


def _of_itself(line: _Line) -> bool:
    return line.kind is not None and labels.of_itself(line.text)


def _standing(line: _Line) -> tuple[str, int]:
    """A place and its rank; rank 0 when the day is just part of the text."""
    away = abs(line.distance)
    if line.kind is not None:
        if line.elsewhere:
            return "labelled, outside the article", 52
        return "labelled", 35 + (away // 2 if line.distance in _WIDE else 8) + 4 * (line.bare > 200)
    if line.spoilt or line.is_event:
        return "", 0
    if line.distance == 0:
        return ("in the headline", 47) if line.bare < 100 else ("", 0)
    if line.distance in _NEAR and not line.is_sentence:
        if line.bare < 75:
            return "beside the headline", 37 + away // 2
        if line.bare < 130 and not line.elsewhere:
            return "beside the headline", 42
    if 0 < line.distance <= 4 and line.start < 30:
        return "dateline", 44
    if line.elsewhere or line.tells or not (line.bare < 40 or (line.bare < 75 and line.is_filed)):
        return "", 0
    return "alone", 48


def _lines(
    page: Page, around: Around, days: tuple[Dated, ...]
) -> Iterator[tuple[_Line, tuple[Moment, ...]]]:
    crowded, text_from = _is_crowded(around, days), _text_from(page, around)
    for one in days:
        number, text = one.number, one.block.text
        if number >= _MAX_BLOCKS or _COPYRIGHT.search(text[:600]):
            continue
        distance = around.distance(number)
        heading = page.layout.blocks[number - 1].text if number else ""
        caption = is_caption(one.block.kind, text)
        of_others = crowded or distance not in _NEAR or number > text_from
        elsewhere = around.elsewhere[number] and of_others
        last, labelled = 0, False
        nexts = [*(hit[0] for hit in one.hits[1:]), _NEVER]
        for (start, end, readings), following in zip(one.hits, nexts, strict=True):
            if start >= (_MAX_BYLINE if len(text) < _MAX_BYLINE else 60):
                break
            kind = _kind(text, last, start, end, following)
            if kind is None and start < 3 and len(heading) < 30:
                kind = labels.before(heading)
            near = distance in _NEAR and start < 3
            if one.block.kind is BlockKind.CAPTION:
                near = start < 3 and distance in _BESIDE and len(text) < end + _TAIL
            if not caption or kind or near:
                spoilt = labelled and kind is None
                yield _Line(text, start, end, distance, elsewhere, kind, spoilt), readings
            last, labelled = end, labelled or kind is not None


def _text_from(page: Page, around: Around) -> int:
    """The block at which the text is well under way: what is boxed behind it are comments."""
    start, seen = around.headline or 0, 0
    for number, block in enumerate(page.layout.blocks[start + 1 : start + _NEAR.stop], start + 1):
        if not around.elsewhere[number] and len(block.text) > 60:
            seen += _SENTENCE_END.fullmatch(block.text[-4:]) is not None
        if seen == _TEXTS:
            return number
    return _NEVER


def _is_crowded(around: Around, days: tuple[Dated, ...]) -> bool:
    """Boxes of other stories near the headline; one that holds a single day is often its own."""
    near = (one for one in days if around.distance(one.number) in _NEAR)
    boxed = (one for one in near if around.elsewhere[one.number])
    return len({found.day for one in boxed for _, _, all_ in one.hits for found in all_}) > 1


def _kind(text: str, last: int, start: int, end: int, following: int) -> DateKind | None:
    """From the words before the date; in one sentence, also from those after it, up to the next."""
    bare = len(text) - (end - start)
    before = labels.before(text[last:start], bare=bare)
    if before or len(text) > _MAX_BYLINE or bare < 20 or following < end + _BEHIND:
        return before
    return labels.after(text[end : end + _BEHIND])


def mentions(around: Around, days: tuple[Dated, ...]) -> Iterator[Ranked]:
    """Every explicit day in captions and text: bounds, never time stamps."""
    for one in days:
        text = one.block.text
        if around.elsewhere[one.number] or one.block.linked > 0.5:
            continue
        caption = is_caption(one.block.kind, text)
        origin = (
            Origin(OriginKind.CAPTION, "caption") if caption else Origin(OriginKind.TEXT, "text")
        )
        for start, end, readings in one.hits:
            quote = text[start:end] if len(text) > 200 else text
            ahead = re.findall(r"\w+", text[max(0, start - 60) : start].lower())
            ahead = [word for word in ahead if not (caption and word == "by")]
            note = "" if _TO_COME.isdisjoint(ahead) else TO_COME
            for found in readings:
                if found.precision < Precision.DAY:
                    continue
                yield from_moment(
                    DateKind.MENTIONED, origin, quote, 90, found, weak=True, note=note
                )
