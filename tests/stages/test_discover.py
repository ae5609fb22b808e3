"""Feeds, sitemaps and lists: what is found, what is refused, and that nothing hangs."""

import gzip
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.model import DateEvidence, DateKind, Found, OriginKind, Precision, Zone
from checker.stages import page
from checker.stages.discover import (
    Listing,
    feed,
    kind_of,
    listing,
    original_uri,
    parse_feed,
    parse_list,
    parse_sitemap,
    sitemap,
)
from tests.corpora import corpora
from tests.growth import linear, linear_in

AT = "https://news.example/feeds/all.xml"


def rss(*items: str, head: str = '<?xml version="1.0"?>') -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel>{inner}</channel></rss>'.encode()


def uris(found: Listing) -> list[str]:
    return [item.uri for item in found.found]


# --- feeds


def test_an_rss_feed_gives_articles_with_hints() -> None:
    result = parse_feed(
        rss(
            "<title>A &lt;b&gt;bridge&lt;/b&gt;  is\n closed &amp;amp; gone</title>"
            "<link>https://news.example/a#top</link><guid>x</guid>"
            "<pubDate>Tue, 03 Mar 2026 14:30:00 +0100</pubDate>",
            "<link>/b?c=d e</link><pubDate>never</pubDate>",
        ),
        AT,
    )
    assert result.problems == ()
    first, second = result.found
    assert first.uri == "https://news.example/a"
    assert first.title == "A bridge is closed & gone"
    moment = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
    (hint,) = first.hints
    assert (hint.kind, hint.earliest, hint.latest) == (DateKind.PUBLISHED, moment, moment)
    assert (hint.precision, hint.zone, hint.weak) == (Precision.SECOND, Zone.STATED, True)
    assert (hint.origin.kind, hint.origin.place) == (OriginKind.FEED, "published")
    assert hint.quote == "Tue, 03 Mar 2026 14:30:00 +0100"
    assert second == Found("https://news.example/b?c=d%20e")


def test_an_atom_feed_with_xml_base_and_alternates() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/x/">
      <entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title>
        <link rel="self" href="self"/><link rel="alternate" href="one"/>
        <updated>2026-03-03T14:30:00Z</updated><published>2026-03-01</published></entry>
      <entry xml:base="y/"><link href="two"/></entry></feed>"""
    result = parse_feed(body, AT)
    assert uris(result) == ["https://base.example/x/one", "https://base.example/x/y/two"]
    assert result.found[0].title == "A b"
    assert [(hint.kind, hint.precision) for hint in result.found[0].hints] == [
        (DateKind.PUBLISHED, Precision.DAY),
        (DateKind.MODIFIED, Precision.SECOND),
    ]


def test_an_rdf_feed() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="x"/><item rdf:about="y"><title>T</title><link>http://a.example/1</link>
      <dc:date>2026-03-03T14:30+01:00</dc:date></item></rdf:RDF>"""
    (found,) = parse_feed(body, AT).found
    assert (found.uri, found.title) == ("http://a.example/1", "T")
    assert found.hints[0].precision is Precision.MINUTE
    assert found.hints[0].earliest == datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
    assert found.hints[0].latest == datetime(2026, 3, 3, 13, 30, 59, tzinfo=UTC)


def test_guids_are_not_trusted() -> None:
    """Ten items with one GUID or none are ten articles (miniflux #4197); a link twice is one."""
    items = [f"<guid isPermaLink='false'>x</guid><link>/{n}</link>" for n in range(10)]
    items += ["<guid/><link>/3</link><title>Later title</title>", "<guid>/10</guid>"]
    result = parse_feed(rss(*items), AT)
    assert uris(result) == [f"https://news.example/{n}" for n in range(10)] + [
        "https://news.example/feeds/10"
        if "feeds" in uris(result)[-1]
        else "https://news.example/10"
    ]
    assert result.found[3].title == "Later title"


def test_hints_of_one_address_add_up() -> None:
    item = "<link>/a</link><pubDate>{} Mar 2026 10:00:00 GMT</pubDate>"
    (found,) = parse_feed(rss(item.format("3"), item.format("3"), item.format("4")), AT).found
    assert [hint.earliest.day for hint in found.hints] == [3, 4]


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example/",
     "http://u:p@a.example/", "http://a.example:0/", "http://a.example:99999/", "http://[::1/",
     "http://a.example/&#1;", "http://a\\@b.example/", "", "x" * 9_000, "mailto:a@b.example"],
)  # fmt: skip
def test_links_that_are_no_place_to_look(link: str) -> None:
    result = parse_feed(rss(f"<link>{link}</link>", "<link>/good</link>"), AT)
    assert uris(result) == ["https://news.example/good"]
    assert any("without a usable http(s) address" in problem for problem in result.problems)


