"""A banner's place in a page's bytes, and the laws of putting it there and taking it out."""

import re
from functools import partial
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from checker.errors import BannerError
from checker.stages.banner import (
    Bearing,
    Keyring,
    bearing,
    obstacle,
    peel,
    render,
    strip,
)
from checker.stages.banner.blocks import MAX_FRAGMENT, key_name, wrap
from tests.corpora import corpora, real_pages
from tests.growth import linear, linear_in
from tests.helpers_banner import BANNER, UNKEYED, splice
from tests.repeats import repeats

FRAGMENT = render(BANNER)
SHORT = "<section>B</section>"
OTHER = "<section>C</section>"


def place(page: bytes) -> bytes:
    """*page* with ``@`` where its banner goes; unchanged where none can go."""
    marked, parts = splice(page, SHORT), []
    at = next((i for i, (a, b) in enumerate(zip(marked, page, strict=False)) if a != b), len(page))
    for start in range(at, -1, -1):  # what follows may begin as the block does
        block = wrap(SHORT.encode(), start, sha256(page).hexdigest(), b"")
        parts = marked.split(block)
        if len(parts) == 2:
            assert len(parts[0]) == start
            return b"@".join(parts)
    assert marked == page
    return page


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
        b"<body>@<svg><foreignObject><p></foreignObject></svg><main><h1>T",
        b"<body>@<svg><title><main><h1>T</title></svg><main><h1>T",
        b"<body><svg><foreignObject><p>a<p>b</p><div><p>c</div></foreignObject></svg><main>@<h1>T",
        b"<body><svg><foreignObject><div></p></div></foreignObject></svg><main>@<h1>T",
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
        b"<!DOCTYPE html>\n@<p>x<body>",
        b"<html><head><meta charset=utf-8>\n@<p>x",
        b"<title>T</title>@Hello",
        b"<title>T</title><link><!-- c -->@<p>x",
        b"<title>T</title> \n@Hello <b>x",
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
        (b"<html></head><div></div>\n<script>1</script><FRAMESET rows=1>", "frames"),
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


MINE, THEIRS = Keyring((b"m" * 32,)), Keyring((b"t" * 32,))


def laws(page: bytes, fragment: str = SHORT, other: str = OTHER) -> None:
    clean = strip(page, UNKEYED)
    flagged = splice(page, fragment)
    assert strip(flagged, UNKEYED) == clean
    assert splice(flagged, fragment) == flagged
    assert splice(flagged, other) == splice(page, other)
    if flagged is not page:
        assert bearing(flagged, UNKEYED) is Bearing.OURS
    bare, _ = peel(flagged)
    assert peel(bare)[0] is bare or b"archive-checker banner" in bare
    signed = splice(page, fragment, MINE)
    assert strip(signed, MINE) == strip(page, MINE)
    assert splice(signed, other, MINE) == splice(page, other, MINE)
    if signed is not page:
        assert bearing(signed, MINE) is Bearing.OURS
        assert strip(signed) == strip(page, MINE)  # for reading no key is needed
        assert strip(signed, THEIRS) is signed


def forged(original: bytes, fragment: bytes, at: int = 0) -> bytes:
    return wrap(fragment, at, sha256(original).hexdigest(), b"")


def first_form(fragment: bytes, original: bytes) -> bytes:
    """The block of version 0.1."""
    head = b"<!--archive-checker banner 1 length=%d fragment=%b original=%b-->%b"
    told = (sha256(fragment).hexdigest().encode(), sha256(original).hexdigest().encode())
    return head % (len(fragment), *told, fragment) + b"<!--/archive-checker banner-->"


TRUE = splice(b"<body><p>x", SHORT)
SIGNED = splice(b"<body><p>x", SHORT, MINE)
PIECES = st.sampled_from(
    [
        b"<body>", b"<main>", b"<article>", b"</article>", b"<h1>", b"</h1>", b"<p>", b"<svg>",
        b"</svg>", b"<title>", b"</title>", b"<script>", b"</script>", b"<!--", b"-->", b"<", b">",
        b"<template>", b"</template>", b"<html>", b"<head>", b"</head>", b"<!doctype html>", b"x",
        b" ", b"'", b'"', b"=", b"/", b"<a ", b"<![CDATA[", b"]]>", b"<?xml ", b"\xef\xbb\xbf",
        b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00", b"<frameset>", b"<div hidden>", b"</div>",
        b"<!--archive-checker banner 2 ", b"<!--/archive-checker banner-->",
        forged(b"", b"<p>"), forged(b"<body>", b"<!--"), forged(b"<body><p>x", SHORT.encode(), 6),
        forged(b"<body>", b"<main>", 6), forged(b"<p>", b"<script>"), TRUE, TRUE[:-4], TRUE[6:],
        forged(b"?", b"<h1>"), forged(b"?", forged(b"?", b"x")), SIGNED, SIGNED[6:],
        forged(b"?", b"x").replace(b"length=1", b"length=9"),
        first_form(SHORT.encode(), b"<body><p>x"), first_form(b"<p>", b""),
    ]
)  # fmt: skip
ADVERSARIAL = st.lists(PIECES | st.binary(max_size=8), max_size=14).map(b"".join)
FRAGMENTS = st.text(st.characters(max_codepoint=127), min_size=1, max_size=40) | st.sampled_from(
    [SHORT, "-->", "<!--", "<!--/archive-checker banner-->", TRUE.decode(), "<main><h1>"]
)


