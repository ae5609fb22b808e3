"""The guard itself: vet a URL, resolve once, vet every address, connect to a vetted one."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from checker.adapters.guard.addresses import (
    IPAddress,
    IPNetwork,
    is_metadata,
    legacy_literal,
    literal,
    network,
    unwrap,
    why_refused,
)
from checker.adapters.guard.refusals import AddressRefusedError
from checker.adapters.guard.urls import Target, vet_url
from checker.errors import ConfigError

Resolve = Callable[..., Sequence[tuple[Any, ...]]]  # socket.getaddrinfo's shape
SocketOption = tuple[int, int, int | bytes]

_MAX_ADDRESSES = 6  # tried per connection; a name with more gains nothing from the rest
_MAX_LOOKUPS = 64  # at one time: a hung resolver must not breed threads without end


@dataclass(frozen=True, slots=True)
class Vetted:
    """One address that may be connected to, as ``getaddrinfo`` gave it."""

    family: int
    sockaddr: tuple[Any, ...]
    address: IPAddress


@dataclass(frozen=True, slots=True)
class _Allowed:
    """One source's allow-list, parsed."""

    networks: tuple[IPNetwork, ...] = ()
    exact: frozenset[tuple[IPAddress, int]] = frozenset()
    names: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = field(default=frozenset())

    def opens(self, host: str, address: IPAddress, port: int) -> bool:
        """Whether this list names *address* and *port*, or *host* and *port*, exactly."""
        named = (host, port) in self.names and not is_metadata(address)
        return named or (unwrap(address), port) in self.exact

    def holds(self, address: IPAddress) -> bool:
        """Whether a block of this list holds *address*; metadata only in a block of its own."""
        holding = [block for block in self.networks if unwrap(address) in block]
        if is_metadata(address):
            return any(block.num_addresses == 1 for block in holding)
        return bool(holding)


class Guard:
    """Decides for each source which addresses may be reached; global ones at ports 80 and 443.

    *allow* opens more, for the named source alone: ``"127.0.0.1:8908"``, ``"[::1]:8908"`` and
    ``"cms.local:8080"`` open exactly that host and port, ``"10.1.0.0/16"`` or a bare address
    opens addresses at the usual *ports*. Cloud metadata addresses need their exact address. The
    list comes from the configuration file only (faults A22). *everywhere* is such a list for all
    sources (an intranet). Raises ConfigError for entries that say neither.
    """

    def __init__(
        self,
        allow: Mapping[str, tuple[str, ...]] | None = None,
        *,
        everywhere: tuple[str, ...] = (),
        ports: Iterable[int] = (80, 443),
        resolve: Resolve | None = None,
    ) -> None:
        self._ports = frozenset(ports)
        self._resolve: Resolve = resolve or socket.getaddrinfo
        self._lookups = threading.BoundedSemaphore(_MAX_LOOKUPS)
        problems: list[str] = []
        self._everywhere = _parse("everywhere", everywhere, problems)
        self._allow = {
            source: _parse(f"source {source!r}", (*entries, *everywhere), problems)
            for source, entries in (allow or {}).items()
        }
        if problems:
            raise ConfigError(list(dict.fromkeys(problems)))

    def target(self, url: str, source: str) -> Target:
        """*url* taken apart, refused if it can be refused without asking a resolver.

        Raises UrlRefusedError or AddressRefusedError.
        """
        target = vet_url(url)
        allowed = self._allow.get(source, self._everywhere)
        address = legacy_literal(target.host)
        if address is not None:
            self._vet(target.host, address, target.port, allowed)
        if target.port not in self._ports | allowed.ports:
            raise AddressRefusedError(_refusal(target.host, f"port {target.port} is not allowed"))
        return target

    def addresses(
        self, host: str, port: int, source: str, timeout: float | None = None
    ) -> tuple[Vetted, ...]:
        """All addresses of *host*, each vetted. One that is refused refuses the whole name.

        Raises AddressRefusedError, and socket.gaierror, also without an answer within *timeout* s.
        """
        allowed = self._allow.get(source, self._everywhere)
        vetted = []
        for family, _, _, _, sockaddr in self._lookup(host, port, timeout):
            if family not in (socket.AF_INET, socket.AF_INET6) or sockaddr[1] != port:
                raise AddressRefusedError(_refusal(host, "it resolves to no IP address"))
            # A scope id ("%eth0") is stripped: link-local addresses are refused anyway.
            address = ip_address(str(sockaddr[0]).partition("%")[0])
            self._vet(host, address, port, allowed)
            vetted.append(Vetted(family, sockaddr, address))
        if not vetted:
            raise socket.gaierror(socket.EAI_NONAME, "no address for this name")
        return tuple(vetted)

    def connect(
        self,
        host: str,
        port: int,
        source: str,
        *,
        timeout: float | None,
        deadline: float | None = None,
        options: Iterable[SocketOption] = (),
    ) -> socket.socket:
        """A connection to a vetted address of *host*; the next one is tried if one fails.

        *timeout* bounds the lookup and each attempt, *deadline* (``time.monotonic``) all of
        them. Raises as ``addresses``, and the last attempt's OSError.
        """
        fault: OSError = TimeoutError("no time left to connect")
        for vetted in self.addresses(host, port, source, _left(timeout, deadline))[:_MAX_ADDRESSES]:
            left = _left(timeout, deadline)
            if left is not None and left <= 0:
                break
            try:
                return _connect(vetted, left, options)
            except OSError as error:
                fault = error
        raise fault

    def _vet(self, host: str, address: IPAddress, port: int, allowed: _Allowed) -> None:
        if allowed.opens(host, address, port):
            return
        reason = None if allowed.holds(address) else why_refused(address)
        if reason is None and port not in self._ports:
            reason = f"port {port} is not allowed"
        if reason is not None:
            raise AddressRefusedError(_refusal(host, reason))

    def _lookup(self, host: str, port: int, timeout: float | None) -> Sequence[tuple[Any, ...]]:
        """``getaddrinfo`` with a time limit, which it has not of itself (faults A24)."""
        if literal(host) is not None or timeout is None:
            return self._resolve(host, port, 0, socket.SOCK_STREAM)
        if not self._lookups.acquire(timeout=max(timeout, 0)):
            raise socket.gaierror(socket.EAI_AGAIN, "the resolver is overloaded")
        lookup = _Lookup(self._resolve, host, port, self._lookups.release)
        lookup.join(max(timeout, 0))
        if lookup.is_alive():
            raise socket.gaierror(socket.EAI_AGAIN, f"no answer within {timeout:.1f} s")
        if lookup.fault is not None:
            raise lookup.fault
        return lookup.found


