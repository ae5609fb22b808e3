"""The sum of all articles' shares, kept while checks go on; what planning needs besides an article."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checker.model import CheckRecord, Fleet, Standing, Timing, Trust
from checker.ports import Pull, Store
from checker.stages import plan
from checker.stages.addresses import host_of
from checker.stages.plan.rate import learnt

CORRECTED = timedelta(hours=1)  # the sum is read anew so often: others write, too


@dataclass(slots=True)
class FleetBook:
    """A running sum. Thread-safe; nothing in it needs to outlive the process."""

    _total: float = 0.0
    _planned: int = 0
    _articles: int = 0
    _trust: dict[str, Trust] = field(default_factory=dict)
    _read_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fleet(self, store: Store, timing: Timing, now: datetime) -> Fleet:
        """Articles that were never planned count like the mean of the others."""
        with self._lock:
            if self._read_at is None or abs(now - self._read_at) >= CORRECTED:
                self._total, self._planned, self._articles = store.shares()
                self._trust = store.trusts()
                self._read_at = now
            if not self._planned:
                return Fleet(0.0, requests_an_hour(timing, self._articles))
            articles = max(self._articles, self._planned)
            shares = self._total / self._planned * articles
            return Fleet(shares, requests_an_hour(timing, articles))

    def moved(self, before: Iterable[Standing], records: Iterable[CheckRecord]) -> None:
        """Take in what checks made of the shares."""
        old = {one.article.id: one.share for one in before}
        with self._lock:
            for record in records:
                share = old.get(record.standing.article.id, 0.0)
                self._total += record.standing.share - share
                self._planned += share <= 0 < record.standing.share
                host = host_of(record.standing.article.uri)
                for whose, told, edited in record.lessons(host):
                    known = self._trust.get(whose, Trust())
                    self._trust[whose] = learnt(known, told=told, edited=edited)

    def pull(self, store: Store, timing: Timing, now: datetime) -> Pull:
        """When a hint of an article makes it due, by what its host's hints were worth so far."""
        fleet = self.fleet(store, timing, now)

        def due(uri: str, last: datetime | None) -> datetime:
            return plan.hint_due(last, now, fleet, self.trust(host_of(uri)), timing)

        return due

    def trust(self, whose: str) -> Trust:
        """What the hints of a host, or of a sender (``trusted_as``), were worth so far."""
        with self._lock:
            return self._trust.get(whose, Trust())


def requests_an_hour(timing: Timing, articles: int) -> float:
    """What the user allows; without a word, each article once in ``check_every`` on average."""
    usual = max(articles, 1) * (timedelta(hours=1) / timing.check_every)
    return usual if timing.budget is None else timing.budget
