"""The way out of mail, as the web serves it: read-only until somebody with a token leaves."""

from contextlib import closing
from dataclasses import dataclass

from checker.model import Recipient
from checker.ports import Clock
from checker.service.subscribing import Leaver
from checker.stages.subscription import effective
from checker.store.reading import StoreReader


@dataclass(frozen=True, slots=True)
class WayOut:
    """Both raise StoreError while the store can't be had."""

    reader: StoreReader
    url: str
    recipients: tuple[Recipient, ...]
    clock: Clock

    def whose(self, token: str) -> Leaver | None:
        """Whose mail *token* would end; looking ends nothing."""
        address = self.reader.token_address(token, self.clock.now())
        if address is None:
            return None
        known = effective(self.recipients, self.reader.subscriptions())
        spoken = (one.language for one in known if one.address.casefold() == address.casefold())
        return Leaver(address, next(spoken, "en"))

    def leave(self, token: str) -> Leaver | None:
        """End it. A token that is none never opens the store for writing."""
        from checker.store import SqlStore

        leaver = self.whose(token)
        if leaver is not None:
            with closing(SqlStore.open(self.url)) as store:
                store.unsubscribe(token, self.clock.now())
        return leaver
