"""Hubs push what is new: over the real web server, a real daemon and a hub on loopback."""

import socket
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.entry.web.opening import opened
from checker.model import FailureKind, FetchFailure
from checker.model import Hub as Named
from checker.service import never
from checker.service.websub import subscribe
from checker.settings import load
from checker.store import SqlStore
from tests.helpers_service import FEED, feed, feed_source, world
from tests.hub import Hub
from tests.installation import free_port, process, wait_for
from tests.loopback import Reply
from tests.store_fixture import HOUR, NOW, source

BASE = "https://me.test/checker/"
ATOM = 'xmlns:a="http://www.w3.org/2005/Atom"'
HUBBED = (
    f'<rss version="2.0" {ATOM}><channel><a:link rel="hub" href="https://hub.test/"/>'
    "<item><link>https://paper.test/1</link></item></channel></rss>"
).encode()
XML = (("Content-Type", "application/xml"),)


# ── asking ────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def discovered(folder, answer):
    with world(folder, replace(feed_source(folder), copies=None)) as site:
        site.http.script = {FEED: Reply(200, HUBBED, XML), "https://hub.test/": answer}
        site.service.discover()
        yield site


def posts(site):
    return [one for one in site.http.requests if one.body is not None]


def test_a_hub_is_asked_once_until_it_may_have_answered(tmp_path):
    with discovered(tmp_path, Reply(202)) as site:
        assert subscribe(site.service.context, BASE, never) == 1
        assert subscribe(site.service.context, BASE, never) == 0
        (asked,) = posts(site)
        (push,) = site.store.pushes()
        assert asked.source == "paper"  # whose allow-list holds for the hub, too
        assert f"me.test%2Fchecker%2Fwebsub%2F{push.token}" in asked.body.decode()
        site.clock.time += HOUR
        assert subscribe(site.service.context, BASE, never) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Reply(400, b"no such topic", (("Content-Type", "text/plain"),)),
        Reply(302, b"", (("Location", "https://hub.test/there"),)),
        FetchFailure("", FailureKind.CONNECT, "refused"),
    ],
)
def test_a_hub_that_refuses_is_asked_ever_more_seldom(tmp_path, answer):
    with discovered(tmp_path, answer) as site:
        assert subscribe(site.service.context, BASE, never) == 0
        site.clock.time += HOUR
        assert subscribe(site.service.context, BASE, never) == 0
        (push,) = site.store.pushes()
        assert push.failures == 1
        site.clock.time += HOUR
        subscribe(site.service.context, BASE, never)
        (push,) = site.store.pushes()
        assert push.failures == 2


@pytest.mark.parametrize(
    ("moved", "asked", "taken"),
    [
        ({"/hub": (308, "/new"), "/new": (307, "/on")}, ["/hub", "/new", "/on"], 1),
        ({"/hub": (302, "/new")}, ["/hub"], 0),
        ({"/hub": (307, "/new"), "/new": (307, "/newer"), "/newer": (307, "/hub")},
         ["/hub", "/new", "/newer", "/hub"], 0),
    ],
)  # fmt: skip
def test_a_hub_that_moved_is_asked_where_it_is(tmp_path, moved, asked, taken):
    """By the client as it is, which leads no other POST on."""
    plain = replace(feed_source(tmp_path), copies=None)
    with Hub(moved=moved, status=204) as hub:

        def network(clock):
            return RequestsHttp(FetchLimits(), Guard({"paper": (hub.authority,)}), clock)

        with world(tmp_path, plain, network=network) as site:
            site.store.put_hub("paper", Named(hub.url("/hub"), FEED), "token", "key")
            assert subscribe(site.service.context, BASE, never) == taken
            assert hub.posted == asked
            (push,) = site.store.pushes()
            assert push.failures == 1 - taken


def test_the_secret_does_not_leave_https(tmp_path):
    onward = FetchFailure("", FailureKind.REDIRECTS, "moved", onward="http://hub.test/")
    with discovered(tmp_path, onward) as site:
        assert subscribe(site.service.context, BASE, never) == 0
        assert len(posts(site)) == 1


def test_who_is_told_to_stop_asks_no_further_hub(tmp_path):
    with discovered(tmp_path, Reply(202)) as site:
        assert subscribe(site.service.context, BASE, lambda: True) == 0
        assert posts(site) == []


