"""Between what a text was written that has lost its time stamp: an interval, each end with evidence.

Days that it names, the weekdays beside them, the holders of offices that it speaks of, its captures
and headers each say from when or until when; the bounds are where most of that agrees, and what does
not is kept and says why it was dropped. Bounds are never a time stamp.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from checker.model import (
    Block,
    BlockKind,
    Bounds,
    DateEvidence,
    Dates,
    Headers,
    Holder,
    Holding,
    Limit,
    Office,
    Precision,
    Text,
)
from checker.stages.bounds import clues, past, persons, weekdays
from checker.stages.bounds.agree import Agreement, Clue, agree
from checker.stages.bounds.register import Register, offices_of, register, title_groups
from checker.stages.bounds.words import may_hold, split
from checker.stages.dates import customs
from checker.stages.page import Page

__all__ = ["find", "holders", "is_lost", "offices_of", "title_groups"]

MAX_HOLDINGS = 40
MAX_TEXT = 200_000  # characters of the article that are read
_TOLERANCE = timedelta(hours=24)
_DAY_END = time(23, 59, 59, tzinfo=UTC)


def find(
    found: Dates,
    page: Page,
    text: Text,
    *,
    headers: Headers = (),
    captured_at: datetime | None = None,
    now: datetime | None = None,
    offices: tuple[Office, ...] = (),
) -> Bounds:
    """The bounds; nothing is looked for where the date of publication is known and not to come.

    *offices* are those that the user adds. Without *now* and a capture, weekdays tell nothing: there
    is no last year that they could mean. Never raises; linear in the text.
    """
    if not is_lost(found, now):
        return Bounds()
    known = register(offices)
    surroundings = [*clues.horizon(now), *clues.outside(found, headers, captured_at)]
    last = min((one.spans[0][1] for one in surroundings), default=None)
    blocks = [(split(part), kind) for part, kind in _parts(text)]
    full: set[tuple[str, ...]] = set()
    mentions = [one for block, _ in blocks for one in persons.named(block, known, full)]
    usual = customs.of_page(page)
    told = [one for block, kind in blocks for one in past.told(block, kind, usual)]
    inside = [*clues.times(told), *clues.offices(mentions, known)]
    if last is not None:
        stated = [one for block, _ in blocks for one in weekdays.days(block, text.language or "")]
        inside += clues.weekdays(stated, last)
    return _bounds(agree([*surroundings, *inside]), now)


def holders(text: Text, offices: tuple[Office, ...] = ()) -> tuple[Holding, ...]:
    """Those whom the text names in office, if their last term has an end; each once an office.

    Who is called former anywhere, and surnames that several bear, are left out.
    """
    known = register(offices)
    blocks = _parts(text)
    firsts = persons.expected("\n".join(part for part, _ in blocks), known)
    named: dict[tuple[int, tuple[Holder, ...]], list[persons.Named]] = {}
    full: set[tuple[str, ...]] = set()
    for part, _ in blocks:
        if not may_hold(part, firsts):
            continue
        for one in persons.named(split(part), known, full):
            named.setdefault((one.office, one.terms), []).append(one)
    return tuple(_holdings(known, named))[:MAX_HOLDINGS]


def _holdings(
    known: Register, named: dict[tuple[int, tuple[Holder, ...]], list[persons.Named]]
) -> Iterator[Holding]:
    for (number, terms), some in named.items():
        last = max(terms, key=lambda one: one.since)
        present = next((one for one in some if one.now), None)
        several = len({one.names[0] for one in terms}) > 1
        if present and last.until and not several and not any(one.former for one in some):
            office = known.offices[number].name
            yield Holding(last.names[0], office, last.until, present.quote)


def is_lost(found: Dates, now: datetime | None) -> bool:
    """Whether no date of publication is known, or only one that is yet to come."""
    stamp = found.published
    return stamp is None or (now is not None and stamp.earliest - now > _TOLERANCE)


def _parts(text: Text) -> list[tuple[str, BlockKind]]:
    """The title and the blocks of the article, as much of them as is read."""
    left, found = MAX_TEXT, []
    for block in (Block(BlockKind.HEADING, text.title), *text.blocks):
        if left <= 0:
            break
        found.append((block.text[:left], block.kind))
        left -= len(block.text)
    return found


def _bounds(agreed: Agreement, now: datetime | None) -> Bounds:
    limits = [_limit(clue, agreed, "") for clue in agreed.believed if clue.why]
    low = max((one.not_before for one in limits if one.not_before), key=_starts, default=None)
    high = min((one.not_after for one in limits if one.not_after), key=_stops, default=None)
    if high is not None and now is not None and high.latest > now:
        high = None  # it says no more than that nothing is written after now
    dropped = [_limit(clue, agreed, _reason(clue, agreed)) for clue in agreed.dropped]
    return Bounds(low, high, (*_joined(limits), *dropped))


def _joined(limits: list[Limit]) -> list[Limit]:
    """Both ends of one term told together."""
    found: list[Limit] = []
    for one in limits:
        last = found[-1] if found else None
        if last and last.why == one.why and last.not_after is None and one.not_before is None:
            found[-1] = replace(last, not_after=one.not_after)
        else:
            found.append(one)
    return found


def _starts(one: DateEvidence) -> datetime:
    return one.earliest


def _stops(one: DateEvidence) -> datetime:
    return one.latest


def _limit(clue: Clue, agreed: Agreement, dropped: str) -> Limit:
    """A clue with those ends of its spans that lie around the times agreed upon."""
    near = [span for span in clue.spans if span[0] <= agreed.last and agreed.first <= span[1]]
    spans = near or list(clue.spans)
    start, end = spans[0][0], spans[-1][1]
    low = None if start == date.min else _end_of(clue, start)
    high = None if end == date.max else _end_of(clue, end)
    return Limit(clue.why, low, high, dropped)


def _end_of(clue: Clue, day: date) -> DateEvidence:
    if clue.fixed:
        return clue.seen
    start = datetime.combine(day, time.min, tzinfo=UTC)
    return replace(
        clue.seen,
        earliest=start,
        latest=datetime.combine(day, _DAY_END),
        precision=Precision.DAY,
        day=day,
        note=clue.why.rstrip("."),
    )


def _reason(clue: Clue, agreed: Agreement) -> str:
    """What the clue contradicts: the weightiest of those believed that hold at no day of its own."""
    against = [
        one
        for one in agreed.believed
        if not any(
            mine[0] <= other[1] and other[0] <= mine[1]
            for mine in clue.spans
            for other in one.spans
        )
    ]
    if not against:
        return "contradicts what the rest agrees on"
    most = max(against, key=lambda one: one.weight)
    return f"contradicts: {most.why}" if most.why else "lies after now"
