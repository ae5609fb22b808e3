"""``checker archive export``: a WACZ that other programs read, with what was found out."""

import gzip
import json
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from checker.adapters.warc import WarcCopies, load, wacz_package
from checker.adapters.warc.cdxj import SortedLines
from checker.adapters.warc.package import WaczPackage
from checker.errors import TargetError
from checker.model import Document, Taken
from checker.service import Selection
from checker.stages.memento import surt
from tests import pywb_server
from tests.corpora import corpora
from tests.helpers_verify import verified
from tests.helpers_wacz import BRIDGE, OLD, SCHOOL, member, pages, watched

ROOT = Path(__file__).parents[2]
WACZ = ROOT / ".venv" / "wacz" / "bin"
CREATED = datetime(2026, 3, 5, tzinfo=UTC)
needs_wacz = pytest.mark.skipif(
    not (WACZ / "wacz").exists(), reason="no py-wacz here (make wacz): its verdict is skipped"
)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Every capture of the watched archive."""
    folder = tmp_path_factory.mktemp("export")
    with watched(folder) as here:
        path = folder / "all.wacz"
        done = here.service.export(path, Selection(every_capture=True), "The paper", CREATED)
        assert (done.articles, done.captures, done.skipped) == (3, 7, ())
        again = folder / "again.wacz"
        here.service.export(again, Selection(every_capture=True), "The paper", CREATED)
        assert again.read_bytes() == path.read_bytes()
    return path


def index(path: Path) -> list[str]:
    return gzip.decompress(member(path, "indexes/index.cdx.gz")).decode().splitlines()


@needs_wacz
def test_py_wacz_calls_it_valid(exported):
    done = subprocess.run(
        [WACZ / "wacz", "validate", "-f", exported],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "is valid" in done.stdout


@needs_wacz
def test_its_index_is_the_one_that_others_make_of_its_captures(exported, tmp_path):
    names = [one for one in zipfile.ZipFile(exported).namelist() if one.startswith("archive/")]
    for name in names:
        (tmp_path / Path(name).name).write_bytes(member(exported, name))
    files = [Path(name).name for name in names]
    done = subprocess.run(
        [WACZ / "cdxj-indexer", "-s", *files],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        timeout=120,
    )
    theirs = done.stdout.decode().splitlines()
    assert len(theirs) == 7
    split = lambda lines: [(one.split(" {")[0], json.loads("{" + one.split(" {")[1]))  # noqa: E731
                           for one in lines]  # fmt: skip
    assert sorted(map(str, split(index(exported)))) == sorted(map(str, split(theirs)))


def test_no_entry_has_a_field_that_the_directory_does_not_show(exported):
    """ReplayWeb.page finds an entry's bytes by the directory alone where that has no extra field."""
    body = exported.read_bytes()
    for one in zipfile.ZipFile(exported).infolist():
        extra = body[one.header_offset + 28 : one.header_offset + 30]
        assert (extra, one.extra) == (b"\0\0", b""), one.filename


def test_our_own_verify_finds_nothing(exported):
    found = verified(exported)
    assert found.faults == ()
    assert found.kinds == {"resource": 1, "response": 4, "revisit": 2, "warcinfo": 1}


def test_each_page_tells_what_was_found_out(exported):
    by_url = {(one["url"], one["archiveChecker"]["role"]): one for one in pages(exported)}
    bridge = by_url[BRIDGE, "copy"]
    said = bridge["archiveChecker"]
    assert bridge["title"] == "x"  # as the feed calls it
    assert bridge["ts"] == "2026-03-02T08:00:00Z"
    assert (said["status"], said["source"], said["article"]) == ("outdated", "paper", BRIDGE)
    assert said["outdatedSince"] == "2026-03-04T08:00:00+00:00"
    assert "source-changed" in {one["rule"] for one in said["findings"]}
    assert any("5.90" in one.get("quote", "") for one in said["findings"])
    assert "has changed" in " ".join(said["notice"]["sentences"])
    assert said["published"].startswith("2026-01-20")
    newest = by_url[BRIDGE, "newest"]["archiveChecker"]
    assert "status" not in newest  # what was judged is the copy
    assert by_url[SCHOOL, "copy"]["archiveChecker"]["status"] != "outdated"
    assert "notice" not in by_url[SCHOOL, "copy"]["archiveChecker"]
    assert by_url[OLD, "copy"]["archiveChecker"]["dated"] is False
    assert len({one["id"] for one in pages(exported)}) == 7


