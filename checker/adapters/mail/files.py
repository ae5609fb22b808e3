"""Mail as files: a folder of .eml files, or a maildir that mail programs open."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from checker.adapters.atomic import write_atomic
from checker.adapters.mail.message import sender_address, wire_form
from checker.ports import Deferred, Delivery, DeliveryStep, Mail, Refused, Sent
from checker.stages.banner.words import clean


class FolderMailer:
    """Writes each mail into *folder* as an .eml file, named after its day and Message-ID.

    The same mail sent twice is one file.
    """

    def __init__(self, folder: Path, sender: str = "archive-checker@localhost") -> None:
        self._folder = folder
        self._sender = sender_address(sender)

    def send(self, mail: Mail) -> Delivery:
        """Sent with the file's path; Deferred while the folder can't be written to."""
        try:
            content = wire_form(mail, self._sender, eight_bit=True)
        except ValueError as why:
            return Refused(f"not a mail that can be sent: {clean(str(why))}")
        try:
            return Sent(str(self._keep(mail, content)))
        except OSError as why:
            return Deferred(clean(str(why)), away=True)

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        done = self.send(mail)
        yield DeliveryStep("write", isinstance(done, Sent), done.detail)

    def rest(self) -> None:
        """Nothing is kept open."""

    def _keep(self, mail: Mail, content: bytes) -> Path:
        name = f"{mail.created_at:%Y-%m-%d}-{_digest(mail)}.eml"
        return _written(self._folder / name, content)


class MaildirMailer(FolderMailer):
    """Delivers into a maildir, whole or not at all.

    The same mail again replaces itself; one that was read meanwhile, and so lies in ``cur``, stays.
    """

    def _keep(self, mail: Mail, content: bytes) -> Path:
        for part in ("new", "cur", "tmp"):
            (self._folder / part).mkdir(parents=True, exist_ok=True)
        name = f"{mail.created_at.timestamp():.0f}.{_digest(mail)}.archive-checker"
        read = next((self._folder / "cur").glob(f"{name}*"), None)
        return read or _written(self._folder / "new" / name, content)


def _digest(mail: Mail) -> str:
    return sha256(mail.message_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _written(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, content)
    return target
