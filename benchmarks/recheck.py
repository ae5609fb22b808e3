"""What it costs to look again: many addresses on a local nginx, beside a bare loop and rivals.

    python -m benchmarks.recheck [URLS]

Everything is one process's CPU time, its start printed apart; the pages are 80 kB, on eight hosts
(addresses of loopback) without delay. "all 304": each is asked with its validators. "all 200": nginx
sends no validators and the bytes are the same. The bare loop is requests with a session and the
validators in memory, recording nothing. urlwatch is run where it is installed (extra ``bench``).
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOSTS = 8
PORT = 18_304
PAGE = 80_000
RIVAL_URLS = 1_000  # of urlwatch: its cost per address is flat, and it is slow

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
BARE = """\
import sys, requests
session, known = requests.Session(), {{}}
for turn in range(2):
    for url in open(sys.argv[1]):
        url = url.strip()
        answer = session.get(url, headers=known.get(url, {{}}), timeout=30)
        if {keep} and answer.status_code == 200:
            known[url] = {{"If-None-Match": answer.headers["ETag"]}}
    if turn == 0:
        import resource
        first = resource.getrusage(resource.RUSAGE_SELF)
        print(first.ru_utime + first.ru_stime, flush=True)
"""


def main(count: int) -> None:
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        sys.exit("nginx is not installed: apt install nginx-light")
    with tempfile.TemporaryDirectory() as name, serving(Path(name), count):
        folder = Path(name)
        start = cpu(lambda: checker(folder, "none", "status"))
        print(f"{count:,} addresses on {HOSTS} hosts, pages of {PAGE:,} bytes; CPU ms per address")
        print(f"start of the program, in none of the figures: {start * 1000:.0f} ms")
        for kind, path in (("all 304", ""), ("all 200, same bytes", "/plain")):
            table(folder, kind, path, count, start)


def table(folder: Path, kind: str, path: str, count: int, start: float) -> None:
    urls = folder / f"urls{path.strip('/')}.txt"
    urls.write_text("".join(f"{one}\n" for one in addresses(count, path)))
    ours = recheck(folder, urls, count, start)
    bare = loop(folder, urls, keep=not path) / count * 1000
    print(f"\n{kind:24}{'CPU ms':>9}{'ours = 1':>10}")
    print(f"{'checker check --all':24}{ours:9.2f}{1:10.2f}")
    print(f"{'bare requests loop':24}{bare:9.2f}{bare / ours:10.2f}")
    rival = urlwatch(folder, addresses(min(count, RIVAL_URLS), path))
    if rival is not None:
        print(f"{'urlwatch':24}{rival:9.2f}{rival / ours:10.2f}")
    else:
        print("urlwatch is not installed (pip install '.[bench]')")


def addresses(count: int, path: str) -> list[str]:
    return [f"http://127.0.2.{n % HOSTS + 1}:{PORT}{path}/{n}.html" for n in range(count)]


def recheck(folder: Path, urls: Path, count: int, start: float) -> float:
    """CPU milliseconds an address, in a second pass over everything; all of it is recorded."""
    data = urls.stem
    allow = ", ".join(f'"127.0.2.{n + 1}:{PORT}"' for n in range(HOSTS))
    text = CONFIG.format(data=folder / data, urls=urls, allow=allow)
    (folder / f"{data}.toml").write_text(text)
    checker(folder, data, "source", "sync")
    checker(folder, data, "check", "--due")
    used = cpu(lambda: checker(folder, data, "check", "--all"))
    said = checker(folder, data, "status", "--json")
    assert f'"articles": {count}' in said, said
    return (used - start) / count * 1000


def checker(folder: Path, data: str, *command: str) -> str:
    config = folder / f"{data}.toml"
    if not config.exists():
        config.write_text(f'data_dir = "{folder / data}"\n')
    whole = [sys.executable, "-m", "checker", *command, "--config", str(config)]
    done = subprocess.run(whole, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def cpu(work) -> float:
    """Seconds of CPU that *work*'s child processes took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loop(folder: Path, urls: Path, *, keep: bool) -> float:
    """CPU seconds of the second pass of a bare loop."""
    script = folder / "bare.py"
    script.write_text(BARE.format(keep=keep))
    said = ""

    def run() -> None:
        nonlocal said
        said = subprocess.run(
            [sys.executable, str(script), str(urls)], capture_output=True, text=True, check=True
        ).stdout

    return cpu(run) - float(said)


def urlwatch(folder: Path, urls: list[str]) -> float | None:
    """CPU milliseconds an address in its second run; None where it is not installed."""
    program = Path(sys.executable).parent / "urlwatch"
    if not program.exists():
        return None
    home = Path(tempfile.mkdtemp(dir=folder))
    (home / "urls.yaml").write_text("\n---\n".join(f"url: {url}" for url in urls))
    (home / "config.yaml").write_text(
        textwrap.dedent("""\
        report: {text: {line_length: 75}, stdout: {enabled: false}, email: {enabled: false}}
        """)
    )
    command = [str(program), "--urls", str(home / "urls.yaml"), "--config", str(home / "config.yaml"),
               "--hooks", str(home / "none.py"), "--cache", str(home / "cache.db")]  # fmt: skip
    empty = cpu(lambda: subprocess.run([*command, "--version"], capture_output=True, check=False))
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    if first.returncode:
        print(f"urlwatch fails: {first.stderr.strip().splitlines()[-1:]}")
        return None
    used = cpu(lambda: subprocess.run(command, capture_output=True, check=True))
    return (used - empty) / len(urls) * 1000


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
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=PORT))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    with subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as nginx:
        time.sleep(1)
        try:
            yield
        finally:
            nginx.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
