"""The documents that list a source's articles, read one after the other.

Each is asked for with the validators of the last time, so that what has not changed costs no more
than a 304; WordPress is asked for what was edited since. One run reads a bounded number of documents
and holds one of them in memory; the next run goes on with those that wait longest, so an index of
any size is read in time. What a document lists is kept before its validators are: what was not
kept is asked for whole again.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checker.model import (
    FetchFailure,
    Headers,
    Known,
    Request,
    Response,
    SourceKind,
    Validators,
)
from checker.service.harvest import Harvest
from checker.stages import discover as stage
from checker.stages.discover import Listing

MAX_DOCUMENTS = 200  # in one run; the next one goes on
MAX_DEPTH = 3
MAX_PAGES = 1_000  # of a TimeMap, whose pages may each name but the next one
WHOLE = timedelta(days=7)  # so often a document is asked for without validators
OVERLAP = timedelta(hours=1)  # of what WordPress is asked for: clocks differ


@dataclass(slots=True)
class Reading:
    """One run over one source's documents."""

    harvest: Harvest

    def read(self) -> None:
        store, source = self.harvest.context.ports.store, self.harvest.source
        place = stage.endpoint(source.kind, source.location)
        document: Known | None = store.root_listing(source.name, place)
        for _ in range(MAX_DOCUMENTS):
            if document is None or self.harvest.stop():
                break
            self._one(document)
            document = store.next_listing(source.name, self.harvest.now)

    def _one(self, document: Known) -> None:
        now = self.harvest.context.ports.clock.now()
        whole = document.whole_at is None or not _lately(document.whole_at, now)
        since = None if whole else self._since(document, now)
        if since is not None:
            self._edited_since(document, since, now)
            return
        answer = self._ask(document.uri, () if whole else _conditions(document.validators))
        if isinstance(answer, Response) and answer.status == 304:
            self.harvest.unchanged += 1
            self._note(replace(document, read_at=now))
            return
        listing = self._listing(answer, document)
        if listing is None:
            self._failed(document, answer, now)
            return
        assert isinstance(answer, Response)
        if self._is_page(document):
            more = stage.next_page(document.uri, answer.headers)
            listing = replace(listing, children=more)
        if self._keep(document, listing):
            given = _validators(answer, listing)
            if self._is_page(document):  # read once: then it is asked for what was edited since
                self._drop(document)
            else:
                self._note(replace(document, validators=given, read_at=now, whole_at=now))

    def _since(self, document: Known, now: datetime) -> datetime | None:
        """Since when WordPress is asked for edits; None of other documents. What was not read of
        the pages that it counted then is read besides."""
        posts = self.harvest.source.kind is SourceKind.WORDPRESS and document.depth == 0
        if not posts or document.read_at is None or "modified_after=" in document.uri:
            return None
        return min(document.read_at, now) - OVERLAP

    def _edited_since(self, document: Known, since: datetime, now: datetime) -> None:
        """Its validators would be those of another question, so none are kept."""
        answer = self._ask(stage.narrowed(document.uri, since), ())
        if isinstance(answer, Response) and answer.status == 400:
            self._one(replace(document, whole_at=None))
            return
        listing = self._listing(answer, document)
        if listing is None:
            return
        if stage.in_vain(listing, since):
            listing = replace(listing, children=())
        if self._keep(document, replace(listing, whole=False)):
            self._note(replace(document, validators=Validators(), read_at=now))

    def _keep(self, document: Known, listing: Listing) -> bool:
        """Keep what a document lists, and what it has lost; False if the run was stopped."""
        store, source = self.harvest.context.ports.store, self.harvest.source
        for problem in listing.problems:
            self.harvest.problems.append(f"{document.uri}: {problem}")
        complete = source.kind is SourceKind.SITEMAP  # others tell of some of their articles
        if not self.harvest.put(listing.found, document.uri if complete else None):
            return False
        depth = document.depth + (not self._is_page(document))
        if depth <= (MAX_PAGES if source.kind is SourceKind.TIMEMAP else MAX_DEPTH):
            store.put_listings(source.name, document.uri, listing.children, depth, self.harvest.now)
        elif listing.children:
            left = f"names {len(listing.children):,} more, too far from the source: they are left"
            self.harvest.problems.append(f"{document.uri}: {left}")
        if listing.whole:
            self.harvest.close(document.uri)
        self._hear_of(listing)
        return True

    def _hear_of(self, listing: Listing) -> None:
        """Who pushes the feed's news. One that can't be read does not say that nobody does."""
        source, store = self.harvest.source, self.harvest.context.ports.store
        if source.kind is SourceKind.FEED and (listing.hub or not listing.problems):
            new = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            store.put_hub(source.name, listing.hub, *new)

    def _failed(self, document: Known, answer: Response | FetchFailure, now: datetime) -> None:
        if self._is_missing(document, answer):
            self._drop(document)
        else:
            self._note(replace(document, validators=Validators(), read_at=now))

    def _is_page(self, document: Known) -> bool:
        return self.harvest.source.kind is SourceKind.WORDPRESS and document.depth > 0

    def _is_missing(self, document: Known, answer: Response | FetchFailure) -> bool:
        """Posts were taken down: there are fewer pages now than were counted."""
        answered = isinstance(answer, Response) and answer.status in {400, 404}
        return answered and self._is_page(document)

    def _note(self, document: Known) -> None:
        store = self.harvest.context.ports.store
        store.listings_read(self.harvest.source.name, [document])

    def _drop(self, document: Known) -> None:
        store = self.harvest.context.ports.store
        store.drop_listings(self.harvest.source.name, [document.uri])

    def _ask(self, uri: str, conditions: Headers) -> Response | FetchFailure:
        asked = Request(uri, conditions, self.harvest.source.name)
        return self.harvest.context.ports.http.fetch(asked)

    def _listing(self, answer: Response | FetchFailure, document: Known) -> Listing | None:
        problem = self.harvest.problems.append
        if isinstance(answer, FetchFailure):
            problem(f"{answer.uri}: {answer.detail}")
        elif answer.status != 200:
            if not self._is_missing(document, answer):
                problem(f"{answer.uri}: HTTP {answer.status}")
        else:
            listing = stage.parse(self.harvest.source.kind, answer)
            if listing is None:
                problem(f"{answer.uri}: it is no {self.harvest.source.kind.value}")
            return listing
        return None


def _lately(whole_at: datetime, now: datetime) -> bool:
    """Not by a clock that was ahead, either."""
    return now - WHOLE < whole_at <= now + OVERLAP


def _validators(answer: Response, listing: Listing) -> Validators:
    """Of an answer that lists nothing none, as it may be an error in the document's place, of a later
    date than the document will have."""
    if not listing.found and not listing.children:
        return Validators()
    return Validators(answer.header("etag"), answer.header("last-modified"))


def _conditions(validators: Validators) -> Headers:
    fields = (
        ("If-None-Match", validators.etag),
        ("If-Modified-Since", validators.last_modified),
    )
    return tuple((name, value) for name, value in fields if value is not None)
