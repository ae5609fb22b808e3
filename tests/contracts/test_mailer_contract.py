"""What every Mailer promises: by SMTP, into a folder, and the fake."""

import mailbox
import sys
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from checker.adapters.mail import (
    FolderMailer,
    MaildirMailer,
    SendmailMailer,
    SmtpMailer,
    SmtpSettings,
)
from checker.model import Attachment
from checker.ports import Mail, Refused, Sent
from tests.fakes_mail import FakeMailer
from tests.smtp_server import Keep, smtp_server

MAIL = Mail(
    message_id="<0123456789abcdef@archive.example>",
    recipient="desk@news.example",
    subject="3 articles outdated: “Brücke” gesperrt",
    text="Grüße.\n\n.dot at the start\nFrom the start\n" + "long " * 400 + "\n",
    html="<!DOCTYPE html><p>Grüße &amp; 🙂</p>\n",
    created_at=datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
    references=("<a@archive.example>", "<b@archive.example>"),
    unsubscribe=(
        f"https://desk.example/{'x' * 90}/unsubscribe/t",
        "mailto:e@desk.example?subject=no",
    ),
    list_id="Archive checker <archive-checker.archive.example>",
    attachments=(Attachment("articles.csv", "text/csv", "a,Grüße\r\n"),),
)


REAL = ["smtp", "folder", "maildir", "sendmail"]


@pytest.fixture(params=[*REAL, "fake"])
def mailer(request, tmp_path):
    """A mailer, and a function that gives the messages that have arrived."""
    sender = "Archive checker <checker@archive.example>"
    if request.param == "smtp":
        keep = Keep()
        with smtp_server(keep) as port:
            settings = SmtpSettings("127.0.0.1", port, "none", None, None, sender, timeout=5)
            sink = SmtpMailer(settings)
            yield sink, lambda: keep.messages
            sink.rest()
    elif request.param == "folder":
        folder = tmp_path / "mail" / "box"
        yield (
            FolderMailer(folder, sender),
            lambda: [
                message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in sorted(folder.glob("*.eml"))
            ],
        )
    elif request.param == "maildir":
        yield (
            MaildirMailer(tmp_path / "box", sender),
            lambda: [
                message_from_bytes(bytes(one), policy=policy.default)
                for one in mailbox.Maildir(tmp_path / "box")
            ],
        )
    elif request.param == "sendmail":
        program = sendmail(tmp_path / "queue")
        yield (
            SendmailMailer(str(program), sender),
            lambda: [
                message_from_bytes(path.read_bytes(), policy=policy.default)
                for path in sorted((tmp_path / "queue").glob("*.mail"))
            ],
        )
    else:
        yield FakeMailer(), None


def sendmail(queue):
    """A program that takes sendmail's options and keeps what it is given."""
    queue.mkdir()
    program = queue / "sendmail"
    program.write_text(
        f"""#!{sys.executable}
import sys, time
assert sys.argv[1:3] == ["-i", "-f"] and sys.argv[4] == "--" and len(sys.argv) == 6, sys.argv
open(f"{queue}/{{time.time_ns()}}.mail", "wb").write(sys.stdin.buffer.read())
"""
    )
    program.chmod(0o755)
    return program


def test_a_mail_is_sent(mailer):
    sink, _ = mailer
    assert isinstance(sink.send(MAIL), Sent)


def test_what_arrives_is_what_was_composed(mailer):
    sink, arrived = mailer
    sink.send(MAIL)
    if arrived is None:
        assert sink.sent == [MAIL]
        return
    (message,) = arrived()
    assert message["Subject"] == MAIL.subject
    assert message["From"] == "Archive checker <checker@archive.example>"
    assert message["To"] == MAIL.recipient
    assert message["Message-ID"] == MAIL.message_id
    assert message["References"].split() == list(MAIL.references)
    assert message["In-Reply-To"] == MAIL.references[-1]
    assert message["List-Id"] == MAIL.list_id
    assert "".join(message["List-Unsubscribe"].split()) == ",".join(
        f"<{one}>" for one in MAIL.unsubscribe
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == MAIL.created_at
    assert message.get_content_type() == "multipart/mixed"
    (table,) = message.iter_attachments()
    assert (table.get_filename(), table.get_content()) == ("articles.csv", "a,Grüße\r\n")
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert (text, html) == (MAIL.text, MAIL.html)


def test_the_same_mail_again_is_the_same_message(mailer):
    sink, arrived = mailer
    assert [type(sink.send(MAIL)) for _ in range(2)] == [Sent, Sent]
    if arrived is not None:
        assert {message["Message-ID"] for message in arrived()} == {MAIL.message_id}


@pytest.mark.parametrize("mailer", REAL, indirect=True)  # the fake answers as it is told
@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "nobody"},
        {"recipient": ""},
        {"recipient": "a@news.example\r\nRCPT TO:<b@evil.example>"},
        {"recipient": "a@news.example, b@evil.example"},
        {"recipient": "a@news.example\0"},
        {"recipient": "a\ud800@news.example"},
        {"message_id": "<a@b>\r\nBcc: b@evil.example"},
        {"references": ("<a@b>\r\nBcc: b@evil.example",)},
        {"list_id": "x\r\nBcc: b@evil.example"},
        {"unsubscribe": ("https://x.example/\r\nBcc: b@evil.example",)},
        {"unsubscribe": ("javascript:alert(1)",)},
    ],
    ids=str,
)
def test_what_is_no_mail_is_refused(mailer, changes):
    sink, arrived = mailer
    answer = sink.send(replace(MAIL, **changes))
    assert isinstance(answer, Refused)
    assert "not a mail that can be sent" in answer.detail
    assert arrived() == []


def test_odd_text_can_not_break_out(mailer):
    sink, arrived = mailer
    odd = "a\r\nBcc: b@evil.example\0\ud800\u2028x\r\n.\r\nQUIT\r\n"
    assert isinstance(sink.send(replace(MAIL, subject=odd, text=odd, html=odd)), Sent)
    if arrived is not None:
        (message,) = arrived()
        assert message["Bcc"] is None
        assert message["Subject"] == "a Bcc: b@evil.example x . QUIT"
        assert "QUIT" in message.get_body(("plain",)).get_content()
