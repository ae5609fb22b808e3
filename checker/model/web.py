"""HTTP and archive values, with the names of RFC 9110, RFC 9111, RFC 7089 and ISO 28500."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePath

Headers = tuple[tuple[str, str], ...]  # as received, in order, names not folded


def digest_of(body: bytes) -> str:
    """``"sha256:<hex>"`` of *body*, the form in which every digest is kept."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def header(headers: Headers, name: str) -> str | None:
    """The first field value called *name* (RFC 9110 §5.1: case-insensitive), or None."""
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


@dataclass(frozen=True, slots=True)
class Validators:
    """``ETag`` and ``Last-Modified`` as the server sent them; sent back verbatim."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Request:
    """One GET, or with a ``body`` one POST, which no redirect leads on. ``source`` names the source
    for which it is made: its allow-list applies. ``patience``: how long it would rather wait than
    be refused, where a host asks to be left alone. ``pace``: the host is left alone at least so
    long afterwards."""

    uri: str
    headers: Headers = ()
    source: str = ""
    body: bytes | None = None
    patience: timedelta = timedelta(0)
    pace: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed."""

    status: int
    uri: str
    location: str


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer. ``raw`` is the body with its content coding, ``body`` without.

    ``uri`` is where the answer came from after ``hops``; validators belong to it alone.
    """

    uri: str
    status: int
    reason: str
    headers: Headers
    raw: bytes
    body: bytes
    requested_at: datetime
    received_at: datetime
    hops: tuple[Hop, ...] = ()
    request_headers: Headers = ()

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture whole, as archives exchange it: ``raw`` keeps its content coding.

    ``status`` is None where the bytes are all that is known (a WARC ``resource`` record, a file).
    ``record_id`` is that of the record that holds it, empty where there is none.
    """

    uri: str
    captured_at: datetime
    status: int | None
    reason: str
    headers: Headers
    raw: bytes
    record_id: str = ""


class FailureKind(StrEnum):
    """Why no complete answer came."""

    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    TLS = "tls"
    PROTOCOL = "protocol"  # not HTTP, cut short, contradictory lengths
    DECODING = "decoding"  # the content coding is unknown, broken or cut
    TOO_LARGE = "too-large"
    REDIRECTS = "redirects"  # a loop, too many, or a Location that can't be followed
    STATUS = "status"  # 5xx, 429 and others that say nothing of the article
    ADDRESS = "address"  # the address guard refused: not a failure of the site
    ROBOTS = "robots"  # robots.txt forbids it (RFC 9309)


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """No complete answer: the kind, and a sentence for people (hostile text, escape it).

    ``onward`` is where a redirect that keeps its method (307, 308) leads a POST.
    """

    uri: str
    kind: FailureKind
    detail: str
    retry_after: timedelta | None = None
    onward: str | None = None


@dataclass(frozen=True, slots=True)
class Representation:
    """A body without its content coding, with what is known of how to read it."""

    media_type: str
    charset: str | None
    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Locator:
    """Where bytes lie: a file below the archive (``offset`` None) or a WARC record in one."""

    path: str
    offset: int | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is below our own archive; a copy that the user brought has an absolute path."""
        return not PurePath(self.path).is_absolute()


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture of an article (RFC 7089), without its bytes: ``Archive.load`` fetches those.

    Of a copy that says nothing of when it was captured, ``memento_datetime`` is when we first met
    it, and ``dated`` is False. Where its record in our archive holds the whole payload, ``record``
    is that record's id, and ``sent`` the digest of the bytes as they were sent, if not ``digest``:
    what a later answer is held against without reading it back.
    """

    uri_r: str
    memento_datetime: datetime
    validators: Validators
    media_type: str
    charset: str | None
    digest: str
    locator: Locator
    uri_m: str | None = None
    dated: bool = True
    record: str = ""
    sent: str = ""

    def at(self, locator: Locator) -> "Memento":
        """The same bytes at another place."""
        return replace(self, locator=locator, record="", sent="")


@dataclass(frozen=True, slots=True)
class Document:
    """Something to audit, as read from a file, a WARC or the network."""

    name: str
    representation: Representation
    uri: str | None = None  # the original resource, if known
    mapped_by: str = ""  # how it is known: "rel=canonical", "og:url", "WARC-Target-URI", …
    captured_at: datetime | None = None
    headers: Headers = ()
    locator: Locator | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be read or written, and why; the batch goes on.

    ``again`` says that the cause may pass: a full disk, a file that somebody was writing.
    """

    name: str
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A document that lists articles, as it was read last; ``whole_at`` is when it came whole."""

    uri: str
    depth: int = 0
    validators: Validators = Validators()
    read_at: datetime | None = None
    whole_at: datetime | None = None


class Basis(StrEnum):
    """Whose validators a question carried, so what a 304 to it proves (trap 1)."""

    NOTHING = "nothing"
    COPY = "copy"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Question:
    """A request and what "not modified" would mean as its answer."""

    request: Request
    if_not_modified: Basis


@dataclass(frozen=True, slots=True)
class Captured:
    """A representation of the article, or of what stands at its address now."""

    response: Response
    representation: Representation
    validators: Validators
    moved_to: str | None = None  # target of an all-permanent (301, 308) redirect chain


@dataclass(frozen=True, slots=True)
class NotModified:
    """The origin's word that what ``basis`` names is current (RFC 9110 §15.4.5)."""

    basis: Basis
    validators: Validators  # as updated by the 304 (RFC 9111 §4.3.4)
    uri: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """404 or 410, not confirmed over time yet."""

    status: int
    uri: str
    received_at: datetime


class BlockKindHttp(StrEnum):
    """Who keeps us from comparing."""

    STATUS = "status"  # 401, 402, 403, 407, 451 …
    ROBOTS = "robots"
    WALL = "wall"  # a page that is a login, consent, pay or challenge wall, or an empty shell
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody refuses: neither sets nor clears a flag (trap 2)."""

    kind: BlockKindHttp
    status: int | None
    detail: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No answer that says anything of the article: neither sets nor clears a flag (trap 2)."""

    kind: FailureKind
    status: int | None
    detail: str
    retry_after: timedelta | None = None


Observation = Captured | NotModified | Gone | Blocked | Unreachable
