"""An Atom feed (RFC 4287) of what is flagged, for readers that ask instead of being told."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from checker.model import Standing
from checker.stages.alert.entries import title_of
from checker.stages.banner.compose import rank
from checker.stages.banner.render import templates
from checker.stages.banner.words import clean, safe_link
from checker.stages.subscription import as_alert

MAX_ENTRIES = 100


def atom(standings: Iterable[Standing], *, now: datetime, place: str) -> str:
    """The feed as XML text. An entry's id stays the same while an article stays outdated.

    *place* is what no other installation has: its public address, or its sender's domain.
    """
    entries = [_entry(one, place) for one in standings if one.verdict is not None]
    content = {
        "id": _name(place),
        "updated": max((str(one["updated"]) for one in entries), default=_instant(now)),
        "entries": entries[:MAX_ENTRIES],
    }
    return templates().get_template("flagged.atom.xml").render(content).strip() + "\n"


def _name(*words: str) -> str:
    """An id that follows from *words*, as UUIDs are written (RFC 9562)."""
    digest = sha256("\n".join(words).encode("utf-8", "replace")).digest()[:16]
    return UUID(bytes=digest, version=5).urn


def _entry(standing: Standing, place: str) -> dict[str, object]:
    verdict = standing.verdict
    assert verdict is not None, "the caller has looked"
    since = verdict.outdated_since or verdict.judged_at
    findings = sorted(verdict.findings, key=rank)
    return {
        "id": _name(place, standing.article.uri, since.isoformat()),
        "title": title_of(as_alert(standing)),
        "link": safe_link(standing.article.uri),
        "updated": _instant(since),
        "category": clean(standing.article.section or "", 80),
        "lines": [clean(one.message, 400) for one in findings if one.severity.value == "outdated"],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
