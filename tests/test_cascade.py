"""What decides a check: the cheapest step that can, and what is said of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from checker.model import Change, Level, Memento, Outcome, Representation
from checker.ports import Archive
from tests.helpers_service import feed, world
from tests.helpers_watch import DAY, STORY, URI, Watch, html, reply
from tests.loopback import Reply

EDIT = (STORY[0].replace("4.50", "5.40"), *STORY[1:])


class Shut:
    """An archive that keeps what comes and gives nothing back."""

    def __init__(self, inner: Archive) -> None:
        self.append = inner.append

    def load(self, memento: Memento) -> Representation:
        raise AssertionError(f"{memento.locator} was loaded")


def shut(watch: Watch) -> None:
    watch.tools = replace(watch.tools, archive=Shut(watch.tools.archive))


def with_token(body: bytes, number: int) -> bytes:
    """The same page with what servers draw anew."""
    head = f'<meta name="csrf-token" content="{number:08}"><script nonce="{number}">1</script>'
    return body.replace(b"</head>", f"{head}</head>".encode())


def stamped(body: bytes, stamp: str) -> bytes:
    return body.replace(b"2026-01-20T09:12:31+00:00", f"{stamp}T09:12:31+00:00".encode())


def test_each_level_decides_what_it_can(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    assert watch.check(reply(html(), '"1"')).level is Level.BODY
    assert watch.check(Reply(304)).level is Level.VALIDATORS
    assert watch.check(reply(with_token(html(), 7))).level is Level.TEXT
    assert watch.check(reply(html(*EDIT))).level is Level.COMPARISON
    assert watch.check(reply(html(*EDIT))).level is Level.BODY  # as last seen
    assert watch.check(Reply(500)).level is None


def test_other_bytes_with_the_same_text_load_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    shut(watch)
    for number in range(3):
        record = watch.check(reply(with_token(html(), number)))
        assert record.outcome is Outcome.SAME_TEXT
        assert watch.status == "current"
    comparison = watch.standing.comparison
    assert comparison is not None
    assert comparison.change is Change.IDENTICAL
    assert comparison.noise == ("markup",)
    assert not comparison.stamps.moved


def test_a_moved_stamp_is_seen_without_the_copy(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html()))
    shut(watch)
    record = watch.check(reply(html(stamp="2026-02-25"), '"2"'))
    assert record.level is Level.TEXT
    assert "stamp-bump" in watch.rules
    watch.check(Reply(304))  # says "as last seen", which is not "as the copy"
    assert "stamp-bump" in watch.rules
    watch.check(reply(html()))
    assert "stamp-bump" not in watch.rules


def test_a_moved_stamp_beside_a_list_that_nobody_edited_stays_known(tmp_path: Path) -> None:
    """As sites do it: the bytes differ by the date and by what is most read today."""
    watch = Watch(tmp_path, copy=html())
    other = html(stamp="2026-02-25").replace(b"</body>", b"<footer>4,074 views</footer></body>")
    watch.check(reply(other, '"2"'))
    assert "stamp-bump" in watch.rules
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"2"'
    assert "stamp-bump" in watch.rules
    assert watch.status == "current"


def test_an_edit_seen_again_in_other_bytes_loads_nothing(tmp_path: Path) -> None:
    watch = Watch(tmp_path, copy=html())
    watch.check(reply(html(*EDIT)))
    first = watch.standing.comparison
    shut(watch)
    record = watch.check(reply(with_token(html(*EDIT), 3), '"3"'))
    assert (record.outcome, record.detail) == (Outcome.SAME_TEXT, "as last seen")
    assert watch.standing.comparison == first
    assert watch.status == "outdated"
    newest = watch.standing.newest
    assert newest is not None
    assert newest == record.capture
    assert watch.standing.changes == 1
    watch.check(Reply(304))
    assert watch.sent["If-None-Match"] == '"3"'


@pytest.mark.parametrize(
    "other",
    [
        html(*EDIT),
        html(title="Council keeps the bridge toll"),
        html().replace(b"</p>", b' <a href="/elsewhere">more</a></p>', 1),
        html().replace(b"harbour", b"<b>harbour</b>", 1),
        html().replace(b"harbour", b"harbour\xe2\x80\x93", 1),
    ],
)
def test_what_readers_see_is_never_decided_by_the_digest(tmp_path: Path, other: bytes) -> None:
    watch = Watch(tmp_path, copy=html())
    assert watch.check(reply(other)).level is Level.COMPARISON


def test_shares_are_counted_by_day_and_told(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        there.http.script["https://paper.test/feed.xml"] = Reply(body=feed(URI))
        for number in range(4):
            there.http.script[URI] = reply(with_token(html(), number))
            there.pass_by()
        there.http.script[URI] = reply(html(*EDIT))
        there.pass_by()
        decided = there.service.decided()
        assert decided == {
            Level.VALIDATORS: 0,
            Level.BODY: 0,
            Level.TEXT: 3,  # the first became the copy: nothing was decided
            Level.COMPARISON: 1,
        }
        history = there.store.history(there.service.article(URI).id)
        assert [one.level for one in history][:2] == [Level.COMPARISON, Level.TEXT]
        record = history[0]
        there.store.record([record])  # a second time: counted once
        assert there.service.decided() == decided
        there.clock.time += 40 * DAY
        assert sum(there.service.decided().values()) == 0
