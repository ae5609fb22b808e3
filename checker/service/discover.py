"""Where articles come from: feeds, sitemaps, lists, folders and WARC files."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from checker.errors import CheckerError
from checker.model import (
    Document,
    Found,
    Memento,
    Skipped,
    Source,
    SourceKind,
    Validators,
    header,
)
from checker.service.context import Context
from checker.service.listings import Reading
from checker.stages import discover as stage

log = logging.getLogger("checker.discover")

MAX_PROBLEMS = 100  # of one source, told at a time
_CAMPAIGN = ("utm_", "fbclid=", "gclid=", "at_medium=", "at_campaign=", "mc_cid=", "mc_eid=")


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one source gave; ``problems`` are sentences for people."""

    source: str
    found: int
    new: int
    hinted: int
    problems: tuple[str, ...] = ()


def discover(
    context: Context, names: Sequence[str] | None, stop: Callable[[], bool]
) -> tuple[Discovered, ...]:
    """Look into sources; one that can't be read is reported, the others go on."""
    chosen = [context.source(name) for name in names] if names else context.operation.sources
    done = []
    for source in chosen:
        if stop():
            break
        if source.enabled:
            done.append(_safely(context, source, stop))
    return tuple(done)


def _safely(context: Context, source: Source, stop: Callable[[], bool]) -> Discovered:
    """One source's trouble, foreseen or not, is its own (trap 6)."""
    try:
        return _discover_one(context, source, stop)
    except CheckerError as error:
        return Discovered(source.name, 0, 0, 0, (str(error),))
    except Exception as error:
        log.exception("discover %s failed", source.name)
        return Discovered(source.name, 0, 0, 0, (f"{type(error).__name__}: {error}",))


def _discover_one(context: Context, source: Source, stop: Callable[[], bool]) -> Discovered:
    """What is found is kept batch by batch; what a stopped run has not met, the next one will."""
    problems: list[str] = []
    now = context.ports.clock.now()
    copies = _copies(context, source, problems, stop)
    reading = Reading(context, source, problems.append, now)
    count = 0

    def counted() -> Iterator[Found]:
        nonlocal count
        for one in _articles(_listed(context, source, reading, stop), source, copies):
            if stop():
                break
            count += 1
            yield one
        if stop():
            problems.append("stopped before its end")

    pull = context.fleet.pull(context.ports.store, context.operation.timing, now)
    new, hinted = context.ports.store.put_found(source.name, counted(), now, pull)
    reading.finish()
    more = len(problems) - MAX_PROBLEMS
    told = problems if more <= 0 else [*problems[:MAX_PROBLEMS], f"and {more:,} more"]
    return Discovered(source.name, count, new, hinted, tuple(told))


def _articles(listed: Iterator[Found], source: Source, copies: dict[str, Found]) -> Iterator[Found]:
    """What the source lists, each with the copy that its archive holds, and then all copies that
    it does not list (any more): a feed forgets what readers still find in the archive."""
    left = dict(copies)
    for one in listed:
        known = left.pop(_key(one.uri), None) if copies else None
        section = one.section or source.section
        yield replace(one, section=section, copy=known.copy if known else None)
    yield from left.values()


def _listed(
    context: Context, source: Source, reading: Reading, stop: Callable[[], bool]
) -> Iterator[Found]:
    match source.kind:
        case SourceKind.FOLDER | SourceKind.WARC:
            return
        case SourceKind.LIST:
            lines = context.ports.shelf.lines(Path(source.location))
            for number, line in enumerate(lines, 1):
                found = stage.parse_line(line, f"{source.location}:{number}")
                if isinstance(found, Found):
                    yield found
                elif found is not None:
                    reading.problem(found)
        case _:
            yield from reading.found(stop)


def _copies(
    context: Context, source: Source, problems: list[str], stop: Callable[[], bool]
) -> dict[str, Found]:
    """The archive's copies by ``_key`` of the address that they were made of."""
    if source.copies is None and source.kind not in {SourceKind.FOLDER, SourceKind.WARC}:
        return {}
    found: dict[str, Found] = {}
    for document in context.ports.shelf.copies(source):
        if stop():
            break
        if isinstance(document, Skipped):
            problems.append(f"{document.name}: {document.reason}")
        elif document.uri is None:
            problems.append(
                f"{document.name}: names no original address (canonical, og:url). "
                "Give the source a base_url."
            )
        else:
            copy = _memento(document, document.uri, context)
            one = Found(document.uri, section=source.section, copy=copy)
            key = _key(document.uri)
            found[key] = _chosen(found.get(key), one, problems)
    return found


def _chosen(before: Found | None, after: Found, problems: list[str]) -> Found:
    """Of several captures of one address the newest; of undated ones the last, and that is said."""
    if before is None or before.copy is None or after.copy is None:
        return after
    if before.copy.dated and after.copy.dated:
        newer = after.copy.memento_datetime >= before.copy.memento_datetime
        return after if newer else before
    kept, other = (before, after) if before.copy.dated else (after, before)
    assert kept.copy is not None
    assert other.copy is not None
    problems.append(
        f"{other.copy.locator.path}: has the same address as {kept.copy.locator.path}, "
        "which is the one that is watched and flagged."
    )
    return kept


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
    """Equal for addresses that name one article: a listing and a copy write them differently.

    Scheme, "www.", a trailing slash, a fragment and campaign parameters make no other article.
    """
    parts = urlsplit(uri)
    query = "&".join(one for one in parts.query.split("&") if not one.lower().startswith(_CAMPAIGN))
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{query}"
