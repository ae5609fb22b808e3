"""What a first fetch from each of many https hosts costs: a TLS handshake each.

    python -m benchmarks.tls_hosts [HOSTS]

The hosts are addresses of loopback behind one nginx, with a certificate of an authority made for
this. CPU time of this process, per host: requests as it comes (an SSL context for each new
connection, filled with the authorities), and ours (one context for all).
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from benchmarks.recheck import PORT, nginx, running
from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.model import Request, Response
from tests.helpers_net import authority

NGINX = """\
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type text/html;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  ssl_certificate {pem}; ssl_certificate_key {pem};
  server {{ listen {port} ssl; return 200 "<p>A page.</p>"; }}
}}
"""


class Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def main(hosts: int) -> None:
    if nginx() is None:
        sys.exit("nginx is not installed: apt install nginx-light")
    names = [f"127.0.{3 + n // 250}.{n % 250 + 1}" for n in range(hosts)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = authority(folder)
        made.server(folder, "bench.example", addresses=tuple(map(ip_address, names)))
        pem = next(folder.glob("bench.example-*.pem"))
        with running(folder, NGINX.format(folder=folder, pem=pem, port=PORT)):
            show(folder, made.file, [f"https://{one}:{PORT}/" for one in names])


def show(folder: Path, trusted: Path, urls: list[str]) -> None:
    bundle = folder / "bundle.pem"
    shutil.copy(DEFAULT_CA_BUNDLE_PATH, bundle)
    with bundle.open("ab") as more:
        more.write(trusted.read_bytes())
    allow = tuple(url.removeprefix("https://").rstrip("/") for url in urls)
    with RequestsHttp(FetchLimits(ca_file=trusted), Guard({"": allow}), Now()) as http:
        ours = spent(lambda url: ask(http, url), urls)
    theirs = spent(lambda url: requests.get(url, verify=str(bundle), timeout=30), urls[:100])
    print(f"{len(urls)} https hosts, one fetch each, CPU ms a host (goal 5):")
    print(f"  ours, one SSL context   {ours:8.2f}")
    print(f"  requests as it comes    {theirs:8.2f}   {theirs / ours:.1f} times as much")


def ask(http: RequestsHttp, url: str) -> None:
    answer = http.fetch(Request(url))
    assert isinstance(answer, Response), answer
    assert answer.status == 200


def spent(work: Callable[[str], object], urls: list[str]) -> float:
    before = time.process_time()
    for url in urls:
        work(url)
    return (time.process_time() - before) / len(urls) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
