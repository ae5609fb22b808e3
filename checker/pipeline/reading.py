"""From bytes to everything that judging and comparing need."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from checker.model import (
    Claim,
    DateEvidence,
    Dates,
    Fleet,
    Headers,
    Memento,
    Office,
    PolicySet,
    Reading,
    Representation,
    Rule,
    Standing,
    Text,
    Timing,
    Trust,
    Version,
    digest_of,
)
from checker.pipeline.siblings import Siblings
from checker.ports import Archive, Clock, Http
from checker.stages import banner, bounds, claims, dates, notices, page, soft404, text

READER_VERSION = "reader-9"  # of everything that ``read`` derives; raise it when results change

# What only these rules look at is not looked for where none of them is asked.
ALL_RULES = frozenset(Rule)
_OF_CLAIMS = frozenset({Rule.LAPSED_CLAIM, Rule.UNDATED_PROMISE, Rule.RELATIVE_DATE})


@dataclass(frozen=True, slots=True)
class Probes:
    """What hosts answered to addresses that no page has, by source and address, which changes
    daily. One thread works on a host at a time, so none is asked twice."""

    answers: dict[tuple[str, str], soft404.Stranger] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a check works with: ports, and what the user configured."""

    http: Http
    archive: Archive
    clock: Clock
    policies: PolicySet
    timing: Timing
    fleet: Fleet | None = None  # None: every article as often as every other
    trust: Callable[[str], Trust] = lambda _host: Trust()
    probes: Probes = field(default_factory=Probes)
    offices: tuple[Office, ...] = ()  # that the user adds to the shipped ones
    siblings: Siblings = field(default_factory=Siblings)


def opened(representation: Representation, uri: str | None) -> page.Page | page.Unreadable:
    """The body parsed, without our banner: for what must be known before it is read."""
    return page.parse(
        banner.strip(representation.body),
        media_type=representation.media_type,
        charset=representation.charset,
        uri=uri,
    )


def source_of(representation: Representation) -> str:
    """The characters of the body without our banner, as a page's ``source``; "" if there are none."""
    found = page.decoded(banner.strip(representation.body), representation.charset)
    return "" if isinstance(found, page.Unreadable) else found[0]


def read(
    representation: Representation,
    *,
    uri: str | None,
    now: datetime,
    headers: Headers = (),
    hints: tuple[DateEvidence, ...] = (),
    captured_at: datetime | None = None,
    parsed: page.Page | page.Unreadable | None = None,
    offices: tuple[Office, ...] = (),
    rules: frozenset[Rule] = ALL_RULES,
    once: bool = False,
    alone: bool = False,
) -> tuple[Reading, Version]:
    """Derive everything that judging and comparing need from one body; our banner is taken off.

    *parsed* is what ``opened`` gave for the body, where the caller had to ask it; *offices* are
    those that the user adds to the shipped ones. Claims, relative dates and holders of offices are
    left empty where none of the *rules* that look at them is asked; what a later check needs to see
    that nothing differs, where there is none because this is done *once*; and what only comparing
    looks at, where this version is judged *alone*.
    """
    parsed = parsed or opened(representation, uri)
    if isinstance(parsed, page.Unreadable):
        return _unreadable(representation, parsed.reason, uri)
    about = page.about(parsed)
    words = text.extract(parsed, framed=not alone)
    found = _dated(parsed, words, hints, offices, headers=headers, at=captured_at, now=now)
    said = notices.find(words)
    reading = Reading(
        digest=representation.digest,
        title=words.title,
        language=words.language,
        dates=found,
        notices=said,
        relative_dates=claims.relative_dates(words) if Rule.RELATIVE_DATE in rules else (),
        text_digest=words.digest,
        page_digest=words.page_digest,
        words=words.words,
        genre=about.genre,
        section=about.section,
        tags=about.tags,
        ignored_rules=about.ignored_rules,
        owners=about.owners,
        version=READER_VERSION,
        claims=_claims(words, found) if rules & _OF_CLAIMS else (),
        holders=bounds.holders(words, offices) if Rule.OFFICE_HOLDER in rules else (),
        shown_digest="" if once else text.shown_digest(parsed, words.frame_digest),
        stated_digest="" if once else text.stated_digest(parsed),
    )
    bare = "" if alone else digest_of(banner.strip(representation.body))
    return reading, Version(words, found, said, bare, uri, uri)


def _claims(words: Text, found: Dates) -> tuple[Claim, ...]:
    return claims.claims(words, claims.anchor_of(found.published or found.modified))


def _dated(
    parsed: page.Page,
    words: Text,
    hints: tuple[DateEvidence, ...],
    offices: tuple[Office, ...],
    *,
    headers: Headers,
    at: datetime | None,
    now: datetime,
) -> Dates:
    """The dates, and the bounds where the stamp is lost."""
    seen: Any = {"headers": headers, "captured_at": at, "now": now}
    found = dates.extract(parsed, hints=hints, **seen)
    return replace(found, bounds=bounds.find(found, parsed, words, offices=offices, **seen))


def _unreadable(
    representation: Representation, why: str, uri: str | None
) -> tuple[Reading, Version]:
    reading = Reading(
        representation.digest,
        "",
        None,
        Dates(),
        (),
        (),
        "",
        "",
        0,
        problem=why,
        version=READER_VERSION,
    )
    return reading, Version(Text("", (), None, ""), Dates(), (), representation.digest, uri, uri)


def read_memento(
    memento: Memento, known: Standing, tools: Tools, now: datetime
) -> tuple[Reading, Version]:
    """Read a stored capture again. Raises ArchiveError if its bytes are not there."""
    return read(
        tools.archive.load(memento),
        uri=known.article.uri,
        now=now,
        hints=tuple(hint.date for hint in known.hints),
        captured_at=memento.memento_datetime,
        offices=tools.offices,
    )
