"""The contract of the port Store, over real databases: the database is never faked.

A further database joins by a line in ``STORES``.
"""

import random
import threading
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from checker.errors import StoreError
from checker.model import (
    Absences,
    AlertEvent,
    Change,
    Form,
    Found,
    Locator,
    OriginKind,
    Outcome,
    Review,
    Status,
    Streak,
    Told,
    Trust,
    Validators,
)
from checker.ports import Brought, Deferred, Refused, Sent, Store
from checker.store import SqlStore
from checker.store.outbox import delay
from tests import postgres
from tests.store_fixture import (
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    NOW,
    alert,
    articles_of,
    comparison,
    evidence,
    fill,
    mail,
    memento,
    reading,
    record_of,
    source,
    verdict,
)

STORES = {
    "sqlite": lambda folder: f"sqlite:///{folder}/checker.db",
    "sqlite in an odd folder": lambda folder: (
        f"sqlite:///{folder}/a folder/100% Äpfel #1/checker.db"
    ),
    "postgresql": lambda _: postgres.required().create(),
}


@pytest.fixture(params=STORES, ids=str)
def store(request, tmp_path):
    opened = SqlStore.open(STORES[request.param](tmp_path))
    yield opened
    opened.close()


# ── sources and articles ──────────────────────────────────────────────────────────────────────


def test_sources_keep_their_order_and_every_field(store: Store):
    given = [source("b", allow=("127.0.0.1:80",), section="s"), source("a", enabled=False)]
    store.put_sources(given, NOW)
    assert store.sources() == tuple(given)


def test_a_vanished_source_keeps_its_articles_but_leaves_the_schedule(store):
    (one,) = fill(store, 1)
    (other,) = fill(store, 1, "other")
    store.put_sources([source("other")], NOW)
    assert [one.name for one in store.sources()] == ["other"]
    assert store.standing(one).next_check_at is None
    assert store.article(str(one)) is not None
    assert [s.article.id for s in store.claim_due(NOW, 9, LEASE, 9)] == [other]
    assert store.counts(NOW)["articles"] == 1
    store.put_sources([source("news"), source("other")], NOW + HOUR)
    assert store.standing(one).next_check_at == NOW + HOUR
    assert store.adopted_at("news") == NOW


def test_a_disabled_source_is_not_scheduled(store):
    (one,) = fill(store, 1)
    store.put_sources([source(enabled=False)], NOW)
    store.put_found("news", [Found("https://news.example/new")], NOW)
    assert store.claim_due(NOW, 9, LEASE, 9) == ()
    assert store.next_due_at() is None
    store.put_sources([source()], NOW)
    assert len(store.claim_due(NOW, 9, LEASE, 9)) == 2
    assert store.standing(one).next_check_at == NOW


def test_putting_the_same_sources_again_does_not_touch_the_schedule(store):
    (one,) = fill(store, 1)
    claimed = store.claim_due(NOW, 1, LEASE, 1)
    store.record([record_of(claimed[0])])
    store.put_sources([source()], NOW + HOUR)
    assert store.standing(one).next_check_at == NOW + DAY


def test_what_is_the_same_as_before_need_not_be_written(store):
    """Step by step: what is stored is what would be if every check wrote everything."""
    thrifty, whole = fill(store, 2)
    steps = [
        {"copy": memento(), "copy_reading": reading(), "comparison": comparison(Change.IDENTICAL)},
        {},
        {"copy": memento(validators=Validators('"2"', None)), "absences": Absences()},
        {"newest": memento("second"), "newest_reading": reading("second")},
        {"comparison": comparison(), "forms": (Form("", NOW), Form("p", NOW, 1, memento("x")))},
        {"absences": Absences(gone=Streak(NOW, NOW, 2, 404, "HTTP 404"))},
        {"newest": None, "newest_reading": None, "forms": (), "absences": Absences()},
        {"told": Told(Status.CURRENT, (), ()), "verdict": verdict()},
    ]
    for number, changes in enumerate(steps):
        now = NOW + number * DAY
        for one in (thrifty, whole):
            made = record_of(store.standing(one), now, **changes)
            store.record([made if one == thrifty else replace(made, before=None)])
        stored = [replace(store.standing(one), article=None) for one in (thrifty, whole)]
        assert stored[0] == stored[1], changes
        for name, value in changes.items():
            assert getattr(stored[0], name) == value


def test_what_a_check_left_as_it_was_is_left_as_it_is_stored(store):
    (one,) = fill(store, 1)
    store.record([record_of(store.standing(one), copy=memento(), copy_reading=reading())])
    claimed = store.claim([one], NOW + DAY, LEASE)[0]
    late = replace(claimed, copy_reading=reading(title="Derived anew"))
    store.put_rederived([late])  # as another process may, though nobody should
    store.record([record_of(claimed, NOW + DAY)])
    assert store.standing(one).copy_reading.title == "Derived anew"
    assert store.standing(one).checks == 2


def test_a_verdict_that_stays_the_same_was_last_found_at_the_last_check(store):
    (one,) = fill(store, 1)
    store.record([record_of(store.standing(one), copy=memento(), verdict=verdict())])
    for at in (NOW + HOUR, NOW + 2 * HOUR):
        before = store.standing(one)
        same = replace(before.verdict, judged_at=at)
        store.record([record_of(before, at, verdict=same)])
        assert store.standing(one).verdict == same
    held = store.claim([one], NOW + DAY, LEASE)[0]
    again = replace(held.verdict, version="judge-2")
    store.put_rederived([replace(held, verdict=again)])
    assert store.standing(one).verdict == again
    assert again.judged_at == NOW + 2 * HOUR