def test_every_capture_can_be_read_back_and_revisits_refer_to_the_same_file(exported):
    found = list(WarcCopies(exported).documents())
    assert all(isinstance(one, Document) for one in found), found
    assert len(found) == 7
    for one in found:
        assert load(exported.parent, one.locator).digest == one.representation.digest
    kinds = [json.loads("{" + one.split(" {")[1])["mime"] for one in index(exported)]
    assert kinds.count("warc/revisit") == 2
    warc = gzip.decompress(member(exported, "archive/captures-00001.warc.gz"))
    assert b"Refers-To-Filename" not in warc
    assert warc.count(b"WARC-Refers-To: <urn:uuid:") == 2


@pywb_server.needed
def test_a_real_pywb_serves_it(exported, tmp_path):
    pywb_server.manage(tmp_path, "init", "handed")
    pywb_server.manage(tmp_path, "add", "--unpack-wacz", "handed", str(exported))
    with pywb_server.serving(tmp_path) as address:
        for stamp, url, words in (
            ("20260302080000", BRIDGE, b"bridge to 4.50"),
            ("20260304080000", BRIDGE, b"bridge to 5.90"),
            ("20260304080000", SCHOOL, b"It opens on Monday"),  # a revisit
            ("20260302080000", OLD, b"Old news"),
        ):
            with urlopen(f"{address}/handed/{stamp}id_/{url}", timeout=30) as answer:
                assert answer.status == 200
                assert words in answer.read(), (stamp, url)


@pytest.mark.parametrize(
    ("selection", "urls"),
    [
        (Selection(status="outdated"), [BRIDGE, BRIDGE]),
        (Selection(status="unchecked"), []),
        (Selection(source="paper"), [BRIDGE, BRIDGE, SCHOOL, OLD]),
        (Selection(source="other"), []),
    ],
)
def test_what_is_selected(tmp_path, selection, urls):
    with watched(tmp_path) as here:
        path = tmp_path / "some.wacz"
        here.service.export(path, selection, "t", CREATED)
        assert sorted(one["url"] for one in pages(path)) == sorted(urls)
        number = here.service.article(SCHOOL).id
        here.service.export(path, Selection((number,)), "t", CREATED)
        assert [one["url"] for one in pages(path)] == [SCHOOL]


def test_a_damaged_capture_is_left_out_and_told(tmp_path):
    with watched(tmp_path) as here:
        (tmp_path / "copies" / "old.html").write_bytes(b"<p>other")
        (warc,) = (tmp_path / "archive").glob("*.warc.gz")
        body = bytearray(warc.read_bytes())
        place = here.store.standing(here.service.article(SCHOOL).id).copy.locator
        body[place.offset + 200] ^= 0xFF
        warc.write_bytes(bytes(body))
        done = here.service.export(tmp_path / "some.wacz", Selection(), "t", CREATED)
    assert done.captures == 2
    assert [one.name.split(" ")[0] for one in done.skipped] == [SCHOOL, OLD]
    assert "is not what it was" in done.skipped[1].reason
    assert verified(tmp_path / "some.wacz").faults == ()


def test_a_failure_leaves_what_stood_there(tmp_path):
    path = tmp_path / "kept.wacz"
    path.write_bytes(b"before")
    with pytest.raises(KeyError), wacz_package(path, CREATED, "t") as package:
        package.add(capture(1), {})
        raise KeyError
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["kept.wacz"]
    with pytest.raises(TargetError, match="can't be written: No such file"):
        with wacz_package(tmp_path / "none" / "x.wacz", CREATED, "t"):
            pass


def capture(number: int, body: bytes = b"<p>x", **changes) -> Taken:
    html = (("Content-Type", "text/html"),)
    return Taken(f"https://a.test/{number}", CREATED, 200, "OK", html, body, **changes)


def test_large_archives_have_several_files_and_sorted_blocks(tmp_path):
    path = tmp_path / "large.wacz"
    with path.open("w+b") as file:
        package = WaczPackage(file, tmp_path, CREATED, "t", max_file=20_000)
        package._lines = SortedLines(tmp_path, run=100)
        for number in range(1500):
            package.add(capture(number * 7919 % 1500), {"title": str(number)})
        package.finish()
        package.close()
    assert verified(path).faults == ()
    lines = index(path)
    assert len(lines) == 1500
    assert lines == sorted(lines)
    names = [one for one in zipfile.ZipFile(path).namelist() if one.startswith("archive/")]
    assert len(names) > 10
    blocks = member(path, "indexes/index.idx").decode().splitlines()
    assert json.loads(blocks[0].partition("!meta 0 ")[2])["format"] == "cdxj-gzip-1.0"
    for block in blocks[1:]:
        key, _, place = block.partition(" {")
        where = json.loads("{" + place)
        packed = member(path, "indexes/index.cdx.gz")[where["offset"] :][: where["length"]]
        assert gzip.decompress(packed).decode().startswith(key)
    assert len(blocks) == 3


