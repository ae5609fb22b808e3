"""WARC files in Zstandard: records, dictionaries, damage, and files that unpack to far more."""

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc import ArchiveIterator
from fastwarc.stream_io import ZstdWriter
from hypothesis import given
from hypothesis import strategies as st

from checker.adapters.library import DiskShelf
from checker.adapters.warc import records as reading
from checker.adapters.warc import zstd
from checker.adapters.warc.records import Broken, Record, records
from checker.model import Document

CAP = 1_000_000
PAGE = "<html><head><title>Bridge</title></head><body><p>The bridge opens in {n}.</p></body></html>"
# A dictionary of Zstandard (RFC 8878 §5), trained on such records.
WORDS = b64decode(
    "N6Qw7OflZ2IXEOgK0wEAAABQAlh4JymTlDJgoIsQQgITAZAAABIco9QdAAAEQIaDgEQJgEoEAAAAAAAAAAAB"
    "gIRMBAAgAgAAAAAAwBBpiIr0AAAAAAA0dbYhVQ4AAAAAAAAAAAAAAAAAAQAAAAQAAAAIAAAAWg0KV0FSQy1U"
    "YXJnZXQtVVJJOiBodHRwczovL3BhcGVyLnRlc3QvMTk3OQ0KQ29udGUuPC9wPjwvYm9keT48L2h0bWw+DQoN"
    "CldBUkMvMS4xDQpXQVJDLVR5cGU6IHJlc3BvbnBvbnNlDQpDb250ZW50LUxlbmd0aDogMTM2DQoNCkhUVFAv"
    "MS4xIDIwMCBPSw0KQ29ub250ZW50LVR5cGU6IHRleHQvaHRtbA0KDQo8aHRtbD48aGVhZD48dGl0bGU+QnJp"
    "ZGdlPkJyaWRnZTwvdGl0bGU+PC9oZWFkPjxib2R5PjxwPlRoZSBicmlkZ2Ugb3BlbnMgaT4NCldBUkMtRGF0"
    "ZTogMjAxOS0wNS0wMVQwMDowMDowMA=="
)


def record(number, body=None, length=None):
    page = PAGE.format(n=number).encode() if body is None else body
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
        f"WARC-Date: 2019-05-01T00:00:00Z\r\nWARC-Target-URI: https://paper.test/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {length or len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def packed(data, **options):
    """One frame; before it that of the dictionary, if there is one."""
    out = BytesIO()
    writer = ZstdWriter(out, **options)
    for start in range(0, len(data), 1 << 20):
        writer.write(data[start : start + (1 << 20)])
    writer.finish()
    writer.flush()
    return out.getvalue()


def with_dictionary(*datas, **options):
    """A file whose first frame holds the dictionary of all others."""
    first, *others = (packed(data, dictionary=WORDS, **options) for data in datas)
    head = 8 + int.from_bytes(first[4:8], "little")
    return first + b"".join(one[head:] for one in others), head


def read(folder, content, start=0):
    path = folder / "x.warc.zst"
    path.write_bytes(content)
    return list(records(path, CAP, start))


def told(found):
    return [one.reason if isinstance(one, Broken) else one.uri for one in found]


def test_each_frame_is_a_record_that_is_found_again(tmp_path):
    parts = [packed(record(number)) for number in range(3)]
    found = read(tmp_path, b"".join(parts))
    assert told(found) == [f"https://paper.test/{number}" for number in range(3)]
    assert [one.offset for one in found] == [sum(map(len, parts[:n])) for n in range(3)]
    for one in found:
        (again, *_) = read(tmp_path, b"".join(parts), one.offset)
        assert again == one


@pytest.mark.parametrize("packs", [False, True])
def test_a_dictionary_in_the_first_frame_is_used(tmp_path, packs):
    content, head = with_dictionary(
        record(0), record(1), record(2), compress_dictionary_frame=packs
    )
    assert content[8:12] == (zstd.MAGIC if packs else WORDS[:4])
    found = read(tmp_path, content)
    assert told(found) == [f"https://paper.test/{number}" for number in range(3)]
    assert found[0].offset == head
    (again, *_) = read(tmp_path, content, found[2].offset)
    assert again == found[2]
    without = read(tmp_path, content[head:])
    assert all("can't be unpacked" in one for one in told(without))


