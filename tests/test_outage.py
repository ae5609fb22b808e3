"""Our own network away: one notice, no verdict changes, no streak grows; then it is back."""

import logging
import socket
from pathlib import Path

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.errors import StoreAwayError
from checker.model import FailureKind, FetchFailure, Outcome, Source, SourceKind
from tests.fakes_http import FakeHttp
from tests.helpers_net import resolver
from tests.helpers_service import FEED, World, feed, world
from tests.helpers_watch import DAY, html, reply
from tests.loopback import Loopback, Reply, page

URIS = tuple(f"https://{name}.test/news.html" for name in ("paper", "b", "c", "d", "e"))
DOWN = FetchFailure("https://x.test/", FailureKind.DNS, "no such host")


def publish(place: World, *uris: str) -> None:
    place.http.script[FEED] = Reply(200, feed(*uris), (("Content-Type", "application/rss+xml"),))
    for uri in uris:
        place.http.script[uri] = reply(html())


def silence(place: World, *uris: str) -> None:
    for uri in uris:
        place.http.script[uri] = DOWN


def outcomes(place: World, days: float = 1) -> dict[Outcome, int]:
    place.clock.time += days * DAY
    return dict(place.service.check_due().outcomes)


def standings(place: World):
    return [place.store.standing(place.service.article(uri).id) for uri in URIS]


def test_nothing_is_held_against_hosts_that_are_silent_all_at_once(tmp_path: Path, caplog) -> None:
    with world(tmp_path) as place, caplog.at_level(logging.WARNING, "checker.network"):
        publish(place, *URIS)
        place.pass_by()
        before = standings(place)
        assert all(one.verdict is not None for one in before)
        silence(place, *URIS)
        for _ in range(3):
            assert set(outcomes(place)) == {Outcome.NO_NETWORK}
            place.service.deliver_alerts()
        after = standings(place)
        assert [one.absences for one in after] == [one.absences for one in before]
        assert [one.verdict for one in after] == [one.verdict for one in before]
        assert [one.checks for one in after] == [one.checks for one in before]
        told = [mail for mail in place.post.mails if "own network" in mail.subject]
        assert len(told) == 1
        publish(place, *URIS)
        assert Outcome.NO_NETWORK not in outcomes(place)
        lines = [record.getMessage() for record in caplog.records]
        assert len(lines) == 2
        assert "5 hosts are silent at once" in lines[0]
        assert "the network is back after" in lines[1]
        assert {place.status(uri) for uri in URIS} == {"current"}


def test_one_silent_host_is_its_own_trouble(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, *URIS)
        place.pass_by()
        silence(place, *URIS[:3])
        outcomes(place)
        streaks = [one.absences.unreachable for one in standings(place)]
        assert [one is not None for one in streaks] == [True] * 3 + [False] * 2
        assert not any("own network" in mail.subject for mail in place.post.mails)


def test_where_four_of_five_are_silent_the_fifth_is_heard_and_nothing_is_held_against_the_four(
    tmp_path: Path,
) -> None:
    with world(tmp_path) as place:
        publish(place, *URIS)
        place.pass_by()
        before = standings(place)
        silence(place, *URIS[1:])
        seen = outcomes(place)
        assert seen.pop(Outcome.NO_NETWORK) == 4
        assert sum(seen.values()) == 1
        after = standings(place)
        assert [one.absences for one in after] == [one.absences for one in before]
        assert [new.checks - old.checks for new, old in zip(after, before, strict=True)] == [
            1, 0, 0, 0, 0,
        ]  # fmt: skip
        now = place.clock.time
        assert all(now < one.next_check_at < now + DAY for one in after[1:])  # soon again


def test_where_four_of_five_refuse_in_words_it_is_their_trouble(tmp_path: Path) -> None:
    """HTTP 500 from most hosts is no silence: the network is there."""
    with world(tmp_path) as place:
        publish(place, *URIS)
        place.pass_by()
        for uri in URIS[1:]:
            place.http.script[uri] = Reply(500, b"down")
        assert outcomes(place)[Outcome.UNREACHABLE] == 4
        assert not any("own network" in mail.subject for mail in place.post.mails)
        publish(place, *URIS)
        outcomes(place)
        assert [one.absences.unreachable for one in standings(place)] == [None] * 5


def test_a_resolver_that_is_down_is_our_trouble_and_all_goes_on_when_it_is_back(
    tmp_path: Path,
) -> None:
    """The real client and address guard; names are not resolved for a day."""
    names = [f"h{number}.test" for number in range(5)]
    up, made = True, []

    def resolve(host: str, *more: int):
        if not up:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return resolver({name: ["127.0.0.1"] for name in names})(host, *more)

    with Loopback({"/news.html": page(html().decode())}) as site:
        allow = tuple(f"{name}:{site.port}" for name in names)
        uris = [f"http://{one}/news.html" for one in allow]
        (tmp_path / "urls.txt").write_text("\n".join(uris))
        source = Source("paper", SourceKind.LIST, str(tmp_path / "urls.txt"), allow=allow)

        def network(clock):
            made.append(
                RequestsHttp(FetchLimits(), Guard({"paper": allow}, resolve=resolve), clock)
            )
            return made[0]

        with world(tmp_path, source, network=network) as place:
            place.service.discover()
            assert Outcome.NO_NETWORK not in outcomes(place)
            before = [place.store.standing(place.service.article(uri).id) for uri in uris]
            assert all(one.verdict is not None for one in before)
            up = False
            made[0].close()  # a connection that is still open needs no name
            assert outcomes(place) == {Outcome.NO_NETWORK: 5}
            after = [place.store.standing(place.service.article(uri).id) for uri in uris]
            assert [one.absences for one in after] == [one.absences for one in before]
            assert "could not be resolved" in place.store.history(after[0].article.id, 1)[0].detail
            up = True
            found = outcomes(place)
            assert (Outcome.NO_NETWORK in found, sum(found.values())) == (False, 5)
        made[0].close()


def test_with_two_hosts_nobody_can_tell(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, *URIS[:2])
        place.pass_by()
        silence(place, *URIS[:2])
        assert set(outcomes(place)) == {Outcome.UNREACHABLE}


class Turnless:
    """A network whose turns are kept by a database that is away."""

    away = True

    def __init__(self, inner):
        self.inner = inner

    def fetch(self, request):
        if self.away:
            raise StoreAwayError("PostgreSQL", "no connection to the server", "Start it.")
        return self.inner.fetch(request)


def test_while_the_database_of_turns_is_away_nothing_is_said_of_articles(tmp_path: Path) -> None:
    made = []

    def network(clock):
        made.append(Turnless(FakeHttp({}, clock)))
        made[0].away = False
        return made[0]

    with world(tmp_path, network=network) as place:
        place.http = made[0].inner
        publish(place, *URIS)
        place.service.discover()
        made[0].away = True
        assert place.service.check_due().total == 0
        assert {one.checks for one in standings(place)} == {0}
        made[0].away = False
        assert place.service.check_due().total == len(URIS)  # at once: they stayed due
