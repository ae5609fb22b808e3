"""What a source lists no more, and where its articles have moved, as the service meets it."""

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from gzip import compress

import pytest

from checker.model import SourceKind, Timing
from checker.service import listings
from tests.fakes_http import FakeHttp
from tests.helpers_service import FEED, feed, feed_source, world
from tests.helpers_watch import DAY, html, reply
from tests.loopback import Reply
from tests.store_fixture import record_of
from tests.test_listings import MAP, XML, index, source, uris, urlset, xml

HOUR = timedelta(hours=1)
SITEMAP = source(SourceKind.SITEMAP, MAP)
ARTICLES = [f"https://paper.test/{n}" for n in range(4)]


def later(site, *pages):
    """What discovery tells a week later, when everything is read whole."""
    site.clock.time += listings.WHOLE
    site.http.script = dict(pages)
    (told,) = site.service.discover()
    return told


def unlisted(site):
    return {one.article.uri for one in site.store.standings(unlisted=True)}


def test_what_a_sitemap_lists_no_more_is_told_and_still_watched(tmp_path):
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES))}
        (first,) = site.service.discover()
        assert (first.new, first.removed) == (4, 0)
        told = later(site, (MAP, xml("urlset", urlset(*ARTICLES[1:]))))
        assert (told.found, told.removed, told.problems) == (3, 1, ())
        assert unlisted(site) == {ARTICLES[0]}
        assert later(site, (MAP, xml("urlset", urlset(*ARTICLES)))).removed == 0
        assert unlisted(site) == set()
        assert uris(site) == set(ARTICLES)


WHOLE_MAP = xml("urlset", urlset(*ARTICLES)).body
TEXT = "\n".join(ARTICLES).encode()


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, WHOLE_MAP[:-60], XML),
        Reply(200, WHOLE_MAP.replace(b"</loc>", b"</lok>", 1), XML),
        Reply(200, b"<!DOCTYPE x>" + WHOLE_MAP, XML),
        Reply(200, b"", XML),
        Reply(200, b"<html>Maintenance</html>", XML),
        Reply(200, compress(WHOLE_MAP)[:-40], XML),
        Reply(200, compress(TEXT[:-30])[:-4], XML),
        Reply(200, feed(ARTICLES[0]), XML),
        xml("urlset", urlset("javascript:x", "mailto:y")),
        xml("urlset", ""),
        xml("sitemapindex", ""),
        Reply(304, b"", ()),
        Reply(404, b"", ()),
        Reply(503, b"", ()),
    ],
)
def test_a_sitemap_that_was_not_read_to_its_end_loses_nothing(tmp_path, answer):
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES))}
        site.service.discover()
        assert later(site, (MAP, answer)).removed == 0
        assert unlisted(site) == set()


@pytest.mark.parametrize(
    ("answer", "removed"),
    [
        (Reply(200, TEXT[: TEXT.rindex(b"\n")], XML), 1),
        (xml("urlset", urlset("javascript:x", *ARTICLES[:2])), 2),
    ],
)
def test_a_sitemap_that_lists_less_in_good_form_loses_the_rest(tmp_path, answer, removed):
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES))}
        site.service.discover()
        assert later(site, (MAP, answer)).removed == removed
        assert len(unlisted(site)) == removed


def test_with_more_entries_than_are_read_nothing_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.stages.discover.sitemap.MAX_URLS", 3)
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES[2:]))}
        site.service.discover()
        told = later(site, (MAP, xml("urlset", urlset(*ARTICLES))))
        assert told.removed == 0
        assert "the rest is left" in told.problems[0]


def test_a_sitemap_that_its_index_names_no_more_loses_what_it_listed(tmp_path):
    with world(tmp_path, SITEMAP) as site:
        site.http.script = index(3)
        site.service.discover()
        told = later(site, *index(2).items())
        assert told.removed == 5
        assert unlisted(site) == {f"https://paper.test/2/{n}" for n in range(5)}
        damaged = Reply(200, index(1)[MAP].body[:-20], XML)
        assert later(site, *(index(2) | {MAP: damaged}).items()).removed == 0


def test_a_feed_never_loses_anything(tmp_path):
    with world(tmp_path, replace(feed_source(tmp_path), copies=None)) as site:
        site.http.script = {FEED: reply(feed(*ARTICLES))}
        site.service.discover()
        assert later(site, (FEED, reply(feed(ARTICLES[0])))).removed == 0
        assert unlisted(site) == set()


