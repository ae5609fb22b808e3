"""A banner's place in a page's bytes, and the laws of putting it there and taking it out."""

import gzip
import json
import re
import time
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker.errors import BannerError
from checker.stages.banner import is_edited, obstacle, peel, render, splice, strip
from checker.stages.banner.tokens import MAX_FRAGMENT, wrap
from tests.corpora import corpora
from tests.helpers_banner import BANNER

FRAGMENT = render(BANNER)
SHORT = "<section>B</section>"
OTHER = "<section>C</section>"


def place(page: bytes) -> bytes:
    """*page* with ``@`` where its banner goes; unchanged where none can go."""
    marked = splice(page, SHORT)
    block = wrap(SHORT.encode(), sha256(page).hexdigest())
    assert marked == page or marked.count(block) == 1
    return marked.replace(block, b"@")


@pytest.mark.parametrize(
    "page",
    [
        # before the headline's container inside main or article
        b"<body><nav>x</nav><article><img>@<header><h1>T</h1></header></article>",
        b"<body><main><div class=lead>x</div>@<div><div><h1>T",
        b"<body><main>@<h1>T",
        b"<main><article>@<h1>T",
        b"<MAIN><ARTICLE class='a>b'>@<H1>T",
        b"<main><p>lead</p>@<a href=/x><h1>T",
        b"<main><br>@<p><h1>T",
        b"<table><tr><td><article>@<h1>T",
        b"<article></i><p>x</p>@<h1>T",
        b"<main>@<h1>T</h1><p>x</p><h1>U",
        b"<main><div><div>x</div></div>@<h1>T",
        b"<main><div></div></div>@<h1>T",
        b"<html><body><main></body></html>@<h1>T",
        b"<html><head><main></head></body></html>@<h1>T",
        # headlines that are none of the article's
        b"<body>@<h1>T</h1><main>x</main>",
        b"<body>@<article>x</article><h1>T",
        b"<body>@<article><aside><h1>T",
        b"<body>@<article hidden><h1>T",
        b"<body>@<article><div aria-hidden=true><h1>T",
        b"<body>@<dialog><article><h1>T",
        b"<body>@<a href=/x><article><h1>T",
        b"<body><article><nav><h1>N</h1></nav>@<h1>T",
        # behind <body>
        b"<!DOCTYPE html><html><head><title>T</title></head><body class=x>@<p>x",
        b"<html><body>@</body></html>",
        b"<body data-x='>' data-y=\">\">@x",
        b'<body "a>@x',
        b"<body a= b=c>@x",
        b"<body =>@x",
        b"<body/>@x",
        b"<!-- <body> --><body>@x",
        b"<script>'<body>'</script><body>@x",
        b"<script><!-- <script></script> <body> --></script><body>@x",
        b"<script><!--><script></script><body>@x",
        b"<style><body></style><body>@x",
        b"<title><body></title><body>@x",
        b"<noscript><body></noscript><body>@x",
        b"<template><body><template></template><body></template><body>@x",
        b"</template><body>@x",
        b"<?php <body ?><body>@x",
        b"<!bogus <body><body>@x",
        b"</ <body><body>@x",
        b"</><body>@x",
        # what can't fool it in the body
        b"<body>@<textarea><main><h1>T</textarea>",
        b"<body>@<!-- <main><h1>T -->",
        b"<body>@<!--> <p> <!-- <main><h1>T --!> x",
        b"<body>@<!---> <p> --> x",
        b"<body>@<svg><main><![CDATA[ <main><h1> ]]></svg>",
        b"<body>@<svg><title><main><h1>T</title></svg>",
        b"<body>@<svg><style><main><h1></style></svg>",
        b"<body>@<math><main></math><h1>",
        b"<body><svg/><main>@<h1>T",
        b"<body><svg><p><main>@<h1>T",
        b"<body><svg><g><svg></svg></g></svg><main>@<h1>T",
        b"<body><svg><foreignObject><p></foreignObject></svg><main>@<h1>T",
        b"<body><svg><desc><style></svg></style></desc></svg><main>@<h1>T",
        b"<body>@<![CDATA[ <main> ]]><h1>T",
        b"<body>@<iframe><main><h1></iframe>",
        b"<body>@<plaintext><main><h1>",
        b"<body>@<script><main><h1>",
        b"<body>@<style><main><h1></style x",
        b"<body>@<main x='><h1>",
        b'<body>@<main x="><h1>',
        b"<body>@<template><main><h1></template>",
        b"<body>@<!-- <main><h1>",
        # without <body>: behind the head
        b"<!DOCTYPE html>@<p>x",
        b"<!DOCTYPE html>@\n<p>x<body>",
        b"<html><head><meta charset=utf-8>@\n<p>x",
        b"<title>T</title>@Hello",
        b"<title>T</title><link>@<!-- c --><p>x",
        b"<title>T</title>@Hello<meta><meta><p>x",
        b"@<p><link>x",
        b"<title>T</title></i><meta>@<p>x",
        b"@</body><meta><p>x",
        b"<html>@</html><meta><p>x",
        b"@</br><meta><p>x",
        b"<head></head>@",
        b"<html>@</html>x",
        b"@</p><body>x",
        b"@<p>x<title>T</title>",
        b"@Words <b>first</b>",
        b"\xef\xbb\xbf@<p>x",
        b"\xef\xbb\xbf<!doctype html>@<p>x",
        b"<?xml version='1.0'?><html><body>@<![CDATA[ <main><h1> ]]><p>x",
        b"<body>@x<frameset>",
        b"<!doctype html>@",
    ],
)  # fmt: skip
def test_place(page):
    assert place(page.replace(b"@", b"")) == page


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (b"", "not HTML"),
        (b"Just words, a < b and c > d.", "not HTML"),
        (b"if a <b and c> d", ""),
        (b"x <unknown> y", "not HTML"),
        (b"<!-- <p> -->", "not HTML"),
        (b"%PDF-1.7\n\x00\xff<</Type/Catalog>>", "not HTML"),
        (b"<html><head></head><frameset cols='1,2'><frame></frameset>", "frames"),
        (b"<frameset><noframes><p>x</noframes></frameset>", "frames"),
        (b"<?xml <p>", "not HTML"),
        (b"<p", "not HTML"),
        (b"<p x='", "not HTML"),
        (b"<template><p>", "not HTML"),
    ],
)
def test_no_place(page, why):
    found = obstacle(page)
    assert (why in found) if why else found == ""
    if why:
        assert splice(page, SHORT) is page
        assert strip(page) is page


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_wide_encodings(encoding, mark):
    if not mark and "32" in encoding:
        return  # nothing says what it is; seen as no HTML
    # U+013C and U+013E end in the bytes of "<" and ">", and are none.
    page = f"{mark}<html><body>ļmainľļh1ľ 漢𝒳<main><p>ĸ</p><h1>Ř</h1>".encode(encoding)
    for body in (page, page + b"\x00", page + b"<"):
        flagged = splice(body, FRAGMENT)
        text = flagged.decode(encoding, "replace")
        assert FRAGMENT in text
        assert text.index("ĸ</p>") < text.index(FRAGMENT) < text.index("<h1>")
        assert strip(flagged) == body
        assert splice(flagged, FRAGMENT) == flagged


