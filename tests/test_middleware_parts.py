"""The parts of the middleware by themselves: header fields, and bodies in any pieces."""

import asyncio
import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.entry.middleware import AsgiNotices, Site, WsgiNotices, fields, insert
from checker.model import Status
from checker.service.status import UNKNOWN, Away, PageStatus
from checker.stages.banner import Keyring, places, render, style_hash
from tests.helpers_banner import BANNER, NOW, splice

FRAGMENT = render(BANNER)
STYLE = style_hash(FRAGMENT)
TAG = "0123456789ab"
NOTICE = insert.Notice("https://news.example/a", FRAGMENT, TAG)
HTML = [("Content-Type", "text/html")]
PAGE = (
    b"<!doctype html><html><head><title>x</title></head><body><nav><h1>No</h1></nav>"
    b"<main><div><h1>Yes</h1></div><p>" + "Äußerung".encode() * 300 + b"</p></main></body></html>"
)


# ── fields ──


@pytest.mark.parametrize(
    ("given", "tag", "changes"),
    [
        ({}, "", {}),
        ({}, TAG, {}),
        ({"if-none-match": '"a"'}, "", {}),
        ({"if-none-match": '"a"', "if-modified-since": "x"}, "", {}),
        ({"if-none-match": f'"a-ac.{TAG}"'}, TAG, {"if-none-match": '"a"'}),
        ({"if-none-match": f'W/"a-ac.{TAG}", "b"'}, TAG, {"if-none-match": 'W/"a"'}),
        ({"if-none-match": '"a"'}, TAG, {"if-none-match": None}),
        ({"if-none-match": "*"}, TAG, {}),
        (
            {"if-none-match": f'"a-ac.{TAG}"', "if-modified-since": "x"},
            "",
            {"if-none-match": None, "if-modified-since": None},
        ),
        ({"if-none-match": f'"a-ac.{TAG}", "b"'}, "", {"if-none-match": '"b"'}),
        ({"if-modified-since": "x"}, TAG, {"if-modified-since": None}),
        ({"if-modified-since": "x"}, "", {}),
        (
            {"range": "bytes=0-", "if-range": f'"a-ac.{TAG}"'},
            TAG,
            {"range": None, "if-range": None},
        ),
        ({"range": "bytes=0-", "if-range": '"a"'}, TAG, {}),
        ({"accept-encoding": "br, gzip"}, TAG, {"accept-encoding": "gzip"}),
        ({"accept-encoding": "br, gzip;q=0"}, TAG, {"accept-encoding": "identity"}),
        ({"accept-encoding": "br, gzip;q=0.5"}, TAG, {"accept-encoding": "gzip"}),
        ({"accept-encoding": "br"}, TAG, {"accept-encoding": "identity"}),
        ({"accept-encoding": "br"}, "", {}),
    ],
)
def test_what_the_application_may_see_of_a_question(given, tag, changes):
    assert fields.asked(given, tag) == changes


@pytest.mark.parametrize(
    ("policy", "changed"),
    [
        ("", ""),
        ("img-src x", "img-src x"),
        ("style-src 'unsafe-inline'", "style-src 'unsafe-inline'"),
        ("style-src 'self'", f"style-src 'self' {STYLE}"),
        ("style-src 'none'", f"style-src {STYLE}"),
        ("STYLE-SRC 'self'; img-src x", f"style-src 'self' {STYLE}; img-src x"),
        (
            "style-src 'unsafe-inline' 'nonce-a'",
            f"style-src 'unsafe-inline' 'nonce-a' {STYLE}",
        ),
        ("default-src 'self'", f"default-src 'self'; style-src-elem 'self' {STYLE}"),
        ("style-src-elem a; style-src b", f"style-src-elem a {STYLE}; style-src b"),
        ("style-src a, style-src b", f"style-src a {STYLE}, style-src b {STYLE}"),
    ],
)
def test_each_policy_lets_in_the_notice_s_styles_and_nothing_more(policy, changed):
    for name in ("Content-Security-Policy", "content-security-policy-report-only"):
        assert fields.changed([(name, policy)], FRAGMENT, TAG, None) == [(name, changed)]


