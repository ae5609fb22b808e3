"""What a web server reads of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from checker.model import Standing, Status


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers of an article may be told; ``standing`` only where it is outdated."""

    uri: str
    status: Status
    checked_at: datetime
    standing: Standing | None = None


class StatusSource(Protocol):
    """The store as a web server reads it; nothing is ever written."""

    def shown(self, uris: Sequence[str]) -> Shown | None:
        """The first of *uris* that is known, adopted and judged. Raises StoreError."""
