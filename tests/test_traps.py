"""The traps of docs/reference/traps.md, by their numbers, through the whole pipeline."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from checker import pipeline
from checker.model import (
    AlertEvent,
    DateEvidence,
    DateKind,
    FailureKind,
    FetchFailure,
    Hint,
    Origin,
    OriginKind,
    Outcome,
    Precision,
    Zone,
)
from tests.helpers_watch import DAY, STORY, URI, Watch, html, reply
from tests.loopback import Reply

CHANGED = (STORY[0].replace("4.50", "5.40"), *STORY[1:])
DOWN = FetchFailure(URI, FailureKind.TIMEOUT, "no answer within 30 s")
NOT_FOUND = Reply(404, b"<h1>Not found</h1>", (("Content-Type", "text/html"),))
LOGIN = html("Please log in or sign in to continue reading this page.", title="Log in")


def test_trap_1_a_304_answers_the_question_that_was_asked(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.check(reply(html(), '"first"'))
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"first"'
    assert watch.status == "current"
    watch.check(reply(html(*CHANGED), '"second"'))
    assert watch.status == "outdated"
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"second"'
    assert watch.status == "outdated", "a 304 to the newest capture means: still different"


def test_trap_1_the_copy_s_validators_are_asked_again_once_it_is_current(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.check(reply(html(), '"first"'))
    watch.check(reply(html(*CHANGED), '"second"'))
    watch.check(reply(html(), '"third"'))
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"third"'
    assert watch.status == "current"


def test_trap_2_an_outage_neither_sets_nor_clears_a_flag(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    for _ in range(5):
        record = watch.check(DOWN, after=10 * DAY)
        assert record.alerts == ()
    assert watch.status == "undetermined"  # not outdated, and not called current either
    watch.check(reply(html(*CHANGED)))
    assert watch.status == "outdated"
    for answer in (DOWN, reply(LOGIN), Reply(403), Reply(503)):
        record = watch.check(answer, after=10 * DAY)
        assert watch.status == "outdated"
        assert {one.event for one in record.alerts} <= {AlertEvent.REMINDER}


def test_trap_2_gone_needs_three_checks_over_fourteen_days(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    watch.check(NOT_FOUND)
    watch.check(NOT_FOUND, after=5 * DAY)
    watch.check(DOWN, after=5 * DAY)  # neither counts nor starts the count anew
    assert watch.status == "current"
    record = watch.check(NOT_FOUND, after=4 * DAY)
    assert watch.status == "outdated"
    assert "source-gone" in watch.rules
    assert len(record.alerts) == 1


def test_trap_2_a_410_needs_one(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    watch.check(Reply(410))
    assert "source-gone" in watch.rules


def test_trap_3_a_304_without_validators_keeps_the_stored_ones(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.check(reply(html(), '"first"'))
    for _ in range(3):
        watch.check(Reply(304))
        assert watch.sent["If-None-Match"] == '"first"'


def test_trap_3_a_new_memento_resets_the_question(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    watch.check(reply(html(), '"first"'))
    watch.check(reply(html(*CHANGED), '"second"'))
    accepted = watch.standing.newest  # what the store does on `checker article accept`
    watch.standing = replace(
        watch.standing,
        copy=accepted,
        copy_reading=None,
        newest=None,
        newest_reading=None,
        comparison=None,
    )
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"second"'
    assert watch.status == "current"


def test_trap_4_a_new_rule_version_judges_again_quietly(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(*CHANGED), '"2"'))
    old = watch.standing
    assert old.verdict is not None
    assert old.copy_reading is not None
    # As an older version left it: it saw no difference and called the article current.
    quiet = replace(old.verdict, version="judge-0", status=type(old.verdict.status)("current"))
    reading = replace(old.copy_reading, version="reader-0", title="")
    watch.standing = replace(old, verdict=replace(quiet, findings=()), copy_reading=reading)
    record = watch.check(Reply(304))
    assert watch.status == "outdated", "judged again by today's rules"
    assert watch.standing.copy_reading is not None
    assert watch.standing.copy_reading.title, "read again by today's reader"
    assert record.alerts == (), "a technical change alerts nobody"


def test_trap_5_a_feed_date_or_last_modified_is_no_proof(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    when = watch.clock.now()
    origin = Origin(OriginKind.SITEMAP, "lastmod")
    lastmod = DateEvidence(
        DateKind.MODIFIED, when, when, Precision.SECOND, Zone.STATED, origin, "x", weak=True
    )
    watch.standing = replace(watch.standing, hints=(Hint(lastmod, when),))
    moved = (("Content-Type", "text/html"), ("Last-Modified", "Sun, 01 Mar 2026 08:00:00 GMT"))
    record = watch.check(Reply(200, html(), moved))
    assert record.outcome is Outcome.SAME_BYTES
    assert watch.rules.isdisjoint({"source-changed", "stamp-bump", "stealth-edit"})
    assert watch.standing.copy_reading is not None
    assert watch.standing.copy_reading.dates.modified is not None
    assert watch.standing.copy_reading.dates.modified.origin.kind is OriginKind.META


def test_trap_6_a_failing_check_is_itself_recorded(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    record = pipeline.failed(watch.standing, watch.clock.now(), watch.clock.now(), "Boom: " * 200)
    assert record.outcome is Outcome.FAILED
    assert len(record.detail) <= 500
    assert record.standing.verdict == watch.standing.verdict
    assert record.standing.checks == watch.standing.checks + 1
    assert record.standing.next_check_at == watch.clock.now() + timedelta(hours=6)


def test_trap_7_midnight_utc_is_a_day_and_no_second(tmp_path: Path) -> None:
    def midnight(day: str) -> bytes:
        return html(stamp=day).replace(b"T09:12:31+00:00", b"T00:00:00Z")

    watch = Watch(tmp_path, copy=midnight("2026-01-20"))
    watch.check(reply(html()))
    assert watch.standing.copy_reading is not None
    published = watch.standing.copy_reading.dates.published
    assert published is not None
    assert published.precision is Precision.DAY
    assert published.zone is not Zone.NONE or published.earliest != published.latest
    assert "stamp-bump" not in watch.rules, "the same day, written more exactly, is no move"
