"""Audits that keep what they read: the report is the same as of one that reads everything anew."""

import json
import logging
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker import pipeline
from checker.adapters import folder as folders
from checker.adapters import marks, readings
from checker.adapters.library import DiskShelf
from checker.adapters.readings import FolderReadings
from checker.errors import TargetError
from checker.model import AuditItem, Dates, Reading, Report, Rule
from checker.ports.readings import Remembered
from checker.service import AuditOptions, Auditor
from checker.service.audit import examine
from tests import corpora
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, SetClock
from tests.repeats import repeats

PAGE = (
    '<!doctype html><html lang="en"><head><title>{0}</title>{1}</head><body><article>'
    "<h1>{0}</h1>{2}<p>The toll on the old bridge is 12 dollars, the council said.</p></article>"
)
STAMP = '<meta property="article:{}_time" content="{}">'
PAGES = {
    "dated.html": ("Toll", STAMP.format("published", "2019-03-01T10:00:00Z"), ""),
    "to-come.html": ("Gala", STAMP.format("published", "2026-12-01T10:00:00Z"), ""),
    "today.html": ("Now", STAMP.format("published", "2026-11-24T15:00:00Z"), ""),
    "changed.html": ("Then", STAMP.format("modified", "2026-11-20T00:00:00Z"), ""),
    "lost.html": ("Fair", "", "<p>The fair opens on Friday 6 November. Next year all is new."),
    "tells.html": ("Vote", "", "<p>The vote of 3 May 2021 was close. It was held in 2021."),
    "bare.html": ("Bare", "", ""),
    "expires.html": ("Offer", '<meta name="robots" content="unavailable_after: 2027-02-01">', ""),
}
DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def tree(folder: Path) -> Path:
    folder.mkdir()
    for name, parts in PAGES.items():
        (folder / name).write_text(PAGE.format(*parts), encoding="utf-8")
    (folder / "note.md").write_text("---\ndate: 2020-05-01\n---\n# Note\n\nOld words.\n")
    (folder / "empty.html").write_bytes(b"")
    return folder


def audit(folder: Path, cache: Path | None, at: datetime = DAY, **options: object) -> Report:
    clock = SetClock()
    kept = FolderReadings(cache) if cache is not None else None
    auditor = Auditor(FakeHttp({}, clock), clock, POLICIES, DiskShelf(), readings=kept)
    report = auditor.audit([str(folder)], AuditOptions(offline=True, as_of=at, **options))
    if kept is not None:
        kept.close()
    return report


@pytest.fixture
def read_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which pages were read, as they are."""
    seen: list[str] = []
    real = pipeline.read

    def read(representation: object, **given: object) -> object:
        seen.append(representation.digest)  # type: ignore[attr-defined]
        return real(representation, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(examine, "read", read)
    return seen


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which files were opened; what was written just now counts as old."""
    seen: list[str] = []
    real = folders._read

    def read(path: Path, *given: int) -> bytes | str:
        seen.append(path.name)
        return real(path, *given)

    monkeypatch.setattr(folders, "_read", read)
    monkeypatch.setattr(marks, "RECENT_NS", 0)
    return seen


def test_what_lies_as_it_lay_is_not_opened(tmp_path: Path, opened: list[str]) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    fresh = audit(folder, None)
    assert audit(folder, cache) == fresh
    opened.clear()
    assert audit(folder, cache) == fresh
    assert {"dated.html", "bare.html", "note.md"}.isdisjoint(opened)
    assert set(opened) == {"empty.html", "today.html"}  # nothing of them is kept
    later = DAY + timedelta(days=900)
    assert audit(folder, cache, later) == audit(folder, None, later)


def test_a_change_is_seen_behind_the_same_size_and_time(tmp_path: Path, opened: list[str]) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    audit(folder, cache)
    page = folder / "dated.html"
    before, words = page.stat(), page.read_text(encoding="utf-8")
    page.write_text(words.replace("2019", "2018"), encoding="utf-8")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    opened.clear()
    changed = audit(folder, cache)
    assert "dated.html" in opened
    assert changed == audit(folder, None)
    assert "2018-03-01" in repr(changed.items)


def test_what_was_written_just_now_is_opened(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "RECENT_NS", 600_000_000_000)
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    audit(folder, cache)
    opened.clear()
    audit(folder, cache)
    assert {"dated.html", "bare.html", "note.md"} <= set(opened)


