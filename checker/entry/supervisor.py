"""Telling systemd that the service is up and alive (sd_notify(3)); silent where nobody asks."""

import os
import socket


def notify(state: str) -> None:
    """Send *state* (``READY=1``, ``WATCHDOG=1``) to who started this process."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    place = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.connect(place)
            channel.sendall(state.encode())
    except OSError:
        return  # a supervisor that went away is no reason to stop
