"""Mail to a program that takes sendmail's options: Postfix, Exim, msmtp, nullmailer."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from checker.adapters.mail.message import mailbox, sender_address, wire_form
from checker.errors import MailError
from checker.ports import Deferred, Delivery, DeliveryStep, Mail, Refused, Sent
from checker.stages.banner.words import clean

# sysexits.h: what will not pass if it is tried again. All else may (a full queue, EX_TEMPFAIL).
_FOR_GOOD = frozenset({os.EX_USAGE, os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST})


class SendmailMailer:
    """Pipes each mail into *command*, with its recipient as an argument of its own.

    Raises MailError for a sender that is none or a program that is not there.
    """

    def __init__(self, command: str, sender: str, timeout: float = 30.0) -> None:
        self._command, self._timeout = command, timeout
        self._sender = sender_address(sender)
        if not Path(command).is_absolute() or not os.access(command, os.X_OK):
            raise MailError(
                "mail.command",
                f"{command} is no program that can be started",
                "Name it by its absolute path, such as /usr/sbin/sendmail.",
            )

    def send(self, mail: Mail) -> Delivery:
        """Sent when the program took it into its queue; what becomes of it there is its own."""
        try:
            recipient = mailbox(mail.recipient).addr_spec
            utf8 = not recipient.isascii()
            content = wire_form(mail, self._sender, eight_bit=True, utf8=utf8)
        except ValueError as why:
            return Refused(f"not a mail that can be sent: {clean(str(why))}")
        # -i: a line with a dot alone is no end. "--": an address that begins with "-" is no option.
        words = [self._command, "-i", "-f", self._sender.addr_spec, "--", recipient]
        try:
            done = subprocess.run(  # noqa: S603 - no shell, every word is one argument
                words,
                input=content.replace(b"\r\n", b"\n"),
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Deferred(f"{self._command} did not end within {self._timeout:g} s", away=True)
        except OSError as why:
            return Deferred(clean(f"{self._command}: {why}"), away=True)
        return self._judged(done)

    def _judged(self, done: "subprocess.CompletedProcess[bytes]") -> Delivery:
        if done.returncode == os.EX_OK:
            return Sent(f"taken by {self._command}")
        said = clean(
            done.stderr.decode("utf-8", "replace") or done.stdout.decode("utf-8", "replace")
        )
        detail = f"{self._command} ended with {done.returncode}: {said or 'no word'}"
        return Refused(detail) if done.returncode in _FOR_GOOD else Deferred(detail)

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        done = self.send(mail)
        yield DeliveryStep("hand over", isinstance(done, Sent), done.detail)

    def rest(self) -> None:
        """Nothing is kept open."""
