"""Clocks that jump: ahead and back again, or to 1970."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.event import listen

from checker.adapters.robots import PoliteHttp
from checker.entry.daemon import Daemon, Intervals
from checker.model import FailureKind, Outcome, Request, SourceKind
from checker.service import Service, listings
from checker.stages import outage
from checker.store import open_turns
from tests.fakes_http import FakeHttp
from tests.helpers_service import FEED, feed, world
from tests.helpers_watch import DAY, SetClock, html, reply
from tests.loopback import Reply
from tests.test_listings import MAP, POSTS, WORDPRESS, XML, index, source, urlset, xml

URIS = tuple(f"https://{name}.test/news.html" for name in ("a", "b", "c", "d"))
YEARS = timedelta(days=3650)


def publish(place):
    place.http.script[FEED] = Reply(200, feed(*URIS), (("Content-Type", "application/rss+xml"),))
    for uri in URIS:
        place.http.script[uri] = reply(html())


def standings(place):
    return [place.store.standing(place.service.article(uri).id) for uri in URIS]


def test_after_ten_years_ahead_and_back_articles_are_due_within_their_interval(tmp_path: Path):
    with world(tmp_path) as place:
        publish(place)
        place.pass_by()
        place.clock.time += YEARS
        place.service.check_due()
        held = place.store.claim([standings(place)[0].article.id], place.clock.time, 2 * DAY)
        assert len(held) == 1  # its process is killed now
        place.clock.time -= YEARS
        assert place.service.check_due().total == 0
        assert place.service.settle_clock() == len(URIS)
        now = place.clock.time
        for one in standings(place):
            assert now < one.next_check_at <= now + 1.1 * DAY
        assert place.service.settle_clock() == 0  # once is enough
        place.clock.time += 1.1 * DAY
        assert place.service.check_due().total == len(URIS)


def test_one_pass_catches_up_after_a_jump_ahead_and_no_article_is_checked_twice(tmp_path: Path):
    with world(tmp_path) as place:
        publish(place)
        place.pass_by()
        before = len(place.http.uris())
        place.clock.time += timedelta(days=30)  # or a suspend
        assert place.service.check_due().total == len(URIS)
        assert place.service.check_due().total == 0
        pages = [uri for uri in place.http.uris()[before:] if uri in URIS]
        assert sorted(pages) == sorted(URIS)


def test_a_clock_of_1970_plans_nothing_anew(tmp_path: Path):
    with world(tmp_path) as place:
        publish(place)
        place.pass_by()
        planned = [one.next_check_at for one in standings(place)]
        place.clock.time = datetime(1970, 1, 1, tzinfo=UTC)
        assert place.service.settle_clock() == 0
        assert place.service.check_due().total == 0
        assert [one.next_check_at for one in standings(place)] == planned


def test_what_is_planned_rightly_is_left_alone(tmp_path: Path):
    with world(tmp_path) as place:
        publish(place)
        place.pass_by()
        before = standings(place)
        assert place.service.settle_clock() == 0
        assert standings(place) == before
        history = place.store.history(before[0].article.id, 9)
        assert history[0].outcome is Outcome.ADOPTED


def test_a_mail_is_given_up_for_tries_not_for_a_jump_of_the_clock(tmp_path: Path):
    """Neither a year ahead nor a machine that slept for a week makes the second try the last."""
    with world(tmp_path) as place:
        publish(place)
        place.post.closed = True
        place.pass_by()
        place.clock.time += timedelta(days=365)
        place.service.deliver_alerts()
        (waits,) = place.store.outbox()
        assert (waits.state, waits.attempts) == ("pending", 2)
        place.post.closed = False
        place.clock.time += timedelta(days=1)
        assert place.service.deliver_alerts().sent == 1


def test_after_a_clock_was_put_back_alerts_are_not_held_for_its_lead(tmp_path: Path):
    with world(tmp_path) as place:
        publish(place)
        place.clock.time += YEARS
        place.pass_by()
        assert len(place.post.mails) == 1
        place.clock.time -= YEARS
        place.service.settle_clock()
        for uri in URIS:
            place.http.script[uri] = reply(html("<p>All of it was wrong; the bridge never fell."))
        place.pass_by(days=1.2)
        place.pass_by(days=1.2)
        assert len(place.post.mails) == 2


def test_what_hosts_did_by_a_clock_that_was_ahead_is_no_sign_of_an_outage_now():
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    ahead = [outage.Sighting(now + YEARS, silent=True) for _ in range(200)]
    lately = [outage.Sighting(now, silent=False) for _ in range(3)]
    assert not outage.is_ours([*ahead, *lately], now)
    assert outage.is_ours(ahead, now + YEARS)


# ── the daemon ────────────────────────────────────────────────────────────────────────────────


def test_the_daemon_settles_at_its_start_when_its_clock_goes_back_and_every_hour(
    tmp_path: Path, monkeypatch
):
    settled = []
    monkeypatch.setattr(Service, "settle_clock", lambda _: settled.append(1))
    with world(tmp_path) as place:
        daemon = Daemon(place.service, Intervals())
        hour = timedelta(hours=1)
        for step in (0 * hour, hour / 60, -hour / 3_600, hour / 60, hour):
            place.clock.time += step
            daemon._keep_house()
        assert len(settled) == 3


# ── what a host asked for ─────────────────────────────────────────────────────────────────────

HOST = "a.test"


@pytest.fixture
def turns(tmp_path: Path):
    """Opens the turns of a process at one store, at a time of its clock."""
    url, opened = f"sqlite:///{tmp_path}/checker.db", []

    def begun(clock):
        opened.append(open_turns(url, clock.now))
        return opened[-1]

    yield begun
    for one in opened:
        one.close()


def polite(clock, turns, answer):
    """A process's fetcher, and the requests that it let through."""
    http = FakeHttp({f"https://{HOST}/page": answer}, clock)
    ours = PoliteHttp(
        http, clock=clock, delay=timedelta(0), user_agent="a/1", respect_robots=False,
        turns=turns, monotonic=lambda: clock.time.timestamp(),
    )  # fmt: skip
    return ours, http


