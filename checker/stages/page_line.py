"""What the list of pages in an exported archive says of a capture (docs/reference/archive.md)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from checker.model import Banner, BannerRules, Finding, Memento, Severity, Standing
from checker.stages import banner

FIELD = "archiveChecker"  # beside the fields of the format: readers pass over what they don't know
_QUOTE = 1_000  # characters


class Role(StrEnum):
    """What a capture is to its article."""

    COPY = "copy"  # what readers of the archive see
    NEWEST = "newest"  # the last one that differed from it
    CAPTURE = "capture"  # another one


def page_line(
    standing: Standing, memento: Memento, role: Role, now: datetime, rules: BannerRules
) -> dict[str, Any]:
    """Title and our own field. Flag and notice stand with the copy: that is what was judged."""
    article = standing.article
    own: dict[str, Any] = {
        "article": article.uri,
        "source": article.source,
        "role": role.value,
        "digest": memento.digest,
        "dated": memento.dated,
    }
    if article.section:
        own["section"] = article.section
    if role is Role.COPY:
        own |= _judged(standing, now, rules)
    return {"title": standing.title or article.uri, FIELD: own}


def _judged(standing: Standing, now: datetime, rules: BannerRules) -> dict[str, Any]:
    reading, verdict = standing.copy_reading, standing.verdict
    own: dict[str, Any] = {}
    if reading is not None:
        dates = {"published": reading.dates.published, "modified": reading.dates.modified}
        own |= {name: one.earliest.isoformat() for name, one in dates.items() if one is not None}
        own["publisherNotices"] = sorted({one.kind.value for one in reading.notices})
    if verdict is None:
        return {**own, "status": "unchecked"}
    own |= {
        "status": verdict.status.value,
        "judgedAt": verdict.judged_at.isoformat(),
        "policy": verdict.policy,
        "findings": [_finding(one) for one in verdict.findings if one.severity != Severity.OFF],
    }
    if verdict.outdated_since is not None:
        own["outdatedSince"] = verdict.outdated_since.isoformat()
    notice = reading and banner.compose(
        verdict, reading, uri=standing.article.uri, now=now, rules=rules
    )
    return {**own, "notice": _notice(notice)} if notice else own


def _finding(one: Finding) -> dict[str, str]:
    said = {"rule": one.rule.value, "severity": one.severity.value, "message": one.message}
    quote = one.evidence.quote[:_QUOTE]
    return {**said, "quote": quote} if quote else said


def _notice(one: Banner) -> dict[str, Any]:
    """What the banner on the copy says."""
    said = {"language": one.language, "heading": one.heading, "sentences": list(one.sentences)}
    return {**said, "link": one.link} if one.link else said
