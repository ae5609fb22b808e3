"""WARC and ARC files on disk: what we write others can read, what others broke can't hurt us."""

import errno
import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from checker.adapters import warc
from checker.adapters.warc import WarcArchive, WarcCopies, records
from checker.adapters.warc import captures as archive_module
from checker.errors import ArchiveError, TargetError
from checker.model import Document, Hop, Locator, Memento, Response, Skipped, digest_of
from tests.corpora import corpora

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = b"<title>A bridge</title><p>It is closed."
HTML = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
URI = "https://news.example/a?b=c"


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def answer(body: bytes = PAGE, raw: bytes | None = None, **changes: Any) -> Response:
    stored = body if raw is None else raw
    response = Response(URI, 200, "OK", HTML, stored, body, NOON, NOON)
    return replace(response, **changes)


def open_archive(folder: Path, **options: int) -> WarcArchive:
    return WarcArchive(folder, StoppedClock(), **options)


def read_by_warcio(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Another program's reading of *path*: (type, record header, block) of each record."""
    with path.open("rb") as stream:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read())
            for record in ArchiveIterator(stream, no_record_parse=True)
        ]


# --- what we write


def test_records_are_complete_and_concurrent(tmp_path: Path) -> None:
    hops = (Hop(301, "http://news.example/a", URI), Hop(302, "https://news.example/x", URI))
    sent = (("User-Agent", "checker/1"), ("If-None-Match", '"1"'))
    with open_archive(tmp_path) as archive:
        memento = archive.append(answer(hops=hops, request_headers=sent))
    (path,) = tmp_path.iterdir()
    info, response, request, metadata = read_by_warcio(path)
    assert [part[0] for part in (info, response, request, metadata)] == [
        "warcinfo", "response", "request", "metadata",
    ]  # fmt: skip
    assert info[1]["WARC-Filename"] == path.name == memento.locator.path
    assert b"X-Crawler-Transfer-Encoding" in info[2]
    assert response[1]["WARC-Target-URI"] == URI
    assert response[1]["WARC-Date"] == "2026-11-24T12:00:00.000000Z"
    assert response[2] == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        b"X-Crawler-Transfer-Encoding: chunked\r\n\r\n" + PAGE
    )
    assert request[2] == (
        b"GET /a?b=c HTTP/1.1\r\nHost: news.example\r\n"
        b'User-Agent: checker/1\r\nIf-None-Match: "1"\r\n\r\n'
    )
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert metadata[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert b"via: http://news.example/a\r\nhopsFromSeed: RR\r\n" in metadata[2]


def test_digests_stand_up_to_another_programs_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_archive(tmp_path) as archive:
        archive.append(answer())
        archive.append(answer(raw=gzip.compress(PAGE), headers=(("Content-Encoding", "gzip"),)))
        archive.append(answer(b""))
    (path,) = tmp_path.iterdir()
    checker = Checker(type("Command", (), {"inputs": [str(path)], "verbose": True})())
    checker.process_one(str(path))
    assert checker.exit_value == 0
    assert "digest failed" not in capsys.readouterr().out
    with path.open("rb") as stream:
        found = [
            (str(r.headers["WARC-Type"]), r.verify_block_digest())
            for r in FastIterator(stream, parse_http=False)
        ]
    assert found == [("warcinfo", True), *[("response", True), ("request", True)] * 3]


def test_a_length_that_does_not_fit_is_kept_aside(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        archive.append(answer(headers=(("Content-Length", "9999"),)))
        archive.append(answer(headers=(("Content-Length", str(len(PAGE))),), uri=URI + "2"))
    (path,) = tmp_path.iterdir()
    blocks = [block for kind, _, block in read_by_warcio(path) if kind == "response"]
    assert b"\r\nX-Crawler-Content-Length: 9999\r\n" in blocks[0]
    assert f"\r\nContent-Length: {len(PAGE)}\r\n".encode() in blocks[1]


def test_the_same_payload_becomes_a_revisit(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        first = archive.append(answer())
        again = archive.append(answer(received_at=NOON.replace(hour=13)))
        other_uri = archive.append(answer(uri=URI + "&d"))
        assert archive.load(again).body == PAGE
        assert archive.load(other_uri).body == PAGE
    (path,) = tmp_path.iterdir()
    found = [part for part in read_by_warcio(path) if part[0] in {"response", "revisit"}]
    assert [kind for kind, _, _ in found] == ["response", "revisit", "response"]
    (_, original, _), (_, revisit, block), _ = found
    assert revisit["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert revisit["WARC-Refers-To"] == original["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == URI
    assert revisit["WARC-Refers-To-Date"] == original["WARC-Date"]
    assert revisit["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    assert revisit["WARC-Refers-To-File-Offset"] == str(first.locator.offset)
    assert block.endswith(b"\r\n\r\n")  # HTTP header without the payload


def test_after_a_restart_the_previous_memento_makes_a_revisit(tmp_path: Path) -> None:
    zipped = answer(raw=gzip.compress(PAGE), headers=(*HTML, ("Content-Encoding", "gzip")))
    with open_archive(tmp_path) as archive:
        first = archive.append(zipped)
        second = archive.append(zipped)
    with open_archive(tmp_path) as archive:
        third = archive.append(zipped, previous=second)  # a revisit itself
        plain = archive.append(answer(), previous=first)  # same body, sent otherwise
        moved = archive.append(answer(uri=URI + "#2"), previous=first)
        lost = archive.append(
            answer(uri=URI + "3"), previous=replace(first, locator=Locator("x", 0))
        )
        mementos = (first, second, third, plain, moved, lost)
        assert {archive.load(memento).digest for memento in mementos} == {digest_of(PAGE)}
    kinds = [
        kind for path in sorted(tmp_path.iterdir()) for kind, _, _ in read_by_warcio(path)
        if kind in {"response", "revisit"}
    ]  # fmt: skip
    assert kinds == ["response", "revisit", "revisit", "response", "response", "response"]
    copies = [d for d in WarcCopies(tmp_path).documents() if isinstance(d, Document)]
    assert {copy.representation.body for copy in copies} == {PAGE}
    assert len(copies) == 6  # revisits into another file included


@pytest.mark.parametrize("coding", [False, True])
def test_after_a_restart_what_the_memento_says_of_its_record_makes_a_revisit_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coding: bool
) -> None:
    fields = {"raw": gzip.compress(PAGE), "headers": (*HTML, ("Content-Encoding", "gzip"))}
    page = answer(**fields) if coding else answer()
    with open_archive(tmp_path) as archive:
        first = archive.append(page)
        assert archive.append(page).record == ""  # a revisit holds no payload
    with open_archive(tmp_path) as archive:
        with monkeypatch.context() as patch:
            patch.setattr(archive, "_found", lambda _: pytest.fail("the archive was read"))
            again = archive.append(page, previous=first)
        assert archive.load(again).body == PAGE
    (tmp_path / first.locator.path).unlink()
    with open_archive(tmp_path) as archive:
        anew = archive.append(page, previous=first)  # it is gone: stored in full
        assert archive.load(anew).body == PAGE


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "_MAX_KNOWN", 1)
    with open_archive(tmp_path) as archive:
        for uri in ("1", "2", "1"):
            archive.append(answer(uri=URI + uri))
    (path,) = tmp_path.iterdir()
    assert [kind for kind, _, _ in read_by_warcio(path)].count("revisit") == 0


def test_hostile_text_forges_no_field_and_no_record(tmp_path: Path) -> None:
    evil = "x\r\nWARC-Type: warcinfo\r\n\r\nWARC/1.1\r\n"
    hostile = answer(
        uri=f"https://news.example/{evil}\ud800",
        reason=evil,
        headers=(("X", evil), (f"Y{evil}", "é"), ("Z", "日本")),
        hops=(Hop(301, evil, evil),),
    )
    with open_archive(tmp_path) as archive:
        assert archive.load(archive.append(hostile)).body == PAGE
    (path,) = tmp_path.iterdir()
    found = read_by_warcio(path)
    assert [kind for kind, _, _ in found] == ["warcinfo", "response", "request", "metadata"]
    head = found[1][2].partition(b"\r\n\r\n")[0]
    assert head.count(b"\r\n") == 3
    assert "日本".encode() in head


def test_one_file_per_process_and_size(tmp_path: Path) -> None:
    with open_archive(tmp_path, max_file=1_000) as archive:
        mementos = [archive.append(answer(uri=f"{URI}{n}", body=os.urandom(400))) for n in range(4)]
        assert len({memento.locator.path for memento in mementos}) > 1
        for memento in mementos:
            assert archive.load(memento).digest == memento.digest
    with open_archive(tmp_path) as archive:
        later = archive.append(answer())
    assert later.locator.path not in {memento.locator.path for memento in mementos}
    assert later.locator.path.startswith(f"checker-20261124120000-{os.getpid()}-")


def test_nothing_is_written_behind_a_torn_tail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disk full in the middle of a record: the next capture goes to a new file."""
    write, full_by = os.write, list[int]()
    with open_archive(tmp_path) as archive:
        good = archive.append(answer())

        def full(descriptor: int, data: bytes) -> int:
            full_by.append(len(data))
            if len(full_by) > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(descriptor, data[:200])

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(ArchiveError, match="No space left on device"):
            archive.append(answer(b"other"))
        monkeypatch.setattr(os, "write", write)
        after = archive.append(answer(b"other"))
        assert after.locator.path != good.locator.path
        assert archive.load(after).body == b"other"
        assert archive.load(good).body == PAGE
    documents = list(WarcCopies(tmp_path / good.locator.path).documents())
    assert isinstance(documents[0], Document)
    assert isinstance(documents[-1], Skipped)


APPEND_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from checker.adapters.warc import WarcArchive
from checker.model import Response

class Now:
    def now(self):
        return datetime.now(UTC)

archive, number = WarcArchive(Path(sys.argv[1]), Now()), 0
while True:
    number += 1
    body = f"<p>{sys.argv[2]} {number}".encode() * 500
    answer = Response(f"http://a.example/{number % 5}", 200, "OK", (), body, body,
                      Now().now(), Now().now())
    memento = archive.append(answer)
    print(memento.locator.path, memento.locator.offset, memento.digest, flush=True)
"""


def test_kill_9_loses_no_capture_that_was_returned(tmp_path: Path) -> None:
    told: list[tuple[str, int, str]] = []
    for run in range(3):
        command = [sys.executable, "-c", APPEND_FOR_EVER, str(tmp_path), str(run)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(15 + run):
                path, offset, digest = process.stdout.readline().split()
                told.append((path, int(offset), digest))
            process.kill()
    assert len({path for path, _, _ in told}) == 3  # nothing behind a torn tail
    for path, offset, digest in told:
        assert warc.load(tmp_path, Locator(path, offset)).digest == digest


def test_threads_do_not_mix_their_records(tmp_path: Path) -> None:
    kept: list[Memento] = []
    with open_archive(tmp_path, max_file=20_000) as archive:

        def work(number: int) -> None:
            for turn in range(10):
                body = f"<p>{number} {turn}".encode() + os.urandom(300)
                kept.append(archive.append(answer(body, uri=f"{URI}{number}")))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({(m.locator.path, m.locator.offset) for m in kept}) == 60
        assert [archive.load(memento).digest for memento in kept] == [m.digest for m in kept]


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with open_archive(tmp_path / "file" / "captures") as archive:
        with pytest.raises(ArchiveError, match="can't be written") as error:
            archive.append(answer())
    assert "permissions" in error.value.remedy


def test_an_unused_archive_makes_no_file(tmp_path: Path) -> None:
    open_archive(tmp_path / "captures").close()
    assert not (tmp_path / "captures").exists()


# --- reading back what was damaged


def damaged(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset + 300] ^= 0xFF
    path.write_bytes(bytes(data))


def altered(path: Path, offset: int) -> None:
    """A well-formed record of other content in the same place."""
    head, record = path.read_bytes()[:offset], path.read_bytes()[offset:]
    path.write_bytes(head + gzip.compress(gzip.decompress(record).replace(b"closed", b"opened")))


def cut(path: Path, offset: int) -> None:
    path.write_bytes(path.read_bytes()[: offset + 200])


def gone(path: Path, offset: int) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (damaged, "can't be read on after this|cut short"),
        (altered, "digest differs"),
        (cut, "can't be read on after this|cut short|bad Content-Length"),
        (gone, "No such file"),
    ],
)
def test_a_damaged_capture_is_an_error(
    tmp_path: Path, harm: Callable[[Path, int], None], reason: str
) -> None:
    with open_archive(tmp_path) as archive:
        memento = archive.append(answer())
        assert memento.locator.offset
        harm(tmp_path / memento.locator.path, memento.locator.offset)
        with pytest.raises(ArchiveError, match=reason):
            archive.load(memento)


@pytest.mark.parametrize(
    "path", ["../secret.warc.gz", "/etc/passwd", "sub/../../secret.warc.gz", "", ".", "a\0b",
             "link.warc.gz", "linked/secret.warc.gz"]
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with open_archive(tmp_path) as outside:
        memento = outside.append(answer())
    (tmp_path / memento.locator.path).rename(tmp_path / "secret.warc.gz")
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "link.warc.gz").symlink_to(tmp_path / "secret.warc.gz")
    (tmp_path / "captures" / "linked").symlink_to(tmp_path)
    with open_archive(tmp_path / "captures") as archive:
        locator = Locator(path, memento.locator.offset)
        with pytest.raises(ArchiveError, match="leads out of"):
            archive.load(replace(memento, locator=locator))


def test_a_locator_without_an_offset_names_no_record(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="names no record"):
        warc.load(tmp_path, Locator("a.warc.gz"))


def test_a_file_as_root_holds_itself_alone(tmp_path: Path) -> None:
    with open_archive(tmp_path) as archive:
        memento = archive.append(answer())
    file = tmp_path / memento.locator.path
    assert warc.load(file, Locator(".", memento.locator.offset)).body == PAGE
    assert warc.load(file, memento.locator).body == PAGE
    with pytest.raises(ArchiveError, match="leads out of"):
        warc.load(file, Locator("other.warc.gz", 0))


def test_a_bomb_is_not_decoded(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 2_000_000)
    with open_archive(tmp_path, max_body=1_000_000) as archive:
        memento = archive.append(answer(b"", raw=bomb, headers=(("Content-Encoding", "gzip"),)))
        with pytest.raises(ArchiveError, match="larger than allowed"):
            archive.load(memento)


# --- files that others made

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def record(
    block: bytes = HTTP + PAGE, length: bytes | None = None, end: bytes = b"\r\n\r\n", **fields: str
) -> bytes:
    names = {
        "WARC-Type": "response",
        "WARC-Record-ID": "<urn:uuid:1>",
        "WARC-Target-URI": URI,
        "WARC-Date": "2020-02-03T04:05:06Z",
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in names.items() if value).encode()
    size = str(len(block)).encode() if length is None else length
    return b"WARC/1.0\r\n" + head + b"Content-Length: " + size + b"\r\n\r\n" + block + end


def read(tmp_path: Path, content: bytes, name: str = "a.warc") -> list[Document | Skipped]:
    (tmp_path / name).write_bytes(content)
    return list(WarcCopies(tmp_path / name).documents())


def test_a_foreign_record_becomes_a_document(tmp_path: Path) -> None:
    prefix = record(WARC_Type="warcinfo")
    (document,) = read(tmp_path, prefix + record())
    assert isinstance(document, Document)
    assert document.name == f"a.warc:{len(prefix)}"
    assert (document.uri, document.mapped_by) == (URI, "WARC-Target-URI")
    assert document.captured_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert document.headers == (("Content-Type", "text/html"),)
    assert document.representation.body == PAGE
    assert document.locator == Locator("a.warc", len(prefix))


GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("block", "body"),
    [
        (GZIPPED + gzip.compress(PAGE), PAGE),
        (GZIPPED + PAGE, PAGE),  # decoded by its crawler, who kept the header
        (CHUNKED + b"5\r\n<p>He\r\n4;x=y\r\nllo!\r\n0\r\n\r\n", b"<p>Hello!"),
        (CHUNKED + PAGE, PAGE),  # joined by its crawler, who kept the header
        (HTTP.replace(b"\r\n", b"\n") + PAGE, PAGE),
        (b"HTTP/1.0 200 \r\n\r\n<!doctype html><p>x", b"<!doctype html><p>x"),  # no type: HTML?
    ],
)
def test_bodies_are_read_as_they_were_meant(tmp_path: Path, block: bytes, body: bytes) -> None:
    (document,) = read(tmp_path, record(block))
    assert isinstance(document, Document), document
    assert document.representation.body == body
    assert document.locator
    assert warc.load(tmp_path, document.locator).body == body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (record(length=b"-5"), "bad Content-Length -5"),
        (record(length=b"abc"), "bad Content-Length abc"),
        (record(length=b"9" * 30), "bad Content-Length 9999"),
        (record(length=b"30000000"), "too large: 30000000 bytes"),
        (record(length=b"9999"), "cut short: "),
        (record(length=b"5\r\nContent-Length: 6"), "bad Content-Length 5, 6"),
        (record(length=b"3"), "no HTTP response"),
        (record(WARC_Truncated="time"), "cut by its crawler (time)"),
        (record(WARC_Segment_Number="2"), "is a segment"),
        (record(b"HTTP/1.1 abc\r\n\r\nx"), "bad status line"),
        (record(HTTP[:-2] + b"X: " + b"a" * 70_000 + b"\r\n\r\nx"), "Maximum header length"),
        (record(GZIPPED + gzip.compress(PAGE)[:-9]), "cut short within its content coding"),
        (record(GZIPPED + gzip.compress(b"\0" * 21_000_000)), "larger than allowed"),
        (
            record(HTTP.replace(b"\r\n\r\n", b"\r\nContent-Encoding: zstd\r\n\r\n") + PAGE),
            "unknown content",
        ),
        (record(CHUNKED + b"5\r\n<p>Hello, it is longer\r\n0\r\n\r\n"), "broken chunks"),
        (record(CHUNKED + b"5\r\n<p>He\r\nfff\r\nllo\r\n"), "broken chunks"),
        (record(CHUNKED + b"5\r\n<p>He\r\n"), "broken chunks"),
        (
            record(WARC_Type="revisit", WARC_Profile="x/identical-payload-digest"),
            "not in this file",
        ),
        (b"", "is empty"),
        (b"<html>no WARC at all", "can't be read on"),
        (b"PK\x03\x04 a WACZ", "not named .wacz"),
        (gzip.compress(record())[:-30], "can't be read on after this|cut short"),
        (b"WARC/1.0\r\nX: " + b"a" * 50_000_000, "Maximum header length exceeded"),
        (gzip.compress(b"WARC/1.0\r\nX: " + b"a" * 50_000_000), "Maximum header length exceeded"),
        (gzip.compress(record() + record() + record()), "compressed as a whole"),
    ],
)
def test_the_broken_is_explained(tmp_path: Path, content: bytes, reason: str) -> None:
    skipped = [item for item in read(tmp_path, content) if isinstance(item, Skipped)]
    assert skipped
    assert any(part in skipped[0].reason for part in reason.split("|")), skipped
    assert skipped[0].name.startswith("a.warc:")