def test_other_addresses_and_rules_are_no_hit(tmp_path: Path, opened: list[str]) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    audit(folder, cache)
    for asked in (
        {"base_url": "https://paper.test/2019/"},
        {"mapping": (("dated.html", "https://paper.test/mapped"),)},
        {"select": (Rule.AGE_EXCEEDED,)},
    ):
        opened.clear()
        assert audit(folder, cache, **asked) == audit(folder, None, **asked)
        assert "dated.html" in opened


def test_a_system_without_hard_links_reads_the_bytes(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"

    def refused(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    fresh = audit(folder, cache)
    opened.clear()
    assert audit(folder, cache) == fresh
    assert "dated.html" in opened


def test_a_file_that_is_named_alone_is_not_read_again(
    tmp_path: Path, read_pages: list[str]
) -> None:
    page, cache = tree(tmp_path / "pages") / "dated.html", tmp_path / "cache"
    fresh = audit(page, None)
    assert audit(page, cache) == fresh
    read_pages.clear()
    assert audit(page, cache) == fresh
    assert read_pages == []
    page.write_text(PAGE.format(*PAGES["bare.html"]), encoding="utf-8")
    assert audit(page, cache) == audit(page, None) != fresh


def test_a_saved_message_is_opened_for_its_address(tmp_path: Path, opened: list[str]) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "page.mht").write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n"
        b"Content-Location: https://paper.test/toll\r\n\r\n"
        + PAGE.format(*PAGES["dated.html"]).encode()
    )
    fresh = audit(folder, tmp_path / "cache")
    opened.clear()
    assert audit(folder, tmp_path / "cache") == fresh
    assert opened == ["page.mht"]


def test_what_did_not_change_is_not_read_again(tmp_path: Path, read_pages: list[str]) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    fresh = audit(folder, None)
    assert audit(folder, cache) == fresh
    read_pages.clear()
    assert audit(folder, cache) == fresh
    assert len(read_pages) <= 2  # whose dates are of that very day
    (folder / "dated.html").write_text(PAGE.format(*PAGES["bare.html"]), encoding="utf-8")
    read_pages.clear()
    changed = audit(folder, cache)
    assert changed == audit(folder, None)
    assert changed != fresh


def test_names_and_moves_do_not_matter_but_addresses_do(
    tmp_path: Path, read_pages: list[str]
) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    audit(folder, cache)
    moved = folder.rename(tmp_path / "moved")
    read_pages.clear()
    assert audit(moved, cache) == audit(moved, None)
    based = audit(moved, cache, base_url="https://paper.test/2019/03/")
    assert based == audit(moved, None, base_url="https://paper.test/2019/03/")
    mapping = (("dated.html", "https://paper.test/mapped"),)
    assert audit(moved, cache, mapping=mapping) == audit(moved, None, mapping=mapping)


instants = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1)) | st.datetimes(
    datetime(2026, 11, 19), datetime(2026, 12, 3)
)


@settings(max_examples=repeats(12, 40), deadline=None)
@given(first=instants, then=instants)
def test_any_two_days_give_what_each_gives_alone(
    tmp_path_factory: pytest.TempPathFactory, first: datetime, then: datetime
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "RECENT_NS", 0)  # files that lie as they lay are not opened
        place = tmp_path_factory.mktemp("days")
        folder = tree(place / "pages")
        audit(folder, place / "cache", first.replace(tzinfo=UTC))
        at = then.replace(tzinfo=UTC)
        assert audit(folder, place / "cache", at) == audit(folder, None, at)