def test_fields_that_describe_the_former_bytes_go():
    given = [("ETag", 'W/"a"'), ("Digest", "x"), ("Content-MD5", "y"), ("Content-Length", "3")]
    given += [("Last-Modified", "z"), ("Accept-Ranges", "bytes"), ("X-Own", "1"), ("Link", "</a>")]
    more = [("Link", "<https://a.example>"), ("Memento-Datetime", "m")]
    assert fields.changed(given, FRAGMENT, TAG, 9, more) == [
        ("ETag", f'W/"a-ac.{TAG}"'),
        ("X-Own", "1"),
        ("Link", "</a>"),
        ("Content-Length", "9"),
        ("Memento-Datetime", "m"),
    ]
    assert fields.changed([("ETag", "no tag")], FRAGMENT, TAG, None) == [("ETag", "no tag")]


@pytest.mark.parametrize(
    ("status", "more", "whether"),
    [
        (200, [("Content-Type", "text/html; charset=x")], True),
        (200, [("content-type", "application/xhtml+xml")], True),
        (200, [("Content-Type", "text/plain")], False),
        (200, [], False),
        (203, HTML, False),
        (206, HTML, False),
        (200, [*HTML, ("Content-Encoding", "gzip")], True),
        (200, [*HTML, ("Content-Encoding", "br")], False),
        (200, [*HTML, ("Content-Encoding", "gzip, gzip")], False),
        (200, [*HTML, ("Content-Disposition", "Attachment; filename=x")], False),
        (200, [*HTML, ("Content-Disposition", "inline")], True),
        (200, [*HTML, ("Cache-Control", "public, No-Transform")], False),
        (200, [*HTML, ("Content-Range", "bytes 0-1/2")], False),
    ],
)
def test_only_whole_html_pages_may_be_changed(status, more, whether):
    assert fields.injectable(status, more) is whether


# ── bodies ──


def through(pieces, given=HTML, notice=NOTICE, keys=Keyring(), known=None):  # noqa: B008
    """The fields and the body that a client gets."""
    page = insert.Page(notice, list(given), known or insert.Places(), keys)
    sent = [page.feed(piece, last=False) for piece in pieces] + [page.feed(b"", last=True)]
    return page.fields, b"".join(part for part in sent if part is not None)


WITH = splice(PAGE, FRAGMENT)
AT = WITH.index(b"<!--archive-checker")
EXPECTED = PAGE[:AT] + FRAGMENT.encode() + PAGE[AT:]


def cut(body, marks):
    edges = [0, *sorted({min(mark, len(body)) for mark in marks}), len(body)]
    return [body[a:b] for a, b in itertools.pairwise(edges)]


@given(st.lists(st.integers(0, len(PAGE)), max_size=12))
def test_a_page_in_any_pieces_becomes_the_same_page(marks):
    assert through(cut(PAGE, marks))[1] == EXPECTED


@given(st.lists(st.integers(0, 2000), max_size=12), st.booleans())
def test_a_gzipped_page_in_any_pieces_too(marks, twofold):
    body = gzip.compress(PAGE[:300]) + gzip.compress(PAGE[300:]) if twofold else gzip.compress(PAGE)
    coded = [*HTML, ("Content-Encoding", "gzip")]
    assert gzip.decompress(through(cut(body, marks), coded)[1]) == EXPECTED


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=4), st.booleans())
def test_any_bytes_pass_and_none_is_lost(body, marks, coded):
    given = [*HTML, *([("Content-Encoding", "gzip")] if coded else [])]
    sent = through(cut(body, marks), given)[1]
    assert sent == body or FRAGMENT.encode() in sent


