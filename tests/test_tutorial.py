"""The tutorial is true: each of its console blocks is run, and each line that it shows appears."""

import contextlib
import io
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checker.entry.cli import main as cli

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.md"
PORT = "8765"  # in the tutorial; here any free one


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the lines that the tutorial shows below it."""

    command: str
    shown: tuple[str, ...]


def steps(text: str) -> Iterator[Step]:
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *rest = part.splitlines()
            more = [line[2:] for line in rest if line.startswith("> ")]
            shown = [line for line in rest if line.strip() and not line.startswith("> ")]
            yield Step("\n".join([first, *more]), tuple(shown))


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(port: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return
        time.sleep(0.05)
    pytest.fail("the tutorial's web server did not start")


class Shell:
    """Runs one command after the other in *folder*; a server that it starts ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.code = folder, 0
        self.servers: list[subprocess.Popen[bytes]] = []

    def checker(self, words: list[str]) -> str:
        """In this process: thirty interpreters would take half a minute to start."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            self.code = cli(words)
        return out.getvalue()

    def run(self, command: str) -> str:
        if command.startswith("checker "):
            return self.checker(shlex.split(command)[1:])
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.code})\n{command}\n"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=30,
            check=False,
        )
        self.code = done.returncode
        return done.stdout.decode()

    def serve(self, command: str) -> None:
        self.servers.append(
            subprocess.Popen(
                ["bash", "-c", f"exec {command.removesuffix('&')}"],
                cwd=self.folder,
                start_new_session=True,
            )
        )

    def close(self) -> None:
        for server in self.servers:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in os.environ:
        if name.startswith("CHECKER_"):
            monkeypatch.delenv(name)
    shell = Shell(tmp_path)
    yield shell
    shell.close()


def missing(shown: tuple[str, ...], output: str) -> list[str]:
    """The shown lines that do not come, in their order, in *output*; ``…`` stands for anything."""
    lines = iter(line.rstrip() for line in output.splitlines())
    patterns = [".*".join(map(re.escape, line.rstrip().split("…"))) for line in shown]
    return [
        line
        for line, pattern in zip(shown, patterns, strict=True)
        if not any(re.fullmatch(pattern, candidate) for candidate in lines)
    ]


def test_every_command_of_the_tutorial_does_what_it_says(shell: Shell) -> None:
    port = free_port()
    told = list(steps(TUTORIAL.read_text(encoding="utf-8").replace(PORT, port)))
    assert len(told) > 30
    for step, following in zip(told, [*told[1:], Step("", ())], strict=True):
        if step.command.endswith("&"):
            shell.serve(step.command)
            wait_for(port)
            continue
        output = shell.run(step.command)
        assert not missing(step.shown, output), f"$ {step.command}\n{output}"
        if following.command != "echo $?":
            assert shell.code == 0, f"$ {step.command}\n{output}"


def test_a_line_that_does_not_come_is_noticed() -> None:
    assert missing(("a…c", "d"), "abc\nd\n") == []
    assert missing(("d", "a…c"), "abc\nd\n") == ["a…c"]
