"""What a page says of itself apart from text and dates: kind, section, tags, address."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from checker.stages.page.linked import Linked
from checker.stages.page.parse import Page

MAX_URI = 8_192
# How the schema.org types of an article end.
ARTICLE_TYPES = (
    "Article",
    "Posting",
    "Report",
    "Review",
    "HowTo",
    "FAQPage",
    "Recipe",
    "Event",
    "WebPage",
    "Guide",
    "NewsItem",
)
_SECTION = (
    "article:section",
    "parsely-section",
    "sailthru.section",
    "section",
    "cxenseparse:section",
)
_TAGS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_IGNORE = re.compile(r"ignore\s*:(.*)", re.IGNORECASE | re.DOTALL)
_OWNER = re.compile(r"owners?\s*:(.*)", re.IGNORECASE | re.DOTALL)
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_UNAVAILABLE = re.compile(r"unavailable_after\s*:\s*([^;]{1,80})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class About:
    """``genre`` is the schema.org type (or og:type); ``tags`` are in the page's order, folded."""

    genre: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    ignored_rules: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    canonical: str | None = None
    og_url: str | None = None
    robots_unavailable_after: str | None = None


def about(page: Page) -> About:
    """Read from ``<meta>``, ``<link>``, JSON-LD and front matter; all of it hostile text."""
    own = addresses(page)
    ignored = [_IGNORE.fullmatch(content) for name, content in page.metas if name == "checker"]
    rules = ",".join(found[1] for found in ignored if found)
    objects = main_objects(page)
    return About(
        genre=_genre(page, objects),
        section=_section(page, objects),
        tags=_tags(page),
        ignored_rules=tuple(dict.fromkeys(re.findall(r"[a-z][a-z-]{1,40}", rules.lower()))),
        owners=_owners(page),
        canonical=own.canonical,
        og_url=own.og_url,
        robots_unavailable_after=own.robots_unavailable_after,
    )


def addresses(page: Page) -> About:
    """Where a page says that it stands, and until when; nothing else of it is read."""
    robots = [
        found[1].strip()
        for name, content in page.metas
        if name in {"robots", "googlebot"} and (found := _UNAVAILABLE.search(content))
    ]
    return About(
        canonical=_address(page.uri or "", page.canonical),
        og_url=_address(page.uri or "", page.meta("og:url")),
        robots_unavailable_after=robots[0] if robots else None,
    )


def main_objects(page: Page) -> tuple[Linked, ...]:
    """JSON-LD objects that may describe the page itself: articles first, as they come."""
    top = [
        item
        for item in page.linked
        if all(step in {"mainEntity", "mainEntityOfPage", "@graph"} for step in item.path)
    ]
    return tuple(sorted(top, key=lambda item: not any(map(_is_article, item.types))))


def _is_article(kind: str) -> bool:
    return kind.endswith(ARTICLE_TYPES) and kind != "WebPage"


def _genre(page: Page, objects: tuple[Linked, ...]) -> str | None:
    for item in objects:
        for kind in item.types:
            if kind.endswith(ARTICLE_TYPES):
                return kind[:80]
    return page.meta("og:type") or None


def _section(page: Page, objects: tuple[Linked, ...]) -> str | None:
    for name in _SECTION:
        if found := page.meta(name):
            return found[:200]
    for item in objects:
        section = item.data.get("articleSection")
        value = section[0] if isinstance(section, list) and section else section
        if isinstance(value, str) and value.strip():
            return value.strip()[:200]
    front = dict(page.front)
    return front.get("section") or front.get("category") or None


def _tags(page: Page) -> tuple[str, ...]:
    found: list[str] = []
    wanted = [(name, content) for name, content in page.metas if name in _TAGS]
    for name, content in sorted(wanted, key=lambda meta: _TAGS.index(meta[0])):
        found += [content] if name == "article:tag" else content.split(",")
    found += dict(page.front).get("tags", "").strip("[]").split(",")
    folded = (tag.strip().strip("\"'")[:100] for tag in found[:500])
    return tuple(dict.fromkeys(tag for tag in folded if tag))[:50]


def _owners(page: Page) -> tuple[str, ...]:
    """Who looks after the page, by ``<meta name="checker" content="owner: …">`` or front matter."""
    front = dict(page.front)
    said = [content for name, content in page.metas if name == "checker"]
    found = [match[1] for content in said if (match := _OWNER.fullmatch(content))]
    names = ",".join([*found, front.get("owner", ""), front.get("owners", "").strip("[]")])
    owners = (name.strip().strip("\"'")[:100] for name in names[:2000].split(","))
    return tuple(dict.fromkeys(name for name in owners if name))[:10]


def _address(base: str, value: str | None) -> str | None:
    """An absolute http(s) address, or None: everything else is no place to look."""
    return _joined(base, value.strip()) if value and len(value) <= MAX_URI else None


@lru_cache(maxsize=16)
def _joined(base: str, value: str) -> str | None:
    """Remembered, because several stages ask, and most pages give one address twice."""
    try:
        absolute = urljoin(base, value)
        urlsplit(absolute)
    except ValueError:
        return None
    return absolute if _WEB.match(absolute) else None
