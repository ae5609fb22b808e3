"""When articles are due besides what their checks plan: hints, hours, budget."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checker.model import Trust


class Appointments(Protocol):
    def watched(self, uris: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """The articles of each of *uris* that has some, in the sources configured now."""

    def trust_of(self, whose: str) -> Trust:
        """What the hints of a host or of a sender (``trusted_as``) were worth so far."""

    def ping(
        self, by: str, due: Mapping[int, datetime], now: datetime
    ) -> dict[int, datetime | None]:
        """Keep that sender *by* hinted at each article of *due*, and make it due at that time at
        the latest; when each is due then (None: it is not scheduled)."""

    def postpone(self, due: Mapping[int, datetime]) -> None:
        """Give claimed articles back unchecked, due at another time."""

    def budget_left(self, now: datetime, an_hour: float) -> int:
        """How many checks may be begun now, of *an_hour* for all processes together."""

    def spend(self, checks: int, now: datetime, an_hour: float) -> None:
        """So many checks are begun."""