PLEASE = Reply(429, b"", (("Retry-After", "3600"),))


def test_that_a_host_wants_to_be_left_alone_outlives_the_process(turns):
    clock = SetClock()
    asked = Request(f"https://{HOST}/page", source="s")
    first, _ = polite(clock, turns(clock), PLEASE)
    assert first.fetch(asked).status == 429
    clock.time += timedelta(minutes=20)
    second, requests = polite(clock, turns(clock), reply(html()))
    refused = second.fetch(asked)
    assert (refused.kind, refused.retry_after) == (FailureKind.STATUS, timedelta(minutes=40))
    assert requests.uris() == []
    clock.time += timedelta(minutes=41)
    assert second.fetch(asked).status == 200


@pytest.mark.parametrize("back", [timedelta(days=365), timedelta(days=2)])
def test_a_rest_that_a_clock_that_was_ahead_wrote_is_none(turns, back):
    clock = SetClock()
    turn = turns(clock).begin(HOST, 1)
    turn.end(0, 3_600)
    clock.time -= back
    assert turns(clock).begin(HOST, 1).rest == 0


def test_a_rest_is_written_once_and_a_store_that_is_full_is_no_trouble(turns, caplog):
    clock = SetClock()
    ours = turns(clock)
    written = []
    listen(ours.database.engine, "before_cursor_execute", lambda *said: written.append(said[2]))
    for _ in range(3):
        ours.begin(HOST, 1).end(0, 600)
    ours.begin("other.test", 1).end(1, -5)  # it asked for nothing
    assert sum("INSERT" in one for one in written) == 1
    ours.database.path.unlink()
    ours.begin("third.test", 1).end(0, 600)
    assert "third.test wants to be left alone is forgotten" in caplog.text


SITEMAP = source(SourceKind.SITEMAP, MAP)


def read_ten_years_ahead(place, script):
    place.http.script = script
    place.clock.time += YEARS
    place.service.discover()
    place.clock.time -= YEARS
    place.http.requests.clear()


def test_documents_that_were_read_by_a_clock_that_was_ahead_are_read_again(tmp_path: Path):
    with world(tmp_path, SITEMAP) as place:
        read_ten_years_ahead(place, index(3))
        place.service.discover()
        assert set(place.http.uris()) == set(index(3))
        assert not any(dict(one.headers).get("If-None-Match") for one in place.http.requests)


def test_what_was_listed_by_a_clock_that_was_ahead_is_removed_all_the_same(tmp_path: Path):
    with world(tmp_path, SITEMAP) as place:
        read_ten_years_ahead(place, index(2) | {MAP: index(3)[MAP]})
        left = {"https://paper.test/0.xml": xml("urlset", urlset("https://paper.test/0/1"))}
        place.http.script = index(1) | left
        (told,) = place.service.discover()
        assert told.removed == 4 + 5  # of the first sitemap, and all of the second


def test_wordpress_is_not_asked_for_edits_of_the_future(tmp_path: Path):
    with world(tmp_path, source(SourceKind.WORDPRESS, "https://paper.test")) as place:
        read_ten_years_ahead(place, {WORDPRESS: Reply(200, json.dumps(POSTS).encode(), XML)})
        place.service.discover()
        assert place.http.uris() == [WORDPRESS]  # whole
        place.clock.time += listings.OVERLAP
        place.service.discover()
        asked = f"modified_after={place.clock.time - 2 * listings.OVERLAP:%Y-%m-%d}"
        assert asked in place.http.uris()[1]
