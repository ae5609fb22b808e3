"""Targets that list others: files of feeds, sitemaps, capture indexes and TimeMaps, and addresses
of the latter two."""

import gzip
import json
from pathlib import Path

import pytest

from checker.errors import TargetError
from checker.model import Report
from checker.stages.memento import parse_timemap
from tests.corpora import corpora
from tests.helpers_service import feed
from tests.helpers_watch import URI, html, reply
from tests.loopback import Reply
from tests.test_against import CHANGED, audit, day

RAW = "https://arch.test/web/20240102030405id_/" + URI
MEMENTO = "https://arch.test/web/20240102030405/" + URI
LINKS = (
    f'<{URI}>; rel="original",\n<https://arch.test/web/{URI}>; rel="timegate",\n'
    f'<{MEMENTO}>; rel="first last memento"; datetime="Tue, 02 Jan 2024 03:04:05 GMT"\n'
)
JSON = json.dumps(
    {
        "original_uri": URI,
        "mementos": {"list": [{"datetime": "2024-01-02T03:04:05Z", "uri": MEMENTO}]},
    }
)


def of(path: Path, script: dict[str, object], **options: object) -> Report:
    return audit(script, str(path), **options)[0]


@pytest.mark.parametrize(
    ("name", "text"), [("a.timemap", LINKS), ("a.link", LINKS), ("a.json", JSON)]
)
def test_each_memento_of_a_timemap_is_a_document(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    (item,) = of(tmp_path / name, {RAW: reply(html()), URI: reply(CHANGED)}).items
    assert (item.uri, item.mapped_by) == (URI, "memento")
    assert item.captured_at == day("2024-01-02 03:04:05")
    assert item.verdict.status.value == "outdated"
    assert item.comparison is not None


def test_the_address_of_a_timemap_is_a_target() -> None:
    uri = "https://arch.test/timemap/link/" + URI
    report, _ = audit({uri: Reply(200, LINKS.encode()), RAW: reply(html())}, uri, offline=True)
    (item,) = report.items
    assert (item.name, item.uri) == (MEMENTO, URI)


def test_a_cdx_server_s_answer_is_a_target() -> None:
    uri = f"https://arch.test/cdx/search/cdx?url={URI}&output=json"
    rows = [
        ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"],
        ["k", "20240102030405", URI, "text/html", "200", "D", "9"],
        ["k", "20240102030406", URI, "image/png", "200", "D", "9"],
        ["k", "20240102030407", URI, "text/html", "404", "D", "9"],
    ]
    script = {uri: Reply(200, json.dumps(rows).encode()), RAW: reply(html())}
    report, _ = audit(script, uri, offline=True)
    assert [item.uri for item in report.items] == [URI]
    assert not report.skipped


def test_a_page_at_an_address_like_an_index_s_is_a_page() -> None:
    uri = "https://paper.test/index"
    report, _ = audit({uri: reply(html())}, uri)
    assert [item.mapped_by for item in report.items] == ["fetched"]


def test_a_memento_that_is_gone_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.link").write_text(LINKS)
    (skipped,) = of(tmp_path / "a.link", {}).skipped
    assert "its archived copy" in skipped.reason


CDX = " CDX N b a m s k r M S V g\n"
LINE = "test,paper)/ 20240102030405 {} text/plain 200 D - - 1085 {} {}\n"


def cdx(*lines: tuple[str, int, str]) -> str:
    return CDX + "".join(LINE.format(*line) for line in lines)


@pytest.mark.parametrize("suffix", [".cdx", ".cdx.gz", ".cdxj"])
def test_a_capture_index_names_records_beside_it(tmp_path: Path, suffix: str) -> None:
    warc = corpora("warc") / "iipc" / "hello-world.warc"
    (tmp_path / "hello-world.warc").write_bytes(warc.read_bytes())
    text = (warc.parent / "hello-world.warc.cdx").read_text()
    if suffix == ".cdxj":
        fields = {"url": "http://iipc.github.io/", "mime": "text/plain", "status": "200",
                  "offset": "1260", "filename": "hello-world.warc"}  # fmt: skip
        text = f"io,github,iipc)/ 20150708215513 {json.dumps(fields)}\n"
    body = text.encode()
    index = tmp_path / f"index{suffix}"
    index.write_bytes(gzip.compress(body) if suffix.endswith("gz") else body)
    report = of(index, {}, offline=True)
    (item,) = report.items
    assert item.name == "hello-world.warc:1260"
    assert item.uri.startswith("http://iipc.github.io/warc-specifications/")
    assert item.mapped_by == "CDX"
    assert item.captured_at == day("2015-07-08 21:55:13")


def test_an_index_s_records_that_are_not_there_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.cdx").write_text(
        cdx((URI, 0, "none.warc"), (URI, 0, "../../etc/passwd"), (URI, 5, "a.cdx"))
        + "test,paper)/ 20240102030405 https://paper.test/ text/html 200 D -\n"
    )
    reasons = [one.reason for one in of(tmp_path / "a.cdx", {}, offline=True).skipped]
    assert len(reasons) == 4
    assert all(URI in reason for reason in reasons[:3])
    assert reasons[3] == "a.cdx does not say where its capture lies"


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed.xml.gz"])
def test_a_saved_feed_s_pages_are_audited(tmp_path: Path, name: str) -> None:
    body = feed(URI)
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    (item,) = of(tmp_path / name, {URI: reply(html())}).items
    assert (item.uri, item.mapped_by) == (URI, "fetched")


def test_a_saved_sitemap_index_is_followed(tmp_path: Path) -> None:
    ns, child = "http://www.sitemaps.org/schemas/sitemap/0.9", "https://paper.test/s.xml"
    top = f'<sitemapindex xmlns="{ns}"><sitemap><loc>{child}</loc></sitemap></sitemapindex>'
    rows = f'<urlset xmlns="{ns}"><url><loc>{URI}</loc></url></urlset>'
    (tmp_path / "sitemap.xml").write_text(top)
    script = {child: Reply(200, rows.encode()), URI: reply(html())}
    (item,) = of(tmp_path / "sitemap.xml", script).items
    assert item.uri == URI


@pytest.mark.parametrize("body", [b"[[[", b"<html><p>a page", b'{"mementos": 5}'])
def test_a_file_that_lists_nothing_is_a_document_of_its_own(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.xml").write_bytes(body)
    assert [item.name for item in of(tmp_path / "a.xml", {}, offline=True).items] == ["a.xml"]


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bbroken"])
def test_a_file_that_can_not_be_read_is_an_error(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "a.xml").write_bytes(body)
    with pytest.raises(TargetError):
        of(tmp_path / "a.xml", {}, offline=True)


@pytest.mark.parametrize(
    "one", [None, 5, {}, {"uri": 5}, {"uri": "ftp://x/"}, {"uri": "https://x.test/", "datetime": "x"},
            {"uri": "https://x.test/", "datetime": "2024-01-02T00:00:00"}],
)  # fmt: skip
def test_what_a_json_timemap_says_wrongly_is_passed_over(one: object) -> None:
    assert parse_timemap(json.dumps({"mementos": {"list": [one]}}).encode(), URI).captures == ()