def test_what_was_checked_meanwhile_is_not_derived_over(store):
    """A machine slept while it derived: its lease ended, and another process checked the article."""
    (one,) = fill(store, 1)
    store.record([record_of(store.standing(one), copy=memento(), verdict=verdict())])
    held = store.claim([one], NOW + DAY, LEASE)[0]
    other = store.claim([one], NOW + 2 * DAY, LEASE)[0]
    newer = verdict(Status.CURRENT, NOW + 2 * DAY)
    store.record([record_of(other, NOW + 2 * DAY, verdict=newer)])
    store.put_rederived([replace(held, verdict=replace(held.verdict, version="judge-2"))])
    assert store.standing(one).verdict == newer


def test_what_is_its_own_again_as_its_check_is_recorded_is_watched_on(store):
    uris = [f"https://news.example/{name}" for name in ("first", "second", "new")]
    ids = fill(store, uris)
    first, second, new = store.claim(ids, NOW, LEASE)
    store.record([record_of(first, moved_to=uris[2])])
    assert store.standing(ids[2]).same_as == ids[0]
    assert store.claim(ids[2:], NOW + DAY, LEASE) == ()
    store.record([record_of(new), record_of(second, moved_to=uris[2])])  # a page of its own
    assert store.standing(ids[2]).same_as is None
    assert store.standing(ids[2]).next_check_at == NOW + DAY


def test_a_check_under_way_does_not_reschedule_what_its_source_gave_up(store):
    (one,) = fill(store, 1)
    claimed = store.claim_due(NOW, 1, LEASE, 1)
    store.put_sources([], NOW)
    store.record([record_of(claimed[0])])
    assert store.standing(one).next_check_at is None
    assert store.standing(one).checks == 1


def test_adoption_happens_once_and_tells_once(store):
    store.put_sources([source()], NOW)
    assert store.adopted_at("news") is None
    assert store.adopted_at("unknown") is None
    report = replace(alert("adoption"), event=AlertEvent.ADOPTION, verdict=None, summary="4 of 9")
    store.adopt("news", NOW, [report])
    store.adopt("news", NOW + DAY, [replace(report, key="again")])
    assert store.adopted_at("news") == NOW
    assert store.pending_alerts() == (report,)


def test_found_articles_are_new_once_and_due_at_once(store):
    store.put_sources([source()], NOW)
    found = [Found(f"https://news.example/{n}", f"Title {n}", "sport") for n in range(1201)]
    assert store.put_found("news", iter(found), NOW) == (1201, 0)
    assert store.put_found("news", found, NOW + HOUR) == (0, 0)
    listed = articles_of(store, "news")
    assert [one.uri for one in listed] == [one.uri for one in found]
    assert (listed[3].title, listed[3].section) == ("Title 3", "sport")
    assert store.next_due_at() == NOW
    assert articles_of(store) == listed
    assert articles_of(store, "other") == ()
    assert store.article_ids() == store.article_ids("news") == tuple(one.id for one in listed)
    assert store.article_ids("other") == ()


def test_standings_of_one_verdict(store):
    ids = fill(
        store, ["https://news.example/1", "https://news.example/2", "https://news.example/3"]
    )
    first, second, _ = store.claim(ids, NOW, LEASE)
    store.record(
        [record_of(first, verdict=verdict()), record_of(second, verdict=verdict(Status.CURRENT))]
    )
    flagged = store.standings("news", Status.OUTDATED)
    assert [one.article.id for one in flagged] == ids[:1]
    assert [one.article.id for one in store.standings(status=Status.CURRENT)] == ids[1:2]
    assert list(store.standings("other", Status.OUTDATED)) == []


def test_a_source_is_tried_when_all_its_articles_are(store):
    assert not store.all_tried("news", 1)
    store.put_sources([source(), source("other")], NOW)
    assert not store.all_tried("news", 1)
    ids = fill(store, ["https://news.example/1", "https://news.example/2"])
    store.put_found("other", [Found("https://other.example/1")], NOW)
    first, second = store.claim(ids, NOW, LEASE)
    store.record([record_of(first, last_compared_at=NOW)])
    assert not store.all_tried("news", 1)
    store.record([record_of(second, last_compared_at=None)])
    assert store.all_tried("news", 1)
    assert not store.all_tried("news", 2)
    assert not store.all_tried("other", 1)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("HTTPS://News.Example/Path?Q=1#part", "https://news.example/Path?Q=1"),
        (" http://User:Pw@HOST:80/ ", "http://User:Pw@host:80/"),
        ("http://[bad", "http://[bad"),
        ("http://host?Q", "http://host?Q"),
        ("no address", "no address"),
        ("https://h.example/\0\udc80", "https://h.example/\ufffd\ufffd"),
        ("https://h.example/%_'\"; DROP TABLE articles", None),
    ],
)
def test_addresses_are_kept_in_one_form_and_found_by_any(store, given, kept):
    store.put_sources([source()], NOW)
    assert store.put_found("news", [Found(given), Found(given)], NOW) == (1, 0)
    article = store.article(given)
    assert article is not None
    assert article.uri == (kept or given)
    assert store.article(str(article.id)) == article
    assert store.put_found("news", [Found(article.uri)], NOW) == (0, 0)


@pytest.mark.parametrize("unknown", ["https://h.example/%", "0", "9" * 40, "²", "", "a'b"])
def test_what_is_not_watched_is_none(store, unknown):
    fill(store, ["https://h.example/x"])
    assert store.article(unknown) is None


