"""WebSub values, with the names of the W3C Recommendation of 2018: who tells of new entries at once."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hub:
    """A feed's word that who is at ``uri`` pushes what is new at ``topic``, the feed's address for
    itself."""

    uri: str
    topic: str


@dataclass(frozen=True, slots=True)
class Push:
    """One source's subscription at a hub. Of a subscription that was never asked for ``asked_at``
    is None, of one that the hub did not confirm (any more) ``lease_until``.

    ``token`` makes the callback's address one that nobody guesses, ``secret`` signs what is pushed.
    """

    source: str
    hub: Hub
    token: str
    secret: str
    asked_at: datetime | None = None
    failures: int = 0  # in a row
    lease_until: datetime | None = None