class _Lookup(threading.Thread):
    """One lookup in a thread of its own, which may be left behind."""

    def __init__(self, resolve: Resolve, host: str, port: int, done: Callable[[], None]) -> None:
        super().__init__(name="checker-lookup", daemon=True)
        self._ask = (resolve, host, port)
        self._done = done
        self.found: Sequence[tuple[Any, ...]] = ()
        self.fault: OSError | None = None
        self.start()

    def run(self) -> None:
        resolve, host, port = self._ask
        try:
            self.found = resolve(host, port, 0, socket.SOCK_STREAM)
        except OSError as error:
            self.fault = error
        except UnicodeError:  # the codec "idna" refuses the name
            self.fault = socket.gaierror(socket.EAI_NONAME, "this is no host name")
        finally:
            self._done()


def _connect(
    vetted: Vetted, timeout: float | None, options: Iterable[SocketOption]
) -> socket.socket:
    sock = socket.socket(vetted.family, socket.SOCK_STREAM)
    try:
        for option in options:
            sock.setsockopt(*option)
        sock.settimeout(timeout)
        sock.connect(vetted.sockaddr)
        _refuse_other_peer(sock, vetted)
    except BaseException:
        sock.close()
        raise
    return sock


def _refuse_other_peer(sock: socket.socket, vetted: Vetted) -> None:
    """Last wall: whatever happened in between, the peer is the address that was vetted."""
    peer = ip_address(str(sock.getpeername()[0]).partition("%")[0])
    if peer != vetted.address:
        raise AddressRefusedError("the connection did not go to the address that was vetted")


def _left(timeout: float | None, deadline: float | None) -> float | None:
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    return left if timeout is None else min(timeout, left)


def _refusal(host: str, reason: str) -> str:
    return f"the address guard refused {host}: {reason}"


def _parse(whose: str, entries: Iterable[str], problems: list[str]) -> _Allowed:
    networks: list[IPNetwork] = []
    exact: set[tuple[IPAddress, int]] = set()
    names: set[tuple[str, int]] = set()
    for entry in entries:
        try:
            networks.append(network(entry))
            continue
        except ValueError:
            host, colon, port = entry.rpartition(":")
        if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            problems.append(
                f"{whose}, allow {entry!r}: neither host:port nor a CIDR block such as "
                f"10.1.0.0/16. Write one of these"
            )
            continue
        address = literal(host)
        if address is not None:
            exact.add((unwrap(address), int(port)))
        else:
            names.add((host.lower(), int(port)))
    ports = frozenset(port for _, port in exact) | frozenset(port for _, port in names)
    return _Allowed(tuple(networks), frozenset(exact), frozenset(names), ports)
