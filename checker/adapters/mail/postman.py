"""One mailer for all recipients: mail by mail's way, targets by theirs."""

from collections.abc import Iterator, Mapping

from checker.ports import Delivery, DeliveryStep, Mail, Mailer, Refused


class Postman:
    """*targets* are mailers by recipient (``webhook:NAME``); everything else is a mail address."""

    def __init__(self, mail: Mailer, targets: Mapping[str, Mailer]) -> None:
        self._mail, self._targets = mail, targets

    def send(self, mail: Mail) -> Delivery:
        way = self._way(mail)
        return way if isinstance(way, Refused) else way.send(mail)

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        way = self._way(mail)
        if isinstance(way, Refused):
            yield DeliveryStep("find", ok=False, detail=way.detail)
        else:
            yield from way.trial(mail)

    def rest(self) -> None:
        for one in (self._mail, *self._targets.values()):
            one.rest()

    def _way(self, mail: Mail) -> Mailer | Refused:
        if "@" in mail.recipient or not mail.recipient.startswith(("webhook:", "channel:")):
            return self._mail
        missing = f"nothing is configured as {mail.recipient} any more"
        return self._targets.get(mail.recipient) or Refused(missing)
