"""Reports for people and programs: complete, escaped, and safe to look at."""

import base64
import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from checker.entry.cli.difference import print_pair
from checker.entry.render import (
    clean,
    one_line,
    print_report,
    report_data,
    to_csv,
    to_html,
    to_json,
)
from checker.entry.render.differences import Compared, Side
from checker.entry.render.wording import dated, summary, web_link, when
from checker.model import (
    BlockKind,
    Bounds,
    Change,
    Comparison,
    Dates,
    Edit,
    Precision,
    Rule,
    Severity,
    Skipped,
    StampMove,
    Status,
)
from checker.stages.compare import Rows
from tests.helpers_report import (
    CAPTION,
    HOSTILE,
    MODIFIED,
    PUBLISHED,
    finding,
    hostile,
    item,
    ordinary,
    reading,
    report,
    seed,
)

SCHEMA = Path(__file__).parent.parent / "docs" / "reference" / "report.schema.json"


def printed(value, width=100, **options) -> str:
    out = io.StringIO()
    print_report(Console(file=out, width=width, color_system=None), value, **options)
    return out.getvalue()


# -- the terminal -------------------------------------------------------------------------------


def test_the_table_groups_by_verdict_and_says_each_finding_in_a_sentence():
    text = printed(report(*ordinary(), skipped=(Skipped("a.pdf", "a PDF"),)))
    order = [text.index(word) for word in ("outdated (1)", "undetermined (1)", "current (1)")]
    assert order == sorted(order)
    assert re.search("source-changed +The source differs in substance from the copy", text)
    assert "published 2024-03-01, modified 2024-05-02; policy news" in text
    assert "no time stamp; not before 2015-10-14" in text
    assert "“on Oct. 14, 2015, in Los Angeles” (p 3)" in text
    assert re.search("has-notice +The text bears its publisher's archive notice.", text)
    assert "a.pdf  a PDF" in text
    assert "3 documents: 1 outdated, 1 undetermined, 1 current; 1 skipped" in text
    assert text.count("12 people") == 1  # the sentence has quoted it already


def test_remarks_are_shown_on_request_where_there_are_many_documents():
    many = report(seed(), *(item(f"{n}.html", Status.UNDETERMINED) for n in range(9)))
    assert "has-notice" not in printed(many)
    assert "not shown: 1 of severity info; --info shows them" in printed(many)
    assert "has-notice" in printed(many, info=True)
    assert "has-notice" not in printed(report(seed()), info=False)


def test_many_current_documents_are_counted_not_listed():
    text = printed(report(*(item(f"{n}.html", Status.CURRENT) for n in range(1200))))
    assert "current (1,200)" in text
    assert "too many to list" in text
    assert "1,200 documents: 1,200 current" in text
    assert len(text.splitlines()) < 8


def test_how_addresses_are_known_is_shown_on_request():
    text = printed(report(*ordinary()), mapping=True)
    assert "original: https://example.org/changed.html (by rel=canonical)" in text
    assert "original: unknown" in text


