"""The ports that captures go through: what keeps them, what is full of others', what hands them on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from checker.model import (
    Article,
    Document,
    Found,
    Memento,
    Representation,
    Response,
    Skipped,
    Taken,
)


class Archive(Protocol):
    """The append-only store of captures."""

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        """Keep *response* as it came; when this returns the bytes are on disk. Where *previous*
        is a memento of this archive with the same payload, that need not be stored again."""

    def load(self, memento: Memento) -> Representation:
        """The memento's bytes without content coding. Raises ArchiveError."""

    def take(self, capture: Taken) -> Memento:
        """Keep a capture that somebody else made, with its own date. Raises ArchiveError."""

    def capture(self, memento: Memento) -> Taken:
        """*memento* whole, to be handed on. Raises ArchiveError."""

    @property
    def refuses(self) -> bool:
        """Whether the last capture could not be kept: nothing is to be fetched meanwhile."""

    def recover(self) -> None:
        """Where it refuses, try whether it still does. Raises ArchiveError if so."""


class Copies(Protocol):
    """A folder or WARC file full of archived copies."""

    def documents(self) -> Iterator[Document | Skipped]:
        """Every copy, each readable or explained; order is stable."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A capture that lies in somebody's archive and may be taken in.

    ``name`` says where, ``uri`` of which article; ``digest`` is of the body without content coding.
    ``dated`` is False where nothing says when it was captured.
    """

    name: str
    uri: str
    capture: Taken
    digest: str
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Brought:
    """A capture that was taken in of the article at *uri* in *source*, and where it came from."""

    source: str
    uri: str
    memento: Memento
    origin: str


class Collection(Protocol):
    """What captures are known of which articles (a part of ``Store``)."""

    def written_as(self, uris: Sequence[str], source: str | None = None) -> Article | None:
        """The article that the first known of *uris* names, in *source* if that is given."""

    def captures(self, article_id: int) -> tuple[Memento, ...]:
        """Every capture of an article, its checks' and those taken in, once, oldest first."""

    def put_captures(
        self, brought: Sequence[Brought], found: Mapping[str, Sequence[Found]], now: datetime
    ) -> int:
        """Remember captures that were taken in, and what they make of articles (*found*, by source),
        all or nothing; how many articles are new. A capture that is known changes nothing."""


class Package(Protocol):
    """A file of captures that is handed on, being written (WACZ)."""

    def add(self, capture: Taken, about: Mapping[str, Any]) -> None:
        """One capture and what its line in the list of pages says besides address, date and id.
        Raises ArchiveError where it can't be written."""