def test_a_source_that_is_another_is_pushed_to_no_more(tmp_path):
    with discovered(tmp_path, Reply(202)) as site:
        site.store.root_listing("paper", FEED)
        assert len(site.store.pushes()) == 1
        site.store.root_listing("paper", "https://paper.test/sitemap.xml")
        assert site.store.pushes() == ()


def test_without_an_address_for_hubs_none_is_asked(tmp_path):
    with discovered(tmp_path, Reply(202)) as site:
        assert site.service.subscribe() == 0
        assert posts(site) == []


def test_a_damaged_feed_ends_no_subscription_but_one_without_a_hub_does(tmp_path):
    with discovered(tmp_path, Reply(202)) as site:
        (before,) = site.store.pushes()
        for body in (HUBBED[:60], b"<html>", b""):
            site.http.script[FEED] = Reply(200, body, XML)
            site.service.discover()
            assert site.store.pushes() == (before,)
        site.http.script[FEED] = Reply(200, feed("https://paper.test/1"), XML)
        site.service.discover()
        assert site.store.pushes() == ()


# ── what the store keeps ──────────────────────────────────────────────────────────────────────


def test_a_subscription_stays_until_its_hub_or_topic_is_another(url):
    hub = Named("https://hub.test/", FEED)
    with closing(SqlStore.open(url)) as store:
        store.put_sources([source("news"), source("off", enabled=False)], NOW)
        store.put_hub("news", hub, "a", "key")
        store.put_hub("off", hub, "b", "key")
        store.hub_asked("news", NOW)
        store.hub_refused("news")
        (push,) = store.pushes()
        assert (push.asked_at, push.failures, push.lease_until) == (NOW, 1, None)
        store.hub_granted("news", NOW + HOUR)
        store.put_hub("news", hub, "other", "other")
        (push,) = store.pushes()
        assert push == store.push_of("a")
        assert (push.failures, push.lease_until) == (0, NOW + HOUR)
        store.hub_granted("news", None)
        assert (store.push_of("a").lease_until, store.push_of("a").failures) == (None, 1)
        store.put_hub("news", Named("https://hub.test/", FEED + "?x"), "c", "key")
        assert store.push_of("a") is None
        assert store.push_of("c").asked_at is None
        store.put_hub("news", None, "", "")
        assert store.pushes() == ()


# ── the callback ──────────────────────────────────────────────────────────────────────────────


@contextmanager
def subscribed(folder, url=None):
    """The web server of a source whose hub was asked; the hub, the callback's address, the store."""
    url = url or f"sqlite:///{folder}/checker.db"
    with Hub() as hub, closing(SqlStore.open(url)) as store:
        folder.joinpath("checker.toml").write_text(
            f'data_dir = "{folder}"\n[store]\nurl = "{url}"\n[web]\nwebsub = "https://me.test"\n'
            f'[[source]]\nname = "news"\nfeed = "{hub.url("/feed.xml")}"\nsection = "world"\n'
        )
        settings = load(folder / "checker.toml", {})
        store.put_sources(settings.sources, NOW)
        store.put_hub("news", Named(hub.url("/hub"), hub.url("/feed.xml")), "tok", "key")
        store.hub_asked("news", NOW)
        with opened(settings, "127.0.0.1:0") as address:
            form = {
                "hub.mode": "subscribe",
                "hub.topic": hub.url("/feed.xml"),
                "hub.callback": f"{address}/websub/tok",
                "hub.secret": "key",
            }
            hub.asked.append(form)
            yield hub, form, store


def known(store):
    return sorted(one.article.uri.rpartition("/")[2] for one in store.standings("news"))


def test_what_a_hub_pushes_is_taken_in(url, tmp_path):
    with subscribed(tmp_path, url) as (hub, form, store):
        assert hub.publish(hub.feed("/0")).status_code == 410  # it was not confirmed yet
        assert hub.verify(form).text == "c-h-a"
        for method in ("sha1", "sha512"):
            assert hub.publish(hub.feed("/1", "/2"), method).status_code == 202
        assert known(store) == ["1", "2"]
        assert {one.article.section for one in store.standings("news")} == {"world"}


