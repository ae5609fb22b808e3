"""Addresses: international domains, hostile ones, and what of them a server hears."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.adapters.mail import SmtpMailer, sender_address, wire_form
from checker.adapters.mail.message import mailbox
from checker.ports import Refused, Sent
from tests.contracts.test_mailer_contract import MAIL
from tests.integration.test_mail import settings as smtp
from tests.smtp_server import Keep, smtp_server

SENDER = sender_address("Prüfer <checker@archive.example>")


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("desk@müller.example", "desk@xn--mller-kva.example"),
        ("desk@MÜLLER.example", "desk@xn--mller-kva.example"),
        ("desk@straße.example", "desk@xn--strae-oqa.example"),  # IDNA 2008: not strasse
        ("desk@例え.テスト", "desk@xn--r8jz45g.xn--zckzah"),
        ("desk@مثال.example", "desk@xn--mgbh0fb.example"),
        ("desk@ｎｅｗｓ.example", "desk@news.example"),  # full width
        ("a+b@sub.news.example", "a+b@sub.news.example"),
        ("o'brien.x@news.example", "o'brien.x@news.example"),
        ("desk@localhost", "desk@localhost"),
        ("böses@müller.example", "böses@xn--mller-kva.example"),
    ],
)
def test_a_server_hears_ascii_domains(written, heard):
    keep = Keep()
    with smtp_server(keep, enable_SMTPUTF8=True) as port:
        mailer = SmtpMailer(smtp(port))
        assert isinstance(mailer.send(replace(MAIL, recipient=written)), Sent)
        mailer.rest()
    assert keep.envelopes[0].rcpt_tos == [heard]
    assert heard in str(keep.messages[0]["To"])


@pytest.mark.parametrize(
    "written",
    [
        "", "@", "a", "a@", "@b", "a b@news.example", "a@b@c", "<a@b>", "a@b>", 'a"@b', "a@-b-.é",
        "a@b..c", "a@.b", "a@b.", "a@[127.0.0.1]", "a,b@c", "a;b@c", "a:b@c", "a@b\n", "a\x00@b",
        "a@b\r\nRCPT TO:<c@d>", "a@\ud800.example", "a\ud800@b", "a\u202e@b", "a\u2028@b",
        "x" * 65 + "@b", "a@" + "x" * 64, "a@" + "x." * 130 + "de", "a@xn--\x80.example", "a(b)@c",
        "a@é\u200d.example", "a@b\u3002\u3002c", "a\\@b", "a@b c",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_address_reaches_no_server(written):
    keep = Keep()
    with smtp_server(keep, enable_SMTPUTF8=True) as port:
        mailer = SmtpMailer(smtp(port))
        answer = mailer.send(replace(MAIL, recipient=written))
        mailer.rest()
    assert isinstance(answer, Refused)
    assert "not a mail that can be sent" in answer.detail
    assert keep.envelopes == []


@settings(max_examples=300, deadline=None)
@given(local=st.text(max_size=70), domain=st.text(max_size=70))
def test_any_text_is_an_address_or_none(local, domain):
    try:
        found = mailbox(f"{local}@{domain}")
    except ValueError:
        return
    assert found.domain.isascii()
    assert not set(found.addr_spec) & set(' \t\r\n\0<>,;:"()[]')


@settings(max_examples=150, deadline=None)
@given(odd=st.text(st.characters(codec=None), max_size=200))
def test_any_text_makes_a_mail_whose_headers_are_ours(odd):
    content = wire_form(
        replace(MAIL, subject=odd, text=odd, html=odd, unsubscribe=(), attachments=()), SENDER
    )
    content.decode("ascii")
    head, _, _ = content.partition(b"\r\n\r\n")
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in {b" ", b"\t"}]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To",
        b"Auto-Submitted", b"X-Auto-Response-Suppress", b"List-Id", b"MIME-Version",
        b"Content-Type",
    ]  # fmt: skip
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_the_same_mail_is_the_same_bytes():
    assert wire_form(MAIL, SENDER) == wire_form(MAIL, SENDER)
    other = replace(MAIL, text="another")
    assert wire_form(MAIL, SENDER) != wire_form(other, SENDER)
