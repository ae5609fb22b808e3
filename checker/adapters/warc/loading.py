"""One capture back from its place in a WARC or ARC file."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from checker.adapters.coding import Undecodable, decode_or_why
from checker.adapters.inside import inside
from checker.adapters.warc.records import Broken, HttpMessage, Record, http_message, records
from checker.errors import ArchiveError
from checker.model import Headers, Locator, Memento, Representation, Taken, digest_of
from checker.stages.http_fields import content_type

MAX_BODY = 64 << 20  # bytes, stored and decoded; above what the fetcher lets in
_REMEDY = "Restore the file from a backup."


@dataclass(frozen=True, slots=True)
class Found:
    """A record with its payload (content coding kept); of a revisit, the payload it refers to.

    ``locator`` and ``record_id`` are those of the record that holds the payload, ``headers`` and
    ``status`` (None: a resource record) those of the one that was asked for.
    """

    locator: Locator
    record_id: str
    uri: str
    date: str
    status: int | None
    headers: Headers
    payload: bytes
    captured_at: datetime | None = None
    reason: str = ""


def load(root: Path, locator: Locator, cap: int = MAX_BODY) -> Representation:
    """The record's payload without content coding, of at most *cap* bytes.

    *locator*'s path is relative to *root* and never leads out of it. Raises ArchiveError.
    """
    return representation(record_at(root, locator, cap), locator, cap)


def representation(found: Found, locator: Locator, cap: int) -> Representation:
    """What *found*, the record at *locator*, gives without content coding. Raises ArchiveError."""
    body = decoded(found.headers, found.payload, cap)
    if isinstance(body, Undecodable):
        raise _error(locator, str(body))
    media_type, charset = content_type(found.headers)
    return Representation(media_type, charset, body, digest_of(body))


def taken(found: Found, memento: Memento) -> Taken:
    """The capture *memento*, of which *found* is the record, or that which a revisit refers to."""
    own = found.locator == memento.locator and found.captured_at == memento.memento_datetime
    return Taken(
        uri=found.uri or memento.uri_r,
        captured_at=memento.memento_datetime,
        status=found.status,
        reason=found.reason,
        headers=found.headers,
        raw=found.payload,
        record_id=found.record_id if own else "",
    )


def decoded(headers: Headers, payload: bytes, cap: int) -> bytes | Undecodable:
    """*payload* as the origin meant it.

    Some crawlers store decoded bodies under the headers of encoded ones: what is said to be
    gzip and does not begin as such is taken as it is, as other WARC tools do.
    """
    codings = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    result = decode_or_why(payload, codings, cap)
    undone = codings.strip().lower() in {"gzip", "x-gzip"} and payload[:2] != b"\x1f\x8b"
    return payload if result is Undecodable.BROKEN and undone else result


def record_at(root: Path, locator: Locator, cap: int = MAX_BODY) -> Found:
    """The record at *locator*, a revisit with the payload that it refers to."""
    return followed(lambda place: read_record(root, place, cap), locator)


def followed(read: Callable[[Locator], Record], locator: Locator) -> Found:
    """As ``record_at``, for records that *read* gives. Raises ArchiveError."""
    record = read(locator)
    if record.kind == "resource":
        headers = (("Content-Type", record.field("Content-Type") or ""),)
        found = _found(record, locator, HttpMessage(200, headers, record.block))
        return replace(found, status=None)
    message = http_message(record.block)
    if isinstance(message, str):
        raise _error(locator, message)
    if record.kind != "revisit":
        return _found(record, locator, message)
    target = _target(record, locator)
    original = read(target)
    wanted = record.field("WARC-Refers-To")
    stored = http_message(original.block)
    if original.kind != "response" or isinstance(stored, str):
        raise _error(locator, "refers to a record that holds no response")
    if wanted is not None and original.field("WARC-Record-ID") != wanted:
        raise _error(locator, f"refers to {wanted}, which is not where it was")
    if message.status == 304:  # which describes the answer that was not sent again
        return _found(original, target, stored)
    return _found(original, target, replace(message, payload=stored.payload))


def _target(record: Record, locator: Locator) -> Locator:
    """Where a revisit of ours says that its payload lies."""
    file = record.field("WARC-Refers-To-Filename")
    offset = record.field("WARC-Refers-To-File-Offset") or ""
    if file is None or not (offset.isascii() and offset.isdigit() and len(offset) <= 15):
        raise _error(locator, "is a revisit that does not say where its payload lies")
    return Locator(file, int(offset))


def read_record(root: Path, locator: Locator, cap: int) -> Record:
    """The record at *locator* itself. Raises ArchiveError."""
    if locator.offset is None:
        raise _error(locator, "names no record in the file")
    try:
        path = inside(root, locator.path)
        if path is None:
            raise _error(locator, f"leads out of {root}")
        with closing(records(path, cap, locator.offset)) as all_from_there:
            found = next(all_from_there, None)
    except OSError as error:
        raise _error(locator, f"can't be read: {error.strerror or error}") from error
    match found:
        case Record() if found.offset == locator.offset:
            return found
        case Broken():
            raise _error(locator, found.reason)
        case _:
            raise _error(locator, "no response record begins there")


def _found(record: Record, locator: Locator, message: HttpMessage) -> Found:
    return Found(
        locator=locator,
        record_id=record.field("WARC-Record-ID") or "",
        uri=record.uri or "",
        date=record.field("WARC-Date") or "",
        status=message.status,
        headers=message.fields,
        payload=message.payload,
        captured_at=record.date,
        reason=message.reason,
    )


def _error(locator: Locator, cause: str) -> ArchiveError:
    place = locator.path if locator.offset is None else f"{locator.path}:{locator.offset}"
    return ArchiveError(place, cause, _REMEDY)
