"""Clocks that jump: ahead and back again, or to 1970."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from checker.model import Outcome
from tests.helpers_service import FEED, feed, world
from tests.helpers_watch import DAY, html, reply
from tests.loopback import Reply

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
