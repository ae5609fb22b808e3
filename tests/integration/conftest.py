"""What several suites start from: a clean folder and environment, commands in this process, a
PostgreSQL server."""

import os

import pytest

from checker.entry.cli import main as cli


@pytest.fixture
def clean_environment(tmp_path, monkeypatch):
    """A folder of the test's own, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("CHECKER_") and name != "CHECKER_CORPORA":
            monkeypatch.delenv(name)


@pytest.fixture
def run(capsys):
    """Run a command line in this process: (exit code, stdout, stderr)."""

    def run_it(*words: str) -> tuple[int, str, str]:
        code = cli([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run_it


@pytest.fixture
def pg():
    """The run's PostgreSQL server; skips where there is none."""
    from tests import postgres

    return postgres.required()
