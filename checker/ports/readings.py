"""What was read of documents before, so that the same bytes need not be read again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from checker.model import Reading


@dataclass(frozen=True, slots=True)
class Remembered:
    """A document's reading and its address, as they come out at any time within the span."""

    uri: str | None
    mapped_by: str
    reading: Reading
    since: datetime
    until: datetime | None = None
    lines: dict[str, int] = field(default_factory=dict)  # of the file, by the quote that is there

    def holds(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


class Readings(Protocol):
    """Keeps readings by a key that says all they depend on. It may forget, and never fails."""

    def known(self, key: str) -> Remembered | None: ...

    def note(self, key: str, found: Remembered) -> None: ...

    def also(self, key: str, other: str) -> None:
        """What is kept by *key* is known by *other*, too."""
