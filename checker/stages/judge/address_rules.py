"""Rules about the source's address: what answers there, or that nothing does."""

from collections.abc import Iterator
from datetime import datetime

from checker.model import Case, Evidence, Finding, Rule
from checker.stages.judge.info import finding
from checker.stages.judge.source_rules import hidden_by_replacement
from checker.stages.judge.words import clean, day, quoted


def replaced(case: Case) -> Iterator[Finding]:
    if case.replaced_since is None:
        return
    odd = case.comparison.replacement if case.comparison is not None else None
    what = f" ({odd.kind.value}: {quoted(odd.quote)})" if odd is not None else ""
    message = (
        f"Another page answers at the source's address since {day(case.replaced_since)}{what}."
    )
    values = (("since", case.replaced_since.isoformat()),)
    quote = clean(odd.quote) if odd is not None else ""
    yield finding(Rule.SOURCE_REPLACED, message, Evidence(quote, "source", values))


def gone(case: Case) -> Iterator[Finding]:
    if case.gone is None:
        return
    status, since = case.gone
    message = f"The source is gone: its address has answered HTTP {status} since {day(since)}."
    values = (("status", str(status)), ("since", since.isoformat()))
    yield finding(Rule.SOURCE_GONE, message, Evidence(f"HTTP {status}", "source", values))


def moved(case: Case) -> Iterator[Finding]:
    """``source-moved``: the same article at another address; another page is no move."""
    if case.moved_to is None or case.replaced_since is not None or hidden_by_replacement(case):
        return
    target = clean(case.moved_to)
    values = (("moved_to", target),)
    message = f"The source has moved permanently to {target}."
    yield finding(Rule.SOURCE_MOVED, message, Evidence(target, "source", values))


def blocked(case: Case) -> Iterator[Finding]:
    if case.blocked is not None:
        yield _incomparable(Rule.SOURCE_BLOCKED, "is refused to us", *case.blocked)


def unreachable(case: Case) -> Iterator[Finding]:
    if case.unreachable is not None:
        yield _incomparable(Rule.SOURCE_UNREACHABLE, "can't be reached", *case.unreachable)


def _incomparable(rule: Rule, how: str, detail: str, since: datetime) -> Finding:
    message = (
        f"The source {how}, so the copy could not be compared since {day(since)}: "
        f"{clean(detail).rstrip('.') or 'no reason was given'}."
    )
    return finding(
        rule, message, Evidence(clean(detail), "source", (("since", since.isoformat()),))
    )


def varies(case: Case) -> Iterator[Finding]:
    """``source-varies``: said whichever text the address shows at the moment."""
    if case.varies is None:
        return
    number, since = case.varies.texts, case.varies.since
    copy = "this copy has one of them" if case.varies.has_copy else "this copy has none of them"
    message = f"The source shows {number} texts in turn since {day(since)}; {copy}."
    values = (("texts", str(number)), ("since", since.isoformat()))
    yield finding(Rule.SOURCE_VARIES, message, Evidence("", "source", values))
