"""What a command loads: an audit of files waits for no network, mail, database or feed reader."""

import subprocess
import sys

import pytest

from checker.entry.cli import main

HEAVY = ("requests", "urllib3", "feedparser", "bs4", "sqlalchemy", "smtplib", "uvicorn", "apprise")
CODE = """
import sys
from checker.entry.cli.main import main
main({words!r})
print(*sorted({{"sqlalchemy.dialects.postgresql"}} & set(sys.modules)),
      *sorted({{name.partition(".")[0] for name in sys.modules}}), file=sys.stderr)
"""
STEPS = ("alembic", "mako", "pygments")  # of the database, where some are missing
OTHERS = ("sqlalchemy.dialects.postgresql", "css_inline", "rapidfuzz", "rich", "feedparser", "bs4")
PAGE = "<!doctype html><title>Pool</title><h1>Pool</h1><p>The pool has been open since 3 May 2024."


def loaded(words: list[str]) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(words=words)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(done.stderr.splitlines()[-1].split())


def test_an_audit_of_files_loads_nothing_that_it_does_not_use(tmp_path):
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    found = loaded(["audit", str(tmp_path), "--offline"])
    assert "selectolax" in found
    assert found.isdisjoint({*HEAVY, "jinja2", "cattrs", "lxml", "rapidfuzz"})


@pytest.fixture
def listed(tmp_path):
    """A configuration with a list of one article, which no server can answer for."""
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:9/a.html\n", encoding="utf-8")
    config = tmp_path / "checker.toml"
    config.write_text(
        f'data_dir = "{tmp_path}/data"\n[[source]]\nname = "a"\nlist = "{tmp_path}/urls.txt"\n'
        'allow = ["127.0.0.1:9"]\n[fetch]\ndelay = "0s"\n', encoding="utf-8",
    )  # fmt: skip
    return str(config)


def test_taking_in_and_checking_load_nothing_for_other_days(listed):
    """Neither steps between versions, though the first makes the database, nor the other database,
    nor what composes mail, nor what compares, as nothing came that could be compared."""
    for words in (["source", "sync"], ["check", "--due"], ["status"]):
        found = loaded([*words, "--config", listed])
        assert "sqlalchemy" in found
        assert found.isdisjoint({*STEPS, *OTHERS}), words


def test_help_loads_less_still():
    assert loaded(["--help"]).isdisjoint({*HEAVY, "selectolax", "pydantic", "babel", "jinja2"})


def test_a_command_loads_no_other():
    code = (
        "import sys; from checker.entry.cli import main; main(['config', 'check', '--help']);"
        "print(*(n for n in sys.modules if n.startswith('checker.entry.cli.')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = {one.rpartition(".")[2] for one in done.stderr.split()}
    assert modules == {"app", "common", "configuration", "main"}
    assert "Usage: checker config check" in done.stdout


def test_what_is_no_command_is_held_against_all_of_them(capsys):
    assert main(["chek", "--all"]) == 2
    assert "Did you mean 'check'?" in capsys.readouterr().err
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("alerts", "worker", "db"))


def test_plain_log_lines_need_no_structlog():
    code = (
        "import sys; from checker.entry.logs import to_stderr;"
        "from checker.settings import LogSettings; to_stderr(LogSettings());"
        "print('structlog' in sys.modules, 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
