"""Alerts to Slack, Teams, Matrix and some hundred other services; the home of Apprise."""

from collections.abc import Iterator
from typing import Any

from checker.errors import MailError
from checker.model import UNSUBSCRIBE
from checker.ports import Deferred, Delivery, DeliveryStep, Mail, Sent

MAX_TEXT = 30_000  # characters; Apprise cuts further to what each service takes


class ChannelMailer:
    """Hands each mail's subject and text to Apprise, which makes its own connections: the address
    is the user's own and holds tokens. Raises MailError where it is none, or Apprise is missing."""

    def __init__(self, url: str, name: str) -> None:
        self._name = name
        try:
            import apprise  # noqa: PLC0415 - an optional extra
        except ImportError:
            how = "Install it: pip install 'archive-checker[channels]'."
            raise MailError(name, "channels need Apprise, which is not installed", how) from None
        self._apprise: Any = apprise.Apprise()
        if not self._apprise.add(url):
            raise MailError(
                name, "its address is none that Apprise knows", "See its list of services."
            )

    def send(self, mail: Mail) -> Delivery:
        """Apprise says only yes or no: a no is tried again, as servers are away more often than
        tokens are wrong."""
        text = mail.text.replace(UNSUBSCRIBE, "")[:MAX_TEXT]
        if self._apprise.notify(title=mail.subject, body=text, body_format="text"):
            return Sent(f"taken by {self._name}")
        return Deferred(
            f"{self._name} did not take it; its address or token may be wrong", away=True
        )

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        done = self.send(mail)
        yield DeliveryStep("notify", isinstance(done, Sent), done.detail)

    def rest(self) -> None:
        """Nothing is kept open."""
