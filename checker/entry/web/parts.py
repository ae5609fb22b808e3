"""What the routes work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checker.ports.figures import Figures
from checker.service.hints import Hinted
from checker.service.status import Noticeboard
from checker.service.subscribing import Leaver


class Leaving(Protocol):
    """Who holds a token may end the mail in which it stood. Both raise StoreError."""

    def whose(self, token: str) -> Leaver | None:
        """Whose mail *token* would end; looking ends nothing."""

    def leave(self, token: str) -> Leaver | None:
        """End it. Doing it again is no error: mail servers repeat the POST."""


class Nobody:
    """Where no mail is sent there is nobody who could leave."""

    def whose(self, _: str) -> Leaver | None:
        return None

    leave = whose


class Desk(Protocol):
    """Where hints are taken in. Raises StoreError."""

    def take(self, sender: str, uris: Sequence[str]) -> tuple[Hinted, ...]:
        """Pull the articles at *uris* forward, as far as the hints of *sender* are worth it."""


class Hubs(Protocol):
    """Where hubs ask and push (WebSub). Each raises StoreError."""

    def answer(self, token: str, mode: str, topic: str, seconds: str) -> bool:
        """Whether we asked for what the hub asks about."""

    def awaits(self, token: str) -> bool:
        """Whether somebody is to push here."""

    def take(self, token: str, signature: str, body: bytes) -> bool | None:
        """Take in what was pushed; False: it is not signed by the hub, None: nobody may push here."""


class Sender(Protocol):
    """One who may send hints, at most ``rate`` requests a second."""

    @property
    def name(self) -> str: ...

    @property
    def secret(self) -> str: ...

    @property
    def rate(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """``healthy`` says whether the store answers now, else why not; ``figures`` how the
    installation fares and how many requests an hour it may spend (raises StoreError); ``feed`` is
    a file. ``hints`` are taken from ``hinters``."""

    board: Noticeboard
    healthy: Callable[[], str | None]
    rate: int = 50
    leaving: Leaving = Nobody()  # noqa: RUF009 - it holds nothing
    feed: Path | None = None
    figures: Callable[[], tuple[Figures, float]] | None = None
    hints: Desk | None = None
    hinters: tuple[Sender, ...] = ()
    hubs: Hubs | None = None
