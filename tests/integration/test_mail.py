"""Mail against a real server: encryption, logins, refusals, lost connections (faults P22 to P27)."""

import socket
import ssl
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from checker.adapters.mail import FolderMailer, SendmailMailer, SmtpMailer, SmtpSettings
from checker.adapters.mail import settings as adapter
from checker.errors import MailError
from checker.model import Recipient, Rule
from checker.ports import Deferred, Refused, Sent
from checker.stages.alert import Desk, compose
from tests.contracts.test_mailer_contract import MAIL
from tests.helpers_banner import NOW, finding
from tests.smtp_server import Keep, certificate, scripted_server, smtp_server
from tests.stages.test_alert import alert

PASSWORD = "correct horse"


def settings(port, security="none", **changes):
    base = SmtpSettings(
        "127.0.0.1", port, security, None, None, "checker@archive.example", timeout=5
    )
    return replace(base, **changes)


def send(config, mail=MAIL):
    """One mail over a connection of its own."""
    mailer = SmtpMailer(config)
    try:
        return mailer.send(mail)
    finally:
        mailer.rest()


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("good"), "127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def misnamed(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("misnamed"), "mx.elsewhere.example")


def test_a_composed_mail_arrives_as_composed():
    keep = Keep()
    correction = finding(Rule.SOURCE_CORRECTED, message="Die Brücke wurde korrigiert.")
    sent = compose(
        Recipient("desk@news.example"), (alert(1, correction),), now=NOW, desk=Desk("c@x.example")
    )
    with smtp_server(keep) as port:
        assert send(settings(port), sent) == Sent("accepted by 127.0.0.1")
    (message,) = keep.messages
    assert message["Subject"] == sent.subject
    assert message["Message-ID"] == sent.message_id
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == sent.text
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == sent.html
    (envelope,) = keep.envelopes
    assert envelope.rcpt_tos == ["desk@news.example"]
    assert envelope.mail_from == "checker@archive.example"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_logged_in(good, security):
    context, ca_file = good
    keep = Keep()
    passwords = {"checker": PASSWORD} if security == "starttls" else None
    with smtp_server(keep, **{security: context}, passwords=passwords) as port:
        config = settings(port, security, ca_file=ca_file)
        if passwords:
            config = replace(config, username="checker", password=PASSWORD)
        assert isinstance(send(config), Sent)
    assert len(keep.messages) == 1
    assert keep.logins == [b"checker" if passwords else None]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_certificate_defers(good, security):
    context, _ = good
    keep = Keep()
    with smtp_server(keep, **{security: context}) as port:
        answer = send(settings(port, security))
    assert isinstance(answer, Deferred)
    assert "certificate verify failed" in answer.detail
    assert keep.envelopes == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_of_another_name_defers(misnamed, security):
    context, ca_file = misnamed
    with smtp_server(Keep(), **{security: context}) as port:
        answer = send(settings(port, security, ca_file=ca_file))
    assert isinstance(answer, Deferred)
    assert "IP address mismatch" in answer.detail


def test_without_starttls_nothing_is_sent_in_plain():
    keep = Keep()
    with smtp_server(keep) as port:
        config = settings(port, "starttls", username="checker", password=PASSWORD)
        answer = send(config)
    assert answer == Deferred("the server offers no STARTTLS; nothing is sent in plain", away=True)
    assert keep.envelopes == []


