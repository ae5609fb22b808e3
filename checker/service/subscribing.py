"""Who is told: subscriptions by command, and who leaves by one click (RFC 8058)."""

from dataclasses import dataclass

from checker.errors import TargetError
from checker.model import Recipient, Subscription
from checker.service.context import Context


@dataclass(frozen=True, slots=True)
class Leaver:
    """Whose mail a link ends, and the language of that mail."""

    address: str
    language: str


def subscribe(context: Context, recipient: Recipient) -> None:
    """From now on *recipient* is told; it outranks what the configuration says of the address."""
    now = context.ports.clock.now()
    context.ports.store.put_subscription(Subscription(recipient.address, recipient, now))


def unsubscribe(context: Context, address: str) -> None:
    """*address* gets no more mail, whatever the configuration says. Raises TargetError."""
    known = {one.address.casefold() for one in context.recipients()}
    known |= {one.casefold() for source in context.operation.sources for one in source.recipients}
    if address.casefold() not in known:
        raise TargetError(
            f"recipient {address!r}",
            "nobody of that address is told of anything",
            "`checker alerts recipients` shows who is.",
        )
    now = context.ports.clock.now()
    context.ports.store.put_subscription(Subscription(address, None, now))
