"""Revisit records of both profiles and versions, in files, folders and containers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.adapters.warc import WarcCopies, load
from checker.model import Document, Skipped
from tests.corpora import corpora
from tests.integration.test_wacz import pack
from tests.integration.test_warc import HTTP, URI, read, record

PROFILES = "http://netpreserve.org/warc/{}/revisit/{}"
ETAGGED = HTTP.replace(b"\r\n\r\n", b'\r\nETag: W/"one"\r\n\r\n', 1)
LATER = datetime(2021, 1, 1, tzinfo=UTC)


def not_modified(version: str = "1.1", block: bytes = b"", **fields: str) -> bytes:
    said = {"WARC_Profile": PROFILES.format(version, "server-not-modified"), **fields}
    return record(block, WARC_Type="revisit", WARC_Date="2021-01-01T00:00:00Z",
                  WARC_Record_ID="<urn:uuid:2>", **said)  # fmt: skip


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize(
    "fields",
    [
        {},  # only the address
        {"WARC_Refers_To": "<urn:uuid:1>"},
        {"WARC_Refers_To_Target_URI": URI, "WARC_Refers_To_Date": "2020-02-03T04:05:06Z"},
        {"WARC_Payload_Digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"},  # of nothing
        {"WARC_Etag": '"one"'},
        {"block": b'HTTP/1.1 304 Not Modified\r\nETag: "one"\r\n\r\n'},
    ],
)
def test_a_304_is_the_last_answer_of_its_address(
    tmp_path: Path, version: str, fields: dict
) -> None:
    first, second = read(tmp_path, record(ETAGGED) + not_modified(version, **fields))
    assert isinstance(first, Document)
    assert isinstance(second, Document), second
    assert second.representation == first.representation
    assert second.captured_at == LATER
    assert second.headers == first.headers
    assert load(tmp_path, second.locator).digest == first.representation.digest


def test_of_several_answers_the_last_is_meant(tmp_path: Path) -> None:
    newer = record(HTTP.replace(b"<p>", b"<p>Newer. "), WARC_Record_ID="<urn:uuid:3>")
    gone = record(HTTP.replace(b"200 OK", b"404 Not Found"), WARC_Record_ID="<urn:uuid:4>")
    found = read(tmp_path, record() + newer + gone + not_modified())
    assert len(found) == 3
    assert found[2].representation == found[1].representation


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (not_modified(), "a record that is not in this file"),
        (record(WARC_Target_URI="https://news.example/other") + not_modified(), "not in this file"),
        (record(ETAGGED) + not_modified(WARC_Etag='"two"'), "another version was not modified"),
        (
            record(HTTP.replace(b"200 OK", b"404 No"))
            + not_modified(WARC_Refers_To="<urn:uuid:1>"),
            "an answer with status 404 was not modified",
        ),
        (not_modified(WARC_Profile="http://a.test/revisit/other"), "profile that is not known: other"),
        (not_modified(WARC_Profile=""), "profile that is not known: none"),
    ],
)  # fmt: skip
def test_what_refers_to_nothing_is_a_recorded_skip(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    last = read(tmp_path, content)[-1]
    assert isinstance(last, Skipped)
    assert reason in last.reason


def test_a_304_that_names_its_place(tmp_path: Path) -> None:
    first = record()
    content = first + not_modified(
        block=b"HTTP/1.1 304 Not Modified\r\n\r\n",
        WARC_Refers_To_Filename="a.warc", WARC_Refers_To_File_Offset="0",
    )  # fmt: skip
    found = read(tmp_path, content)
    assert found[1].representation == found[0].representation
    from checker.adapters.warc import record_at
    from checker.model import Locator

    whole = record_at(tmp_path, Locator("a.warc", len(first)))
    assert whole.status == 200


def test_a_revisit_finds_its_payload_in_another_file_of_the_folder_or_container(tmp_path: Path):
    revisit = record(
        HTTP, WARC_Type="revisit", WARC_Date="2021-01-01T00:00:00Z", WARC_Record_ID="<urn:uuid:2>",
        WARC_Profile=PROFILES.format("1.1", "identical-payload-digest"),
        WARC_Refers_To="<urn:uuid:1>",
    )  # fmt: skip
    files = {"a.warc": record(), "b.warc": revisit + not_modified()}
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body)
    container = pack(tmp_path / "c.wacz", {f"archive/{name}": body for name, body in files.items()})
    for path in (folder, container):
        first, second, third = WarcCopies(path).documents()
        for one in (second, third):
            assert isinstance(one, Document), one
            assert one.representation == first.representation
            assert load(WarcCopies(path).root, one.locator).digest == first.representation.digest


def test_heritrix_s_304_of_the_standard_s_samples(tmp_path: Path) -> None:
    """Alone it refers to nothing; beside its original it is that page again."""
    samples = corpora("warc") / "iipc"
    name = "20141124-heritrix-server-not-modified.warc.gz"
    (alone,) = WarcCopies(samples / name).documents()
    assert isinstance(alone, Skipped)
    assert "not in this file" in alone.reason
    page = record(HTTP, WARC_Target_URI="http://www.bl.uk/", WARC_Date="2014-11-23T00:00:00Z")
    (tmp_path / "1.warc").write_bytes(page)
    (tmp_path / "2.warc.gz").write_bytes((samples / name).read_bytes())
    first, again = WarcCopies(tmp_path).documents()
    assert again.representation == first.representation
    assert again.captured_at == datetime(2014, 11, 24, 8, 13, 54, tzinfo=UTC)


def test_heritrix_s_revisits_of_the_standard_s_samples(tmp_path: Path) -> None:
    samples = corpora("warc") / "iipc"
    for number, name in enumerate(
        ("20141129-heritrix-original.warc.gz",
         "20141129-heritrix-revisit-with-http-headers-and-new-warc-headers.warc.gz")
    ):  # fmt: skip
        (tmp_path / f"{number}.warc.gz").write_bytes((samples / name).read_bytes())
    first, again = WarcCopies(tmp_path).documents()
    assert isinstance(again, Document), again
    assert again.representation == first.representation
    assert again.captured_at > first.captured_at
