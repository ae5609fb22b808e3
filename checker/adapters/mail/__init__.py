"""Mail leaves here: by SMTP, by a program like sendmail, or as files."""

from checker.adapters.mail.files import FolderMailer, MaildirMailer
from checker.adapters.mail.message import sender_address, wire_form
from checker.adapters.mail.pipe import SendmailMailer
from checker.adapters.mail.postman import Postman
from checker.adapters.mail.settings import SmtpSettings
from checker.adapters.mail.smtp import SmtpMailer

__all__ = [
    "FolderMailer",
    "MaildirMailer",
    "Postman",
    "SendmailMailer",
    "SmtpMailer",
    "SmtpSettings",
    "sender_address",
    "wire_form",
]
