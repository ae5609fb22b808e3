"""Rules about the copy's own words."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from checker.model import Case, Evidence, Finding, NoticeKind, Precision, Rule
from checker.stages.judge.date_rules import is_dated
from checker.stages.judge.info import finding
from checker.stages.judge.words import clean, quoted

MAX_FINDINGS = 20  # of one rule: a page of a thousand "today"s needs no thousand sentences

_WARNINGS = frozenset(
    {NoticeKind.ARCHIVED, NoticeKind.OUTDATED, NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL}
)


def relative_dates(case: Case, now: datetime) -> Iterator[Finding]:
    """``relative-date``: one finding per sentence, if no date exact to the day anchors it."""
    stamp = case.copy.dates.newest_trusted
    if stamp is not None and is_dated(case, now) and stamp.precision >= Precision.DAY:
        return
    sentences = {one.sentence: one for one in reversed(case.copy.relative_dates)}
    for one in islice(reversed(sentences.values()), MAX_FINDINGS):
        message = f"Nothing tells which time {quoted(one.words)} means in {quoted(one.sentence)}."
        values = (("words", clean(one.words)),)
        yield finding(Rule.RELATIVE_DATE, message, Evidence(clean(one.sentence), "text", values))


def notices(case: Case) -> Iterator[Finding]:
    """``has-notice``: what the publisher already tells readers of this copy."""
    for notice in islice((one for one in case.copy.notices if one.kind in _WARNINGS), MAX_FINDINGS):
        message = f"The text bears its publisher's own notice: {quoted(notice.quote)}."
        values = (("notice", notice.kind.value), ("language", clean(notice.language)))
        yield finding(Rule.HAS_NOTICE, message, Evidence(clean(notice.quote), "text", values))
