"""The newsroom's articles, and the edits that real newsrooms make to theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from checker import data

Shown = Literal["article", "missing", "soft-404"]


@dataclass(frozen=True, slots=True)
class Story:
    """One article as the site would serve it now. Times are aware UTC."""

    slug: str
    section: str
    title: str
    author: str
    paragraphs: tuple[str, ...]
    published: datetime
    stamped: datetime  # the date that the page itself states as its last change
    saved: datetime  # when its bytes last changed: Last-Modified
    evergreen: bool = False
    validators: bool = True
    correction: str = ""
    shown: Shown = "article"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editor does to one story, and how a person would tell it."""

    slug: str
    tells: str
    apply: Callable[[Story, datetime], Story]


def opening_stories(opened: datetime) -> dict[str, Story]:
    """The articles as they stood when the newsroom opened and its archive was made."""
    stories = {}
    for row in data.table("newsroom/articles.toml")["article"]:
        published = (opened - timedelta(days=row["age_days"])).replace(
            minute=12, second=0, microsecond=0
        )
        stories[row["slug"]] = Story(
            slug=row["slug"],
            section=row["section"],
            title=row["title"],
            author=row["author"],
            paragraphs=tuple(row["paragraphs"]),
            published=published,
            stamped=published,
            saved=published,
            evergreen=row.get("evergreen", False),
            validators=not row.get("no_validators", False),
        )
    return stories


def _swap(story: Story, old: str, new: str) -> Story:
    """*old* must be there: an edit that changes nothing would make the demo a lie."""
    whole = (story.title, *story.paragraphs)
    if not any(old in part for part in whole):
        raise ValueError(f"{story.slug}: {old!r} does not stand in the article")
    title, *paragraphs = (part.replace(old, new) for part in whole)
    return replace(story, title=title, paragraphs=tuple(paragraphs))


def _correct_toll(story: Story, now: datetime) -> Story:
    day = f"{now.day} {now:%B %Y}"
    note = f"Correction, {day}: An earlier version of this article gave the new toll as 4.50. It is 5.40."
    return replace(_swap(story, "4.50", "5.40"), correction=note, stamped=now, saved=now)


def _rewrite_lunches(story: Story, now: datetime) -> Story:
    story = _swap(story, "Nine of the town's twelve schools", "Four of the town's twelve schools")
    story = _swap(story, "1.8 million", "700,000")
    story = _swap(story, "The three remaining schools", "The eight remaining schools")
    return replace(story, saved=now)  # and the page says nothing of it


def _bump_museum(story: Story, now: datetime) -> Story:
    return replace(story, stamped=now, saved=now)


def _fix_typo(story: Story, now: datetime) -> Story:
    return replace(_swap(story, "gaurd", "guard"), saved=now)


def _remove(story: Story, now: datetime) -> Story:
    return replace(story, shown="missing", saved=now)


def _soften(story: Story, now: datetime) -> Story:
    return replace(story, shown="soft-404", saved=now)


def _restore(story: Story, now: datetime) -> Story:
    return replace(story, shown="article", saved=now)


EDITS: Mapping[str, Edit] = MappingProxyType(
    {
        "correct": Edit(
            "harbour-bridge-toll", "corrects the toll, and says so below the article", _correct_toll
        ),
        "rewrite": Edit(
            "school-lunches", "rewrites three figures and does not say so", _rewrite_lunches
        ),
        "bump": Edit("museum-reopens", "moves the date and changes nothing else", _bump_museum),
        "remove": Edit("river-festival", "takes the page down (404)", _remove),
        "soften": Edit(
            "mayor-interview", "replaces the page by an error page that says 200 OK", _soften
        ),
        "typo": Edit("library-hours", "corrects a misspelt word", _fix_typo),
        "restore": Edit("mayor-interview", "puts the interview back", _restore),
    }
)