def test_refused_starttls_never_falls_back():
    lines = (b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", b"454 not now\r\n")
    with scripted_server(*lines) as (port, heard):
        config = settings(port, "starttls", username="u", password=PASSWORD, timeout=1)
        answer = send(config)
    assert answer == Deferred("454 not now", away=True)
    assert [line.split()[:1] for line in heard] == [[b"ehlo"], [b"STARTTLS"], []]


def test_a_refused_login_defers(good):
    context, ca_file = good
    keep = Keep()
    with smtp_server(keep, starttls=context, passwords={"checker": PASSWORD}) as port:
        config = settings(port, "starttls", ca_file=ca_file, username="checker", password="wrong")
        answer = send(config)
    assert isinstance(answer, Deferred)
    assert answer.detail.startswith("535")
    assert "wrong" not in answer.detail


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # aiosmtpd's, about just that
def test_a_login_on_loopback_needs_no_encryption():
    keep = Keep()
    with smtp_server(keep, passwords={"checker": PASSWORD}) as port:
        config = settings(port, username="checker", password=PASSWORD)
        assert isinstance(send(config), Sent)
    assert keep.logins == [b"checker"]


@pytest.mark.parametrize(
    ("where", "answer", "outcome"),
    [
        ("rcpt", "450 mailbox busy", Deferred("450 mailbox busy")),
        ("rcpt", "550 no such user", Refused("550 no such user")),
        ("data", "451 try later", Deferred("451 try later")),
        ("data", "554 looks like spam", Refused("554 looks like spam")),
        ("mail", "452 full", Deferred("452 full")),
        ("mail", "550 who are you", Refused("550 who are you")),
        ("rcpt", "421 shutting down", Deferred("421 shutting down", away=True)),
    ],
)
def test_answers_of_the_server(where, answer, outcome):
    keep = Keep(**{where: answer})
    with smtp_server(keep) as port:
        assert send(settings(port)) == outcome
    assert keep.envelopes == []


def test_a_connection_lost_after_the_dot_defers_under_the_same_id():
    keep = Keep(data="drop")
    with smtp_server(keep) as port:
        mailer = SmtpMailer(settings(port))
        answer = mailer.send(MAIL)
        assert isinstance(answer, Deferred)
        assert "closed" in answer.detail or "reset" in answer.detail
        keep.answers.clear()
        assert isinstance(mailer.send(MAIL), Sent)
        mailer.rest()
    assert [message["Message-ID"] for message in keep.messages] == [MAIL.message_id] * 2


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (b"220 mx\r\n",),
        (b"220 mx\r\n", b"250 mx\r\n"),
        (b"220 mx\r\n", b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n"),
        (b"220 mx\r\n", b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"),
    ],
    ids=["greeting", "ehlo", "mail", "data", "dot"],
)
def test_a_server_that_hangs_defers(lines):
    with scripted_server(*lines) as (port, _):
        answer = send(settings(port, timeout=0.3))
    assert isinstance(answer, Deferred)
    assert "timed out" in answer.detail


def test_a_greeting_that_refuses_says_nothing_of_the_mail():
    with scripted_server(b"554 no service here\r\n") as (port, _):
        answer = send(settings(port, timeout=1))
    assert answer == Deferred("554 no service here", away=True)


def test_a_server_that_hangs_at_goodbye_has_the_mail():
    ok = b"250 ok\r\n"
    with scripted_server(b"220 mx\r\n", ok, ok, ok, b"354 go\r\n") as (port, _):
        config = settings(port, timeout=0.3)
        assert isinstance(send(config), Deferred)  # no answer to the dot
    keep = Keep()
    with smtp_server(keep) as port:
        assert isinstance(send(settings(port)), Sent)


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = send(settings(port))
    assert isinstance(answer, Deferred)
    assert "refused" in answer.detail


def test_answers_of_hostile_servers_are_cleaned():
    with scripted_server(b"554 \x1b[31mred\x00\r\n") as (port, _):
        answer = send(settings(port, timeout=1))
    assert answer == Deferred("554 [31mred", away=True)


def test_an_address_that_the_server_can_not_take_is_refused():
    with smtp_server(Keep(), enable_SMTPUTF8=False) as port:
        answer = send(settings(port), replace(MAIL, recipient="böses@news.example"))
    assert isinstance(answer, Refused)
    assert "SMTPUTF8" in answer.detail
    keep = Keep()
    with smtp_server(keep, enable_SMTPUTF8=True) as port:
        mailer = SmtpMailer(settings(port))
        assert isinstance(mailer.send(replace(MAIL, recipient="böses@news.example")), Sent)
        mailer.rest()
    assert keep.envelopes[0].rcpt_tos == ["böses@news.example"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"host": "mail.example", "username": "u", "password": PASSWORD}, "login without TLS"),
        ({"host": "192.0.2.1", "username": "u"}, "login without TLS"),
        ({"security": "ssl"}, "is unknown"),
        ({"sender": "nobody"}, "no mail address"),
        ({"sender": ""}, "no mail address"),
        ({"sender": "a@b\r\nBcc: c@d"}, "no mail address"),
        ({"security": "tls", "ca_file": "/nonexistent/ca.pem"}, "can't be used"),
    ],
)
def test_settings_that_can_not_work_are_refused_at_once(changes, why):
    with pytest.raises(MailError, match=why) as caught:
        SmtpMailer(settings(25, **changes))
    assert PASSWORD not in str(caught.value)


