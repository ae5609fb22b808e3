"""`checker diff` from outside: files, archives, captures of an article; terminal, JSON, HTML."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from checker.entry.cli.common import application
from checker.entry.cli.versions import captures
from checker.errors import TargetError
from tests.helpers_service import world
from tests.helpers_watch import DAY, START, STORY, html, reply
from tests.store_fixture import articles_of
from tests.test_service import CHANGED, A, publish

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def page(*paragraphs: str, title: str = "Bridge toll") -> str:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


OLD = page(*STORY)
NEW = page(STORY[0].replace("4.50", "5.40"), *STORY[1:])


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHECKER_CONFIG", raising=False)
    Path("old.html").write_text(OLD, encoding="utf-8")
    Path("new.html").write_text(NEW, encoding="utf-8")


def warc(name: str, **pages: tuple[str, str]) -> None:
    """A WARC of pages by path: their date and their body."""
    with Path(name).open("wb") as out:
        for number, (path, (day, body)) in enumerate(pages.items()):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body.encode()
            head = (
                "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0f2f25e4-6c9c-4d2e-"
                f"9b3f-{number:012}>\r\nWARC-Target-URI: https://example.org/{path.rstrip('_')}\r\n"
                f"WARC-Date: {day}T00:00:00Z\r\nContent-Type: application/http; msgtype=response"
                f"\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            out.write(gzip.compress(head.encode() + answer + b"\r\n\r\n"))


def test_the_terminal_shows_words_sides_and_meaning(run):
    code, out, _ = run("diff", "old.html", "new.html")
    assert code == 0
    assert out.startswith("substantive  facts differ; 9")
    assert "before old.html" in out
    assert "[-4.50-] {+5.40+}" in " ".join(out.split())


def test_a_web_page_side_by_side_and_inline(run):
    code, out, _ = run("diff", "old.html", "new.html", "--html")
    assert code == 0
    assert "<del>4.50</del>" in out
    assert "<ins>5.40</ins>" in out
    assert 'class="row two paragraph changed"' in out
    assert "<script" not in out
    assert "default-src 'none'" in out
    assert '<span class="why">number</span>' in out
    code, out, err = run("diff", "old.html", "new.html", "--inline", "--output", "d.html")
    assert (code, out, err) == (0, "", "wrote d.html\n")
    inline = Path("d.html").read_text(encoding="utf-8")
    assert "<del>4.50</del><ins>5.40</ins>" in inline
    assert 'class="row two' not in inline
    assert inline.count("Pensioners") == 1


def test_unchanged_stretches_are_folded_away_and_whole(run):
    many = [f"Paragraph number {n} says what it has always said." for n in range(12)]
    Path("a.html").write_text(page(*many), encoding="utf-8")
    Path("b.html").write_text(page(*many[:-1], "Another end, with 7 words more."), encoding="utf-8")
    out = run("diff", "a.html", "b.html", "--html")[1]
    assert re.search(r"<summary>\d+ unchanged parts</summary>", out)
    for number in range(11):
        assert f"number {number} says" in out


def test_hostile_pages_stay_text(run):
    bad = HOSTILE.replace("<", "&lt;")
    Path("a.html").write_text(page(*STORY, title=bad), encoding="utf-8")
    Path("b.html").write_text(page(bad, *STORY, title=f"{bad}\x1b[31m"), encoding="utf-8")
    for way in ("--html", "--inline"):
        out = run("diff", "a.html", "b.html", way)[1]
        assert "&lt;script&gt;" in out
        assert "<script" not in out
        assert "<img" not in out
        assert "\x1b" not in out


def test_a_correction_is_shown_with_what_it_corrects(run):
    note = "Correction: An earlier version of this article gave the toll as 4.50. It is 5.40."
    Path("new.html").write_text(
        page(STORY[0].replace("4.50", "5.40"), *STORY[1:], note), encoding="utf-8"
    )
    _, out, _ = run("diff", "old.html", "new.html")
    assert out.startswith("corrected")
    assert f"which corrects: “{STORY[0][:40]}" in out.replace("\n", " ")
    data = json.loads(run("diff", "old.html", "new.html", "--json")[1])
    assert data["corrected"] == {"before": STORY[0], "after": STORY[0].replace("4.50", "5.40")}
    assert data["notice"]["quote"] == note
    assert data["before"] == {"name": "old.html", "captured_at": None}
    html_page = run("diff", "old.html", "new.html", "--html")[1]
    assert "which corrects:" in html_page


def test_two_warcs_are_compared_page_by_page(run):
    warc(
        "a.warc.gz",
        same=("2026-01-01", page("Nothing changes here, as nobody writes anything new.")),
        toll=("2026-01-01", "<p>an older capture of it</p>"),
        toll_=("2026-01-02", OLD),
        gone=("2026-01-01", OLD),
        binary=("2026-01-01", OLD),
    )
    warc(
        "b.warc.gz",
        same=("2026-02-01", page("Nothing changes here, as nobody writes anything new.")),
        toll=("2026-02-01", NEW),
        fresh=("2026-02-01", OLD),
        binary=("2026-02-01", "%PDF-1.7\x00\x01"),
    )
    code, out, err = run("diff", "a.warc.gz", "b.warc.gz")
    assert code == 0
    assert "https://example.org/toll\nsubstantive" in out
    assert "captured 2026-01-02 00:00 UTC" in out
    assert "only in a.warc.gz  https://example.org/gone" in out
    assert "only in b.warc.gz  https://example.org/fresh" in out
    assert out.endswith("2 pages: 1 substantive, 1 identical; 2 on one side only\n")
    assert "a PDF document" in err
    data = json.loads(run("diff", "a.warc.gz", "b.warc.gz", "--json")[1])
    assert [one["change"] for one in data["pages"]] == ["substantive"]
    assert data["same"] == 1
    assert len(data["missing"]) == 2
    assert run("diff", "a.warc.gz", "b.warc.gz", "--json", "--output", "d.json")[1] == ""
    assert json.loads(Path("d.json").read_text(encoding="utf-8")) == data
    html_page = run("diff", "a.warc.gz", "b.warc.gz", "--html")[1]
    assert "On one side only: 2" in html_page


def test_two_folders_and_what_does_not_go_together(run):
    for side, body in (("one", OLD), ("two", NEW)):
        Path(side).mkdir()
        for name in "xy":
            (Path(side) / f"{name}.html").write_text(body, encoding="utf-8")
    assert run("diff", "one", "two")[1].endswith("2 pages: 2 substantive\n")
    assert run("diff", "one", "two", "--output", "d.txt")[2] == "wrote d.txt\n"
    assert "2 substantive" in Path("d.txt").read_text(encoding="utf-8")
    assert "more than one document" in run("diff", "one", "old.html")[2]
    assert run("diff", "old.html", "new.html", "--html", "--json")[0] == 2
    assert run("diff", "old.html", "new.html", "--from", "2026-01-01")[0] == 2
    assert run("diff", "old.html", "new.html", "--output", "old.html/x")[0] == 2


def test_two_captures_of_an_article(tmp_path):
    folder = tmp_path / "w"
    folder.mkdir()
    with world(folder) as place:
        publish(place, A)
        place.pass_by()
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by(10)
        later = (CHANGED[0].replace("5.40", "6.10"), *CHANGED[1:])
        place.http.script[A] = reply(html(*later))
        place.pass_by(10)

        def shown(start=None, end=None) -> str:
            (pair,) = captures(place.service, A, start, end).pairs
            return " / ".join(" ".join(e.removed + e.added) for e in pair.comparison.edits)

        assert shown() == "4.50 6.10"
        assert shown(end=START + 12 * DAY) == "4.50 5.40"
        assert shown(START + 12 * DAY) == "5.40 6.10"
        assert shown(START + 12 * DAY, START + 12 * DAY) == ""
        with pytest.raises(TargetError, match="no capture of 2020-"):
            captures(place.service, A, START - timedelta(days=2200), None)


def test_an_article_without_a_second_capture_says_so(run):
    Path("list.txt").write_text("https://example.org/story\n", encoding="utf-8")
    Path("checker.toml").write_text('[[source]]\nname = "l"\nlist = "list.txt"\n', encoding="utf-8")
    run("source", "sync")
    with application(None) as app:
        assert articles_of(app.store)
    code, _, err = run("diff", "https://example.org/story", "--from", "2026-01-01")
    assert code == 2
    assert "there is no capture of 2026-01-01" in err
    assert "no capture differs" in run("diff", "https://example.org/story")[2]
