"""Finds the two versions that ``checker diff`` compares: files, URLs, captures, whole archives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from checker.entry.render.differences import Compared, Diff, Side
from checker.errors import TargetError
from checker.model import (
    Document,
    FetchFailure,
    Memento,
    Reading,
    Representation,
    Request,
    Skipped,
    Standing,
    Version,
    digest_of,
)
from checker.pipeline import read
from checker.service import Auditor, Service
from checker.service.audit import AUDIT
from checker.stages.ask import content_type
from checker.stages.compare import compare, rows

_REMEDY = "Name one page: a file or a URL; or two folders or WARC files."


@dataclass(frozen=True, slots=True)
class _Found:
    side: Side
    version: Version


def between(auditor: Auditor, old: str, new: str) -> Diff:
    """One page each, or page by page of two targets that hold several. Raises TargetError."""
    sides = [tuple(islice(_documents(auditor, one), 2)) for one in (old, new)]
    many = [_holds_many(*one) for one in zip((old, new), sides, strict=True)]
    if all(many) and any(len(side) > 1 for side in sides):
        return _archives(auditor, old, new)
    before, after = (
        _one(auditor, name, side) for name, side in zip((old, new), sides, strict=True)
    )
    return Diff((_compared(after.side.name, before, after),))


def page(auditor: Auditor, target: str) -> Version:
    """The one page that *target* names. Raises TargetError."""
    return _one(auditor, target, tuple(islice(_documents(auditor, target), 2))).version


def _holds_many(target: str, first: tuple[Document | Skipped, ...]) -> bool:
    """Whether *target* is a folder or a WARC file: two of those are compared page by page."""
    records = any(
        isinstance(one, Document) and one.locator is not None and one.locator.offset is not None
        for one in first
    )
    return bool(first) and (records or ("://" not in target and Path(target).is_dir()))


def _one(auditor: Auditor, target: str, documents: tuple[Document | Skipped, ...]) -> _Found:
    if len(documents) != 1:
        many = "there is more than one document in it"
        raise TargetError(target, many if documents else "there is no document in it", _REMEDY)
    document = documents[0]
    if isinstance(document, Skipped):
        raise TargetError(target, document.reason, _REMEDY)
    found = _read(auditor, document, target)
    if isinstance(found, Skipped):
        raise TargetError(target, found.reason, _REMEDY)
    return found


def _read(auditor: Auditor, document: Document, name: str) -> _Found | Skipped:
    reading, version = read(
        document.representation,
        uri=document.uri,
        now=auditor.clock.now(),
        headers=document.headers,
        captured_at=document.captured_at,
    )
    if reading.problem:
        return Skipped(name, reading.problem)
    return _Found(Side(name, document.captured_at, reading.title), version)


def _documents(auditor: Auditor, target: str) -> Iterator[Document | Skipped]:
    """What *target* holds; a URL is fetched as the page that it is, feed or not."""
    if "://" not in target:
        yield from auditor.shelf.open(Path(target), None)
        return
    answer = auditor.http.fetch(Request(target, source=AUDIT))
    if isinstance(answer, FetchFailure):
        yield Skipped(target, answer.detail)
    elif answer.status != 200:
        yield Skipped(target, f"HTTP {answer.status}")
    else:
        media_type, charset = content_type(answer.headers)
        body = Representation(media_type, charset, answer.body, digest_of(answer.body))
        yield Document(target, body, target, "fetched", answer.received_at, answer.headers)


def _archives(auditor: Auditor, old: str, new: str) -> Diff:
    """Two passes over each: which pages there are, then the bodies of those that differ. In
    memory are a digest for each page and the older bodies of those."""
    newest = [_newest(auditor, one) for one in (old, new)]
    shared = newest[0].keys() & newest[1].keys()
    differ = {key for key in shared if newest[0][key][1] != newest[1][key][1]}
    olds = {key: one for key, one in _chosen(auditor, old, newest[0]) if key in differ}
    pairs: dict[str, Compared] = {}
    skipped: list[Skipped] = []
    for key, document in _chosen(auditor, new, newest[1]):
        if key not in olds:
            continue
        sides = [_read(auditor, one, one.name) for one in (olds.pop(key), document)]
        bad = [one for one in sides if isinstance(one, Skipped)]
        good = [one for one in sides if isinstance(one, _Found)]
        skipped += bad
        if not bad:
            pairs[key] = _compared(key, *good)
    missing = [
        (key, f"only in {name}")
        for mine, other, name in ((0, 1, old), (1, 0, new))
        for key in sorted(newest[mine].keys() - newest[other].keys())
    ]
    ordered = tuple(pairs[key] for key in sorted(pairs))
    return Diff(ordered, tuple(missing), tuple(skipped), len(shared - differ))


_Newest = dict[str, tuple[float, str]]


def _newest(auditor: Auditor, target: str) -> _Newest:
    """Of each page when its newest capture was made, and its digest."""
    found: _Newest = {}
    for document in _documents(auditor, target):
        if isinstance(document, Document):
            mark = (_moment(document), document.representation.digest)
            key = document.uri or document.name
            found[key] = max(found.get(key, mark), mark)
    return found


def _chosen(auditor: Auditor, target: str, newest: _Newest) -> Iterator[tuple[str, Document]]:
    """Each page's newest capture, once."""
    left = dict(newest)
    for document in _documents(auditor, target):
        if not isinstance(document, Document):
            continue
        key = document.uri or document.name
        if left.get(key) == (_moment(document), document.representation.digest):
            del left[key]
            yield key, document