def test_a_wide_page_begins_with_its_first_letter():
    assert obstacle("<p>x".encode("utf-16-le")) == ""


def test_a_wide_page_of_look_alike_letters_is_no_html():
    assert "not HTML" in obstacle("\ufeffļŰľ".encode("utf-16-le"))
    assert "not HTML" in obstacle("\ufeffļǰľ".encode("utf-16-be"))


@pytest.mark.parametrize("fragment", ["", "é", "x" * (MAX_FRAGMENT + 1)])
def test_odd_fragments_are_refused(fragment):
    with pytest.raises(BannerError, match="ASCII"):
        splice(b"<p>x", fragment)


@pytest.mark.parametrize("fragment", ["x", "x" * MAX_FRAGMENT])
def test_fragments_of_every_length_allowed(fragment):
    assert strip(splice(b"<p>x", fragment)) == b"<p>x"
    assert fragment.encode() in splice(b"<p>x", fragment)


def laws(page: bytes, fragment: str = SHORT, other: str = OTHER) -> None:
    clean = strip(page)
    flagged = splice(page, fragment)
    assert strip(flagged) == clean
    assert splice(flagged, fragment) == flagged
    assert splice(flagged, other) == splice(page, other)
    if flagged is not page:
        assert not is_edited(flagged)
        assert peel(flagged) == clean