@pytest.mark.slow
def test_real_pages_on_other_days(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, body in enumerate(corpora.real_pages(repeats(12, 40))):
        (folder / f"{number}.html").write_bytes(body)
    for days in (0, 0.3, 1, 400, -2, -2_000):
        at = DAY + timedelta(days=days)
        assert audit(folder, tmp_path / "cache", at) == audit(folder, None, at), days


def test_a_policy_or_baseline_is_looked_at_each_time(tmp_path: Path) -> None:
    from checker.model import Rule

    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    audit(folder, cache)
    for less in (
        {"ignore": (Rule.AGE_EXCEEDED,)},
        {"select": (Rule.NO_TIMESTAMP,)},
        {"ignore": (Rule.LAPSED_CLAIM, Rule.RELATIVE_DATE)},
        {},
    ):
        assert audit(folder, cache, **less) == audit(folder, None, **less), less
    assert audit(folder, cache, DAY + timedelta(days=900)) == audit(
        folder, None, DAY + timedelta(days=900)
    )


def test_what_is_compared_is_read(tmp_path: Path) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    clock = SetClock()
    kept = FolderReadings(cache)
    auditor = Auditor(FakeHttp({}, clock), clock, POLICIES, DiskShelf(), readings=kept)
    auditor.audit([str(folder)], AuditOptions(as_of=DAY))
    assert not list(cache.rglob("*.json"))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[" * 100_000, b'{"reading": 1}', b"\xff\xfe", b"null", b"x" * 5_000_000]
)
def test_what_is_broken_is_as_if_it_were_not_there(tmp_path: Path, text: bytes) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    fresh = audit(folder, cache)
    for path in cache.rglob("*.json"):
        path.write_bytes(text)
    assert audit(folder, cache) == fresh
    assert all(json.loads(path.read_bytes()) for path in cache.rglob("*.json"))


def remembered() -> Remembered:
    reading = Reading("sha256:0", "t", None, Dates(), (), (), "", "", 0)
    return Remembered(None, "", reading, DAY)


def keys(folder: Path) -> set[str]:
    return {path.parent.name + path.stem for path in folder.rglob("*.json")}


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    kept = FolderReadings(tmp_path, limit=10)
    for number in range(20):
        kept.note(f"{number:064x}", remembered())
        path = next(tmp_path.rglob(f"{f'{number:064x}'[2:]}.json"))
        os.utime(path, (number, number))
    kept.close()
    assert keys(tmp_path) == {f"{number:064x}" for number in range(12, 20)}


def test_what_is_used_is_not_old(tmp_path: Path) -> None:
    kept = FolderReadings(tmp_path)
    kept.note("ab" * 32, remembered())
    (path,) = tmp_path.rglob("*.json")
    os.utime(path, (1, 1))
    assert kept.known("ab" * 32) == remembered()
    assert time.time() - path.stat().st_mtime < 60
    assert kept.known("cd" * 32) is None


def test_another_version_begins_anew_and_old_ones_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = FolderReadings(tmp_path)
    kept.note("ab" * 32, remembered())
    kept.close()
    (own,) = tmp_path.glob("readings-*")
    foreign = tmp_path / "pictures"
    foreign.mkdir()
    os.utime(own, (1, 1))
    os.utime(foreign, (1, 1))
    monkeypatch.setattr(readings.checker, "__version__", "99")
    newer = FolderReadings(tmp_path)
    assert newer.known("ab" * 32) is None
    newer.note("ab" * 32, remembered())
    newer.close()
    assert not own.exists()
    assert foreign.exists()
    assert (tmp_path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06")


def test_a_full_disk_costs_the_memory_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    fresh = audit(folder, None)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with caplog.at_level(logging.WARNING):
        assert audit(folder, cache) == fresh
    assert [one.message for one in caplog.records] == [
        f"{cache}: No space left on device; nothing more is kept there"
    ]


def test_a_place_that_can_not_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetError, match="Name a folder that you may write to"):
        FolderReadings(tmp_path / "file")


def test_trouble_with_what_is_kept_is_the_document_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder, cache = tree(tmp_path / "pages"), tmp_path / "cache"
    fresh = audit(folder, cache)

    def breaks(*_: object) -> AuditItem:
        raise RecursionError("too deep")

    monkeypatch.setattr(examine.Examination, "judged_again", breaks)
    assert audit(folder, cache) == fresh
    assert "can't be judged by what was read before" in caplog.text


def test_the_command_keeps_the_order_with_workers_and_a_state(clean_environment, run) -> None:
    del clean_environment
    docs = Path("docs")
    docs.mkdir()
    for number in range(60):
        words = PAGE.format(f"Toll {number}", STAMP.format("published", "2019-03-01"), "")
        (docs / f"{number:03}.html").write_text(words, encoding="utf-8")
    common = ("audit", "docs", "--offline", "--as-of", "2026-11-24", "--format", "json")
    fresh = run(*common)
    assert run(*common, "--cache", "kept", "--jobs", "2") == fresh
    for number in range(5, 60, 4):
        (docs / f"{number:03}.html").write_text(PAGE.format("New", "", ""), encoding="utf-8")
    fresh = run(*common)
    assert run(*common, "--cache", "kept", "--resume", "state", "--jobs", "2") == fresh
    assert run(*common, "--cache", "kept", "--resume", "state") == fresh
    assert run(*common, "--cache", "kept") == fresh
