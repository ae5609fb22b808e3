"""One daemon a store: who has its lock, and whether that one still lives."""

import logging
import os
import socket
from datetime import timedelta

from checker.errors import StoreError
from checker.ports import Clock, Store

log = logging.getLogger("checker.daemon")


def take_lock(store: Store, clock: Clock, owner: str, lease: timedelta) -> None:
    """Make *owner* the store's daemon. A daemon of this host that died is no obstacle."""
    holder = store.take_daemon_lock(owner, clock.now(), lease)
    if holder is not None and _is_dead(holder):
        log.warning("the daemon %s is gone without a word; taking over", holder)
        store.release_daemon_lock(holder)
        holder = store.take_daemon_lock(owner, clock.now(), lease)
    if holder is not None:
        raise held(holder)


def _is_dead(holder: str) -> bool:
    """Whether *holder* ("HOST PID") was a process of this host that does not exist any more."""
    host, _, pid = holder.rpartition(" ")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()


def held(holder: str, kind: type[StoreError] = StoreError) -> StoreError:
    return kind(
        "store",
        f"another daemon works on it (host and process {holder})",
        "Stop that one first; one store has one daemon.",
    )