def test_who_is_not_the_hub_changes_nothing(tmp_path):
    with subscribed(tmp_path) as (hub, form, store):
        hub.verify(form)
        assert hub.publish(hub.feed("/1"), secret="guessed").status_code == 202
        assert requests.post(form["hub.callback"], hub.feed("/1"), timeout=20).status_code == 202
        assert known(store) == []
        other = {**form, "hub.callback": form["hub.callback"].replace("tok", "guess")}
        assert hub.verify(other).status_code == 404
        assert hub.verify(form, topic="https://other.test/").status_code == 404
        assert hub.verify(form, mode="unsubscribe").status_code == 404
        assert hub.verify(form, challenge="x" * 5_000).status_code == 404
        assert store.push_of("tok").lease_until is not None
        hub.asked.append(other)
        assert hub.publish(hub.feed("/1")).status_code == 410


def test_hostile_pushes_are_told_and_harm_nobody(tmp_path):
    with subscribed(tmp_path) as (hub, form, store):
        hub.verify(form)
        bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><rss>&a;</rss>'
        for body in (b"", b"\x00\xff", bomb, b"<rss>" * 1_000, b"x" * 10_000_001):
            assert hub.publish(body).status_code in {202, 413}
        assert known(store) == []
        hub.publish(hub.feed("/1"))
        assert known(store) == ["1"]


def test_of_who_knows_no_token_nothing_is_read(tmp_path):
    with subscribed(tmp_path) as (hub, form, _):
        hub.verify(form)
        place = urlsplit(form["hub.callback"])
        for path, status in (("/websub/guess", b"410"), (place.path, None)):
            with socket.create_connection((place.hostname, place.port), 20) as client:
                client.sendall(
                    f"POST {path} HTTP/1.1\r\nHost: me.test\r\nContent-Length: 9000000\r\n\r\nx".encode()
                )
                client.settimeout(20 if status else 0.5)
                if status is None:  # it waits for the rest
                    with pytest.raises(TimeoutError):
                        client.recv(12)
                else:
                    assert status in client.recv(12)


def test_a_hub_that_wont_push_is_noted(tmp_path):
    with subscribed(tmp_path) as (hub, form, store):
        hub.verify(form)
        assert hub.verify(form, mode="denied", reason="no").status_code == 200
        assert store.push_of("tok").lease_until is None
        assert hub.publish(hub.feed("/1")).status_code == 410


def test_without_an_address_for_hubs_there_is_no_callback(tmp_path):
    tmp_path.joinpath("checker.toml").write_text(f'data_dir = "{tmp_path}"\n')
    with opened(load(tmp_path / "checker.toml", {}), "127.0.0.1:0") as address:
        assert requests.get(f"{address}/websub/tok", timeout=20).status_code == 404


# ── the whole way ─────────────────────────────────────────────────────────────────────────────


def test_a_daemon_subscribes_and_checks_what_is_pushed_before_it_looks_itself(tmp_path, run):
    page = b"<html><title>News</title><article><p>Something happened today.</p></article></html>"
    port = free_port()
    with Hub() as hub:
        hub.pages = {"/feed.xml": hub.feed("/1"), "/1": page, "/2": page}
        tmp_path.joinpath("checker.toml").write_text(
            f'data_dir = "data"\n[web]\nlisten = "127.0.0.1:{port}"\n'
            f'websub = "http://127.0.0.1:{port}"\n[fetch]\ndelay = "0s"\n'
            '[daemon]\ndiscover = "1h"\ncheck = "1s"\nbanners = "1h"\nalerts = "1h"\n'
            f'[[source]]\nname = "news"\nfeed = "{hub.url("/feed.xml")}"\nallow = ["{hub.authority}"]\n'
        )

        def checked():
            with closing(sqlite3.connect(tmp_path / "data" / "checker.db")) as database:
                query = "SELECT count(*) FROM articles WHERE checks > 0"
                return database.execute(query).fetchone()[0]

        with process(tmp_path, "run"):
            wait_for(lambda: hub.confirmed, 60, tmp_path)
            assert hub.confirmed == [True]
            wait_for(lambda: checked() == 1, 60, tmp_path)
            told = run("source", "list", "--config", tmp_path / "checker.toml")
            assert "feed, pushed" in told[1]
            assert hub.publish(hub.feed("/1", "/2")).status_code == 202
            wait_for(lambda: checked() == 2, 60, tmp_path)
