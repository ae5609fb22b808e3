"""URLs that may be asked at all: what two parsers read alike, and nothing odd in between.

``urllib.parse`` and urllib3 disagree on 81 of 279 absolute http inputs of the WHATWG list; a check
by one of them says nothing about where the other connects (GHSA-rph4-96w6-q594).
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from checker.adapters.guard.addresses import literal
from checker.adapters.guard.refusals import UrlRefusedError

MAX_URL = 8_192  # bytes; RFC 9110 §4.1 asks for at least 8,000. Parsers' quadratics end here.
_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\\s]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_PLAIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9][a-z0-9.-]*[a-z0-9])(?::(?P<port>[1-9][0-9]{0,3}))?"
    r"(?P<path>/[A-Za-z0-9/._~=&?+,;!-]*)?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads: *host* in ASCII, lower case, without brackets; *uri* has no fragment."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    uri: str

    @property
    def authority(self) -> str:
        """``host`` or ``host:port``, as the Host field has it (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        """Path and query, as they go into the request line."""
        return self.uri[len(self.scheme) + len("://") + len(self.authority) :]


@lru_cache(maxsize=1_024)
def vet_url(url: str) -> Target:
    """*url* taken apart, if it is plain http(s). Raises UrlRefusedError with the reason."""
    plain = _PLAIN.fullmatch(url)
    if plain is not None and len(url) <= MAX_URL and _is_name(plain["host"]):
        return _plain(plain)
    _refuse_odd(url)
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError as error:
        raise UrlRefusedError(f"not a URL: {error}") from error
    if split.scheme not in _DEFAULT_PORTS:
        raise UrlRefusedError(f"only http and https are fetched, not {split.scheme or 'no scheme'}")
    scheme: Literal["http", "https"] = "https" if split.scheme == "https" else "http"
    if "@" in split.netloc:
        raise UrlRefusedError("user names and passwords in URLs are refused")
    host = _agreed_host(url, split, port)
    if port == 0:
        raise UrlRefusedError("port 0 can't be asked")
    target = Target(scheme, host, port or _DEFAULT_PORTS[scheme], "")
    # Path and query verbatim: urlunsplit() treats "//" in paths as its patch level likes.
    path = url.split("//", 1)[1][len(split.netloc) :].partition("#")[0]
    uri = f"{scheme}://{target.authority}{path if path.startswith('/') else '/' + path}"
    return Target(scheme, host, target.port, uri)


def _plain(found: re.Match[str]) -> Target:
    """Most addresses are so plain that no two parsers can disagree: none is asked."""
    scheme: Literal["http", "https"] = "https" if found["scheme"] == "https" else "http"
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    bare = Target(scheme, found["host"], port, "")
    return replace(bare, uri=f"{scheme}://{bare.authority}{found['path'] or '/'}")


def _refuse_odd(url: str) -> None:
    try:
        size = len(url.encode())
    except UnicodeEncodeError as error:
        raise UrlRefusedError("not a URL: it has lone surrogates") from error
    if size > MAX_URL:
        raise UrlRefusedError(f"longer than {MAX_URL} bytes")
    if _ODD.search(url):
        raise UrlRefusedError("control characters, spaces and backslashes are refused")


def _agreed_host(url: str, split: SplitResult, port: int | None) -> str:
    """The host on which both parsers agree, in ASCII; a port must be the same to both, too."""
    host = split.hostname
    if not host:
        raise UrlRefusedError("no host")
    if "%" in host:
        raise UrlRefusedError("hosts with % (zone ids, hidden characters) are refused")
    try:
        other = parse_url(url)
        encoded = host if host.isascii() else parse_url(f"http://{host}/").host
    except LocationParseError as error:
        raise UrlRefusedError("the host is no host name") from error
    theirs = (other.host or "").lower().removeprefix("[").removesuffix("]")
    if theirs != (encoded or "").lower() or other.port != port:
        raise UrlRefusedError("two URL parsers disagree on its host and port")
    _refuse_malformed(theirs)
    return theirs


def _refuse_malformed(host: str) -> None:
    if ":" in host:
        if literal(host) is None:
            raise UrlRefusedError("the host is no IPv6 address")
        return
    if not _is_name(host):
        raise UrlRefusedError("the host is no host name")


def _is_name(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return len(host) <= 254 and all(_LABEL.fullmatch(label) for label in labels)