def test_one_address_in_two_sources_is_two_articles_and_the_watched_one_answers(store):
    uri = "https://shared.example/a"
    (first,) = fill(store, [uri], "one")
    (second,) = fill(store, [uri], "two")
    assert store.article(uri).id == first != second
    store.put_sources([source("two")], NOW)
    assert store.article(uri).id == second


def test_titles_and_sections_follow_the_source_but_are_not_emptied(store):
    (one,) = fill(store, ["https://news.example/a"])
    store.put_found("news", [Found("https://news.example/a", "New\0", "s")], NOW)
    store.put_found("news", [Found("https://news.example/a")], NOW)
    article = store.article(str(one))
    assert (article.title, article.section) == ("New\ufffd", "s")


def test_a_source_that_is_not_stored_is_refused(store):
    with pytest.raises(StoreError, match="not stored"):
        store.put_found("nobody", [Found("https://news.example/a")], NOW)


# ── hints ─────────────────────────────────────────────────────────────────────────────────────

URI = "https://news.example/a"


def checked_article(store):
    (one,) = fill(store, [URI])
    store.record([record_of(store.claim_due(NOW, 1, LEASE, 1)[0])])
    return one


def hint(store, when, now, **more):
    return store.put_found("news", [Found(URI, hints=(evidence(when, **more),))], now)


def test_a_newer_hint_makes_an_article_due_once(store):
    one = checked_article(store)
    later = NOW + HOUR
    assert hint(store, later, later) == (0, 1)
    standing = store.standing(one)
    assert standing.next_check_at == later
    assert [(h.date, h.seen_at) for h in standing.hints] == [(evidence(later), later)]
    store.record([record_of(store.claim_due(later, 1, LEASE, 1)[0], later)])
    assert hint(store, later, later + HOUR) == (0, 0)
    assert store.standing(one).next_check_at == later + DAY


def test_a_hint_makes_due_when_the_caller_says(store):
    one = checked_article(store)
    asked = []

    def pull(uri, last):
        asked.append((uri, last))
        return NOW + 5 * HOUR

    found = Found(URI, hints=(evidence(NOW + HOUR),))
    assert store.put_found("news", [found], NOW + HOUR, pull) == (0, 1)
    assert asked == [(URI, NOW)]
    assert store.standing(one).next_check_at == NOW + 5 * HOUR


def test_what_hints_were_worth_is_counted_by_host_and_once(store):
    checked_article(store)
    assert store.trusts() == {}
    for number, (told, edited) in enumerate([(True, True), (True, False), (False, True)] * 2, 1):
        when = NOW + number * DAY
        one = store.claim_due(when, 1, LEASE, 1)[0]
        record = replace(record_of(one, when), told=told, edited=edited)
        store.record([record, record])
    assert store.trusts() == {"news.example": Trust(2, 2, 2)}


def test_a_hint_older_than_the_last_check_is_kept_and_makes_nothing_due(store):
    one = checked_article(store)
    assert hint(store, NOW - DAY, NOW + HOUR) == (0, 0)
    assert store.standing(one).hints[0].date == evidence(NOW - DAY)
    assert store.standing(one).next_check_at == NOW + DAY


def test_a_hint_from_the_future_does_not_silence_later_ones(store):
    one = checked_article(store)
    assert hint(store, NOW + 9000 * DAY, NOW + MINUTE) == (0, 1)
    assert hint(store, NOW + HOUR, NOW + HOUR, kind=OriginKind.FEED) == (0, 1)
    assert len(store.standing(one).hints) == 2


def test_a_hint_does_not_schedule_what_its_source_gave_up(store):
    one = checked_article(store)
    store.put_sources([source(enabled=False)], NOW)
    hint(store, NOW + HOUR, NOW + HOUR)
    assert store.standing(one).next_check_at is None
    assert len(store.standing(one).hints) == 1


def test_hints_of_one_place_replace_each_other(store):
    one = checked_article(store)
    for hours in range(20):
        hint(store, NOW + hours * HOUR, NOW + hours * HOUR)
    assert [h.date for h in store.standing(one).hints] == [evidence(NOW + 19 * HOUR)]


def test_a_hint_that_comes_during_a_check_makes_the_article_due_after_it(store):
    one = checked_article(store)
    claimed = store.claim([one], NOW + HOUR, LEASE)
    hint(store, NOW + HOUR + MINUTE, NOW + HOUR + MINUTE)
    store.record([record_of(claimed[0], NOW + HOUR + 2 * MINUTE)])
    assert store.standing(one).next_check_at == NOW + HOUR + MINUTE
    assert store.standing(one).hints  # the check knew of none, and erased none


# ── copies (trap 3) ───────────────────────────────────────────────────────────────────────────


def compared_article(store):
    """An article whose copy "first" differs from its newest capture "second"."""
    store.put_sources([source()], NOW)
    store.adopt("news", NOW)
    store.put_found("news", [Found(URI, copy=memento())], NOW)
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    assert claimed.copy == memento()
    replaced = Absences(replaced=Streak(NOW, NOW, 1, None, "x"), gone=Streak(NOW, NOW, 1, 404, ""))
    after = record_of(
        claimed,
        copy_reading=reading(),
        newest=memento("second"),
        newest_reading=reading("second"),
        comparison=comparison(),
        verdict=verdict(),
        absences=replaced,
        moved_to="https://news.example/b",
        changes=1,
        changed_at=NOW,
    )
    store.record([after])
    assert store.standing(claimed.article.id) == replace(after.standing, adopted=True)
    return claimed.article.id


