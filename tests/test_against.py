"""Live pages against archived copies: folders, WARC files, TimeGates, TimeMaps, CDX servers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.adapters.library import DiskShelf
from checker.errors import TargetError
from checker.model import AuditItem, Report
from checker.service import AuditOptions, Auditor
from checker.service.audit.against import PATIENCE
from checker.stages import memento
from checker.stages.memento import Capture, Kind, Wanted, When, wanted
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, STORY, URI, SetClock, html, reply
from tests.loopback import Reply, redirect

CHANGED = html(STORY[0].replace("4.50", "5.40"), *STORY[1:])
WEB = "https://arch.test/web/"
WAYBACK = "https://arch.test/cdx/search/cdx"
PYWB = "https://arch.test/coll/cdx"
GATE = "https://arch.test/gate/"
MAP = "https://arch.test/timemap/link/"
TYPE = ("Content-Type", "text/html; charset=utf-8")


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def audit(script: dict[str, object], *targets: str, **options: object) -> tuple[Report, FakeHttp]:
    clock = SetClock()
    http = FakeHttp(script, clock)
    auditor = Auditor(http, clock, POLICIES, DiskShelf(), "0")
    return auditor.audit(targets or (URI,), AuditOptions(**options)), http


def only(report: Report) -> AuditItem:
    assert not report.skipped, report.skipped
    (item,) = report.items
    return item


def replayed(body: bytes, stamp: str) -> bytes:
    """As the Wayback Machine shows it: a toolbar, its scripts, links that lead into it."""
    head = (
        b'<head><script type="text/javascript" src="https://web-static.archive.org/_static/js/x.js">'
        b"</script><!-- End Wayback Rewrite JS Include -->"
    )
    bar = (
        b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id=wm-ipp>The Wayback Machine has 12 captures"
        b" of this page, 3 Feb 2019 - 4 May 2024</div><!-- END WAYBACK TOOLBAR INSERT -->"
    )
    body = body.replace(b"<head>", head).replace(b"<body>", b"<body>" + bar)
    body = body.replace(b'href="', f'href="/web/{stamp}/'.encode())
    return body + b"<!--\n     FILE ARCHIVED ON 10:00:00 Jan 01, 2020 -->"


# -- asking ---------------------------------------------------------------------------------------


def wayback_query(**more: str) -> str:
    wish = Wanted(**more) if more else Wanted()
    return memento.cdx_query(memento.endpoint(WAYBACK), URI, wish)


ROWS = (
    '[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],'
    '["k","20190101000000","{0}","text/html","200","A","1"],'
    '["k","20200101000000","{0}","text/html","200","B","1"],'
    '["k","20210101000000","{0}","text/html","301","C","1"],'
    '["k","20220101000000","{0}","image/png","200","D","1"]]'
)


def test_the_wayback_machine_s_dialect_and_raw_form():
    raw = f"{WEB}20200101000000id_/{URI}"
    fields = (("X-Archive-Orig-Content-Type", "text/html"), TYPE)
    script = {
        URI: reply(CHANGED),
        wayback_query(): Reply(200, ROWS.format(URI).encode()),
        raw: Reply(200, html(), fields),
    }
    report, http = audit(script, against=WAYBACK)
    item = only(report)
    assert item.name == f"{WEB}20200101000000/{URI}"
    assert (item.uri, item.mapped_by) == (URI, "memento")
    assert item.captured_at == day("2020-01-01")
    assert "source-changed" in {one.rule.value for one in item.verdict.findings}
    archive = [one for one in http.requests if one.uri.startswith("https://arch.test")]
    assert {one.patience for one in archive} == {PATIENCE}, "an archive's wish for rest is met"


@pytest.mark.parametrize("name", ["wayback", "https://web.archive.org/cdx/search/cdx"])
def test_the_index_of_a_public_archive_is_asked_as_rarely_as_it_wants(name):
    """24 questions a minute are allowed; a copy may be had as soon as any host's page."""
    at = memento.endpoint(name)
    assert at.pace.total_seconds() >= 60 / 24
    query = memento.cdx_query(at, URI, Wanted())
    raw = f"https://web.archive.org/web/20200101000000id_/{URI}"
    script = {URI: reply(html()), query: Reply(200, ROWS.format(URI).encode()), raw: reply(html())}
    _, http = audit(script, against=name)
    paces = {one.uri: one.pace for one in http.requests}
    assert paces == {URI: timedelta(0), query: at.pace, raw: timedelta(0)}


