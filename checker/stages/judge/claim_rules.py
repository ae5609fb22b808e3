"""Rules about what the copy says of times to come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from checker.model import Case, Claim, ClaimRule, Evidence, Finding, Rule, Severity, Strength
from checker.stages.judge.info import finding
from checker.stages.judge.triage import reviews_in_force
from checker.stages.judge.words import clean, day, quoted

MAX_FINDINGS = 20


def lapsed(case: Case, now: datetime) -> Iterator[Finding]:
    """``lapsed-claim``: one finding per sentence, for its plainest claim; outdated if strong.

    A window has passed when its last day has, in UTC. An editor who looked after that knew of it.
    """
    reviews = reviews_in_force(case, now)
    sentences: dict[str, Claim] = {}
    for claim in case.copy.claims:
        end = claim.latest
        if end is None or now <= end or any(review.at > end for review in reviews):
            continue
        before = sentences.get(claim.quote)
        if before is None or (
            before.strength is Strength.WEAK and claim.strength is Strength.STRONG
        ):
            sentences[claim.quote] = claim
    for claim in islice(sentences.values(), MAX_FINDINGS):
        found = finding(Rule.LAPSED_CLAIM, _message(claim), _evidence(claim))
        weak = claim.strength is Strength.WEAK
        yield replace(found, severity=Severity.WARNING) if weak else found


def promises(case: Case) -> Iterator[Finding]:
    """``undated-promise``: nothing says when it ends."""
    found = (one for one in case.copy.claims if one.rule is ClaimRule.PROMISE)
    for claim in islice(found, MAX_FINDINGS):
        message = f"The text promises {quoted(claim.words)} without a time: {quoted(claim.quote)}."
        values = (("words", clean(claim.words)),)
        yield finding(Rule.UNDATED_PROMISE, message, Evidence(clean(claim.quote), "text", values))


def _message(claim: Claim) -> str:
    return (
        f"What the text says was to come has passed: {quoted(claim.words)} meant "
        f"{_window(claim)}{_counted(claim)}, in {quoted(claim.quote)}."
    )


def _window(claim: Claim) -> str:
    if claim.earliest is None or claim.latest is None:
        return ""
    first, last = day(claim.earliest), day(claim.latest)
    return first if first == last else f"{first} to {last}"


def _counted(claim: Claim) -> str:
    if claim.anchor is None:
        return ""
    return f" (counted from {day(claim.anchor)}, {clean(claim.anchor_origin)})"


def _evidence(claim: Claim) -> Evidence:
    values = [("words", clean(claim.words)), ("cue", clean(claim.cue))]
    if claim.earliest is not None and claim.latest is not None:
        values += [("earliest", claim.earliest.isoformat()), ("latest", claim.latest.isoformat())]
    if claim.anchor is not None:
        values += [
            ("anchor", claim.anchor.isoformat()),
            ("anchor_origin", clean(claim.anchor_origin)),
        ]
    if claim.strength is not None:
        values.append(("strength", claim.strength.value))
    return Evidence(clean(claim.quote), "text", tuple(values))
