"""From what a page, its text and its surroundings say to clues of when it was written."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from checker.model import (
    DateEvidence,
    DateKind,
    Dates,
    Headers,
    Holder,
    Origin,
    OriginKind,
    Precision,
    Zone,
    header,
)
from checker.stages.bounds.agree import Clue, Span
from checker.stages.bounds.past import Told
from checker.stages.bounds.persons import Named
from checker.stages.bounds.register import Register, at_latest
from checker.stages.bounds.weekdays import AROUND, Day
from checker.stages.dates.moment import Moment
from checker.stages.http_fields import http_date

# How far each kind of evidence is believed where it contradicts another.
CERTAIN, ADDRESS, DAY, TAKEN, LEFT, WEAK = 100, 6, 4, 4, 2, 1
MAX_QUOTE = 200
MAX_DAYS, MAX_WEEKDAYS, MAX_OFFICES = 60, 8, 30
_DAY = timedelta(days=1)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def horizon(now: datetime | None) -> Iterator[Clue]:
    """Nothing is written after now; that bounds, and is no evidence to show."""
    if now is not None:
        yield Clue("", (_until(now),), CERTAIN, _seen(OriginKind.CAPTURE, "now", ""))


def outside(found: Dates, headers: Headers, captured_at: datetime | None) -> Iterator[Clue]:
    """What is no part of the text: captures, headers, feeds, the address, a date of change."""
    for at, place in ((captured_at, "capture"), (_memento(headers), "Memento-Datetime")):
        if at is not None:
            seen = _seen(OriginKind.CAPTURE, place, at.isoformat(), at)
            yield Clue(f"It was captured on {said(at.date())}.", (_until(at),), CERTAIN, seen)
    if found.modified is not None:
        why = "The page says when it was last changed."
        yield Clue(why, (_until(found.modified.latest),), ADDRESS, found.modified)
    for one in found.evidence:
        match one.origin.kind:
            case OriginKind.HTTP_HEADER:
                yield Clue(
                    "The server says when it last changed.", (_until(one.latest),), WEAK, one
                )
            case OriginKind.FEED | OriginKind.SITEMAP:
                why = f"A {one.origin.kind} listed it with that date."
                yield Clue(why, (_until(one.latest),), WEAK, one)
            case OriginKind.URL if one.precision is Precision.MONTH:
                span = (one.earliest.date(), one.latest.date() + _DAY)
                yield Clue("Its address names that month.", (span,), ADDRESS, one)


def times(found: Iterable[Told]) -> Iterator[Clue]:
    """What names a time that is past was written after its start; what is to come, before its end."""
    past: dict[date, Told] = {}
    coming: dict[date, Told] = {}
    for one in found:
        if one.coming:
            coming.setdefault(one.moment.latest.date(), one)
        else:
            past.setdefault(one.moment.day, one)
    for day in sorted(past, reverse=True)[:MAX_DAYS]:
        one = past[day]
        where = "A caption" if one.caption else "The text"
        weight = DAY if one.moment.precision >= Precision.DAY else TAKEN - 1
        why = f"{where} tells of {_words(one.moment)} as past."
        yield Clue(why, ((day, date.max),), weight, _mentioned(one))
    for day in sorted(coming)[:MAX_DAYS]:
        why = f"The text tells of {_words(coming[day].moment)} as yet to come."
        yield Clue(why, ((date.min, day),), WEAK, _mentioned(coming[day]))


def _words(moment: Moment) -> str:
    """A time as exact as it was written."""
    if moment.precision is Precision.YEAR:
        return str(moment.day.year)
    if moment.precision is Precision.MONTH:
        return f"{_MONTHS[moment.day.month - 1]} {moment.day.year}"
    return said(moment.day)


def _mentioned(one: Told) -> DateEvidence:
    kind = OriginKind.CAPTION if one.caption else OriginKind.TEXT
    origin, when = Origin(kind, kind.value), one.moment
    day = when.day if when.precision >= Precision.DAY else None
    exact = (when.earliest, when.latest, when.precision, when.zone)
    quote = one.quote[:MAX_QUOTE]
    return DateEvidence(DateKind.MENTIONED, *exact, origin, quote, weak=True, day=day)


def weekdays(found: Iterable[Day], last: date) -> Iterator[Clue]:
    """Years in which a day of a month falls on the weekday beside it, up to *last*."""
    for one in list(dict.fromkeys(found))[:MAX_WEEKDAYS]:
        meant = one.dates(last)
        if meant:
            # The first that it may mean says nothing of what was before.
            spans = ((date.min, meant[0] + AROUND), *((d - AROUND, d + AROUND) for d in meant[1:]))
            years = ", ".join(str(day.year) for day in meant[-4:])
            why = f"That day of the month falls on that weekday in … {years}."
            seen = _seen(OriginKind.WEEKDAY, "text", one.quote)
            yield Clue(why, spans, WEAK, seen, fixed=False)


def offices(mentions: Iterable[Named], known: Register) -> Iterator[Clue]:
    """Terms of those whom the text names in office, and the ends of those whom it calls former."""
    by_person: dict[tuple[int, tuple[Holder, ...]], list[Named]] = {}
    for one in mentions:
        by_person.setdefault((one.office, one.terms), []).append(one)
    present = {who for who, some in by_person.items() if any(one.now for one in some)}
    for who, some in list(by_person.items())[:MAX_OFFICES]:
        office = known.offices[who[0]]
        speaks = any(one.speaks for one in some)
        in_office = speaks or (who in present and len(present) > 1 and not office.kept)
        yield from _person(office.name, who[1], some, in_office=in_office)


def _person(
    office: str, terms: tuple[Holder, ...], some: list[Named], *, in_office: bool
) -> Iterator[Clue]:
    """From the first day in office on; to the last, if *in_office* tells of the time of writing."""
    ordered = sorted(terms, key=lambda one: one.since)
    first, doubt = ordered[0], any(not one.verified for one in ordered)
    what = _who(office, ordered)
    best = next((one for one in some if one.speaks), some[0])
    seen = _seen(OriginKind.OFFICE, office, best.quote)
    former = next((one for one in some if one.former), None)
    if former is not None:
        since = first.until or first.since
        seen = _seen(OriginKind.OFFICE, office, former.quote)
        yield Clue(
            f"{what}, and is called former.", ((since, date.max),), TAKEN - doubt, seen, fixed=False
        )
        return
    yield Clue(f"{what}.", ((first.since, date.max),), TAKEN - doubt, seen, fixed=False)
    if in_office and (ordered[-1].until is not None or len(ordered) > 1):
        weight = LEFT - doubt if best.speaks else WEAK
        yield Clue(f"{what}.", tuple(_ends(ordered)), weight, seen, fixed=False)


def _ends(terms: list[Holder]) -> Iterator[Span]:
    """The terms as spans; the first is open to what was before, which another clue tells."""
    since = date.min
    for number, one in enumerate(terms):
        yield (since if number == 0 else one.since, at_latest(one))


def _who(office: str, terms: list[Holder]) -> str:
    """ "Jeff Sessions was US Attorney General from …"; several of one surname, each by name."""
    if len({one.names[0] for one in terms}) == 1:
        return f"{terms[0].names[0]} was {office} {' and '.join(map(_held, terms))}"
    return f"{office} was {' or '.join(f'{one.names[0]} {_held(one)}' for one in terms)}"


def _held(one: Holder) -> str:
    """ "from 9 February 2017 to 7 November 2018"."""
    return f"from {said(one.since)}" + (f" to {said(one.until)}" if one.until else "")


def said(day: date) -> str:
    """ "9 February 2017"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _until(last: datetime) -> Span:
    """Up to a day later: where it was written the day may have been the next."""
    day = last.astimezone(UTC).date()
    return date.min, day + _DAY if day < date.max else day


def _memento(headers: Headers) -> datetime | None:
    """RFC 7089: when an archive captured what it answers with."""
    value = header(headers, "Memento-Datetime")
    return http_date(value) if value else None


def _seen(kind: OriginKind, place: str, quote: str, at: datetime | None = None) -> DateEvidence:
    when = at or datetime(1, 1, 1, tzinfo=UTC)
    said_as = DateKind.CAPTURED if kind is OriginKind.CAPTURE else DateKind.MENTIONED
    exact = Precision.SECOND if at is not None else Precision.DAY
    zone = Zone.STATED if at is not None else Zone.NONE
    return DateEvidence(
        said_as, when, when, exact, zone, Origin(kind, place), quote, weak=at is None
    )
