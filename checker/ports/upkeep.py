"""What housekeeping needs from the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from checker.model import PastCheck, Round


class Upkeep(Protocol):
    """The history of checks, taken in small steps; each method is one transaction."""

    def past_checks(
        self, after: int, before: datetime
    ) -> tuple[int | None, tuple[tuple[PastCheck, ...], ...]]:
        """The checks before *before* of the next articles whose number is above *after*, by
        article and in order; and the number of the last article looked at, None at the end. As
        many articles as fit into one step."""

    def forget_checks(self, checks: Sequence[PastCheck]) -> int:
        """Delete these from the history; how many were still there. An alert's is never deleted."""

    def tidied(self) -> Round | None:
        """How far the last round came."""

    def note_tidied(self, step: Round) -> None: ...

    def settle_clock(self, now: datetime, most: timedelta, lease: timedelta) -> int:
        """After a clock that was ahead was put right: checks and mails planned later than *most*
        from *now* come back, leases longer than *lease* end. How many checks there were."""

    def reusable_bytes(self) -> int | None:
        """Space in the database's file that what is written next will take; None: not known."""
