"""Each origin and each trap that the project names, one row each: what a page says, what is given."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape

import pytest

from checker import extract_dates
from checker.model import DateEvidence, DateKind, Dates, Origin, OriginKind, Precision, Zone
from tests.growth import linear

URL = "https://www.example.org/news/bridge"
HEAD = "Bridge is closed for good"
TEXT = "<p>The council voted on the plan after a long debate, and the mayor spoke.</p>" * 4


def page(head: str = "", shown: str = "", *, lang: str = "en", tail: str = "") -> str:
    return (
        f"<!doctype html><html lang='{lang}'><head><title>{HEAD} | Example</title>{head}</head><body>"
        f"<article><h1>{HEAD}</h1>{shown}{TEXT}</article>{tail}</body></html>"
    )


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def ld(*objects: object) -> str:
    return script(json.dumps(objects[0] if len(objects) == 1 else list(objects)))


def meta(name: str, content: str = "2024-05-03T10:00:00+02:00", key: str = "name") -> str:
    return f'<meta {key}="{name}" content="{content}">'


def day(found: DateEvidence | None) -> str | None:
    return str(found.day) if found is not None and found.day else None


def read(html: str, **more: object) -> Dates:
    return extract_dates(html, URL, **more)  # type: ignore[arg-type] # rows name what they set


MINE = {"@type": "NewsArticle", "headline": HEAD, "datePublished": "2024-05-03T10:00:00+02:00"}
OTHER = {
    "@type": "NewsArticle",
    "headline": "Another",
    "datePublished": "2020-01-01T10:00:00+02:00",
}
BODY = json.dumps(MINE)

LINKED = {
    "one object": ld(MINE),
    "a list": ld(OTHER, MINE),
    "a graph": ld({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, MINE]}),
    "nested as mainEntity": ld({"@type": "WebPage", "mainEntity": MINE}),
    "nested in a list of a graph": ld({"@graph": [[{"@type": "Person"}, MINE]]}),
    "two scripts": ld(OTHER) + ld(MINE),
    "several types": ld({**MINE, "@type": ["Thing", "NewsArticle"]}),
    "a type with its namespace": ld({**MINE, "@type": "http://schema.org/NewsArticle"}),
    "a value object": ld({**MINE, "datePublished": {"@type": "Date", "@value": MINE["datePublished"]}}),
    "a list of values": ld({**MINE, "datePublished": [MINE["datePublished"]]}),
    "in an HTML comment": script(f"<!-- {BODY} -->"),
    "in CDATA": script(f"//<![CDATA[\n{BODY}\n//]]>"),
    "with a comma too many": script(BODY[:-1] + ",}"),
    "with line breaks in a string": script(BODY.replace("closed for", "closed\n for")),
    "with entities": script(escape(BODY)),
    "cut off": script(BODY[:-1]),
    "with a quote too many": script(BODY.replace("NewsArticle", 'News"Article"')),
    "by its address": ld({**OTHER, "url": "https://www.example.org/other"},
                         {**MINE, "headline": "Other words", "url": URL}),
    "by mainEntityOfPage": ld({**OTHER, "mainEntityOfPage": "https://www.example.org/other"},
                              {**MINE, "headline": "", "mainEntityOfPage": {"@id": URL}}),
    "by its headline": ld(OTHER, {**OTHER, "headline": "A third"}, MINE),
    "in the body": "</head><body>" + ld(MINE),
    "in capitals": ld(MINE).replace("application/ld+json", "application/LD+JSON"),
}  # fmt: skip


@pytest.mark.parametrize("head", LINKED.values(), ids=LINKED)
def test_json_ld_of_every_shape(head: str) -> None:
    found = read(page(head)).published
    assert found is not None
    assert (found.earliest, found.origin.kind) == (
        datetime(2024, 5, 3, 8, tzinfo=UTC),
        OriginKind.JSON_LD,
    )
    assert found.quote == MINE["datePublished"]


METAS = [
    ("article:published_time", "property"), ("og:published_time", "property"),
    ("og:article:published_time", "property"), ("dc.date.issued", "name"), ("DC.date", "name"),
    ("dcterms.issued", "name"), ("dcterms.created", "name"), ("parsely-pub-date", "name"),
    ("sailthru.date", "name"), ("citation_publication_date", "name"), ("citation_date", "name"),
    ("citation_online_date", "name"), ("datePublished", "itemprop"), ("date", "http-equiv"),
    ("date", "name"), ("pubdate", "name"), ("acme:published_at", "property"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key"), METAS)
def test_meta_of_every_family(name: str, key: str) -> None:
    found = read(page(meta(name, key=key))).published
    assert found is not None
    assert found.earliest == datetime(2024, 5, 3, 8, tzinfo=UTC)
    assert found.origin == Origin(OriginKind.META, name.lower())


@pytest.mark.parametrize(
    "name", ["article:modified_time", "og:updated_time", "dcterms.modified", "last-modified"]
)
def test_meta_of_changes(name: str) -> None:
    found = read(page(meta(name)))
    assert (found.published, day(found.modified)) == (None, "2024-05-03")


def test_citation_dates_as_highwire_writes_them() -> None:
    for written in ("2024/05/03", "2024/5/3", "03 May 2024", "2024-05-03"):
        assert day(read(page(meta("citation_publication_date", written))).published) == "2024-05-03"
    partial = read(page(meta("citation_publication_date", "2024/05")))
    assert partial.published is None
    assert partial.evidence[0].precision is Precision.MONTH


ARTICLE = "<div itemscope itemtype='https://schema.org/Article'>"


@pytest.mark.parametrize(
    "shown",
    [
        f"{ARTICLE}<meta itemprop=datePublished content=2024-05-03></div>",
        f"{ARTICLE}<time itemprop=datePublished datetime=2024-05-03>x</time></div>",
        f"{ARTICLE}<span itemprop=datePublished>3 May 2024</span></div>",
        "<div typeof='schema:Article'><span property='schema:datePublished' content='2024-05-03'></span>",
        "<span property='datePublished' content='2024-05-03'>yesterday</span>",
    ],
)
def test_microdata_and_rdfa(shown: str) -> None:
    found = read(page(shown=shown)).published
    assert found is not None
    assert (day(found), found.origin.kind) == ("2024-05-03", OriginKind.MICRODATA)


# One labelled line of publication and one of a change, as sites of that language write them.
LABELS = {
    "ar": ("نشر في 3 مايو 2024", "آخر تحديث: 4 مايو 2024"),
    "bg": ("Публикувано: 3 май 2024", "Обновено: 4 май 2024"),
    "bn": ("প্রকাশ: ৩ মে ২০২৪", "আপডেট: ৪ মে ২০২৪"),
    "ca": ("Publicat el 3 de maig de 2024", "Actualitzat el 4 de maig de 2024"),
    "cs": ("Publikováno 3. května 2024", "Aktualizováno 4. května 2024"),
    "da": ("Publiceret 3. maj 2024", "Opdateret 4. maj 2024"),
    "de": ("Veröffentlicht am 3. Mai 2024", "Aktualisiert am 4. Mai 2024"),
    "el": ("Δημοσίευση: 3 Μαΐου 2024", "Τελευταία ενημέρωση: 4 Μαΐου 2024"),
    "en": ("Posted on May 3, 2024", "Last updated May 4, 2024"),
    "es": ("Publicado el 3 de mayo de 2024", "Actualizado el 4 de mayo de 2024"),
    "et": ("Avaldatud 3. mai 2024", "Uuendatud 4. mai 2024"),
    "fa": ("تاریخ انتشار: ۱۴ اردیبهشت ۱۴۰۳", "به‌روزرسانی: ۱۵ اردیبهشت ۱۴۰۳"),
    "fi": ("Julkaistu 3.5.2024", "Päivitetty 4.5.2024"),
    "fr": ("Publié le 3 mai 2024", "Mis à jour le 4 mai 2024"),
    "he": ("פורסם: 3 במאי 2024", "עודכן: 4 במאי 2024"),
    "hi": ("प्रकाशित: 3 मई 2024", "अपडेटेड: 4 मई 2024"),
    "hr": ("Objavljeno: 3. svibnja 2024.", "Ažurirano: 4. svibnja 2024."),
    "hu": ("Megjelent: 2024. május 3.", "Frissítve: 2024. május 4."),
    "id": ("Diterbitkan 3 Mei 2024", "Diperbarui 4 Mei 2024"),
    "is": ("Birt 3. maí 2024", "Uppfært 4. maí 2024"),
    "it": ("Pubblicato il 3 maggio 2024", "Aggiornato il 4 maggio 2024"),
    "ja": ("公開日：2024年5月3日", "最終更新日：2024年5月4日"),
    "ko": ("입력 2024.05.03", "수정 2024.05.04"),
    "lt": ("Paskelbta 2024 m. gegužės 3 d.", "Atnaujinta 2024 m. gegužės 4 d."),
    "lv": ("Publicēts 2024. gada 3. maijs", "Atjaunots 2024. gada 4. maijs"),
    "nl": ("Gepubliceerd op 3 mei 2024", "Bijgewerkt op 4 mei 2024"),
    "no": ("Publisert 3. mai 2024", "Sist oppdatert 4. mai 2024"),
    "pl": ("Opublikowano: 3 maja 2024", "Aktualizacja: 4 maja 2024"),
    "pt": ("Publicado em 3 de maio de 2024", "Atualizado em 4 de maio de 2024"),
    "ro": ("Publicat pe 3 mai 2024", "Actualizat: 4 mai 2024"),
    "ru": ("Опубликовано 3 мая 2024", "Обновлено 4 мая 2024"),
    "sk": ("Publikované 3. mája 2024", "Aktualizované 4. mája 2024"),
    "sr": ("Објављено: 3. мај 2024.", "Ажурирано: 4. мај 2024."),
    "sv": ("Publicerad 3 maj 2024", "Uppdaterad 4 maj 2024"),
    "th": ("เผยแพร่เมื่อ 3 พฤษภาคม 2567", "แก้ไขล่าสุด 4 พฤษภาคม 2567"),
    "tr": ("Yayınlanma: 3 Mayıs 2024", "Son güncelleme: 4 Mayıs 2024"),
    "uk": ("Опубліковано 3 травня 2024", "Оновлено 4 травня 2024"),
    "vi": ("Đăng ngày 3/5/2024", "Cập nhật 4/5/2024"),
    "zh": ("发布时间：2024年5月3日", "更新时间：2024年5月4日"),
}


@pytest.mark.parametrize("language", LABELS)
def test_labels_of_a_language(language: str) -> None:
    published, modified = LABELS[language]
    found = read(page(shown=f"<p>{published}</p><p>{modified}</p>", lang=language))
    assert (day(found.published), day(found.modified)) == ("2024-05-03", "2024-05-04")
    assert found.published is not None
    assert found.published.origin == Origin(OriginKind.BYLINE, "labelled")


@pytest.mark.parametrize(
    ("shown", "language", "published", "modified"),
    [
        ("Posted: Mar 31, 2017 / 09:12 AM PDT · Updated: Mar 31, 2017 / 10:20 AM PDT", "en-US",
         "2017-03-31T16:12", "2017-03-31T17:20"),
        ("Posted at 5:02 PM, Nov 08, 2023 and last updated 5:10 PM, Nov 08, 2023", "en-US",
         "2023-11-08T17:02", "2023-11-08T17:10"),
        ("Published 9:20 a.m. ET Nov. 8, 2023 | Updated 11:01 a.m. ET Nov. 8, 2023", "en-US",
         "2023-11-08T14:20", "2023-11-08T16:01"),
        ("08/11/2023 10h15 Atualizado 08/11/2023 11h20", "pt-BR", "2023-11-08T10:15", "2023-11-08T11:20"),
        ("Updated 1042 GMT (1842 HKT) November 8, 2023", "en", None, "2023-11-08T10:42"),
        ("8 नवंबर 2023, 10:15 AM IST", "hi", "2023-11-08T04:45", None),
    ],
)  # fmt: skip
def test_bylines_with_times(
    shown: str, language: str, published: str | None, modified: str | None
) -> None:
    found = read(page(shown=f"<p>{shown}</p>", lang=language))
    given = [
        f"{one.earliest:%Y-%m-%dT%H:%M}" if one else None
        for one in (found.published, found.modified)
    ]
    assert given == [published, modified]


LIST = "".join(
    f"<li><a href='/o{n}'>Story {n}</a> <time datetime=2020-01-0{n}>x</time></li>" for n in (1, 2)
)
TRAPS = {
    "related stories": page(tail=f"<aside class=related><ul>{LIST}</ul></aside>"),
    "comments": page(tail="<section class=comments><div>Sam, May 9, 2024 at 10:00</div></section>"),
    "the copyright year": page(tail="<footer>© 2020 Example</footer>"),
    "a copyright day": page(shown="<p>Copyright 3 May 2024 Example</p>"),
    "an event in a listing": page(shown="<p>Concert: tickets from 3 May 2024</p>"),
    "an event as data": page(ld({"@type": "Event", "startDate": "2024-05-03"})),
    "today is": page(shown="<p>Today is May 3, 2024</p>"),
    "a caption": page(shown="<figure><figcaption>The bridge as it was, May 3, 2024</figcaption></figure>"),
    "a credit": page(shown="<p>The bridge on May 3, 2024 (Photo by A. Reader)</p>"),
    "the epoch": page(meta("article:published_time", "1970-01-01T00:00:00Z")),
    "the epoch elsewhere": page(meta("article:published_time", "1969-12-31T19:00:00-05:00")),
    "year 0": page(meta("article:published_time", "0000-00-00")),
    "year 0 in full": page(meta("article:published_time", "0000-01-01T00:00:00Z")),
    "year 1": page(meta("article:published_time", "0001-01-01T00:00:00")),
    "year 9999": page(meta("article:published_time", "9999-12-31T23:59:59Z")),
    "30 February": page(meta("article:published_time", "2024-02-30")),
    "30 February in words": page(shown="<p>Published 30 February 2024</p>"),
    "29 February of another year": page(meta("article:published_time", "2023-02-29")),
    "a 13th month": page(meta("article:published_time", "2024-13-01")),
    "a month only": page(meta("article:published_time", "2024-05")),
    "a year only": page(meta("article:published_time", "2024")),
    "a folder of a month": page().replace("<article>", "<article><a href='/2024/05/'>x</a>"),
    "a quoted post": page(shown="<blockquote>— Sam (@sam) May 3, 2024</blockquote>"),
    "a span": page(shown="<p>3 May – 9 May 2024</p>"),
    "words": page(meta("article:published_time", "yesterday")),
}  # fmt: skip


@pytest.mark.parametrize("html", TRAPS.values(), ids=TRAPS)
def test_what_never_is_a_stamp(html: str) -> None:
    found = read(html)
    assert (found.published, found.modified) == (None, None)


@pytest.mark.parametrize(
    ("shown", "language", "meant"),
    [
        ("Published 3 May 24", "en", None),  # a year of two digits: only where its place is plain
        ("Published 03.05.24", "de", "2024-05-03"),
        ("Published 03.05.99", "de", "1999-05-03"),
        ("Published 3 May '24", "en", "2024-05-03"),
        ("3 พฤษภาคม 2567", "th", "2024-05-03"), ("๓ พ.ค. ๒๕๖๗", "th", "2024-05-03"),
        ("۱۴ اردیبهشت ۱۴۰۳", "fa", "2024-05-03"), ("1403/02/14", "fa", "2024-05-03"),
        ("令和6年5月3日", "ja", "2024-05-03"), ("平成31年4月30日", "ja", "2019-04-30"),
        ("令和元年5月1日", "ja", "2019-05-01"), ("昭和64年1月7日", "ja", "1989-01-07"),
        ("民國113年5月3日", "zh-TW", "2024-05-03"),
        ("٣ مايو ٢٠٢٤", "ar", "2024-05-03"), ("٠٣/٠٥/٢٠٢٤", "ar", "2024-05-03"),
        ("२०२४-०५-०३", "hi", "2024-05-03"), ("３ May ２０２４", "en", "2024-05-03"),
    ],
)  # fmt: skip
def test_other_years_and_digits(shown: str, language: str, meant: str | None) -> None:
    assert day(read(page(shown=f"<p>{shown}</p>", lang=language)).published) == meant


@pytest.mark.parametrize(
    ("written", "language", "precision", "note"),
    [
        ("2024-05-03T00:00:00Z", "en", Precision.DAY, "midnight"),
        ("2024-05-03T00:00:00+02:00", "en", Precision.DAY, "midnight"),
        ("2024-05-03T24:00:00", "en", Precision.DAY, "no time"),
        ("2024-05-03 25:61", "en", Precision.DAY, "no time"),
        ("March 10, 2024 2:30 am ET", "en-US", Precision.DAY, "clocks skip"),
        ("November 3, 2024 1:30 am ET", "en-US", Precision.MINUTE, ""),
        ("May 3, 2024 3 pm ET", "en-US", Precision.HOUR, ""),
    ],
)
def test_times_that_are_none(written: str, language: str, precision: Precision, note: str) -> None:
    found = read(page(shown=f"<p>Published {written}</p>", lang=language)).published
    assert found is not None
    assert found.precision is precision
    assert note in found.note


def test_the_future_is_allowed_and_flagged() -> None:
    now = datetime(2024, 5, 1, tzinfo=UTC)
    found = read(page(ld(MINE)), now=now).published
    assert found is not None
    assert (found.note, found.weak) == ("in the future", False)


def test_a_template_that_prints_the_time_of_the_request_is_flagged() -> None:
    at = datetime(2024, 5, 3, 8, 0, 40, tzinfo=UTC)
    found = read(page(ld(MINE)), captured_at=at).published
    assert found is not None
    assert "may always say now" in found.note


def test_both_readings_stay_where_nothing_decides_between_day_and_month() -> None:
    for written in ("03/04/2015", "03 04 2015"):
        found = read(page(shown=f"<p>Published: {written}</p>") if "/" in written
                     else page(meta("article:published_time", written)))  # fmt: skip
        assert found.published is None
        assert [day(one) for one in found.evidence[:2]] == ["2015-04-03", "2015-03-04"]
        assert all(one.weak and "day and month unclear" in one.note for one in found.evidence[:2])
    by_address = extract_dates(
        page(shown="<p>Published: 03/04/2015</p>"), "https://a.org/2015/03/04/x"
    )
    assert day(by_address.published) == "2015-03-04"


# -- Last-Modified: weak, and silent when it says nothing of the page

STAMP = "Fri, 03 May 2024 10:00:00 GMT"


def others(value: datetime) -> DateEvidence:
    exact = (value, value, Precision.SECOND, Zone.STATED)
    place = Origin(OriginKind.HTTP_HEADER, "Last-Modified of other pages")
    return DateEvidence(DateKind.MODIFIED, *exact, place, STAMP, weak=True)


@pytest.mark.parametrize(
    ("headers", "hints", "kept"),
    [
        ({"Last-Modified": STAMP}, (), True),
        ({"Last-Modified": STAMP, "Date": STAMP}, (), False),
        ({"Last-Modified": "Fri, 03 May 2030 10:00:00 GMT"}, (), False),
        ({"Last-Modified": STAMP}, (others(datetime(2024, 5, 3, 10, tzinfo=UTC)),), False),
        ({"Last-Modified": STAMP}, (others(datetime(2024, 5, 2, 10, tzinfo=UTC)),), True),
    ],
)
def test_last_modified_of_a_page_alone(
    headers: dict[str, str], hints: tuple[DateEvidence, ...], *, kept: bool
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = read(page(), http_headers=headers, hints=hints, now=now)
    assert [one.origin.place for one in found.evidence] == (["Last-Modified"] if kept else [])
    assert (found.bounds.not_after is not None) == kept
    assert found.modified is None


# -- how sure the decision is


@pytest.mark.parametrize(
    ("html", "doubt"),
    [
        (page(ld(MINE)), ""),
        (page(ld(MINE), "<p>May 3, 2024</p>"), ""),
        (page(ld(MINE), "<p>May 9, 2024</p>"), "shown and declared differ: published"),
        (page(ld(MINE), "<p>Updated May 4, 2024</p>"), "the page shows other days only"),
        (page(ld(MINE), "<p>Posted May 3, 2024, updated May 4, 2024</p>"), ""),
        (page(ld(MINE) + meta("parsely-pub-date", "2024-05-09")), "two declared dates: published"),
        (page(ld({**MINE, "dateModified": "2024-05-01T07:00:00Z"})), "modified before published"),
        (page(ld({"@type": "Article", "dateCreated": "2024-05-03"})), "the day on which it was created"),
        (page(tail="<p>3. Mai 2024</p>", shown="<p>x</p>" * 9), "a day that stands alone in its line"),
        (page(), ""),
    ],
)  # fmt: skip
def test_a_decision_that_something_speaks_against_is_marked(html: str, doubt: str) -> None:
    assert read(html).doubt == doubt


# -- the page itself in a list


@pytest.mark.parametrize(
    ("teaser", "meant"),
    [
        ("<div><i>03.05.2024</i><a href='/news/bridge'>Bridge</a></div>", "2024-05-03"),
        (f"<div><i>03.05.2024</i><b><a href='{URL}/'>Bridge</a></b></div>", "2024-05-03"),
        ("<div><i>03.05.2024</i><a href='/news/bridge#c1'>Sam</a></div>", None),
        ("<div><i>03.05.2024</i><a href='/news/bridge?page=2'>2</a></div>", None),
        ("<div><i>03.05.2024</i><a href='/news/bridge-2'>Bridge 2</a></div>", None),
        ("<div><i>3.5.2024</i> <i>4.5.2024</i><a href='/news/bridge'>Bridge</a></div>", None),
        ("<div><i>3.5.2024</i><a href='http://[/news/bridge'>Bridge</a></div>", None),
        (
            f"<div><i>3.5.2024</i><b>{'words ' * 80}</b><a href='/news/bridge'>Bridge</a></div>",
            None,
        ),
        (f"{'<b>' * 8}<a href='/news/bridge'>Bridge</a>{'</b>' * 8}", None),
    ],
)
def test_the_pages_own_teaser_is_asked_last(teaser: str, meant: str | None) -> None:
    lists = page(lang="de", tail=f"<aside class=teaser><ul><li>{teaser}</li></ul></aside>")
    found = read(lists).published
    assert day(found) == meant
    assert found is None or found.origin.place == "its own teaser"
    assert day(
        read(lists.replace("<article>", "<article><p>Online seit 1. Mai 2024</p>")).published
    ) == ("2024-05-01")


def test_a_day_that_opens_its_line_before_a_category_is_alone() -> None:
    html = (
        "<p>text</p>" * 12
        + "<p>03.05.2024 Kategorie: Synchronschwimmen, Verband, Sport und mehr</p>"
    )
    found = read(f"<html lang=de><body>{html}").published
    assert (day(found), found and found.origin.place) == ("2024-05-03", "alone")


@pytest.mark.parametrize(
    ("name", "meant"), [("teaserTyp3 newsSingle", "2024-05-03"), ("comments", None)]
)
def test_a_box_that_holds_the_pages_text_is_no_teaser(name: str, meant: str | None) -> None:
    inside = f"<div class='{name}'><div>Online seit 03.05.2024</div>{TEXT * 3}</div>"
    html = f"<html lang=de><body>{'<p><a href=x>Rubrik</a></p>' * 30}{inside}<h2>Mehr</h2>"
    assert day(read(html).published) == meant


# -- hostile pages


def nested(depth: int) -> str:
    return script('{"a":' * depth + '{"datePublished":"2024-05-03"}' + "}" * depth)


HOSTILE: dict[str, tuple[Callable[[int], str], int]] = {
    "a long block": (lambda n: script('{"datePublished":"2024-05-03","x":"' + "x" * n + '"}'), 1_100_000),
    "an integer": (lambda n: script('{"datePublished":' + "9" * n + "}"), 5_000),
    "a string of digits": (lambda n: ld({"@type": "Article", "datePublished": "9" * n}), 5_000),
    "digits in meta": (lambda n: meta("article:published_time", "1" * n), 200_000),
    "deep objects": (nested, 100_000),
    "deep lists": (lambda n: script("[" * n), 200_000),
    "deep elements": (lambda n: "<div>" * n + "<time datetime=2024-05-03>", 60_000),
    "many objects": (lambda n: ld(*[{"@type": "Event", "startDate": "2024-05-03"}] * n), 8_000),
    "many times": (lambda n: "<time datetime=2024-05-03T10:00:00Z>x</time>" * n, 9_000),
    "a list of teasers of itself": (lambda n: f"<li><a href='{URL}'>x</a></li>" * n, 9_000),
    "one word": (lambda n: "<p>3 May 2024 " + "a" * n + "</p>", 400_000),
    "one number": (lambda n: "<p>" + "20" * n + "</p>", 200_000),
    "bars in the title": (lambda n: "<title>" + "|" * n + "</title>", 300_000),
    "labels": (lambda n: "<p>" + "updated " * n + "3 May 2024</p>", 50_000),
}  # fmt: skip


@pytest.mark.parametrize(("made", "size"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_cost_no_more_than_their_length(
    made: Callable[[int], str], size: int
) -> None:
    linear(lambda n: partial(read, made(n) + "<p>text", now=datetime(2026, 1, 1, tzinfo=UTC)), size)


def test_work_grows_with_the_page_and_no_faster() -> None:
    def reading(times: int) -> partial[Dates]:
        said = "<p>On 3 May 2024, 03/04/2024 and Updated: 4 May 2024 it fell.</p>"
        html = page(tail=said * times)
        assert read(html).evidence
        return partial(read, html)

    linear(reading, 1_000)
