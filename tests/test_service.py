"""The use cases, each on a real store: discovery, checking, adoption, banners, mail, editing."""

import gzip
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checker.adapters.warc import WarcArchive
from checker.errors import TargetError
from checker.model import (
    Adoption,
    Outcome,
    Review,
    Source,
    SourceKind,
    Timing,
)
from checker.stages import banner
from tests.fakes_http import FakeHttp
from tests.helpers_banner import UNKEYED
from tests.helpers_service import FEED, World, feed, feed_source, world
from tests.helpers_watch import DAY, STORY, SetClock, html, reply
from tests.loopback import Reply
from tests.store_fixture import articles_of

A, B, C = (f"https://paper.test/news/{name}.html" for name in "abc")
CHANGED = (STORY[0].replace("4.50", "5.40"), *STORY[1:])


def publish(place: World, *uris: str) -> None:
    """A site that lists and serves these articles, and an archive that holds their copies."""
    place.http.script[FEED] = Reply(200, feed(*uris), (("Content-Type", "application/rss+xml"),))
    for uri in uris:
        place.http.script[uri] = reply(html())
        body = html().replace(b"</head>", f'<link rel="canonical" href="{uri}"></head>'.encode())
        (place.folder / "copies" / uri.rpartition("/")[2]).write_bytes(body)


# ── discovery ─────────────────────────────────────────────────────────────────────────────────


def test_a_feed_brings_articles_with_their_copies(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        (found,) = place.service.discover()
        assert (found.found, found.new, found.problems) == (2, 2, ())
        standing = place.store.standing(place.service.article(A).id)
        assert standing.copy is not None
        assert standing.copy.locator.path == str(tmp_path / "copies" / "a.html")
        (again,) = place.service.discover()
        assert (again.found, again.new) == (2, 0)


def test_a_sitemap_index_is_followed_gzipped_too(tmp_path: Path) -> None:
    root = "https://paper.test/sitemap.xml"
    source = Source("map", SourceKind.SITEMAP, root)
    ns = "http://www.sitemaps.org/schemas/sitemap/0.9"
    children = "".join(
        f"<sitemap><loc>https://paper.test/{name}</loc></sitemap>"
        for name in ("one.xml", "two.xml.gz", "gone.xml", "sitemap.xml")
    )
    with world(tmp_path, source) as place:
        place.http.script = {
            root: Reply(200, f'<sitemapindex xmlns="{ns}">{children}</sitemapindex>'.encode()),
            "https://paper.test/one.xml": Reply(
                200, f'<urlset xmlns="{ns}"><url><loc>{A}</loc></url></urlset>'.encode()
            ),
            "https://paper.test/two.xml.gz": Reply(
                200,
                gzip.compress(f'<urlset xmlns="{ns}"><url><loc>{B}</loc></url></urlset>'.encode()),
            ),
        }
        (found,) = place.service.discover()
        assert {article.uri for article in articles_of(place.store)} == {A, B}
        assert found.problems == ("https://paper.test/gone.xml: HTTP 404",)
        assert place.http.uris().count(root) == 1  # an index that names itself is no loop


def test_a_list_brings_articles_and_names_its_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text(f"# ours\n{A}\nfile:///etc/passwd\n{B}\n")
    with world(tmp_path, Source("list", SourceKind.LIST, str(path))) as place:
        (found,) = place.service.discover()
        assert {article.uri for article in articles_of(place.store)} == {A, B}
        assert len(found.problems) == 1
        assert "3" in found.problems[0]


def test_a_folder_brings_copies_that_name_their_origin(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    named = html().replace(b"</head>", f'<link rel="canonical" href="{A}"></head>'.encode())
    (copies / "a.html").write_bytes(named)
    (copies / "nameless.html").write_bytes(html())
    with world(tmp_path, Source("folder", SourceKind.FOLDER, str(copies))) as place:
        (found,) = place.service.discover()
        assert [article.uri for article in articles_of(place.store)] == [A]
        assert any("nameless.html" in problem for problem in found.problems)


def test_a_warc_brings_copies_with_their_capture_dates(tmp_path: Path) -> None:
    clock = SetClock()
    http = FakeHttp({A: reply(html(), '"v"')}, clock)
    from checker.model import Request

    with WarcArchive(tmp_path / "copies", clock) as theirs:
        answer = http.fetch(Request(A))
        theirs.append(answer)  # type: ignore[arg-type]
    (warc,) = (tmp_path / "copies").iterdir()
    with world(tmp_path, Source("warc", SourceKind.WARC, str(warc))) as place:
        place.service.discover()
        standing = place.store.standing(place.service.article(A).id)
        assert standing.copy is not None
        assert standing.copy.memento_datetime == clock.now()
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by()
        assert place.status(A) == "outdated"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(500), "HTTP 500"),
        (Reply(200, b"<rss><channel><item>"), ""),
        (Reply(200, b'<!DOCTYPE r [<!ENTITY x "y">]><rss/>'), "entities"),
    ],
)
def test_a_feed_that_can_t_be_read_is_reported_and_the_others_go_on(
    tmp_path: Path, answer: Reply, said: str
) -> None:
    other = Source("other", SourceKind.FEED, "https://other.test/feed.xml")
    with world(tmp_path, feed_source(tmp_path), other) as place:
        place.http.script[FEED] = answer
        place.http.script["https://other.test/feed.xml"] = Reply(200, feed(B))
        first, second = place.service.discover()
        assert first.found == 0
        assert any(said in problem for problem in first.problems)
        assert second.found == 1


