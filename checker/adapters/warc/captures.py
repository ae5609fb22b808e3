"""What every archive of our own captures does, wherever its bytes lie (port ``Archive``)."""

import hashlib
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict

from checker.adapters.warc import writing
from checker.adapters.warc.loading import Found, representation
from checker.adapters.warc.writing import Stored
from checker.errors import ArchiveError
from checker.model import (
    Locator,
    Memento,
    Representation,
    Response,
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
        key = hashlib.sha256(
            response.uri.encode("utf-8", "replace") + b"\n" + response.raw
        ).digest()
        known = self._known_payload(key, response, previous) if response.raw else None
        record_id = writing.new_id()
        name, offset = self._keep(writing.capture(response, record_id, known))
        if response.raw and known is None:
            self._remember(
                key, Stored(record_id, writing.stamp(response.received_at), name, offset)
            )
        return _memento(response, Locator(name, offset))

    def load(self, memento: Memento) -> Representation:
        """The bytes of *memento*, verified against its digest. Raises ArchiveError."""
        found = representation(self._found(memento.locator), memento.locator, self._max_body)
        if found.digest != memento.digest:
            raise ArchiveError(
                f"{memento.locator.path}:{memento.locator.offset}",
                f"the capture of {memento.uri_r} is not what was stored (digest differs)",
                "The file was altered or damaged: restore it from a backup.",
            )
        return Representation(memento.media_type, memento.charset, found.body, found.digest)

    def _known_payload(
        self, key: bytes, response: Response, previous: Memento | None
    ) -> Stored | None:
        with self._known_lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        if previous is None or previous.digest != digest_of(response.body):
            return None
        # The digest is of the decoded body; a revisit claims that the bytes as sent are the same.
        try:
            found = self._found(previous.locator)
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


def _memento(response: Response, locator: Locator) -> Memento:
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
        locator=locator,
    )
