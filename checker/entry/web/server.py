"""uvicorn around the application: alone in the foreground, or as a thread of the daemon."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from checker.errors import TargetError

log = logging.getLogger("checker.web")

STARTS_WITHIN = 10.0  # seconds
ENDS_WITHIN = 5  # seconds for answers under way


def bind(listen: str) -> socket.socket:
    """A listening socket at ``host:port`` (port 0: any). Raises TargetError."""
    host, _, port = listen.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        family, kind, proto, _, place = found[0]
        return _bound(socket.socket(family, kind, proto), place)
    except OSError as error:
        remedy = "Name an address of this machine and a free port in [web] listen."
        raise TargetError(f"web at {listen}", error.strerror or str(error), remedy) from error


def _bound(server: socket.socket, place: tuple[Any, ...]) -> socket.socket:
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(place)
        server.listen(2048)  # from now on nobody is turned away, though the loop is yet to start
    except OSError:
        server.close()
        raise
    return server


def address(server: socket.socket) -> str:
    host, port = server.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def configured(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # who reads which article is nobody's business
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",  # a proxy on this machine says who asks
        limit_concurrency=512,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=ENDS_WITHIN,
        h11_max_incomplete_event_size=16_384,
        lifespan="off",
        ws="none",
    )


@contextmanager
def running(app: Starlette, listen: str) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the address. Raises TargetError."""
    with bind(listen) as bound:
        server = uvicorn.Server(configured(app))
        thread = threading.Thread(target=server.run, args=([bound],), name="web", daemon=True)
        thread.start()
        try:
            yield address(bound)
        finally:
            server.should_exit = True
            thread.join(STARTS_WITHIN)