def test_titles_are_one_clean_line() -> None:
    evil = "a&lt;script&gt;x&lt;/script&gt;\u202eb\u2066c\x85" + "d" * 400
    (found,) = parse_feed(rss(f"<title>{evil}</title><link>/a</link>"), AT).found
    assert len(found.title) == 300
    assert found.title.endswith("…")
    assert found.title.isprintable()


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (rss("<link>/a</link>", head=BOMB), "declares XML entities"),
        (rss("<link>/a</link>", head=XXE), "declares XML entities"),
        (rss("<link>/a</link>", head="<!-- <rss> -->" + BOMB), "declares XML entities"),
        (rss("<link>/a</link>", head="<?pi <rss> ?>" + BOMB.lower()), "declares XML entities"),
        (rss("<link>/a</link>", head="<!ENTITY a 'b'>"), "declares XML entities"),
        (rss("<link>/a</link>", head="<!-- " + BOMB), "declares XML entities"),
        (rss(head=BOMB).decode().encode("utf-16"), "declares XML entities"),
        (rss(head=BOMB).decode().encode("utf-32-le"), "declares XML entities"),
        (
            rss(head='<?xml version="1.0"?>' + BOMB).decode().encode("cp037"),
            "declares XML entities",
        ),
        (b"<rss>" + b" " * 10_000_001, "is larger than 10000000 bytes"),
        (rss("<a/>" * 500_001), "has more than 500000 tags"),
        (rss(*["<link>/a</link>"] * 5_001).decode().encode("utf-16"), "more than 5000 items"),
        (b"<!doctype html><html><title>no feed", "is no feed: its root element is 'html'"),
        (b'{"items": []}', "is no feed: its root element is ''"),
        (b"%PDF-1.4", "is no feed"),
    ],
)
def test_what_is_no_feed_or_no_good(body: bytes, reason: str) -> None:
    result = parse_feed(body, AT)
    assert result.found == ()
    assert any(reason in problem for problem in result.problems), result.problems


def test_a_plain_doctype_and_entities_in_text_are_no_reason_to_refuse() -> None:
    old = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://n.example/rss-0.91.dtd">'
    item = "<link>/a</link><title><![CDATA[How <!ENTITY x> works]]></title>"
    assert uris(parse_feed(rss(item, head=old), AT)) == ["https://news.example/a"]


def test_items_beyond_the_cap_are_left() -> None:
    result = parse_feed(rss(*[f"<link>/{n}</link>" for n in range(60_000)]), AT)
    assert len(result.found) == 5_000
    assert result.problems == ("has more than 5000 items; the rest is left",)


@pytest.mark.parametrize(
    "body",
    [
        rss("<link>/a</link>")[:-20],
        rss("<link>/a</link>", "<link>/b</link><title>x & y</title>"),
        rss("<link>/a</link><title>\x0b</title>"),
        rss("<link>/a</link>", head="  junk before <?xml version='1.0'?>"),
        rss("<link>/a</link>").replace(b"</item>", b""),
        rss("<link>/a</link><title>é</title>").decode().encode("latin-1"),
    ],
)
def test_a_damaged_feed_gives_what_can_be_read(body: bytes) -> None:
    result = parse_feed(body, AT)
    assert uris(result)[0] == "https://news.example/a"
    assert any("is damaged" in problem for problem in result.problems)


@pytest.mark.parametrize(
    "filling", ["<a>", '<a x="', "<!--", "<![CDATA[", "&", "<", "&#60;", "<item><link>/b</link>"]
)
def test_a_large_damaged_feed_costs_no_more_than_its_length(filling: str) -> None:
    def read(body: bytes) -> None:
        assert parse_feed(body, AT).problems

    head = b"<rss><channel><item><link>/a</link><title>"
    linear_in(head + (filling * 10_000_000).encode()[: 9_000_000 - len(head)], read)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"\x00" * 70)
@example(b"\x1f\x8b\x08")
@example(b"<!DOCTYPE")
@example(b"<?")
def test_no_bytes_raise(body: bytes) -> None:
    for content in (body, b"<rss>" + body, b"<urlset>" + body, b"<!DOCTYPE " + body):
        for parse in (parse_feed, parse_sitemap):
            result = parse(content, AT)
            assert all(problem.isprintable() for problem in result.problems), result.problems
            assert all(found.uri.startswith("http") for found in result.found)
        assert kind_of(content) in {"feed", "sitemap", None}


