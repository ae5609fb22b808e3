"""The documents that list a source's articles, read one after the other.

Each is asked for with the validators of the last time, so that what has not changed costs no more
than a 304. One run reads a bounded number of documents and holds one of them in memory; the next run
goes on with those that wait longest, so an index of any size is read in time.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from checker.model import (
    FetchFailure,
    Found,
    Headers,
    Known,
    Request,
    Response,
    Source,
    SourceKind,
    Validators,
)
from checker.service.context import Context
from checker.stages import discover as stage
from checker.stages.discover import Listing

MAX_DOCUMENTS = 200  # in one run; the next one goes on
MAX_DEPTH = 3
WHOLE = timedelta(days=7)  # so often a document is asked for without validators

Problem = Callable[[str], None]


@dataclass(slots=True)
class Reading:
    """One run over one source's documents. ``found`` yields; ``finish`` when all that is kept."""

    context: Context
    source: Source
    problem: Problem
    began: datetime
    _read: list[Known] = field(default_factory=list)

    def found(self, stop: Callable[[], bool]) -> Iterator[Found]:
        store, name = self.context.ports.store, self.source.name
        place = stage.endpoint(self.source.kind, self.source.location)
        document: Known | None = store.root_listing(name, place)
        while document is not None and len(self._read) < MAX_DOCUMENTS and not stop():
            yield from self._one(document)
            document = self._next()

    def finish(self) -> None:
        """What the documents list is kept: now their validators may be."""
        if self._read:
            self.context.ports.store.listings_read(self.source.name, self._read)

    def _next(self) -> Known | None:
        """Those of this run are marked at once as read, so that none comes twice; with their new
        validators only at the end."""
        self.context.ports.store.listings_read(
            self.source.name, [replace(self._read[-1], validators=Validators())]
        )
        return self.context.ports.store.next_listing(self.source.name, self.began)

    def _one(self, document: Known) -> Iterator[Found]:
        now = self.context.ports.clock.now()
        whole = document.whole_at is None or now - document.whole_at >= WHOLE
        headers = () if whole else _conditions(document.validators)
        asked = Request(document.uri, headers, self.source.name)
        answer = self.context.ports.http.fetch(asked)
        after = replace(document, read_at=now)
        if isinstance(answer, Response) and answer.status == 304:
            self._read.append(after)
            return
        listing = self._listing(answer)
        if listing is None:
            self._read.append(replace(after, validators=Validators()))
            return
        for problem in listing.problems:
            self.problem(f"{document.uri}: {problem}")
        yield from listing.found
        if document.depth < MAX_DEPTH:
            depth = document.depth + 1
            self.context.ports.store.put_listings(
                self.source.name, document.uri, listing.children, depth, now
            )
        self._hear_of(listing)
        assert isinstance(answer, Response)
        given = Validators(answer.header("etag"), answer.header("last-modified"))
        self._read.append(replace(after, validators=given, whole_at=now))

    def _hear_of(self, listing: Listing) -> None:
        """Who pushes the feed's news. One that can't be read does not say that nobody does."""
        if self.source.kind is SourceKind.FEED and (listing.hub or not listing.problems):
            new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            self.context.ports.store.put_hub(self.source.name, listing.hub, *new)

    def _listing(self, answer: Response | FetchFailure) -> Listing | None:
        if isinstance(answer, FetchFailure):
            self.problem(f"{answer.uri}: {answer.detail}")
        elif answer.status != 200:
            self.problem(f"{answer.uri}: HTTP {answer.status}")
        else:
            listing = stage.parse(self.source.kind, answer)
            if listing is None:
                self.problem(f"{answer.uri}: it is no {self.source.kind.value}")
            return listing
        return None


def _conditions(validators: Validators) -> Headers:
    fields = (
        ("If-None-Match", validators.etag),
        ("If-Modified-Since", validators.last_modified),
    )
    return tuple((name, value) for name, value in fields if value is not None)
