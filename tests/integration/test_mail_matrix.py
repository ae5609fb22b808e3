"""Whatever a server says, at whichever command: nothing is lost, nothing is believed too soon."""

import time
from dataclasses import replace

import pytest

from checker.adapters.mail import SmtpMailer
from checker.adapters.mail.settings import STEPS
from checker.model import UNSUBSCRIBE
from checker.ports import Deferred, Refused, Sent
from tests.contracts.test_mailer_contract import MAIL
from tests.growth import PATIENCE
from tests.integration.test_mail import PASSWORD, send, settings
from tests.smtp_server import Keep, certificate, dribbling_server, smtp_server

# Every reply code of RFC 5321, 4954, 3207, 7504 and 1846, and some that nobody has defined.
TEMPORARY = (400, 421, 422, 431, 432, 441, 442, 446, 447, 449, 450, 451, 452, 454, 455, 471, 499)
FOR_GOOD = (
    500, 501, 504, 510, 511, 512, 513, 515, 517, 521, 523, 541, 550, 551, 552, 553, 554, 555, 556,
    571, 599,
)  # fmt: skip
OF_THE_SESSION = (502, 503, 530, 534, 535, 538)  # bad order, a login is wanted or failed
ALL = (*TEMPORARY, *FOR_GOOD, *OF_THE_SESSION)
OF_THE_WAY = (421, *OF_THE_SESSION)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("matrix"), "127.0.0.1")


@pytest.fixture(scope="module")
def plain():
    keep = Keep()
    with smtp_server(keep) as port:
        yield keep, port


def forget(keep, **commands):
    keep.commands.clear()
    keep.envelopes.clear()
    keep.commands.update(commands)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", ALL)
def test_what_is_said_of_a_mail(plain, verb, code):
    keep, port = plain
    forget(keep, **{verb: f"{code} so it is"})
    mailer = SmtpMailer(settings(port))
    answer = mailer.send(MAIL)
    if code in FOR_GOOD:
        assert answer == Refused(f"{code} so it is")
    else:
        assert answer == Deferred(f"{code} so it is", away=code in OF_THE_WAY)
    assert keep.envelopes == []
    keep.commands.clear()
    assert isinstance(mailer.send(MAIL), Sent)  # the next one is none the worse for it
    mailer.rest()
    assert len(keep.envelopes) == 1


@pytest.mark.parametrize("code", ALL)
def test_what_is_said_after_the_final_dot(plain, code):
    keep, port = plain
    forget(keep)
    keep.answers["data"] = f"{code} so it is"
    try:
        answer = send(settings(port))
    finally:
        keep.answers.clear()
    refused = code in FOR_GOOD
    assert answer == (
        Refused(f"{code} so it is")
        if refused
        else Deferred(f"{code} so it is", away=code in OF_THE_WAY)
    )


@pytest.mark.parametrize("code", ALL)
def test_a_greeting_says_nothing_of_the_mail(plain, code):
    keep, port = plain
    forget(keep, greeting=f"{code} not today")
    assert send(settings(port)) == Deferred(f"{code} not today", away=True)
    assert keep.envelopes == []


@pytest.mark.parametrize("code", ALL)
def test_a_server_that_knows_no_ehlo_is_greeted_the_old_way(plain, code):
    keep, port = plain
    forget(keep, EHLO=f"{code} what")
    answer = send(settings(port))
    if code == 421:
        assert isinstance(answer, Deferred)
        assert answer.away
    else:
        assert isinstance(answer, Sent)
        assert keep.messages[0]["Subject"] == MAIL.subject  # without 8BITMIME
    forget(keep, EHLO=f"{code} what", HELO=f"{code} what")
    answer = send(settings(port))
    assert isinstance(answer, Deferred)
    assert answer.away


@pytest.mark.parametrize("code", ALL)
@pytest.mark.parametrize("verb", ["STARTTLS", "AUTH"])
def test_without_tls_or_login_nothing_leaves(encrypted, verb, code):
    context, ca_file = encrypted
    keep = Keep()
    with smtp_server(keep, starttls=context, passwords={"checker": PASSWORD}) as port:
        keep.commands[verb] = f"{code} no"
        config = settings(port, "starttls", ca_file=ca_file, username="checker", password=PASSWORD)
        answer = send(config)
    assert isinstance(answer, Deferred)
    assert answer.away
    if code not in {421, 503}:  # hung up; "already", which the library believes and MAIL does not
        assert str(code) in answer.detail
    assert PASSWORD not in answer.detail
    assert keep.envelopes == []


