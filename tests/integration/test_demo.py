"""The demo, whole: a newsroom's month over real HTTP and SMTP, and what it leaves behind."""

import io
import re
import sqlite3
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from rich.console import Console

from checker.entry import demo
from checker.entry.demo.story import OPENED
from checker.errors import TargetError
from checker.stages import banner

EXPECTED = {
    "harbour-bridge-toll": ("outdated", "source-corrected"),
    "school-lunches": ("outdated", "stealth-edit"),
    "museum-reopens": ("current", "stamp-bump"),
    "river-festival": ("outdated", "source-gone"),
    "mayor-interview": ("current", None),
    "library-hours": ("current", None),
    "bicycle-guide": ("current", None),
    "storm-warning": ("outdated", "age-exceeded"),
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo") / "month"
    screen = io.StringIO()
    demo.run(folder, Console(file=screen, width=120))
    return folder, screen.getvalue()


def verdicts(folder: Path) -> dict[str, tuple[str, str]]:
    from checker.settings import load
    from checker.wiring import build

    with build(load(folder / "checker.toml", {})) as application:
        return {
            one.article.uri.rpartition("/")[2].removesuffix(".html"): (
                one.verdict.status.value,
                " ".join(finding.rule.value for finding in one.verdict.findings),
            )
            for one in application.store.standings()
            if one.verdict is not None
        }


@pytest.mark.parametrize("slug", EXPECTED)
def test_each_kind_of_edit_comes_to_its_verdict(played: tuple[Path, str], slug: str) -> None:
    status, rule = EXPECTED[slug]
    found, rules = verdicts(played[0])[slug]
    assert found == status
    assert rule is None or rule in rules.split()


def test_flagged_copies_bear_a_banner_and_the_archive_is_untouched(
    played: tuple[Path, str],
) -> None:
    folder, _ = played
    flagged = {path.stem: path for path in (folder / "flagged").rglob("*.html")}
    for slug, (status, _rule) in EXPECTED.items():
        original = next((folder / "copies").rglob(f"{slug}.html")).read_bytes()
        assert banner.strip(original) == original
        if status == "outdated":
            body = flagged[slug].read_bytes()
            assert body != original
            assert banner.strip(body) == original
        elif slug in flagged:  # was flagged once, and is clean again
            assert flagged[slug].read_bytes() == original


def test_mail_tells_of_transitions_and_of_nothing_else(played: tuple[Path, str]) -> None:
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((played[0] / "mail").glob("*.eml"))
    ]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    # adoption, correction, silent rewrite, soft 404, its return, and the page that is gone
    assert len(mails) == 6
    assert all(mail["To"] == "editor@tidewater.example" for mail in mails)
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in mails)
    text = " ".join(mails[1].get_body(("plain",)).get_content().split())
    assert "Correction, 3 March 2026" in text


def test_the_story_reads_well_in_a_narrow_terminal(tmp_path: Path) -> None:
    screen = io.StringIO()
    demo.run(tmp_path / "month", Console(file=screen, width=80))
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 80 or all("--config" in one for one in lines if len(one) > 80)
    for slug, (status, rule) in EXPECTED.items():  # no word of the table is cut in two
        row = next(line.split() for line in lines if line.strip().startswith(slug))
        assert status in row
        assert rule is None or rule in screen.getvalue()
    days = [line for line in lines if line.startswith("Day ")]
    for line in days:  # by the calendar
        number, shown = re.fullmatch(r"Day (\d+) · (.*), \d\d:00", line).groups()
        assert shown == f"{OPENED + timedelta(days=int(number)):%A %-d %B %Y}"
    assert len(days) > 8


def test_the_outage_changed_nothing(played: tuple[Path, str]) -> None:
    assert "during the outage, which changed no verdict" in " ".join(played[1].split())


def test_all_captures_are_kept(played: tuple[Path, str]) -> None:
    folder, _ = played
    with sqlite3.connect(folder / "checker.db") as database:
        (checks,) = database.execute("select count(*) from checks").fetchone()
    database.close()
    assert checks > 100
    assert list((folder / "archive").glob("*.warc.gz"))


def test_a_folder_with_something_in_it_is_refused(played: tuple[Path, str]) -> None:
    with pytest.raises(TargetError, match="something in it"):
        demo.run(played[0], Console(file=io.StringIO()))