def test_why_a_body_could_not_be_read():
    text = printed(report(item("x", Status.UNDETERMINED, reading=reading("", problem="a PDF"))))
    assert "a PDF; policy news" in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    long = item("n" * 300, Status.OUTDATED, finding(Rule.EXPIRED, Severity.OUTDATED, "word " * 90))
    text = printed(report(long, *ordinary(), skipped=(Skipped("s" * 300, "why " * 80),)), width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width


def test_nothing_hostile_reaches_the_terminal():
    text = printed(hostile(), mapping=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)
    assert "[bold red]x[/]" in text  # rich's markup is text here
    assert "owned" not in text


def test_colour_only_where_the_terminal_has_it(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    print_report(Console(file=out, width=80, force_terminal=True), report(*ordinary()))
    assert "\x1b[31m" not in out.getvalue()
    assert "\x1b[38" not in out.getvalue()


ESCAPES = [
    ("a\x1b[1;31mb\x1b[0m", "ab"),
    ("a\x1b]8;;http://evil/\x1b\\b\x1b]8;;\x1b\\", "ab"),
    ("a\x1b]0;title\x07b", "ab"),
    ("a\x1bPq#0\x1b\\b", "ab"),
    ("a\x9b31mb\x9d0;t\x9cc", "abc"),
    ("a\x1b(Bb\x1b7c\x1b", "abc"),
    ("a\rb\bc\x00", "abc"),
    ("a\u202eb\u2066c", "abc"),
    ("a\ud800b", "a\ufffdb"),
    ("tab\tline\n", "tab\tline\n"),
    ("a\x1b]0;never ended", "a"),
]


@pytest.mark.parametrize(("text", "expected"), ESCAPES)
def test_escape_sequences_are_taken_out(text, expected):
    assert clean(text) == expected


@given(st.text())
def test_clean_text_is_clean_and_stays_so(text):
    once = clean(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", once)
    assert clean(once) == once


def test_one_line_is_cut_with_an_ellipsis():
    assert one_line("a\n  b\tc") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"


# -- a comparison -------------------------------------------------------------------------------


def compared(*edits: Edit, **changes) -> str:
    plain = Comparison(Change.MINOR, 0.5, edits, False, StampMove(None, None, False))
    out = io.StringIO()
    pair = Compared(
        "x", Side("old.html"), Side("new.html"), replace(plain, **changes), Rows((), False)
    )
    print_pair(Console(file=out, width=100, color_system=None), pair)
    return out.getvalue()


def test_words_taken_out_and_put_in_are_marked_without_colour():
    text = compared(
        Edit(BlockKind.PARAGRAPH, "the toll is 12 dollars", "the toll is 14 dollars", why="number"),
        Edit(BlockKind.HEADING, "", "All new"),
        Edit(BlockKind.HEADING, "All old", ""),
        title_changed=True,
        noise=("a counter", "ads"),
    )
    assert text.startswith("minor  the wording differs; no fact is touched; 50% of the words are")
    assert "the headline changed" in text
    assert "set aside: a counter, ads" in text
    assert "paragraph (number)" in text
    assert "the toll is [-12-] {+14+} dollars" in text
    assert "{+All new+}" in text
    assert "[-All old-]" in text


def test_a_long_comparison_is_cut():
    edits = tuple(Edit(BlockKind.PARAGRAPH, f"a{n}", f"b{n}") for n in range(60))
    text = compared(*edits)
    assert "{+b49+}" in text
    assert "{+b50+}" not in text
    assert "and 10 more; --json has all" in text
    long = compared(Edit(BlockKind.PARAGRAPH, "x " * 5000, "x " * 4000 + "y"))
    assert len(long.split()) < 700


def test_what_stays_around_a_change_is_cut_between_words():
    around = " ".join(f"word{n}" for n in range(60))
    text = compared(Edit(BlockKind.PARAGRAPH, f"{around} old {around}", f"{around} new {around}"))
    body = text.split("paragraph")[1].split()
    assert body.count("…") == 2
    assert {one.rstrip("0123456789") for one in body} == {"word", "…", "[-old-]", "{+new+}"}
    long = "x" * 300
    assert "…" in compared(Edit(BlockKind.PARAGRAPH, f"{long} old", f"{long} new"))


def test_a_comparison_of_hostile_text_is_clean():
    text = compared(Edit(BlockKind.PARAGRAPH, HOSTILE, "b"), noise=(HOSTILE,))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    assert "[bold red]x[/]" in text


# -- JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [report(*ordinary(), skipped=(Skipped("a", "b"),)), hostile(), report()]
)
def test_json_keeps_its_documented_shape(value):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(to_json(value)), schema)


def test_the_schema_names_every_key_and_no_other():
    """Both ways: an undocumented key fails by additionalProperties, a vanished one here."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    data = report_data(report(*ordinary()))
    assert set(schema["properties"]) == set(data)
    document = data["documents"][0]
    assert set(schema["$defs"]["document"]["properties"]) == set(document)
    assert set(schema["$defs"]["finding"]["properties"]) == set(document["findings"][0])
    assert set(schema["$defs"]["date"]["properties"]) == set(document["published"])
    assert set(schema["$defs"]["comparison"]["properties"]) == set(document["comparison"])
    for name in ("document", "finding", "date", "comparison"):
        one = schema["$defs"][name]
        assert set(one["required"]) == set(one["properties"]), name
        assert one["additionalProperties"] is False


def test_the_schema_lists_the_values_that_the_model_has():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    finding_keys = schema["$defs"]["finding"]["properties"]
    assert finding_keys["rule"]["enum"] == [rule.value for rule in Rule]
    assert schema["$defs"]["document"]["properties"]["status"]["enum"] == [s.value for s in Status]


def test_json_counts_and_instants():
    data = report_data(report(*ordinary(), skipped=(Skipped("a", "b"),)))
    counts = {"documents": 3, "outdated": 1, "undetermined": 1, "current": 1, "skipped": 1}
    assert data["counts"] == counts
    assert data["as_of"] == "2026-11-24T06:30:00Z"
    assert data["documents"][1]["not_before"]["earliest"] == "2015-10-14T00:00:00Z"
    assert to_json(hostile()).isascii()


# -- CSV ----------------------------------------------------------------------------------------


def test_csv_has_a_line_per_finding_and_per_document_without():
    text = to_csv(report(*ordinary(), skipped=(Skipped("a.pdf", "a PDF"),)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["name"], row["rule"]) for row in rows] == [
        ("changed.html", "source-changed"),
        ("changed.html", "stealth-edit"),
        ("seed.txt", "no-timestamp"),
        ("seed.txt", "has-notice"),
        ("fine.html", ""),
        ("a.pdf", ""),
    ]
    assert rows[2]["not_before"] == "2015-10-14"
    assert rows[2]["place"] == "p 3"
    assert (rows[5]["status"], rows[5]["message"]) == ("skipped", "a PDF")
    assert rows[0]["captured_at"] == "2026-11-24T06:30:00+00:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "＝", "\x1b[0m="])
def test_no_cell_is_a_formula(start):
    bad = item(f"{start}cmd()", Status.CURRENT, uri=f"{start}x")
    (row,) = csv.DictReader(io.StringIO(to_csv(report(bad)), newline=""))
    assert row["name"].startswith("'")
    assert row["uri"].startswith("'")


@given(st.text(), st.text())
def test_csv_comes_back_as_it_went(name, message):
    one = item(name, Status.OUTDATED, finding(Rule.EXPIRED, Severity.OUTDATED, message))
    (row,) = csv.DictReader(io.StringIO(to_csv(report(one)), newline=""))
    assert row["name"].removeprefix("'") == clean(name).removeprefix("'")
    assert row["message"].removeprefix("'") == clean(message).removeprefix("'")


# -- HTML ---------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects start tags with their attributes, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def test_html_says_everything():
    page = parsed(to_html(report(*ordinary(), skipped=(Skipped("a.pdf", "a PDF"),))))
    for words in (
        "3 documents: 1 outdated, 1 undetermined, 1 current; 1 skipped",
        "The source differs in substance",
        "“on Oct. 14, 2015, in Los Angeles”",
        "no time stamp",
        "not before 2015-10-14",
        "published 2024-03-01",
        "modified 2024-05-02",
        "Dates seen: 1",
        "a PDF",
    ):
        assert words in page.text
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert "https://example.org/changed.html" in links


@pytest.mark.parametrize("value", [report(*ordinary()), hostile(), report()])
def test_html_loads_nothing_runs_nothing_and_links_only_to_the_web(value):
    html = to_html(value)
    page = parsed(html)
    names = {tag for tag, _ in page.tags}
    assert not names & {"img", "iframe", "link", "object", "embed", "base", "use", "foreignobject"}
    assert [tag for tag, _ in page.tags].count("script") == 1
    for _, attrs in page.tags:
        assert not any(
            name.startswith("on") or name in {"src", "style", "action"} for name in attrs
        )
        assert re.match("#|https?://", attrs.get("href") or "#")
    assert "url(" not in html
    assert "@import" not in html
    policy = [attrs for tag, attrs in page.tags if attrs.get("http-equiv")]
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[0]["content"] == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "form-action 'none'; base-uri 'none'"
    )
    html.encode("utf-8")


def test_hostile_text_stays_text_in_html():
    page = parsed(to_html(hostile()))
    assert page.text.count("<img src=x onerror=alert(1)>") > 7
    assert "\x1b" not in page.text
    assert "javascript:alert(1)" in page.text


def test_every_attribute_of_the_template_is_quoted():
    """Autoescape protects quoted attributes only (faults E4)."""
    template = (Path(__file__).parent.parent / "checker/data/templates/report.html.j2").read_text()
    body = template[template.index("<body>") :]
    for tag in re.findall(r"<[a-z][^>]*>", body):
        assert not re.search(r"=\s*[^\"\s>]", re.sub(r'"[^"]*"', '""', tag)), tag
    assert "|safe" not in template.replace(" ", "")


def test_ids_are_unique_and_pointed_at():
    page = parsed(to_html(report(*ordinary(), skipped=(Skipped("a", "b"),))))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for t, a in page.tags if t == "a" and a["href"].startswith("#")]
    assert set(targets) <= set(ids)
    assert {"outdated", "undetermined", "current", "skipped"} == set(targets)


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        (Precision.YEAR, "2015"),
        (Precision.MONTH, "2015-10"),
        (Precision.DAY, "2015-10-14"),
        (Precision.HOUR, "2015-10-14 09 h UTC"),
        (Precision.MINUTE, "2015-10-14 09:05 UTC"),
        (Precision.SECOND, "2015-10-14 09:05:06 UTC"),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_is_known(precision, expected):
    instant = datetime(2015, 10, 14, 9, 5, 6, tzinfo=UTC)
    assert when(replace(CAPTION, earliest=instant, precision=precision)) == expected
    assert when(None) == ""


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (Dates(), "no time stamp"),
        (Dates(published=PUBLISHED), "published 2024-03-01"),
        (Dates(modified=MODIFIED), "modified 2024-05-02"),
        (Dates(bounds=Bounds(not_after=CAPTION)), "no time stamp; not after 2015-10-14"),
        (
            Dates(bounds=Bounds(CAPTION, PUBLISHED)),
            "no time stamp; not before 2015-10-14, not after 2024-03-01",
        ),
    ],
)
def test_the_age_in_one_phrase(dates, expected):
    assert dated(item("x", Status.CURRENT, reading=reading(dates=dates))) == expected


@pytest.mark.parametrize(
    ("uri", "safe"),
    [
        ("https://example.org/", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/", False),
        ("https:", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(uri, safe):
    assert web_link(uri) == (uri if safe else None)


def test_summary_of_nothing():
    assert summary(report()) == "0 documents"
    assert summary(report(skipped=(Skipped("a", "b"),))) == "0 documents; 1 skipped"


def test_the_polyglot_is_what_it_claims():
    assert all(mark in HOSTILE for mark in ("=", "\x1b", "<img", "[bold", "\u202e", "\ud800"))
