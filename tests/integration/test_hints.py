"""Hints over HTTP: who may send them, what they pull forward, and that they cost nobody more."""

import json
import re
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
import requests

from checker import wiring
from checker.entry.web.hints import MAX_BODY, MAX_URLS, Door, urls_in
from checker.entry.web.opening import opened
from checker.errors import ConfigError
from checker.model import Found, Timing, Trust, trusted_as
from checker.service.hints import HintDesk
from checker.settings import HinterSettings, as_plain, load
from checker.stages import plan
from checker.store import SqlStore
from tests.helpers_watch import POLICIES, html
from tests.installation import free_port, process, wait_for
from tests.loopback import Loopback, page
from tests.store_fixture import DAY, HOUR, LEASE, NOW, fill, record_of, source

TOKEN = "0123456789abcdef-cms"
OTHER = "0123456789abcdef-feed"
A, B, C = (f"https://news.example/{number}" for number in range(3))


@contextmanager
def served(folder, url=None, more="", rate=50):
    """The address of the web server of a configuration with two senders."""
    url = url or f"sqlite:///{folder}/checker.db"
    folder.joinpath("cms.token").write_text(TOKEN + "\n")
    folder.joinpath("checker.toml").write_text(
        f'data_dir = "{folder}"\n[store]\nurl = "{url}"\n'
        f'[[hinter]]\nname = "cms"\nsecret_file = "{folder}/cms.token"\nrate = {rate}\n'
        f'[[hinter]]\nname = "other"\nsecret_env = "OTHER_TOKEN"\n{more}'
    )
    settings = load(folder / "checker.toml", {"OTHER_TOKEN": OTHER})
    with opened(settings, "127.0.0.1:0") as address:
        yield address


def send(address, said=None, token=TOKEN, **options):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    headers |= options.pop("headers", {})
    options = {"json": said} if said is not None else options
    return requests.post(f"{address}/api/v1/hint", headers=headers, timeout=20, **options)


def pulls(answer):
    assert answer.status_code == 202, answer.text
    return [(one["url"], one["pull"]) for one in answer.json()["hints"]]


@pytest.fixture
def store(url):
    with closing(SqlStore.open(url)) as made:
        yield made


def watched(store, *, last=None):
    """A is checked (long ago, or *last*), B waits for its first check; the ids."""
    ids = fill(store, [A, B])
    last = last or NOW
    (one,) = store.claim(ids[:1], last, LEASE)
    store.record([record_of(one, last, next_check_at=last + 9000 * DAY, share=0.1)])
    return ids


# ── over HTTP ─────────────────────────────────────────────────────────────────────────────────


def test_a_hint_pulls_its_article_forward_and_outlives_the_process(store, url, tmp_path):
    ids = watched(store)
    before = store.standing(ids[0]).next_check_at
    with served(tmp_path, url) as address:
        assert pulls(send(address, {"url": A})) == [(A, "now")]
    standing = store.standing(ids[0])
    assert standing.next_check_at < before
    assert [one.by for one in standing.pings] == ["cms"]
    assert standing.hints == ()  # nobody dated anything
    with served(tmp_path, url) as address:  # another process: it is due no later anyway
        assert pulls(send(address, {"url": A}, token=OTHER)) == [(A, "unchanged")]
    assert [one.by for one in store.standing(ids[0]).pings] == ["cms", "other"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps({"url": A}), "application/json"),
        (json.dumps({"url": [A]}), "application/json; charset=utf-8"),
        (json.dumps([A]), "application/json"),
        (json.dumps([{"url": A, "title": "x"}]), "application/json"),
        (json.dumps(A), ""),
        (f"url={A.replace('/', '%2F')}&more=1", "application/x-www-form-urlencoded"),
    ],
)
def test_programs_say_it_in_their_own_form(body, kind):
    assert urls_in(body.encode(), kind) == [A]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"17", b"null", b'{"url": 17}', b'[["x"]]', b"\xff", b"[" * 100_000, b"{"],
)
def test_what_names_no_address_is_refused(body):
    assert urls_in(body, "application/json") is None
    assert urls_in(b"title=x", "application/x-www-form-urlencoded") is None


