"""A composed mail in the form of RFC 5322, and addresses as servers take them."""

import html
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any
from unicodedata import category

import idna

from checker.errors import MailError
from checker.model import UNSUBSCRIBE, Attachment, Mail
from checker.stages.banner.words import clean

_MAILBOX = re.compile(
    r"""(?P<local>[^\x00-\x20\x7f-\xa0\ud800-\udfff()<>@,;:\\"\[\]]{1,64})"""
    r"@(?P<domain>(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*)"
)
_UNIFORM = re.compile(r"(?:https?|mailto):[!-;=?-~]+")  # what a URI may hold (RFC 3986), no <>
_BARE = frozenset({"list-unsubscribe", "list-id", "references", "in-reply-to", "message-id"})
_LONGEST_LINE = 998  # RFC 5322 §2.1.1


class _Policy(EmailPolicy):
    """Addresses of the web and of messages are one word each: the library would encode what is
    too long for a line, and no reader takes that. They are folded between words instead."""

    def fold(self, name: str, value: Any) -> str:
        if name.lower() not in _BARE:
            folded: str = SMTP.clone(utf8=self.utf8).fold(name, value)
            return folded
        return f"{name}: " + "\r\n ".join(str(value).split()) + "\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


_POLICY = _Policy(linesep="\r\n", max_line_length=_LONGEST_LINE, cte_type="7bit")


def wire_form(mail: Mail, sender: Address, *, eight_bit: bool = False, utf8: bool = False) -> bytes:
    """The bytes to hand over. Raises ValueError for an address or header that is none.

    *eight_bit*: bodies as they are (8BITMIME, RFC 6152); *utf8*: headers too (SMTPUTF8, RFC 6532).
    """
    policy = _POLICY.clone(cte_type="8bit" if eight_bit or utf8 else "7bit", utf8=utf8)
    message = EmailMessage(policy=policy)
    message["From"] = sender
    message["To"] = mailbox(mail.recipient)
    message["Subject"] = clean(mail.subject, 250)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    if mail.references:
        message["References"] = " ".join(mail.references)
        message["In-Reply-To"] = mail.references[-1]
    _list_headers(message, mail)
    link = mail.unsubscribe[0] if mail.unsubscribe else ""
    message.set_content(_encodable(mail.text.replace(UNSUBSCRIBE, link)))
    body = mail.html.replace(UNSUBSCRIBE, html.escape(link))
    message.add_alternative(_encodable(body), subtype="html")
    for one in mail.attachments:
        _attach(message, one)
    _bound(message, mail)
    return message.as_bytes()


def _bound(message: EmailMessage, mail: Mail) -> None:
    """The same mail is the same bytes at every attempt. What the boundary follows from holds all
    texts, so none of them can hold the boundary."""
    told = "\n".join(
        (mail.message_id, mail.text, mail.html, *(a.content for a in mail.attachments))
    )
    digest = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    for number, part in enumerate(one for one in message.walk() if one.is_multipart()):
        part.set_boundary(f"=_{digest}_{number}")


def _list_headers(message: EmailMessage, mail: Mail) -> None:
    # RFC 3834: no vacation responder answers, and no watcher of ours takes it for news (P28);
    # the other is for Outlook, which does not read that.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if mail.list_id:
        message["List-Id"] = mail.list_id
    if not mail.unsubscribe:
        return
    if not all(_UNIFORM.fullmatch(one) for one in mail.unsubscribe):
        raise ValueError("an unsubscribing address that is none")
    message["List-Unsubscribe"] = ", ".join(f"<{one}>" for one in mail.unsubscribe)
    if mail.unsubscribe[0].startswith("https:"):  # RFC 8058 §3.1: with https only
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _attach(message: EmailMessage, one: Attachment) -> None:
    kind, _, subtype = one.media_type.partition("/")
    name = clean(one.name, 80).replace("/", "-")
    content = _encodable(one.content).encode()
    message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    if kind == "text":
        *_, part = message.iter_attachments()
        part.set_param("charset", "utf-8")


def _encodable(text: str) -> str:
    """Without NUL and lone surrogates, which the library lets through (faults E15)."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def sender_address(text: str) -> Address:
    """``address`` or ``Name <address>``. Raises MailError."""
    name, address = parseaddr(text)
    try:
        if clean(text) != text.strip():
            raise ValueError("it holds control characters")  # noqa: TRY301 - one message for all
        return mailbox(address, name)
    except ValueError as why:
        raise MailError(
            "mail.sender", f"{text!r} is no mail address ({why})", "Use name@example.org."
        ) from None


def mailbox(text: str, name: str = "") -> Address:
    """A mailbox of RFC 5321, its domain in ASCII (RFC 5891). Raises ValueError.

    Stricter than the library's parser, whose faults on odd input are IndexErrors, and which takes
    no local part in UTF-8 (RFC 6531).
    """
    found = _MAILBOX.fullmatch(text)
    # Marks of direction, line separators and the like would be invisible (categories C and Z).
    if found is None or any(category(sign)[0] in "CZ" for sign in found["local"]):
        raise ValueError(f"{clean(text, 80)!r} is no mail address")
    return Address(display_name=name, username=found["local"], domain=_ascii(found["domain"]))


def _ascii(domain: str) -> str:
    """IDNA 2008, so that straße.de is not strasse.de; capitals and full-width forms are folded."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain.lower(), uts46=True).decode("ascii")
    except idna.IDNAError as why:
        raise ValueError(f"{clean(domain, 80)!r} is no domain ({clean(str(why), 80)})") from None