@pytest.mark.parametrize(
    "content",
    [
        record(HTTP.replace(b"200 OK", b"404 Not Found")),
        record(HTTP.replace(b"text/html", b"image/png")),
        record(b"HTTP/1.1 200 OK\r\n\r\n\x89PNG"),
        record(WARC_Type="request"),
        record(WARC_Type="metadata"),
        record(WARC_Target_URI="dns:news.example"),
        record(WARC_Target_URI=""),
        record(b"log", WARC_Type="resource", WARC_Target_URI="metadata://x/log", Content_Type="text/plain"),
        record(HTTP.replace(b"200 OK", b"301 Moved"), WARC_Type="revisit", WARC_Profile="identical-payload-digest"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_passed_over_in_silence(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == []


def test_one_broken_record_does_not_hide_the_next(tmp_path: Path) -> None:
    content = record(WARC_Truncated="length") + record()
    assert [type(item) for item in read(tmp_path, content)] == [Skipped, Document]


@pytest.mark.parametrize(
    "refers",
    [
        {"WARC_Refers_To": "<urn:uuid:1>"},
        {"WARC_Payload_Digest": "sha1:AAAA"},
        {"WARC_Refers_To_Target_URI": URI, "WARC_Refers_To_Date": "2020-02-03T04:05:06Z"},
    ],
)
def test_a_revisit_finds_its_payload_in_the_file(tmp_path: Path, refers: dict[str, str]) -> None:
    revisit = record(
        HTTP, WARC_Type="revisit", WARC_Date="2021-01-01T00:00:00Z", WARC_Record_ID="<urn:uuid:2>",
        WARC_Profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest", **refers,
    )  # fmt: skip
    first, second = read(tmp_path, record(WARC_Payload_Digest="sha1:AAAA") + revisit)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert second.representation == first.representation
    assert second.captured_at == datetime(2021, 1, 1, tzinfo=UTC)
    assert second.locator == first.locator


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "does not say where"),
        ({"WARC_Refers_To_File_Offset": "-1"}, "does not say where"),
        ({"WARC_Refers_To_File_Offset": "0", "WARC_Refers_To": "<urn:uuid:9>"}, "not where it was"),
        ({"WARC_Refers_To_File_Offset": "0", "WARC_Refers_To_Filename": "../a.warc"}, "leads out"),
        ({"WARC_Refers_To_File_Offset": "7"}, "no response record begins|can't be read on"),
        ({"WARC_Refers_To_File_Offset": "itself"}, "holds no response"),
        ({"WARC_Refers_To_File_Offset": "99999"}, "ends before this record"),
    ],
)
def test_a_revisit_that_leads_nowhere(tmp_path: Path, fields: dict[str, str], reason: str) -> None:
    first = record()
    if fields.get("WARC_Refers_To_File_Offset") == "itself":
        fields = {"WARC_Refers_To_File_Offset": str(len(first))}
    fields = {"WARC_Refers_To_Filename": "a.warc", **fields}
    revisit = record(HTTP, WARC_Type="revisit", **fields)
    (tmp_path / "a.warc").write_bytes(first + revisit)
    with pytest.raises(ArchiveError) as error:
        warc.load(tmp_path, Locator("a.warc", len(first)))
    assert any(part in error.value.cause for part in reason.split("|")), error.value


def test_no_response_where_the_locator_points(tmp_path: Path) -> None:
    request = record(WARC_Type="request")
    (tmp_path / "a.warc").write_bytes(request + record(b"HTTP/1.1 abc\r\n\r\n"))
    for offset, reason in ((0, "no response record begins there"), (len(request), "bad status")):
        with pytest.raises(ArchiveError, match=reason):
            warc.load(tmp_path, Locator("a.warc", offset))


def test_a_revisit_without_headers_or_with_a_broken_original(tmp_path: Path) -> None:
    original = record(b"HTTP/1.1 abc\r\n\r\nx")
    revisit = record(
        b"", WARC_Type="revisit", WARC_Profile="identical-payload-digest",
        WARC_Refers_To="<urn:uuid:1>", WARC_Record_ID="<urn:uuid:2>",
    )  # fmt: skip
    first, second = read(tmp_path, original + revisit)
    assert isinstance(first, Skipped)
    assert isinstance(second, Skipped)
    assert "bad status line" in second.reason


def test_a_resource_is_read_back(tmp_path: Path) -> None:
    content = record(PAGE, WARC_Type="resource", Content_Type="text/html; charset=utf-8")
    (document,) = read(tmp_path, content)
    assert isinstance(document, Document)
    assert document.representation.charset == "utf-8"
    assert warc.load(tmp_path, Locator("a.warc", 0)) == document.representation


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-02-03T04:05:06.123456789Z", datetime(2020, 2, 3, 4, 5, 6, 123456, tzinfo=UTC)),
        ("2020-02-03T04:05:06+02:00", datetime(2020, 2, 3, 2, 5, 6, tzinfo=UTC)),
        ("2020-02-03T04:05:06", datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2020-02-03", datetime(2020, 2, 3, tzinfo=UTC)),
        ("0001-01-01T00:00:00+12:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_record_dates(text: str | None, moment: datetime | None) -> None:
    assert records.instant(text) == moment


def test_addresses_lose_brackets_and_spaces(tmp_path: Path) -> None:
    (document,) = read(tmp_path, record(WARC_Target_URI="<http://news.example/a b>"))
    assert isinstance(document, Document)
    assert document.uri == "http://news.example/a%20b"


def test_a_folder_of_files_is_read_in_order_without_links(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.warc.gz").write_bytes(gzip.compress(record()))
    (tmp_path / "a.warc").write_bytes(record())
    (tmp_path / "c.warc").symlink_to(tmp_path / "a.warc")
    (tmp_path / "readme.txt").write_text("no archive")
    copies = WarcCopies(tmp_path)
    assert [item.name for item in copies.documents()] == ["a.warc:0", "sub/b.warc.gz:0"]
    assert copies.root == tmp_path


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no such file"):
        WarcCopies(tmp_path / "a.warc")


def test_an_unreadable_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.warc").write_bytes(record())

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    copies = WarcCopies(tmp_path / "a.warc")
    monkeypatch.setattr(Path, "open", refuse)
    assert list(copies.documents()) == [Skipped("a.warc", "can't be read: Permission denied")]


# --- ARC

FILEDESC = b"filedesc://x.arc 0.0.0.0 20200203040506 text/plain 5\n1 0 x\n\n"


def arc_record(block: bytes = HTTP + PAGE, line: str = "") -> bytes:
    line = line or f"{URI} 192.0.2.1 20200203040506 text/html {len(block)}"
    return line.encode() + b"\n" + block + b"\n"


@pytest.mark.parametrize("zipped", [False, True])
def test_arc_files_are_read(tmp_path: Path, *, zipped: bool) -> None:
    parts = [FILEDESC, arc_record(), arc_record(line=f"{URI} x 1.2.3.4 bad text/html {len(HTTP)}",
                                                block=HTTP)]  # fmt: skip
    content = b"".join(gzip.compress(part) if zipped else part for part in parts)
    first, second = read(tmp_path, content, "a.arc")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.captured_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (first.uri, second.uri) == (URI, f"{URI}%20x")
    assert second.captured_at is None
    for document in (first, second):
        assert document.locator
        assert warc.load(tmp_path, document.locator) == document.representation


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            FILEDESC + arc_record(line=f"{URI} 1.2.3.4 20200203040506 text/html -1"),
            "bad length '-1'",
        ),
        (FILEDESC + arc_record(line="no header"), "no ARC record header"),
        (FILEDESC + arc_record()[:-20], "cut short: "),
        (FILEDESC + b"http://" + b"a" * 20_000_000, "no ARC record header"),
        (FILEDESC + arc_record(b"x" * 21_000_000), "too large: 21000000"),
        (gzip.compress(FILEDESC + arc_record() + arc_record()), "compressed as a whole"),
        (gzip.compress(FILEDESC) + gzip.compress(arc_record())[:-20], "can't be read on|cut short"),
        (gzip.compress(FILEDESC)[:12], "can't be read on"),
    ],
)
def test_broken_arc_files_are_explained(tmp_path: Path, content: bytes, reason: str) -> None:
    skipped = [item for item in read(tmp_path, content, "a.arc") if isinstance(item, Skipped)]
    assert skipped
    assert any(part in skipped[0].reason for part in reason.split("|")), skipped


# --- real material


def test_every_real_file_ends_in_documents_or_an_explanation() -> None:
    root = corpora("warc")
    files = sorted(path for path in root.rglob("*") if path.is_file())
    assert len(files) >= 50
    count = 0
    for path in files:
        copies = WarcCopies(path)
        for item in copies.documents():
            if isinstance(item, Skipped):
                assert item.reason
                continue
            count += 1
            assert item.uri
            assert item.locator is not None
            assert warc.load(copies.root, item.locator) == item.representation
    assert count >= 61  # as counted when this was written; only rises


def test_every_real_file_cut_anywhere_stays_harmless(tmp_path: Path) -> None:
    """Truncation at any place: documents or explanations, never an exception."""
    files = [path for path in sorted(corpora("warc").rglob("*")) if path.stat().st_size < 20_000]
    for number, path in enumerate(path for path in files if path.is_file()):
        content = path.read_bytes()
        for part in (number % 7 + 1, 9, 10):
            cut_file = tmp_path / "cut"
            cut_file.write_bytes(content[: len(content) * part // 11])
            for item in WarcCopies(cut_file).documents():
                assert isinstance(item, Document) or item.reason
