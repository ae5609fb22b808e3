"""What the store keeps of the documents that list a source's articles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from checker.model import Known


class Listings(Protocol):
    def root_listing(self, source: str, uri: str) -> Known:
        """The document at which *source* begins. Of another beginning everything is forgotten."""

    def put_listings(
        self, source: str, parent: str, children: Sequence[str], depth: int, now: datetime
    ) -> None:
        """The documents that *parent* names now; of those that it named before, others go."""

    def next_listing(self, source: str, before: datetime) -> Known | None:
        """Of the documents that others name, the one that waits longest, of those that were not
        read since *before*."""

    def listings_read(self, source: str, read: Sequence[Known]) -> None:
        """These documents are read, and what they list is kept."""
