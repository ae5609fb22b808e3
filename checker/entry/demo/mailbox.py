"""A real SMTP server on loopback that keeps every mail as a file."""

import socket
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """Accepts mail for anybody on 127.0.0.1 and files it as ``NNN.eml`` below *folder*."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.subjects: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(str(message["Subject"]))
        path = self._folder / f"{len(self.subjects):03d}.eml"
        path.write_bytes(envelope.content)
        return "250 Message accepted for delivery"


def _free_port() -> int:
    """aiosmtpd's readiness probe connects to the number it was given, so 0 is no choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