# --- sitemaps

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str, space: str = SPACE, end: str = "</urlset>") -> bytes:
    inner = "".join(f"<url>{url}</url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {space}>{inner}{end}'.encode()


def test_a_sitemap_gives_articles_with_hints() -> None:
    result = parse_sitemap(
        urlset(
            "<loc> https://news.example/a </loc><lastmod>2026-03-03</lastmod>",
            "<loc>https://news.example/b</loc><lastmod>2026-03-03T10:00:00+02:00</lastmod>",
            "<loc>https://news.example/c</loc><lastmod>last week</lastmod>",
        ),
        AT,
    )
    assert result.problems == ()
    assert uris(result) == [f"https://news.example/{name}" for name in "abc"]
    (day,), (second,), none = (found.hints for found in result.found)
    assert (day.kind, day.precision, day.zone) == (DateKind.MODIFIED, Precision.DAY, Zone.NONE)
    assert day.latest == datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC)
    assert (day.origin.kind, day.origin.place) == (OriginKind.SITEMAP, "lastmod")
    assert second.earliest == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert day.weak
    assert second.weak
    assert none == ()


def test_google_news_and_images_in_a_sitemap() -> None:
    space = (
        f'{SPACE} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    )
    (found,) = parse_sitemap(
        urlset(
            "<image:image><image:loc>https://news.example/p.png</image:loc></image:image>"
            "<loc>https://news.example/a</loc><news:news><news:title>A bridge</news:title>"
            "<news:publication_date>2026-03-01</news:publication_date></news:news>",
            space=space,
        ),
        AT,
    ).found
    assert (found.uri, found.title) == ("https://news.example/a", "A bridge")
    assert [hint.kind for hint in found.hints] == [DateKind.PUBLISHED]


def index(*locations: str) -> bytes:
    inner = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in locations)
    return f"<sitemapindex {SPACE}>{inner}</sitemapindex>".encode()


def test_an_index_gives_children() -> None:
    result = parse_sitemap(index("/1.xml.gz", "/2.xml", "/1.xml.gz", "file:///etc/passwd"), AT)
    assert result.found == ()
    assert result.children == ("https://news.example/1.xml.gz", "https://news.example/2.xml")
    assert result.problems == (
        "1 sitemaps without a usable http(s) address, the first: 'file:///etc/passwd'",
    )


def test_gzip_is_undone() -> None:
    body = gzip.compress(urlset("<loc>/a</loc>"))
    assert uris(parse_sitemap(body, AT)) == ["https://news.example/a"]
    assert kind_of(body) == "sitemap"


def test_other_kinds_that_the_protocol_allows() -> None:
    assert uris(parse_sitemap(b"https://news.example/a\nhttps://news.example/b", AT)) == [
        "https://news.example/a",
        "https://news.example/b",
    ]
    assert uris(parse_sitemap(rss("<link>/a</link>"), AT)) == ["https://news.example/a"]


def test_an_index_has_an_end() -> None:
    result = parse_sitemap(index(*[f"/{n}" for n in range(50_500)]), AT)
    assert len(result.children) == 50_000
    assert result.problems == ("has more than 50000 entries; the rest is left",)


def test_a_root_that_is_an_entry_too_is_read_once() -> None:
    body = b"<sitemapindex><sitemap><loc>/1</loc></sitemap></sitemapindex>"
    assert parse_sitemap(body, AT).children == ("https://news.example/1",)


def test_a_cut_sitemap_gives_what_stands_before_the_cut() -> None:
    body = urlset(*[f"<loc>/{n}</loc>" for n in range(2_000)])
    for cut in (body[:-500], gzip.compress(body)[:-40]):
        result = parse_sitemap(cut, AT)
        assert 1_000 < len(result.found) < 2_000
        assert "is damaged and was read only so far" in result.problems[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (gzip.compress(b" "), "is empty"),
        (b"<html><title>404", "is no sitemap: its root element is 'html'"),
        (BOMB.encode() + urlset("<loc>/a</loc>"), "has a DOCTYPE|is no sitemap"),
        (b"<!DOCTYPE urlset>" + urlset("<loc>/a</loc>")[38:], "has a DOCTYPE"),
        ((BOMB + urlset().decode()[38:]).encode("utf-16"), "has a DOCTYPE"),
        (b"\x1f\x8b nonsense", "is no readable gzip"),
        (gzip.compress(b"<urlset>" + b" " * 60_000_000), "larger than 52428800 bytes once decomp"),
        (urlset("<loc>/" + "a" * 11_000_000 + "</loc>"), "is damaged"),
        (urlset("<a>" * 300 + "</a>" * 300), "is damaged"),
        (b"<url><loc>/a</loc></url>", "is no sitemap: its root element is 'url'"),
    ],
)
def test_what_is_no_sitemap_or_no_good(body: bytes, reason: str) -> None:
    result = parse_sitemap(body, AT)
    assert result.found == ()
    assert any(part in problem for problem in result.problems for part in reason.split("|"))