@settings(max_examples=repeats(250, 800), deadline=None)
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
    clean = strip(page, UNKEYED)
    if clean is not page:
        heads = re.finditer(rb"banner 2 key=\w+ at=(\d+) length=(\d+) [^>]*-->", page)
        told = [(int(head[1]), page[head.end() : head.end() + int(head[2])]) for head in heads]
        blocks = [wrap(f, at, sha256(clean).hexdigest(), b"") for at, f in told]
        assert page in [
            clean[:at] + block + clean[at:] for (at, _), block in zip(told, blocks, strict=True)
        ]


@pytest.mark.parametrize(
    "page",
    [
        b"<body>" + forged(b"another page", SHORT.encode(), 6) + b"<p>x",
        b"<body>" + TRUE[6:] + b"y",
        b"<body>" + forged(b"?", b"<frameset>", 6) + b"<p>x",
        b"<body><p>" + forged(b"<body><p>", SHORT.encode(), 6),  # true digest, wrong place
        b"<body><p>" + b"&lt;!--archive-checker banner 2--&gt;",
        TRUE.replace(b">B</section>", b">X</section>"),  # another fragment than was signed
        TRUE.replace(b"banner 2 ", b"banner 3 "),
        TRUE.replace(b" at=6 ", b" at=06 ").replace(b"at=06", b"at=7"),
        re.sub(rb"mac=[0-9a-f]{4}", b"mac=0000", TRUE),
    ],
)
def test_look_alikes_stay(page):
    assert strip(page, UNKEYED) is page
    assert splice(page, OTHER).count(b"archive-checker banner 2") >= 1
    laws(page)


def test_nobody_without_the_key_makes_a_banner_of_ours():
    """Everything in the marker can be worked out by anybody, but its MAC."""
    page = b"<body><p>x"
    true = splice(page, SHORT, MINE)
    for block in (
        wrap(SHORT.encode(), 6, sha256(page).hexdigest(), b""),
        wrap(SHORT.encode(), 6, sha256(page).hexdigest(), THEIRS.keys[0]),
    ):
        spoofed = page[:6] + block + page[6:]
        named = re.sub(rb"key=\w+", b"key=" + key_name(MINE.keys[0]).encode(), spoofed)
        for text in (spoofed, named):
            assert strip(text, MINE) is text
            assert splice(text, SHORT, MINE) != true  # ours goes on beside it
            assert strip(splice(text, SHORT, MINE), MINE) == text
        assert bearing(spoofed, MINE) is Bearing.FOREIGN
        assert bearing(named, MINE) is Bearing.NONE  # our key's name, and not signed by it


@pytest.mark.parametrize("part", ["key", "at", "length", "original", "mac", "fragment"])
def test_a_changed_marker_is_none_of_ours(part):
    true = splice(b"<body><p>x", SHORT, MINE)
    changed = {
        "key": true.replace(b"key=", b"key=0").replace(b" at=", b" at=", 1),
        "at": true.replace(b" at=6", b" at=5"),
        "length": true.replace(b"length=20", b"length=19"),
        "original": re.sub(rb"original=\w{4}", b"original=0000", true),
        "mac": re.sub(rb"mac=\w{4}", b"mac=0000", true),
        "fragment": true.replace(b">B<", b">C<"),
    }[part]
    assert changed != true
    assert strip(changed, MINE) is changed


def test_a_banner_moved_to_another_page_or_place_stays():
    true = splice(b"<body><p>x", SHORT, MINE)
    block = true[6:-4]
    for moved in (b"<body>" + block + b"<p>y", b"<body><p>" + block + b"x", b"<main>" + true[6:]):
        assert strip(moved, MINE) is moved
        assert bearing(moved, MINE) is Bearing.EDITED


def test_a_former_key_is_believed_and_the_first_signs():
    page, both = b"<body><p>x", Keyring((THEIRS.keys[0], MINE.keys[0]))
    assert strip(splice(page, SHORT, MINE), both) == page
    assert splice(splice(page, SHORT, MINE), SHORT, both) == splice(page, SHORT, THEIRS)


def test_without_a_key_nothing_is_signed():
    with pytest.raises(BannerError, match="no key"):
        splice(b"<p>x", SHORT, Keyring())
    assert "6d6d6d" not in repr(MINE)
    assert "mmm" not in repr(MINE)


def test_the_form_of_0_1_is_foreign_and_comes_off_by_force():
    page = b"<body><p>x"
    old = b"<body>" + first_form(SHORT.encode(), page) + b"<p>x"
    assert strip(old, MINE) is old
    assert bearing(old, MINE) is Bearing.FOREIGN
    assert strip(old) == page  # for reading
    assert peel(old) == (page, True)
    assert peel(old + b"y") == (page + b"y", False)


