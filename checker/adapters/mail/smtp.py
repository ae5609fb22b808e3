"""Mail by SMTP (RFC 5321): encrypted or not at all, many mails over one connection."""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address

from checker.adapters.mail.message import mailbox, sender_address, wire_form
from checker.adapters.mail.settings import STEPS, SmtpSettings, context, refuse
from checker.adapters.mail.talk import (
    FAULTS,
    SERVICE_NOT_AVAILABLE,
    Encrypted,
    Plain,
    answered,
    data,
    detail,
    encryption,
    good,
    text,
)
from checker.ports import Deferred, Delivery, DeliveryStep, Mail, Refused, Sent
from checker.stages.banner.words import clean

_MOST_MAILS = 100  # over one connection; Postfix asks for no more, others hang up earlier
_IDLE = 20.0  # seconds after which a kept connection is not trusted to be there any more


class SmtpMailer:
    """Hands mails to a server, one after the other over one connection; thread-safe.

    Nothing is ever sent in plain where TLS is asked for. Raises MailError for settings that
    can't work: a bad sender, a login without TLS off loopback, an unreadable ``ca_file``.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._sender = sender_address(settings.sender)
        refuse(settings)
        self._context = None if settings.security == "none" else context(settings.ca_file)
        self._longest = STEPS * settings.timeout
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._server: smtplib.SMTP | None = None
        self._mails, self._used_at = 0, 0.0

    def send(self, mail: Mail) -> Delivery:
        """Hand *mail* over. Deferred when it may work later, Refused when it can't.

        A 5xx to the sender, the recipient or the content refuses this mail; one to the greeting
        or the login says nothing of it and defers, as does a connection lost after the final dot:
        the server may have the mail, and gets it again under the same Message-ID.
        """
        with self._lock, self._patience():
            try:
                answer = self._sent(mail)
            except ValueError as why:  # before the server has heard of it
                return Refused(f"not a mail that can be sent: {clean(str(why))}")
            if self._over.is_set() and isinstance(answer, Deferred):
                return Deferred(f"it took longer than {self._longest:g} s", away=True)
            return answer

    def _sent(self, mail: Mail) -> Delivery:
        kept = self._kept()
        try:
            server = kept or self._connect()
        except FAULTS as why:
            return Deferred(detail(why), away=True)
        answer = self._handed(server, mail, again=kept is not None)
        self._mails, self._used_at = self._mails + 1, time.monotonic()
        return answer

    def rest(self) -> None:
        """Say goodbye to the server."""
        with self._lock:
            self._hang_up()

    def trial(self, mail: Mail) -> Iterator[DeliveryStep]:
        """A connection of its own, told step by step: DNS, connect, TLS, login, accept."""
        self.rest()
        config = self._settings
        try:
            found = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)
        except OSError as why:
            yield DeliveryStep("DNS", ok=False, detail=f"{config.host}: {detail(why)}")
            return
        addresses = dict.fromkeys(str(one[4][0]) for one in found)
        yield DeliveryStep("DNS", ok=True, detail=f"{config.host} is {', '.join(addresses)}")
        ok = True
        with self._lock, self._patience():
            for step in self._trial_steps():
                ok = step.ok
                yield step
        if ok:
            done = self.send(mail)
            yield DeliveryStep("accept", isinstance(done, Sent), done.detail)
        self.rest()

    def _trial_steps(self) -> Iterator[DeliveryStep]:
        config, name = self._settings, "connect"
        try:
            server = self._dialled()
            where = f"{config.host}:{config.port}"
            yield DeliveryStep(name, ok=True, detail=f"{where} speaks SMTP")
            name = "TLS"
            if config.security == "starttls":
                self._encrypt(server)
            yield DeliveryStep(name, ok=True, detail=encryption(server))
            name = "login"
            if config.username is not None:
                self._log_in(server)
                yield DeliveryStep(name, ok=True, detail=f"as {config.username}")
        except FAULTS as why:
            self._hang_up()
            name = "TLS" if isinstance(why, ssl.SSLError) else name
            yield DeliveryStep(name, ok=False, detail=detail(why))

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Cuts a conversation that lasts too long: smtplib's own timeout begins anew with each
        byte."""
        self._over = over = threading.Event()

        def cut() -> None:
            over.set()
            server = self._server
            if server is not None and server.sock is not None:
                with suppress(OSError):
                    server.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._longest, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _kept(self) -> smtplib.SMTP | None:
        """The connection of the mail before, while it can be trusted to be there."""
        idle = time.monotonic() - self._used_at
        if self._server is not None and (idle > _IDLE or self._mails >= _MOST_MAILS):
            self._hang_up()
        return self._server

    def _hang_up(self) -> None:
        server, self._server, self._mails = self._server, None, 0
        if server is not None:
            # The mails are handed over or not: a server that fails at goodbye changes neither.
            with suppress(*FAULTS):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        """Greeted, encrypted and logged in."""
        try:
            server = self._dialled()
            if self._settings.security == "starttls":
                self._encrypt(server)
            if self._settings.username is not None:
                self._log_in(server)
        except BaseException:
            met, self._server = self._server, None
            if met is not None:
                met.close()
            raise
        return server

    def _dialled(self) -> smtplib.SMTP:
        """EHLO names the sender's domain: no DNS is asked."""
        config = self._settings
        host, port, me = config.host, config.port, self._sender.domain or "localhost"
        server: smtplib.SMTP
        if config.security == "tls":
            server = Encrypted(
                self._meet, host, port, me, timeout=config.timeout, context=self._context
            )
        else:
            server = Plain(self._meet, host, port, me, timeout=config.timeout)
        server.ehlo_or_helo_if_needed()
        return server

    def _meet(self, server: smtplib.SMTP) -> None:
        self._server, self._used_at = server, time.monotonic()

    def _encrypt(self, server: smtplib.SMTP) -> None:
        if not server.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError(
                "the server offers no STARTTLS; nothing is sent in plain"
            )
        server.starttls(context=self._context)
        server.ehlo_or_helo_if_needed()

    def _log_in(self, server: smtplib.SMTP) -> None:
        server.login(self._settings.username or "", self._settings.password or "")

    def _handed(self, server: smtplib.SMTP, mail: Mail, *, again: bool) -> Delivery:
        """One mail over *server*; *again*: a kept connection that is gone is made anew once."""
        try:
            return self._transaction(server, mail)
        except _UnheardError as why:
            self._hang_up()
            if not again or self._over.is_set():
                return Deferred(str(why), away=True)
        except FAULTS as why:
            self._hang_up()
            return Deferred(detail(why))
        try:
            return self._handed(self._connect(), mail, again=False)
        except FAULTS as why:
            return Deferred(detail(why), away=True)

    def _transaction(self, server: smtplib.SMTP, mail: Mail) -> Delivery:
        recipient = mailbox(mail.recipient).addr_spec
        form = _wire_form(server, mail, self._sender)
        if form is None:
            return Refused("the server takes no addresses beyond ASCII (SMTPUTF8, RFC 6531)")
        options, content = form
        try:
            answer = server.mail(self._sender.addr_spec, options)
        except (smtplib.SMTPServerDisconnected, OSError) as why:
            raise _UnheardError(detail(why)) from why
        if answer[0] == SERVICE_NOT_AVAILABLE:
            raise _UnheardError(text(*answer))
        code, said = answer
        if good(code):
            code, said = server.rcpt(recipient)
        if good(code):
            code, said = data(server, content)
        if good(code):
            return Sent(f"accepted by {self._settings.host}")
        self._start_anew(server, code)
        return answered(code, said)

    def _start_anew(self, server: smtplib.SMTP, code: int) -> None:
        """After a refusal the connection is good for the next mail, unless it says otherwise."""
        if code == SERVICE_NOT_AVAILABLE:
            self._hang_up()
            return
        with suppress(*FAULTS):
            if good(server.rset()[0]):
                return
        self._hang_up()


class _UnheardError(Exception):
    """The connection was gone before this mail was begun: whoever has it, nobody got anything."""


def _wire_form(
    server: smtplib.SMTP, mail: Mail, sender: Address
) -> tuple[tuple[str, ...], bytes] | None:
    """MAIL's options and the bytes, as the server can take them; None if it can't."""
    utf8 = not (sender.addr_spec + mailbox(mail.recipient).addr_spec).isascii()
    if utf8 and not server.has_extn("smtputf8"):
        return None
    eight_bit = utf8 or server.has_extn("8bitmime")
    content = wire_form(mail, sender, eight_bit=eight_bit, utf8=utf8)
    options = (("SMTPUTF8",) if utf8 else ()) + (("BODY=8BITMIME",) if eight_bit else ())
    size = (f"SIZE={len(content)}",) if server.has_extn("size") else ()
    return options + size, content
