"""Where the web server takes hints in: a store that is opened for writing when the first one comes."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from checker.ports import Clock
from checker.service.hints import HintDesk, Hinted
from checker.settings import Settings
from checker.store import SqlStore


@dataclass(slots=True)
class HintsIn:
    """Thread-safe. Raises StoreError while the store can't be had; the next call tries again."""

    settings: Settings
    clock: Clock
    _store: SqlStore | None = None
    _desk: HintDesk | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, sender: str, uris: Sequence[str]) -> tuple[Hinted, ...]:
        return self._opened().take(sender, uris)

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = self._desk = None

    def _opened(self) -> HintDesk:
        with self._lock:
            if self._desk is None:
                self._store = SqlStore.open(self.settings.store.url)
                known = (self.settings.sources, self.settings.policies, self.settings.timing)
                self._desk = HintDesk(self._store, self.clock, *known)
            return self._desk