def _moment(document: Document) -> float:
    return document.captured_at.timestamp() if document.captured_at is not None else 0.0


# ── captures of a watched article ─────────────────────────────────────────────────────────────


def captures(service: Service, name: str, start: datetime | None, end: datetime | None) -> Diff:
    """Two captures of a watched article: as of *start* (None: the copy) and as of *end* (None: the
    newest that differs). Raises TargetError."""
    article = service.article(name)
    standing = service.store.standing(article.id)
    known = service.store.captures(article.id)
    before = _as_of(known, start, name) if start is not None else standing.copy
    newest = standing.newest or (known[-1] if start is not None and known else None)
    after = _as_of(known, end, name) if end is not None else newest
    if before is None or after is None:
        raise TargetError(
            f"article {name!r}",
            "no capture differs from its copy",
            "`checker check` looks again; `checker article show` says what is known.",
        )
    title = standing.title or article.uri
    sides = (_capture(service, standing, one) for one in (before, after))
    return Diff((_compared(title, *sides),))


def _as_of(known: tuple[Memento, ...], moment: datetime, name: str) -> Memento:
    """The last capture up to *moment*."""
    found = [one for one in known if one.memento_datetime <= moment]
    if found:
        return found[-1]
    first = f"the first is of {known[0].memento_datetime:%Y-%m-%d %H:%M} UTC" if known else "none"
    raise TargetError(
        f"article {name!r}",
        f"there is no capture of {moment:%Y-%m-%d} or before ({first})",
        "Name a later day; `checker article history` lists the checks.",
    )


def _capture(service: Service, standing: Standing, memento: Memento) -> _Found:
    reading: Reading
    ports = service.context.ports
    reading, version = read(
        ports.archive.load(memento),
        uri=standing.article.uri,
        now=ports.clock.now(),
        captured_at=memento.memento_datetime,
    )
    if reading.problem:
        when = f"the capture of {memento.memento_datetime:%Y-%m-%d %H:%M} UTC"
        raise TargetError(when, reading.problem, "Choose another with --from or --to.")
    return _Found(Side(standing.article.uri, memento.memento_datetime, reading.title), version)


def _compared(name: str, before: _Found, after: _Found) -> Compared:
    return Compared(
        name,
        before.side,
        after.side,
        compare(before.version, after.version),
        rows(before.version.text, after.version.text),
    )