def test_what_can_be_sent_at_once_is_not_held():
    page = insert.Page(NOTICE, list(HTML), insert.Places())
    begin = PAGE.index(b"Yes")
    assert page.feed(PAGE[: begin - 5], last=False) is None
    assert page.feed(PAGE[begin - 5 : begin + 100], last=False) is not None
    assert page.feed(b"more", last=False) == b"more"


def test_a_page_without_headline_is_held_to_its_bound_only():
    body = b"<!doctype html><body>" + b"<p>x</p>" * 100_000
    page = insert.Page(NOTICE, list(HTML), insert.Places())
    pieces = cut(body, range(0, len(body), 8192))
    held = 0
    for piece in pieces:
        if page.feed(piece, last=False) is not None:
            break
        held += len(piece)
    assert held <= insert.MAX_HELD
    assert page.begun


def test_a_place_is_remembered_for_pages_that_begin_with_the_same_bytes(monkeypatch):
    calls = []
    real = places.find
    monkeypatch.setattr(places, "find", lambda data: calls.append(1) or real(data))
    known = insert.Places()
    for tail in (b"", b"<p>other</p>"):
        assert FRAGMENT.encode() in through([PAGE + tail], known=known)[1]
    assert len(calls) == 1
    moved = PAGE.replace(b"<main>", b"<main><!-- new -->")
    assert b"<!-- new --><section" in through([moved], known=known)[1]
    assert len(calls) == 2


def test_what_is_remembered_is_bounded():
    known = insert.Places(memory=3 * len(PAGE))
    for number in range(50):
        known.find(f"https://news.example/{number}", PAGE + b"%d" % number, last=True)
    assert known._used <= 3 * len(PAGE)
    assert known._used == sum(len(begin) for begin, _ in known._found.values())


def test_a_page_that_bears_our_signed_notice_gets_no_second_one():
    keys = Keyring((b"k" * 32,))
    borne = splice(PAGE, FRAGMENT, keys)
    given = [*HTML, ("ETag", '"a"'), ("Content-Length", str(len(borne)))]
    assert through([borne], given, keys=keys) == (given, borne)
    # A block that somebody else signed does not silence ours.
    assert (
        FRAGMENT.encode() in through([borne], given, keys=Keyring((b"x" * 32,)))[1][: AT + 20_000]
    )
    assert through([borne], given)[1] != borne


def test_a_policy_of_the_page_itself_takes_the_styles_off():
    meta = b'<meta http-equiv="Content-Security-Policy" content="style-src \'self\'">'
    sent = through([PAGE.replace(b"<title>", meta + b"<title>")])[1]
    assert b"archive-checker-heading" in sent
    assert b"<style>" not in sent


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_encodings_get_their_notice_in_them(encoding):
    mark = "\ufeff".encode(encoding)
    body = mark + PAGE.decode().encode(encoding)
    assert through([body])[1].decode(encoding) == "\ufeff" + EXPECTED.decode()


def test_a_fault_of_ours_costs_the_notice_and_not_the_page(monkeypatch, caplog):
    def bug(_):
        raise ValueError("a bug")

    monkeypatch.setattr(places, "find", bug)
    given = [*HTML, ("ETag", '"a"')]
    assert through([PAGE[:2000], PAGE[2000:]], given) == (given, PAGE)
    assert "no notice on https://news.example/a" in caplog.text


def test_gzip_that_breaks_off_is_not_mended():
    coded = [*HTML, ("Content-Encoding", "gzip")]
    body = gzip.compress(PAGE)
    sent = through([body[:-9]], coded)[1]
    decoder = zlib.decompressobj(31)
    assert decoder.decompress(sent).startswith(EXPECTED[:AT])


# ── the protocols ──


