"""Where articles come from: feeds, sitemaps, lists, folders and WARC files."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

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
from checker.service.harvest import Discovered, Harvest, key
from checker.service.listings import Reading
from checker.stages import discover as stage

log = logging.getLogger("checker.discover")


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
        return Discovered(source.name, problems=(str(error),))
    except Exception as error:
        log.exception("discover %s failed", source.name)
        return Discovered(source.name, problems=(f"{type(error).__name__}: {error}",))


def _discover_one(context: Context, source: Source, stop: Callable[[], bool]) -> Discovered:
    """What is found is kept document by document; what a stopped run has not met, the next will."""
    harvest = Harvest(context, source, stop, context.ports.clock.now())
    _find_copies(harvest)
    match source.kind:
        case SourceKind.FOLDER | SourceKind.WARC:
            _read_copies(harvest)
        case SourceKind.LIST:
            _read_list(harvest)
            harvest.put_unlisted_copies()
        case _:
            Reading(harvest).read()
            harvest.put_unlisted_copies()
    if stop():
        harvest.problems.append("stopped before its end")
    return harvest.told()


def _read_copies(harvest: Harvest) -> None:
    """The archive is the list: what it holds no more was removed, unless some could not be read."""
    known = harvest.document()
    if harvest.put_unlisted_copies(known.uri) and harvest.found and not harvest.unread:
        harvest.close(known.uri)
        harvest.read(known, None)


def _read_list(harvest: Harvest) -> None:
    """A file that has not changed is not read. An empty one says nothing of what was in it."""
    known = harvest.document()
    shelf, path = harvest.context.ports.shelf, Path(known.uri)
    mark = shelf.mark(path)  # before reading: a change meanwhile shows at the next look
    if mark is not None and mark == known.validators.etag:
        harvest.unchanged += 1
    elif harvest.put(_lines(harvest, shelf.lines(path)), known.uri) and harvest.found:
        harvest.close(known.uri)
        harvest.read(known, mark)


def _lines(harvest: Harvest, lines: Iterable[str]) -> Iterator[Found]:
    for number, line in enumerate(lines, 1):
        found = stage.parse_line(line, f"{harvest.source.location}:{number}")
        if isinstance(found, Found):
            yield found
        elif found is not None:
            harvest.fault(found)


def _find_copies(harvest: Harvest) -> None:
    """The archive's copies by ``key`` of the address that they were made of."""
    context, source = harvest.context, harvest.source
    if source.copies is None and source.kind not in {SourceKind.FOLDER, SourceKind.WARC}:
        return
    for document in context.ports.shelf.copies(source):
        if harvest.stop():
            break
        if isinstance(document, Skipped):
            harvest.unread += 1
            harvest.fault(f"{document.name}: {document.reason}")
        elif document.uri is None:
            harvest.fault(
                f"{document.name}: names no original address (canonical, og:url). "
                "Give the source a base_url."
            )
        elif stage.web_uri(document.uri) is None:
            harvest.fault(f"{document.name}: {document.uri!r:.120} is no usable http(s) address.")
        else:
            copy = _memento(document, document.uri, context)
            one = Found(document.uri, section=source.section, copy=copy)
            place = key(document.uri)
            harvest.copies[place] = _chosen(harvest.copies.get(place), one, harvest.fault)


def _chosen(before: Found | None, after: Found, tell: Callable[[str], None]) -> Found:
    """Of several captures of one address the newest; of undated ones the last, and that is said."""
    if before is None or before.copy is None or after.copy is None:
        return after
    if before.copy.dated and after.copy.dated:
        newer = after.copy.memento_datetime >= before.copy.memento_datetime
        return after if newer else before
    kept, other = (before, after) if before.copy.dated else (after, before)
    assert kept.copy is not None
    assert other.copy is not None
    tell(
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
