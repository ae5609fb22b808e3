"""What the routes work with."""

from collections.abc import Callable
from dataclasses import dataclass

from checker.service.status import Noticeboard


@dataclass(frozen=True, slots=True)
class Parts:
    """``healthy`` says whether the store answers now, else why not."""

    board: Noticeboard
    healthy: Callable[[], str | None]
    rate: int = 50