def test_trap_3_a_new_copy_resets_the_question(store):
    one = compared_article(store)
    later = NOW + HOUR
    store.put_found("news", [Found(URI, copy=memento("third"))], later)
    standing = store.standing(one)
    assert standing.copy == memento("third")
    assert standing.newest is standing.comparison is standing.copy_reading is None
    assert standing.newest_reading is None
    assert standing.next_check_at == later
    assert standing.absences.replaced is None
    assert standing.absences.gone is not None
    assert standing.verdict == verdict()  # the next transition is measured against it
    assert list(store.banners_due()) == []  # nobody has judged this copy yet


def test_the_same_copy_changes_nothing_but_its_place(store):
    one = compared_article(store)
    before = store.standing(one)
    store.put_found("news", [Found(URI, copy=memento(memento_datetime=NOW))], NOW + HOUR)
    assert store.standing(one) == before
    moved = memento(locator=Locator("moved.html"))
    store.put_found("news", [Found(URI, copy=moved)], NOW + HOUR)
    assert store.standing(one) == replace(before, copy=moved)


def test_accepting_makes_the_newest_capture_the_copy(store):
    one = compared_article(store)
    assert store.accept(one, NOW + HOUR) == memento("second")
    standing = store.standing(one)
    assert standing.copy == memento("second")
    assert standing.copy_reading == reading("second")
    assert standing.newest is standing.newest_reading is standing.comparison is None
    assert standing.next_check_at == NOW + HOUR
    assert store.accept(one, NOW + HOUR) is None


