"""What sources list no more, and what has moved, over real databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.model import Absences, Found, Known, Locator, Status, Streak
from checker.store import SqlStore
from checker.store.reading import StoreReader
from tests.store_fixture import (
    DAY,
    HOUR,
    LEASE,
    MINUTE,
    NOW,
    alert,
    evidence,
    fill,
    memento,
    record_of,
    source,
    verdict,
)

ROOT = "https://news.example/sitemap.xml"
LONG = 9000 * DAY
OLD, NEW, NEWER = (f"https://news.example/{name}" for name in ("old", "new", "newer"))


@pytest.fixture
def store(url):
    opened = SqlStore.open(url)
    opened.put_sources([source()], NOW)
    opened.adopt("news", NOW)
    yield opened
    opened.close()


def article(number):
    return f"https://news.example/{number}"


def put(store, document, numbers, now, pull=None):
    """One reading of *document*, whole."""
    store.put_found("news", [Found(article(n)) for n in numbers], now, None, document)
    return store.close_listing("news", document, now, pull)


def unlisted(store):
    return {one.article.uri: one.unlisted_at for one in store.standings(unlisted=True)}


# ── removals ──────────────────────────────────────────────────────────────────────────────────


def test_what_a_document_lists_no_more_was_removed_and_stays_watched(store):
    assert put(store, ROOT, range(4), NOW) == 0
    ids = store.article_ids("news")
    for one in store.claim(ids, NOW, LEASE):
        store.record([record_of(one, next_check_at=NOW + LONG)])
    assert put(store, ROOT, range(3), NOW + HOUR) == 1
    assert unlisted(store) == {article(3): NOW + HOUR}
    removed = store.standing(ids[3])
    assert removed.next_check_at == NOW + HOUR  # before its turn, as after a hint …
    assert (removed.hints, removed.pings) == ((), ())  # … that nobody gave
    assert store.standing(ids[0]).next_check_at == NOW + LONG
    assert store.counts(NOW)["unlisted"] == 1
    assert store.article_counts() == {"news": (4, 1)}
    assert put(store, ROOT, range(3), NOW + 2 * HOUR) == 0  # once
    assert unlisted(store) == {article(3): NOW + HOUR}
    assert put(store, ROOT, range(4), NOW + 3 * HOUR) == 0
    assert unlisted(store) == {}
    assert store.article_ids("news") == ids


def test_a_removed_article_is_due_when_the_caller_says_and_no_sooner_than_its_host(store):
    put(store, ROOT, range(2), NOW)
    first, second = store.claim(store.article_ids(), NOW, LEASE)
    bound = NOW + 9 * HOUR
    store.record(
        [
            record_of(first, next_check_at=NOW + LONG),
            record_of(second, next_check_at=NOW + LONG, not_before=bound),
        ]
    )
    asked = []

    def pull(uri, last):
        asked.append((uri, last))
        return NOW + 5 * HOUR

    assert put(store, ROOT, [2], NOW + HOUR, pull) == 2
    assert sorted(asked) == [(article(0), NOW), (article(1), NOW)]
    assert store.standing(first.article.id).next_check_at == NOW + 5 * HOUR
    assert store.standing(second.article.id).next_check_at == bound


def test_what_another_document_lists_was_not_removed(store):
    put(store, "https://news.example/a.xml", [1, 2], NOW)
    put(store, "https://news.example/b.xml", [2, 3], NOW)
    assert put(store, "https://news.example/a.xml", [1], NOW + HOUR) == 0
    assert put(store, "https://news.example/b.xml", [3], NOW + HOUR) == 1
    assert set(unlisted(store)) == {article(2)}


def test_what_is_not_closed_loses_nothing(store):
    put(store, ROOT, range(3), NOW)
    store.put_found("news", [Found(article(0))], NOW + HOUR, None, ROOT)
    store.put_found("news", [Found(article(5))], NOW + HOUR)
    assert unlisted(store) == {}
    assert store.close_listing("news", "https://news.example/other.xml", NOW + HOUR) == 0


def test_a_document_that_nobody_names_any_more_goes_with_all_below_it(store):
    names = [f"https://news.example/{name}.xml" for name in "abc"]
    a, b, below = names
    store.root_listing("news", ROOT)
    store.put_listings("news", ROOT, [a, b], 1, NOW)
    store.put_listings("news", a, [below, ROOT], 2, NOW)
    store.put_listings("news", below, [a], 3, NOW)  # a loop
    store.put_listings("news", ROOT, [a, b], 1, NOW)
    for number, one in enumerate(names):
        put(store, one, [number], NOW)
        store.listings_read("news", [Known(one, read_at=NOW)])
    store.put_listings("news", ROOT, [b], 1, NOW + HOUR)
    assert store.close_listing("news", ROOT, NOW + HOUR) == 2
    assert set(unlisted(store)) == {article(0), article(2)}
    assert store.next_listing("news", NOW + HOUR).uri == b
    store.listings_read("news", [Known(b, read_at=NOW + HOUR)])
    assert store.next_listing("news", NOW + HOUR) is None


def test_of_another_beginning_nothing_was_removed(store):
    store.root_listing("news", ROOT)
    put(store, ROOT, range(3), NOW)
    put(store, ROOT, range(2), NOW + HOUR)
    other = "https://news.example/other.xml"
    store.root_listing("news", other)
    assert unlisted(store) == {}
    assert put(store, other, [0], NOW + 2 * HOUR) == 0
    store.root_listing("news", ROOT)  # and back: what it listed long ago is forgotten
    assert put(store, ROOT, [1], NOW + 3 * HOUR) == 0


def test_what_is_not_scheduled_is_not_scheduled_by_being_removed(store):
    put(store, ROOT, range(2), NOW)
    store.put_sources([source(enabled=False)], NOW)
    assert put(store, ROOT, [0], NOW + HOUR) == 1
    (removed,) = store.standings(unlisted=True)
    assert removed.next_check_at is None


def test_many_are_removed_step_by_step(store):
    put(store, ROOT, range(1300), NOW)
    assert put(store, ROOT, range(0, 1300, 10), NOW + HOUR) == 1170
    assert len(unlisted(store)) == 1170


# ── moves ─────────────────────────────────────────────────────────────────────────────────────


def check(store, uri, now=NOW, **changes):
    """A check of the article at *uri* that has *changes* as its outcome; its number."""
    number = next(one.article.id for one in store.standings() if one.article.uri == uri)
    (claimed,) = store.claim([number], now, LEASE)
    store.record([record_of(claimed, now, **{"moved_to": None} | changes)])
    return number


def same(store):
    return {one.article.uri: one.same_as for one in store.standings() if one.same_as is not None}


def test_a_new_address_to_which_an_article_moved_is_that_article(store):
    fill(store, [OLD])
    one = check(store, OLD, moved_to=f"{NEW}#part", next_check_at=NOW + LONG)
    hinted = Found(NEW, "New title", hints=(evidence(NOW + HOUR),))
    assert store.put_found("news", [hinted], NOW + HOUR, None, ROOT) == (0, 1)
    standing = store.standing(one)
    assert (standing.article.title, standing.next_check_at) == ("New title", NOW + HOUR)
    assert len(standing.hints) == 1
    assert store.article_ids() == (one,)
    assert store.watched([NEW, OLD]) == {NEW: (one,), OLD: (one,)}
    store.close_listing("news", ROOT, NOW + 2 * HOUR)
    assert unlisted(store) == {OLD: NOW + 2 * HOUR}


def test_a_rename_is_no_removal_and_addition(store):
    """The list names the new address before a check has met the redirect."""
    put(store, ROOT, ["old"], NOW)
    assert put(store, ROOT, ["new"], NOW + HOUR) == 1
    old = check(store, OLD, NOW + HOUR, moved_to=NEW)
    new = next(iter(store.standings())) and store.article_ids()[1]
    assert same(store) == {NEW: old}
    assert unlisted(store) == {}
    assert store.standing(new).next_check_at is None
    assert store.counts(NOW)["articles"] == 1
    assert store.article_counts() == {"news": (1, 0)}
    assert store.article(NEW).id == store.article(OLD).id == old
    assert store.article(str(new)).id == new
    assert store.watched([NEW]) == {NEW: (old,)}
    found = Found(NEW, hints=(evidence(NOW + 3 * HOUR),))
    assert store.put_found("news", [found], NOW + 3 * HOUR, None, ROOT) == (0, 1)
    assert len(store.standing(old).hints) == 1
    assert store.close_listing("news", ROOT, NOW + 3 * HOUR) == 0
    assert put(store, ROOT, [], NOW + 4 * HOUR) == 1
    assert set(unlisted(store)) == {OLD}
    store.put_sources([], NOW)
    store.put_sources([source()], NOW + 5 * HOUR)
    assert store.standing(new).next_check_at is None
    assert store.all_tried("news", 1)


def test_neither_banner_nor_mail_come_of_what_is_another_article(store):
    fill(store, [OLD, NEW])
    old, new = store.claim(store.article_ids(), NOW, LEASE)
    store.record([record_of(new, verdict=verdict())])
    (new,) = store.claim([new.article.id], NOW + HOUR, LEASE)
    late = NOW + HOUR
    store.record(
        [
            record_of(new, late, verdict=verdict(), alerts=(alert(),)),
            record_of(old, late, verdict=verdict(Status.CURRENT), moved_to=NEW),
        ]
    )
    assert same(store) == {NEW: old.article.id}
    assert store.pending_alerts() == ()
    assert [one.article.uri for one in store.banners_due()] == [OLD]
    counts = store.counts(late)
    assert (counts["current"], counts["outdated"], counts["unchecked"]) == (1, 0, 0)
    assert len(store.history(new.article.id)) == 2
    store.put_rederived([replace(store.standing(new.article.id), verdict=verdict())])
    assert list(store.standings(status=Status.OUTDATED)) == []
    assert store.claim([new.article.id], late, LEASE) == ()
    under_way = record_of(new, late + HOUR, verdict=verdict(), alerts=(alert("b"),))
    store.record([under_way])
    assert store.pending_alerts() == ()
    assert store.standing(new.article.id).next_check_at is None


def test_accepting_does_not_schedule_what_is_another_article(store):
    fill(store, [OLD, NEW])
    check(store, NEW, copy=memento("a", NEW), newest=memento("b", NEW))
    check(store, OLD, moved_to=NEW)
    new = store.article_ids()[1]
    assert store.accept(new, NOW) is not None
    assert store.standing(new).next_check_at is None


def test_a_chain_of_moves_ends_at_its_first_article(store):
    fill(store, [OLD, NEW, NEWER])
    check(store, NEW, moved_to=NEWER)
    old = check(store, OLD, moved_to=NEW)
    assert same(store) == {NEW: old, NEWER: old}
    check(store, OLD, NOW + HOUR, moved_to=NEWER)
    assert same(store) == {NEW: old, NEWER: old}
    assert store.watched([NEW, NEWER]) == {NEW: (old,), NEWER: (old,)}


def test_the_other_way_round_a_chain_ends_there_too(store):
    fill(store, [OLD, NEW, NEWER])
    old = check(store, OLD, moved_to=NEW)
    check(store, OLD, NOW + HOUR, moved_to=NEWER)
    assert same(store) == {NEW: old, NEWER: old}


def test_what_moves_there_and_back_is_watched_at_both_places(store):
    fill(store, [OLD, NEW])
    old = check(store, OLD, moved_to=NEW)
    assert same(store) == {NEW: old}
    check(store, OLD, NOW + HOUR)  # it stands where it stood
    assert same(store) == {}
    new = store.article_ids()[1]
    assert store.standing(new).next_check_at == NOW + HOUR
    check(store, NEW, NOW + 2 * HOUR, moved_to=OLD)
    assert same(store) == {}  # the older article has the longer history
    (under_way,) = store.claim([new], NOW + 3 * HOUR, LEASE)
    check(store, OLD, NOW + 3 * HOUR, moved_to=NEW)  # each to the other
    assert same(store) == {NEW: old}
    store.record([record_of(under_way, NOW + 4 * HOUR, moved_to=OLD)])
    assert same(store) == {NEW: old}
    assert store.standing(old).next_check_at is not None


def test_a_disabled_source_schedules_nothing_that_comes_back(store):
    fill(store, [OLD, NEW])
    check(store, OLD, moved_to=NEW)
    store.put_sources([source(enabled=False)], NOW)
    check(store, OLD, NOW + HOUR)
    assert same(store) == {}
    assert store.standing(store.article_ids()[1]).next_check_at is None


@pytest.mark.parametrize("together", [True, False])
def test_where_several_articles_move_is_a_page_of_its_own(store, together):
    """A front page or a login, to which all dead addresses lead."""
    fill(store, [OLD, article(1), NEW])
    first, second, _ = store.claim(store.article_ids(), NOW, LEASE)
    records = [record_of(one, moved_to=NEW) for one in (first, second)]
    if together:
        store.record(records)
    else:
        store.record(records[:1])
        assert same(store) == {NEW: first.article.id}
        store.record(records[1:])
    assert same(store) == {}
    assert store.standing(store.article_ids()[2]).next_check_at == NOW
    assert store.watched([NEW]) == {NEW: (store.article_ids()[2],)}


def test_a_page_that_answers_in_its_place_is_not_where_it_moved(store):
    fill(store, [OLD])
    replaced = Absences(replaced=Streak(NOW, NOW, 1, None, "home"))
    check(store, OLD, moved_to=NEW, absences=replaced)
    assert store.put_found("news", [Found(NEW)], NOW) == (1, 0)
    check(store, OLD, NOW + HOUR, moved_to=NEW, absences=replaced)
    assert same(store) == {}
    assert len(store.watched([NEW])[NEW]) == 1


def test_an_older_article_is_no_new_address_unless_only_the_other_has_a_copy(store):
    fill(store, [NEW])
    store.put_found("news", [Found(OLD)], NOW)
    check(store, OLD, moved_to=NEW)
    assert same(store) == {}
    store.put_found("news", [Found(OLD, copy=memento("old", OLD))], NOW)
    old = check(store, OLD, NOW + HOUR, moved_to=NEW)
    assert same(store) == {NEW: old}


def test_what_has_a_copy_of_its_own_stays_an_article_of_its_own(store):
    fill(store, [OLD])
    store.put_found("news", [Found(NEW, copy=memento("new", NEW))], NOW)
    check(store, OLD, moved_to=NEW)
    assert same(store) == {}
    other = Found(NEWER, copy=memento("newer", NEWER))
    check(store, NEW, moved_to=NEWER)
    assert store.put_found("news", [other], NOW) == (1, 0)


def test_what_is_given_a_copy_is_watched_again(store):
    fill(store, [OLD, NEW])
    check(store, OLD, moved_to=NEW)
    assert len(same(store)) == 1
    later = NOW + HOUR
    assert store.put_found("news", [Found(NEW, copy=memento("new", NEW))], later) == (0, 0)
    assert same(store) == {}
    assert store.standing(store.article_ids()[1]).next_check_at == later


def test_two_addresses_of_one_article_in_one_batch_are_both_heard(store):
    fill(store, [OLD, NEW])
    old = check(store, OLD, moved_to=NEW)
    early, late = evidence(NOW + HOUR), evidence(NOW + 2 * HOUR)
    found = [Found(OLD, "Old", hints=(early,)), Found(NEW, "New", hints=(late,))]
    assert store.put_found("news", found, NOW + 3 * HOUR) == (0, 1)
    assert store.standing(old).hints[-1].date == late
    assert store.standing(old).article.title == "New"


def test_other_sources_are_none_of_its_business(store):
    fill(store, [OLD])
    fill(store, [NEW], "other")
    check(store, OLD, moved_to=NEW)
    assert same(store) == {}
    assert store.put_found("news", [Found(NEW)], NOW) == (0, 0)


# ── copies ────────────────────────────────────────────────────────────────────────────────────


def test_an_address_that_the_archive_writes_in_another_way_is_the_same_article(store):
    """A feed that answers 304 lists nothing, and the archive's copies come alone."""
    copy = memento("a", "http://www.news.example/a/")
    store.put_found("news", [Found("https://news.example/a", copy=copy)], NOW)
    (one,) = store.article_ids()
    check(store, "https://news.example/a", next_check_at=NOW + LONG)
    alone = Found(copy.uri_r, copy=copy)
    assert store.put_found("news", [alone], NOW + HOUR) == (0, 0)
    assert store.article_ids() == (one,)
    assert store.standing(one).next_check_at == NOW + LONG
    fresh = replace(alone, copy=memento("b", copy.uri_r))
    assert store.put_found("news", [fresh], NOW + HOUR) == (0, 0)
    assert store.standing(one).copy.digest == fresh.copy.digest
    plain = replace(copy, uri_r="https://news.example/a")
    store.put_found("news", [Found("https://news.example/a", copy=plain)], NOW + HOUR)
    assert store.put_found("news", [alone], NOW + 2 * HOUR) == (1, 0)


