"""What the store keeps of the documents that list a source's articles."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from checker.model import Known

# An article's address and its last check -> when a hint makes it due.
Pull = Callable[[str, datetime | None], datetime]


class Listings(Protocol):
    def root_listing(self, source: str, uri: str) -> Known:
        """The document at which *source* begins. Of another beginning everything is forgotten."""

    def put_listings(
        self, source: str, parent: str, children: Sequence[str], depth: int, now: datetime
    ) -> None:
        """The documents that *parent* names now."""

    def next_listing(self, source: str, before: datetime) -> Known | None:
        """Of the documents that others name, the one that waits longest, of those that were not
        read since *before*."""

    def listings_read(self, source: str, read: Sequence[Known]) -> None:
        """These documents are read, and what they list is kept."""

    def drop_listings(self, source: str, documents: Sequence[str]) -> None:
        """These need not be read again."""

    def close_listing(
        self, source: str, document: str, now: datetime, pull: Pull | None = None
    ) -> int:
        """*document* was read whole at *now*: documents and articles that it named before, but not
        since, are none of its any more. How many articles no document lists now; they stay
        watched, and are made due as *pull* says."""