class Board:
    """Answers at once."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []
        self.wait = 1

    def ask(self, url, *, here):
        self.asked.append((url, here))
        return self.answer

    begin = ask


FLAGGED = PageStatus("https://news.example/a", Status.OUTDATED, NOW, NOW, NOW, BANNER, FRAGMENT)


def environ(**more):
    return {
        "REQUEST_METHOD": "GET",
        "wsgi.url_scheme": "https",
        "HTTP_HOST": "news.example",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a",
        **more,
    }


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({}, "https://news.example/a"),
        ({"QUERY_STRING": "b=1"}, "https://news.example/a?b=1"),
        ({"PATH_INFO": "/\xc3\xa4 b"}, "https://news.example/%C3%A4%20b"),
        ({"RAW_URI": "/%C3%A4?x"}, "https://news.example/%C3%A4?x"),
        ({"SCRIPT_NAME": "/app", "PATH_INFO": ""}, "https://news.example/app"),
        (
            {"HTTP_HOST": "", "SERVER_NAME": "s.example", "SERVER_PORT": "81"},
            "https://s.example:81/a",
        ),
    ],
)
def test_wsgi_addresses_are_those_that_the_client_asked_for(more, url):
    board = Board(UNKNOWN)
    WsgiNotices(lambda env, start: [], Site(board))(environ(**more), lambda *_: None)
    assert board.asked == [(url, True)]


@pytest.mark.parametrize("answer", [UNKNOWN, Away("x"), PageStatus("u", Status.CURRENT, NOW)])
def test_wsgi_without_notice_the_application_s_own_objects_pass(answer):
    seen = []

    def app(env, start):
        seen.append((env, start))
        return body

    body, given, start = [PAGE], environ(), lambda *_: None
    assert WsgiNotices(app, Site(Board(answer)))(given, start) is body
    assert seen[0][0] is given
    assert seen[0][1] is start


def test_wsgi_closes_the_application_s_body_even_unread():
    class Body(list):
        closed = False

        def close(self):
            Body.closed = True

    def app(env, start):
        start("200 OK", list(HTML))
        return Body([PAGE])

    WsgiNotices(app, Site(Board(FLAGGED)))(environ(), lambda *_: None).close()
    assert Body.closed


def scope(**more):
    return {
        "type": "http",
        "method": "GET",
        "scheme": "https",
        "path": "/a",
        "raw_path": b"/a",
        "query_string": b"q=1",
        "headers": [(b"host", b"news.example"), (b"accept-encoding", b"br")],
        **more,
    }


def asgi(app, given, answer=FLAGGED):
    """What is sent, and the scope that the application saw."""
    sent, seen, board = [], [], Board(answer)

    async def noted(scope, receive, send):
        seen.append(scope)
        await app(scope, receive, send)

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    asyncio.run(AsgiNotices(noted, Site(board))(given, receive, send))
    return sent, seen[0], board


async def page_app(scope, receive, send):
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]}
    )
    await send({"type": "http.response.body", "body": PAGE})


def test_asgi_files_are_not_sent_past_us():
    extensions = {"http.response.pathsend": {}, "http.response.trailers": {}}
    sent, seen, board = asgi(page_app, scope(extensions=extensions))
    assert set(seen["extensions"]) == {"http.response.trailers"}
    assert dict(seen["headers"])[b"accept-encoding"] == b"identity"
    assert board.asked == [("https://news.example/a?q=1", True)]
    assert sent[1]["body"] == EXPECTED


@pytest.mark.parametrize("answer", [UNKNOWN, Away("x"), PageStatus("u", Status.CURRENT, NOW)])
def test_asgi_without_notice_the_application_s_own_objects_pass(answer):
    given = scope(extensions={"http.response.pathsend": {}})
    sent, seen, _ = asgi(page_app, given, answer)
    assert seen is given
    assert sent[1]["body"] is PAGE


@pytest.mark.parametrize("given", [{"type": "lifespan"}, scope(method="POST")])
def test_asgi_other_traffic_passes(given):
    async def app(scope, receive, send):
        await send({"type": "anything"})

    sent, seen, board = asgi(app, given)
    assert (sent, board.asked) == ([{"type": "anything"}], [])
    assert seen is given
