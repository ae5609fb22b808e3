"""The rule about persons whom the copy names in office."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import islice

from checker.model import Case, Evidence, Finding, Holding, Rule
from checker.stages.judge.info import finding
from checker.stages.judge.triage import reviews_in_force
from checker.stages.judge.words import clean, day, quoted

MAX_FINDINGS = 20
_DAY_END = time(23, 59, 59, tzinfo=UTC)


def holders(case: Case, now: datetime) -> Iterator[Finding]:
    """``office-holder``: named in office, and no longer there; an editor who looked later knew."""
    reviews = reviews_in_force(case, now)
    left = (one for one in case.copy.holders if now > last_moment(one))
    unknown = (one for one in left if not any(review.at > last_moment(one) for review in reviews))
    for one in islice(unknown, MAX_FINDINGS):
        person, office, end = clean(one.person), clean(one.office), day(last_moment(one))
        message = (
            f"The text names {person} as {office}, who held that office until {end}: "
            f"{quoted(one.quote)}."
        )
        values = (("person", person), ("office", office), ("until", one.until.isoformat()))
        yield finding(Rule.OFFICE_HOLDER, message, Evidence(clean(one.quote), "text", values))


def last_moment(one: Holding) -> datetime:
    """The end of the last day in office, in UTC."""
    return datetime.combine(one.until, _DAY_END)
