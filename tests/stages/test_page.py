"""Bodies become pages, or are refused with a reason; hostile shapes cost nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.stages import page
from checker.stages.page import Page, Unreadable, about, decode, parse, shape, text_of, tree
from checker.stages.page.linked import MAX_BLOCK, read
from checker.stages.page.plain import front_matter
from checker.stages.page.tame import MAX_ATTRIBUTES, is_tame
from tests.growth import linear_in


def parsed(body: bytes | str, **known: str) -> Page:
    found = parse(body, **known)
    assert isinstance(found, Page), found
    return found


@pytest.mark.parametrize(
    ("body", "charset", "encoding", "word"),
    [
        ("grün".encode("utf-8-sig"), "iso-8859-1", "utf-8", "grün"),
        ("grün".encode("utf-16"), None, "utf-16-le", "grün"),
        ("\ufeffgrün".encode("utf-16-be"), None, "utf-16-be", "grün"),
        ("grün".encode("latin-1"), "ISO-8859-1", "cp1252", "grün"),
        ("“grün”".encode("cp1252"), "latin1", "cp1252", "“grün”"),
        ("<meta charset=koi8-r>привет".encode("koi8-r"), None, "koi8-r", "привет"),
        ("<?xml version='1.0' encoding='EUC-JP'?>日本".encode("euc_jp"), None, "euc_jp", "日本"),
        ("<meta charset=gb2312>中文".encode("gbk"), None, "gb18030", "中文"),
        ("grün".encode(), None, "utf-8", "grün"),
        ("grün, größer".encode("cp1252"), None, "cp1252", "größer"),
        # declared wrongly: the bytes are UTF-8, or are not
        ("grün".encode(), "ascii-no-such-name", "utf-8", "grün"),
        ("<meta charset=utf-16>grün".encode(), None, "utf-8", "grün"),
        ("<meta charset=utf-8>größer, grün".encode("cp1252"), None, "cp1252", "größer, grün"),
        ("schöne Grüße, \xff äöü".encode() + b"\xff", "utf-8", "utf-8", "Grüße"),
        (b"plain", "hex", "utf-8", "plain"),
        (b"plain", "utf-7", "utf-8", "plain"),
        (b"plain", "\x00", "utf-8", "plain"),
    ],
)
def test_characters_are_read_as_meant(
    body: bytes, charset: str | None, encoding: str, word: str
) -> None:
    found = parse(body, charset=charset)
    assert isinstance(found, Page)
    assert found.charset == encoding
    assert word in found.source


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty body"),
        (b" \r\n\t\x00", "empty body"),
        ("", "empty body"),
        ("  ", "empty body"),
        ("\ufeff", "empty body"),
        (b"%PDF-1.7\n%....", "a PDF document"),
        (b"\n%PDF-1.4", "a PDF document"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08\x00", "gzip data"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"GIF89a....", "GIF"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x00\x00\x00\x18ftypmp42", "MP4"),
        (bytes(range(32)) * 40, "binary data"),
        (b"a" * (decode.MAX_BYTES + 1), "larger than 20 MiB"),
        ("a" * (decode.MAX_BYTES + 1), "larger than 20 MiB"),
    ],
)
def test_what_is_no_page_is_refused_with_the_reason(body: bytes | str, reason: str) -> None:
    found = parse(body)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


@pytest.mark.parametrize("media", ["image/png", "application/json", "video/mp4"])
def test_a_media_type_that_is_no_page_is_refused_unless_the_body_is_markup(media: str) -> None:
    refused = parse(b'{"a": 1}', media_type=media)
    assert refused == Unreadable(f"{media}, not a page")
    assert parsed(b"<!doctype html><p>a", media_type=media).kind == "html"


@pytest.mark.parametrize(
    ("media", "uri", "body", "kind"),
    [
        ("text/html; charset=x", None, "a", "html"),
        ("", None, "a", "html"),
        ("application/xhtml+xml", None, "a", "html"),
        ("text/plain", None, "<p>a", "text"),
        ("text/plain", "https://a.test/x.md?y", "# a", "markdown"),
        ("text/markdown", None, "# a", "markdown"),
        ("application/octet-stream", None, "<html>", "html"),
        ("application/octet-stream", None, "words", "text"),
    ],
)
def test_the_kind_follows_type_and_content(
    media: str, uri: str | None, body: str, kind: str
) -> None:
    found = parse(body, media_type=media, uri=uri)
    assert isinstance(found, Page)
    assert found.kind == kind


def test_nul_and_lone_surrogates_are_gone() -> None:
    assert parsed("many words a\x00b\ud800c and more").source == "many words ab\ufffdc and more"
    assert parsed("\ud800").source == "\ufffd"


def test_plain_text_is_escaped_into_paragraphs() -> None:
    found = parsed("One <b>\n\n \nTwo & three", media_type="text/plain")
    assert [text_of(node) for node in found.tree.css("p")] == ["One <b>", "Two & three"]


def test_markdown_has_front_matter_headings_lists_and_quotes() -> None:
    source = "---\ntitle: 'A & B'\ndate: 2024-05-03\n- odd\n---\n# Head #\nprose\n- one\n2. two\n\n> said"
    found = parsed(source, media_type="text/markdown")
    assert found.front == (("title", "A & B"), ("date", "2024-05-03"))
    blocks = [(block.kind.value, block.text) for block in found.layout.blocks]
    assert blocks == [
        ("heading", "Head"),
        ("paragraph", "prose"),
        ("list-item", "one"),
        ("list-item", "two"),
        ("quote", "said"),
    ]


@pytest.mark.parametrize(
    ("source", "front"),
    [
        ("+++\ndate = 2024-01-01\n+++\nx", (("date", "2024-01-01"),)),
        ("---\na: b\n...\nx", (("a", "b"),)),
        ("---\na: b\nnever closed", ()),
        ("--- dashes", ()),
        ("---\n" + "a: b\n" * 300 + "---\n", ()),
        ("text", ()),
    ],
)
def test_front_matter_shapes(source: str, front: tuple[tuple[str, str], ...]) -> None:
    assert front_matter(source)[0] == front


N = 100_000


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<div>" * N, "nested deeper"),
        ("<div><table></div></table>" * N, "nested deeper"),
        ("<svg><g>" * N, "nested deeper"),
        ("".join(f"<b a={i}>" for i in range(N)) + "<p>x" * N, "formatting elements"),
        ("<a " + " ".join(f"x{i}=1" for i in range(N)) + ">", "thousands of attributes"),
        ('<a x="' * N, "thousands of attributes"),
        ("<!--" * N, None),
        ("<!-->x<!---><!-- a --!><p>" + " " * 70_000, None),
        ("<script><!--<script></script>" * 4_000, None),
        ("<script>" + "x" * 70_000, None),
        ("<style>" + "<div>" * N, None),
        ("<svg><style></style></math></svg>" * 4_000, None),
        ("<table><svg></table>" * 5_000, None),
        ("<plaintext>" + "<div>" * N, None),
        ("<div></p><b></b></div></table>" * 10_000, None),
        ("<svg>" + "<path />" * 10_000, None),
        ("<p><font color=red>" * 5_000, None),
        ("<table>" + "<tr><td><font color=red>x" * 8_000, None),
        ("<ul>" + "<li><i>x" * 8_000, None),
        ("<select>" + "<option>x" * 3_000, None),
        ("<select>" + "<option>x</option>" * 30_000, "choices without end"),
        ("<p>" + "<b>" * 9_000, "nested deeper"),
        ("<ul><li>" * N, "nested deeper"),
        ("<" * 500_000, None),
        # what looks like the start of text without markup, where it is none
        ("<!-- ><script> -->" + "<div>" * N, "nested deeper"),
        ("<!-- ><plaintext> -->" + "<div>" * N, "nested deeper"),
        ('<! <a y=">' + "<div>" * N + '">', "nested deeper"),
        ('</ <a y=">' + "<div>" * N + '">', "nested deeper"),
        ('<svg><p><style> <a y="</style>' + "<div>" * N + '">', "nested deeper"),
        ("<svg><p><style><!--</style>" + "<div>" * N, "nested deeper"),
        ("<svg><p><![CDATA[><script>" + "<div>" * N, "nested deeper"),
        ("<svg><script>" + "<g>" * N, "nested deeper"),
        ("<svg>" + "<![CDATA[" * N, None),
        ("<svg>" + "<style>" * 4_000 + "<!-- <!" * N, None),
    ],
)
def test_hostile_shapes_are_seen_in_linear_time(source: str, reason: str | None) -> None:
    def seen(given: str) -> str | None:
        fault = shape.fault(given)
        if reason is None and fault is None:
            tree.build(given)
        return fault

    fault = seen(source)
    assert (reason in (fault or "")) if reason else fault is None
    linear_in(source, seen)


TAME = "<p class=a id='b' c = \"d>\" e>text<br/></p>"


@pytest.mark.parametrize(
    ("markup", "tame"),
    [
        (TAME * 2_000, True),
        (TAME + "<!doctype html><?xml a?><!--<b>--><!--> 1 < 2 <", True),
        ("<script>if (a<b) '<script>'</script><SCRIPT><!-- '</p>' --></SCRIPT x>", True),
        ("<script><!-- '<script>'</script>", False),
        ("<style>a>b<!--\n--></style><title>a</title><textarea>b</textarea>", True),
        ("<style>a<b x='</style>", True),
        ("<select><style>a<b x='</style>", False),
        ("<svg></svg><style>a<b x='</style>", False),
        ("<svg><svg><path/></svg><g></g></svg>", True),
        ("<svg a=b><title>t</title><g><path d='M'/></g><style>a</style></svg>", True),
        ("<svg><g><p>", False),
        ("<svg><![CDATA[ <a x=']]></svg>", False),
        ("<math><mi>x</mi></math>", False),
        ("<frameset><frame>", False),
        ("<plaintext>", False),
        ("<!-- never closed", False),
        ("<p class='never closed", False),
        ("<p" + " a" * 60 + ">", True),
        ("<p" + " a" * 61 + ">", False),
        ("<p>" * 4_097, False),
        ("<p>" * 3_000 + "<b>" * 30, True),
        ("<p>" * 3_000 + "<b>" * 700, False),
    ],
)
def test_real_markup_is_seen_to_be_tame(markup: str, tame: bool) -> None:
    assert is_tame(markup) is tame


PIECES = st.just("".join(f" y{i}" for i in range(70))) | st.sampled_from(
    re.findall(
        r"\S+| ",
        "<!-- --> <script> </script> <style </style> <svg> </svg> <title> </title> \" ' = a / > "
        "<a </p> <p <! <![CDATA[ ]]> <select> <textarea> </textarea> <table> <path/> <br/>",
    )
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_tame_page_has_no_tag_with_many_attributes(markup: str) -> None:
    if is_tame(markup):
        nodes = tree.build(markup).css("*")
        assert all(len(node.attributes) <= MAX_ATTRIBUTES for node in nodes)
    shape._scanned(markup)  # whatever it finds, it ends


def test_the_number_of_tags_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "MAX_TAGS", 5_000)
    assert shape.fault("<p>" * 6_000) == "more than 5,000 tags"
    assert shape.fault("<p>" * 4_900) is None


def test_a_deep_page_is_unreadable_with_the_reason() -> None:
    assert parse("<div>" * N) == Unreadable("markup nested deeper than 4,096 elements")


def test_depth_that_is_allowed_is_walked_without_recursion() -> None:
    found = parsed("<div>" * 4_000 + "deep")
    assert [block.text for block in found.layout.blocks] == ["deep"]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('{"@type": "A"}', [("A",)]),
        ('<!-- {"@type": "A"} -->', [("A",)]),
        ('//<![CDATA[\n{"@type": ["A", "https://schema.org/B"]};\n//]]>', [("A", "B")]),
        ('[{"@type": "A"}, {"@graph": [{"@type": "B", "c": {"@type": "C"}}]}]',
         [("A",), (), ("B",), ("C",)]),
        ('{"@type": "A", "x": [1, 2,],}', [("A",)]),
        ("{&quot;@type&quot;: &quot;A&quot;}", [("A",)]),
        ('{"@type": "A\nB"}', [("A\nB",)]),
        ('{"@type": "A", "datePublished": "2024-05-03", "x": "un"quoted"}', [("A",)]),
        ('{"x": broken', []),
        ("", []),
        ("[" * 200_000, []),
        ('{"a":' * 100_000, []),
        ('{"a": ' + "9" * 5_000 + "}", []),
        ('{"@type": "A"}' + " " * MAX_BLOCK, []),
    ],
)  # fmt: skip
def test_json_ld_is_read_however_it_is_written(script: str, found: list[tuple[str, ...]]) -> None:
    assert [item.types for item in read(script)] == found


def test_about_reads_what_the_page_says_of_itself() -> None:
    found = about(
        parsed(
            """<html><head><link rel="Canonical" href="/a?x=1"><meta property=og:url content=b>
            <meta name=checker content="ignore: age-exceeded, has-notice">
            <meta name=robots content="noindex, unavailable_after: 2024-05-03; x">
            <meta name=keywords content="one, two,,one"><meta property=article:tag content="a, b">
            <script type="application/ld+json">{"@graph": [{"@type": "WebPage"},
            {"@type": "NewsArticle", "articleSection": ["World", "x"]}]}</script>""",
            uri="https://news.test/c/d",
        )
    )
    assert found.genre == "NewsArticle"
    assert found.section == "World"
    assert found.tags == ("a, b", "one", "two")
    assert found.ignored_rules == ("age-exceeded", "has-notice")
    assert found.canonical == "https://news.test/a?x=1"
    assert found.og_url == "https://news.test/c/b"
    assert found.robots_unavailable_after == "2024-05-03"


def test_about_falls_back_and_trusts_no_address_that_is_not_http() -> None:
    front = "---\nsection: Guides\ntags: [a, 'b']\n---\n<meta property=og:type content=article>"
    found = about(parsed(front + "<link rel=canonical href='javascript:alert(1)'>"))
    assert (found.genre, found.section, found.tags) == ("article", "Guides", ("a", "b"))
    assert found.canonical is None
    odd = about(
        parsed("<meta property=og:url content='https://[::1'><meta name=section content=S>")
    )
    assert (odd.og_url, odd.section) == (None, "S")
    assert about(parsed("<p>a")) == page.About()


@given(st.binary(max_size=400))
def test_no_bytes_raise(body: bytes) -> None:
    found = parse(body)
    assert isinstance(found, Page | Unreadable)


@given(st.text(max_size=300), st.sampled_from(["text/html", "text/plain", "text/markdown", "a/b"]))
def test_no_text_raises(body: str, media: str) -> None:
    found = parse(body, media_type=media)
    if isinstance(found, Page):
        found.source.encode()
        about(found)


def test_plain_text_of_endless_paragraphs_is_refused_too() -> None:
    found = parse(b"x\n\n" * 260_000, media_type="text/plain")
    assert found == Unreadable("more than 250,000 tags")


@pytest.mark.parametrize(
    ("source", "tags", "owners"),
    [
        ('---\ntags:\n  - roads\n  - "the town"\nowner: desk\n---\nx', ("roads", "the town"), ("desk",)),
        ("---\nowners:\n- a@paper.test\n- b@paper.test\ntags: [roads, town]\n---\nx", ("roads", "town"),
         ("a@paper.test", "b@paper.test")),
        ("---\nauthors:\n  - name: Bob\n- stray\ntags:\nend\n- none\n---\nx", (), ()),
        ("---\n- none\ntags: roads\n- none\n---\nx", ("roads",), ()),
        ('+++\ntitle = "A"\n[taxonomies]\ntags = ["roads", "town"]\n[extra]\nowner = "desk"\n+++\nx',
         ("roads", "town"), ("desk",)),
    ],
)  # fmt: skip
def test_lists_and_nested_keys_of_front_matter(source, tags, owners):
    from checker.stages.page.about import about

    found = about(parse(source.encode(), media_type="text/markdown", uri="https://a.test/x"))
    assert (found.tags, found.owners) == (tags, owners)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<p>a <![CDATA[b < c & d > e]]> f</p>", "a b < c & d > e f"),
        ("<p><![CDATA[<em>no</em> tag]]></p>", "<em>no</em> tag"),
        ("<p>a<![CDATA[]]>b</p>", "ab"),
        ("<p>a <![CDATA[x]] > y]]> b</p>", "a x]] > y b"),
        ("<script>//<![CDATA[\nif (1 < 2) {}\n//]]></script><p>a</p>", "a"),
        ("<style>/*<![CDATA[*/ p > b {} /*]]>*/</style><p>a</p>", "a"),
        ("<!-- <![CDATA[ --><p>a</p><!-- ]]> -->", "a"),
        ("<p>a</p><![CDATA[ without end", "a"),
    ],
)
def test_cdata_of_xhtml_is_text(inside, text):
    body = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<html xmlns="http://www.w3.org/1999/xhtml">{inside}</html>'
    found = parse(body.encode(), media_type="application/xhtml+xml; charset=iso-8859-1")
    assert text_of(found.tree.body) == text


def test_xhtml_is_read_in_the_charset_that_its_declaration_names():
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><html><body><p>Zürich</p></body></html>'
    found = parse(body.encode("latin-1"), media_type="application/xhtml+xml")
    assert text_of(found.tree.body) == "Zürich"


def test_html_has_no_cdata():
    assert text_of(parse(b"<p>a <![CDATA[b]]> c</p>").tree.body) == "a c"


@given(st.text(alphabet="<>![]CDATA-script/ a"))
def test_without_cdata_never_raises_and_keeps_what_has_none(source):
    from checker.stages.page.xhtml import without_cdata

    assert "<![CDATA[" in source or without_cdata(source) == source
