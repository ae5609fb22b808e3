"""Whether this process was suspended, and whether the time of day was set back.

Who was suspended was taken for dead by others, who took up its work.
"""

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


@dataclass(slots=True)
class SetBack:
    """Looks at the clocks again and again; the time of day may go ahead of the other one only."""

    clocks: Callable[[], tuple[float, float]] = clocks
    _ahead: float = field(init=False)

    def __post_init__(self) -> None:
        self.look(first=True)

    def look(self, *, first: bool = False) -> float:
        """By how many seconds it was set back since the last look; 0 for less than a second, as
        clocks are set right in small steps all the time."""
        steady, day = self.clocks()
        ahead = day - steady
        back = 0.0 if first else self._ahead - ahead
        self._ahead = ahead
        return back if back >= 1 else 0.0
