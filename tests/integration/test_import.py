"""``checker archive import``: captures of other programs become captures of watched articles."""

import gzip
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.adapters.bringing import bring
from checker.errors import ArchiveError, TargetError
from checker.model import Found, Skipped
from checker.ports import Offer
from checker.service import Intake, Selection
from tests import store_fixture
from tests.corpora import corpora
from tests.helpers_archive import StoppedClock
from tests.helpers_service import World, feed_source, world
from tests.helpers_wacz import BRIDGE, pages, watched
from tests.helpers_watch import html, reply
from tests.integration.test_wacz import pack
from tests.integration.test_warc import HTTP, record
from tests.store_fixture import HOUR, record_of

URL = "https://paper.test/bridge"
NAMED = f'<head><link rel="canonical" href="{URL}">'.encode()
PAGE = html()
YEARS = (2014, 2016, 2015)


def captured(year: int, url: str = URL, body: bytes = PAGE, **fields: str) -> bytes:
    number = f"<urn:uuid:{year:08d}-0000-4000-8000-000000000000>"
    said = {"WARC_Record_ID": number, **fields}
    return record(HTTP + body + str(year).encode(), WARC_Target_URI=url,
                  WARC_Date=f"{year}-05-06T07:08:09Z", **said)  # fmt: skip


@pytest.fixture
def here(tmp_path):
    with world(tmp_path, feed_source(tmp_path, copies=None)) as made:
        yield made


def take(here: World, *paths: Path, source: str | None = "paper", dry_run: bool = False):
    """(counts, what was left out)."""
    left_out: list[Skipped] = []
    whose = here.service.source(source) if source is not None else None
    offers = (one for path in paths for one in bring(path, here.clock))
    done = here.service.take_in(offers, Intake(left_out.append, whose, dry_run))
    return done, left_out


def years(here: World, url: str = URL) -> list[int]:
    article = here.service.article(url)
    return [one.memento_datetime.year for one in here.store.captures(article.id)]


def test_captures_come_in_with_their_dates_and_the_newest_becomes_the_copy(here, tmp_path):
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(gzip.compress(captured(year)) for year in YEARS))
    done, left_out = take(here, path)
    assert left_out == []
    assert (done.captures, done.new_articles, done.copies, done.known) == (3, 1, 1, 0)
    path.unlink()  # the bytes are ours now
    assert years(here) == sorted(YEARS)
    standing = here.store.standing(here.service.article(URL).id)
    assert standing.copy.memento_datetime == datetime(2016, 5, 6, 7, 8, 9, tzinfo=UTC)
    for memento in here.store.captures(standing.article.id):
        body = here.service.context.ports.archive.load(memento).body
        assert body == PAGE + str(memento.memento_datetime.year).encode()
        whole = here.service.context.ports.archive.capture(memento)
        assert whole.record_id.startswith(f"<urn:uuid:{memento.memento_datetime.year:08d}")
    here.http.script[URL] = reply(PAGE + b"2016")
    here.service.check_due()
    assert here.store.standing(standing.article.id).comparison.change.value == "identical"


def test_again_nothing_is_new_and_an_older_capture_takes_no_copy_s_place(here, tmp_path):
    for year in YEARS:
        path = tmp_path / f"{year}.warc"
        path.write_bytes(captured(year))
        done, _ = take(here, path)
        assert done.captures == 1
        assert done.copies == (year != 2015)
    before = [(one.name, one.stat().st_size) for one in (tmp_path / "archive").iterdir()]
    done, _ = take(here, *sorted(tmp_path.glob("*.warc")))
    assert (done.captures, done.known, done.new_articles, done.copies) == (0, 3, 0, 0)
    assert [(one.name, one.stat().st_size) for one in (tmp_path / "archive").iterdir()] == before


def test_a_dry_run_counts_the_same_and_changes_nothing(here, tmp_path):
    path = tmp_path / "crawl.warc"
    other = captured(2014, "https://paper.test/other", WARC_Record_ID="<urn:uuid:7>")
    path.write_bytes(b"".join(map(captured, YEARS)) + captured(2014) + other)
    dry, _ = take(here, path, path, dry_run=True)
    assert here.store.article_ids() == ()
    assert not (tmp_path / "archive").exists()
    real, _ = take(here, path, path)
    assert dry == real
    assert (real.captures, real.known, real.new_articles) == (4, 6, 2)