def test_a_capture_that_is_added_twice_has_one_record(tmp_path):
    path = tmp_path / "twice.wacz"
    with wacz_package(path, CREATED, "t") as package:
        package.add(capture(1), {"title": "as one source has it"})
        package.add(capture(1), {"title": "as another has it"})
    assert len(index(path)) == 1
    assert len(pages(path)) == 2


def test_hostile_text_stays_in_its_field(tmp_path):
    path = tmp_path / "odd.wacz"
    odd = Taken("https://a.test/\r\nWARC-Type: x \ud800 y", CREATED, None, "",
                (("Content-Type", "text/html\r\nX: y"),), b"<p>x")  # fmt: skip
    with wacz_package(path, CREATED, "t\n\ud800") as package:
        package.add(odd, {"title": "</script>\ud800"})
        package.add(capture(2, body=b"", record_id="<urn:uuid:1>"), {})
    found = verified(path)
    assert (found.faults, found.records) == ((), 3)
    assert len(pages(path)) == 2


@needs_wacz
def test_keys_are_those_of_the_internet_archive():
    """On addresses that people and parsers write in many ways."""
    odd = json.loads((corpora("urls") / "whatwg-urltestdata.json").read_text(encoding="utf-8"))
    urls = [one["href"] for one in odd if isinstance(one, dict) and one.get("href")]
    urls = [one for one in urls if one.startswith(("http://", "https://")) and one.isascii()]
    urls += ["https://www2.Example.com:443/A//b/?c=2&B=1#f", "http://example.com:8080",
             "http://example.com/?", "https://1.2.3.4/x/", "http://a.b/?sid=" + "a1" * 16]  # fmt: skip
    code = "import sys, surt\nfor line in sys.stdin: print(surt.surt(line.rstrip('\\n')))"
    done = subprocess.run(
        [WACZ / "python", "-W", "ignore", "-c", code], input="\n".join(urls), text=True,
        check=False, capture_output=True, timeout=120,
    )  # fmt: skip
    theirs = done.stdout.splitlines()
    assert len(theirs) == len(urls)
    same = [surt(one) == their for one, their in zip(urls, theirs, strict=True)]
    differ = [(u, surt(u), t) for u, t, s in zip(urls, theirs, same, strict=True) if not s]
    assert len(urls) > 200
    assert len(differ) <= len(urls) // 20, differ


PAGE = b"<html lang=en><head><link rel=canonical href=http://127.0.0.1:1/a><title>A</title></head>"
CONFIG = """
[archive]
folder = "captures"
[store]
url = "sqlite:///checker.db"
[[source]]
name = "folder"
folder = "copies"
"""


@pytest.fixture
def project(clean_environment, run):
    """One article, a file in a folder, that was never checked."""
    Path("checker.toml").write_text(CONFIG)
    Path("copies").mkdir()
    Path("copies/a.html").write_bytes(PAGE + b"<p>Some words of the copy.</p>")
    assert run("source", "sync")[0] == 0


def test_the_command(project, run):
    code, out, err = run("archive", "export", "a.wacz", "--created", "2026-11-24")
    assert (code, out, err) == (0, "a.wacz: 1 article, 1 capture\n", "")
    first = Path("a.wacz").read_bytes()
    assert pages(Path("a.wacz"))[0]["archiveChecker"]["status"] == "unchecked"
    words = ("archive", "export", "a.wacz", "1", "--created", "2026-11-24", "--json")
    code, out, _ = run(*words, "--source", "folder", "--status", "unchecked")
    assert json.loads(out)["captures"] == 1
    assert Path("a.wacz").read_bytes() == first
    Path("copies/a.html").write_bytes(b"other")
    code, out, err = run("archive", "export", "b.wacz")
    assert (code, out) == (1, "b.wacz: 1 article, 0 captures\n")
    assert err.startswith("left out: http://127.0.0.1:1/a (")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a.zip",), "a.zip: is no name of a WACZ"),
        (("a.wacz", "--status", "bad"), "is none of current, outdated"),
        (("a.wacz", "--source", "none"), "no source of that name"),
        (("a.wacz", "17"), "nothing of that address or number"),
        (("none/a.wacz",), "can't be written: No such file"),
    ],
)
def test_what_cannot_work(project, run, words, said):
    code, _, err = run("archive", "export", *words)
    assert (code, said in err) == (2, True), err
    assert not list(Path().glob("*.wacz"))
