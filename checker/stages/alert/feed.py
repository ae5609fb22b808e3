"""An Atom feed (RFC 4287) of what is flagged, for readers that ask instead of being told."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from checker.model import Standing
from checker.stages.alert.entries import title_of
from checker.stages.banner.compose import rank
from checker.stages.banner.render import templates
from checker.stages.banner.words import clean, safe_link
from checker.stages.subscription import as_alert

MAX_ENTRIES = 100


def atom(standings: Iterable[Standing], *, now: datetime, name: str = "archive-checker") -> str:
    """The feed as XML text. An entry's id stays the same while an article stays outdated, its
    date moves when it is judged anew for another reason."""
    entries = [_entry(one) for one in standings if one.verdict is not None]
    content = {
        "name": clean(name, 80),
        "updated": max((str(one["updated"]) for one in entries), default=_instant(now)),
        "entries": entries[:MAX_ENTRIES],
    }
    return templates().get_template("flagged.atom.xml").render(content).strip() + "\n"


def _entry(standing: Standing) -> dict[str, object]:
    verdict = standing.verdict
    assert verdict is not None, "the caller has looked"
    since = verdict.outdated_since or verdict.judged_at
    findings = sorted(verdict.findings, key=rank)
    ident = sha256(f"{standing.article.uri}\n{since.isoformat()}".encode("utf-8", "replace"))
    return {
        "id": f"urn:sha256:{ident.hexdigest()}",
        "title": title_of(as_alert(standing)),
        "link": safe_link(standing.article.uri),
        "updated": _instant(since),
        "category": clean(standing.article.section or "", 80),
        "lines": [clean(one.message, 400) for one in findings if one.severity.value == "outdated"],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
