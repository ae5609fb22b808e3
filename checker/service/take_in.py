"""Taking in captures that others made (``checker archive import``).

Doing it again changes nothing, and after a stop the same command goes on: what the store knows is
passed over. A capture's bytes are kept before the store learns of it (decision 4), so that a kill
leaves at worst a record that nobody refers to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from checker.model import Article, Found, Memento, Skipped, Source, SourceKind
from checker.ports import Brought, Offer
from checker.service.context import Context
from checker.stages.addresses import spellings
from checker.stages.discover import web_uri
from checker.stages.memento import same_page

BATCH = 50  # captures that the store learns of together


@dataclass(frozen=True, slots=True)
class Intake:
    """Whose articles: with *source* new ones are added to it, without only known ones get captures.
    *note* is told of everything that is left out."""

    note: Callable[[Skipped], None]
    source: Source | None = None
    dry_run: bool = False
    step: Callable[[int], None] | None = None


@dataclass(slots=True)
class TakenIn:
    """How many captures were taken in, were known already, were of nobody's article (``unwatched``)
    or could not be read; articles that are new; articles whose copy one of them became."""

    captures: int = 0
    known: int = 0
    unwatched: int = 0
    skipped: int = 0
    new_articles: int = 0
    copies: int = 0


@dataclass(frozen=True, slots=True)
class _New:
    """A capture that is not known yet, and the article whose it is (None: a new one at *uri*)."""

    offer: Offer
    uri: str
    article: Article | None

    @property
    def age(self) -> tuple[bool, datetime]:
        return self.offer.dated, self.offer.capture.captured_at

    @property
    def key(self) -> tuple[str, datetime | None, str]:
        """What tells captures apart; of undated ones only their bytes."""
        when = self.offer.capture.captured_at if self.offer.dated else None
        return same_page(self.uri), when, self.offer.digest


@dataclass(slots=True)
class _Run:
    context: Context
    intake: Intake
    done: TakenIn = field(default_factory=TakenIn)
    met: set[bytes] = field(default_factory=set)  # in a dry run: what would be known by now

    def batch(self, offers: list[Offer]) -> None:
        uris: dict[str, str] = {}
        fresh: dict[tuple[str, datetime | None, str], _New] = {}
        for offer in offers:
            if web_uri(offer.uri) is None:
                self.done.skipped += 1
                self.intake.note(Skipped(offer.name, f"{offer.uri!r:.120} is no usable address"))
                continue
            article = self._article(offer)
            if article is None and self.intake.source is None:
                self.done.unwatched += 1
                why = "no watched article has this address; --source NAME adds it"
                self.intake.note(Skipped(f"{offer.name} ({offer.uri})", why))
                continue
            uri = uris.setdefault(same_page(offer.uri), offer.uri)
            new = _New(offer, article.uri if article is not None else uri, article)
            if new.key in fresh or self._is_known(new):
                self.done.known += 1
            else:
                fresh[new.key] = new
        self.done.captures += len(fresh)
        if self.intake.dry_run:
            self._count(list(fresh.values()))
        else:
            self._keep(list(fresh.values()))

    def _article(self, offer: Offer) -> Article | None:
        source = self.intake.source.name if self.intake.source is not None else None
        return self.context.ports.store.written_as(spellings(offer.uri), source)

    def _is_known(self, new: _New) -> bool:
        if _short(*new.key) in self.met:
            return True
        if new.article is None:
            return False
        known = self.context.ports.store.captures(new.article.id)
        _, when, digest = new.key
        return any(one.digest == digest and when in {None, one.memento_datetime} for one in known)

    def _count(self, fresh: list[_New]) -> None:
        self.done.copies += len(self._copies(fresh))
        self.met |= {_short(*new.key) for new in fresh}
        articles = {_short(new.key[0]) for new in fresh if new.article is None}
        self.done.new_articles += len(articles - self.met)
        self.met |= articles

    def _keep(self, fresh: list[_New]) -> None:
        """The bytes first; then, in one transaction, articles, their copies and all captures: a
        copy that the store did not know as a capture would be lost with the next one."""
        ports = self.context.ports
        kept: list[tuple[_New, Memento]] = []
        for new in fresh:
            memento = ports.archive.take(new.offer.capture)
            kept.append((new, replace(memento, uri_r=new.uri, dated=new.offer.dated)))
        now = ports.clock.now()
        copies = {new.key for new in self._copies(fresh)}
        found: dict[str, list[Found]] = {}
        for new, memento in kept:
            if new.article is None or new.key in copies:
                section = None if self.intake.source is None else self.intake.source.section
                copy = memento if new.key in copies else None
                one = Found(new.uri, section=section, copy=copy)
                found.setdefault(self._source_of(new), []).append(one)
        brought = [
            Brought(self._source_of(new), new.uri, memento, new.offer.name) for new, memento in kept
        ]
        self.done.new_articles += ports.store.put_captures(brought, found, now)
        self.done.copies += len(copies)

    def _copies(self, fresh: list[_New]) -> list[_New]:
        """Of each article the newest, where that becomes its copy: where it has none or an older
        one, and no folder or WARC of its source decides."""
        newest: dict[str, _New] = {}
        for new in fresh:
            if new.uri not in newest or newest[new.uri].age <= new.age:
                newest[new.uri] = new
        return [new for new in newest.values() if self._becomes_copy(new)]

    def _becomes_copy(self, new: _New) -> bool:
        source = self.context.configured(self._source_of(new))
        if source is None or source.copies is not None:
            return False
        if source.kind in {SourceKind.FOLDER, SourceKind.WARC}:
            return False
        if new.article is None:
            return True
        copy = self.context.ports.store.standing(new.article.id).copy
        return copy is None or (copy.dated, copy.memento_datetime) < new.age

    def _source_of(self, new: _New) -> str:
        if new.article is not None:
            return new.article.source
        assert self.intake.source is not None
        return self.intake.source.name


def take_in(context: Context, offers: Iterable[Offer | Skipped], intake: Intake) -> TakenIn:
    """Take in what *offers* hold of watched articles; what can't be read is told and passed over."""
    run = _Run(context, intake)
    iterator, seen = iter(offers), 0
    while some := list(islice(iterator, BATCH)):
        for one in some:
            if isinstance(one, Skipped):
                run.done.skipped += 1
                intake.note(one)
        run.batch([one for one in some if isinstance(one, Offer)])
        seen += len(some)
        if intake.step is not None:
            intake.step(seen)
    return run.done


def _short(*parts: object) -> bytes:
    return blake2b(repr(parts).encode("utf-8", "replace"), digest_size=12).digest()
