"""What is shipped under deploy/ fits the program that it starts."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[1] / "deploy" / "systemd" / "archive-checker.service"


def service() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser["Service"]


def test_the_unit_starts_a_command_that_exists_with_its_exit_code(tmp_path: Path) -> None:
    _program, *arguments = service()["ExecStart"].split()
    assert arguments[:2] == ["run", "--config"]
    missing = tmp_path / "missing.toml"
    done = subprocess.run(
        [sys.executable, "-m", "checker", *arguments[:2], str(missing)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert str(done.returncode) == service()["RestartPreventExitStatus"]
    assert "missing.toml" in done.stderr


def test_systemd_itself_finds_no_fault_with_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not on this machine")
    copy = tmp_path / UNIT.name
    program = service()["ExecStart"].split()[0]
    copy.write_text(UNIT.read_text(encoding="utf-8").replace(program, "/bin/true"))
    done = subprocess.run(
        [verify, "verify", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert UNIT.name not in done.stderr
