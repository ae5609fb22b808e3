"""The real commands at work on ``many_hosts``: their configuration, their processes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.many_hosts import Site

ROOT = Path(__file__).parents[1]
CHECKED = "SELECT count(*) FROM articles WHERE checks > 0"
CONFIG = """\
data_dir = "{data}"
{store}
[[source]]
name = "many"
list = "urls.txt"
allow = {allow}
adoption = "automatic"
[timing]
{timing}
[fetch]
{fetch}
[daemon]
discover = "1h"
check = "1s"
banners = "1h"
alerts = "1h"
{daemon}
"""
SELDOM = 'check_every = "30d"\ncheck_min = "30d"'  # each article is checked but once


def configure(
    folder: Path,
    site: Site,
    hosts: int,
    pages: int = 1,
    *,
    delay: int = 1,
    store: str = "",
    timing: str = SELDOM,
    fetch: str = "",
    daemon: str = "",
    data: str = "data",
) -> None:
    """``checker.toml`` and the addresses, in *folder*; the texts are lines of their sections."""
    addresses = (site.url(host, str(page)) for host in range(hosts) for page in range(pages))
    (folder / "urls.txt").write_text("\n".join(addresses))
    text = CONFIG.format(
        data=data,
        store=f'[store]\nurl = "{store}"' if store else "",
        allow=site.names(hosts),
        timing=timing,
        fetch=f'delay = "{delay}s"\n{fetch}',
        daemon=daemon,
    )
    (folder / "checker.toml").write_text(text)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
        return number


@contextmanager
def process(folder: Path, command: str) -> Iterator[subprocess.Popen[bytes]]:
    """``checker COMMAND`` until the end of the block; what it says goes to ``COMMAND.log``."""
    running = start(folder, command, folder / f"{command}.log")
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def start(folder: Path, command: str, log: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "checker", command, "--config", str(folder / "checker.toml")]
    with log.open("ab") as told:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(words, stdout=told, stderr=told, env=env)


def ask(url: str, query: str) -> int:
    """The one number that *query* gives; 0 while its table is not there."""
    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(query).fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    return row[0] if row else 0


def wait_for(
    condition: Callable[[], object], seconds: float, folder: Path, logs: str = "*.log"
) -> None:
    """Until *condition* holds. AssertionError after *seconds*, with what the processes said."""
    end = time.monotonic() + seconds
    while not condition():
        told = "\n".join(path.read_text()[-3_000:] for path in folder.glob(logs))
        assert time.monotonic() < end, f"nothing within {seconds} s\n{told}"
        time.sleep(0.1)
