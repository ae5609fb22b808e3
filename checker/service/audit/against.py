"""Where the archived copies of live pages come from: a folder, WARC files, or an archive that is
asked over HTTP (RFC 7089, CDX servers)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from checker.model import (
    Document,
    FetchFailure,
    Headers,
    Representation,
    Request,
    Response,
    Skipped,
    digest_of,
    header,
)
from checker.ports import Http, Unread
from checker.service.audit.options import AUDIT
from checker.stages import ask, memento
from checker.stages.memento import Capture, Endpoint, Kind, Wanted

PATIENCE = timedelta(minutes=10)  # public archives ask for a minute or five; an audit has no later
MAX_PAGES = 20  # of one TimeMap
_ORIGINAL = "x-archive-orig-"  # before the fields of the captured answer


class Copies(Protocol):
    """Finds the copy of a page; a value, which can be sent to another process."""

    def find(self, uri: str, http: Http) -> Document | Skipped: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A copy on disk, to be read when it is wanted."""

    at: datetime | None
    copy: Unread


@dataclass(frozen=True, slots=True)
class Holdings:
    """Copies on disk, by ``memento.same_page`` of their addresses."""

    wanted: Wanted
    held: dict[str, tuple[Held, ...]] = field(default_factory=dict)

    def find(self, uri: str, http: Http) -> Document | Skipped:
        del http
        every = self.held.get(memento.same_page(uri), ())
        best = memento.choose(every, self.wanted)
        if best is None:
            return Skipped(uri, f"no archived copy{self.wanted}" + _others(len(every)))
        return best.copy.read()


def holdings(documents: Iterator[tuple[Document, Unread]], wanted: Wanted) -> Holdings:
    """An index over *documents*, each with how to read it again."""
    held: dict[str, list[Held]] = {}
    for document, again in documents:
        if document.uri is not None:
            key = memento.same_page(document.uri)
            held.setdefault(key, []).append(Held(document.captured_at, again))
    return Holdings(wanted, {key: tuple(every) for key, every in held.items()})


@dataclass(frozen=True, slots=True)
class RemoteArchive:
    """An archive that is asked for each page, as politely as any host, and waited for."""

    archive: Endpoint
    wanted: Wanted

    def find(self, uri: str, http: Http) -> Document | Skipped:
        found = self._capture(uri, http)
        if isinstance(found, Capture):
            return memento_at(http, found)
        return found if isinstance(found, Skipped) else Skipped(uri, self._none(""))

    def _capture(self, uri: str, http: Http) -> Capture | Skipped | None:
        match self.archive.kind:
            case Kind.CDX:
                return self._by_cdx(uri, http)
            case Kind.TIMEMAP:
                return self._by_timemap(uri, self.archive.address + uri, http)
            case Kind.TIMEGATE:
                return self._by_timegate(uri, http)
            case _:
                assert_never(self.archive.kind)

    def _none(self, why: str) -> str:
        return f"no archived copy{self.wanted} in {self.archive.address}{why}"

    def _by_cdx(self, uri: str, http: Http) -> Capture | Skipped | None:
        query = memento.cdx_query(self.archive, uri, self.wanted)
        answer = _asked(http, query, pace=self.archive.pace)
        if not isinstance(answer, Response):
            return Skipped(uri, self._none(f": {answer}"))
        found = memento.parse_cdx(answer.body, self.archive.replay)
        if found is None:
            return Skipped(uri, self._none(": it answers with no capture index"))
        wanted = memento.same_page(uri)
        pages = (one for one in found if one.is_page and memento.same_page(one.uri) == wanted)
        return memento.choose(pages, self.wanted)

    def _by_timemap(self, uri: str, address: str, http: Http) -> Capture | Skipped | None:
        todo, seen = [address], {address}
        captures: list[Capture] = []
        while todo:
            answer = _asked(http, todo.pop(0))
            if not isinstance(answer, Response):
                if captures:
                    break
                return Skipped(uri, self._none(f": {answer}"))
            found = memento.parse_timemap(answer.body, uri)
            captures += found.captures
            fresh = [one for one in found.more if one not in seen][: MAX_PAGES - len(seen)]
            seen.update(fresh)
            todo += fresh
        return memento.choose(captures, self.wanted)

    def _by_timegate(self, uri: str, http: Http) -> Capture | Skipped | None:
        """The TimeGate's choice; where another one is meant, that of its TimeMap."""
        at = self.wanted.at
        fields = (("Accept-Datetime", f"{at:%a, %d %b %Y %H:%M:%S} GMT"),) if at else ()
        answer = _asked(http, self.archive.address + uri, fields)
        if not isinstance(answer, Response):
            return Skipped(uri, self._none(f": {answer}"))
        moment, more = _captured_at(answer), memento.timemap_of(answer.headers)
        given = Capture(uri, moment, answer.uri) if moment is not None else None
        if given is not None and memento.choose((given,), self.wanted) is not None:
            return given
        if more is not None:  # pywb may answer with a page that frames the memento
            return self._by_timemap(uri, more, http)
        return None if given is not None else Skipped(uri, self._none(": it gives no memento"))


def memento_at(http: Http, capture: Capture) -> Document | Skipped:
    """The copy as it was captured: by its raw form, else as replayed with the archive's own parts
    taken out."""
    uri_m = capture.uri_m or ""
    raw = memento.raw_form(uri_m)
    answer = _asked(http, raw) if raw is not None else None
    if isinstance(answer, Response):
        return _document(answer, capture, answer.body)
    answer = _asked(http, uri_m)
    if not isinstance(answer, Response):
        return Skipped(capture.uri, f"its archived copy {uri_m} can't be had: {answer}")
    return _document(answer, capture, memento.unwrapped(answer.body))


def _document(answer: Response, capture: Capture, body: bytes) -> Document:
    headers = _original(answer.headers)
    media_type, charset = ask.content_type(headers)
    if not charset:
        _, charset = ask.content_type(answer.headers)
    at = _captured_at(answer) or capture.at
    content = Representation(media_type, charset, body, digest_of(body))
    return Document(capture.uri_m or capture.uri, content, capture.uri, "memento", at, headers)


def _captured_at(answer: Response) -> datetime | None:
    said = header(answer.headers, "Memento-Datetime")
    return (memento.moment(said) if said else None) or memento.archived_at(answer.uri)


def _original(headers: Headers) -> Headers:
    """The captured answer's own fields, where the archive marks them as such."""
    cut = len(_ORIGINAL)
    own = tuple(
        (name[cut:], value) for name, value in headers if name.lower().startswith(_ORIGINAL)
    )
    return own or headers


def _asked(
    http: Http, uri: str, fields: Headers = (), pace: timedelta = timedelta(0)
) -> Response | str:
    """The answer with status 200, or what else came."""
    answer = http.fetch(Request(uri, fields, AUDIT, patience=PATIENCE, pace=pace))
    if isinstance(answer, FetchFailure):
        return answer.detail
    return answer if answer.status == 200 else f"HTTP {answer.status}"


def _others(count: int) -> str:
    return f" ({count} at other times)" if count else ""
