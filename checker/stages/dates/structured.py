"""Dates that a page states for machines: JSON-LD, microdata, ``<meta>``, front matter."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from checker.data import table
from checker.model import DateKind, Origin, OriginKind
from checker.stages.dates.customs import Customs
from checker.stages.dates.ranked import Ranked, ranked
from checker.stages.page import (
    ARTICLE_TYPES,
    About,
    Linked,
    Node,
    Page,
    ancestors,
    attribute,
    fold,
    text_of,
)

_DATA = table("dates.toml")
_PROPERTIES = {name: DateKind(kind) for name, kind in _DATA["properties"].items()}
_NAMES = frozenset(_PROPERTIES)
_LOWER_PROPERTIES = {name.lower(): kind for name, kind in _PROPERTIES.items()}
_FRONT = {name: DateKind(kind) for name, kind in _DATA["front"].items()}
_METAS = {
    name: (DateKind(group["kind"]), group["rank"])
    for group in reversed(_DATA["meta"])
    for name in group["names"]
}
# A site's own name for it ("acme:published_at").
_LIKELY = re.compile(
    r"(?:^|[:._-])(?:uploaded|posted|pubdate|publish(?:ed|date|time)?(?:[_-]?(?:at|on|time|date))?"
    r"|created(?:[_-]?at)?|releas(?:ed|e[_-]?date))$"
)
_GUESSED = (DateKind.PUBLISHED, 47)
_ANOTHER = 6  # beyond this an object is no better than what the page shows
_MAX_ELEMENTS = 400
# What an object of another kind says is not about the article.
_OWN_PATH = frozenset({"mainEntity", "mainEntityOfPage", "@graph"})
_EVENTS = ("Event", "JobPosting", "Offer", "SpecialAnnouncement", "Sale")
_OF_EVENTS = frozenset({DateKind.EVENT_START, DateKind.EVENT_END, DateKind.EXPIRES})
_REVIEW_SPAN = re.compile(r"(\d{1,3})\s*(day|week|month|year)s?", re.IGNORECASE)


def json_ld(page: Page, said: About, customs: Customs) -> Iterator[Ranked]:
    """schema.org dates of the object that describes this page; of others, weakly."""
    candidates = [item for item in page.linked if not _NAMES.isdisjoint(item.data)]
    own = _addresses(page.uri, said)
    shown = _titles(page) if candidates else ""
    fits = [_fit(item, own, shown) for item in candidates]
    best = min(fits, default=99)
    rivals = fits.count(best)
    for item, fit in zip(candidates[:_MAX_ELEMENTS], fits, strict=False):
        weak = fit > best or fit >= 40 or (rivals > 2 and best >= 8)
        for name, kind in _PROPERTIES.items():
            if name not in item.data:
                continue
            if kind in _OF_EVENTS and not (
                fit < 20 or any(one.endswith(_EVENTS) for one in item.types)
            ):
                continue
            doubt = weak or (kind in _OF_EVENTS and bool(item.path) and not fit < 20)
            place = ".".join((*item.path, (item.types or ("",))[0] or "object", name))
            late = 12 if name in {"dateCreated", "uploadDate"} else 0
            for value in _values(item.data.get(name)):
                origin = Origin(OriginKind.JSON_LD, place[-120:])
                note = "about another object of this page" if doubt else ""
                rank = 10 + min(fit, 9) + late
                yield from ranked(kind, origin, value, rank, customs=customs, weak=doubt, note=note)


def _fit(item: Linked, own: frozenset[str], shown: str) -> int:
    """How well an object describes this page: 0 best, 40 and more not at all."""
    article = any(kind != "WebPage" and kind.endswith(ARTICLE_TYPES) for kind in item.types)
    score = 5 if article else 8 if "WebPage" in item.types or not item.types else 15
    if not set(item.path) <= _OWN_PATH:
        score += 40
    named = _named(item)
    if own & named:
        score -= 5
    headline = item.data.get("headline") or item.data.get("name")
    if isinstance(headline, str) and headline and fold(headline)[:60] in shown:
        score -= 3
    elif named and not own & named:
        score += _ANOTHER  # it names another page
    return max(0, score)


def _titles(page: Page) -> str:
    heading = page.tree.css_first("h1")
    title = page.tree.css_first("title")
    shown = [text_of(node, 500) for node in (heading, title) if node is not None]
    return "\n".join([*shown, fold(page.meta("og:title") or "")])


def _addresses(uri: str | None, said: About) -> frozenset[str]:
    found = (_path(uri) for uri in (uri, said.canonical, said.og_url) if uri)
    return frozenset(path for path in found if len(path) > 1)


def _named(item: Linked) -> frozenset[str]:
    found = set()
    for key in ("url", "@id", "mainEntityOfPage"):
        value = item.data.get(key)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str):
            found.add(_path(value))
    return frozenset(path for path in found if len(path) > 1)


def _path(uri: str) -> str:
    try:
        return urlsplit(uri[:2_000]).path.rstrip("/")
    except ValueError:
        return ""


def _values(value: Any) -> Iterator[str]:
    for one in (value if isinstance(value, list) else [value])[:3]:
        inner = one.get("@value") if isinstance(one, dict) else one
        if isinstance(inner, str) and inner.strip():
            yield inner
        elif isinstance(inner, int) and not isinstance(inner, bool) and 0 < inner < 10**13:
            yield str(inner)


def microdata(page: Page, customs: Customs) -> Iterator[Ranked]:
    """``itemprop`` dates; the first of a kind in the article's scope counts, later ones weakly."""
    seen: dict[DateKind, int] = {}
    for node in page.tree.css("[itemprop], [property]")[:_MAX_ELEMENTS]:
        if node.tag == "meta" and attribute(node, "property") and _is_head(node):
            continue
        names = f"{attribute(node, 'itemprop')} {attribute(node, 'property')}".lower().split()
        for name in names:
            kind = _LOWER_PROPERTIES.get(name.rpartition(":")[2])
            if kind is None or not _in_article(node, kind):
                continue
            count = seen[kind] = seen.get(kind, 0) + 1
            value = attribute(node, "content") or attribute(node, "datetime") or text_of(node, 200)
            origin = Origin(OriginKind.MICRODATA, name)
            yield from ranked(
                kind, origin, value, 25 + min(count, 5), customs=customs, weak=count > 2
            )


