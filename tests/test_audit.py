"""Audits of copies against their sources, seen once and never again; nothing is recorded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.adapters.library import DiskShelf, Library
from checker.errors import ArchiveError, TargetError
from checker.model import (
    AuditItem,
    FailureKind,
    FetchFailure,
    Locator,
    Memento,
    Source,
    SourceKind,
    Validators,
)
from checker.service import AuditOptions, Auditor
from tests.fakes_archive import FakeArchive
from tests.fakes_http import FakeHttp
from tests.helpers_service import feed
from tests.helpers_watch import POLICIES, STORY, URI, SetClock, html, reply
from tests.loopback import Reply

CHANGED = (STORY[0].replace("4.50", "5.40"), *STORY[1:])
GONE = html("We are sorry, the page that you look for is not available.", title="Page not found")
LOGIN = html("Please log in or sign in to continue reading this page.", title="Log in")


def copy_of(uri: str = URI) -> bytes:
    return html().replace(b"</head>", f'<link rel="canonical" href="{uri}"></head>'.encode())


def audit(folder: Path, script: dict[str, object], *targets: str, **options: object) -> Auditor:
    clock = SetClock()
    auditor = Auditor(FakeHttp(script, clock), clock, POLICIES, DiskShelf(), "0")
    return auditor.audit(targets or (str(folder),), AuditOptions(**options))


def one(folder: Path, answer: object) -> AuditItem:
    """The audit of one copy whose source answers so."""
    (folder / "bridge.html").write_bytes(copy_of())
    (item,) = audit(folder, {URI: answer}).items
    return item


def said(item: AuditItem) -> dict[str, str]:
    return {finding.rule.value: finding.message for finding in item.verdict.findings}


@pytest.mark.parametrize(
    ("answer", "status", "rule"),
    [
        (reply(html()), "current", None),
        (reply(html(*CHANGED)), "outdated", "source-changed"),
        (reply(html(), status=410), "outdated", "source-gone"),
        (reply(GONE), "outdated", "source-replaced"),
        (Reply(404), "undetermined", "source-unreachable"),
        (Reply(503), "undetermined", "source-unreachable"),
        (Reply(403), "undetermined", "source-blocked"),
        (reply(LOGIN), "undetermined", "source-blocked"),
        (reply(b"%PDF-1.7"), "undetermined", "source-blocked"),
        (Reply(304), "undetermined", "source-unreachable"),
        (FetchFailure(URI, FailureKind.DNS, "no such host"), "undetermined", "source-unreachable"),
        (FetchFailure(URI, FailureKind.ROBOTS, "forbidden"), "undetermined", "source-blocked"),
    ],
)
def test_what_the_source_answers_once_comes_to_a_verdict(
    tmp_path: Path, answer: object, status: str, rule: str | None
) -> None:
    item = one(tmp_path, answer)
    assert item.verdict.status.value == status
    assert rule is None or rule in said(item)


def test_one_404_is_a_warning_that_says_why(tmp_path: Path) -> None:
    item = one(tmp_path, Reply(404))
    assert "gone needs confirmation over time" in said(item)["source-unreachable"]


def test_offline_asks_for_no_comparison_and_no_network(tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_bytes(copy_of())
    clock = SetClock()
    http = FakeHttp({}, clock)
    auditor = Auditor(http, clock, POLICIES, DiskShelf())
    report = auditor.audit([str(tmp_path)], AuditOptions(offline=True))
    assert [item.verdict.status.value for item in report.items] == ["current"]
    assert http.requests == []
    assert report.tool == "archive-checker"


def test_the_user_s_map_outranks_what_a_page_says(tmp_path: Path) -> None:
    (tmp_path / "bridge.html").write_bytes(copy_of("https://wrong.test/"))
    report = audit(tmp_path, {URI: reply(html(*CHANGED))}, mapping=(("bridge.html", URI),))
    (item,) = report.items
    assert (item.uri, item.mapped_by) == (URI, "map")
    assert item.verdict.status.value == "outdated"


def test_a_live_page_is_its_own_source(tmp_path: Path) -> None:
    (item,) = audit(tmp_path, {URI: reply(html())}, URI).items
    assert item.mapped_by == "fetched"
    assert item.comparison is None
    assert item.verdict.status.value == "current"


def test_a_feed_s_pages_are_audited_and_bad_ones_skipped(tmp_path: Path) -> None:
    root = "https://paper.test/feed.xml"
    script = {root: Reply(200, feed(URI, "https://paper.test/gone.html")), URI: reply(html())}
    report = audit(tmp_path, script, root)
    assert [item.uri for item in report.items] == [URI]
    assert [(one.name, one.reason) for one in report.skipped] == [
        ("https://paper.test/gone.html", "HTTP 404")
    ]


def test_an_index_that_names_itself_and_a_page_ends(tmp_path: Path) -> None:
    root, ns = "https://paper.test/sitemap.xml", "http://www.sitemaps.org/schemas/sitemap/0.9"
    rows = f"<sitemap><loc>{root}</loc></sitemap><sitemap><loc>{URI}</loc></sitemap>"
    index = f'<sitemapindex xmlns="{ns}">{rows}</sitemapindex>'.encode()
    report = audit(tmp_path, {root: Reply(200, index), URI: reply(html())}, root)
    assert [one.reason for one in report.skipped] == ["it is neither a feed nor a sitemap"]


def test_a_target_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="HTTP 500"):
        audit(tmp_path, {URI: Reply(500)}, URI)
    with pytest.raises(TargetError, match="no such host"):
        audit(tmp_path, {}, "https://nowhere.test/")


def test_an_unforeseen_error_in_one_document_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.stages import judge

    (tmp_path / "a.html").write_bytes(html())
    (tmp_path / "b.html").write_bytes(html())
    faults = iter((RecursionError("too deep"),))
    real = judge.judge

    def breaks(*arguments: object) -> object:
        for fault in faults:
            raise fault
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(judge, "judge", breaks)
    report = audit(tmp_path, {})
    assert [one.reason for one in report.skipped] == [
        "a fault in checker: RecursionError: too deep"
    ]
    assert [item.name for item in report.items] == ["b.html"]
    with pytest.raises(TargetError, match="no policy of that name"):
        audit(tmp_path, {}, policy="nwes")


def test_progress_names_each_document(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(html())
    (tmp_path / "b.pdf.html").write_bytes(b"%PDF-1.4")
    seen: list[tuple[str, float]] = []
    report = audit(
        tmp_path,
        {},
        progress=lambda *done: seen.append(done),
        as_of=datetime(2026, 5, 1, tzinfo=UTC),
    )
    assert seen == [("a.html", 0.5), ("b.pdf.html", 1.0)]
    assert len(report.items) + len(report.skipped) == 2


# ── the shelf and the library behind it ───────────────────────────────────────────────────────


def memento(path: str, offset: int | None = None) -> Memento:
    return Memento(
        URI, SetClock().now(), Validators(), "text/html", "utf-8", "sha256:0", Locator(path, offset)
    )


def test_a_copy_outside_every_source_is_not_read(tmp_path: Path) -> None:
    library = Library(FakeArchive(), (tmp_path / "copies",))
    with pytest.raises(ArchiveError, match="no configured source holds this copy"):
        library.load(memento("/etc/passwd"))


def test_a_copy_that_changed_since_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(html())
    library = Library(FakeArchive(), (tmp_path,))
    with pytest.raises(ArchiveError, match="is not what it was"):
        library.load(memento(str(tmp_path / "a.html")))


def test_skipped_copies_and_large_lists_are_explained(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_bytes(b"")
    source = Source("folder", SourceKind.FOLDER, str(tmp_path))
    (skipped,) = DiskShelf().copies(source)
    assert skipped.name == "bad.html"
    with pytest.raises(TargetError, match="can't be read"):
        list(DiskShelf().lines(tmp_path / "none.txt"))
    with pytest.raises(TargetError, match="no such file"):
        list(DiskShelf().open(tmp_path / "none", None))
