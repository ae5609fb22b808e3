"""A real pywb over loopback for one suite. It is GPL, so a program of its own (`make pywb`)."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

PROGRAMS = Path(__file__).parents[1] / ".venv" / "pywb" / "bin"
needed = pytest.mark.skipif(
    not (PROGRAMS / "pywb").exists(), reason="no pywb here (make pywb): its suite is skipped"
)


def manage(folder: Path, *words: str) -> None:
    """Run ``wb-manager`` in *folder*."""
    subprocess.run(
        [PROGRAMS / "wb-manager", *words], cwd=folder, check=True, capture_output=True, timeout=120
    )


@contextmanager
def serving(folder: Path, arguments: Sequence[str] = ()) -> Iterator[str]:
    """The address of a pywb that serves the collections of *folder*."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(PROGRAMS / "wayback"), "-p", str(port), "-b", "127.0.0.1", *arguments]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server,
    ):
        try:
            yield _started(f"http://127.0.0.1:{port}", folder / "log")
        finally:
            server.terminate()
            server.wait(30)


def _started(address: str, log: Path) -> str:
    for _ in range(300):
        try:
            urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return address
    raise AssertionError(f"pywb did not start within a minute: {log.read_text()}")