def forged(original: bytes, fragment: bytes) -> bytes:
    return wrap(fragment, sha256(original).hexdigest())


TRUE = splice(b"<body><p>x", SHORT)
PIECES = st.sampled_from(
    [
        b"<body>", b"<main>", b"<article>", b"</article>", b"<h1>", b"</h1>", b"<p>", b"<svg>",
        b"</svg>", b"<title>", b"</title>", b"<script>", b"</script>", b"<!--", b"-->", b"<", b">",
        b"<template>", b"</template>", b"<html>", b"<head>", b"</head>", b"<!doctype html>", b"x",
        b" ", b"'", b'"', b"=", b"/", b"<a ", b"<![CDATA[", b"]]>", b"<?xml ", b"\xef\xbb\xbf",
        b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00", b"<frameset>", b"<div hidden>", b"</div>",
        b"<!--archive-checker banner 1 ", b"<!--/archive-checker banner-->",
        forged(b"", b"<p>"), forged(b"<body>", b"<!--"), forged(b"<body><p>x", SHORT.encode()),
        forged(b"<body>", b"<main>"), forged(b"<p>", b"<script>"), TRUE, TRUE[:-4], TRUE[6:],
        wrap(b"<h1>", "0" * 64), wrap(wrap(b"x", "0" * 64), "1" * 64),
        wrap(b"x", "0" * 64).replace(b"length=1", b"length=9"),
    ]
)  # fmt: skip
ADVERSARIAL = st.lists(PIECES | st.binary(max_size=8), max_size=14).map(b"".join)
FRAGMENTS = st.text(st.characters(max_codepoint=127), min_size=1, max_size=40) | st.sampled_from(
    [SHORT, "-->", "<!--", "<!--/archive-checker banner-->", TRUE.decode(), "<main><h1>"]
)


@settings(max_examples=800, deadline=None)
@given(ADVERSARIAL, FRAGMENTS, FRAGMENTS)
def test_laws_hold_for_adversarial_pages(page, fragment, other):
    laws(page, fragment, other)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["utf-16", "utf-32", "utf-16-be"]))
def test_laws_hold_for_all_bytes(page, encoding):
    laws(page)
    laws(b"<p>" + page)
    laws("<body>".encode(encoding) + page)


@settings(max_examples=300, deadline=None)
@given(ADVERSARIAL)
def test_what_splice_did_not_make_is_left(page):
    """Only a page that is itself the work of ``splice`` loses anything to ``strip``."""
    clean = strip(page)
    if clean != page:
        start = next(i for i, (a, b) in enumerate(zip(page, clean + b"\0", strict=False)) if a != b)
        block = page[: len(page) - len(clean) + start][-(len(page) - len(clean)) :]
        assert b"archive-checker banner 1" in page[: start + len(block)]
        assert any(
            splice(clean, found.decode("latin-1")) == page
            for found in re.findall(
                rb"(?s)original=[0-9a-f]{64}-->(?=(.*?)<!--/archive-checker banner-->)", page
            )
            if found.isascii() and found
        ) or b"\x00" in page  # fmt: skip


