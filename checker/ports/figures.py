"""What is told of a running installation, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Figures:
    """``counts`` is that of the port Store. ``checks`` counts checks since the store began, by
    (kind, name): kind is "outcome", "change" or "level". ``leader`` is the daemon that leads."""

    counts: Mapping[str, int]
    checks: Mapping[tuple[str, str], int]
    leader: str | None = None


class FigureSource(Protocol):
    def figures(self, now: datetime) -> Figures:
        """Raises StoreError while the store can't be had."""
