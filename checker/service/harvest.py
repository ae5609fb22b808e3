"""Taking in what the documents of one source list, one document after the other."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from checker.model import Found, Known, Source, Validators
from checker.ports import Pull
from checker.service.context import Context

_CAMPAIGN = ("utm_", "fbclid=", "gclid=", "at_medium=", "at_campaign=", "mc_cid=", "mc_eid=")
MAX_PROBLEMS = 100  # of one source, told at a time
REMOVED_SHARE = 0.5  # of all checks an hour may be of articles that their sources list no more


@dataclass(frozen=True, slots=True)
class Discovered:
    """What one source gave; ``problems`` are sentences for people. ``removed`` are articles that it
    lists no more, ``unchanged`` documents that are as they were."""

    source: str
    found: int = 0
    new: int = 0
    hinted: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Harvest:
    """One run over one source: what it has kept so far, and what went wrong."""

    context: Context
    source: Source
    stop: Callable[[], bool]
    now: datetime
    copies: dict[str, Found] = field(default_factory=dict)  # by ``key``, of what is not listed yet
    problems: list[str] = field(default_factory=list)
    found: int = 0
    new: int = 0
    hinted: int = 0
    removed: int = 0
    unchanged: int = 0  # documents
    unread: int = 0  # copies
    _pulled: int = 0
    _untold: int = 0  # problems

    def put(self, listed: Iterable[Found], document: str | None = None) -> bool:
        """Keep what is listed, batch by batch, each article with the copy that the archive holds;
        False if the run was stopped before the end. *document* is what lists all there is."""
        store, name = self.context.ports.store, self.source.name
        found = self._until_stopped(listed)
        new, hinted = store.put_found(name, found, self.now, self._pull(), document)
        self.new, self.hinted = self.new + new, self.hinted + hinted
        return not self.stop()

    def fault(self, problem: str) -> None:
        """Of an entry or a copy; as many as are told are kept."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self._untold += 1

    def close(self, document: str) -> None:
        """*document* was kept to its end: what it listed before, but not now, was removed."""
        store, name = self.context.ports.store, self.source.name
        self.removed += store.close_listing(name, document, self.now, self._pull_removed())

    def document(self) -> Known:
        """The one document that lists this source's articles, as it was read last."""
        store, source = self.context.ports.store, self.source
        return store.root_listing(source.name, source.location)

    def read(self, document: Known, mark: str | None) -> None:
        after = replace(document, validators=Validators(mark), read_at=self.now, whole_at=self.now)
        self.context.ports.store.listings_read(self.source.name, [after])

    def put_unlisted_copies(self, document: str | None = None) -> bool:
        """The copies that nothing lists (any more): a feed forgets what readers still find in the
        archive."""
        left, self.copies = self.copies, {}
        return self.put(left.values(), document)

    def told(self) -> Discovered:
        more = len(self.problems) - MAX_PROBLEMS + self._untold
        told = self.problems[:MAX_PROBLEMS] + ([f"and {more:,} more"] if more > 0 else [])
        counts = (self.found, self.new, self.hinted, self.removed, self.unchanged)
        return Discovered(self.source.name, *counts, tuple(told))

    def _until_stopped(self, listed: Iterable[Found]) -> Iterator[Found]:
        for one in listed:
            if self.stop():
                return
            self.found += 1
            copy = self.copies.pop(key(one.uri), None) if self.copies else None
            section = one.section or self.source.section
            yield replace(one, section=section, copy=copy.copy if copy else one.copy)

    def _pull(self) -> Pull:
        context = self.context
        return context.fleet.pull(context.ports.store, context.operation.timing, self.now)

    def _pull_removed(self) -> Pull:
        """As a hint, but a list that loses a million articles must not make all others wait."""
        context, pull = self.context, self._pull()
        fleet = context.fleet.fleet(context.ports.store, context.operation.timing, self.now)
        an_hour = fleet.checks_an_hour * REMOVED_SHARE

        def due(uri: str, last: datetime | None) -> datetime:
            before = timedelta(hours=self._pulled / an_hour)
            self._pulled += 1
            return pull(uri, last) + before

        return due


def key(uri: str) -> str:
    """Equal for addresses that name one article: a listing and a copy write them differently.

    Scheme, "www.", a trailing slash, a fragment and campaign parameters make no other article.
    """
    parts = urlsplit(uri)
    query = "&".join(one for one in parts.query.split("&") if not one.lower().startswith(_CAMPAIGN))
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{query}"
