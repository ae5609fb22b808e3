"""The article among the blocks of a page, its title, language and digests."""

import gzip
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import BlockKind, Text
from checker.stages import text
from checker.stages.page import Page, parse
from checker.stages.text import normalise
from tests.corpora import corpora

LONG = "The council decided on Tuesday that the bridge, closed since spring, will open again soon."


def extracted(html: str) -> Text:
    found = parse(html)
    assert isinstance(found, Page)
    return text.extract(found)


PAGE = f"""<html lang="en-GB"><head><title>Bridge opens - The Paper</title></head><body>
<div class="cookie-consent"><p>{LONG} We use cookies.</p></div>
<nav><ul><li><a href=/>Home</a></li></ul></nav><header><h1>The Paper</h1></header>
<main><article><h1>Bridge opens</h1><p>{LONG}</p>
<figure><img><figcaption>The bridge, seen from the east</figcaption></figure>
<blockquote><p>{LONG} said the mayor.</p></blockquote>
<ul><li>First, a point that matters to drivers in the town.</li></ul>
<table><tr><td>Cost</td><td>3 million</td></tr></table>
<div class="related-stories"><h3>Related</h3><p>{LONG} Elsewhere.</p></div>
<p hidden>not shown</p><p style="display: none">nor this</p><script>var x</script>
<p>One line<br>and the next.<br><br>{LONG} After a double break.</p>
<h2>Read more</h2></article></main>
<aside><p>{LONG} Aside.</p></aside><footer>© 2020 The Paper</footer></body></html>"""


def test_blocks_of_the_article_have_their_kinds_and_order() -> None:
    found = extracted(PAGE)
    assert [(block.kind.value, block.text[:24]) for block in found.blocks] == [
        ("heading", "Bridge opens"),
        ("paragraph", "The council decided on T"),
        ("caption", "The bridge, seen from th"),
        ("quote", "The council decided on T"),
        ("list-item", "First, a point that matt"),
        ("table-row", "Cost 3 million"),
        ("paragraph", "One line and the next."),
        ("paragraph", "The council decided on T"),
    ]
    assert found.title == "Bridge opens"
    assert found.language == "en"
    assert found.words > 60


def test_page_holds_every_visible_block_and_nothing_hidden() -> None:
    shown = "\n".join(extracted(PAGE).page)
    for words in ("We use cookies", "Elsewhere", "Aside", "© 2020", "Read more", "Home"):
        assert words in shown
    for words in ("not shown", "nor this", "var x"):
        assert words not in shown


def test_furniture_that_holds_the_whole_text_is_the_article() -> None:
    found = extracted(f"<body><div class='has-sidebar'><p>{LONG}</p><p>{LONG}</p></div>")
    assert [block.text for block in found.blocks] == [LONG, LONG]


def test_marked_article_body_wins_over_a_longer_frame() -> None:
    html = (
        f"<div><div itemprop=articleBody><p>{LONG}</p><p>{LONG}</p></div><p>{LONG} Frame.</p></div>"
    )
    assert len(extracted(html).blocks) == 2


def test_a_page_without_running_text_shows_what_there_is() -> None:
    assert [block.text for block in extracted("<h1>Gone</h1><p>Sorry").blocks] == ["Gone", "Sorry"]
    assert [block.text for block in extracted("<a href=/>Only a link").blocks] == ["Only a link"]
    assert extracted("<html><body></body></html>").blocks == ()


def test_layout_tables_are_read_as_paragraphs() -> None:
    found = extracted(f"<table><tr><td><p>{LONG}</p></td></tr></table>")
    assert [block.kind for block in found.blocks] == [BlockKind.PARAGRAPH]


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Headline | Site</title><h1>Site</h1><h1>Headline</h1>", "Headline"),
        ("<title>A long headline here | Site</title>", "A long headline here"),
        ("<title>Only</title>", "Only"),
        ("<meta property=og:title content=Told><title>T</title><h1>Logo</h1>", "Told"),
        ("<title>x</title><main><h1>Inside</h1></main>", "Inside"),
        ("<p>x", ""),
    ],
)
def test_title(html: str, title: str) -> None:
    assert extracted(html).title == title


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=de-AT>", "de"),
        ("<html xml:lang='fr'>", "fr"),
        ("<html lang='?'><meta property=og:locale content=pt_BR>", "pt"),
        ("<meta http-equiv=content-language content='nl, en'>", "nl"),
        (
            "<p>Der Rat hat die Brücke und den Weg nicht mit einer Mehrheit der Stimmen auf die",
            "de",
        ),
        (f"<p>{LONG} It was the end of the day and that is for all.", "en"),
        ("<p>xyz", None),
        ("<html lang=''><body>", None),
    ],
)
def test_language_is_stated_or_guessed_or_unknown(html: str, language: str | None) -> None:
    assert extracted(html).language == language


def test_typography_and_markup_change_no_digest_but_words_do() -> None:
    plain = extracted('<article><h1>A</h1><p>It\'s "so" - he said... 3 km</p></article>')
    fancy = extracted(
        "<article><h1>A</h1><div><p>It’s&nbsp;“so” – he\n said… 3\u00a0<b>k</b>m\u200b</p></div></article>"
    )
    other = extracted('<article><h1>A</h1><p>It\'s "so" - he said... 4 km</p></article>')
    assert plain.digest == fancy.digest != other.digest
    assert plain.page_digest == fancy.page_digest != other.page_digest


@given(st.text())
def test_normalise_is_idempotent(words: str) -> None:
    assert normalise(normalise(words)) == normalise(words)


TAGS = [
    "<div>",
    "</div>",
    "<p>",
    "<br>",
    "<a href=x>",
    "</a>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
]


@given(
    st.lists(st.sampled_from([*TAGS, "words of text, ", "<svg>", "<template>", "\ud800", "&#0;"]))
)
def test_no_markup_raises_and_the_article_is_part_of_the_page(parts: list[str]) -> None:
    found = parse("".join(parts) + "x")
    assert isinstance(found, Page)
    read = text.extract(found)
    assert {block.text for block in read.blocks} <= set(read.page)


def f1(found: str, wanted: str) -> float:
    ours, gold = Counter(normalise(found).split()), Counter(normalise(wanted).split())
    return 2 * (ours & gold).total() / max(1, ours.total() + gold.total())


def test_the_article_is_found_on_real_pages() -> None:
    """A floor that only rises; benchmarks/text_quality.py prints the figure (0.956)."""
    with gzip.open(corpora("pages") / "aeb.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for number, line in enumerate(lines) if number % 2 == 0]
    scores = [
        f1("\n".join(block.text for block in extracted(row["html"]).blocks), row["text"])
        for row in rows
    ]
    assert sum(scores) / len(scores) >= 0.95
