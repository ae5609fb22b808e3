"""A real SMTP server on loopback that keeps every mail as a file."""

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
        # Port 0 lets the system choose; aiosmtpd's own readiness probe can't follow that.
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)
        self._controller.start()

    @property
    def port(self) -> int:
        return self._controller.bound_port

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(str(message["Subject"]))
        path = self._folder / f"{len(self.subjects):03d}.eml"
        path.write_bytes(envelope.content)
        return "250 Message accepted for delivery"


class _AnyPort(Controller):
    bound_port = 0

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.bound_port = self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
