"""Rules about time: what the copy's own dates say, measured against the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from checker.model import (
    Bounds,
    Case,
    DateEvidence,
    DateKind,
    Evidence,
    Finding,
    OriginKind,
    Precision,
    Reading,
    Rule,
)
from checker.stages.judge.calendar import age_words, lapse, length_words
from checker.stages.judge.holder_rules import last_moment
from checker.stages.judge.info import finding
from checker.stages.judge.triage import ends, reviews_in_force
from checker.stages.judge.words import clean, date_words, day, place, quoted, seen, stated

# A zone left out shifts a date by up to 14 hours, and clocks are wrong by minutes (faults C21).
_TOLERANCE = timedelta(hours=24)
_ON_PAGE = frozenset(
    {
        OriginKind.JSON_LD,
        OriginKind.MICRODATA,
        OriginKind.META,
        OriginKind.FRONT_MATTER,
        OriginKind.TIME_ELEMENT,
        OriginKind.BYLINE,
        OriginKind.URL,
    }
)
# A second date of publication counts only where it was declared as one: of 216 real pages a bare
# byline or <time> beside the declared date was nearly always that of another article or of today.
_DECLARED = frozenset(
    {
        OriginKind.JSON_LD,
        OriginKind.MICRODATA,
        OriginKind.META,
        OriginKind.FRONT_MATTER,
        OriginKind.URL,
    }
)
_TOLD = frozenset({OriginKind.OFFICE, OriginKind.WEEKDAY})  # the note says more than the quote
_STAMPS = frozenset({DateKind.PUBLISHED, DateKind.MODIFIED})


def is_dated(case: Case, now: datetime) -> bool:
    """Whether some date can be trusted; one from the future can't."""
    stamp = case.copy.dates.newest_trusted
    return stamp is not None and stamp.earliest - now <= _TOLERANCE


def age_exceeded(case: Case, now: datetime) -> Iterator[Finding]:
    """Counts from the end of what the date may mean: "2017" is as young as 31 December 2017."""
    lifetime, stamp = case.policy.lifetime, case.copy.dates.newest_trusted
    if lifetime is None or stamp is None or reviews_in_force(case, now):
        return
    due = lapse(stamp.latest, lifetime)
    if now <= due:
        return
    message = (
        f"The newest date of this article is {date_words(stamp)}, "
        f"{age_words(stamp.latest, now)} ago; the policy {quoted(case.policy.name)} "
        f"trusts such articles for {length_words(lifetime)}."
    )
    yield finding(
        Rule.AGE_EXCEEDED,
        message,
        seen(
            stamp,
            due=due.isoformat(),
            policy=clean(case.policy.name),
            matched_by=clean(case.policy.matched_by),
        ),
    )


def deadlines(case: Case) -> Iterator[datetime]:
    """The instants after which the clock alone may change the verdict: to look again then."""
    lifetime, stamp = case.policy.lifetime, case.copy.dates.newest_trusted
    if lifetime is not None and stamp is not None:
        yield lapse(stamp.latest, lifetime)
    end = _declared_end(case.copy)
    if end is not None:
        yield end.latest
    due = _review_due(case.copy)
    if due is not None:
        yield due.latest
    yield from ends(case)
    yield from (one.latest for one in case.copy.claims if one.latest is not None)
    yield from (last_moment(one) for one in case.copy.holders)


def expired(case: Case, now: datetime) -> Iterator[Finding]:
    """An end that the page declares; an editor who looked after that end knew of it."""
    end = _declared_end(case.copy)
    if end is None or now <= end.latest:
        return
    if any(review.at > end.latest for review in reviews_in_force(case, now)):
        return
    message = f"The page itself says that it held until {date_words(end)} ({place(end)})."
    yield finding(Rule.EXPIRED, message, seen(end, kind=end.kind.value, **dict(stated(end))))


def _declared_end(reading: Reading) -> DateEvidence | None:
    """The best declared expiry, else the last end of the events announced."""
    declared = [date for date in reading.dates.evidence if not date.weak]
    expiry = next((date for date in declared if date.kind is DateKind.EXPIRES), None)
    if expiry is not None:
        return expiry
    ends = [date for date in declared if date.kind is DateKind.EVENT_END]
    return max(ends, key=lambda date: date.latest, default=None)


def review_overdue(case: Case, now: datetime) -> Iterator[Finding]:
    due = _review_due(case.copy)
    if due is None or now <= due.latest or reviews_in_force(case, now):
        return
    message = f"The page was to be reviewed by {date_words(due)}, and that day has passed."
    yield finding(Rule.REVIEW_OVERDUE, message, seen(due))


def _review_due(reading: Reading) -> DateEvidence | None:
    due = (date for date in reading.dates.evidence if date.kind is DateKind.REVIEW_DUE)
    return next((date for date in due if not date.weak), None)