def test_without_a_source_only_watched_articles_get_captures(here, tmp_path):
    (tmp_path / "a.warc").write_bytes(captured(2014))
    done, left_out = take(here, tmp_path / "a.warc", source=None)
    assert (done.captures, done.unwatched) == (0, 1)
    assert "no watched article has this address" in left_out[0].reason
    (tmp_path / "b.warc").write_bytes(captured(2016))
    take(here, tmp_path / "b.warc")
    # Archives write one address in many ways.
    for number, spelled in enumerate(
        ("http://paper.test/bridge", "https://www.paper.test/bridge/", "http://paper.test/bridge#x")
    ):
        (tmp_path / "a.warc").write_bytes(captured(2000 + number, spelled))
        done, _ = take(here, tmp_path / "a.warc", source=None)
        assert (done.captures, done.new_articles) == (1, 0)
    assert years(here) == [2000, 2001, 2002, 2016]


def test_spellings_of_one_new_address_are_one_article(here, tmp_path):
    (tmp_path / "a.warc").write_bytes(
        captured(2014, "http://paper.test/bridge/")
        + captured(2016, "https://www.paper.test/bridge")
    )
    done, _ = take(here, tmp_path / "a.warc")
    assert (done.captures, done.new_articles, done.copies) == (2, 1, 1)
    assert years(here, "http://paper.test/bridge/") == [2014, 2016]


def test_where_a_source_has_its_own_copies_they_decide(tmp_path):
    with watched(tmp_path) as here:
        copy = here.store.standing(here.service.article(BRIDGE).id).copy
        (tmp_path / "a.warc").write_bytes(captured(2025, BRIDGE) + captured(2026, BRIDGE))
        done, _ = take(here, tmp_path / "a.warc", source=None)
        assert (done.captures, done.copies) == (2, 0)
        assert here.store.standing(here.service.article(BRIDGE).id).copy == copy


def test_what_was_exported_is_known_when_it_comes_back(tmp_path):
    with watched(tmp_path) as here:
        path = tmp_path / "all.wacz"
        here.service.export(path, Selection(every_capture=True), "t")
        done, left_out = take(here, path, source=None)
        assert (done.captures, done.known, left_out) == (0, 7, [])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with world(elsewhere, feed_source(elsewhere, copies=None)) as there:
        done, left_out = take(there, path)
        assert (done.captures, done.new_articles, left_out) == (7, 3, [])
        assert years(there, BRIDGE) == [2026, 2026]
        again = tmp_path / "again.wacz"
        there.service.export(again, Selection(every_capture=True), "t")
        key = lambda one: (one["url"], one["ts"], one["archiveChecker"]["digest"])  # noqa: E731
        assert sorted(map(key, pages(again))) == sorted(map(key, pages(path)))


def test_a_stop_in_between_is_made_good_by_the_same_command(here, tmp_path, monkeypatch):
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(captured(1900 + number) for number in range(120)))
    archive = here.service.context.ports.archive
    real, left = type(archive).take, [70]

    def full(self, capture):
        left[0] -= 1
        if left[0] < 0:
            raise ArchiveError("archive", "no space left", "Make room.")
        return real(self, capture)

    monkeypatch.setattr(type(archive), "take", full)
    with pytest.raises(ArchiveError):
        take(here, path)
    assert len(years(here)) == 50  # whole batches
    left[0] = 1_000
    done, _ = take(here, path)
    assert (done.captures, done.known) == (70, 50)
    assert years(here) == [1900 + number for number in range(120)]


def test_revisits_come_in_resolved_and_what_refers_to_nothing_is_told(here, tmp_path):
    profile = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
    revisit = record(b"", WARC_Type="revisit", WARC_Profile=profile, WARC_Target_URI=URL,
                     WARC_Date="2018-01-01T00:00:00Z", WARC_Record_ID="<urn:uuid:2>")  # fmt: skip
    lost = revisit.replace(b"/bridge", b"/absent")
    (tmp_path / "a.warc").write_bytes(captured(2016) + revisit + lost)
    done, left_out = take(here, tmp_path / "a.warc")
    assert (done.captures, done.skipped) == (2, 1)
    assert "a record that is not in this file" in left_out[0].reason
    assert years(here) == [2016, 2018]


# ── folders of downloaders ────────────────────────────────────────────────────────────────────


