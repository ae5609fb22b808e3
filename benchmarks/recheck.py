"""What it costs to look again: many addresses on a local nginx, beside a bare loop and rivals.

    python -m benchmarks.recheck [URLS]

Everything is one process's CPU time, its start printed apart; the pages are 80 kB, on eight hosts
(addresses of loopback) without delay. "all 304": each is asked with its validators. "all 200": nginx
sends no validators and the bytes are the same. The bare loop is requests with a session and the
validators in memory, recording nothing. urlwatch, webchanges and wget are run where they can be had
(``make rivals``), over fewer addresses where they are slow: their cost of an address is flat.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import rivals
from benchmarks.rivals import cpu

HOSTS = 8
PAGE = 80_000
ROUNDS = 3  # of ours and of the bare loop in turn; the median counts

NGINX = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; types {{ text/html html; }} default_type text/html;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; keepalive_requests 1000000;
  server {{ listen {port}; root {folder}/site;
    location /plain/ {{ alias {folder}/site/; etag off; add_header Last-Modified ""; if_modified_since off; }}
  }}
}}
"""
CONFIG = """\
data_dir = "{data}"
[[source]]
name = "bench"
list = "{urls}"
allow = [{allow}]
adoption = "automatic"
[timing]
check_every = "365d"
check_min = "365d"
check_max = "365d"
[fetch]
delay = "0s"
"""
# Of the rival's cost: how many of the addresses it is asked.
RIVALS: tuple[tuple[str, Callable[[Path, list[str]], float | None], int], ...] = (
    ("urlwatch", rivals.urlwatch, 1_000),
    ("webchanges", rivals.webchanges, 200),
    ("wget -N", rivals.wget, 10_000),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = free_port()  # of all that this process serves


def main(count: int) -> None:
    if nginx() is None:
        sys.exit("nginx is not installed: apt install nginx-light")
    with tempfile.TemporaryDirectory() as name, serving(Path(name), count):
        folder = Path(name)
        start = min(cpu(lambda: checker(folder, "none", "status")) for _ in range(ROUNDS))
        print(f"{count:,} addresses on {HOSTS} hosts, pages of {PAGE:,} bytes; CPU ms per address")
        print(f"start of the program, in none of the figures: {start * 1000:.0f} ms")
        for kind, path in (("all 304", ""), ("all 200, same bytes", "/plain")):
            table(folder, kind, path, count, start)


def table(folder: Path, kind: str, path: str, count: int, start: float) -> None:
    urls = addresses(count, path)
    ours, bare = recheck(folder, path.strip("/"), urls, start)
    print(f"\n{kind:24}{'CPU ms':>9}{'ours = 1':>10}")
    print(f"{'checker check --all':24}{ours:9.2f}{1:10.2f}")
    print(f"{'bare requests loop':24}{bare:9.2f}{bare / ours:10.2f}", flush=True)
    for name, rival, most in RIVALS:
        cost = rival(folder, urls[:most])
        if cost is not None:
            print(f"{name:24}{cost:9.2f}{cost / ours:10.2f}", flush=True)


def addresses(count: int, path: str) -> list[str]:
    return [f"http://127.0.2.{n % HOSTS + 1}:{PORT}{path}/{n}.html" for n in range(count)]


def recheck(folder: Path, kind: str, urls: list[str], start: float) -> tuple[float, float]:
    """CPU milliseconds an address, again over everything, and of the bare loop; all of ours is
    recorded."""
    data = f"urls{kind}"
    listed = folder / f"{data}.txt"
    listed.write_text("".join(f"{one}\n" for one in urls))
    allow = ", ".join(f'"127.0.2.{n + 1}:{PORT}"' for n in range(HOSTS))
    text = CONFIG.format(data=folder / data, urls=listed, allow=allow)
    (folder / f"{data}.toml").write_text(text)
    checker(folder, data, "source", "sync")
    checker(folder, data, "check", "--due")
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(cpu(lambda: checker(folder, data, "check", "--all")) - start)
        bare.append(rivals.bare(folder, urls, keep=not kind))
    said = checker(folder, data, "status", "--json")
    assert f'"articles": {len(urls)}' in said, said
    return sorted(ours)[ROUNDS // 2] / len(urls) * 1000, sorted(bare)[ROUNDS // 2]


def checker(folder: Path, data: str, *command: str) -> str:
    config = folder / f"{data}.toml"
    if not config.exists():
        config.write_text(f'data_dir = "{folder / data}"\n')
    whole = [sys.executable, "-m", "checker", *command, "--config", str(config)]
    done = subprocess.run(whole, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def serving(folder: Path, count: int) -> Iterator[None]:
    site = folder / "site"
    site.mkdir()
    folder.chmod(0o755)
    words = "The council of Ashford decided that the old bridge has to close. " * 20
    rest = (
        "</p><script>/* " + "x" * PAGE + " */</script>"
    )  # mostly what nobody reads, as on the web
    for number in range(count):
        text = f"<html><title>Page {number}</title><body><h1>Page {number}</h1><p>{words}"
        (site / f"{number}.html").write_text((text + rest)[:PAGE])
    with running(folder, NGINX.format(folder=folder, port=PORT)):
        yield


@contextmanager
def running(folder: Path, config: str) -> Iterator[None]:
    """nginx in *folder* with *config*."""
    program = nginx()
    assert program is not None, "the caller asks first"
    (folder / "nginx.conf").write_text(config)
    with subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as server:
        time.sleep(1)
        try:
            yield
        finally:
            server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