def test_a_list_that_vanished_is_reported(tmp_path: Path) -> None:
    with world(tmp_path, Source("list", SourceKind.LIST, str(tmp_path / "no.txt"))) as place:
        (found,) = place.service.discover()
        assert "no.txt" in found.problems[0]


def test_an_unknown_source_is_named_with_those_that_exist(tmp_path: Path) -> None:
    with world(tmp_path) as place, pytest.raises(TargetError, match="there are: paper"):
        place.service.discover(["nonsense"])


# ── checking ──────────────────────────────────────────────────────────────────────────────────


def test_one_failing_article_does_not_stop_the_batch(tmp_path: Path) -> None:
    """Trap 6, with a copy that vanished between discovery and check."""
    with world(tmp_path) as place:
        publish(place, A, B, C)
        place.service.discover()
        (tmp_path / "copies" / "b.html").unlink()
        checked = place.service.check_due()
        assert dict(checked.outcomes)[Outcome.FAILED] == 1
        assert checked.total == 3
        (record,) = place.store.history(place.service.article(B).id)
        assert record.outcome is Outcome.FAILED
        assert "b.html" in record.detail
        assert place.status(A) == place.status(C) == "current"


def test_what_stop_leaves_unchecked_is_given_back(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B, C)
        place.service.discover()
        stop = threading.Event()

        def first(_seen: object) -> Reply:
            stop.set()
            return reply(html())

        place.http.script |= dict.fromkeys((A, B, C), first)
        checked = place.service.check_due(stop.is_set)
        assert checked.total == 1
        assert place.service.check_due().total == 2  # no lease keeps them


