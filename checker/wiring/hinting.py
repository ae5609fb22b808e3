"""Where the web server takes hints and pushes in: a store that is opened for writing when the first
one comes."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.ports import Clock
from checker.service.fleet import FleetBook
from checker.service.hints import HintDesk, Hinted
from checker.service.websub import PushDesk
from checker.settings import Settings
from checker.store import SqlStore


@dataclass(slots=True)
class LateStore:
    """Thread-safe. Raises StoreError while the store can't be had; the next call tries again."""

    settings: Settings
    clock: Clock
    _store: SqlStore | None = None
    _fleet: FleetBook = field(default_factory=FleetBook)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hints(self) -> HintDesk:
        settings = self.settings
        known = (settings.sources, settings.policies, settings.timing, self._fleet)
        return HintDesk(self._opened(), self.clock, *known)

    def pushes(self) -> PushDesk:
        known = (self.settings.sources, self.settings.timing, self._fleet)
        return PushDesk(self._opened(), self.clock, *known)

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None

    def _opened(self) -> SqlStore:
        with self._lock:
            if self._store is None:
                self._store = SqlStore.open(self.settings.store.url)
            return self._store


@dataclass(frozen=True, slots=True)
class HintsIn:
    late: LateStore

    def take(self, sender: str, uris: Sequence[str]) -> tuple[Hinted, ...]:
        return self.late.hints().take(sender, uris)


@dataclass(frozen=True, slots=True)
class PushesIn:
    late: LateStore

    def answer(self, token: str, mode: str, topic: str, seconds: str) -> bool:
        return self.late.pushes().answer(token, mode, topic, seconds)

    def awaits(self, token: str) -> bool:
        return self.late.pushes().awaits(token)

    def take(self, token: str, signature: str, body: bytes) -> bool | None:
        return self.late.pushes().take(token, signature, body)
