"""Who is told: subscriptions by command, and the one click that ends them (RFC 8058)."""

from checker.errors import TargetError
from checker.model import Recipient, Subscription
from checker.service.context import Context


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


def token_address(context: Context, token: str) -> str | None:
    """Whose mail *token* would end: for the page that asks before it does. Looking ends nothing,
    as programs follow links that nobody clicked on."""
    return context.ports.store.token_address(token, context.ports.clock.now())


def one_click(context: Context, token: str) -> str | None:
    """End the mail to whom *token* was sent, and say to whom; None if there is no such token.

    Doing it again is no error: mail servers repeat the POST.
    """
    return context.ports.store.unsubscribe(token, context.ports.clock.now())
