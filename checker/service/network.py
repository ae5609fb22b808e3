"""Keeps an outage of our own network from being taken for one of every host."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checker import pipeline
from checker.model import CheckRecord, Standing
from checker.ports import Store
from checker.stages import outage
from checker.stages.addresses import host_of

log = logging.getLogger("checker.network")
MOST_HOSTS = 10_000


@dataclass(slots=True)
class Network:
    """What hosts did lately, as this process saw it. Thread-safe: a worker's jobs share it."""

    seen: dict[str, outage.Sighting] = field(default_factory=dict)
    away_since: datetime | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def note(self, record: CheckRecord) -> None:
        host = host_of(record.standing.article.uri)
        with self.lock:
            if len(self.seen) >= MOST_HOSTS:
                self.seen.clear()
            # By its beginning: who is silent ends last, and all of them at once.
            self.seen[host] = outage.Sighting(record.started_at, record.unanswered)

    def settle(
        self, claimed: Sequence[Standing], held: Sequence[CheckRecord], now: datetime
    ) -> list[CheckRecord]:
        """What is to be recorded of checks that went unanswered: what they say, or, where it is
        our network that is away, that they say nothing."""
        with self.lock:
            already = self.away_since is not None
            if not outage.is_ours(self.seen.values(), now, already=already):
                if self.away_since is not None:
                    log.warning("the network is back after %s", now - self.away_since)
                    self.away_since = None
                return list(held)
        before = {one.article.id: one for one in claimed}
        return [pipeline.no_network(before[one.standing.article.id], one) for one in held]


def tell(
    network: Network, store: Store, addresses: Sequence[str], sender: str, now: datetime
) -> None:
    """One line and at most one mail to each address, when an outage begins."""
    with network.lock:
        if network.away_since is not None or not outage.is_ours(network.seen.values(), now):
            return
        network.away_since = now
        silent = sum(one.silent for one in network.seen.values())
    log.warning("%d hosts are silent at once: our network seems to be away", silent)
    for address in dict.fromkeys(addresses):
        store.put_mail(outage.notice(address, now, silent, sender), ())