@pytest.mark.parametrize("code", [421, 451, 500, 503, 554])
@pytest.mark.parametrize("verb", ["RSET", "QUIT"])
def test_trouble_between_mails_is_not_theirs(plain, verb, code):
    keep, port = plain
    forget(keep, **{verb: f"{code} no", "RCPT": "550 who"})
    mailer = SmtpMailer(settings(port))
    assert mailer.send(MAIL) == Refused("550 who")
    del keep.commands["RCPT"]
    assert isinstance(mailer.send(MAIL), Sent)
    mailer.rest()
    assert isinstance(mailer.send(MAIL), Sent)
    mailer.rest()
    assert len(keep.envelopes) == 2


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"])
def test_a_server_that_hangs_up_in_the_middle(plain, verb):
    keep, port = plain
    forget(keep, **{verb: ""})
    mailer = SmtpMailer(settings(port))
    answer = mailer.send(MAIL)
    if verb in {"RSET", "QUIT"}:
        assert isinstance(answer, Sent)
    else:
        assert isinstance(answer, Deferred)
        assert keep.envelopes == []
    mailer.rest()


@pytest.mark.parametrize("said", ["200 odd", "251 not local, I'll forward", "252 can't verify"])
def test_whatever_begins_with_two_is_a_yes(plain, said):
    keep, port = plain
    forget(keep)
    keep.answers["data"] = said
    try:
        assert isinstance(send(settings(port)), Sent)
    finally:
        keep.answers.clear()


@pytest.mark.parametrize("said", ["350 more?", "100 wait", "hello", "999 ?", "25O OK"])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_what_is_no_answer_defers(plain, verb, said):
    keep, port = plain
    forget(keep, **{verb: said})
    assert isinstance(send(settings(port, timeout=0.5)), Deferred)
    assert keep.envelopes == []


def test_a_greylisting_server_gets_it_the_second_time(plain):
    keep, port = plain
    forget(keep, RCPT="451 4.7.1 greylisted, come back in 300 seconds")
    mailer = SmtpMailer(settings(port))
    first = mailer.send(MAIL)
    assert first == Deferred("451 4.7.1 greylisted, come back in 300 seconds")
    assert not first.away  # others are tried meanwhile
    keep.commands.clear()
    assert isinstance(mailer.send(MAIL), Sent)
    mailer.rest()
    assert [one["Message-ID"] for one in keep.messages] == [MAIL.message_id]


def test_many_mails_go_over_one_connection(plain):
    keep, port = plain
    forget(keep)
    peers = set()

    async def seen(server, session, envelope, hostname, responses):
        session.host_name = hostname
        peers.add(session.peer)
        return responses

    keep.handle_EHLO = seen
    mailer = SmtpMailer(settings(port))
    try:
        for number in range(150):
            one = replace(MAIL, message_id=f"<{number}@archive.example>")
            assert isinstance(mailer.send(one), Sent)
        mailer.rest()
    finally:
        del keep.handle_EHLO
    assert len(keep.envelopes) == 150
    assert len(peers) == 2  # no more than a hundred each


def test_a_server_that_says_a_byte_now_and_then_holds_up_nobody():
    with dribbling_server(0.02) as port:
        mailer = SmtpMailer(settings(port, timeout=0.1))
        started = time.monotonic()
        answer = mailer.send(MAIL)
        assert answer == Deferred(f"it took longer than {STEPS * 0.1:g} s", away=True)
        assert STEPS * 0.1 <= time.monotonic() - started < PATIENCE


def test_eight_bits_only_where_they_are_taken(plain):
    keep, port = plain
    forget(keep)
    assert isinstance(send(settings(port)), Sent)
    kept = keep.envelopes[0].content
    assert "Grüße".encode() in kept
    forget(keep, EHLO="500 what")
    assert isinstance(send(settings(port)), Sent)
    assert keep.envelopes[0].content.isascii()
    assert UNSUBSCRIBE.encode() not in kept


def test_a_trial_tells_each_step(encrypted):
    context, ca_file = encrypted
    keep = Keep()
    with smtp_server(keep, starttls=context, passwords={"checker": PASSWORD}) as port:
        config = settings(port, "starttls", ca_file=ca_file, username="checker", password=PASSWORD)
        steps = list(SmtpMailer(config).trial(MAIL))
        assert [(one.name, one.ok) for one in steps] == [
            ("DNS", True), ("connect", True), ("TLS", True), ("login", True), ("accept", True),
        ]  # fmt: skip
        assert "certificate checked" in steps[2].detail
        assert PASSWORD not in " ".join(one.detail for one in steps)
        keep.commands["RCPT"] = "550 no such user"
        *_, last = SmtpMailer(config).trial(MAIL)
        assert (last.name, last.ok, last.detail) == ("accept", False, "550 no such user")
        wrong = replace(config, password="wrong")
        *_, last = SmtpMailer(wrong).trial(MAIL)
        assert (last.name, last.ok) == ("login", False)
        assert last.detail.startswith("535")
        *_, last = SmtpMailer(replace(config, ca_file=None)).trial(MAIL)
        assert (last.name, last.ok) == ("TLS", False)
        assert "certificate verify failed" in last.detail
    *_, last = SmtpMailer(config).trial(MAIL)
    assert (last.name, last.ok) == ("connect", False)
    *_, last = SmtpMailer(replace(config, host="mail.invalid")).trial(MAIL)
    assert (last.name, last.ok) == ("DNS", False)
    assert len(keep.envelopes) == 1
