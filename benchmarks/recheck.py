"""What it costs to look again: many addresses on a local nginx, beside a bare loop and rivals.

    python -m benchmarks.recheck [URLS]

Everything is CPU time of whole processes, on pages of 80 kB of eight hosts (addresses of loopback)
without delay. "all 304": each is asked with its validators. "all 200": nginx sends no validators and
the bytes are the same. Ours is a slope: a tenth of the addresses and all of them in turn, each
a command of its own, so that its start, which differs by some tenths of a second from run to run,
is in neither figure. The bare loop runs between them: requests with a session and the validators in
memory, recording nothing. The middle round by what ours costs beside the bare loop counts. Other
monitors are run where they can be had (``make rivals``), over fewer addresses where they are slow:
their cost of an address is flat.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import rivals
from benchmarks.rivals import cpu, free_port

HOSTS = 8
PAGE = 80_000
ROUNDS = 5  # of ours and of the bare loop in turn

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
    ("changedetection.io", rivals.changedetection, 100),
    ("wget -N", rivals.wget, 10_000),
)


PORT = free_port()  # of all that this process serves


def main(count: int) -> None:
    if nginx() is None:
        sys.exit("nginx is not installed: apt install nginx-light")
    with tempfile.TemporaryDirectory() as name, serving(Path(name), count):
        folder = Path(name)
        print(f"{count:,} addresses on {HOSTS} hosts, pages of {PAGE:,} bytes; CPU ms per address")
        for kind, path in (("all 304", ""), ("all 200, same bytes", "/plain")):
            table(folder, kind, path, count)


def table(folder: Path, kind: str, path: str, count: int) -> None:
    urls = addresses(count, path)
    ours, bare, start = recheck(folder, path.strip("/"), urls)
    print(f"\n{kind:24}{'CPU ms':>9}{'ours = 1':>10}")
    print(f"{'checker check --all':24}{ours:9.2f}{1:10.2f}")
    print(f"{'bare requests loop':24}{bare:9.2f}{bare / ours:10.2f}")
    print(f"{'(start of the command)':24}{start:9.0f}", flush=True)
    for name, rival, most in RIVALS:
        cost = rival(folder, urls[:most])
        if cost is not None:
            print(f"{name:24}{cost:9.2f}{cost / ours:10.2f}", flush=True)


def addresses(count: int, path: str) -> list[str]:
    return [f"http://127.0.2.{n % HOSTS + 1}:{PORT}{path}/{n}.html" for n in range(count)]


def recheck(folder: Path, kind: str, urls: list[str]) -> tuple[float, float, float]:
    """CPU milliseconds an address, again over everything, of the bare loop, and of the command's
    start; all of ours is recorded."""
    few = urls[: len(urls) // 10]
    for data, some in ((f"few{kind}", few), (f"all{kind}", urls)):
        watch(folder, data, some)
    rounds = [one_round(folder, kind, few, urls) for _ in range(ROUNDS)]
    return sorted(rounds, key=lambda one: one[0] / one[1])[ROUNDS // 2]


def one_round(
    folder: Path, kind: str, few: list[str], urls: list[str]
) -> tuple[float, float, float]:
    least = cpu(lambda: check_all(folder, f"few{kind}"))
    most = cpu(lambda: check_all(folder, f"all{kind}"))
    ours = (most - least) / (len(urls) - len(few)) * 1000
    return ours, rivals.bare(folder, urls, keep=not kind), least * 1000 - ours * len(few)


def watch(folder: Path, data: str, urls: list[str]) -> None:
    """Watched and checked for the first time."""
    listed = folder / f"{data}.txt"
    listed.write_text("".join(f"{one}\n" for one in urls))
    allow = ", ".join(f'"127.0.2.{n + 1}:{PORT}"' for n in range(HOSTS))
    text = CONFIG.format(data=folder / data, urls=listed, allow=allow)
    (folder / f"{data}.toml").write_text(text)
    checker(folder, data, "source", "sync")
    checker(folder, data, "check", "--due")
    said = checker(folder, data, "status", "--json")
    assert f'"articles": {len(urls)}' in said, said


def check_all(folder: Path, data: str) -> None:
    said = checker(folder, data, "check", "--all")
    assert "unreachable" not in said, said
    assert "failed" not in said, said


def checker(folder: Path, data: str, *command: str) -> str:
    config = folder / f"{data}.toml"
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
