"""requests' adapter over connections that the address guard makes.

The adapter keeps the pools, and those are asked by themselves. A ``Session`` reads and decodes the
whole body of a redirect even with ``allow_redirects=False`` (measured: 305,779 bytes became
631 MiB), keeps cookies, looks into the environment and ``.netrc``; a prepared request parses its
URL six times over. None of that is wanted here, and together it is two thirds of what a 304 costs.

``_new_conn`` is a private name of urllib3: hence urllib3 < 3, and tests with a canary.
"""

import logging
import socket
import ssl
import sys
import threading
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
)

from checker.adapters.guard import Guard, Target
from checker.adapters.http.limits import FetchLimits
from checker.adapters.http.meter import MeteredResponse
from checker.adapters.http.watchdog import Watchdog
from checker.errors import ConfigError

# It would log header blocks and URLs as strangers sent them (faults B29). What matters of them is
# in our failures.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

_POOLS = 256  # hosts kept per source: measured 3.3 ms a fetch with 10, 1.6 with 256 (150 hosts)
_KEPT = 4  # connections per host; politeness rarely needs more than one


class Dialler:
    """What a connection needs to know besides host and port."""

    def __init__(
        self, limits: FetchLimits, guard: Guard | None, source: str, dog: Watchdog
    ) -> None:
        self.guard = guard  # None: the connection goes to the configured proxy
        self.source = source
        self.dog = dog
        self.response_class = partial(
            MeteredResponse, header_bytes=limits.header_bytes, wire_bytes=limits.wire_bytes
        )

    def dial(self, connection: HTTPConnection) -> socket.socket:
        """A connected socket, its errors as urllib3 wants them; refusals pass through."""
        host = connection._dns_host  # noqa: SLF001  # with its trailing dot, for the resolver
        try:
            sock = self._connect(connection, host)
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, str(error)) from error
        except OSError as error:
            raise NewConnectionError(connection, error.strerror or str(error)) from error
        sys.audit("http.client.connect", connection, connection.host, connection.port)
        try:
            self.watch(sock)
        except OSError:  # no descriptor left
            sock.close()
            raise
        return sock

    def _connect(self, connection: HTTPConnection, host: str) -> socket.socket:
        timeout = connection.timeout
        watch = self.dog.current
        if self.guard is None:
            return socket.create_connection((host, connection.port), timeout)
        return self.guard.connect(
            host,
            connection.port,
            self.source,
            timeout=timeout,
            deadline=watch.at if watch else None,
            options=connection.socket_options or (),
        )

    def watch(self, sock: socket.socket) -> None:
        watch = self.dog.current
        if watch is not None:
            watch.attach(sock)

    def note_reuse(self, *, reused: bool) -> None:
        watch = self.dog.current
        if watch is not None:
            watch.reused = reused


class _Guarded(HTTPConnection):
    """Mixed into both connection classes."""

    def __init__(self, *args: Any, dialler: Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler
        self.response_class = dialler.response_class  # type: ignore[assignment]  # a factory does

    def _new_conn(self) -> socket.socket:
        return self._dialler.dial(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        kept = self.sock
        # HTTPSConnection connects before its first request, so "kept" means "was used before".
        self._dialler.note_reuse(reused=self._used)
        if kept is not None and self._used:
            self._dialler.watch(kept)
        self._used = True
        super().request(*args, **kwargs)

    def close(self) -> None:
        self._used = False
        super().close()

    _used = False


class GuardedHTTP(_Guarded, HTTPConnection):
    """``http``: connects where the guard says."""


class GuardedHTTPS(_Guarded, HTTPSConnection):
    """``https``: the same; SNI, certificate and Host stay with the name."""


class _GuardedPools(PoolManager):
    """Pools whose connections come from one dialler."""

    dialler: Dialler

    def _new_pool(
        self,
        scheme: str,
        host: str,
        port: int,
        request_context: dict[str, Any] | None = None,
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        made = GuardedHTTPS if scheme == "https" else GuardedHTTP
        pool.ConnectionCls = partial(made, dialler=self.dialler)  # type: ignore[assignment]
        return pool


class _GuardedProxyPools(_GuardedPools, ProxyManager):
    """The same by way of the configured proxy."""


class GuardedAdapter(HTTPAdapter):
    """One source's connections: what one source may reach is never reused for another (A20).

    All adapters of a client share one ``SSLContext``, built when first needed: one for each
    connection costs 45 ms of CPU. It holds the authorities, so nothing is loaded per connection.
    """

    def __init__(self, limits: FetchLimits, dialler: Dialler, trust: "Trust") -> None:
        self.limits = limits
        self._dialler = dialler
        self._trust = trust
        self._timeout = Timeout(
            connect=limits.connect_timeout.total_seconds(), read=limits.read_timeout.total_seconds()
        )
        super().__init__(pool_connections=_POOLS, pool_maxsize=_KEPT)

    def open(
        self, method: str, target: Target, fields: dict[str, str], body: bytes | None
    ) -> BaseHTTPResponse:
        """Send one request; the body of the answer is still to be read.

        Where to connect is the guard's own reading of the URL that goes out, so the host that is
        vetted and the host that is connected to can't differ.
        """
        proxy, secure = self.limits.proxy, target.scheme == "https"
        pools: PoolManager = self.proxy_manager_for(proxy) if proxy else self.poolmanager
        pool = pools.connection_from_host(
            target.host, target.port, target.scheme, self._secured if secure else {}
        )
        return pool.urlopen(
            method,
            target.path if secure or proxy is None else target.uri,  # RFC 9112 §3.2.2
            body=body,
            headers=fields,
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
            retries=self.max_retries,  # none
            timeout=self._timeout,
        )

    @property
    def _secured(self) -> dict[str, Any]:
        """The shared context verifies chain and host name."""
        return {"ssl_context": self._trust.context, "cert_reqs": "CERT_REQUIRED"}

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        self.poolmanager = _GuardedPools(
            num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs
        )
        self.poolmanager.dialler = self._dialler

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> ProxyManager:
        if proxy not in self.proxy_manager:
            manager = _GuardedProxyPools(
                proxy_url=proxy,
                num_pools=_POOLS,
                maxsize=_KEPT,
                proxy_headers=self.proxy_headers(proxy),
                proxy_ssl_context=self._trust.context,
                **proxy_kwargs,
            )
            manager.dialler = self._dialler
            self.proxy_manager[proxy] = manager
        found: ProxyManager = self.proxy_manager[proxy]
        return found


class Trust:
    """The one SSL context that all adapters of a client share."""

    def __init__(self, limits: FetchLimits) -> None:
        self._ca_file = limits.ca_file
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        if self._ca_file is not None:
            self._context = self._build()  # a wrong file is told at once

    @property
    def context(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:
                self._context = self._build()
            return self._context

    def _build(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
        if self._ca_file is not None:
            try:
                context.load_verify_locations(self._ca_file)
            except OSError as error:  # ssl.SSLError is one
                raise ConfigError(
                    [f"fetch.ca_file = {str(self._ca_file)!r}: {error}. Give a PEM file"]
                ) from error
        return context