def test_what_is_not_watched_is_named_and_pulls_nothing(tmp_path):
    with (
        closing(SqlStore.open(f"sqlite:///{tmp_path}/checker.db")) as store,
        served(tmp_path) as at,
    ):
        ids = watched(store)
        answer = send(at, [C, A.replace("https", "http"), B, A, A])
        assert pulls(answer) == [
            (C, "unknown"),
            (A.replace("https", "http"), "now"),  # captures of either scheme are of one page
            (B, "unchanged"),  # it waits for its first check
            (A, "now"),
        ]
        assert answer.json()["hints"][0]["why"] == "no article of this address is watched"
        assert answer.json()["hints"][0]["due_at"] is None
        store.put_sources([source(enabled=False)], NOW)
        assert pulls(send(at, [A])) == [(A, "unscheduled")]
        assert store.standing(ids[0]).next_check_at is None


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"token": None}, 401),
        ({"token": "wrong"}, 401),
        ({"token": None, "headers": {"Authorization": f"Basic {TOKEN}"}}, 401),
        ({"token": "\u00e9".encode().decode("latin-1")}, 401),
        ({"json": {"url": "ftp://news.example/"}}, 400),
        ({"json": {"url": "https://news.example/\n"}}, 400),
        ({"json": {"title": "x"}}, 400),
        ({"data": b"x" * (MAX_BODY + 1)}, 413),
        ({"json": [f"{A}?{number}" for number in range(MAX_URLS + 1)]}, 413),
    ],
)
def test_what_can_not_be_taken_is_refused_and_changes_nothing(tmp_path, options, status):
    with (
        closing(SqlStore.open(f"sqlite:///{tmp_path}/checker.db")) as store,
        served(tmp_path) as at,
    ):
        ids = watched(store)
        before = store.standing(ids[0])
        answer = send(
            at, **{**({} if {"json", "data"} & options.keys() else {"json": {"url": A}}), **options}
        )
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("Bearer" in answer.headers.get("www-authenticate", "")) == (status == 401)
        assert TOKEN not in answer.text
        assert store.standing(ids[0]) == before


def test_only_post_is_answered_and_without_senders_there_is_no_door(tmp_path):
    with served(tmp_path) as address:
        assert requests.get(f"{address}/api/v1/hint", timeout=20).status_code == 405
    (tmp_path / "checker.toml").write_text(f'data_dir = "{tmp_path}"\n')
    with opened(load(tmp_path / "checker.toml", {}), "127.0.0.1:0") as address:
        assert send(address, {"url": A}).status_code == 404


def test_a_sender_that_asks_too_often_is_refused_and_others_are_not(tmp_path):
    with closing(SqlStore.open(f"sqlite:///{tmp_path}/checker.db")) as store:
        fill(store, [A])
        with served(tmp_path, rate=1) as address:
            codes = [send(address, {"url": A}).status_code for _ in range(14)]
            assert codes.count(429) >= 2
            assert codes[:10] == [202] * 10
            assert send(address, {"url": A}, token=OTHER).status_code == 202


def test_a_store_that_is_away_is_said_without_its_name(tmp_path):
    (tmp_path / "place").mkdir()
    with served(tmp_path, f"sqlite:///{tmp_path}/place") as address:
        answer = send(address, {"url": A})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert str(tmp_path) not in answer.text


