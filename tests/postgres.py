"""A PostgreSQL server of the tests' own: started once, a fresh database for each test.

``server()`` gives its address, or says why there is none. The programs are those of the system
(Debian: postgresql) on PATH or below /usr/lib/postgresql.
"""

import atexit
import contextlib
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

WHY_NOT = "no PostgreSQL here (initdb, postgres): its suites are skipped"
_numbers = itertools.count(1)


class Server:
    """A running server, its socket in a folder of its own; no port is open."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.user = _unprivileged()
        if self.user is not None:
            os.chown(self.folder, self.user, -1)
        self._run("initdb", "--auth=trust", "--username=checker", "--encoding=UTF8",
                  "--no-locale", "--no-sync", "--pgdata", str(self.data))  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        atexit.register(self.remove)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql://checker@/{database}?host={self.folder}"

    def start(self) -> None:
        options = [f"-c{one}" for one in (
            "listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off",
            "full_page_writes=off", "max_connections=60", "shared_buffers=32MB",
        )]  # fmt: skip
        command = [self.programs / "postgres", "-D", self.data, *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self.user, start_new_session=True
            )
        for _ in range(600):
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        """As a power cut would: the server and all that it started, each its own group."""
        assert self.process is not None
        started = _children(self.process.pid)
        for pid in (self.process.pid, *started):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def create(self, *, options: str = "") -> str:
        """The address of a new, empty database."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def remove(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments], user=self.user, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


@functools.cache
def server() -> Server | None:
    """The one server of this run; None where its programs are missing."""
    programs = _programs()
    return None if programs is None else Server(programs)


def required() -> Server:
    """The server; skips the test, in one line, where there is none."""
    found = server()
    if found is None:
        pytest.skip(WHY_NOT)
    if found.process is None or found.process.poll() is not None:  # a failed test left it dead
        found.start()
    return found


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _programs() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _unprivileged() -> int | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65_534