def no_timestamp(case: Case, now: datetime) -> Iterator[Finding]:
    if is_dated(case, now):
        return
    bounds = case.copy.dates.bounds
    said = _bounds_words(bounds)
    message = "The date of this article is not known"
    message += f"; it was written {said}." if said else ", and nothing bounds it."
    yield finding(Rule.NO_TIMESTAMP, message, _bounds_evidence(bounds))


def _bounds_words(bounds: Bounds) -> str:
    low, high = bounds.not_before, bounds.not_after
    since = f"{_on(low)} or after {date_words(low)}" if low is not None else ""
    until = f"no later than {date_words(high)}" if high is not None else ""
    if low is None or high is None:
        one = low or high
        return f"{since}{until} ({_seen_at(one)})" if one is not None else ""
    seen = _seen_at(low)
    if seen == _seen_at(high):  # both ends of one term
        return f"{since} and {until} ({seen})"
    return f"{since} ({seen}) and {until} ({_seen_at(high)})"


def _on(date: DateEvidence) -> str:
    return "on" if date.precision >= Precision.DAY else "in"


def _seen_at(date: DateEvidence) -> str:
    if date.origin.kind in _TOLD:
        return clean(date.note, 200)
    quote = clean(date.quote, 120)
    return f"{date.origin.kind.value}: {quote}" if quote else date.origin.kind.value


def _bounds_evidence(bounds: Bounds) -> Evidence:
    low, high = bounds.not_before, bounds.not_after
    values = []
    if low is not None:
        values += [("not_before", low.earliest.isoformat()), ("not_before_place", place(low))]
    if high is not None:
        values += [("not_after", high.latest.isoformat()), ("not_after_place", place(high))]
        values += [("not_after_quote", clean(high.quote))] if low and high.quote else []
    shown = low or high
    if shown is None:
        return Evidence()
    return Evidence(clean(shown.quote), place(shown), tuple(values))


def conflict(case: Case) -> Iterator[Finding]:
    """``timestamp-conflict``; precision and unknown zones are given the benefit of the doubt."""
    published, modified = case.copy.dates.published, case.copy.dates.modified
    if published is None:
        return
    if modified is not None and published.earliest - modified.latest > _TOLERANCE:
        message = (
            f"The page says that it was modified on {date_words(modified)}, "
            f"before it was published on {date_words(published)}."
        )
        yield finding(Rule.TIMESTAMP_CONFLICT, message, _both(published, modified))
    other = next((date for date in _stamps(case.copy) if _contradicts(published, date)), None)
    if other is not None:
        message = (
            f"The page gives two dates of publication: {date_words(published)} "
            f"({place(published)}) and {date_words(other)} ({place(other)})."
        )
        yield finding(Rule.TIMESTAMP_CONFLICT, message, _both(published, other))


def shown_otherwise(case: Case) -> Iterator[Finding]:
    """``timestamp-conflict``: what a page declares and what its readers see are days apart."""
    for one in case.copy.dates.conflicts:
        if one.why.startswith("shown and declared differ"):
            what = "modified" if one.believed.kind is DateKind.MODIFIED else "published"
            message = (
                f"The page was {what} on {date_words(one.believed)} ({place(one.believed)}) and "
                f"on {date_words(one.other)} ({place(one.other)}): "
                "what it declares and what it shows differ."
            )
            yield finding(Rule.TIMESTAMP_CONFLICT, message, _both(one.believed, one.other))
            return


def _contradicts(published: DateEvidence, other: DateEvidence) -> bool:
    if other.kind is not DateKind.PUBLISHED or other.weak or other.origin.kind not in _DECLARED:
        return False
    apart = max(other.earliest - published.latest, published.earliest - other.latest)
    return apart > _TOLERANCE


def _both(one: DateEvidence, other: DateEvidence) -> Evidence:
    return seen(one, other=other.earliest.isoformat(), other_quote=clean(other.quote))


def _stamps(reading: Reading) -> Iterator[DateEvidence]:
    """The dates by which the page itself stamps itself, trusted or not."""
    for date in reading.dates.evidence:
        if date.kind in _STAMPS and date.origin.kind in _ON_PAGE:
            yield date


def in_future(case: Case, now: datetime) -> Iterator[Finding]:
    """``timestamp-in-future``: later than now, or than the moment the copy was captured."""
    captured = case.copy_memento.memento_datetime if case.copy_memento is not None else now
    limit = min(now, captured)
    late = next((one for one in _stamps(case.copy) if one.earliest - limit > _TOLERANCE), None)
    if late is None:
        return
    what = "now" if limit == now else f"the capture of this copy on {day(captured)}"
    message = f"The page is dated {date_words(late)} ({place(late)}), which is after {what}."
    yield finding(Rule.TIMESTAMP_IN_FUTURE, message, seen(late, limit=limit.isoformat()))