def _is_head(node: Node) -> bool:
    return node.parent is not None and node.parent.tag == "head"


def _in_article(node: Node, kind: DateKind) -> bool:
    for parent in ancestors(node):
        if parent.tag in {"nav", "aside", "footer"}:
            return False
        if "itemtype" in parent.attributes:
            named = attribute(parent, "itemtype").rpartition("/")[2]
            if kind in _OF_EVENTS and named.endswith(_EVENTS):
                return True
            return named.endswith(ARTICLE_TYPES)
    return kind not in _OF_EVENTS


def metas(page: Page, said: About, customs: Customs) -> Iterator[Ranked]:
    """``<meta>`` dates by name, ``robots unavailable_after``, and a review period."""
    heads: frozenset[str] | None = None
    for number, (name, content) in enumerate(page.metas):
        if name in _LOWER_PROPERTIES:  # in the body they belong to their scope: microdata
            if heads is None:
                heads = _in_head(page)
            if content not in heads:
                continue
        if name in _METAS or _LIKELY.search(name):
            kind, rank = _METAS.get(name, _GUESSED)
            origin = Origin(OriginKind.META, name)
            late = min(number, 3) if rank > 40 else 0
            yield from ranked(kind, origin, content, rank + late, customs=customs)
    if until := said.robots_unavailable_after:
        origin = Origin(OriginKind.META, "robots unavailable_after")
        yield from ranked(DateKind.EXPIRES, origin, until, 15, customs=customs)
    fields = {name.replace("-", "_"): content for name, content in (*page.front, *page.metas)}
    yield from _review_due(fields, customs)


def is_property(name: str) -> bool:
    """Whether a ``<meta>`` of that name may be microdata: it counts by where it stands."""
    return name in _LOWER_PROPERTIES


def _in_head(page: Page) -> frozenset[str]:
    found = page.tree.css("head meta[content]")[:_MAX_ELEMENTS]
    return frozenset(attribute(node, "content").strip() for node in found)


def _review_due(fields: dict[str, str], customs: Customs) -> Iterator[Ranked]:
    """``last_reviewed_on`` and ``review_in`` ("6 months") together give the day it is due."""
    start, span = fields.get("last_reviewed_on"), fields.get("review_in")
    length = _REVIEW_SPAN.fullmatch(span.strip()) if span else None
    if not start or not length:
        return
    count, unit = int(length[1]), length[2].lower()
    origin = Origin(OriginKind.META, "last_reviewed_on + review_in")
    for seen in ranked(DateKind.REVIEWED, origin, start, 20, customs=customs):
        due = _later(seen.day.year, seen.day.month, seen.day.day, count, unit)
        note = f"{start.strip()[:40]} and {span.strip()[:40] if span else ''}"
        yield from ranked(DateKind.REVIEW_DUE, origin, due, 20, note=note)


def _later(year: int, month: int, day: int, count: int, unit: str) -> str:
    if unit in {"day", "week"}:
        return (
            date(year, month, day) + timedelta(days=count * (7 if unit == "week" else 1))
        ).isoformat()
    months = year * 12 + month - 1 + count * (12 if unit == "year" else 1)
    return f"{months // 12:04}-{months % 12 + 1:02}-{min(day, 28):02}"


def front(page: Page, customs: Customs) -> Iterator[Ranked]:
    """Dates of the front matter."""
    for name, value in page.front:
        kind = _FRONT.get(name.replace("-", "_"))
        if kind is not None:
            origin = Origin(OriginKind.FRONT_MATTER, name)
            yield from ranked(kind, origin, value, 22, customs=customs)
