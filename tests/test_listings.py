"""Documents that list articles: asked for with validators, some at a time, by every kind of source."""

import json
from dataclasses import replace

import pytest

from checker.model import Found, Outcome, Source, SourceKind
from checker.service import listings
from tests.helpers_service import FEED, feed, feed_source, world
from tests.helpers_verify import entry, warc
from tests.loopback import Reply

MAP = "https://paper.test/sitemap.xml"
XML = (("Content-Type", "application/xml"), ("ETag", '"1"'))


def source(kind, location):
    return Source("paper", kind, location)


def urlset(*uris):
    return "".join(f"<url><loc>{uri}</loc></url>" for uri in uris)


def xml(root, inside):
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Reply(200, f'<{root} xmlns="{space}">{inside}</{root}>'.encode(), XML)


def index(number):
    names = "".join(
        f"<sitemap><loc>https://paper.test/{n}.xml</loc></sitemap>" for n in range(number)
    )
    pages = {
        f"https://paper.test/{n}.xml": xml(
            "urlset", urlset(*(f"https://paper.test/{n}/{m}" for m in range(5)))
        )
        for n in range(number)
    }
    return {MAP: xml("sitemapindex", names), **pages}


def uris(site):
    return {one.article.uri for one in site.store.standings("paper")}


def conditions(site):
    return [dict(one.headers).get("If-None-Match") for one in site.http.requests]


def test_what_has_not_changed_is_a_304_and_is_read_whole_now_and_then(tmp_path):
    plain = replace(feed_source(tmp_path), copies=None)
    with world(tmp_path, plain) as site:
        site.http.script = {FEED: Reply(200, feed("https://paper.test/1"), XML)}
        site.service.discover()
        site.http.script = {FEED: Reply(304, b"", ())}
        (again,) = site.service.discover()
        assert (again.found, again.problems) == (0, ())
        assert conditions(site) == [None, '"1"']
        site.clock.time += listings.WHOLE
        site.http.script = {FEED: Reply(200, feed("https://paper.test/2"), XML)}
        site.service.discover()
        assert conditions(site)[-1] is None
        assert uris(site) == {"https://paper.test/1", "https://paper.test/2"}


def test_what_was_not_kept_is_asked_for_whole_again(tmp_path, monkeypatch):
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = index(3)
        put = type(site.store).put_found

        def failing(*given):
            if given[-1].endswith("/1.xml"):
                raise ZeroDivisionError
            return put(*given)

        with monkeypatch.context() as patch:
            patch.setattr(type(site.store), "put_found", failing)
            (broken,) = site.service.discover()
            assert "ZeroDivisionError" in broken.problems[0]
        site.http.requests.clear()
        site.clock.time += listings.WHOLE / 1000
        site.service.discover()
        asked = dict(zip(site.http.uris(), conditions(site), strict=True))
        kept = {MAP: '"1"', "https://paper.test/0.xml": '"1"'}
        assert asked == dict.fromkeys(index(3)) | kept


def test_an_index_is_read_some_documents_at_a_time_until_all_are(tmp_path, monkeypatch):
    monkeypatch.setattr(listings, "MAX_DOCUMENTS", 4)
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = index(9)
        seen = []
        for _ in range(3):
            before = len(site.http.requests)
            site.service.discover()
            assert len(site.http.requests) - before <= 4
            seen.append(len(uris(site)))
            site.clock.time += listings.WHOLE / 1000
        assert seen == [15, 30, 45]


def test_a_document_that_an_index_names_no_more_is_forgotten(tmp_path):
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = index(3)
        site.service.discover()
        site.clock.time += listings.WHOLE
        site.http.script = index(2)
        (found,) = site.service.discover()
        assert found.problems == ()
        assert "https://paper.test/2.xml" not in site.http.uris()[-3:]
        assert len(uris(site)) == 15  # articles stay


def test_an_index_that_names_itself_has_an_end(tmp_path):
    loop = xml("sitemapindex", f"<sitemap><loc>{MAP}</loc></sitemap>")
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = {MAP: loop}
        site.service.discover()
        assert site.http.uris() == [MAP]


def test_another_beginning_forgets_the_former(tmp_path):
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = index(2)
        site.service.discover()
        known = site.store.root_listing("paper", "https://paper.test/other.xml")
        assert not known.validators
        assert site.store.next_listing("paper", site.clock.time) is None


WORDPRESS = (
    "https://paper.test/wp-json/wp/v2/posts?per_page=100&orderby=modified&order=desc"
    "&_fields=link%2Ctitle%2Cdate_gmt%2Cmodified_gmt"
)
POSTS = [
    {
        "link": f"https://paper.test/p{n}",
        "title": {"rendered": "T"},
        "modified_gmt": "2026-03-01T08:00:00",
    }
    for n in range(2)
]
CDX = "test,paper)/a 20260101000000 https://paper.test/a text/html 200 AAAA 10\n" * 2
TIMEMAP = (
    '<https://paper.test/t>; rel="original", <https://archive.test/web/20260101000000/https://paper.test/t>; '
    'rel="memento"; datetime="Thu, 01 Jan 2026 00:00:00 GMT"'
)