def test_other_records_and_skippable_frames_are_passed_over(tmp_path):
    info = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    content = packed(info) + skipped + packed(record(1)) + skipped
    assert told(read(tmp_path, content)) == ["https://paper.test/1"]


def test_damage_costs_its_record(tmp_path):
    parts = [packed(record(number)) for number in range(3)]
    hurt = bytearray(parts[1])
    hurt[len(hurt) // 2] ^= 0xFF
    first, broken, last = read(tmp_path, parts[0] + hurt + parts[2])
    assert isinstance(first, Record)
    assert "can't be unpacked" in broken.reason
    assert last.uri == "https://paper.test/2"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (packed(record(0))[:-9], "can't be unpacked"),
        (packed(record(0))[:6], zstd.CUT),
        (packed(record(0)) + b"garbage", "no Zstandard frame begins here"),
        (packed(record(0))[:6] + b"\xff" * 90, "damaged"),
        (packed(record(0) + record(1)), "more records share its frame"),
        (b"\x5d\x2a\x4d\x18\xff\xff\xff\x7f" + packed(record(0)), "too large"),
        (b"\x5d\x2a\x4d\x18\x90\x00\x00\x00abc", zstd.CUT),
        (
            b"\x5d\x2a\x4d\x18\x08\x00\x00\x00\x28\xb5\x2f\xfd\xff\xff\xff\xff",
            "dictionary is damaged",
        ),
        (
            b"\x5d\x2a\x4d\x18\x4a\x00\x00\x00\x28\xb5\x2f\xfd\x00\x38"
            + ((zstd.BLOCK << 3 | 2).to_bytes(3, "little") + b"A") * 16
            + ((zstd.BLOCK << 3 | 3).to_bytes(3, "little") + b"A"),
            "damaged or too large",  # 74 bytes stand for more than two million
        ),
    ],
)
def test_what_can_t_be_read_is_told(tmp_path, content, why):
    assert why in told(read(tmp_path, content))[-1]


@pytest.mark.parametrize(
    "data",
    [
        record(0) + b"\r\n" * 200_000_000,
        record(0, length=400_000_000) + b"\0" * 400_000_000,
        b"\0" * 400_000_000,
    ],
    ids=["blank lines behind a record", "a long record", "no record"],
)
def test_a_small_file_that_unpacks_to_much_is_not_unpacked(tmp_path, data, monkeypatch):
    content = packed(data)
    assert len(content) < 100_000
    unpacked = []

    def spied(stream, *args, **options):
        unpacked.append(stream.getvalue())
        return ArchiveIterator(stream, *args, **options)

    monkeypatch.setattr(reading, "ArchiveIterator", spied)
    bomb, after = read(tmp_path, content + packed(record(1)))
    assert unpacked == [packed(record(1))]
    assert "too large" in bomb.reason
    assert after.uri == "https://paper.test/1"


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\x5d\x2a\x4d\x18", b"\x20", packed(record(0))])
)
def test_no_bytes_make_it_raise(tmp_path_factory, tail, head):
    folder = tmp_path_factory.mktemp("bytes", numbered=True)
    for content in (zstd.MAGIC + head + tail, head + tail):
        for one in read(folder, content):
            assert isinstance(one, Record | Broken)


def test_it_is_taken_in_and_can_not_be_verified(tmp_path, clean_environment, run):
    Path("crawl.warc.zst").write_bytes(with_dictionary(record(1), record(2))[0])
    Path("checker.toml").write_text(
        'data_dir = "data"\n[[source]]\nname = "paper"\nlist = "urls.txt"\n'
    )
    Path("urls.txt").write_text("")
    code, *_ = run("archive", "import", "crawl.warc.zst", "--source", "paper")
    assert code == 0
    assert len(json.loads(run("article", "list", "--json")[1])) == 2
    code, _, err = run("archive", "verify", "crawl.warc.zst")
    assert code == 2
    assert "zstd -d" in err


def test_it_is_a_target_of_an_audit_like_others(tmp_path):
    content, _ = with_dictionary(record(1), record(2))
    path = Path(tmp_path / "crawl.WARC.zst")
    path.write_bytes(content)
    found = list(DiskShelf().open(path, None))
    assert all(isinstance(one, Document) for one in found)
    assert [one.uri for one in found] == ["https://paper.test/1", "https://paper.test/2"]