def test_a_replayed_page_is_no_change_where_there_is_no_raw_form():
    uri_m = f"{WEB}20200101000000/{URI}"
    body = replayed(html(), "20200101000000")
    assert b"wm-ipp" in body
    script = {
        URI: reply(html()),
        wayback_query(): Reply(200, ROWS.format(URI).encode()),
        uri_m: Reply(200, body, (TYPE, ("Memento-Datetime", "Wed, 01 Jan 2020 00:00:03 GMT"))),
    }
    item = only(audit(script, against=WAYBACK)[0])
    assert item.comparison is not None
    assert item.comparison.change.value == "identical"
    assert item.captured_at == datetime(2020, 1, 1, 0, 0, 3, tzinfo=UTC)


def test_pywb_s_dialect_and_a_date():
    wish = wanted("before:2019-06-01")
    query = memento.cdx_query(memento.endpoint(PYWB), URI, wish)
    lines = "".join(
        f'{{"urlkey": "k", "timestamp": "{at}", "url": "{URI}", "mime": "text/html", '
        f'"status": "200", "filename": "x.warc.gz", "offset": "{n}"}}\n'
        for n, at in enumerate(("20190101000000", "20190501000000", "20200101000000"))
    )
    script = {
        URI: reply(html()),
        query: Reply(200, lines.encode()),
        f"https://arch.test/coll/20190501000000id_/{URI}": reply(html()),
    }
    assert only(audit(script, against=PYWB, memento=wish)[0]).captured_at == day("2019-05-01")


LINKS = (
    f'<{URI}>; rel="original", <{GATE}{URI}>; rel="timegate", '
    f'<{WEB}20190101000000/{URI}>; rel="first memento"; datetime="Tue, 01 Jan 2019 00:00:00 GMT",\n'
    f'<{WEB}20210101000000/{URI}>; rel="last memento"; datetime="Fri, 01 Jan 2021 00:00:00 GMT"'
)


@pytest.mark.parametrize(
    ("which", "year"),
    [
        ("latest", 2021),
        ("2019-03-01", 2019),
        ("after:2019-03-01", 2021),
        ("before:2020-12-31", 2019),
    ],
)
def test_a_timemap(which, year):
    script = {URI: reply(html()), MAP + URI: Reply(200, LINKS.encode())}
    script |= {f"{WEB}{y}0101000000id_/{URI}": reply(html()) for y in (2019, 2021)}
    report, _ = audit(script, against=MAP, memento=wanted(which))
    assert only(report).captured_at == day(f"{year}-01-01")


def test_a_timemap_of_several_pages_that_names_itself():
    more = f', <{MAP}2/{URI}>; rel="timemap", <{MAP}{URI}>; rel="self timemap"'
    second = f'<{WEB}20230101000000/{URI}>; rel="memento"'
    script = {
        URI: reply(html()),
        MAP + URI: Reply(200, (LINKS + more).encode()),
        f"{MAP}2/{URI}": Reply(200, second.encode()),
        f"{WEB}20230101000000id_/{URI}": reply(html()),
    }
    assert only(audit(script, against=MAP)[0]).captured_at == day("2023-01-01")


def test_a_timegate_is_asked_by_date_and_redirects():
    uri_m = f"{WEB}20190101000000/{URI}"
    gated = (TYPE, ("Memento-Datetime", "Tue, 01 Jan 2019 00:00:00 GMT"),
             ("Link", f'<{MAP}{URI}>; rel="timemap"; type="application/link-format"'))  # fmt: skip
    script = {
        URI: reply(html()),
        GATE + URI: redirect(uri_m),
        uri_m: Reply(200, html(), gated),
        f"{WEB}20190101000000id_/{URI}": reply(html()),
        MAP + URI: Reply(200, LINKS.encode()),
        f"{WEB}20210101000000id_/{URI}": reply(html()),
    }
    report, http = audit(script, against=GATE, memento=wanted("2019-02-01"))
    assert only(report).captured_at == day("2019-01-01")
    asked = next(one for one in http.requests if one.uri == GATE + URI)
    assert ("Accept-Datetime", "Fri, 01 Feb 2019 00:00:00 GMT") in asked.headers
    # Its choice is not always what is meant: then its TimeMap is asked.
    report, http = audit(script, against=GATE, memento=wanted("after:2019-02-01"))
    assert only(report).captured_at == day("2021-01-01")


