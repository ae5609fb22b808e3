"""The fakes of the ports ``Archive`` and ``Copies``: in memory, held to the same contract."""

from collections.abc import Iterator, Sequence

from checker.adapters.coding import Undecodable, decode_or_why
from checker.errors import ArchiveError
from checker.model import (
    Document,
    Locator,
    Memento,
    Representation,
    Response,
    Skipped,
    Taken,
    Validators,
    digest_of,
    header,
)
from checker.stages.http_fields import content_type


class FakeArchive:
    """Keeps responses in a list; ``responses`` is what tests look at."""

    def __init__(self) -> None:
        self.responses: list[Response] = []

    refuses = False

    def recover(self) -> None:
        pass

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        self.responses.append(response)
        media_type, charset = content_type(response.headers)
        return Memento(
            uri_r=response.hops[0].uri if response.hops else response.uri,
            memento_datetime=response.received_at,
            validators=Validators(
                header(response.headers, "ETag"), header(response.headers, "Last-Modified")
            ),
            media_type=media_type,
            charset=charset,
            digest=digest_of(response.body),
            locator=Locator("fake.warc.gz", len(self.responses) - 1),
        )

    def load(self, memento: Memento) -> Representation:
        place = memento.locator
        if place.path != "fake.warc.gz" or place.offset not in range(len(self.responses)):
            raise ArchiveError(place.path, "no such capture", "Append it first.")
        body = self.responses[place.offset].body
        if digest_of(body) != memento.digest:
            raise ArchiveError(place.path, "the digest differs", "Restore it.")
        return Representation(memento.media_type, memento.charset, body, memento.digest)

    def take(self, capture: Taken) -> Memento:
        body = decode_or_why(
            capture.raw, header(capture.headers, "Content-Encoding") or "", 1 << 30
        )
        if isinstance(body, Undecodable):
            raise ArchiveError(capture.uri, str(body), "Leave it out.")
        when = capture.captured_at
        response = Response(capture.uri, capture.status or 0, capture.reason, capture.headers,
                            capture.raw, body, when, when)  # fmt: skip
        return self.append(response)

    def capture(self, memento: Memento) -> Taken:
        self.load(memento)
        kept = self.responses[memento.locator.offset or 0]
        return Taken(kept.uri, memento.memento_datetime, kept.status or None, kept.reason,
                     kept.headers, kept.raw)  # fmt: skip


class FakeCopies:
    """Gives the documents that it was given."""

    def __init__(self, documents: Sequence[Document | Skipped]) -> None:
        self._documents = tuple(documents)

    def documents(self) -> Iterator[Document | Skipped]:
        return iter(self._documents)