def test_accepting_a_capture_that_was_never_read_leaves_it_to_be_read(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    store.record([record_of(claimed, copy=memento(), newest=memento("second"))])
    assert store.accept(one, NOW) == memento("second")
    assert store.standing(one).copy_reading is None


def test_accepting_is_not_undone_by_the_source_giving_the_old_copy_again(store):
    one = compared_article(store)
    store.accept(one, NOW + HOUR)
    store.put_found("news", [Found(URI, copy=memento())], NOW + 2 * HOUR)
    assert store.standing(one).copy == memento("second")
    store.put_found("news", [Found(URI, copy=memento("third"))], NOW + 2 * HOUR)
    assert store.standing(one).copy == memento("third")


def test_there_is_nothing_to_accept_without_a_newer_capture(store):
    (one,) = fill(store, 1)
    assert store.accept(one, NOW) is None
    assert store.accept(999, NOW) is None


@pytest.mark.parametrize("how", ["accepted", "found"])
def test_a_check_that_judged_a_former_copy_does_not_bring_it_back(store, how):
    one = compared_article(store)
    (claimed,) = store.claim([one], NOW + HOUR, LEASE)
    if how == "accepted":
        store.accept(one, NOW + HOUR + MINUTE)
    else:
        store.put_found("news", [Found(URI, copy=memento("third"))], NOW + HOUR + MINUTE)
    before = store.standing(one)
    late = record_of(claimed, NOW + HOUR + 2 * MINUTE, alerts=(alert(),), verdict=verdict())
    store.record([late])
    after = store.standing(one)
    assert after == replace(
        before,
        checks=2,
        last_checked_at=late.finished_at,
        next_check_at=late.finished_at,
    )
    assert store.pending_alerts() == ()  # the next check finds what is left to tell
    assert len(store.history(one)) == 2
    assert len(store.claim_due(late.finished_at, 1, LEASE, 1)) == 1


def test_a_copy_that_comes_during_the_first_check_outranks_the_first_capture(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    store.put_found("news", [Found(URI, copy=memento())], NOW)
    store.record([record_of(claimed, outcome=Outcome.ADOPTED, copy=memento("captured"))])
    assert store.standing(one).copy == memento()


def test_a_check_keeps_validators_and_follows_a_moved_copy(store):
    one = compared_article(store)
    (claimed,) = store.claim([one], NOW + HOUR, LEASE)
    moved = memento(locator=Locator("moved.html"))
    store.put_found("news", [Found(URI, copy=moved)], NOW + HOUR)
    renewed = replace(claimed.copy, validators=replace(claimed.copy.validators, etag='"new"'))
    store.record([record_of(claimed, NOW + 2 * HOUR, copy=renewed)])
    assert store.standing(one).copy == replace(renewed, locator=moved.locator)


# ── claiming ──────────────────────────────────────────────────────────────────────────────────


def test_claims_go_by_time_and_give_each_article_once(store):
    ids = fill(store, 6)
    for position, one in enumerate(ids):
        (standing,) = store.claim([one], NOW, LEASE)
        due = NOW + (10 - position) * MINUTE
        store.record([record_of(standing, NOW, next_check_at=due)])
    assert store.next_due_at() == NOW + 5 * MINUTE
    assert store.claim_due(NOW + 4 * MINUTE, 9, LEASE, 9) == ()
    first = store.claim_due(NOW + 8 * MINUTE, 3, LEASE, 9)
    assert [s.article.id for s in first] == ids[:2:-1]
    rest = store.claim_due(NOW + 8 * MINUTE, 9, LEASE, 9)
    assert [s.article.id for s in rest] == [ids[2]]


def test_a_busy_host_cannot_fill_the_batch(store):
    fill(store, [f"https://busy.example/{n}" for n in range(90)])
    fill(store, [f"https://host{n}.example/" for n in range(4)])
    fill(store, ["https://busy.example:444/x"])
    claimed = store.claim_due(NOW, 8, LEASE, 3)
    hosts = [s.article.uri.split("/")[2] for s in claimed]
    assert len(hosts) == 8
    assert hosts.count("busy.example") == 3
    assert hosts.count("busy.example:444") == 1


@pytest.mark.parametrize("seed", range(6))
def test_claiming_equals_its_definition(store, seed):
    """Whatever is due, wherever the batch is found: the cap first, then the limit, by time."""
    rng = random.Random(seed)
    weights = [60, 20, 5, 5, 1] if seed % 2 else [1] * 5
    hosts = rng.choices("abcde", weights, k=150)
    ids = fill(store, [f"https://{host}.example/{n}" for n, host in enumerate(hosts)])
    due = {one: NOW + rng.randint(-200, 40) * MINUTE for one in ids}
    claimed = store.claim(ids, NOW, LEASE)
    store.record([record_of(s, NOW, next_check_at=due[s.article.id]) for s in claimed])
    waiting = sorted((when, one) for one, when in due.items() if when <= NOW)
    host_of = dict(zip(ids, hosts, strict=True))
    while waiting:
        expected, of_host = [], Counter()
        for _, one in waiting:
            of_host[host_of[one]] += 1
            if of_host[host_of[one]] <= 3 and len(expected) < 7:
                expected.append(one)
        assert [s.article.id for s in store.claim_due(NOW, 7, LEASE, 3)] == expected
        waiting = [pair for pair in waiting if pair[1] not in expected]
    assert store.claim_due(NOW, 7, LEASE, 3) == ()


def test_an_expired_lease_is_due_again(store):
    (one,) = fill(store, 1)
    assert len(store.claim_due(NOW, 1, LEASE, 1)) == 1
    assert store.claim_due(NOW + LEASE - MINUTE, 1, LEASE, 1) == ()
    assert store.next_due_at() == NOW + LEASE
    assert store.counts(NOW)["due"] == 0
    assert [s.article.id for s in store.claim_due(NOW + LEASE, 1, LEASE, 1)] == [one]


def test_named_articles_are_claimed_unless_somebody_holds_them(store):
    ids = fill(store, 3)
    store.claim([ids[1]], NOW, LEASE)
    claimed = store.claim([ids[2], ids[1], ids[0], ids[2], 999], NOW, LEASE)
    assert [s.article.id for s in claimed] == [ids[2], ids[0]]


def test_released_articles_are_due_as_before(store):
    ids = fill(store, 2)
    claimed = store.claim_due(NOW, 2, LEASE, 2)
    store.release(ids)
    assert store.claim_due(NOW, 2, LEASE, 2) == claimed
    store.release([])
    store.claim(ids[:1], NOW, LEASE)
    store.release(ids, NOW + HOUR)  # another's by now
    assert store.claim(ids[:1], NOW, LEASE) == ()
    store.release(ids, NOW + LEASE)
    assert store.claim(ids[:1], NOW, LEASE)


def test_threads_that_claim_at_once_share_the_work(store):
    ids = fill(store, 200)
    taken: list[int] = []

    def work():
        while claimed := store.claim_due(NOW, 7, LEASE, 7):
            store.record([record_of(standing) for standing in claimed])
            taken.extend(standing.article.id for standing in claimed)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == sorted(ids)
    assert {s.checks for s in store.standings()} == {1}


# ── recording ─────────────────────────────────────────────────────────────────────────────────


def test_who_was_taken_for_dead_and_comes_back_records_nothing_over_what_was_seen_since(store):
    (one,) = fill(store, 1)
    stopped = store.standing(one)  # its holder is stopped here, another takes it up
    store.record([record_of(store.standing(one), NOW + HOUR)])
    late = record_of(stopped, NOW + 2 * HOUR, alerts=(alert("late"),))
    store.record([late])
    no_answer = replace(late, standing=stopped, outcome=Outcome.NO_NETWORK)
    store.record([no_answer])
    assert len(store.history(one, 9)) == 1
    assert store.standing(one).last_checked_at == NOW + HOUR
    assert list(store.pending_alerts()) == []
    store.record([record_of(store.standing(one), NOW + 3 * HOUR)])
    assert [check.finished_at for check in store.history(one, 9)] == [NOW + 3 * HOUR, NOW + HOUR]


def test_what_a_clock_that_was_ahead_planned_keeps_its_interval_and_begins_now(store):
    (one,) = fill(store, [URI])
    ahead = NOW + 3650 * DAY
    store.record([record_of(store.standing(one), ahead, next_check_at=ahead + DAY)])
    store.claim([one], ahead, LEASE)
    assert store.settle_clock(NOW, 30 * DAY, DAY) == 1
    assert store.standing(one).next_check_at == NOW + DAY
    assert len(store.claim_due(NOW + DAY, 9, LEASE, 9)) == 1  # the lease ended, too
    assert store.settle_clock(NOW + DAY, 30 * DAY, DAY) == 0


def test_mail_that_a_clock_that_was_ahead_put_off_leaves_and_pauses_are_counted_anew(store):
    ahead = NOW + 365 * DAY
    (one,) = fill(store, [URI])
    store.put_mail(replace(mail(), created_at=ahead), ())
    store.mail_done(store.claim_mail(ahead, LEASE).id, Deferred("away"), ahead)
    store.put_mail(replace(mail("<2@news.example>"), created_at=NOW), ())
    store.claim_mail(ahead, LEASE)  # its sender is killed
    raised = alert("raised", at=ahead)
    store.record([record_of(store.standing(one), ahead, alerts=(raised,))])
    assert store.claim_mail(NOW, LEASE) is None
    store.settle_clock(NOW, 30 * DAY, HOUR)
    assert {store.claim_mail(NOW, LEASE).mail.message_id for _ in range(2)} == {
        mail().message_id,
        "<2@news.example>",
    }
    (waits,) = store.waiting()
    assert (waits.oldest, waits.last) == (NOW, NOW)


def test_the_budget_that_a_clock_that_was_ahead_spent_is_given_back(store):
    ahead = NOW + 365 * DAY
    store.spend(3, ahead, 60)
    assert store.budget_left(NOW, 60) == 0
    store.settle_clock(NOW, 30 * DAY, HOUR)
    assert store.budget_left(NOW + MINUTE, 60) == 1


def test_the_lock_of_a_clock_that_was_ahead_is_nobodys(store):
    assert store.take_daemon_lock("a 1", NOW + 365 * DAY, MINUTE) is None
    assert store.take_daemon_lock("b 2", NOW, MINUTE) is None
    assert store.take_daemon_lock("c 3", NOW - MINUTE, MINUTE) == "b 2"  # clocks differ a little


def test_a_host_asked_to_be_left_alone_by_a_clock_that_was_ahead_takes_hints_again(store):
    (one,) = fill(store, [URI])
    ahead = NOW + 365 * DAY
    store.record([record_of(store.standing(one), NOW, not_before=ahead)])
    store.settle_clock(NOW, 30 * DAY, HOUR)
    assert store.standing(one).not_before is None


def test_recording_is_idempotent(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    first = record_of(claimed, alerts=(alert(),), copy=memento())
    store.record([first, first])
    store.record([replace(first, detail="again", alerts=(alert("other"),))])
    assert [r.detail for r in store.history(one)] == [""]
    assert store.pending_alerts() == (alert(),)
    store.record([])


def test_an_alert_of_a_known_key_is_told_once_per_recipient(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    both = (alert(), alert(recipient="b@news.example"))
    store.record([record_of(claimed, alerts=both)])
    store.record([record_of(store.standing(one), NOW + DAY, alerts=both)])
    assert store.pending_alerts() == both


def test_recording_is_all_or_nothing(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    stranger = replace(claimed, article=replace(claimed.article, id=999))
    with pytest.raises(StoreError, match="article 999"):
        store.record([record_of(claimed, alerts=(alert(),)), record_of(stranger)])
    assert store.history(one) == ()
    assert store.standing(one) == claimed
    assert store.pending_alerts() == ()


def test_every_part_of_a_standing_can_come_and_go(store):
    one = compared_article(store)
    full = store.standing(one)
    empty = record_of(
        full,
        NOW + HOUR,
        newest=None,
        newest_reading=None,
        comparison=None,
        verdict=None,
        absences=Absences(),
        moved_to=None,
        next_check_at=None,
    )
    store.record([empty])
    assert store.standing(one) == empty.standing
    assert store.counts(NOW)["unchecked"] == 1


def test_the_history_is_newest_first_and_reduced(store):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    for hours in range(4):
        at = NOW + hours * HOUR
        made = record_of(
            store.standing(one) if hours else claimed,
            at,
            alerts=(alert(f"key-{hours}"),),
            verdict=verdict(Status.OUTDATED, at),
            comparison=comparison(Change.IDENTICAL if hours else Change.SUBSTANTIVE),
        )
        store.record([replace(made, capture=memento(f"body {hours}"), detail="d\0")])
    found = store.history(one, limit=3)
    assert [r.finished_at for r in found] == [NOW + hours * HOUR for hours in (3, 2, 1)]
    newest = found[0]
    assert newest.capture == memento("body 3")
    assert newest.detail == "d\ufffd"
    assert newest.alerts == (alert("key-3"),)
    assert newest.standing.article.id == one
    assert newest.standing.verdict.status is Status.OUTDATED
    assert newest.standing.verdict.findings == ()
    assert newest.standing.comparison.change is Change.IDENTICAL
    assert store.history(one)[3].standing.comparison.change is Change.SUBSTANTIVE
    assert store.history(999) == ()


def test_an_unknown_article_has_no_standing(store):
    with pytest.raises(StoreError, match="article 999: there is no such article"):
        store.standing(999)
    with pytest.raises(StoreError, match="article 999: there is no such article"):
        store.add_word(999, Review("ed", NOW, date(2026, 9, 1)))


def test_standings_come_by_source_and_in_pages(store):
    fill(store, 450)
    fill(store, 3, "other")
    assert len(list(store.standings())) == 453
    assert {s.article.source for s in store.standings("other")} == {"other"}
    pages = store.standings()
    next(pages)
    store.put_sources([source("news"), source("other")], NOW)  # an open iterator blocks nobody


# ── reviews, banners ──────────────────────────────────────────────────────────────────────────


def test_a_review_is_kept_and_makes_the_article_due(store):
    one = checked_article(store)
    review = Review("ed", NOW + HOUR, date(2026, 9, 1), "fine\0")
    store.add_word(one, review)
    standing = store.standing(one)
    assert standing.words == (review,)
    assert standing.next_check_at == NOW + HOUR
    store.put_sources([], NOW)
    store.add_word(one, replace(review, at=NOW + 2 * HOUR))
    assert store.standing(one).next_check_at is None


def test_a_review_during_a_check_makes_the_article_due_after_it(store):
    one = checked_article(store)
    (claimed,) = store.claim([one], NOW + HOUR, LEASE)
    store.add_word(one, Review("ed", NOW + HOUR, date(2026, 9, 1)))
    store.record([record_of(claimed, NOW + 2 * HOUR, next_check_at=None)])
    assert store.standing(one).next_check_at == NOW + HOUR
    assert len(store.standing(one).words) == 1


def test_banners_are_due_when_what_the_verdict_says_changes(store):
    one = compared_article(store)
    (due,) = store.banners_due()
    assert due == store.standing(one)
    store.banner_published(one, due)
    assert list(store.banners_due()) == []
    store.record([record_of(due, NOW + HOUR, verdict=verdict(at=NOW + HOUR))])
    assert list(store.banners_due()) == []  # judged again, said the same
    now = store.standing(one)
    store.record([record_of(now, NOW + 2 * HOUR, verdict=verdict(message="More differs."))])
    assert [s.article.id for s in store.banners_due("news")] == [one]
    assert list(store.banners_due("other")) == []


def test_a_forgotten_banner_is_due_again_though_the_verdict_stays(store):
    one = compared_article(store)
    (due,) = store.banners_due()
    store.banner_published(one, due)
    store.forget_banner(one)
    assert list(store.banners_due()) == [due]
    store.banner_published(one, due)
    assert list(store.banners_due()) == []


def test_a_verdict_that_changes_while_its_banner_is_published_is_due_again(store):
    one = compared_article(store)
    (due,) = store.banners_due()
    store.record([record_of(due, NOW + HOUR)])  # current meanwhile
    store.banner_published(one, due)
    assert len(list(store.banners_due())) == 1


def test_a_banner_put_on_a_former_copy_does_not_count(store):
    one = compared_article(store)
    (due,) = store.banners_due()
    store.accept(one, NOW)
    store.banner_published(one, due)
    store.record([record_of(store.standing(one), NOW + HOUR, verdict=due.verdict)])
    assert len(list(store.banners_due())) == 1


def test_banners_wait_for_adoption_and_a_verdict(store):
    store.put_sources([source()], NOW)
    store.put_found("news", [Found(URI, copy=memento())], NOW)
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    store.banner_published(claimed.article.id, claimed)  # nothing to note: no verdict
    store.record([record_of(claimed, verdict=verdict())])
    assert list(store.banners_due()) == []
    store.adopt("news", NOW)
    assert len(list(store.banners_due())) == 1
    store.put_sources([], NOW)
    assert list(store.banners_due()) == []


def test_an_article_without_a_copy_is_not_asked_about_again_and_again(store):
    fill(store, [URI])
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    store.record([record_of(claimed, verdict=verdict(Status.UNDETERMINED))])
    (due,) = store.banners_due()
    store.banner_published(due.article.id, due)
    assert list(store.banners_due()) == []


# ── outbox ────────────────────────────────────────────────────────────────────────────────────


def raised(store, *alerts):
    (one,) = fill(store, [URI])
    (claimed,) = store.claim([one], NOW, LEASE)
    store.record([record_of(claimed, alerts=alerts)])


def test_a_mail_covers_the_alerts_of_its_recipient(store):
    raised(store, alert("1"), alert("2"), alert("1", "b@news.example"), alert("3"))
    store.put_mail(mail(), ["1", "2"])
    assert store.pending_alerts() == (alert("1", "b@news.example"), alert("3"))
    (kept,) = store.outbox()
    assert (kept.mail, kept.state, kept.attempts) == (mail(), "pending", 0)
    assert store.counts(NOW)["mail_pending"] == 1
    assert store.counts(NOW)["alerts_pending"] == 2


def test_a_mail_that_another_process_composed_first_is_not_sent_twice(store):
    raised(store, alert("1"), alert("2"))
    store.put_mail(mail("<one@x>"), ["1"])
    store.put_mail(mail("<both@x>"), ["1", "2"])
    assert [one.mail.message_id for one in store.outbox()] == ["<one@x>"]
    assert store.pending_alerts() == (alert("2"),)
    store.put_mail(mail("<test@x>"), [])  # a mail without alerts
    store.put_mail(mail("<test@x>"), [])
    assert len(store.outbox()) == 2


def test_a_mail_is_claimed_by_one_and_again_after_its_lease(store):
    store.put_mail(mail(), [])
    claimed = store.claim_mail(NOW, LEASE)
    assert claimed.mail == mail()
    assert claimed.attempts == 1
    assert store.claim_mail(NOW + MINUTE, LEASE) is None
    assert store.claim_mail(NOW + LEASE, LEASE).attempts == 2


def test_new_mails_are_not_starved_by_a_backlog(store):
    for number in range(3):
        store.put_mail(mail(f"<old{number}@x>"), [])
        store.mail_done(store.claim_mail(NOW, LEASE).id, Deferred("451"), NOW)
    store.put_mail(replace(mail("<new@x>"), created_at=NOW + 2 * MINUTE), [])
    assert store.claim_mail(NOW + 3 * MINUTE, LEASE).mail.message_id == "<new@x>"


@pytest.mark.parametrize(
    ("delivery", "state"), [(Sent("250 ok"), "sent"), (Refused("550 no\0"), "failed")]
)
def test_a_mail_that_is_done_is_not_tried_again(store, delivery, state):
    store.put_mail(mail(), [])
    claimed = store.claim_mail(NOW, LEASE)
    store.mail_done(claimed.id, delivery, NOW)
    store.mail_done(claimed.id, Deferred("late news"), NOW)
    assert store.claim_mail(NOW + DAY, LEASE) is None
    (done,) = store.outbox(state)
    assert done.detail == delivery.detail.replace("\0", "\ufffd")
    assert store.outbox("pending") == ()
    assert store.counts(NOW)["mail_failed"] == (state == "failed")


def test_a_mail_that_is_not_there_cannot_be_done(store):
    with pytest.raises(StoreError, match="mail 7: there is no such mail"):
        store.mail_done(7, Sent(), NOW)


def test_a_deferred_mail_comes_back_doubling_up_to_six_hours_for_five_days(store):
    store.put_mail(mail(), [])
    now, waits = NOW, []
    while (claimed := store.claim_mail(now, LEASE)) is not None:
        store.mail_done(claimed.id, Deferred("421 later"), now)
        after = store.outbox()[0]
        if after.state == "failed":
            break
        assert store.claim_mail(after.next_attempt_at - MINUTE / 2, LEASE) is None
        waits.append(after.next_attempt_at - now)
        now = after.next_attempt_at
    for wait, usual in zip(waits, [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE], strict=False):
        assert 0.8 * usual <= wait <= 1.2 * usual
    assert 4 * HOUR < max(waits) <= 1.2 * 6 * HOUR
    assert len(set(waits)) > 4  # the jitter
    assert timedelta(days=5) <= now - NOW < timedelta(days=5, hours=8)
    assert store.outbox("failed")[0].detail == "given up after 5 days: 421 later"
    assert 0.8 * 6 * HOUR <= delay(10_000) <= 1.2 * 6 * HOUR
    assert len({delay(3, mail_id) for mail_id in range(20)}) > 10


# ── the daemon's lock, figures ────────────────────────────────────────────────────────────────


def test_one_daemon_holds_the_lock_until_it_ends_or_dies(store):
    assert store.take_daemon_lock("a", NOW, LEASE) is None
    assert store.take_daemon_lock("b", NOW + MINUTE, LEASE) == "a"
    assert store.take_daemon_lock("a", NOW + MINUTE, LEASE) is None
    assert store.take_daemon_lock("b", NOW + LEASE, LEASE) == "a"  # renewed a minute later
    assert store.take_daemon_lock("b", NOW + LEASE + MINUTE, LEASE) is None
    store.release_daemon_lock("a")
    assert store.take_daemon_lock("a", NOW + LEASE + MINUTE, LEASE) == "b"
    store.release_daemon_lock("b")
    assert store.take_daemon_lock("a", NOW + LEASE + MINUTE, LEASE) is None


def test_counts(store):
    assert set(store.counts(NOW).values()) == {0}
    assert store.next_due_at() is None
    fill(store, 4)
    claimed = store.claim_due(NOW, 3, LEASE, 3)
    for standing, status in zip(claimed, Status, strict=True):
        judged = verdict(status)
        store.record([record_of(standing, verdict=judged, next_check_at=NOW + DAY)])
    assert store.counts(NOW + HOUR) == {
        "articles": 4,
        "due": 1,
        "checking": 0,
        "hosts_waiting": 0,
        "hosts_working": 0,
        "overdue_seconds": 3600,
        "current": 1,
        "outdated": 1,
        "undetermined": 1,
        "unchecked": 1,
        "unlisted": 0,
        "mail_pending": 0,
        "mail_failed": 0,
        "alerts_pending": 0,
    }
    assert store.next_due_at() == NOW


def test_captures_of_checks_and_of_others_are_each_known_once(store):
    ours, theirs = fill(store, ["https://a.test/1", "https://a.test/2"])
    copy, newest = memento("copy"), replace(memento("newest"), memento_datetime=NOW + DAY)
    old = replace(memento("old"), memento_datetime=NOW - 90 * DAY)
    first = record_of(store.standing(ours), NOW, copy=copy, newest=newest)
    store.record([replace(first, capture=newest)])
    for _ in range(2):
        brought = [Brought("news", "https://a.test/1", one, "crawl.warc:7") for one in (old, copy)]
        assert store.put_captures(brought, {}, NOW) == 0
    assert store.put_captures([], {}, NOW) == 0
    assert store.captures(ours) == (old, copy, newest)
    assert store.captures(theirs) == ()


def test_captures_come_in_with_their_articles_or_not_at_all(store):
    fill(store, ["https://a.test/1"])
    copy, old = memento("copy"), replace(memento("old"), memento_datetime=NOW - DAY)
    brought = [Brought("news", "https://a.test/new", one, "x") for one in (old, copy)]
    found = [Found("https://a.test/new", copy=copy)]
    with pytest.raises(StoreError, match="not stored"):
        store.put_captures(brought, {"news": found, "nobody": found}, NOW)
    assert store.article("https://a.test/new") is None
    assert store.put_captures(brought, {"news": found}, NOW) == 1
    made = store.article("https://a.test/new")
    assert set(store.captures(made.id)) == {old, copy}
    assert store.standing(made.id).copy == copy
    # The next copy takes its place; what was the copy stays a capture.
    later = replace(memento("later"), memento_datetime=NOW + DAY)
    found = [Found("https://a.test/new", copy=later)]
    store.put_captures([Brought("news", "https://a.test/new", later, "x")], {"news": found}, NOW)
    assert set(store.captures(made.id)) == {old, copy, later}


def test_an_article_is_found_by_any_way_to_write_its_address(store):
    store.put_sources([source("news"), source("other")], NOW)
    store.put_found("news", [Found("https://a.test/1")], NOW)
    store.put_found("other", [Found("https://a.test/1"), Found("http://a.test/1/")], NOW)
    forms = ("https://A.test/1#x", "http://a.test/1/")
    assert store.written_as(forms).source == "news"
    assert store.written_as(forms, "other").uri == "https://a.test/1"
    assert store.written_as(tuple(reversed(forms))).uri == "http://a.test/1/"
    assert store.written_as(("https://a.test/2",)) is None
    assert store.written_as(()) is None