def test_an_edited_page_is_told_from_a_flagged_one():
    flagged = splice(b"<body><p>old", SHORT, MINE)
    edited = flagged.replace(b"old", b"new")
    told = [bearing(page, MINE) for page in (flagged, edited, b"<body><p>old")]
    assert told == [Bearing.OURS, Bearing.EDITED, Bearing.NONE]
    assert strip(edited, MINE) is edited
    assert peel(edited) == (b"<body><p>new", False)
    assert peel(b"<body><p>old") == (b"<body><p>old", True)


def test_peel_takes_every_block_and_those_inside_blocks():
    doubled = splice(splice(b"<body><p>x", SHORT, MINE), OTHER, THEIRS)
    assert peel(doubled) == (b"<body><p>x", True)
    nested = forged(b"?", b"a" + forged(b"?", b"<b>") + b"c")
    assert peel(b"<p>" + nested + b"x" + nested + b"y") == (b"<p>xy", False)


def test_a_page_full_of_forged_blocks_costs_no_more_than_its_length():
    """Each states its true place, so that each asks for a digest of the whole page."""

    def forging(length):
        pieces, size = [], 0
        while size < length:
            pieces.append(wrap(b"x", size, "0" * 64, THEIRS.keys[0]))
            size += len(pieces[-1])
        return partial(refused, b"".join(pieces))

    def refused(page):
        assert strip(page) is page
        assert bearing(page, MINE) is Bearing.NONE
        assert strip(splice(page + b"<p>", SHORT, MINE), MINE) == page + b"<p>"

    linear(forging, 600_000)


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


def test_real_pages_bear_the_banner_as_an_element_of_the_body():
    seen = 0
    for body in real_pages(56):
        flagged = splice(body, FRAGMENT)
        assert flagged != body, (body[:80], obstacle(body))
        assert strip(flagged) == body
        assert splice(flagged, FRAGMENT) == flagged
        found = LexborHTMLParser(flagged.decode("utf-8", "replace")).css(
            "body section.archive-checker-notice"
        )
        assert len(found) == 1, body[:80]
        assert found[0].css_first("p").text() == BANNER.heading, body[:80]
        parents = set()
        node = found[0]
        while node.parent is not None:
            node = node.parent
            parents.add(node.tag)
        assert not parents & {"a", "button", "template", "svg", "head", "noscript"}, body[:80]
        seen += 1
    assert seen >= 50


MEGA = 400_000


@pytest.mark.parametrize(
    "piece",
    [
        b"<p>Words and more of them, as on a page.</p>\n", b"<a", b"<!--", b"<!---->", b'<a x="',
        b"<style></style ", b"<script><!--<script>", b"<b></i>", b"<svg><title>", b"<svg><title><div></p>", b"<template>",
        b"=", b"/ ", b"</", forged(b"?", b"x"), forged(b"?", b"x")[:-9],
        b"<article><h2>", b"<textarea></textarea",
    ],
    ids=lambda piece: piece[:16].decode(),
)  # fmt: skip
def test_linear_in_the_length_of_the_page(piece):

    def there_and_back(page):
        assert strip(splice(page, SHORT)) == page

    linear(lambda size: partial(there_and_back, b"<p>" + piece * (size // len(piece))), MEGA // 2)


@pytest.mark.slow
def test_real_pages_come_back_byte_for_byte_and_tree_for_tree():
    """What a parser sees besides the notice is what it saw before, wherever the notice went."""
    ours = re.compile("<!--/?archive-checker banner[^>]*-->")
    count = 0
    pages = repeats(300, 1_000)
    for body in real_pages(pages):
        flagged = splice(body, FRAGMENT, MINE)
        assert flagged != body, (body[:80], obstacle(body))
        assert strip(flagged, MINE) == body
        tree = LexborHTMLParser(flagged.decode("utf-8", "replace"))
        (notice,) = tree.css("section.archive-checker-notice")
        notice.decompose()
        plain = LexborHTMLParser(body.decode("utf-8", "replace")).html
        assert ours.sub("", tree.html) == plain, body[:80]
        count += 1
    assert count >= 0.8 * pages


def test_a_head_of_more_than_the_prefix_is_read_to_its_end():
    head = b"<!doctype html><html><head><style>" + b"p{}" * 400_000 + b"</style> </head>\n"
    page = head + b"<body class=x>" + b"<main><p>x</p><h1>T</h1></main>"
    flagged = splice(page, SHORT, MINE)
    assert flagged.index(b"<!--archive") == page.index(b"<h1>")
    assert strip(flagged, MINE) == page


def test_a_page_of_five_megabytes():
    def there_and_back(page):
        flagged = splice(page, SHORT, MINE)
        assert flagged.index(b"<!--archive") == page.index(b"<p>")
        assert strip(flagged, MINE) == page

    page = b"<!doctype html><body>" + b"<p>Words and more of them.</p>\n" * 170_000
    assert len(page) > 5_000_000
    linear_in(page, there_and_back)
