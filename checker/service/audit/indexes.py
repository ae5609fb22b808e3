"""Targets that list others: files of feeds, sitemaps, capture indexes (CDX, CDXJ) and TimeMaps, and
the addresses of the latter two. Each memento is a document of its own."""

from collections.abc import Iterator
from pathlib import Path

from checker.model import Response, Skipped
from checker.ports import Http
from checker.service.audit.options import AUDIT, Job, Live
from checker.service.context import Shelf
from checker.service.crawl import Parse, crawl
from checker.stages import discover, memento
from checker.stages.memento import Capture, Kind


def mementos_at(answer: Response, uri: str) -> Iterator[Job]:
    """Those that a CDX server's or TimeMap's answer at *uri* lists; none, if it is another page."""
    place = memento.endpoint(uri)
    if place is None or place.kind is Kind.TIMEGATE:
        return
    for capture in _captures(answer.body, place.replay):
        if capture.uri_m is not None and capture.is_page:
            yield _job(capture)


def in_file(
    path: Path, body: bytes, http: Http, shelf: Shelf, listing: Parse
) -> Iterator[Job] | None:
    """What the file *path* lists; None if it lists nothing. Pages and mementos elsewhere are
    fetched, those of a capture index are records of the WARC files beside it."""
    kind = discover.kind_of(body)
    if kind is not None:
        return _pages(path, body, kind, http, listing)
    captures = _captures(body, "")
    return _mementos(path, captures, shelf) if captures else None


def _captures(body: bytes, replay: str) -> tuple[Capture, ...]:
    return memento.parse_timemap(body).captures or memento.parse_cdx(body, replay) or ()


def _mementos(path: Path, captures: tuple[Capture, ...], shelf: Shelf) -> Iterator[Job]:
    for capture in captures:
        if not capture.is_page:
            continue
        if capture.uri_m is not None:
            yield _job(capture)
        elif capture.file and capture.offset is not None:
            yield Job(shelf.record(path, capture.file, capture.offset, capture.uri), path="")
        else:
            yield Job(Skipped(capture.uri, f"{path.name} does not say where its capture lies"))


def _job(capture: Capture) -> Job:
    return Job(Live(capture.uri_m or capture.uri, capture))


def _pages(path: Path, body: bytes, kind: str, http: Http, listing: Parse) -> Iterator[Job]:
    parse = discover.parse_feed if kind == "feed" else discover.parse_sitemap
    found = parse(body, "")
    yield from (Job(Skipped(str(path), problem)) for problem in found.problems)
    yield from (Job(Live(one.uri), one.hints) for one in found.found)
    for child in found.children:
        for one in crawl(http, child, AUDIT, listing):
            yield Job(one) if isinstance(one, Skipped) else Job(Live(one.uri), one.hints)