def write(path: Path, body: bytes = PAGE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def offers(path: Path) -> tuple[list[Offer], list[Skipped]]:
    every = list(bring(path, StoppedClock()))
    return [one for one in every if isinstance(one, Offer)], [
        one for one in every if isinstance(one, Skipped)
    ]


def test_layouts_of_wayback_downloaders(tmp_path):
    root = tmp_path / "websites"
    write(root / "paper.test" / "20140506070809" / "bridge" / "index.html")
    write(root / "paper.test" / "20150506070809" / "page.php?id=3")
    write(root / "paper.test" / "20150506070809" / "logo.png", b"\x89PNG")
    write(root / "paper.test" / "20150506070809" / "site.css", b"a {}")
    write(root / "20160506070809" / "www.other.test" / "a b.html")
    write(root / "plain.test" / "old" / "story.html")
    write(root / "notes" / "readme.html")  # no host
    write(root / "port.test_8080" / "20170506070809" / "page.php%3Fid%3D3%26x%3D1")  # on Windows
    found, skipped = offers(root)
    assert skipped == []
    assert {(one.uri, one.dated, one.capture.captured_at.year) for one in found} == {
        ("https://paper.test/bridge/", True, 2014),
        ("https://paper.test/page.php?id=3", True, 2015),
        ("https://www.other.test/a%20b.html", True, 2016),
        ("https://plain.test/old/story.html", False, 2026),
        ("https://port.test:8080/page.php?id=3&x=1", True, 2017),
    }
    assert all(one.capture.status is None for one in found)
    inner, _ = offers(root / "paper.test")  # the folder of one host
    assert {one.uri for one in inner} == {
        "https://paper.test/bridge/", "https://paper.test/page.php?id=3"
    }  # fmt: skip


def test_a_page_knows_how_its_own_address_is_written(tmp_path):
    write(tmp_path / "w" / "paper.test" / "bridge" / "index.html", PAGE.replace(b"<head>", NAMED))
    other = PAGE.replace(b"<head>", NAMED.replace(b"paper.test", b"evil.test"))
    write(tmp_path / "w" / "paper.test" / "other.html", other)
    found, _ = offers(tmp_path / "w")
    assert [one.uri for one in found] == ["https://paper.test/other.html", URL]


def test_dates_that_a_downloader_kept(tmp_path):
    write(tmp_path / "paper.test" / "bridge" / "index.html")
    write(tmp_path / "paper.test" / "late.html")
    rows = [["20140506070809", "http://paper.test/bridge/"], ["20130101000000", URL], ["x"], 3,
            ["99999999999999", "http://paper.test/late.html"]]  # fmt: skip
    write(tmp_path / "paper.test" / ".cdx.json", json.dumps(rows).encode())
    found, _ = offers(tmp_path)
    assert [(one.dated, one.capture.captured_at.year) for one in found] == [
        (False, 2026),
        (True, 2014),
    ]
    for broken in (b"{", b"[" * 100_000, b'{"a": 1}'):
        write(tmp_path / "paper.test" / ".cdx.json", broken)
        assert [one.dated for one in offers(tmp_path)[0]] == [False, False]


def test_undated_pages_are_known_by_their_bytes(here, tmp_path):
    write(tmp_path / "w" / "paper.test" / "bridge.html")
    done, _ = take(here, tmp_path / "w")
    assert (done.captures, done.copies) == (1, 1)
    here.clock.time = here.clock.time.replace(year=2027)
    done, _ = take(here, tmp_path / "w")
    assert (done.captures, done.known) == (0, 1)
    copy = here.store.standing(here.service.article("https://paper.test/bridge.html").id).copy
    assert copy.dated is False


def test_warc_files_in_a_folder(here, tmp_path):
    folder = tmp_path / "crawl" / "collection"
    write(folder / "a.warc", captured(2014))
    write(folder / "b.warc.gz", gzip.compress(captured(2016)))
    done, left_out = take(here, tmp_path / "crawl")
    assert (done.captures, left_out) == (2, [])


# ── ArchiveBox ────────────────────────────────────────────────────────────────────────────────


def snapshot(root: Path, name: str, url: str = URL, **history: str) -> Path:
    """A snapshot's folder as ArchiveBox 0.6 and 0.7 lay it out."""
    runs = {
        method: [{"status": "failed", "start_ts": "2001-01-01T00:00:00+00:00"},
                 {"status": "succeeded", "start_ts": when, "output": "x"}]
        for method, when in history.items()
    }  # fmt: skip
    folder = root / "archive" / name
    index = {"url": url, "timestamp": name, "title": "x", "history": runs}
    write(folder / "index.json", json.dumps(index).encode())
    return folder


@pytest.fixture
def box(tmp_path):
    root = tmp_path / "box"
    write(root / "index.sqlite3", b"")
    warc = snapshot(root, "1600000000.1")
    frame = captured(2020, "https://ads.test/frame", WARC_Record_ID="<urn:uuid:9>")
    write(
        warc / "warc" / "1600000000.warc.gz", gzip.compress(frame) + gzip.compress(captured(2020))
    )
    write(warc / "output.html", PAGE + b"dom")
    dom = snapshot(root, "1600000001", "https://paper.test/dom", dom="2021-02-03T04:05:06+00:00")
    write(dom / "output.html")
    write(dom / "singlefile.html")
    single = snapshot(
        root, "1600000002", "https://paper.test/single", singlefile="2022-02-03T04:05:06"
    )
    write(single / "singlefile.html", b"<!DOCTYPE html><html><body><p>One file.")
    undated = snapshot(root, "1600000003", "https://paper.test/undated")
    write(undated / "output.html")
    return root


def test_archivebox(here, box):
    found, skipped = offers(box)
    assert skipped == []
    assert [(one.uri, one.dated, one.capture.captured_at.year) for one in found] == [
        (URL, True, 2020),
        ("https://paper.test/dom", True, 2021),
        ("https://paper.test/single", True, 2022),
        ("https://paper.test/undated", False, 2026),
    ]
    assert (
        found[0].name
        == "archive/1600000000.1/warc/1600000000.warc.gz:" + found[0].name.split(":")[-1]
    )
    assert found[0].capture.status == 200
    alone, _ = offers(box / "archive" / "1600000001")
    assert [one.uri for one in alone] == ["https://paper.test/dom"]
    done, _ = take(here, box)
    assert (done.captures, done.new_articles, done.copies) == (4, 4, 4)
    assert take(here, box)[0].known == 4


def test_archivebox_from_0_9_on(tmp_path):
    """Folders of users, a record a line, a folder a method; what was moved has left a link."""
    root = tmp_path / "box"
    write(root / "index.sqlite3", b"")
    day = root / "archive" / "users" / "system" / "snapshots" / "20260102" / "paper.test"

    def described(number: str, url: str, **results: str) -> Path:
        lines = [{"type": "Binary", "name": "wget"}, {"type": "Snapshot", "url": url}]
        lines += [{"type": "ArchiveResult", "plugin": plugin, "status": "succeeded",
                   "start_ts": when, "output_str": "x"} for plugin, when in results.items()]  # fmt: skip
        text = b"\n".join(json.dumps(line).encode() for line in lines)
        write(day / number / "index.jsonl", text + b"\n{broken")
        return day / number

    crawled = described("a", URL)
    write(crawled / "wget" / "warc" / "1.warc.gz", gzip.compress(captured(2020)))
    dom = described("b", "https://paper.test/dom", dom="2021-02-03T04:05:06+00:00")
    write(dom / "dom" / "output.html")
    moved = described("c", "https://paper.test/moved", singlefile="2022-02-03T04:05:06")
    write(moved / "singlefile.html")
    (root / "archive" / "1600000000").symlink_to(moved)
    (day / "d").symlink_to(tmp_path)
    old = snapshot(root, "1500000000", "https://paper.test/old")
    write(old / "output.html")
    write(day / "e" / "index.jsonl", b'{"type": "Crawl"}')
    found, skipped = offers(root)
    assert [(one.uri, one.dated, one.capture.captured_at.year) for one in found] == [
        ("https://paper.test/old", False, 2026),
        (URL, True, 2020),
        ("https://paper.test/dom", True, 2021),
        ("https://paper.test/moved", True, 2022),
    ]
    assert found[1].name.startswith(
        "archive/users/system/snapshots/20260102/paper.test/a/wget/warc"
    )
    assert [one.name.rpartition("/")[2] for one in skipped] == ["e"]
    assert "its index.jsonl or index.json is not there" in skipped[0].reason
    assert [one.uri for one in offers(dom)[0]] == ["https://paper.test/dom"]


def test_archivebox_s_wget_that_was_led_elsewhere(tmp_path):
    folder = snapshot(tmp_path, "1", "http://paper.test/short")
    write(folder / "warc" / "1.warc", captured(2020))
    found, _ = offers(tmp_path)
    assert [(one.uri, one.capture.uri) for one in found] == [("http://paper.test/short", URL)]


# ── hostile archives ──────────────────────────────────────────────────────────────────────────


def test_hostile_snapshots_are_told_and_passed_over(box, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_bytes(b"<html>secret")
    snapshot(box, "2", "file:///etc/passwd")
    write(box / "archive" / "3" / "index.json", b"[" * 200_000)
    write(box / "archive" / "4" / "index.json", b'{"url": 3}')
    (box / "archive" / "5").symlink_to(tmp_path)
    linked = snapshot(box, "6", "https://paper.test/linked")
    (linked / "output.html").symlink_to(secret)
    write(snapshot(box, "7", "https://paper.test/empty") / "output.html", b"no page")
    broken = snapshot(box, "8", "https://paper.test/broken")
    write(broken / "warc" / "8.warc.gz", gzip.compress(captured(2020))[:-40])
    (snapshot(box, "9", "https://paper.test/warc") / "warc").symlink_to(tmp_path)
    found, skipped = offers(box)
    assert len(found) == 4
    said = {one.name.rpartition("/")[2]: one.reason for one in skipped}
    assert "is of no web page" in said["2"]
    assert "can't be read" in said["3"]
    assert "can't be read" in said["4"]
    assert "is a link" in said["5"]
    assert "holds neither" in said["6"]
    assert "is no HTML" in said["7"]
    assert "warc/8.warc.gz" in said["8"]
    assert "holds neither" in said["9"]


def test_links_and_odd_names_in_a_mirror(tmp_path):
    root = tmp_path / "w"
    secret = tmp_path / "secret.html"
    secret.write_bytes(PAGE)
    write(root / "paper.test" / "a.html")
    (root / "paper.test" / "b.html").symlink_to(secret)
    (root / "evil.test").symlink_to(tmp_path)
    write(root / "paper.test" / "empty.html", b"")
    odd = bytes(root / "paper.test").decode() + "/\udcff.html"
    Path(odd).write_bytes(PAGE)
    found, skipped = offers(root)
    assert "https://paper.test/a.html" in [one.uri for one in found]
    assert not any("evil" in one.uri or "b.html" in one.uri for one in found)
    reasons = {one.name: one.reason for one in skipped}
    assert "links are not followed" in reasons["evil.test"]
    assert "leads out" in reasons["paper.test/b.html"]
    for one in (*found, *skipped):
        one.name.encode()  # can be shown and stored


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"archive/../../etc/x.warc": captured(2014)}, None),  # a name is a label, never a path
        ({"/archive/x.warc": captured(2014)}, "holds no WARC file"),
        ({"archive/x.warc.gz": gzip.compress(b"\0" * 60_000_000)}, "can't be read on"),
        ({"archive/x.warc": captured(2014).replace(b"Content-Length: ", b"Content-Length: -")}, "Content-Length"),
    ],
)  # fmt: skip
def test_hostile_containers(tmp_path, files, reason):
    path = pack(tmp_path / "x.wacz", {"datapackage.json": b"{}", **files})
    found, skipped = offers(path)
    if reason is None:
        assert len(found) == 1
        assert skipped == []
    else:
        assert found == []
        assert reason in skipped[0].reason
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.wacz"]  # nothing was unpacked


