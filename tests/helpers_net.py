"""What tests of the network share: a clock that stands, resolvers, and certificates."""

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Stopped:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def resolver(
    names: Mapping[str, Iterable[str]], asked: list[str] | None = None
) -> Callable[..., list[tuple[Any, ...]]]:
    """A ``getaddrinfo`` that knows *names* (``"*"``: all others) and literal addresses only."""

    def resolve(host: str, port: int, *_: int) -> list[tuple[Any, ...]]:
        if asked is not None:
            asked.append(host)
        found = names.get(host.rstrip("."))
        if found is None:
            found = _literals(host) or names.get("*")
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [_info(address, port) for address in found]

    return resolve


def _literals(host: str) -> list[str] | None:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        return None


def _info(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


@dataclass(frozen=True)
class Authority:
    """A certificate authority of our own, its certificate in ``file``."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path

    def server(
        self,
        folder: Path,
        name: str,
        *,
        until: datetime | None = None,
        addresses: tuple[IPv4Address | IPv6Address, ...] = (),
    ) -> ssl.SSLContext:
        """A server's context with a certificate for *name* and *addresses*."""
        names = [x509.DNSName(name), *map(x509.IPAddress, addresses)]
        key = ec.generate_private_key(ec.SECP256R1())
        until = until or datetime.now(UTC) + timedelta(days=2)
        certificate = (
            _builder(name, self.certificate.subject, key, until)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
            .sign(self.key, hashes.SHA256())
        )
        path = folder / f"{name}-{until:%Y%m%d}.pem"
        path.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def authority(folder: Path, name: str = "Test Authority") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        _builder(name, subject, key, datetime.now(UTC) + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_CA_USAGE, critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "authority.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(key, certificate, file)


_CA_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=30))
        .not_valid_after(until)
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