def test_a_renamed_copy_is_the_same_article(store):
    store.put_found("news", [Found(OLD, copy=memento("a", OLD))], NOW, None, "copies")
    before = store.standing(store.article_ids()[0])
    renamed = memento("a", OLD, locator=Locator("renamed.html"))
    store.put_found("news", [Found(OLD, copy=renamed)], NOW + HOUR, None, "copies")
    assert store.close_listing("news", "copies", NOW + HOUR) == 0
    assert list(store.standings()) == [replace(before, copy=renamed)]


# ── what readers are told ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("known", [True, False])
def test_readers_at_the_new_address_are_told_of_the_article(store, url, known):
    fill(store, [OLD, NEW] if known else [OLD])
    check(store, OLD, moved_to=NEW, copy=memento("old", OLD), verdict=verdict())
    reader = StoreReader(url)
    try:
        shown = reader.shown([NEW, NEW.replace("https", "http")])
        assert (shown.uri, shown.status) == (OLD, Status.OUTDATED)
        assert reader.shown([NEWER]) is None
    finally:
        reader.close()


def test_a_hint_that_comes_while_it_is_checked_counts_after_a_removal_too(store):
    put(store, ROOT, ["old"], NOW)
    (claimed,) = store.claim_due(NOW, 1, LEASE, 1)
    assert put(store, ROOT, [], NOW + MINUTE) == 1
    store.record([record_of(claimed, NOW + MINUTE + timedelta(seconds=5))])
    assert store.standing(claimed.article.id).next_check_at == NOW + MINUTE
