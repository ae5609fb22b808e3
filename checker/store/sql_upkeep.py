"""The port Upkeep over SQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from checker.model import PastCheck, Round
from checker.store import clocks, upkeep
from checker.store.engine import Database
from checker.store.server import Server
from checker.store.standing import chunks

TOGETHER = 5_000  # rows deleted in one transaction: others wait for it


class SqlUpkeep:
    """Reading and deleting are transactions of their own: whoever writes waits for no reader."""

    _database: Database | Server

    def past_checks(
        self, after: int, before: datetime
    ) -> tuple[int | None, tuple[tuple[PastCheck, ...], ...]]:
        with self._database.read() as connection:
            return upkeep.past_checks(connection, after, before)

    def forget_checks(self, checks: Sequence[PastCheck]) -> int:
        done = 0
        for some in chunks(checks, TOGETHER):
            with self._database.write() as connection:
                done += upkeep.forget_checks(connection, some)
        return done

    def tidied(self) -> Round | None:
        with self._database.read() as connection:
            return upkeep.tidied(connection)

    def note_tidied(self, step: Round) -> None:
        with self._database.write() as connection:
            upkeep.note_tidied(connection, step)

    def settle_clock(self, now: datetime, most: timedelta, lease: timedelta) -> int:
        with self._database.write() as connection:
            return clocks.settle(connection, now, most, lease)

    def reusable_bytes(self) -> int | None:
        with self._database.read() as connection:
            return upkeep.free_bytes(connection)
