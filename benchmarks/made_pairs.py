# ruff: noqa: ARG001 — every maker takes a source and a source of chance
"""Pairs of versions made from real pages, labelled by how they are made.

One side is a page of ``pages/``; the other is the same page with something done to it whose class
is known beforehand: noise that nobody edits, an edit of a known kind, another page in its place.
Seeded by the page's address, so that every run makes the same pairs, whatever the code under test
does: places to edit are found in the HTML and the gold text alone, never by our own extractor.

The labels follow the issue: a changed number, name, date, negation, modal, quotation or headline
and a paragraph that came or went are substantive, wording is minor, what a template or a visit
changes is no edit.
"""

import gzip
import html as markup
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.model import Change

SETS = ("aeb", "fundus")
PER_PAGE = 3  # of each family

_RUN = re.compile(r">([^<>]{60,})<")
_HIDDEN = re.compile(
    r"<(script|style|noscript|template|svg|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
_END = re.compile(r"</body\s*>", re.IGNORECASE)
_HREF = re.compile(r'(<a\s[^>]*?href=")([^"#?]{8,200})(")', re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,:/-])([1-9]\d{0,3})(?![\w:/-]|[.,]\d)")
_NAME = re.compile(r"(?<=[a-z,] )([A-Z][a-z]{4,12})(?= [a-z])")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b")
_MODALS = {"must": "may", "may": "must", "will": "might", "should": "must", "can": "should"}
_NOT = re.compile(r"\b(is|was|are|were|will|has|have|would|could|should)\b (?!not\b)")
_WORDING = {
    "said": "stated",
    "big": "large",
    "began": "started",
    "help": "assist",
    "also": "likewise",
    "many": "numerous",
    "often": "frequently",
    "however": "nevertheless",
    "quickly": "rapidly",
    "people": "folks",
    "while": "whilst",
    "around": "round",
    "important": "significant",
    "because": "since",
    "showed": "demonstrated",
    "new": "recent",
    "very": "really",
}
_QUOTED = re.compile(r"[“\"&](?:quot;|ldquo;)?([A-Z][^“”\"<>&]{30,200})[”\"&]")
_NAMES = ("Harrington", "Okafor", "Lindqvist", "Marchetti", "Delacroix", "Yamashita")

Edit = Callable[["Source", random.Random], "str | None"]


@dataclass(frozen=True)
class Source:
    """A real page: its markup, its gold text, and the runs of text in it that the gold has."""

    name: str
    url: str
    html: str
    gold: str
    runs: tuple[tuple[int, int], ...]
    english: bool
    other: str  # the markup of another page, for what is put in
    other_text: str


@dataclass(frozen=True)
class Made:
    """One pair; ``most`` is the highest class that is right, ``least`` the lowest."""

    name: str
    kind: str
    url: str
    before: str
    after: str
    least: Change
    most: Change


def sources(root: Path, sets: tuple[str, ...] = SETS) -> Iterator[Source]:
    """The pages, each with its neighbour in the file as the other page."""
    for name in sets:
        with gzip.open(root / "pages" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["text"] and len(row["text"]) > 800]
        for row, other in zip(rows, rows[1:] + rows[:1], strict=True):
            yield _source(f"{name}/{row['id']}", row, other)


def _source(name: str, row: dict[str, Any], other: dict[str, Any]) -> Source:
    gold = _folded(row["text"])
    hidden = [match.span() for match in _HIDDEN.finditer(row["html"])]
    runs = []
    for match in _RUN.finditer(row["html"]):
        start, end = match.span(1)
        inside = any(a <= start < b for a, b in hidden)
        if not inside and _folded(markup.unescape(match[1])) in gold:
            runs.append((start, end))
    common = len(re.findall(r"\b(?:the|of|and|to|in)\b", gold.lower()))
    english = common > 0.12 * len(gold.split())
    return Source(
        name, row["url"], row["html"], gold, tuple(runs), english, other["html"], other["text"]
    )


def _folded(text: str) -> str:
    return " ".join(text.split())


# ── editing the article ───────────────────────────────────────────────────────────────────────


def _in_article(
    source: Source, rng: random.Random, change: Callable[[str], str | None]
) -> str | None:
    """*change* applied to one run of the article's text, the first of a random order that takes it."""
    for start, end in rng.sample(source.runs, len(source.runs)):
        done = change(source.html[start:end])
        if done is not None and done != source.html[start:end]:
            return source.html[:start] + done + source.html[end:]
    return None