@pytest.mark.parametrize(
    ("against", "script", "why"),
    [
        (WAYBACK, {}, "no archived copy in https://arch.test/cdx/search/cdx: HTTP 404"),
        (WAYBACK, {wayback_query(): Reply(200, b"[]")}, "no archived copy in"),
        (WAYBACK, {wayback_query(): Reply(200, b"<html>busy</html>")}, "no capture index"),
        (WAYBACK, {wayback_query(): Reply(200, ROWS.format(URI).encode())}, "can't be had"),
        (MAP, {}, "HTTP 404"),
        (MAP, {MAP + URI: Reply(200, b"nothing of the kind")}, "no archived copy"),
        (GATE, {}, "HTTP 404"),
        (GATE, {GATE + URI: reply(html())}, "it gives no memento"),
    ],
)
def test_a_page_without_a_copy_is_skipped_with_the_reason(against, script, why):
    report, _ = audit({WEB: reply(html()), URI: reply(html()), **script}, against=against)
    assert not report.items
    (skipped,) = report.skipped
    assert skipped.name == URI
    assert why in skipped.reason


def test_a_page_that_is_gone_is_compared_too():
    script = {
        URI: Reply(410),
        wayback_query(): Reply(200, ROWS.format(URI).encode()),
        f"{WEB}20200101000000id_/{URI}": reply(html()),
    }
    item = only(audit(script, against=WAYBACK)[0])
    assert "source-gone" in {one.rule.value for one in item.verdict.findings}


# -- copies on disk -------------------------------------------------------------------------------


def saved(folder: Path, body: bytes, name: str = "bridge.html") -> Path:
    folder.mkdir(exist_ok=True)
    link = f'<link rel="canonical" href="{URI}/"></head>'.encode()
    (folder / name).write_bytes(body.replace(b"</head>", link))
    return folder


def test_a_folder_of_copies(tmp_path):
    copies = saved(tmp_path / "copies", html())
    item = only(audit({URI: reply(CHANGED)}, against=str(copies))[0])
    assert item.name == "bridge.html"
    assert item.uri == URI
    assert item.verdict.status.value == "outdated"
    report, _ = audit({"https://other.test/a": reply(html())}, "https://other.test/a",
                      against=str(copies))  # fmt: skip
    assert "no archived copy" in report.skipped[0].reason


def test_two_folders_are_compared_without_a_network(tmp_path):
    old, new = saved(tmp_path / "old", html()), saved(tmp_path / "new", CHANGED)
    (new / "nameless.html").write_bytes(html())
    report, http = audit({}, str(new), against=str(old), offline=True)
    assert [one.verdict.status.value for one in report.items] == ["outdated"]
    assert "address is not known" in report.skipped[0].reason
    assert not http.requests


def test_a_copy_that_went_away_and_an_archive_that_is_not_there(tmp_path, monkeypatch):
    copies = saved(tmp_path / "copies", html())
    find = memento.choose

    def gone(*arguments):
        (copies / "bridge.html").unlink(missing_ok=True)
        return find(*arguments)

    monkeypatch.setattr(memento, "choose", gone)
    report, _ = audit({URI: reply(html())}, against=str(copies))
    assert "can't be read" in report.skipped[0].reason
    with pytest.raises(TargetError, match="no such file"):
        audit({}, against=str(tmp_path / "nowhere"))


