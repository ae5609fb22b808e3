"""How long the history of checks is kept whole, and what is known of it to thin it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Checks younger than ``whole`` are all kept; of older ones that say the same as those before
    and after them, one in ``every``."""

    whole: timedelta = timedelta(days=365)
    every: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PastCheck:
    """A check in the history, as far as it matters to who thins it out.

    ``kind`` is equal for checks that say the same; ``capture`` the digest of what the check kept.
    """

    article_id: int
    source: str
    started_at: datetime
    kind: str
    capture: str | None = None
    alerted: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """How far the thinning has come through all articles, by their numbers."""

    began_at: datetime
    after: int = 0
    done: bool = False
