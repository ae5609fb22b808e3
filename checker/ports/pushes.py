"""What the store keeps of hubs that push a feed's news."""

from datetime import datetime
from typing import Protocol

from checker.model import Hub, Push


class Pushes(Protocol):
    def put_hub(self, source: str, hub: Hub | None, token: str, secret: str) -> None:
        """The feed of *source* names this hub now, or none. Of another one, or another topic, the
        subscription begins anew, with *token* and *secret*; else they are not needed."""

    def pushes(self) -> tuple[Push, ...]:
        """Those of sources that are switched on."""

    def push_of(self, token: str) -> Push | None: ...

    def hub_asked(self, source: str, now: datetime) -> None:
        """The hub is being asked; its question may come before its answer."""

    def hub_refused(self, source: str) -> None: ...

    def hub_granted(self, source: str, until: datetime | None) -> None:
        """The hub pushes until then, or (None) won't."""