def test_a_container_whose_sizes_lie(tmp_path):
    path = pack(tmp_path / "x.wacz", {"archive/x.warc": captured(2014)})
    body = bytearray(path.read_bytes())
    size = zipfile.ZipFile(path).infolist()[0].file_size
    for at in (body.find(size.to_bytes(4, "little")), body.rfind(size.to_bytes(4, "little"))):
        body[at : at + 4] = (size - 30).to_bytes(4, "little")
    path.write_bytes(bytes(body))
    found, skipped = offers(path)
    assert found == []
    assert "cut short" in skipped[0].reason


def test_a_bomb_in_a_record_is_left_out_and_the_next_record_is_read(tmp_path):
    coded = HTTP.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    bomb = record(coded + gzip.compress(b"\0" * 30_000_000), WARC_Target_URI=URL)
    (tmp_path / "x.warc").write_bytes(bomb + captured(2014))
    found, skipped = offers(tmp_path / "x.warc")
    assert len(found) == 1
    assert "larger than allowed" in skipped[0].reason


def test_all_real_material_comes_in_or_is_told(here, tmp_path):
    """Twice: the second time nothing is new."""
    real = corpora("warc")
    first, left_out = take(here, real)
    assert first.captures > 20
    assert first.skipped == len(left_out) > 5
    again, _ = take(here, real)
    assert (again.captures, again.new_articles) == (0, 0)
    assert again.known == first.captures + first.known
    for number in here.store.article_ids():
        for memento in here.store.captures(number):
            here.service.context.ports.archive.load(memento)


