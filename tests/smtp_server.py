"""A real SMTP server on loopback (aiosmtpd), with certificates of its own making."""

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Keep:
    """Keeps what is delivered; ``answers`` scripts what handlers say, ``commands`` (for any
    command, also before it is carried out) what the server says."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.commands: dict[str, str] = {}
        self.envelopes = []
        self.logins = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.answers.get("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if answer := self.answers.get("mail"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answers.get("data") == "drop":
            self.envelopes.append(envelope)
            server.transport.abort()
            await asyncio.sleep(0)
            return "250 never read"
        if answer := self.answers.get("data"):
            return answer
        self.envelopes.append(envelope)
        self.logins.append(session.auth_data)
        return "250 OK"

    @property
    def messages(self):
        return [message_from_bytes(e.content, policy=policy.default) for e in self.envelopes]


class _Controller(Controller):
    def __init__(self, handler, *, smtp_options, **options) -> None:
        self._smtp_options = smtp_options
        super().__init__(handler, hostname="127.0.0.1", port=0, **options)

    def factory(self):
        server = SMTP(self.handler, hostname="mx.test", **self._smtp_options)
        _script(server, getattr(self.handler, "commands", {}))
        return server

    def _trigger_server(self):
        """The base class connects to port 0; ask the socket which port it got."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _script(server: SMTP, commands: dict[str, str]) -> None:
    """Let *server* answer what *commands* say, at the moment when it is asked: ``"greeting"`` and
    the SMTP verbs. "" hangs up without a word."""

    def scripted(verb, usual):
        async def answer(argument):
            said = commands.get(verb)
            if said is None:
                await usual(argument)
                return
            if said:
                await server.push(said)
            if not said or said.startswith("421"):
                server.transport.close()

        return answer

    methods = server._smtp_methods
    for verb in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"):
        methods[verb] = scripted(verb, methods[verb])
    push = server.push

    async def greeted(status):
        first = status if isinstance(status, str) else status.decode()
        if first.startswith("220 mx.test") and (said := commands.get("greeting")) is not None:
            status = said
        await push(status)

    server.push = greeted


@contextmanager
def smtp_server(handler, *, tls=None, starttls=None, passwords=None, **options):
    """Yields the port. ``tls`` and ``starttls`` are contexts, ``passwords`` maps user to password."""

    def authenticate(server, session, envelope, mechanism, data):
        good = passwords.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=good, handled=False, auth_data=data.login if good else None)

    if passwords is not None:
        options |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_require_tls": starttls is not None,
        }
    if starttls is not None:
        options |= {"tls_context": starttls, "require_starttls": True}
    controller = _Controller(handler, smtp_options=options, ssl_context=tls)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, str]:
    """A server context with a self-made certificate for *names*, and its PEM file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    alternatives = [
        x509.IPAddress(ipaddress.ip_address(one)) if one[0].isdigit() else x509.DNSName(one)
        for one in names
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "ca.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)


@contextmanager
def dribbling_server(pause: float):
    """Says a byte of a greeting now and then, for ever. Yields the port."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        client, _ = listener.accept()
        with client:
            while not stop.wait(pause):
                try:
                    client.sendall(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listener.close()


@contextmanager
def scripted_server(*lines: bytes):
    """Says each of *lines* once per line heard (the first unasked), then hangs. Yields the port
    and what was heard."""
    heard: list[bytes] = []
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        client, _ = listener.accept()
        with client, client.makefile("rb") as file:
            for line in lines:
                client.sendall(line)
                heard.append(file.readline())
            stop.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        stop.set()
        thread.join()
        listener.close()