def test_a_run_that_is_stopped_loses_nothing(tmp_path):
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES))}
        site.service.discover()
        site.clock.time += listings.WHOLE
        site.http.script = {MAP: xml("urlset", urlset(*ARTICLES[:2]))}
        steps = iter([False] * 4 + [True] * 99)
        (told,) = site.service.discover(stop=lambda: next(steps))
        assert (told.removed, told.problems) == (0, ("stopped before its end",))
        assert unlisted(site) == set()
        (told,) = site.service.discover()  # it was not kept, so it is read again
        assert told.removed == 2


def test_removed_articles_do_not_make_all_others_wait(tmp_path):
    """What thousands of removals cost is half of the budget, whatever their hosts' hints are worth."""
    many = [f"https://paper.test/{n}" for n in range(60)]
    with world(tmp_path, SITEMAP, timing=Timing(budget=20)) as site:
        site.http.script = {MAP: xml("urlset", urlset(*many))}
        site.service.discover()
        claimed = site.store.claim(site.store.article_ids(), site.clock.time, HOUR)
        far = site.clock.time + 9000 * DAY
        site.store.record([record_of(one, site.clock.time, next_check_at=far) for one in claimed])
        told = later(site, (MAP, xml("urlset", urlset(*ARTICLES[:1], MAP))))
        now = site.clock.time
        assert told.removed == 59
        gone = site.store.standings(unlisted=True)
        dues = sorted(one.next_check_at - now for one in gone)
        assert [due // HOUR for due in dues] == [n // 10 for n in range(59)]


# ── files and folders ─────────────────────────────────────────────────────────────────────────


def written(path, lines):
    """A list whose time of change is long enough ago to be told from the next."""
    path.write_text("\n".join(lines), encoding="utf-8")
    os.utime(path, (1_700_000_000 + len(lines),) * 2)


def test_a_list_that_has_not_changed_is_not_read_again(tmp_path, monkeypatch):
    path = tmp_path / "urls.txt"
    monkeypatch.setattr("checker.adapters.marks.RECENT_NS", 0)
    written(path, ARTICLES)
    with world(tmp_path, source(SourceKind.LIST, str(path))) as site:
        (first,) = site.service.discover()
        assert (first.found, first.unchanged) == (4, 0)
        site.clock.time += 30 * DAY
        shelf = type(site.service.context.ports.shelf)
        with monkeypatch.context() as patch:
            patch.setattr(shelf, "lines", lambda *_: 1 / 0)
            (again,) = site.service.discover()
        assert (again.found, again.unchanged, again.problems) == (0, 1, ())
        written(path, ARTICLES[:3])
        (told,) = site.service.discover()
        assert (told.found, told.removed) == (3, 1)
        assert unlisted(site) == {ARTICLES[3]}
        written(path, ["# nothing yet"])
        assert site.service.discover()[0].removed == 0
        path.unlink()
        assert "can't be read" in site.service.discover()[0].problems[0]
        assert unlisted(site) == {ARTICLES[3]}


def test_a_list_that_changes_just_now_is_read_again(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_text("\n".join(ARTICLES))
    with world(tmp_path, source(SourceKind.LIST, str(path))) as site:
        for _ in range(2):
            (told,) = site.service.discover()
            assert (told.found, told.unchanged) == (4, 0)
            site.clock.time += HOUR


def copies(folder, *names):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in names:
        link = f'<link rel="canonical" href="https://paper.test/{name}">'
        page = html(f"The story of {name}.").decode().replace("<head>", f"<head>{link}")
        (folder / f"{name}.html").write_text(page, encoding="utf-8")


def test_a_copy_that_vanished_is_told_and_a_renamed_one_is_none(tmp_path):
    folder = tmp_path / "pages"
    copies(folder, "a", "b", "c")
    kind = source(SourceKind.FOLDER, str(folder))
    with world(tmp_path, kind) as site:
        assert site.service.discover()[0].new == 3
        before = site.store.article_ids()
        (folder / "a.html").rename(folder / "z.html")
        site.clock.time += HOUR
        (told,) = site.service.discover()
        assert (told.new, told.removed) == (0, 0)
        standing = site.store.standing(site.service.article("https://paper.test/a").id)
        assert standing.copy.locator.path.endswith("/z.html")
        (folder / "b.html").unlink()
        site.clock.time += HOUR
        assert site.service.discover()[0].removed == 1
        assert unlisted(site) == {"https://paper.test/b"}
        (folder / "c.html").write_bytes(b"\x00\x01\x02")
        site.clock.time += HOUR
        (told,) = site.service.discover()
        assert told.problems
        assert told.removed == 0
        for path in folder.iterdir():
            path.unlink()  # as if the drive had gone
        site.clock.time += HOUR
        assert site.service.discover()[0].removed == 0
        assert site.store.article_ids() == before


def test_a_feed_that_has_not_changed_makes_no_second_article_of_a_copy(tmp_path):
    """The archive writes "…/a", the feed "http://www.…/a/?utm_source=rss"."""
    copies(tmp_path / "copies", "a")
    listed = "http://www.paper.test/a/?utm_source=rss"
    with world(tmp_path) as site:
        site.http.script = {FEED: Reply(200, feed(listed.replace("&", "&amp;")), XML)}
        site.service.discover()
        site.http.script = {FEED: Reply(304, b"", ())}
        site.clock.time += HOUR
        (told,) = site.service.discover()
        assert (told.new, told.unchanged) == (0, 1)
        assert uris(site) == {listed}


# ── moves ─────────────────────────────────────────────────────────────────────────────────────


def moved(old, new):
    return {old: Reply(301, b"", (("Location", new),)), new: reply(html("One story."))}


@pytest.mark.parametrize("first", ["list", "check"])
def test_a_rename_is_one_article_whatever_is_met_first(tmp_path, first):
    old, new = ARTICLES[:2]
    with world(tmp_path, SITEMAP) as site:
        site.http.script = {MAP: xml("urlset", urlset(old)), old: reply(html("One story."))}
        site.service.discover()
        site.service.check_due()
        site.http.script = moved(old, new) | {MAP: xml("urlset", urlset(new))}
        site.clock.time += listings.WHOLE
        for step in ("list", "check", "list", "check")[first == "check" :]:
            if step == "list":
                site.service.discover()
            else:
                site.clock.time += DAY
                site.service.check_due()
        number = site.service.article(old).id
        assert site.service.article(new).id == number
        assert unlisted(site) == set()
        assert site.store.counts(site.clock.time)["articles"] == 1
        watched = [one for one in site.store.standings() if one.next_check_at is not None]
        assert [one.article.uri for one in watched] == [old]
        assert not site.post.mails


# ── WordPress ─────────────────────────────────────────────────────────────────────────────────

POSTS = "https://paper.test/wp-json/wp/v2/posts?orderby=modified&per_page=2"
BLOG = source(SourceKind.WORDPRESS, POSTS)


class Blog:
    """A WordPress site; an *old* one knows nothing of ``modified_after``, a *strict* one refuses it."""

    def __init__(self, clock, kind="new"):
        self.clock, self.kind, self.asked, self.down = clock, kind, [], set()
        self.posts = {}

    def edit(self, name):
        self.posts[name] = self.clock.time

    def fetch(self, request, before_hop=None):
        from urllib.parse import parse_qs, urlsplit

        given = {k: v[0] for k, v in parse_qs(urlsplit(request.uri).query).items()}
        after, page = given.get("modified_after"), int(given.get("page", 1))
        self.asked.append((after, page))
        posts = sorted(self.posts.items(), key=lambda one: (one[1], one[0]), reverse=True)
        if after is not None and self.kind == "new":
            posts = [one for one in posts if f"{one[1]:%Y-%m-%dT%H:%M:%SZ}" > after]
        return FakeHttp({request.uri: self.answer(posts, after, page)}, self.clock).fetch(request)

    def answer(self, posts, after, page):
        import json

        pages = -(-len(posts) // 2)
        if (after is not None and self.kind == "strict") or page > max(pages, 1):
            return Reply(400, b'{"code": "rest_invalid_param"}', ())
        if page in self.down:
            return Reply(503, b"", ())
        told = [
            {"link": f"https://paper.test/{name}", "modified_gmt": f"{at:%Y-%m-%dT%H:%M:%S}"}
            for name, at in posts[2 * page - 2 : 2 * page]
        ]
        counted = (("X-WP-Total", str(len(posts))), ("X-WP-TotalPages", str(pages)))
        return Reply(200, json.dumps(told).encode(), counted)


def blog(tmp_path, kind="new"):
    return world(tmp_path, BLOG, network=lambda clock: Blog(clock, kind))


def look(site, wait=HOUR):
    """What a look tells, and what was asked for it: hours back, page."""
    http: Blog = site.service.context.ports.http
    site.clock.time += wait
    http.asked.clear()
    (told,) = site.service.discover()
    now = site.clock.time
    back = [
        (after and round((now - type(now).fromisoformat(after)) / HOUR), page)
        for after, page in http.asked
    ]
    return told, back


def test_wordpress_is_read_whole_once_and_then_asked_for_edits(tmp_path):
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        for name in "abcde":
            http.edit(name)
        told, asked = look(site)
        assert (told.new, asked) == (5, [(None, 1), (None, 2), (None, 3)])
        told, asked = look(site, 3 * HOUR)
        assert (told.found, told.problems, asked) == (0, (), [(4, 1)])
        for name in "abf":
            http.edit(name)
        told, asked = look(site)
        assert (told.found, told.new, asked) == (3, 1, [(2, 1), (2, 2)])
        told, asked = look(site, listings.WHOLE)
        assert (told.found, asked) == (6, [(None, 1), (None, 2), (None, 3)])
        assert told.removed == 0


def test_edits_are_met_while_the_whole_is_still_being_read(tmp_path, monkeypatch):
    monkeypatch.setattr(listings, "MAX_DOCUMENTS", 2)
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        for name in "abcdefgh":
            http.edit(name)
        assert look(site, 5 * HOUR)[1] == [(None, 1), (None, 2)]
        assert look(site, 5 * HOUR)[1] == [(6, 1), (None, 3)]
        assert look(site, 5 * HOUR)[1] == [(6, 1), (None, 4)]
        assert look(site, 5 * HOUR)[1] == [(6, 1)]
        assert len(uris(site)) == 8


def test_a_page_that_can_not_be_had_is_asked_for_again(tmp_path):
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        for name in "abcdef":
            http.edit(name)
        http.down = {2}
        told, _ = look(site, 5 * HOUR)
        assert (told.new, len(told.problems)) == (4, 1)
        http.down = {1}
        assert look(site, 5 * HOUR)[1] == [(6, 1), (None, 2), (None, 3)]  # the window stays open
        http.down = set()
        assert look(site, 5 * HOUR)[1] == [(11, 1)]
        assert len(uris(site)) == 6


def test_fewer_pages_than_were_counted_are_no_trouble(tmp_path, monkeypatch):
    monkeypatch.setattr(listings, "MAX_DOCUMENTS", 2)
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        for name in "abcdef":
            http.edit(name)
        look(site)
        del http.posts["a"], http.posts["b"]
        told, asked = look(site)
        assert (told.problems, asked[1]) == ((), (None, 3))
        assert len(look(site)[1]) == 1


def test_a_wordpress_that_knows_no_such_question_costs_one_page(tmp_path):
    with blog(tmp_path, "old") as site:
        http = site.service.context.ports.http
        for name in "abcdef":
            http.edit(name)
        look(site, 5 * HOUR)
        http.edit("g")
        told, asked = look(site, 5 * HOUR)
        assert (told.new, told.problems, asked) == (1, (), [(6, 1)])


def test_a_wordpress_that_refuses_the_question_is_read_whole(tmp_path):
    with blog(tmp_path, "strict") as site:
        http = site.service.context.ports.http
        for name in "abc":
            http.edit(name)
        look(site)
        http.edit("d")
        told, asked = look(site, 5 * HOUR)
        assert (told.new, told.problems) == (1, ())
        assert asked == [(6, 1), (None, 1), (None, 2)]


def test_a_wordpress_without_posts_is_no_trouble(tmp_path):
    with blog(tmp_path) as site:
        told, _ = look(site)
        assert (told.found, told.problems) == (0, ())


@pytest.mark.parametrize("edits", [12, 22])
def test_edits_are_read_on_where_a_look_was_stopped_and_none_is_lost(tmp_path, monkeypatch, edits):
    monkeypatch.setattr(listings, "MAX_DOCUMENTS", 4)
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        http.edit("before")
        look(site)
        site.clock.time += 3 * HOUR
        names = [f"edit-{n:02}" for n in range(edits)]
        for name in names:
            http.edit(name)
        pages = []
        for _ in range(12):
            told, asked = look(site)
            assert (told.problems, told.removed) == ((), 0)
            pages += [page for after, page in asked if page > 1]
            if asked == [(2, 1)]:
                break
        assert asked == [(2, 1)]  # all that waited was read
        assert pages == list(range(2, edits // 2 + 1))  # each page once, in their order
        assert uris(site) == {f"https://paper.test/{name}" for name in ["before", *names]}


def test_what_new_posts_move_on_to_another_page_meanwhile_is_met_there(tmp_path, monkeypatch):
    monkeypatch.setattr(listings, "MAX_DOCUMENTS", 2)
    with blog(tmp_path) as site:
        http = site.service.context.ports.http
        http.edit("before")
        look(site)
        for name in "abcdef":
            http.edit(name)
        for name in "ghi":  # one between each two looks: all others move on by one
            look(site)
            http.edit(name)
        for _ in range(6):
            look(site)
        assert uris(site) == {f"https://paper.test/{name}" for name in ["before", *"abcdefghi"]}
