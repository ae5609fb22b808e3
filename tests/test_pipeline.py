"""One article through many checks: what each answer does to its standing, verdict and alerts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checker import pipeline
from checker.errors import ArchiveError
from checker.model import AlertEvent, FailureKind, FetchFailure, Outcome
from tests.helpers_banner import splice
from tests.helpers_watch import DAY, STORY, URI, Watch, html, reply
from tests.loopback import Reply

CORRECTED = (
    STORY[0].replace("4.50", "5.40"),
    *STORY[1:],
    "Correction, 4 March 2026: An earlier version of this article gave the toll as 4.50. It is 5.40.",
)
SILENT = (STORY[0].replace("4.50", "5.40"), *STORY[1:])
NOT_FOUND = Reply(404, b"<h1>Not found</h1>", (("Content-Type", "text/html"),))
SOFT_404 = html(
    "We are sorry, the page that you are looking for is not available any more.",
    title="Page not found",
)
DOWN = FetchFailure(URI, FailureKind.CONNECT, "connection refused")


def test_the_first_capture_becomes_the_copy_where_no_archive_gave_one(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    record = watch.check(reply(html(), '"1"'))
    assert record.outcome is Outcome.ADOPTED
    assert watch.standing.copy == record.capture
    assert watch.status == "current"
    assert record.alerts == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(SOFT_404), id="soft 404"),
        pytest.param(reply(b"%PDF-1.7 binary"), id="PDF sent as HTML"),
        pytest.param(reply(b""), id="empty body"),
    ],
)
def test_what_is_no_article_never_becomes_the_copy(tmp_path: Path, answer: Reply) -> None:
    watch = Watch(tmp_path)
    record = watch.check(answer)
    assert record.outcome is Outcome.UNREADABLE
    assert record.detail
    assert watch.standing.copy is None
    assert watch.status == "undetermined"


def test_a_copy_of_the_archive_is_compared_at_the_first_check(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html(), adopted=False)
    record = watch.check(reply(html(*SILENT), '"2"'))
    assert record.outcome is Outcome.COMPARED
    assert record.detail == "substantive"
    assert watch.status == "outdated"
    assert {"source-changed", "stealth-edit"} <= watch.rules
    assert record.alerts == ()  # a first verdict is no transition


def test_the_same_bytes_are_not_parsed_and_not_stored_twice(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    first = watch.check(reply(html()))
    size = sum(path.stat().st_size for path in (tmp_path / "archive").iterdir())
    again = watch.check(reply(html()))
    assert again.outcome is Outcome.SAME_BYTES
    assert first.capture is not None
    assert again.capture is not None
    assert again.capture.digest == first.capture.digest
    grown = sum(path.stat().st_size for path in (tmp_path / "archive").iterdir()) - size
    assert 0 < grown < 1500  # a revisit record with its request, no second payload


def test_a_correction_is_told_once(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(), '"1"'))
    record = watch.check(reply(html(*CORRECTED, stamp="2026-03-04"), '"2"'))
    assert watch.status == "outdated"
    assert "source-corrected" in watch.rules
    assert [alert.event for alert in record.alerts] == [AlertEvent.BECAME_OUTDATED]
    # where the source lists addresses only, the page itself says what it is called
    assert [alert.title for alert in record.alerts] == ["Council raises the bridge toll"]
    again = watch.check(Reply(304))
    assert again.outcome is Outcome.NOT_MODIFIED
    assert watch.status == "outdated"
    assert again.alerts == ()


def test_what_comes_back_is_current_again_and_told(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    watch.check(reply(html(*SILENT)))
    record = watch.check(reply(html()))
    assert watch.status == "current"
    assert [alert.event for alert in record.alerts] == [AlertEvent.BECAME_CURRENT]


def test_before_adoption_nobody_is_told(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html(), adopted=False)
    watch.check(reply(html()))
    record = watch.check(reply(html(*SILENT)))
    assert watch.status == "outdated"
    assert record.alerts == ()


def test_a_bumped_date_is_a_warning_and_no_alarm(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    record = watch.check(reply(html(stamp="2026-03-04")))
    assert "stamp-bump" in watch.rules
    assert watch.status == "current"
    assert record.alerts == ()


def test_a_soft_404_needs_two_checks_over_a_day_and_recovers(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    watch.check(reply(SOFT_404))
    assert watch.status == "current"
    watch.check(after=timedelta(hours=30))
    assert watch.status == "outdated"
    assert "source-replaced" in watch.rules
    watch.check(reply(html()))
    assert watch.status == "current"
    assert watch.standing.absences.replaced is None


def test_a_confirmed_replacement_stays_over_a_304(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(), '"1"'))
    watch.check(reply(SOFT_404, '"soft"'))
    watch.check(after=timedelta(hours=30))
    assert watch.standing.newest is not None
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"soft"'
    assert "source-replaced" in watch.rules


def test_an_unconfirmed_replacement_does_not_clear_a_correction(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    watch.check(reply(html(*CORRECTED)))
    watch.check(reply(SOFT_404))
    assert "source-corrected" in watch.rules
    assert watch.status == "outdated"


def test_a_permanent_redirect_to_the_same_article_is_noted(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.http.script["https://paper.test/new.html"] = reply(html())
    watch.check(Reply(301, b"", (("Location", "/new.html"),)))
    assert watch.standing.moved_to == "https://paper.test/new.html"
    assert "source-moved" in watch.rules
    assert watch.status == "current"


def test_a_copy_that_vanished_from_the_disk_is_an_error_that_says_so(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    (tmp_path / "copies" / "bridge.html").unlink()
    with pytest.raises(ArchiveError, match=r"bridge\.html"):
        watch.check(reply(html()))


def test_a_new_comparer_compares_again_from_the_archive(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(*SILENT), '"2"'))
    assert watch.standing.comparison is not None
    old = replace(watch.standing.comparison, version="compare-0", edits=())
    watch.standing = replace(watch.standing, comparison=old)
    record = watch.check(Reply(304))
    assert watch.standing.comparison.edits
    assert watch.standing.comparison.version != "compare-0"
    assert record.alerts == ()


def test_a_source_with_a_policy_of_its_own_is_judged_by_it(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.source = replace(watch.source, policy="news")
    watch.check(reply(html()))
    assert watch.standing.verdict is not None
    assert watch.standing.verdict.policy == "news"


def test_the_next_check_is_planned_and_counted(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    record = watch.check(reply(html()))
    assert record.standing.checks == 1
    assert record.standing.last_checked_at == watch.clock.now()
    assert record.standing.next_check_at is not None
    assert record.standing.next_check_at > watch.clock.now()


def test_our_own_banner_is_taken_off_before_anything_is_read(tmp_path: Path) -> None:
    from checker.stages import banner

    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(*SILENT)))
    assert watch.standing.verdict is not None
    assert watch.standing.copy_reading is not None
    notice = banner.compose(
        watch.standing.verdict, watch.standing.copy_reading, uri=URI, now=watch.clock.now()
    )
    assert notice is not None
    flagged = splice(html(), banner.render(notice))
    watch.check(reply(flagged))
    assert watch.status == "current"


@pytest.mark.parametrize("answer", [DOWN, NOT_FOUND, reply(html(*SILENT)), reply(b"")])
def test_every_check_is_dated_and_versioned(tmp_path: Path, answer: object) -> None:
    watch = Watch(tmp_path, copy=html())
    record = watch.check(answer, after=3 * DAY)
    assert record.started_at == record.finished_at == watch.clock.now()
    assert record.standing.verdict is not None
    assert record.standing.verdict.judged_at == watch.clock.now()
    assert record.standing.copy_reading is not None
    assert record.standing.copy_reading.version == pipeline.READER_VERSION
