"""What editors said of an article: reviews, dismissals and snoozes, and when each holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from checker.model import Case, Dismissal, EditorsWord, Finding, Reopening, Review, Rule, Snooze

# What the publisher says of its own text can't wait, nor be outranked by a word on its age.
UNSNOOZED = frozenset({Rule.SOURCE_RETRACTED, Rule.SOURCE_CORRECTED})


def in_force(words: tuple[EditorsWord, ...], now: datetime) -> tuple[EditorsWord, ...]:
    """The words that hold at *now*: given by then, not taken back, their last day included."""
    given = [word for word in words if word.at <= now]
    reopened = [at for at, word in enumerate(given) if isinstance(word, Reopening)]
    later = given[reopened[-1] + 1 :] if reopened else given
    return tuple(
        word for word in later if not isinstance(word, Review | Snooze) or now.date() <= word.until
    )


def reviews_in_force(case: Case, now: datetime) -> tuple[Review, ...]:
    return tuple(word for word in in_force(case.words, now) if isinstance(word, Review))


def is_known(case: Case, found: Finding, now: datetime) -> bool:
    """Whether somebody knows of this finding: an editor set it aside, or a baseline has it."""
    if not (case.known or case.words):
        return False
    mark = found.fingerprint
    if mark in case.known:
        return True
    return any(
        mark in word.fingerprints
        for word in in_force(case.words, now)
        if isinstance(word, Dismissal) or (isinstance(word, Snooze) and found.rule not in UNSNOOZED)
    )


def ends(case: Case) -> Iterator[datetime]:
    """The last moments of words that end by themselves."""
    for word in case.words:
        if isinstance(word, Review | Snooze):
            yield datetime.combine(word.until, time.max, UTC)
