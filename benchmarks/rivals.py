"""The rivals of ``benchmarks.recheck``, each over the same addresses, twice; the second run counts.

urlwatch and webchanges come with ``make rivals`` into an environment of their own, changedetection.io
(700 MB with what it needs) only with ``make changedetection``. One that is not there, or fails, costs
one line. Figures are CPU milliseconds an address, without the program's start.
"""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PROGRAMS = Path(sys.executable).parent.parent / "rivals" / "bin"
QUIET = "report:\n  stdout:\n    enabled: false\n"
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that *work*'s child processes took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bare(folder: Path, urls: Sequence[str], *, keep: bool) -> float:
    """requests with a session, and with *keep* the validators in memory; nothing is recorded."""
    script = folder / "bare.py"
    script.write_text(BARE.format(keep=keep))
    said = ""

    def run() -> None:
        nonlocal said
        said = _run([sys.executable, str(script), str(_listed(folder, urls))]).stdout

    return (cpu(run) - float(said)) / len(urls) * 1000


def urlwatch(folder: Path, urls: Sequence[str]) -> float | None:
    files = ["--urls", "--config", "--hooks", "--cache"]
    return _watcher(folder, "urlwatch", files, urls)


def webchanges(folder: Path, urls: Sequence[str]) -> float | None:
    files = ["--jobs", "--config", "--hooks", "--database"]
    return _watcher(folder, "webchanges", files, urls)


def _watcher(folder: Path, name: str, options: list[str], urls: Sequence[str]) -> float | None:
    program = PROGRAMS / name
    if not program.exists():
        print(f"{name} is not installed (make rivals)")
        return None
    home = folder / name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    (home / "jobs.yaml").write_text("\n---\n".join(f"url: {url}" for url in urls))
    (home / "config.yaml").write_text(QUIET)
    (home / "hooks.py").write_text("")
    files = [home / one for one in ("jobs.yaml", "config.yaml", "hooks.py", "cache.db")]
    command = [str(program)]
    for option, file in zip(options, files, strict=True):
        command += [option, str(file)]
    empty = cpu(lambda: _run([str(program), "--version"]))
    if _run(command).returncode:
        print(f"{name} fails: {_run(command).stderr.strip().splitlines()[-1:]}")
        return None
    return (cpu(lambda: _run(command)) - empty) / len(urls) * 1000


def changedetection(folder: Path, urls: Sequence[str]) -> float | None:
    """Its batch mode, which looks at everything once more so and so often and ends."""
    program = PROGRAMS / "changedetection.io"
    if not program.exists():
        print("changedetection.io is not installed (make changedetection)")
        return None
    home = folder / "changedetection"
    shutil.rmtree(home, ignore_errors=True)
    where = ["-d", str(home), "-h", "127.0.0.1", "-p", str(free_port()), "-l", "ERROR"]
    command = [str(program), *where, "-b"]
    allowed = {"ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "DISABLE_VERSION_CHECK": "yes"}
    _run([*command, "-C", *(part for url in urls for part in ("-u", url))], **allowed)
    before = _checked(home)
    once = cpu(lambda: _run([*command, "-r", "all", "1"], **allowed))
    thrice = cpu(lambda: _run([*command, "-r", "all", "3"], **allowed))
    if _checked(home) - before != 4 * len(urls):
        print(f"changedetection.io fails: {_checked(home) - before} of {4 * len(urls)} checks")
        return None
    return (thrice - once) / (2 * len(urls)) * 1000


def _checked(home: Path) -> int:
    """How often it has looked without an error."""
    seen = [json.loads(one.read_text()) for one in home.glob("*/watch.json")]
    return sum(one["check_count"] for one in seen if not one["last_error"])


def wget(folder: Path, urls: Sequence[str]) -> float | None:
    """``wget -N``: files with the server's dates. It keeps no history and tells nobody anything."""
    program = shutil.which("wget")
    if program is None:
        print("wget is not installed")
        return None
    into = folder / "wget"
    shutil.rmtree(into, ignore_errors=True)
    command = [program, "-q", "-N", "-x", "-i", str(_listed(folder, urls)), "-P", str(into)]
    _run(command)
    return cpu(lambda: _run(command)) / len(urls) * 1000


def _listed(folder: Path, urls: Sequence[str]) -> Path:
    file = folder / "rivals.txt"
    file.write_text("".join(f"{one}\n" for one in urls))
    return file


def _run(command: list[str], **more: str) -> "subprocess.CompletedProcess[str]":
    """*more* are variables of its environment."""
    env = {**os.environ, **more}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)
