"""WACZ containers as targets and as the archive that pages are compared with."""

import zipfile
from pathlib import Path

import pytest

from checker.adapters.library import DiskShelf
from checker.adapters.warc import WarcCopies, load
from checker.model import Document, Skipped
from checker.service import AuditOptions, Auditor
from tests.corpora import corpora
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, SetClock, reply


def found(path: Path) -> list[Document | Skipped]:
    return list(WarcCopies(path).documents())


def pack(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as container:
        for name, body in files.items():
            container.writestr(name, body)
    return path


def test_a_container_holds_what_its_warc_files_hold(tmp_path):
    source = corpora("warc") / "pywb"
    warcs = ("example.warc.gz", "iana.warc.gz", "example.arc.gz", "example.warc")
    loose = [one for name in warcs for one in found(source / name)]
    files = {f"archive/{name}": (source / name).read_bytes() for name in warcs}
    path = pack(tmp_path / "all.wacz", {"datapackage.json": b"{}", **files})
    every = found(path)
    packed = [one for one in every if isinstance(one, Document)]
    assert len(every) == len(loose), "what is broken is told here as there"
    assert [(one.uri, one.captured_at) for one in packed] == [
        (one.uri, one.captured_at) for one in loose if isinstance(one, Document)
    ]
    for one in packed:
        assert load(tmp_path, one.locator).digest == one.representation.digest


@pytest.mark.parametrize("name", ["valid_example_1.wacz", "valid_example_2.wacz"])
def test_real_containers(name):
    every = found(corpora("warc") / "py-wacz" / name)
    assert [one for one in every if isinstance(one, Document)]


def test_what_can_t_be_read_is_explained(tmp_path):
    body = (corpora("warc") / "pywb/example.warc.gz").read_bytes()
    name = "archive/example.warc.gz"
    deflated = pack(tmp_path / "a.wacz", {name: body}, zipfile.ZIP_DEFLATED)
    assert "is compressed within the container" in found(deflated)[0].reason
    (tmp_path / "b.wacz").write_bytes(b"PK\x03\x04 and no more")
    assert "no readable zip container" in found(tmp_path / "b.wacz")[0].reason
    empty = pack(tmp_path / "c.wacz", {"index/index.cdx": b""})
    assert "no WARC file" in found(empty)[0].reason
    whole = pack(tmp_path / "d.wacz", {name: body})
    whole.write_bytes(whole.read_bytes().replace(b"PK\x03\x04", b"PK\x00\x00", 1))
    assert "is not where" in found(whole)[0].reason


def test_files_beyond_the_first_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.adapters.warc.wacz._MOST", 2)
    whole = pack(tmp_path / "a.wacz", {"1.txt": b"", "2.txt": b""})
    assert not any("not read" in one.reason for one in found(whole))
    told = found(pack(tmp_path / "b.wacz", {"1.txt": b"", "2.txt": b"", "3.txt": b""}))
    assert "holds 3 files; those after the first 2 were not read" in told[0].reason


def test_pages_against_a_container(tmp_path):
    body = (corpora("warc") / "pywb/iana.warc.gz").read_bytes()
    path = pack(tmp_path / "iana.wacz", {"archive/iana.warc.gz": body})
    (copy,) = (one for one in found(path) if one.uri == "http://www.iana.org/")
    clock = SetClock()
    http = FakeHttp({copy.uri: reply(copy.representation.body)}, clock)
    auditor = Auditor(http, clock, POLICIES, DiskShelf(), "0")
    report = auditor.audit([copy.uri], AuditOptions(against=str(path)))
    assert not report.skipped
    assert report.items[0].comparison.change.value == "identical"