def test_a_token_is_no_prefix_and_every_sender_has_its_own():
    door = Door([HinterSettings("cms", TOKEN, 5), HinterSettings("other", OTHER, 5)])
    assert door.whose(f"Bearer {TOKEN}") == "cms"
    assert door.whose(f"bearer  {OTHER} ") == "other"
    for wrong in ("", TOKEN, f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Token {TOKEN}"):
        assert door.whose(wrong) is None


# ── what a hint is worth ──────────────────────────────────────────────────────────────────────


class At:
    def __init__(self, now):
        self.time = now

    def now(self):
        return self.time


def desk(store, now):
    return HintDesk(store, At(now), store.sources(), POLICIES, Timing())


def answered(store, when, *, edited):
    """Check A as the pipeline does: what its hints were worth is counted."""
    (one,) = store.claim(store.watched([A])[A], when, LEASE)
    record = record_of(one, when, next_check_at=when + 9000 * DAY, share=0.1)
    tellers = plan.tellers(one, record.standing, when)
    store.record([replace(record, tellers=tellers, edited=edited)])
    return tellers


def test_false_hints_are_trusted_less_and_true_ones_more(store):
    watched(store)
    waits = []
    now = NOW
    for edited in [False] * 6 + [True] * 12:
        told = now + timedelta(minutes=1)
        (hinted,) = desk(store, told).take("cms", [A])
        waits.append(hinted.due_at - now)
        now = hinted.due_at
        assert answered(store, now, edited=edited) == ("cms",)
    assert store.trust_of(trusted_as("cms")) == Trust(12, 6, 0)
    assert store.trust_of("news.example") == Trust(12, 0, 0)  # its feed told nothing false
    assert waits[:7] == sorted(waits[:7])
    assert waits[6] > 2 * waits[0]
    assert waits[-1] < waits[6] / 2
    assert "12 of 18 hints" in desk(store, now).take("cms", [A])[0].why


def test_a_false_hint_of_one_sender_costs_the_other_nothing(store):
    watched(store)
    desk(store, NOW + HOUR).take("cms", [A])
    answered(store, NOW + DAY, edited=False)
    assert store.trust_of(trusted_as("cms")) == Trust(0, 1, 0)
    assert store.trust_of(trusted_as("other")) == Trust()


def test_a_hint_that_comes_during_a_check_makes_the_article_due_after_it(store):
    (number, _) = watched(store)
    (held,) = store.claim([number], NOW + DAY, LEASE)
    (hinted,) = desk(store, NOW + DAY).take("cms", [A])
    store.record([record_of(held, NOW + DAY + HOUR, next_check_at=NOW + 99 * DAY)])
    assert store.standing(number).next_check_at == hinted.due_at
    assert store.standing(number).pings


def test_an_address_in_two_sources_is_pulled_forward_in_both(store):
    watched(store)
    store.put_sources([source(), source("second")], NOW)
    store.put_found("second", [Found(A)], NOW)
    assert len(store.watched([A])[A]) == 2
    assert len(desk(store, NOW + DAY).take("cms", [A])) == 1


# ── end to end ────────────────────────────────────────────────────────────────────────────────


def test_hints_without_end_do_not_make_a_site_be_asked_oftener_than_its_pause(tmp_path):
    """Two articles, a sender that hints at both all the time, a real site and its log."""
    times, lock = [], threading.Lock()
    clock = wiring.SystemClock()

    def seen(_):
        with lock:
            times.append(clock.now())
        return page(html("A story that never changes.").decode())

    with Loopback({"/1": seen, "/2": seen}) as site:
        addresses = [site.url("/1"), site.url("/2")]
        (tmp_path / "urls.txt").write_text("\n".join(addresses))
        place = site.url("/").removeprefix("http://").rstrip("/")
        more = (
            f'[fetch]\ndelay = "1s"\n[timing]\ncheck_min = "1s"\ncheck_every = "1h"\nbudget = 100000\n'
            f'[[source]]\nname = "site"\nlist = "{tmp_path}/urls.txt"\nallow = ["{place}"]\n'
        )
        with served(tmp_path, more=more) as address:
            settings = load(tmp_path / "checker.toml", {"OTHER_TOKEN": OTHER})
            with wiring.build(settings) as app:
                app.service.know_sources()
                app.service.discover()
                for rounds in range(1, 4):
                    app.service.check_due(lambda most=2 * rounds: len(times) >= most)
                    assert len(pulls(send(address, addresses))) == 2
        asked = sorted(times)
        gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(asked)]
    assert len(asked) >= 5
    assert min(gaps) >= 0.95