def _one(
    pattern: re.Pattern[str], put: Callable[[re.Match[str]], str]
) -> Callable[[str], str | None]:
    def change(run: str) -> str | None:
        found = pattern.search(run)
        return None if found is None else run[: found.start()] + put(found) + run[found.end() :]

    return change


def number(source: Source, rng: random.Random) -> str | None:
    step = rng.randint(1, 8)
    return _in_article(source, rng, _one(_NUMBER, lambda m: str(int(m[1]) + step)))


def name(source: Source, rng: random.Random) -> str | None:
    new = rng.choice(_NAMES)
    return _in_article(source, rng, _one(_NAME, lambda _: new)) if source.english else None


def month(source: Source, rng: random.Random) -> str | None:
    def other(match: re.Match[str]) -> str:
        return _MONTHS[(_MONTHS.index(match[1]) + 3) % len(_MONTHS)]

    return _in_article(source, rng, _one(_MONTH, other))


def negation(source: Source, rng: random.Random) -> str | None:
    if not source.english:
        return None
    return _in_article(source, rng, _one(_NOT, lambda m: f"{m[1]} not "))


def modal(source: Source, rng: random.Random) -> str | None:
    if not source.english:
        return None
    pattern = re.compile(rf"\b({'|'.join(_MODALS)})\b(?= [a-z])")
    return _in_article(source, rng, _one(pattern, lambda m: _MODALS[m[1]]))


