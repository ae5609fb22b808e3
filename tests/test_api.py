"""The public functions: what a program can import, and that importing costs nothing."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import checker
from checker.errors import TargetError
from checker.model import Rule, Status

ADAPTERS = ("requests", "sqlalchemy", "fastwarc", "warcio", "apscheduler", "pydantic", "typer")
OLD = (
    '<html lang="en"><head><title>Old</title>'
    '<meta property="article:published_time" content="2001-05-04T08:00:00+02:00"></head>'
    "<body><article><h1>Old</h1><p>Something happened in the town, they said.</p></article></body>"
)


def test_importing_the_package_imports_no_adapter() -> None:
    code = f"import checker, sys; print([n for n in {ADAPTERS!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_there_and_others_are_not() -> None:
    assert all(hasattr(checker, name) for name in checker.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = checker.nonsense


def test_audit_judges_files_and_folders(tmp_path: Path) -> None:
    page = tmp_path / "old.html"
    page.write_text(OLD)
    as_of = datetime(2026, 3, 2, tzinfo=UTC)
    report = checker.audit(tmp_path, offline=True, as_of=as_of)
    (item,) = report.items
    assert item.verdict.status is Status.OUTDATED
    assert item.verdict.has(Rule.AGE_EXCEEDED)
    assert report.as_of == as_of
    quiet = checker.audit([page, str(page)], offline=True, ignore=[Rule.AGE_EXCEEDED])
    assert [one.verdict.status for one in quiet.items] == [Status.CURRENT] * 2
    only = checker.audit(page, offline=True, select=[Rule.NO_TIMESTAMP], policy="news")
    assert only.items[0].verdict.findings == ()


def test_audit_of_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no such file"):
        checker.audit(tmp_path / "missing.html")


def test_pages_are_read_and_compared() -> None:
    dates = checker.extract_dates(OLD)
    assert dates.published is not None
    assert dates.published.quote == "2001-05-04T08:00:00+02:00"
    assert checker.extract_text(OLD).title == "Old"
    assert checker.compare(OLD, OLD).change == "identical"