# ── the command ───────────────────────────────────────────────────────────────────────────────

CONFIG = """
[[source]]
name = "kept"
list = "list.txt"
"""


@pytest.fixture
def project(clean_environment):
    Path("checker.toml").write_text(CONFIG)
    Path("list.txt").write_text("")
    Path("crawl.warc").write_bytes(captured(2014) + captured(2016) + record(WARC_Truncated="time"))


def test_the_command(project, run):
    words = ("archive", "import", "crawl.warc", "--source", "kept")
    code, out, err = run(*words, "--dry-run")
    counts = "2 captures {}, 1 new article, 1 capture {} the copy, 1 unreadable\n"
    assert (code, out) == (0, counts.format("would be taken in", "would become"))
    place = len(captured(2014) + captured(2016))
    assert err == f"left out: crawl.warc:{place}: cut by its crawler (time)\n"
    code, out, _ = run(*words, "--strict")
    assert (code, out) == (2, counts.format("taken in", "became"))
    code, out, _ = run("archive", "import", "crawl.warc", "--json")
    said = json.loads(out)
    assert (code, said["captures"], said["known"], said["skipped"]) == (0, 0, 2, 1)
    assert said["left_out"][0]["reason"] == "cut by its crawler (time)"
    code, out, _ = run("diff", URL, "--from", "2015-01-01", "--to", "2017-01-01", "--json")
    assert code in {0, 1}
    assert "2014" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.warc",), "none.warc: there is no such file"),
        (("list.txt",), "is no archive that is known"),
        (("crawl.warc", "--source", "other"), "no source of that name"),
    ],
)
def test_what_cannot_work(project, run, words, said):
    code, _, err = run("archive", "import", *words)
    assert (code, said in err) == (2, True), err