@pytest.mark.parametrize(
    "page",
    [
        b"<body>" + wrap(SHORT.encode(), "0" * 64) + b"<p>x",
        b"<body>" + TRUE[6:] + b"y",
        b"<body>" + wrap(b"<frameset>", "0" * 64) + b"<p>x",
        b"<body><p>" + forged(b"<body><p>", SHORT.encode()),  # true digest, wrong place
        b"<body><p>" + b"&lt;!--archive-checker banner 1--&gt;",
        TRUE.replace(b">B</section>", b">X</section>"),  # another fragment than the digest's
        TRUE.replace(b"banner 1 ", b"banner 2 "),
    ],
)
def test_look_alikes_stay(page):
    assert strip(page) is page
    assert splice(page, OTHER).count(b"archive-checker banner 1") >= 1
    laws(page)


def test_an_edited_page_is_told_from_a_flagged_one():
    flagged = splice(b"<body><p>old", SHORT)
    edited = flagged.replace(b"old", b"new")
    assert (is_edited(flagged), is_edited(edited), is_edited(b"<body><p>old")) == (0, 1, 0)
    assert strip(edited) is edited
    assert peel(edited) == b"<body><p>new"
    assert peel(b"<body><p>old") == b"<body><p>old"


def documents():
    for file in sorted(corpora("html5lib").rglob("*.dat")):
        yield from re.findall(rb"(?:\A|\n)#data\n(.*?)\n?#errors", file.read_bytes(), re.DOTALL)


def test_html5lib_documents_come_back_byte_for_byte():
    count = spliced = 0
    for page in documents():
        laws(page)
        count += 1
        spliced += splice(page, SHORT) != page
    assert count >= 1700
    assert spliced >= 1300


def pages(count: int):
    """*count* real pages, spread over all sets."""
    files = sorted(corpora("pages").glob("*.jsonl.gz"))
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for _, line in zip(range(-(-count // len(files))), lines, strict=False):
                yield json.loads(line)


def test_real_pages_bear_the_banner_as_an_element_of_the_body():
    seen = 0
    for page in pages(56):
        body = page["html"].encode("utf-8", "surrogatepass")
        flagged = splice(body, FRAGMENT)
        assert flagged != body, (page["id"], obstacle(body))
        assert strip(flagged) == body
        assert splice(flagged, FRAGMENT) == flagged
        found = LexborHTMLParser(flagged.decode("utf-8", "replace")).css(
            "body section.archive-checker-notice"
        )
        assert len(found) == 1, page["id"]
        assert found[0].css_first("p").text() == BANNER.heading, page["id"]
        parents = set()
        node = found[0]
        while node.parent is not None:
            node = node.parent
            parents.add(node.tag)
        assert not parents & {"a", "button", "template", "svg", "head", "noscript"}, page["id"]
        seen += 1
    assert seen >= 50


MEGA = 400_000


@pytest.mark.parametrize(
    "piece",
    [
        b"<p>Words and more of them, as on a page.</p>\n", b"<a", b"<!--", b"<!---->", b'<a x="',
        b"<style></style ", b"<script><!--<script>", b"<b></i>", b"<svg><title>", b"<template>",
        b"=", b"/ ", b"</", wrap(b"x", "0" * 64), wrap(b"x", "0" * 64)[:-9],
        b"<article><h2>", b"<textarea></textarea",
    ],
    ids=lambda piece: piece[:16].decode(),
)  # fmt: skip
def test_linear_in_the_length_of_the_page(piece):
    """Four times the page takes about four times as long: quadratic would be sixteen."""

    def seconds(size):
        page = b"<p>" + piece * (size // len(piece))
        best = 1e9
        for _ in range(2):
            start = time.process_time()
            flagged = splice(page, SHORT)
            best = min(best, time.process_time() - start)
        assert strip(flagged) == page
        return best

    small = seconds(MEGA // 8)
    large = seconds(MEGA // 2)
    assert large < 9 * small + 0.02