# -- the parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("latest", Wanted()),
        ("2024-06-30", Wanted(When.NEAREST, day("2024-06-30"))),
        ("nearest:2024-06-30T12:00:00Z", Wanted(When.NEAREST, day("2024-06-30T12:00:00"))),
        ("before:2024-06-30", Wanted(When.BEFORE, day("2024-06-30T23:59:59"))),
        ("after:2024-06-30", Wanted(When.AFTER, day("2024-06-30"))),
    ],
)
def test_which_copy_is_meant(text, expected):
    assert wanted(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "before:", "first:2024-01-01"])
def test_what_names_no_copy(text):
    with pytest.raises(ValueError):
        wanted(text)


@pytest.mark.parametrize(
    ("text", "kind", "replay"),
    [
        ("wayback", Kind.CDX, "https://web.archive.org/web/"),
        ("http://h:8/live/cdx", Kind.CDX, "http://h:8/live/"),
        ("http://h/a/cdx/search/cdx?x=1", Kind.CDX, "http://h/a/web/"),
        ("http://h/timemap/link", Kind.TIMEMAP, ""),
        ("http://h/live", Kind.TIMEGATE, ""),
    ],
)
def test_what_kind_of_archive_an_address_names(text, kind, replay):
    found = memento.endpoint(text)
    assert (found.kind, found.replay) == (kind, replay)


def test_a_path_is_no_address():
    assert memento.endpoint("copies/") is None


A = Capture("http://a.test/", day("2020-01-02T03:04:05"), None, 200, "text/html")


@pytest.mark.parametrize(
    "text",
    [
        " CDX a b m s\nhttp://a.test/ 20200102030405 text/html 200",
        "test,a)/ 20200102030405 http://a.test/ text/html 200 DIGEST 100",
        'test,a)/ 20200102030405 {"url": "http://a.test/", "mime": "text/html", "status": "200"}',
        'broken\n{"no\n{"url": "http://a.test/", "timestamp": "20200102030405", "status": 200}',
    ],
)
def test_index_files(text):
    (found,) = memento.parse_cdx(text.encode())
    assert found.is_page
    assert (found.uri, found.at, found.status) == (A.uri, A.at, A.status)


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"", ()), (b"[", ()), (b'["x"]', ()), (b"[" * 100_000, ()), (b"<p>no", None), (b"{", None)],
)
def test_what_is_no_index(body, expected):
    assert memento.parse_cdx(body) == expected


def test_hostile_links_end():
    body = b"<http://a>;" + b' rel="memento' * 20_000
    assert memento.parse_timemap(body).captures == ()
    undated = b'<http://a.test/m>; rel="memento"; datetime="long ago"'
    assert memento.parse_timemap(undated).captures == ()


@pytest.mark.parametrize(
    ("replayed_as", "captured_as"),
    [
        (b'href="/web/20200101000000/https://a.test/"', b'href="https://a.test/"'),
        (b'src="//web.archive.org/web/20200101im_/http://a.test/i.png"',
         b'src="http://a.test/i.png"'),
        (b'href="http://localhost:8080/live/20200101000000mp_/http://a.test/"',
         b'href="http://a.test/"'),
        (b'href="https://a.test/2020/01/01/story"', b'href="https://a.test/2020/01/01/story"'),
        (b"<!-- BEGIN WAYBACK TOOLBAR INSERT --> never ends",
         b"<!-- BEGIN WAYBACK TOOLBAR INSERT --> never ends"),
    ],
)  # fmt: skip
def test_rewriting_is_undone(replayed_as, captured_as):
    assert memento.unwrapped(replayed_as) == captured_as


def test_addresses_of_mementos():
    assert memento.raw_form("http://h/live/20200101000000mp_/http://a.test/?x=1") == (
        "http://h/live/20200101000000id_/http://a.test/?x=1"
    )
    assert memento.raw_form("https://perma.test/AB-12") is None
    assert memento.archived_at("https://perma.test/AB-12") is None
    assert memento.archived_at("http://h/web/20209901000000/http://a.test/") is None
    assert memento.same_page("https://www.A.test:443/x/") == memento.same_page("http://a.test/x")
    assert memento.same_page("http://a.test:81/x?q") == "a.test:81/x?q"
    assert memento.same_page("http://a.test:x/") == "http://a.test:x/"
