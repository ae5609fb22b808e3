"""What every archive of our own captures does, wherever its bytes lie (port ``Archive``)."""

import hashlib
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import replace

from checker.adapters.coding import Undecodable
from checker.adapters.warc import writing
from checker.adapters.warc.loading import Found, decoded, representation, taken
from checker.adapters.warc.writing import Stored
from checker.errors import ArchiveError
from checker.model import (
    Locator,
    Memento,
    Representation,
    Response,
    Taken,
    Validators,
    digest_of,
    header,
)
from checker.stages.http_fields import content_type

_MAX_KNOWN = 50_000  # payloads remembered for revisit records: about 25 MB


class Captures(ABC):
    """Captures that are appended and never altered. Safe to share between threads."""

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._known_lock = threading.Lock()
        self._known: OrderedDict[bytes, Stored] = OrderedDict()
        self._refused = False

    @property
    def refuses(self) -> bool:
        return self._refused

    def recover(self) -> None:
        if self._refused:
            self._probe()
            self._refused = False

    @abstractmethod
    def _probe(self) -> None:
        """Write something as large as many captures are. Raises ArchiveError."""

    @abstractmethod
    def _keep(self, data: bytes) -> tuple[str, int]:
        """Where *data*, whole records, lies for good: file and offset. Raises ArchiveError."""

    @abstractmethod
    def _found(self, locator: Locator) -> Found:
        """The record at *locator*, a revisit with its payload. Raises ArchiveError."""

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        """Write *response* and return its memento when its bytes are kept for good.

        Where the same payload of the same URI was stored before, by this object or as *previous*
        (a memento of this archive, say from before a restart), a ``revisit`` record refers to
        it. Raises ArchiveError when nothing could be written.
        """
        digest = digest_of(response.body)
        as_sent = digest if response.raw is response.body else digest_of(response.raw)
        key = _key(response.uri, as_sent)
        same = previous if previous is not None and previous.digest == digest else None
        known = self._known_payload(key, response, as_sent, same) if response.raw else None
        record_id = writing.new_id()
        place = self._placed(
            key, writing.whole(response), record_id, known,
            writing.capture(response, record_id, known),
        )  # fmt: skip
        kept = _memento(writing.whole(response), digest, place)
        if response.hops:
            return replace(kept, uri_r=response.hops[0].uri)
        if known is not None or not response.raw:
            return kept
        return replace(kept, record=record_id, sent="" if as_sent == digest else as_sent)

    def take(self, capture: Taken) -> Memento:
        """Keep a capture that somebody else made, with its own date. Raises ArchiveError."""
        body = decoded(capture.headers, capture.raw, self._max_body)
        if isinstance(body, Undecodable):
            raise ArchiveError(capture.uri, str(body), "Leave this capture out.")
        key = _key(capture.uri, digest_of(capture.raw))
        with self._known_lock:
            known = self._known.get(key) if capture.status is not None else None
        record_id = capture.record_id or writing.new_id()
        place = self._placed(
            key, capture, record_id, known, writing.taken(capture, record_id, known)
        )
        return _memento(capture, digest_of(body), place)

    def _placed(
        self, key: bytes, capture: Taken, record_id: str, known: Stored | None, data: bytes
    ) -> Locator:
        try:
            name, offset = self._keep(data)
        except ArchiveError:
            self._refused = True
            raise
        if capture.raw and capture.status is not None and known is None:
            date = writing.stamp(capture.captured_at)
            self._remember(key, Stored(record_id, date, name, offset))
        return Locator(name, offset)

    def capture(self, memento: Memento) -> Taken:
        """*memento* whole, verified against its digest. Raises ArchiveError."""
        found = self._found(memento.locator)
        self._verified(found, memento)
        return taken(found, memento)

    def load(self, memento: Memento) -> Representation:
        """The bytes of *memento*, verified against its digest. Raises ArchiveError."""
        return self._verified(self._found(memento.locator), memento)

    def _verified(self, record: Found, memento: Memento) -> Representation:
        found = representation(record, memento.locator, self._max_body)
        if found.digest != memento.digest:
            raise ArchiveError(
                f"{memento.locator.path}:{memento.locator.offset}",
                f"the capture of {memento.uri_r} is not what was stored (digest differs)",
                "The file was altered or damaged: restore it from a backup.",
            )
        return Representation(memento.media_type, memento.charset, found.body, found.digest)

    def _holds(self, locator: Locator) -> bool:  # noqa: ARG002 — of objects it can't be told
        """Whether there is still something at *locator*, as far as can be told without reading."""
        return False

    def _known_payload(
        self, key: bytes, response: Response, as_sent: str, same: Memento | None
    ) -> Stored | None:
        """Where its payload lies, in what this object stored or in *same*, whose body is equal."""
        with self._known_lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        if same is None:
            return None
        # Its digest is of the decoded body; a revisit claims that the bytes as sent are the same.
        place, date = same.locator, writing.stamp(same.memento_datetime)
        told = same.record and (same.sent or same.digest) == as_sent and same.uri_r == response.uri
        if told and self._holds(place):
            return Stored(same.record, date, place.path, place.offset or 0)
        try:
            found = self._found(same.locator)
        except ArchiveError:
            return None  # then it is stored in full
        if found.payload != response.raw or found.uri != response.uri:
            return None
        known = Stored(found.record_id, found.date, found.locator.path, found.locator.offset or 0)
        self._remember(key, known)
        return known

    def _remember(self, key: bytes, stored: Stored) -> None:
        with self._known_lock:
            self._known[key] = stored
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)


def _key(uri: str, digest: str) -> bytes:
    return hashlib.sha256(f"{uri}\n{digest}".encode("utf-8", "replace")).digest()


def _memento(capture: Taken, digest: str, locator: Locator) -> Memento:
    media_type, charset = content_type(capture.headers)
    return Memento(
        uri_r=capture.uri,
        memento_datetime=capture.captured_at,
        validators=Validators(
            header(capture.headers, "ETag"), header(capture.headers, "Last-Modified")
        ),
        media_type=media_type,
        charset=charset,
        digest=digest,
        locator=locator,
    )