def test_a_file_that_holds_no_certificate_is_refused(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(MailError, match="can't be used"):
        SmtpMailer(settings(465, "tls", ca_file=str(tmp_path / "ca.pem")))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_loopback_logins_are_fine(host):
    SmtpMailer(settings(25, host=host, username="u", password=PASSWORD))


def test_the_password_is_not_shown():
    assert PASSWORD not in repr(settings(25, password=PASSWORD))


def test_certificates_and_names_are_checked():
    context = adapter.context(None)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


# --- folder ---


def test_files_are_named_after_day_and_message(tmp_path):
    mailer = FolderMailer(tmp_path / "box")
    answer = mailer.send(MAIL)
    assert isinstance(answer, Sent)
    assert mailer.send(MAIL) == answer
    (path,) = (tmp_path / "box").iterdir()
    assert answer.detail == str(path)
    assert path.name.startswith("2026-11-24-")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["From"] == "archive-checker@localhost"
    mailer.send(replace(MAIL, message_id="<../../x@y>"))
    assert len(list((tmp_path / "box").iterdir())) == 2


def test_a_folder_that_can_not_be_written_defers(tmp_path):
    (tmp_path / "box").write_text("a file")
    answer = FolderMailer(tmp_path / "box").send(MAIL)
    assert isinstance(answer, Deferred)
    assert "exists" in answer.detail


def test_a_sender_that_is_none_is_refused(tmp_path):
    with pytest.raises(MailError, match="no mail address"):
        FolderMailer(tmp_path, "nobody")


# --- a program like sendmail ---


def program(folder, body):
    made = folder / "sendmail"
    made.write_text(f"#!/bin/sh\n{body}\n")
    made.chmod(0o755)
    return str(made)


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ("cat >/dev/null; exit 0", Sent, "taken by"),
        ("cat >/dev/null; echo full >&2; exit 75", Deferred, "ended with 75: full"),
        ("cat >/dev/null; echo odd; exit 1", Deferred, "ended with 1: odd"),
        ("cat >/dev/null; exit 64", Refused, "ended with 64: no word"),
        ("cat >/dev/null; printf 'a\\033[31mb' >&2; exit 65", Refused, "[31mb"),
        ("cat >/dev/null; exit 67", Refused, "67"),
        ("cat >/dev/null; exit 68", Refused, "68"),
        ("kill -9 $$", Deferred, "ended with -9"),
        ("exec sleep 5", Deferred, "did not end within 0.3 s"),
    ],
)
def test_what_a_program_answers(tmp_path, body, outcome, said):
    patience = 0.3 if "sleep" in body else 20
    sink = SendmailMailer(program(tmp_path, body), "checker@archive.example", timeout=patience)
    answer = sink.send(MAIL)
    assert isinstance(answer, outcome)
    assert said in answer.detail
    assert "\x1b" not in answer.detail


def test_a_program_that_vanished_defers_and_one_that_is_none_is_refused(tmp_path):
    path = program(tmp_path, "cat >/dev/null")
    sink = SendmailMailer(path, "checker@archive.example")
    (step,) = sink.trial(MAIL)
    assert (step.name, step.ok) == ("hand over", True)
    (tmp_path / "sendmail").unlink()
    answer = sink.send(MAIL)
    assert isinstance(answer, Deferred)
    assert answer.away
    for wrong in (path, "sendmail"):
        with pytest.raises(MailError, match="no program that can be started"):
            SendmailMailer(wrong, "checker@archive.example")


def test_an_address_that_looks_like_an_option_is_none(tmp_path):
    path = program(tmp_path, f'cat >/dev/null; printf "%s\\n" "$@" >{tmp_path}/words')
    sink = SendmailMailer(path, "checker@archive.example")
    assert isinstance(sink.send(replace(MAIL, recipient="-Cetc@news.example")), Sent)
    words = (tmp_path / "words").read_text().splitlines()
    assert words == ["-i", "-f", "checker@archive.example", "--", "-Cetc@news.example"]
