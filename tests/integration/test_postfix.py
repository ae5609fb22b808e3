"""Debian's Postfix takes what we send, over STARTTLS and through its sendmail."""

from dataclasses import replace

import pytest

from checker.adapters.mail import SendmailMailer, SmtpMailer, SmtpSettings
from checker.model import UNSUBSCRIBE, Recipient, Rule
from checker.ports import Deferred, Refused, Sent
from checker.stages.alert import Desk, compose
from tests import postfix
from tests.contracts.test_mailer_contract import MAIL
from tests.helpers_banner import NOW, finding
from tests.stages.test_alert import alert

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not postfix.possible(), reason=postfix.WHY_NOT),
]
SENDER = "Archive checker <checker@archive.example>"


@pytest.fixture(scope="module")
def server():
    with postfix.running() as running:
        yield running


def mailer(server, **changes):
    settings = SmtpSettings(
        "127.0.0.1", server.port, "starttls", None, None, SENDER, 10, server.ca_file
    )
    return SmtpMailer(replace(settings, **changes))


def test_a_mail_arrives_as_it_was_composed(server):
    sink = mailer(server)
    assert isinstance(sink.send(MAIL), Sent)
    sink.rest()
    message = server.messages("desk", 1)[0]
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.created_at
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_body(("html",)).get_content().strip() == MAIL.html.strip()
    assert message.get_body(("plain",)).get_content() == MAIL.text
    (table,) = message.iter_attachments()
    assert table.get_filename() == "articles.csv"


def test_a_digest_with_a_large_table_arrives_whole(server):
    told = tuple(alert(number, finding(Rule.SOURCE_CORRECTED)) for number in range(3_000))
    sent = compose(Recipient("alice@news.example"), told, now=NOW, desk=Desk("c@archive.example"))
    sink = mailer(server)
    assert isinstance(sink.send(sent), Sent)
    sink.rest()
    (message,) = server.messages("alice", 1)
    html = message.get_body(("html",)).get_content()
    assert html.strip() == sent.html.replace(UNSUBSCRIBE, "").strip()
    (table,) = message.iter_attachments()
    assert len(table.get_content().splitlines()) == 3_001


def test_it_is_encrypted_and_refuses_plain(server):
    *_, last = mailer(server).trial(MAIL)
    assert last.ok, last.detail
    assert "Anonymous TLS connection established" in server.log()
    plain = mailer(server, security="none", ca_file=None)
    answer = plain.send(MAIL)
    assert isinstance(answer, Deferred)  # 530: says how we came, nothing of the mail
    assert answer.away
    assert "STARTTLS" in answer.detail
    wary = mailer(server, ca_file=None)
    assert "certificate verify failed" in wary.send(MAIL).detail


@pytest.mark.parametrize(
    ("recipient", "outcome", "said"),
    [
        ("nobody@news.example", Refused, "550 5.1.1"),
        ("desk@elsewhere.example", Refused, "554 5.7.1"),
        ("busy@news.example", Deferred, "450 4.2.0"),
    ],
)
def test_what_postfix_says_of_recipients(server, recipient, outcome, said):
    sink = mailer(server)
    answer = sink.send(replace(MAIL, recipient=recipient))
    assert isinstance(answer, outcome)
    assert answer.detail.startswith(said)
    again = replace(MAIL, message_id=f"<{outcome.__name__}.{recipient}>")
    assert isinstance(sink.send(again), Sent)  # over the same connection
    sink.rest()


def test_a_mail_that_is_too_large_is_refused(server):
    sink = mailer(server)
    answer = sink.send(replace(MAIL, text="x" * 3_000_000))
    assert isinstance(answer, Refused)
    assert answer.detail.startswith("552")
    sink.rest()


def test_its_sendmail_takes_a_mail_too(server):
    before = len(server.messages("desk", 0))
    sink = SendmailMailer(str(server.sendmail), SENDER)
    sent = replace(MAIL, message_id="<by.pipe@archive.example>", text=".\n.dot\nGrüße\n")
    assert isinstance(sink.send(sent), Sent)
    found = server.messages("desk", before + 1)
    (message,) = [one for one in found if one["Message-ID"] == sent.message_id]
    assert message.get_body(("plain",)).get_content() == sent.text