def test_an_uncompressed_sitemap_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 100)
    result = parse_sitemap(urlset("<loc>/a</loc>"), AT)
    assert result == Listing((), (), ("is larger than 100 bytes",))


def test_urls_beyond_the_cap_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_URLS", 3)
    for entry in ("<loc>/{}</loc>", "<loc>ftp://{}</loc>"):
        result = parse_sitemap(urlset(*[entry.format(n) for n in range(9)]), AT)
        assert len(result.found) in {0, 3}
        assert "has more than 3 entries; the rest is left" in result.problems


def test_a_long_sitemap_costs_no_more_than_its_length() -> None:
    def reading(size: int) -> partial[None]:
        return partial(read, urlset(*[entry.format(n) for n in range(size)]), size)

    def read(body: bytes, size: int) -> None:
        assert len(parse_sitemap(body, AT).found) == size

    entry = "<loc>https://news.example/{}</loc><lastmod>2026-03-03T10:00:00Z</lastmod>"
    linear(reading, 10_000)


# --- lists


def test_a_list_names_its_bad_lines() -> None:
    text = "\ufeff# ours\n\nhttps://a.example/1 \r\nnonsense\nHTTP://B.example/?q#x\nfile:///x\nhttp:///x\n"
    result = parse_list(text + "https://a.example/1\n", "urls.txt")
    assert uris(result) == ["https://a.example/1", "http://b.example/?q"]
    assert result.problems == (
        "urls.txt:4: no http(s) address: 'nonsense'",
        "urls.txt:6: no http(s) address: 'file:///x'",
        "urls.txt:7: no http(s) address: 'http:///x'",
    )


def test_a_list_of_nonsense_is_summed_up() -> None:
    result = parse_list("x\n" * 5_000, "urls.txt")
    assert len(result.problems) == 101
    assert result.problems[-1] == "and 4900 more"


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.stages.discover.lists.MAX_LINES", 2)
    result = parse_list("http://a/1\nhttp://a/2\nhttp://a/3\nhttp://a/4", "l")
    assert uris(result) == ["http://a/1", "http://a/2"]
    assert result.problems == ("l:3: more than 2 addresses; the rest is left",)


# --- dates