def test_a_folder_that_holds_nothing(tmp_path):
    (tmp_path / "e").mkdir()
    _, skipped = offers(tmp_path / "e")
    assert "holds no WARC file, no snapshot and no page" in skipped[0].reason
    with pytest.raises(TargetError):
        bring(tmp_path / "none", StoppedClock())


NEW = "https://paper.test/bridges/1"


def test_captures_of_where_an_article_moved_are_that_articles(here, tmp_path):
    here.store.put_found("paper", [Found(URL)], here.clock.time)
    (standing,) = here.store.claim([here.service.article(URL).id], here.clock.time, HOUR)
    here.store.record([record_of(standing, here.clock.time, moved_to=NEW)])
    path = tmp_path / "crawl.warc"
    path.write_bytes(captured(2015, NEW))
    done, left_out = take(here, path)
    assert (done.captures, done.new_articles, left_out) == (1, 0, [])
    assert 2015 in years(here)
    assert take(here, path)[0].known == 1


def test_captures_of_how_an_archive_writes_an_article_are_that_articles(here, tmp_path):
    copy = store_fixture.memento("body", NEW)
    here.store.put_found("paper", [Found(URL, copy=copy)], here.clock.time)
    path = tmp_path / "crawl.warc"
    path.write_bytes(captured(2015, NEW))
    for source in ("paper", None):
        done, left_out = take(here, path, source=source)
        assert (done.captures + done.known, done.new_articles, left_out) == (1, 0, [])
    assert 2015 in years(here)


def test_a_capture_of_no_address_is_left_out(here, tmp_path):
    path = tmp_path / "crawl.warc"
    path.write_bytes(captured(2014, "http://[::1/a") + captured(2015))
    done, (why,) = take(here, path)
    assert (done.captures, done.skipped) == (1, 1)
    assert why.reason == "'http://[::1/a' is no usable address"
