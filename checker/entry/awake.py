"""Whether this process was suspended: others took it for dead then, and took up its work."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

TICK = 1.0


def clocks() -> tuple[float, float]:
    """One goes on while a process is stopped, the other while the machine sleeps, too."""
    return time.monotonic(), time.time()


@dataclass(slots=True)
class Awake:
    """Looks at the clocks again and again; a gap of more than *longest* seconds was a suspension."""

    longest: float
    clocks: Callable[[], tuple[float, float]] = clocks
    _seen: tuple[float, float] = field(init=False)
    _slept: int = 0  # how often
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._seen = self.clocks()

    def look(self) -> int:
        """How often the process was suspended so far."""
        now = self.clocks()
        with self._lock:
            gap = max(new - old for new, old in zip(now, self._seen, strict=True))
            self._slept += gap > self.longest
            self._seen = now
            return self._slept

    def watch(self, stopped: threading.Event) -> None:
        """Look until *stopped*: without it, a long request would pass for a suspension."""
        while not stopped.wait(TICK):
            self.look()