def test_a_running_daemon_follows_a_hint_that_another_process_took(tmp_path):
    """Its turn would be in a month; the daemon and ``checker serve`` share but the store."""
    asked = []

    def seen(_):
        asked.append(time.monotonic())
        return page(html("A story that never changes.").decode())

    front = tmp_path / "front"
    front.mkdir()
    with Loopback({"/1": seen}) as site:
        address, place = site.url("/1"), site.url("/").removeprefix("http://").rstrip("/")
        (tmp_path / "urls.txt").write_text(address)
        shared = (
            f'data_dir = "{tmp_path}/data"\n'
            f'[[source]]\nname = "site"\nlist = "{tmp_path}/urls.txt"\nallow = ["{place}"]\n'
            '[timing]\ncheck_min = "1s"\ncheck_every = "30d"\ncheck_max = "30d"\nbudget = 100000\n'
        )
        (tmp_path / "checker.toml").write_text(
            f'{shared}[fetch]\ndelay = "0s"\n[daemon]\ndiscover = "1h"\ncheck = "1s"\n'
        )
        (front / "cms.token").write_text(TOKEN)
        (front / "checker.toml").write_text(
            f'{shared}[web]\nlisten = "127.0.0.1:{free_port()}"\n'
            f'[[hinter]]\nname = "cms"\nsecret_file = "{front}/cms.token"\n'
        )
        with process(tmp_path, "run"), process(front, "serve"):
            log = front / "serve.log"
            wait_for(lambda: asked, 60, tmp_path)
            wait_for(lambda: "served at" in log.read_text(), 60, front)
            served_at = re.search(r"served at (http://[0-9.:]+)", log.read_text())[1]
            wait_for(lambda: checks(tmp_path, address) == 1, 60, tmp_path)
            before = len(asked)
            time.sleep(1.1)  # the least time between two looks at one article
            assert len(asked) == before
            assert pulls(send(served_at, {"url": address})) == [(address, "now")]
            wait_for(lambda: checks(tmp_path, address) == 2, 30, tmp_path)
            assert len(asked) > before


def checks(folder, uri):
    with closing(SqlStore.open(f"sqlite:///{folder}/data/checker.db")) as store:
        return store.standing(store.article(uri).id).checks


# ── configuration ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[hinter]]\nname = "a"', "Give secret_env or secret_file"),
        ('[[hinter]]\nname = "a"\nsecret_env = "X"\nsecret_file = "y"', "Give secret_env or"),
        ('[[hinter]]\nname = "a"\nsecret_env = "SHORT"', "openssl rand -hex 32"),
        ('[[hinter]]\nname = "a"\nsecret_env = "ODD"', "no bearer token"),
        ('[[hinter]]\nname = "a"\nsecret_file = "none"', "Name a file that holds the secret"),
        ('[[hinter]]\nname = "a"\nsecret_env = "GOOD"\n' * 2, "stands twice"),
        (
            (
                '[[hinter]]\nname = "a"\nsecret_env = "GOOD"\n'
                '[[hinter]]\nname = "b"\nsecret_env = "GOOD"'
            ),
            "another sender has the same secret",
        ),
        ("hinter = 1", "Write [[hinter]]"),
    ],
)
def test_faults_of_the_configuration_are_told(tmp_path, text, says):
    env = {"SHORT": "short", "ODD": "a token with blanks", "GOOD": TOKEN}
    (tmp_path / "checker.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "checker.toml", env)
    assert says in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_the_configuration_that_is_shown_hides_the_secret(tmp_path):
    (tmp_path / "checker.toml").write_text('[[hinter]]\nname = "a"\nsecret_env = "GOOD"\n')
    settings = load(tmp_path / "checker.toml", {"GOOD": TOKEN})
    assert settings.hinters == (HinterSettings("a", TOKEN),)
    assert TOKEN not in json.dumps(as_plain(settings)) + repr(settings)
