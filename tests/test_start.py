"""What a command loads: an audit of files waits for no network, mail, database or feed reader."""

import subprocess
import sys

HEAVY = ("requests", "urllib3", "feedparser", "bs4", "sqlalchemy", "smtplib", "uvicorn", "apprise")
CODE = """
import sys
from checker.entry.cli.main import main
main({words!r})
print(*sorted({{name.partition(".")[0] for name in sys.modules}}), file=sys.stderr)
"""
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
    assert found.isdisjoint({*HEAVY, "jinja2", "cattrs", "lxml"})


def test_help_loads_less_still():
    assert loaded(["--help"]).isdisjoint({*HEAVY, "selectolax", "pydantic", "babel", "jinja2"})
