"""``checker archive verify``: files that are what they say, and files that are not."""

import json
from pathlib import Path

import pytest

from checker.adapters.warc import verify
from checker.entry.cli import main as cli
from checker.errors import TargetError
from tests.corpora import corpora
from tests.integration.test_wacz import pack


def said(path: Path) -> str:
    return " | ".join(what for _, what in verify(path).faults)


@pytest.mark.parametrize(
    "name",
    ["pywb/example.warc.gz", "pywb/iana.warc.gz", "iipc/hello-world.warc", "pywb/example.arc.gz",
     "py-wacz/valid_example_1.wacz", "py-wacz/valid_example_2.wacz"],
)  # fmt: skip
def test_good_files(name):
    found = verify(corpora("warc") / name)
    assert found.faults == []
    assert found.records


def test_an_edited_record_is_found(tmp_path):
    body = (corpora("warc") / "iipc/hello-world.warc").read_bytes()
    path = tmp_path / "edited.warc"
    path.write_bytes(body)
    assert verify(path).digests
    at = body.rindex(b"ello")
    path.write_bytes(body[:at] + b"allo" + body[at + 4 :])
    assert "Digest is not that of its bytes" in said(path)
    path.write_bytes(body[:-40])
    assert "cut short" in said(path)


def test_a_container_s_index_and_list(tmp_path):
    warc = (corpora("warc") / "pywb/example.warc.gz").read_bytes()
    line = b'com,example)/ 20140103030321 {"url": "http://example.com/", "offset": "7",'
    line += b' "filename": "e.warc.gz", "status": "200"}\n'
    listed = {"resources": [{"path": "archive/e.warc.gz", "hash": "sha256:00"},
                            {"path": "archive/none", "hash": "sha256:00"},
                            {"path": "index/index.cdx", "hash": "crc:00"}]}  # fmt: skip
    files = {"archive/e.warc.gz": warc, "index/index.cdx": line, "index/b.cdx.gz": b"no gzip",
             "pages/pages.jsonl": b"{}"}  # fmt: skip
    path = pack(tmp_path / "a.wacz", {**files, "datapackage.json": json.dumps(listed).encode()})
    told = said(path)
    for what in ("no record of e.warc.gz begins at byte 7", "can't be read", "is not listed",
                 "its digest is not the one", "can't be verified"):  # fmt: skip
        assert what in told
    assert "is not there, or lists" in said(pack(tmp_path / "b.wacz", files))
    assert "no readable zip" in said_of(tmp_path / "c.wacz", b"PK")


def said_of(path: Path, body: bytes) -> str:
    path.write_bytes(body)
    return said(path)


def test_the_command(capsys, tmp_path):
    good = str(corpora("warc") / "pywb/example.warc.gz")
    assert cli(["archive", "verify", good]) == 0
    assert "as they should be" in capsys.readouterr().out
    (tmp_path / "x.warc").write_bytes(b"")
    assert cli(["archive", "verify", good, str(tmp_path / "x.warc")]) == 1
    assert "x.warc:0: is empty" in capsys.readouterr().out
    assert cli(["archive", "verify", good, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["faults"] == []
    with pytest.raises(TargetError, match="can't be read"):
        verify(tmp_path / "none.warc")