def quotation(source: Source, rng: random.Random) -> str | None:
    """A word within quotation marks is another."""

    def change(run: str) -> str | None:
        found = _QUOTED.search(run)
        if found is None:
            return None
        inner = found[1].split(" ")
        inner[len(inner) // 2] = "obviously"
        return run[: found.start(1)] + " ".join(inner) + run[found.end(1) :]

    return _in_article(source, rng, change) if source.english else None


def headline(source: Source, rng: random.Random) -> str | None:
    """The headline is another, wherever the page says it."""
    found = re.search(r"<h1\b[^>]*>(?:\s*<(?:a|span)\b[^>]*>)?\s*([^<>]{20,200}?)\s*<", source.html)
    if found is None:
        return None
    new = rng.choice(
        ["Ministers weigh a wholly different plan", "What nobody saw coming this week"]
    )
    return source.html.replace(found[1], new)


def _paragraphs(source: Source) -> list[tuple[int, int]]:
    """Whole ``<p>`` elements of the article without markup inside, long enough to be prose."""
    starts = {start for start, _ in source.runs}
    found = re.finditer(r"<p\b[^>]*>([^<>]{100,})</p>", source.html)
    return [match.span() for match in found if match.start(1) in starts]


def removed(source: Source, rng: random.Random) -> str | None:
    found = _paragraphs(source)
    if len(found) < 4:
        return None
    start, end = rng.choice(found)
    text = _folded(re.sub(r"<[^>]*>", "", source.html[start:end]))
    if source.html.count(text[:80]) > 1:  # the page says it elsewhere, too
        return None
    return source.html[:start] + source.html[end:]


def added(source: Source, rng: random.Random) -> str | None:
    found = _paragraphs(source)
    lines = [line for line in source.other_text.split("\n") if 120 < len(line) < 700]
    if not found or not lines:
        return None
    _, end = rng.choice(found)
    return source.html[:end] + f"<p>{markup.escape(rng.choice(lines))}</p>" + source.html[end:]


_MARKS = re.compile('["“”„«»‘‚「」]|&quot;|&[lr]dquo;|&#8220;|&#8221;|&#34;')


def wording(source: Source, rng: random.Random) -> str | None:
    pattern = re.compile(rf"(?<=[a-z] )({'|'.join(_WORDING)})(?= [a-z])")
    change = _unquoted(_one(pattern, lambda m: _WORDING[m[1]]))
    return _in_article(source, rng, change) if source.english else None


def _unquoted(change: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """Only where nobody is quoted: within a quotation one word is substance."""
    return lambda run: None if _MARKS.search(run) else change(run)


def typo(source: Source, rng: random.Random) -> str | None:
    """Two letters of a long word without capitals were exchanged."""
    pattern = re.compile(r"(?<=[a-z] )([a-z]{3})([a-z])([a-z])([a-z]{3,8})(?= [a-z])")
    change = _unquoted(_one(pattern, lambda m: m[1] + m[3] + m[2] + m[4]))
    return _in_article(source, rng, change)


def _noted(source: Source, rng: random.Random, note: str) -> str | None:
    found = _paragraphs(source)
    if not found or not source.english:
        return None
    start, end = found[0] if rng.random() < 0.5 else found[-1]
    place = start if start == found[0][0] else end
    return source.html[:place] + f"<p>{note}</p>" + source.html[place:]


def correction(source: Source, rng: random.Random) -> str | None:
    note = (
        "Correction: An earlier version of this article misstated the number of members. It is 214."
    )
    return _noted(source, rng, note)


def retraction(source: Source, rng: random.Random) -> str | None:
    note = "Retraction: This article has been retracted because its sources could not be verified."
    return _noted(source, rng, note)


# ── noise ─────────────────────────────────────────────────────────────────────────────────────


def _at_end(html: str, inserted: str) -> str | None:
    found = list(_END.finditer(html))
    if not found:
        return None
    return html[: found[-1].start()] + inserted + html[found[-1].start() :]


def _at_start(html: str, inserted: str) -> str | None:
    found = _BODY.search(html)
    return None if found is None else html[: found.end()] + inserted + html[found.end() :]


def _both(source: Source, place: Callable[[str, str], str | None], old: str, new: str) -> Any:
    """Both versions with something in the same place that differs."""
    before, after = place(source.html, old), place(source.html, new)
    return None if before is None or after is None else (before, after)


def token(source: Source, rng: random.Random) -> Any:
    old, new = (
        f'<form><input type="hidden" name="csrf" value="{rng.getrandbits(128):032x}"></form>'
        f'<script nonce="{rng.getrandbits(64):x}">var t="{rng.getrandbits(64)}";</script>'
        for _ in range(2)
    )
    return _both(source, _at_end, old, new)


def assets(source: Source, rng: random.Random) -> Any:
    old, new = (
        f'<link rel="stylesheet" href="/app.{rng.getrandbits(40):x}.css"><img src="/i.{rng.getrandbits(40):x}.png" alt="">'
        for _ in range(2)
    )
    return _both(source, _at_start, old, new)


def counter(source: Source, rng: random.Random) -> Any:
    old, new = rng.randint(2, 900), rng.randint(901, 9000)
    form = rng.choice(["<div>{} views</div>", "<div>{} comments</div>", "<span>Shares: {}</span>"])
    return _both(source, _at_end, form.format(old), form.format(new))


def clock(source: Source, rng: random.Random) -> Any:
    form = rng.choice(["<div>{} hours ago</div>", "<p>Updated {} minutes ago</p>"])
    return _both(
        source, _at_start, form.format(rng.randint(2, 9)), form.format(rng.randint(10, 50))
    )


def today(source: Source, rng: random.Random) -> Any:
    day = rng.randint(2, 20)
    form = rng.choice(["<div>Tuesday, March {}, 2026</div>", "<div>Tuesday {} March 2026</div>"])
    return _both(source, _at_start, form.format(day), form.format(day + 7))


def footer_year(source: Source, rng: random.Random) -> Any:
    form = rng.choice(
        ["<footer>© {} The Paper. All rights reserved.</footer>", "<p>Copyright {}</p>"]
    )
    return _both(source, _at_end, form.format(2024), form.format(2025))


def _teasers(source: Source, rng: random.Random) -> tuple[str, str]:
    lines = [line.strip() for line in source.other_text.split("\n") if 30 < len(line.strip()) < 400]
    lines += [f"A story of number {rng.randint(3, 99)} that the desk has picked for you"] * 12
    made = []
    for _ in range(2):
        titles = [" ".join(one.split()[:9]) for one in rng.sample(lines, 5)]
        made.append(
            "".join(
                f'<li><a href="/s/{i}">{markup.escape(t)}</a></li>' for i, t in enumerate(titles)
            )
        )
    return made[0], made[1]


def related(source: Source, rng: random.Random) -> Any:
    title = rng.choice(
        ["Related stories", "Most read", "More from this section", "You may also like"]
    )
    old, new = (f"<aside><h3>{title}</h3><ul>{one}</ul></aside>" for one in _teasers(source, rng))
    return _both(source, _at_end, old, new)


def teasers(source: Source, rng: random.Random) -> Any:
    """A list beside the article with whole sentences, as front pages have them, no telling name."""
    lines = [line.strip() for line in source.other_text.split("\n") if 60 < len(line.strip()) < 300]
    if len(lines) < 8:
        return None
    old, new = (
        "<div><h3>In other news</h3>"
        + "".join(
            f'<div><h4><a href="/n/{n}">{markup.escape(" ".join(one.split()[:7]))}</a></h4>'
            f"<p>{markup.escape(one)}</p></div>"
            for n, one in enumerate(rng.sample(lines, 4))
        )
        + "</div>"
        for _ in range(2)
    )
    return _both(source, _at_end, old, new)


def cookies(source: Source, rng: random.Random) -> Any:
    text = rng.choice(
        [
            "We use cookies to improve your experience. By browsing our site you agree to their use.",
            "This website uses cookies so that we can provide you with the best user experience.",
        ]
    )
    bar = f'<div id="bar"><p>{text}</p><button>Accept all</button></div>'
    after = _at_start(source.html, bar)
    return None if after is None else (source.html, after)


def advert(source: Source, rng: random.Random) -> Any:
    found = _paragraphs(source)
    if not found:
        return None
    _, end = rng.choice(found)
    return source.html, source.html[:end] + "<div>Advertisement</div>" + source.html[end:]


def promotion(source: Source, rng: random.Random) -> Any:
    found = _paragraphs(source)
    if not found:
        return None
    _, end = rng.choice(found)
    text = rng.choice(
        [
            "Sign up for our newsletter and get the best stories in your inbox every morning.",
            "Subscribe now for full access to everything that we publish.",
        ]
    )
    return source.html, source.html[:end] + f"<p>{text}</p>" + source.html[end:]


def typography(source: Source, rng: random.Random) -> Any:
    """Quotes and dashes of the whole body in the other style, and a no-break space."""
    done = source.html
    for start, end in sorted(source.runs, reverse=True):
        run = done[start:end]
        for old, new in (("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-")):
            run = run.replace(old, new)
        run = run.replace(" ", "\u00a0", 1).replace("ment", "ment\u00ad", 1)
        done = done[:start] + run + done[end:]
    return None if done == source.html else (source.html, done)


def new_tab(source: Source, rng: random.Random) -> Any:
    done = re.sub(r"(?<=[a-z])</a>", " (opens in a new tab)</a>", source.html, count=6)
    return None if done == source.html else (source.html, done)


def stamp(source: Source, rng: random.Random) -> Any:
    form = rng.choice(["<p>Last updated: {}</p>", "<p>Updated on {}</p>"])
    days = rng.choice([("March 3, 2021", "April 14, 2021"), ("3 March 2021", "14 April 2021")])
    found = _paragraphs(source)
    if not found:
        return None
    at = found[0][0]
    old, new = (source.html[:at] + form.format(one) + source.html[at:] for one in days)
    return old, new


def date_style(source: Source, rng: random.Random) -> Any:
    """The same day in the page's stamp, written as another country writes it."""
    one, other = rng.choice(
        [
            ("March 3, 2021", "3 March 2021"),
            ("2021-03-03", "3 March 2021"),
            ("Mar 3, 2021", "March 3, 2021"),
        ]
    )
    found = _paragraphs(source)
    if not found:
        return None
    at = found[0][0]
    form = "<p>Published {}</p>"
    return tuple(source.html[:at] + form.format(day) + source.html[at:] for day in (one, other))


def byline(source: Source, rng: random.Random) -> Any:
    """The authors in another order, or the byline in another form."""
    found = _paragraphs(source)
    if not found:
        return None
    at = found[0][0]
    one, other = rng.choice(
        [
            ("By Ann Hughes and Peter Blake", "By Peter Blake and Ann Hughes"),
            ("By Ann Hughes", "Ann Hughes"),
            ("Ann Hughes, Staff Writer", "By ANN HUGHES"),
        ]
    )
    return tuple(source.html[:at] + f"<p>{who}</p>" + source.html[at:] for who in (one, other))


def tracking(source: Source, rng: random.Random) -> Any:
    done = _HREF.sub(
        lambda m: f"{m[1]}{m[2]}?utm_source=x&amp;utm_campaign={rng.getrandbits(32):x}{m[3]}",
        source.html,
    )
    return None if done == source.html else (source.html, done)


def restyled(source: Source, rng: random.Random) -> Any:
    """New names of classes as build tools make them; nothing else."""
    done = re.sub(
        r'class="([^"]{1,60})"',
        lambda m: f'class="{m[1]} css-{rng.getrandbits(28):x}"',
        source.html,
    )
    return None if done == source.html else (source.html, done)


# ── template ──────────────────────────────────────────────────────────────────────────────────


def menu(source: Source, rng: random.Random) -> Any:
    """More entries in a menu."""
    old = '<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>'
    new = old.replace(
        "</ul>", '<li><a href="/podcasts">Podcasts</a></li><li><a href="/shop">Shop</a></li></ul>'
    )
    return _both(source, _at_start, old, new)


def links(source: Source, rng: random.Random) -> Any:
    """Links lead elsewhere; no word changed."""
    done = _HREF.sub(
        lambda m: f"{m[1]}https://proxy.example/{m[2].rsplit('/', 1)[-1]}-new{m[3]}", source.html
    )
    return None if done == source.html else (source.html, done)


# ── other pages ───────────────────────────────────────────────────────────────────────────────


def other_article(source: Source, rng: random.Random) -> Any:
    return source.html, source.other


def missing(source: Source, rng: random.Random) -> Any:
    """The site's frame with "not found" in the article's place."""
    if len(source.runs) < 4:
        return None
    start, end = source.runs[0][0], source.runs[-1][1]
    text = rng.choice(["Page not found", "404 - Page not found", "Sorry, this page does not exist"])
    done = source.html[:start] + f"{text}</p>" + source.html[end:]
    done = re.sub(r"(<h1\b[^>]*>)[^<]{0,300}", rf"\g<1>{text}", done)
    return source.html, re.sub(
        r"<title[^>]*>[^<]*</title>", f"<title>{text}</title>", done, count=1
    )


_SUBSTANCE = (number, name, month, negation, modal, quotation, headline, removed, added)
_NOISE = (
    token, assets, counter, clock, today, footer_year, related, teasers, new_tab,
    stamp, date_style, tracking, restyled,
)  # fmt: skip
# Typography and bylines: the issue calls them noise, the shared pairs' reader cosmetic; either is
# right.
_FRAME = (
    byline,
    cookies,
    advert,
    promotion,
    typography,
)  # boilerplate: nobody minds whether identical or cosmetic
_TEMPLATE = (menu, links)
_REPLACED = (other_article, missing)
_MINOR = (wording, typo)
_ANNOUNCED = ((correction, Change.CORRECTED), (retraction, Change.RETRACTED))


def made(root: Path, sets: tuple[str, ...] = SETS, seed: str = "1") -> Iterator[Made]:
    """Every page with some of each family, chosen by its name."""
    for source in sources(root, sets):
        rng = random.Random(f"{seed}:{source.name}")
        yield from _of_page(source, rng)


def _of_page(source: Source, rng: random.Random) -> Iterator[Made]:
    def family(makers: tuple[Any, ...], least: Change, most: Change, count: int) -> Iterator[Made]:
        left = count
        for make in rng.sample(makers, len(makers)):
            done = make(source, rng) if left else None
            if done is None:
                continue
            before, after = (source.html, done) if isinstance(done, str) else done
            left -= 1
            yield Made(source.name, make.__name__, source.url, before, after, least, most)

    yield from family(_SUBSTANCE, Change.SUBSTANTIVE, Change.SUBSTANTIVE, PER_PAGE)
    yield from family(_MINOR, Change.MINOR, Change.MINOR, 1)
    yield from family(_NOISE, Change.IDENTICAL, Change.IDENTICAL, PER_PAGE)
    yield from family(_FRAME, Change.IDENTICAL, Change.COSMETIC, 1)
    yield from family(_TEMPLATE, Change.COSMETIC, Change.COSMETIC, 1)
    yield from family(_REPLACED, Change.REPLACED, Change.REPLACED, 1)
    make, change = rng.choice(_ANNOUNCED)
    yield from family((make,), change, change, 1)
