"""From what the user names to the documents in it, one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.errors import TargetError
from checker.model import (
    Document,
    FailureKind,
    FetchFailure,
    Representation,
    Request,
    Response,
    Skipped,
    digest_of,
)
from checker.ports import Http, Unread
from checker.ports.selection import parted
from checker.service.audit.indexes import in_file, mementos_at
from checker.service.audit.options import AUDIT, AuditOptions, Job, Live
from checker.service.context import Shelf
from checker.service.crawl import crawl, fetched, why
from checker.stages import ask, discover

_PRIVATE = " A private one must be named in fetch.allow_networks of the configuration file."


@dataclass(frozen=True, slots=True)
class Targets:
    """Opens targets: paths by the shelf, addresses by HTTP."""

    http: Http
    shelf: Shelf
    options: AuditOptions

    def jobs(self, targets: Sequence[str]) -> Iterator[Job]:
        """Every document in *targets*, in their order. Raises TargetError for one that can't be
        read, unless the options take care of it."""
        targets = [one for target in targets for one in self._expanded(target)]
        for number, target in enumerate(targets):
            try:
                for job in self._in_target(target):
                    yield replace(job, share=(number + job.share) / len(targets))
            except TargetError as error:
                if self.options.unreadable is None:
                    raise
                self.options.unreadable(error)
                yield Job(Skipped(target, error.cause), share=(number + 1) / len(targets))

    def _expanded(self, target: str) -> list[str]:
        """The archives that a glob names, each a target of its own; another target is itself."""
        glob = parted(target)
        if "://" in target or glob is None or self.shelf.exists(Path(target)):
            return [target]
        return self.shelf.archives(*glob) or [target]

    def _in_target(self, target: str) -> Iterator[Job]:
        if "://" in target:
            yield from self._online(target)
            return
        listed = self._listed(Path(target))
        if listed is not None:
            yield from listed
            return
        share, chosen = 0.0, self.options.chosen
        glob = parted(target) if not self.shelf.exists(Path(target)) else None
        if glob is not None:
            target = glob[0]
            chosen = replace(chosen, include=(glob[1],))
        size = self.shelf.size(Path(target), chosen) if self.options.progress is not None else 0
        found = self.shelf.unread(Path(target), self.options.base_url, chosen)
        files = 0
        path = target
        for document in found:
            inside = _inside(target, document)
            if inside is not None:
                files += inside != path
                path = inside
                share = min(files / size, 1.0) if size else 0.0
            elif isinstance(document, Document) and document.locator is not None and size:
                share = min((document.locator.offset or 0) / size, 1.0)
            yield Job(document, path=path if inside is not None else target, share=share)

    def _listed(self, path: Path) -> Iterator[Job] | None:
        """What a file lists that is an index, by its ending and by what it holds."""
        body = self.shelf.index(path)
        if body is None:
            return None
        return in_file(path, body, self.http, self.shelf, _listing)

    def _online(self, uri: str) -> Iterator[Job]:
        """A page, the pages that a feed or sitemap lists, the mementos of an index."""
        answer = self.http.fetch(Request(uri, source=AUDIT))
        if isinstance(answer, FetchFailure) or answer.status != 200:
            if self.options.against is not None:  # a page that is gone has copies, too
                yield Job(Live(uri))
                return
            raise TargetError(uri, why(answer), _how(answer))
        if _listing(answer) is None:
            mementos = list(mementos_at(answer, uri))
            if mementos:
                yield from mementos
                return
            against = self.options.against is not None
            yield Job(Live(uri) if against else document_of(uri, answer))
            return
        for found in crawl(self.http, uri, AUDIT, _listing):
            if isinstance(found, Skipped):
                yield Job(found)
            else:
                yield Job(Live(found.uri), found.hints)


def _inside(target: str, document: Document | Unread | Skipped) -> str | None:
    """The file in the folder *target* that holds the document; None where the target is a file,
    and of what has no place."""
    match document:
        case Unread():
            return str(Path(target, document.name))
        case Document() if document.locator is not None:
            name = document.locator.path
            return str(Path(target, name)) if name != Path(target).name else None
        case _:
            return None


def live(http: Http, uri: str) -> Document | Skipped:
    """The page at *uri*, fetched now."""
    page = fetched(http, uri, AUDIT)
    return page if isinstance(page, Skipped) else document_of(uri, page)


def _how(answer: Response | FetchFailure) -> str:
    """What may help; where the guard refused an address, how to allow it."""
    refused = isinstance(answer, FetchFailure) and answer.kind is FailureKind.ADDRESS
    return "Check the address." + (_PRIVATE if refused else "")


def document_of(uri: str, answer: Response) -> Document:
    media_type, charset = ask.content_type(answer.headers)
    body = Representation(media_type, charset, answer.body, digest_of(answer.body))
    return Document(
        uri, body, uri, "fetched", captured_at=answer.received_at, headers=answer.headers
    )


def _listing(answer: Response) -> discover.Listing | None:
    """What a feed, sitemap or WordPress lists; None for an ordinary page."""
    match discover.kind_of(answer.body):
        case "feed":
            return discover.parse_feed(answer.body, answer.uri)
        case "sitemap":
            return discover.parse_sitemap(answer.body, answer.uri)
        case _:
            return discover.parse_wordpress(answer.body, answer.uri, answer.headers)