@pytest.mark.parametrize(
    ("kind", "places", "body", "found"),
    [
        (
            SourceKind.WORDPRESS,
            ("https://paper.test/", WORDPRESS),
            json.dumps(POSTS),
            {"https://paper.test/p0", "https://paper.test/p1"},
        ),
        (SourceKind.CDX, ("https://cdx.test/?url=x",) * 2, CDX, {"https://paper.test/a"}),
        (SourceKind.TIMEMAP, ("https://tm.test/t",) * 2, TIMEMAP, {"https://paper.test/t"}),
    ],
)
def test_other_kinds_of_sources(tmp_path, kind, places, body, found):
    location, asked = places
    with world(tmp_path, source(kind, location)) as site:
        site.http.script = {asked: Reply(200, body.encode(), XML)}
        (told,) = site.service.discover()
        assert told.problems == ()
        assert uris(site) == found
        site.http.script = {asked: Reply(200, b"<html>no list</html>", XML)}
        site.clock.time += listings.WHOLE
        (told,) = site.service.discover()
        assert told.problems == (f"{asked}: it is no {kind.value}",)


def test_what_can_not_be_had_is_told_and_asked_for_again(tmp_path):
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        site.http.script = {MAP: Reply(503, b"", ())}
        (told,) = site.service.discover()
        assert told.problems == (f"{MAP}: HTTP 503",)
        site.http.script = index(1)
        (told,) = site.service.discover()
        assert (told.found, told.new) == (5, 5)


def test_a_list_is_read_line_by_line_and_its_faults_are_counted(tmp_path):
    lines = ["# addresses", "", *(f"https://paper.test/{n}" for n in range(1200)), *["x"] * 150]
    (tmp_path / "urls.txt").write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    with world(tmp_path, source(SourceKind.LIST, str(tmp_path / "urls.txt"))) as site:
        (told,) = site.service.discover()
        assert (told.found, told.new) == (1200, 1200)
        assert len(told.problems) == 101
        assert told.problems[-1] == "and 50 more"
        assert told.problems[0].endswith(":1203: no http(s) address: 'x'")


def test_an_error_in_a_documents_place_is_not_what_it_is_asked_by_then(tmp_path):
    """A page of today is younger than the sitemap that comes back."""
    with world(tmp_path, source(SourceKind.SITEMAP, MAP)) as site:
        dated = ("Last-Modified", "Tue, 24 Nov 2026 10:00:00 GMT")
        site.http.script = {MAP: Reply(200, b"<html>Sorry</html>", (*XML, dated))}
        site.service.discover()
        site.service.discover()
        assert conditions(site) == [None, None]
        assert "If-Modified-Since" not in dict(site.http.requests[-1].headers)


def test_pages_of_a_timemap_that_each_name_the_next_are_all_read(tmp_path):
    place = "https://tm.test/{}".format

    def page(number):
        more = f', <{place(number + 1)}>; rel="timemap"' if number < 9 else ""
        said = f'<https://paper.test/{number}>; rel="original", ' + TIMEMAP.partition(", ")[2]
        return Reply(200, (said + more).encode(), XML)

    with world(tmp_path, source(SourceKind.TIMEMAP, place(0))) as site:
        site.http.script = {place(number): page(number) for number in range(10)}
        (told,) = site.service.discover()
        assert (told.problems, told.new) == ((), 10)


def test_an_index_that_leads_too_far_is_told(tmp_path):
    place = "https://paper.test/{}.xml".format
    with world(tmp_path, source(SourceKind.SITEMAP, place(0))) as site:
        site.http.script = {
            place(n): xml("sitemapindex", f"<sitemap><loc>{place(n + 1)}</loc></sitemap>")
            for n in range(9)
        }
        (told,) = site.service.discover()
        assert site.http.uris() == [place(n) for n in range(listings.MAX_DEPTH + 1)]
        assert told.problems == (
            f"{place(3)}: names 1 more, too far from the source: they are left",
        )


def test_a_capture_of_no_address_is_told_and_the_others_are_watched(tmp_path):
    path = warc(tmp_path / "x.warc", [entry(1, WARC_Target_URI="http://[::1/a"), entry(2)])
    with world(tmp_path, source(SourceKind.WARC, str(path))) as site:
        (told,) = site.service.discover()
        assert told.problems == ("x.warc:0: 'http://[::1/a' is no usable http(s) address.",)
        assert uris(site) == {"https://paper.test/2"}


def test_an_article_of_no_address_stops_nobody_elses_checks(tmp_path):
    with world(tmp_path) as site:
        site.store.put_found("paper", [Found("http://[::1/a"), Found(MAP)], site.clock.time)
        assert site.service.check_due().outcomes == ((Outcome.UNREACHABLE, 2),)