def day(text: str) -> DateEvidence | None:
    return listing.hint(text, DateKind.MODIFIED, OriginKind.SITEMAP, "lastmod")


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "zone"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31, 23, 59, 59), Precision.YEAR, Zone.NONE),
        ("2026-02", (2026, 2, 1), (2026, 2, 28, 23, 59, 59), Precision.MONTH, Zone.NONE),
        ("2026-12", (2026, 12, 1), (2026, 12, 31, 23, 59, 59), Precision.MONTH, Zone.NONE),
        ("2026-02-03", (2026, 2, 3), (2026, 2, 3, 23, 59, 59), Precision.DAY, Zone.NONE),
        ("2026-02-03T00:00:00Z", (2026, 2, 3), (2026, 2, 3, 23, 59, 59), Precision.DAY, Zone.NONE),
        ("Tue, 03 Feb 2026 00:00:00 GMT", (2026, 2, 3), (2026, 2, 3, 23, 59, 59), Precision.DAY,
         Zone.NONE),
        ("2026-02-03T02:00:00+02:00", (2026, 2, 3), (2026, 2, 3), Precision.SECOND, Zone.STATED),
        ("2026-02-03T04:05", (2026, 2, 3, 4, 5), (2026, 2, 3, 4, 5, 59), Precision.MINUTE,
         Zone.ASSUMED_UTC),
        ("Tue, 03 Feb 2026 04:05:06 -0000", (2026, 2, 3, 4, 5, 6), (2026, 2, 3, 4, 5, 6),
         Precision.SECOND, Zone.STATED),  # RFC 5322: UTC all the same
    ],
)  # fmt: skip
def test_dates_are_as_exact_as_written(
    text: str, earliest: tuple[int, ...], latest: tuple[int, ...], precision: Precision, zone: Zone
) -> None:
    found = day(text)
    assert found is not None
    assert found.earliest == datetime(*earliest, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert found.latest == datetime(*latest, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert (found.precision, found.zone, found.quote) == (precision, zone, text)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "0000-01-01", "1970-01-01T00:00:00Z", "2026-13", "2026-02-30", "2026-02-30T10:00",
     "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "999999999999-Aug", "1" * 500,
     "Thu, 01 Jan 1970 00:00:00 GMT", "03/04/2026"],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert day(text) is None


def test_another_readers_result_fills_in() -> None:
    found = listing.hint(
        "odd", DateKind.PUBLISHED, OriginKind.FEED, "published", datetime(2026, 2, 3, tzinfo=UTC)
    )
    assert found is not None
    assert (found.precision, found.quote) == (Precision.DAY, "odd")
    assert "feedparser" in found.note


@given(st.text(max_size=40))
def test_no_date_text_raises(text: str) -> None:
    found = day(text)
    assert found is None or found.earliest <= found.latest


# --- kinds


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (rss(), "feed"),
        (b"\xef\xbb\xbf\n<!-- <html> --><atom:feed xmlns:atom='x'>", "feed"),
        (b"<RDF:rdf>", "feed"),
        (urlset(), "sitemap"),
        (index(), "sitemap"),
        (index().decode().encode("utf-16"), "sitemap"),
        (gzip.compress(rss()), "feed"),
        (b"\x1f\x8bno gzip", None),
        (b"<!doctype html><html>", None),
        (b"text < 3", None),
        (b"", None),
    ],
)
def test_kinds_are_told_by_the_root(body: bytes, kind: str | None) -> None:
    assert kind_of(body) == kind


# --- what a saved page is a copy of


def origin(markup: str, fallback: str | None = None) -> tuple[str | None, str]:
    found = page.parse(markup.encode() + b"<p>Some text", uri=fallback)
    assert isinstance(found, page.Page)
    return original_uri(found, fallback)


CANONICAL = '<link rel="canonical" href="https://news.example/c">'
OG = '<meta property="og:url" content="https://news.example/o">'
SAVED = "<!-- saved from url=(0022)https://news.example/s -->"
BASE = '<base href="https://news.example/b.html">'
FALLBACK = "https://mirror.example/f.html"


@pytest.mark.parametrize(
    ("markup", "fallback", "expected"),
    [
        (SAVED + BASE + OG + CANONICAL, FALLBACK, ("https://news.example/c", "rel=canonical")),
        (SAVED + BASE + OG, FALLBACK, ("https://news.example/o", "og:url")),
        (SAVED + BASE, FALLBACK, ("https://news.example/s", "saved from url")),
        (BASE, FALLBACK, (FALLBACK, "base URL")),
        (BASE, None, ("https://news.example/b.html", "base href")),
        ('<base href="https://news.example/">', None, (None, "")),
        ('<base href="relative">', None, (None, "")),
        ("", None, (None, "")),
        ('<link rel="canonical" href="javascript:x">', None, (None, "")),
        (
            '<link rel="canonical" href="https://u:p@news.example/c">',
            FALLBACK,
            (FALLBACK, "base URL"),
        ),
        # every page of the template names the home page
        ('<link rel="canonical" href="https://news.example/">', FALLBACK, (FALLBACK, "base URL")),
        (
            '<link rel="canonical" href="https://news.example/">',
            "https://news.example/index.html",
            ("https://news.example/", "rel=canonical"),
        ),
        (
            '<link rel="canonical" href="https://news.example/">',
            None,
            ("https://news.example/", "rel=canonical"),
        ),
        (
            '<link rel="canonical" href="/c">',
            FALLBACK,
            ("https://mirror.example/c", "rel=canonical"),
        ),
    ],
)
def test_the_address_that_a_page_names(
    markup: str, fallback: str | None, expected: tuple[str | None, str]
) -> None:
    assert origin(markup, fallback) == expected


# --- real material


def test_every_real_feed_is_read() -> None:
    files = sorted(path for path in corpora("feeds").rglob("*") if path.is_file())
    assert len(files) >= 2_100
    found = 0
    for path in files:
        body = path.read_bytes()
        result = parse_feed(body, AT)
        found += len(result.found)
        parse_sitemap(body, AT)
        for item in result.found:
            assert item.uri.startswith(("http://", "https://"))
            assert len(item.title) <= feed.MAX_TITLE
    assert found >= 80
