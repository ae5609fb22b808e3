"""Many hosts as one process: every address of 127/8 answers, slowly if asked to, and some never.

    python -m tests.many_hosts LOG [LATENCY [HANGING]]

prints its port and serves until its standard input ends. LOG gets a line for each request as it
arrives: the monotonic clock, the host, the path. LATENCY is in seconds; of HANGING hosts
(``hangs``) each takes the connection and says nothing, for good.
"""

import asyncio
import itertools
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parents[1]
EVERY = 10  # of ten hosts one hangs, while there are any to hang


def address(number: int) -> str:
    """The *number*th host, from 0."""
    return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def number_of(host: str) -> int:
    _, high, middle, low = map(int, host.split("."))
    return (high - 1) * 62_500 + middle * 250 + low - 1


def hangs(number: int, hanging: int) -> bool:
    """Whether the *number*th host is one of the *hanging* ones."""
    return number % EVERY == 0 and number // EVERY < hanging


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    log: TextIO,
    latency: float,
    hanging: int,
) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path, fields = _parsed(head)
            host = fields["host"].rpartition(":")[0]
            log.write(f"{time.monotonic():.6f} {host} {path}\n")
            if hangs(number_of(host), hanging):
                await asyncio.sleep(3600)
            await asyncio.sleep(latency)
            writer.write(_reply(host, path, fields))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in rest if line)
    return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}


def _reply(host: str, path: str, fields: dict[str, str]) -> bytes:
    if not path[1:].isdigit():  # no robots.txt, nor a page of a name that nobody gave
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f'"{path}"'
    if fields.get("if-none-match") == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    body = f"<!doctype html><title>{path} of {host}</title><p>The council of {host} met."
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {tag}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _serve(log: TextIO, latency: float, hanging: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(reader, writer, log, latency, hanging)

    server = await asyncio.start_server(connected, "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


# ── from outside ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Site:
    """The hosts as they are asked from outside, and what they say of it."""

    port: int
    log: Path

    def url(self, host: int, path: str = "") -> str:
        return f"http://{address(host)}:{self.port}/{path}"

    def names(self, hosts: int) -> list[str]:
        """The first *hosts* of them as a source's ``allow`` names them."""
        return [f"{address(host)}:{self.port}" for host in range(hosts)]

    def requests(self) -> list[tuple[float, str, str]]:
        """When, host and path, in the order of arrival; a line that is being written is left."""
        lines = (line.split() for line in self.log.read_text().splitlines())
        return [(float(line[0]), line[1], line[2]) for line in lines if len(line) == 3]

    def articles(self) -> Counter[tuple[str, str]]:
        """How often each page was asked for."""
        return Counter((host, path) for _, host, path in self.requests() if path != "/robots.txt")

    def shortest_pause(self) -> float:
        """Between two requests to one host, of all hosts; robots.txt counts."""
        by_host: dict[str, list[float]] = defaultdict(list)
        for when, host, _ in self.requests():
            by_host[host].append(when)
        pauses = (
            later - earlier
            for times in by_host.values()
            for earlier, later in itertools.pairwise(times)
        )
        return min(pauses, default=float("inf"))


@contextmanager
def serving(log: Path, latency: float = 0.0, hanging: int = 0) -> Iterator[Site]:
    """The hosts in a process of their own."""
    command = [sys.executable, "-m", "tests.many_hosts", log, str(latency), str(hanging)]
    child = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        try:
            yield Site(int(child.stdout.readline()), log)
        finally:
            child.kill()


if __name__ == "__main__":
    with Path(sys.argv[1]).open("a", buffering=1) as opened:
        asyncio.run(_serve(opened, *(float(one) for one in sys.argv[2:])))