def test_check_looks_at_articles_that_are_not_due(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.pass_by()
        seen: list[tuple[int, int]] = []
        ids = [article.id for article in articles_of(place.store)]
        checked = place.service.check(ids, lambda done, total: seen.append((done, total)))
        assert checked.total == 2
        assert seen == [(2, 2)]
        assert {outcome for outcome, _ in checked.outcomes} <= {
            Outcome.SAME_TEXT,
            Outcome.SAME_BYTES,
            Outcome.COMPARED,
        }


# ── adoption, banners, mail ───────────────────────────────────────────────────────────────────


def test_automatic_adoption_sends_one_report_and_puts_up_banners(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B, C)
        place.http.script[B] = reply(html(*CHANGED))
        place.pass_by()
        (mail,) = place.post.mails
        assert "1 of 3 articles is outdated" in mail.text
        assert [path.name for path in (tmp_path / "flagged").rglob("*.html")] == ["b.html"]
        place.pass_by()
        assert len(place.post.mails) == 1  # a state is not told again


def test_without_confirmation_nothing_is_flagged_and_nobody_told(tmp_path: Path) -> None:
    with world(tmp_path, feed_source(tmp_path, adoption=Adoption.CONFIRM)) as place:
        publish(place, A, B)
        place.http.script[B] = reply(html(*CHANGED))
        place.pass_by()
        place.pass_by()
        assert place.status(B) == "outdated"
        assert place.post.mails == []
        assert not (tmp_path / "flagged").exists()
        assert "1 of 2 articles is outdated" in place.service.adoption_report("paper")
        place.service.adopt("paper")
        place.pass_by()
        assert len(place.post.mails) == 1
        assert (tmp_path / "flagged" / "b.html").exists()


def test_a_banner_goes_up_and_comes_down_with_the_verdict(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.pass_by()
        original = (tmp_path / "copies" / "a.html").read_bytes()
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by(2)
        flagged = tmp_path / "flagged" / "a.html"
        assert banner.strip(flagged.read_bytes()) == original
        assert flagged.read_bytes() != original
        place.http.script[A] = reply(html())
        place.pass_by(2)
        assert flagged.read_bytes() == original
        assert (tmp_path / "copies" / "a.html").read_bytes() == original


def test_many_transitions_of_one_pass_are_one_mail(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B, C)
        place.pass_by()
        for uri in (A, B, C):
            place.http.script[uri] = reply(html(*CHANGED))
        place.pass_by(2)
        assert len(place.post.mails) == 2  # adoption, then all three at once
        assert "3 articles" in place.post.mails[1].subject


def test_a_server_that_is_away_loses_no_mail(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.pass_by()
        place.post.closed = True
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by(2)
        place.pass_by(2)
        (waiting,) = place.store.outbox("pending")
        assert waiting.attempts >= 2
        place.post.closed = False
        place.pass_by()
        assert [mail.message_id for mail in place.post.mails[1:]] == [waiting.mail.message_id]
        assert place.store.outbox("pending") == ()


def test_a_source_s_own_recipients_get_its_mail(tmp_path: Path) -> None:
    source = feed_source(tmp_path, recipients=("desk@paper.test",))
    with world(tmp_path, source) as place:
        publish(place, A)
        place.pass_by()
        assert [mail.recipient for mail in place.post.mails] == ["desk@paper.test"]


# ── editing ───────────────────────────────────────────────────────────────────────────────────


def test_accept_makes_the_newest_capture_the_copy(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.http.script[A] = reply(html(*CHANGED), '"new"')
        place.pass_by()
        assert place.status(A) == "outdated"
        place.service.accept(A)
        place.pass_by(0.1)
        assert place.status(A) == "current"
        with pytest.raises(TargetError, match="no capture that differs"):
            place.service.accept(A)


def test_a_review_outranks_age_until_its_day(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        old = html().replace(b"2026-01-20", b"2001-01-20")
        place.http.script[A] = reply(old)
        canonical = f'<link rel="canonical" href="{A}"></head>'.encode()
        (tmp_path / "copies" / "a.html").write_bytes(old.replace(b"</head>", canonical))
        place.pass_by()
        assert place.status(A) == "outdated"
        until = date(2026, 3, 10)
        place.service.tell(A, Review("Ines", place.clock.now(), until, "still right"))
        place.pass_by()
        assert place.status(A) == "current"
        place.pass_by(30)
        assert place.status(A) == "outdated"


def test_an_article_nobody_watches_is_an_error_that_helps(tmp_path: Path) -> None:
    with world(tmp_path) as place, pytest.raises(TargetError, match="article list"):
        place.service.article("https://nowhere.test/")


def test_status_counts_what_is_watched(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.http.script[B] = reply(html(*CHANGED))
        place.pass_by()
        counts = place.service.status()
        assert (counts["articles"], counts["current"], counts["outdated"]) == (2, 1, 1)
        assert place.service.source("paper").name == "paper"


def test_a_source_taken_out_of_the_configuration_is_left_alone(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.pass_by()
        operation = replace(place.service.context.operation, sources=())
        emptied = replace(place.service.context, operation=operation)
        after = replace(place, service=replace(place.service, context=emptied))
        after.service.know_sources()
        after.pass_by(3)
        assert after.store.standing(after.service.article(A).id).checks == 1


def test_days_pass_without_a_request_too_many(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.pass_by()
        place.pass_by(0)
        assert place.http.uris().count(A) == 1
        place.clock.time += 2 * DAY
        place.service.check_due()
        assert place.http.uris().count(A) == 2


def test_a_copy_that_can_t_bear_a_banner_is_reported_and_not_lost(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.http.script |= {uri: reply(html(*CHANGED)) for uri in (A, B)}
        place.clock.time += DAY
        place.service.discover()
        place.service.check_due()
        (tmp_path / "flagged" / "a.html").mkdir(parents=True)  # in the way
        published = {one.uri: one for one in place.service.publish_banners()}
        assert published[A].action == "skipped"
        assert published[A].detail
        assert published[B].action == "applied"
        (tmp_path / "flagged" / "a.html").rmdir()
        (again,) = place.service.publish_banners()
        assert (again.uri, again.action) == (A, "applied")
        assert place.service.publish_banners() == ()


def test_captures_in_a_warc_get_no_banner(tmp_path: Path) -> None:
    with world(tmp_path, feed_source(tmp_path, copies=None)) as place:
        place.http.script[FEED] = Reply(200, feed(A))
        place.http.script[A] = reply(html())
        place.pass_by()
        place.http.script[A] = reply(html(*CHANGED))
        place.clock.time += 2 * DAY
        place.service.check_due()
        assert place.status(A) == "outdated"
        assert place.service.publish_banners() == ()


def test_a_banner_in_place_is_no_new_copy(tmp_path: Path) -> None:
    from checker.adapters.banner_files import InPlace

    with world(tmp_path) as place:
        ports = replace(
            place.service.context.ports, sink=lambda _: InPlace(tmp_path / "copies", UNKEYED)
        )
        context = replace(place.service.context, ports=ports)
        place.service = replace(place.service, context=context)
        publish(place, A)
        path = tmp_path / "copies" / "a.html"
        original = path.read_bytes()
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by()
        assert banner.strip(path.read_bytes()) == original != path.read_bytes()
        before = place.store.standing(place.service.article(A).id)
        place.pass_by(2)
        after = place.store.standing(place.service.article(A).id)
        assert after.copy == before.copy
        assert place.status(A) == "outdated"
        place.http.script[A] = reply(html())
        place.pass_by(2)
        assert path.read_bytes() == original


# ── what a listing and an archive make of each other ──────────────────────────────────────────


@pytest.mark.parametrize(
    "listed",
    [f"{A}?utm_source=rss&utm_medium=feed", A.replace("https", "http"), f"{A}#top", f"{A}/"],
)
def test_a_copy_is_found_however_the_feed_writes_its_address(tmp_path: Path, listed: str) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.http.script[FEED] = Reply(200, feed(listed))
        place.http.script |= {listed.split("#", maxsplit=1)[0]: reply(html(*CHANGED))}
        place.pass_by()
        (article,) = articles_of(place.store)
        assert place.status(article.uri) == "outdated"


def test_a_copy_that_the_feed_does_not_list_is_watched_all_the_same(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.http.script[FEED] = Reply(200, feed(A))
        place.http.script[B] = reply(html(*CHANGED))
        place.pass_by()
        assert place.status(B) == "outdated"


def test_a_copy_replaced_on_disk_is_taken_though_the_feed_forgot_it(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by()
        assert place.status(A) == "outdated"
        link = f'<link rel="canonical" href="{A}"></head>'.encode()
        newer = html(*CHANGED).replace(b"</head>", link)
        (tmp_path / "copies" / "a.html").write_bytes(newer)
        place.http.script[FEED] = Reply(200, feed())
        place.pass_by(2)
        assert place.status(A) == "current"


def test_two_files_of_one_address_are_named(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        original = (tmp_path / "copies" / "a.html").read_bytes()
        (tmp_path / "copies" / "z.html").write_bytes(original)
        (found,) = place.service.discover()
        (problem,) = found.problems
        assert "a.html" in problem
        assert "z.html" in problem


def test_of_several_captures_in_a_warc_the_newest_is_the_copy(tmp_path: Path) -> None:
    from checker.model import Request, Response

    clock = SetClock()
    http = FakeHttp({A: reply(html())}, clock)
    (tmp_path / "copies").mkdir()
    with WarcArchive(tmp_path / "copies", clock) as theirs:
        for years in (0, -10):  # the older one stands last in the file
            clock.time = SetClock().time + 365 * years * DAY
            answer = http.fetch(Request(A))
            assert isinstance(answer, Response)
            theirs.append(answer)
    (warc,) = (tmp_path / "copies").iterdir()
    with world(tmp_path, Source("warc", SourceKind.WARC, str(warc))) as place:
        place.service.discover()
        copy = place.store.standing(place.service.article(A).id).copy
        assert copy is not None
        assert copy.memento_datetime == SetClock().time


def test_an_unforeseen_error_in_one_source_leaves_the_others_alone(tmp_path: Path) -> None:
    other = Source("other", SourceKind.FEED, "https://other.test/feed.xml")
    with world(tmp_path, feed_source(tmp_path), other) as place:

        def breaks(_seen: object) -> Reply:
            raise RecursionError("too deep")

        place.http.script = {FEED: breaks, other.location: Reply(200, feed(B))}
        first, second = place.service.discover()
        assert first.problems == ("RecursionError: too deep",)
        assert second.new == 1


def test_discovery_can_be_stopped_between_answers(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        asked = iter((False, True))
        (found,) = place.service.discover(stop=lambda: next(asked, True))
        assert found.found == 0
        assert "stopped" in found.problems[-1]
        assert place.service.discover(stop=lambda: True) == ()


def test_a_store_that_fails_ends_the_pass_without_a_hang_and_gives_articles_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checker.errors import StoreError

    with world(tmp_path) as place:
        publish(place, A, B, C)
        place.service.discover()

        def fails(_records: object) -> None:
            monkeypatch.undo()
            raise StoreError("store", "the disk is full", "Make room.")

        monkeypatch.setattr(place.store, "record", fails)
        with pytest.raises(StoreError, match="disk is full"):
            place.service.check_due()
        assert place.service.check_due().total >= 1  # nothing is held by a lease


def test_the_same_step_twice_a_day_is_told_twice(tmp_path: Path) -> None:
    with world(tmp_path, timing=Timing(check_max=DAY, confirmations=1)) as place:
        publish(place, A)
        place.pass_by()
        place.clock.time += 2 * DAY
        again = tuple(one.replace("5.40", "5.60") for one in CHANGED)  # else it alternates
        for hour, body in enumerate((CHANGED, STORY, again)):
            place.clock.time = place.clock.time.replace(hour=9 + hour)
            place.http.script[A] = reply(html(*body))
            place.service.check([place.service.article(A).id])
            place.service.deliver_alerts()
        assert len(place.post.mails) == 4  # adoption, outdated, current, outdated


def test_what_a_source_brings_after_its_adoption_is_news(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.pass_by()
        publish(place, A, B)
        place.http.script[B] = reply(html(*CHANGED))
        place.pass_by()
        assert place.status(B) == "outdated"
        assert len(place.post.mails) == 2


def test_no_source_is_adopted_in_an_outage(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.http.script |= {uri: Reply(503) for uri in (A, B)}
        place.pass_by()
        assert place.store.adopted_at("paper") is None
        place.http.script |= {A: reply(html()), B: reply(html(*CHANGED))}
        place.pass_by()
        (mail,) = place.post.mails
        assert "1 of 2 articles is outdated" in mail.subject


def test_accepting_takes_the_banner_off_the_former_copy(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by()
        original = (tmp_path / "copies" / "a.html").read_bytes()
        assert (tmp_path / "flagged" / "a.html").read_bytes() != original
        place.service.accept(A)
        assert (tmp_path / "flagged" / "a.html").read_bytes() == original


def test_the_day_on_which_a_page_expires_is_not_missed(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        operation = replace(place.service.context.operation, timing=Timing(check_every=90 * DAY))
        context = replace(place.service.context, operation=operation)
        place.service = replace(place.service, context=context)
        ends = b'<meta name="robots" content="unavailable_after: 2026-03-06T12:00:00Z"></head>'
        old = html().replace(b"</head>", ends)
        publish(place, A)
        link = f'<link rel="canonical" href="{A}"></head>'.encode()
        (tmp_path / "copies" / "a.html").write_bytes(old.replace(b"</head>", link))
        place.http.script[A] = reply(old)
        place.pass_by()
        assert place.status(A) == "current"
        due = place.store.next_due_at()
        assert due is not None
        assert due.isoformat() == "2026-03-06T12:00:01+00:00"
        place.clock.time = due
        place.service.check_due()
        assert place.status(A) == "outdated"


def test_a_page_s_own_section_outranks_the_feed_s_and_the_source_s(tmp_path: Path) -> None:
    from checker.model import Policy, PolicyMatch, PolicySet

    policies = PolicySet(
        (Policy("sport", None), Policy("politics", None), Policy("news", None)),
        (PolicyMatch("sport", section="sport"), PolicyMatch("politics", section="politics")),
        "news",
    )
    with world(tmp_path, feed_source(tmp_path, section="politics")) as place:
        operation = replace(place.service.context.operation, policies=policies)
        context = replace(place.service.context, operation=operation)
        place.service = replace(place.service, context=context)
        publish(place, A, B)
        section = b'<meta property="article:section" content="Sport"></head>'
        link = f'<link rel="canonical" href="{A}"></head>'.encode()
        body = html().replace(b"</head>", section).replace(b"</head>", link)
        (tmp_path / "copies" / "a.html").write_bytes(body)
        place.pass_by()
        verdicts = {
            one.article.uri: one.verdict.policy for one in place.store.standings() if one.verdict
        }
        assert verdicts == {A: "sport", B: "politics"}
