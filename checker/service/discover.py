"""Where articles come from: feeds, sitemaps, lists, folders and WARC files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from checker.errors import CheckerError
from checker.model import (
    Document,
    Found,
    Memento,
    Response,
    Skipped,
    Source,
    SourceKind,
    Validators,
    header,
)
from checker.service.context import Context
from checker.service.crawl import crawl
from checker.stages import discover as stage


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one source gave; ``problems`` are sentences for people."""

    source: str
    found: int
    new: int
    hinted: int
    problems: tuple[str, ...] = ()


def discover(context: Context, names: Sequence[str] | None) -> tuple[Discovered, ...]:
    """Look into sources; one that can't be read is reported, the others go on."""
    operation, ports = context.operation, context.ports
    ports.store.put_sources(operation.sources, ports.clock.now())
    chosen = [context.source(name) for name in names] if names else operation.sources
    return tuple(_discover_one(context, source) for source in chosen if source.enabled)


def _discover_one(context: Context, source: Source) -> Discovered:
    problems: list[str] = []
    try:
        copies = _copies(context, source, problems)
        found = _articles(context, source, copies, problems)
    except CheckerError as error:
        return Discovered(source.name, 0, 0, 0, (str(error),))
    now = context.ports.clock.now()
    new, hinted = context.ports.store.put_found(source.name, found, now)
    return Discovered(source.name, len(found), new, hinted, tuple(problems))


def _articles(
    context: Context, source: Source, copies: dict[str, Found], problems: list[str]
) -> tuple[Found, ...]:
    """What the source lists, each with the copy that its archive holds."""
    match source.kind:
        case SourceKind.FOLDER | SourceKind.WARC:
            return tuple(copies.values())
        case SourceKind.LIST:
            text = context.ports.shelf.read_list(Path(source.location))
            listing = stage.parse_list(text, source.location)
            problems.extend(listing.problems)
            listed = listing.found
        case SourceKind.FEED | SourceKind.SITEMAP:
            listed = tuple(_crawl(context, source, problems))
        case _:
            assert_never(source.kind)
    known = {_key(uri): found.copy for uri, found in copies.items()}
    return tuple(
        replace(
            found,
            copy=known.get(_key(found.uri)),
            section=source.section or found.section,
        )
        for found in listed
    )


def _crawl(context: Context, source: Source, problems: list[str]) -> Iterator[Found]:
    def parse(answer: Response) -> stage.Listing:
        if source.kind is SourceKind.FEED:
            return stage.parse_feed(answer.body, answer.uri)
        return stage.parse_sitemap(answer.body, answer.uri)

    for found in crawl(context.ports.http, source.location, source.name, parse):
        if isinstance(found, Skipped):
            problems.append(f"{found.name}: {found.reason}")
        else:
            yield found


def _copies(context: Context, source: Source, problems: list[str]) -> dict[str, Found]:
    """The archive's copies by the address that they were made of."""
    if source.copies is None and source.kind not in {SourceKind.FOLDER, SourceKind.WARC}:
        return {}
    found: dict[str, Found] = {}
    for document in context.ports.shelf.copies(source):
        if isinstance(document, Skipped):
            problems.append(f"{document.name}: {document.reason}")
        elif document.uri is None:
            problems.append(
                f"{document.name}: names no original address (canonical, og:url). "
                "Give the source a base_url."
            )
        else:
            memento = _memento(document, document.uri, context)
            found[document.uri] = Found(document.uri, section=source.section, copy=memento)
    return found


def _memento(document: Document, uri: str, context: Context) -> Memento:
    """The copy as a memento. A copy without a capture date counts from when we met it."""
    assert document.locator is not None
    representation = document.representation
    return Memento(
        uri_r=uri,
        memento_datetime=document.captured_at or context.ports.clock.now(),
        validators=Validators(
            header(document.headers, "etag"), header(document.headers, "last-modified")
        ),
        media_type=representation.media_type,
        charset=representation.charset,
        digest=representation.digest,
        locator=document.locator,
        dated=document.captured_at is not None,
    )


def _key(uri: str) -> str:
    """Addresses that differ in a trailing slash or a fragment name one article here."""
    return uri.split("#", 1)[0].rstrip("/")
