"""``checker archive verify``: files that are what they say, and each way in which one may not be."""

import gzip
import json
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from checker.adapters.warc import verify
from checker.adapters.warc.verifying.tally import COPY_AGAIN
from checker.errors import TargetError
from checker.service import Selection
from tests.corpora import corpora
from tests.helpers_service import feed_source, world
from tests.helpers_verify import (
    BODY,
    HEAD,
    NUMBER,
    content,
    entry,
    every_kind,
    sha1,
    sha256,
    verified,
    wacz,
    warc,
)
from tests.helpers_wacz import watched

KINDS = {"continuation": 1, "conversion": 1, "metadata": 1, "request": 1, "resource": 2,
         "response": 1, "revisit": 1, "warcinfo": 1}  # fmt: skip


def told(path: Path) -> list[tuple[int | None, str]]:
    """(offset, sentence) of each fault; every one says what to do."""
    found = verified(path)
    assert all(one.remedy for one in found.faults)
    return [(one.offset, f"{one.record}: {one.cause}") for one in found.faults]


# ── good files ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_every_type_of_record(tmp_path, name):
    found = verified(warc(tmp_path / name))
    assert found.faults == ()
    assert found.notes == ()
    assert found.kinds == KINDS
    assert found.digests == 14


def test_a_good_container(tmp_path):
    found = verified(wacz(tmp_path / "a.wacz"))
    assert found.faults == ()
    assert found.notes == ()
    assert found.kinds == KINDS
    # 14 of records, 4 of files, the list's own, 3 of the index's records
    assert found.digests == 22


BROKEN = {
    "pywb/bad.arc": "bad length '-1'",
    "warcio/bad.arc": "bad length '-1'",
    "warcio/example-space-in-url.arc": "cut short",
    "iipc/20141124-heritrix-server-not-modified.warc.gz": "line breaks that end a record are missing",
    "pywb/example-url-agnostic-orig.warc.gz": "line breaks that end a record are missing",
    "pywb/example-url-agnostic-revisit.warc.gz": "line breaks that end a record are missing",
    "pywb/example-bad.warc.gz.bad": "member holds more than this record",
    "warcio/example-bad.warc.gz.bad": "member holds more than this record",
    "warcio/example-bad-non-chunked.warc.gz": "member holds more than this record",
    "pywb/example-extra.warc": "does not end after the 0 bytes",
    "pywb/example.warc": "does not end after the 320 bytes",
    "pywb/missing-status-text.warc": "no WARC record begins here",
    "warcio/example-digest.warc": "its WARC-Payload-Digest can't be one",
    "warcio/example-trunc.warc": "does not end after the 973 bytes",
    "warcio/example-wrong-chunks.warc.gz": "its gzip member ends first",
    "py-wacz/invalid_example_1.wacz": "pages/pages.jsonl: is not there",
    "pywb/invalid_example_1.wacz": "pages/pages.jsonl: is not there",
}  # what was made by hand, or broken on purpose, by its first words


def test_all_real_material_is_whole_or_broken_as_is_known():
    root = corpora("warc")
    found = {one.file.removeprefix(f"{root}/"): one for one in verify([root])}
    found |= {name: verified(root / name) for name in BROKEN if name not in found}
    assert len(found) > 45
    assert {name for name, one in found.items() if one.faults} == set(BROKEN)
    for name, words in BROKEN.items():
        assert any(words in str(one) for one in found[name].faults), (name, found[name].faults)
    signed = found["py-wacz/valid_signed_example_1.wacz"]
    assert "who signed it is not verified" in signed.notes[0].cause


@pytest.mark.parametrize(
    "said",
    ["sha1:{}", "sha-1:{}", "SHA1:{}", "sha1:{hex}", "sha1:{base64}", "sha256:{hex256}"],
)
def test_digests_as_tools_write_them(tmp_path, said):
    import base64
    import hashlib

    raw = hashlib.sha1(BODY).digest()
    text = said.format(sha1(BODY)[5:], hex=raw.hex(), base64=base64.b64encode(raw).decode(),
                       hex256=hashlib.sha256(BODY).hexdigest())  # fmt: skip
    found = verified(warc(tmp_path / "a.warc", [entry(1, WARC_Payload_Digest=text)]))
    assert (found.faults, found.digests) == ((), 2)


CHUNKED = HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"
PARTS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


@pytest.mark.parametrize(("of", "wrong"), [(BODY, 0), (PARTS, 0), (b"x", 1)])
def test_a_chunked_body_may_be_digested_as_sent_or_joined(tmp_path, of, wrong):
    one = entry(1, block=CHUNKED + PARTS, WARC_Payload_Digest=sha1(of))
    assert len(told(warc(tmp_path / "a.warc", [one]))) == wrong


def test_a_digest_of_an_unknown_kind_is_told_and_no_fault(tmp_path):
    found = verified(warc(tmp_path / "a.warc", [entry(1, WARC_Payload_Digest="blake3:abc")]))
    assert found.faults == ()
    assert "of a kind that is not known: blake3:abc" in found.notes[0].cause


# ── damaged records ───────────────────────────────────────────────────────────────────────────

ALL = every_kind()
AT = [len(b"".join(ALL[:number])) for number in range(len(ALL))]  # in a plain file


def with_fields(**fields):
    return lambda: [*ALL[:1], entry(1, **fields), *ALL[2:]]


def with_bytes(old: bytes, new: bytes, number: int = 1):
    assert ALL[number].count(old)
    return lambda: [*ALL[:number], ALL[number].replace(old, new), *ALL[number + 1 :]]


DAMAGED = [
    ("a block digest", with_bytes(sha256(HEAD + BODY).encode(), sha256(b"").encode()),
     "its WARC-Block-Digest is not that of its bytes"),
    ("a payload digest", with_fields(WARC_Payload_Digest=sha1(b"")),
     "its WARC-Payload-Digest is not that of its bytes"),
    ("a payload digest in hex", with_fields(WARC_Payload_Digest=sha256(b"")),
     "its WARC-Payload-Digest is not that of its bytes"),
    ("a digest that is none", with_fields(WARC_Block_Digest="sha1:xyz"),
     "its WARC-Block-Digest can't be one: sha1:xyz"),
    ("an edited body", with_bytes(b"closed", b"opened"), "its WARC-Block-Digest is not that"),
    ("no date", with_fields(WARC_Date=""), "its header has no WARC-Date"),
    ("a date that is none", with_fields(WARC_Date="yesterday"), "'yesterday' is no date"),
    ("no id", with_fields(WARC_Record_ID=""), "its header has no WARC-Record-ID"),
    ("two ids", with_bytes(b"WARC-Date", b"WARC-Record-ID: <urn:x>\r\nWARC-Date"),
     "its header has more than one WARC-Record-ID"),
    ("no type", with_fields(WARC_Type=""), "its header has no WARC-Type"),
    ("no address", with_fields(WARC_Target_URI=""), "its header has no WARC-Target-URI"),
    ("no field", with_bytes(b"WARC-Date", b"nothing here\r\nWARC-Date"),
     "a line that is no field: 'nothing here'"),
    ("no HTTP", lambda: [ALL[0], entry(1, block=BODY), *ALL[2:]],
     "is said to hold an HTTP response and holds none"),
    ("no length", with_fields(Content_Length=""), "its header has no Content-Length"),
    ("a negative length", with_fields(Content_Length="-5"), "its Content-Length '-5' is no number"),
    ("a length too small", with_fields(Content_Length="20"), "does not end after the 20 bytes"),
    ("a length too large", with_fields(Content_Length="86"), "does not end after the 86 bytes"),
    ("another version", with_bytes(b"WARC/1.1", b"WARC/7.0"), "no WARC record begins here"),
    ("a revisit of nothing known", lambda: [*ALL[:5], entry(5, "revisit", HEAD), *ALL[6:]],
     "its header has no WARC-Profile"),
    ("a first continuation",
     lambda: [*ALL[:8], entry(8, "continuation", BODY, WARC_Segment_Number="1")],
     "'1' is not that of a continuation"),
    ("a continuation of nothing",
     lambda: [*ALL[:8], entry(8, "continuation", BODY, WARC_Segment_Number="2")],
     "no WARC-Segment-Origin-ID"),
]  # fmt: skip


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(("records", "words"), [one[1:] for one in DAMAGED],
                         ids=[one[0] for one in DAMAGED])  # fmt: skip
def test_a_damaged_record(tmp_path, records, words, zipped):
    made = records()
    path = warc(tmp_path / ("a.warc.gz" if zipped else "a.warc"), made)
    said = told(path)
    assert words in said[0][1], said
    number = next(at for at, one in enumerate(made) if one != ALL[at])
    before = [gzip.compress(one, mtime=0) if zipped else one for one in made[:number]]
    assert said[0][0] == len(b"".join(before))
    # What follows is found again: only the damaged one may be missing.
    assert verified(path).records >= len(ALL) - 1


def members(damage) -> bytes:
    """The good file, its members damaged."""
    return b"".join(damage([gzip.compress(one, mtime=0) for one in ALL]))


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]


def changed(number: int, change):
    return lambda all_of: [*all_of[:number], change(all_of[number]), *all_of[number + 1 :]]


ZIPPED = [
    ("check sum", changed(1, lambda one: flipped(one, -8)), "check sum (CRC-32)"),
    ("length", changed(1, lambda one: flipped(one, -2)), "its gzip length"),
    ("deflate", changed(1, lambda one: one[:12] + b"\xff\xff" + one[14:]), "can't be unpacked"),
    ("magic", changed(1, lambda one: b"\x00" + one[1:]), "no gzip member begins here"),
    ("flags", changed(1, lambda one: one[:3] + b"\xe0" + one[4:]), "no gzip member begins here"),
    ("cut and followed", changed(1, lambda one: one[:-30]), "its gzip check sum (CRC-32)"),
    ("last cut", changed(8, lambda one: one[:-30]), "the file ends within its gzip member"),
    ("last trailer cut", changed(8, lambda one: one[:-3]), "the file ends within its gzip member"),
    ("garbage behind", changed(8, lambda one: one + b"garbage"), "no gzip member begins here"),
    ("zeros behind", changed(8, lambda one: one + bytes(100)), "no gzip member begins here"),
    ("two in one", changed(1, lambda one: gzip.compress(ALL[1] + ALL[2])), "holds more than this"),
    ("one in two", changed(1, lambda one: gzip.compress(ALL[1][:-20]) + gzip.compress(ALL[1][-20:])),
     "its gzip member ends first"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "words"), [one[1:] for one in ZIPPED],
                         ids=[one[0] for one in ZIPPED])  # fmt: skip
def test_a_damaged_gzip_member(tmp_path, damage, words):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(members(damage))
    said = told(path)
    assert any(words in what for _, what in said), said
    assert verified(path).records >= len(ALL) - 1
    assert len(said) <= 3


def test_headers_of_gzip_members_with_all_that_they_may_have(tmp_path):
    plain = gzip.compress(ALL[0], mtime=0)
    flags = bytes([4 | 8 | 16 | 2])
    full = plain[:3] + flags + plain[4:10] + b"\x03\x00abc" + b"name\x00" + b"said\x00" + b"hc"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(full + plain[10:])
    assert told(path) == []


def test_a_file_that_ends_within_a_record(tmp_path):
    path = warc(tmp_path / "a.warc")
    path.write_bytes(path.read_bytes()[:-7])
    assert told(path) == [
        (AT[8], "continuation https://paper.test/8: cut short: 2 of 5 bytes are there")
    ]
    path.write_bytes(b"")
    assert told(path) == [(0, ": is empty")]
    path.write_bytes(b"\x00" * 50)
    assert "no WARC record begins here" in told(path)[0][1]


def test_a_bomb_costs_neither_memory_nor_time(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(
        gzip.compress(ALL[1] + bytes(300 << 20), 1) + gzip.compress(ALL[2])
    )
    said = told(tmp_path / "a.warc.gz")
    assert "holds more than this record" in said[0][1]
    assert verified(tmp_path / "a.warc.gz").records >= 2


def test_many_faults_are_counted_and_not_all_listed(tmp_path):
    one = entry(1, WARC_Payload_Digest=sha1(b""))
    found = verified(warc(tmp_path / "a.warc", [one] * 1_003))
    assert (len(found.faults), found.unlisted, found.count) == (1_000, 3, 1_003)


def test_what_is_quoted_can_be_shown(tmp_path):
    one = entry(1, WARC_Target_URI="https://a.test/\x1b[31m" + "x" * 2_000, WARC_Date="\x07")
    (said, *_) = (str(fault) for fault in verified(warc(tmp_path / "a.warc", [one])).faults)
    assert said.isprintable()
    assert len(said) < 1_000


def test_arc_files(tmp_path):
    good = (corpora("warc") / "pywb/example.arc.gz").read_bytes()
    path = tmp_path / "a.arc.gz"
    path.write_bytes(good)
    assert verified(path).kinds == {"arc": 1}
    path.write_bytes(flipped(good, -8))
    assert "check sum" in told(path)[-1][1]
    path.write_bytes(good[:-20])
    assert any("ends within" in what for _, what in told(path))


# ── revisits ──────────────────────────────────────────────────────────────────────────────────


def test_a_revisit_of_nothing_here_is_told_and_no_fault(tmp_path):
    alone = warc(tmp_path / "b.warc", [ALL[5]])
    found = verified(alone)
    assert found.faults == ()
    assert [one.cause for one in found.notes] == [
        "refers to a record that is not in what was verified"
    ]
    assert found.notes[0].offset == 0
    other = warc(tmp_path / "a.warc", [ALL[1]])
    assert [one.notes for one in verify([alone, other])] == [(), ()]  # in another file
    assert [one.notes for one in verify([tmp_path])] == [(), ()]


PROFILE = "http://netpreserve.org/warc/1.0/revisit/"


@pytest.mark.parametrize(
    ("fields", "dangling"),
    [
        ({"WARC_Payload_Digest": sha1(BODY)}, 0),
        ({"WARC_Payload_Digest": sha1(b"")}, 1),
        ({"WARC_Refers_To_Target_URI": "https://paper.test/1",
          "WARC_Refers_To_Date": "2026-01-02T03:04:05Z"}, 0),
        ({"WARC_Refers_To_Target_URI": "https://paper.test/1",
          "WARC_Refers_To_Date": "2025-01-02T03:04:05Z"}, 1),
        ({"WARC_Profile": PROFILE + "server-not-modified",
          "WARC_Target_URI": "https://paper.test/1"}, 0),
        ({"WARC_Profile": PROFILE + "server-not-modified"}, 1),
        ({"WARC_Refers_To": NUMBER.format(77)}, 1),
    ],
)  # fmt: skip
def test_what_a_revisit_may_refer_by(tmp_path, fields, dangling):
    said = {"WARC_Profile": PROFILE + "identical-payload-digest", **fields}
    path = warc(tmp_path / "a.warc", [ALL[1], entry(9, "revisit", HEAD, **said)])
    assert len(verified(path).notes) == dangling
    assert verified(path).faults == ()


# ── containers ────────────────────────────────────────────────────────────────────────────────

GOOD = dict.fromkeys(("warc", "index", "idx", "pages", "package", "seal"))


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    path = wacz(tmp_path_factory.mktemp("good") / "a.wacz")
    return {name: content(path, name) for name in GOOD}


def lines(edit):
    """The index with edited lines."""

    def change(body: bytes) -> bytes:
        return gzip.compress(b"".join(edit(gzip.decompress(body).splitlines(keepends=True))))

    return change  # fmt: skip


def first(old: bytes, new: bytes):
    return lines(lambda all_of: [all_of[0].replace(old, new), *all_of[1:]])


LISTS = [
    ("warc", lambda body: flipped(body, -8), "its gzip check sum (CRC-32)"),
    ("warc", lambda body: flipped(body, -8), "its digest is not the one in datapackage.json"),
    ("warc", lambda body: b"".join((body, body)), "bytes, datapackage.json says"),
    ("warc", lambda body: None, "is not there, though datapackage.json lists it"),
    ("other", lambda _: gzip.compress(ALL[1]), "is not listed in datapackage.json"),
    ("package", lambda _: None, "datapackage.json: is not there"),
    ("package", lambda _: b"{}", "lists no files with their digests"),
    ("package", lambda _: b"[" * 100_000, "lists no files with their digests"),
    ("package", lambda body: body.replace(b"sha256:", b"crc:", 1), "gives no digest of it that is"),
    ("seal", lambda body: body.replace(b"sha256:", b"sha256:ff", 1), "gives no digest that is known"),
    ("seal", lambda _: json.dumps({"hash": sha256(b"")}).encode(), "not that of datapackage.json"),
    ("pages", lambda _: None, "pages/pages.jsonl: is not there"),
    ("pages", lambda _: b"{}\n", "its first line names no format"),
    ("pages", lambda body: body + b"\n{", "line 3 is no page with url and ts"),
    ("index", lambda _: None, "there is no index of the records"),
    ("index", lambda _: b"no gzip", "indexes/index.cdx.gz: can't be read"),
    ("index", first(b'"offset": "', b'"offset": "7'), "begins at byte 7"),
    ("index", first(b'"length": "', b'"length": "9'), "length is 9"),
    ("index", first(b"sha1:", b"sha1:7"), None),
    ("index", first(sha1(BODY).encode(), sha1(b"").encode()), "digest is not that of the record"),
    ("index", first(b'"recordDigest": "sha256:', b'"recordDigest": "sha1:' + b"A" * 32 + b'", "x": "'),
     "recordDigest is not that of the record"),
    ("index", first(b"paper.test/1", b"paper.test/7"), "the record there is not of"),
    ("index", first(b"a.warc.gz", b"z.warc.gz"), "has no WARC file 'z.warc.gz'"),
    ("index", first(b" {", b" "), "is no CDXJ line that names a record"),
    ("index", lines(lambda all_of: all_of[::-1]), "the lines are not sorted"),
    ("idx", lambda body: body.replace(b'"length": ', b'"length": 1'), "names no block that"),
    ("idx", lambda body: body.replace(b"test,paper)/1", b"test,paper)/0"), "begins with another key"),
    ("idx", lambda body: body.replace(b"sha256:", b"sha256:" + b"0" * 64 + b'", "x": "'),
     "has another digest"),
    ("idx", lambda body: body.replace(b'"offset": 0', b'"offset": 1'), "names no block that"),
    ("idx", lambda body: body.replace(b"index.cdx.gz", b"none.cdx.gz"), "which is not there"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage", "words"), LISTS)
def test_a_damaged_list_of_a_container(tmp_path, good, name, damage, words):
    path = wacz(tmp_path / "a.wacz", **{name: damage(good.get(name, b""))})
    said = told(path)
    if words is not None:  # else: a digest that can't be one says nothing of the record
        assert any(words in what for _, what in said), said
    assert said


def test_records_that_no_index_lists_are_told(tmp_path, good):
    index = lines(lambda all_of: all_of[:1])(good["index"])
    found = verified(wacz(tmp_path / "a.wacz", index=index))
    assert "2 of its records stand in no index" in " ".join(one.cause for one in found.notes)


def central(path: Path, at: int, new: bytes, name: bytes = b"pages/pages.jsonl") -> None:
    """Alter the directory's entry of *name* (APPNOTE 4.3.12)."""
    body = bytearray(path.read_bytes())
    entry_at = body.rindex(b"PK\x01\x02", 0, body.rindex(name))
    body[entry_at + at : entry_at + at + len(new)] = new
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: central(path, 16, b"\0\0\0\0"), "size or check sum that is not the one"),
        (lambda path: central(path, 24, struct.pack("<I", 5)), "size or check sum"),
        (lambda path: central(path, 8, b"\x01"), "is encrypted"),
        (lambda path: central(path, 10, b"\x0c"), "a method (12) that WACZ does not have"),
        (lambda path: central(path, 10, b"\x08"), "by one method"),
        (lambda path: central(path, 46, b"pages/other.jsonl"), "has another name in"),
        (lambda path: central(path, 46, b"../es/pages.jsonl"), "a name that leads out"),
        (lambda path: central(path, 42, b"\0\0\0\0"), "has another name in"),
        (lambda path: central(path, 42, b"\x07\0\0\0"), "is not where the container says"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "is no readable zip container"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"json-pages", b"JSON-pages")),
         "can't be unpacked: Bad CRC-32"),
    ],
)  # fmt: skip
def test_a_damaged_zip_file(tmp_path, damage, words):
    path = wacz(tmp_path / "a.wacz")
    damage(path)
    said = told(path)
    assert any(words in what for _, what in said), said


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entries_twice_over_each_other_or_packed_once_more(tmp_path, good):
    path = wacz(tmp_path / "a.wacz")
    with zipfile.ZipFile(path, "a") as container:
        container.writestr("pages/pages.jsonl", b"")
    assert any("is 2 times in the container" in what for _, what in told(path))
    path = wacz(tmp_path / "b.wacz")
    first_at = path.read_bytes().index(b"PK\x03\x04", 10)
    central(path, 20, struct.pack("<I", first_at * 9), b"archive/a.warc.gz")
    assert any("lies over another entry" in what for _, what in told(path))
    path = tmp_path / "c.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("archive/a.warc.gz", good["warc"])
        container.writestr("indexes/index.cdx.gz", good["index"])
        container.writestr("indexes/index.idx", good["idx"])
    said = [what for _, what in told(path)]
    assert sum("is compressed within the container" in what for what in said) == 2


def test_a_container_of_nothing(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as container:
        container.writestr("readme", b"")
    assert len(told(tmp_path / "a.wacz")) == 2  # no datapackage.json, no pages


# ── any damage ────────────────────────────────────────────────────────────────────────────────


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=some.integers(0, 10**6), byte=some.integers(1, 255), name=some.sampled_from(["w", "z"]))
def test_no_byte_can_be_altered_unnoticed(tmp_path, at, byte, name):
    """In a gzip file not one bit, but for a header's date, system and reserved hints, which say
    nothing of what is in it."""
    path = warc(tmp_path / "a.warc.gz") if name == "w" else wacz(tmp_path / "a.wacz")
    body = bytearray(path.read_bytes())
    at %= len(body)
    body[at] ^= byte
    path.write_bytes(bytes(body))
    found = verified(path)
    if name == "w" and not found.faults:
        starts, position = [], 0
        for one in ALL:
            starts.append(position)
            position += len(gzip.compress(one, mtime=0))
        begun = max(start for start in starts if start <= at)
        assert 4 <= at - begun < 10 or at - begun == 3
    for one in found.faults:
        assert one.cause
        assert one.remedy


# ── our own archive, and the command ──────────────────────────────────────────────────────────


def test_what_is_exported_is_whole(tmp_path):
    with watched(tmp_path) as here:
        path = tmp_path / "all.wacz"
        here.service.export(path, Selection(every_capture=True), "t")
        found = verified(path)
        assert (found.faults, found.notes) == ((), ())
        assert found.kinds["revisit"] == 2
        own = list(verify([tmp_path / "archive"], own=True))
        assert [(one.faults, one.notes) for one in own] == [((), ())]
        proved = here.service.prove("ours")
        assert (proved.kinds, proved.count) == ({"capture": 6}, 0)


def test_a_torn_end_of_our_own_archive_is_told_and_no_fault(tmp_path):
    path = warc(tmp_path / "a.warc.gz")
    whole = path.read_bytes()
    path.write_bytes(b"")  # stopped before its first record
    assert verified(path, own=True).faults == ()
    path.write_bytes(whole[:-20])
    found = verified(path, own=True)
    assert found.faults == ()
    assert "a process that was stopped leaves such an end" in found.notes[0].cause
    assert verified(path).count == 1


@pytest.fixture
def project(clean_environment, run):
    """Two captures in our own archive, by the real commands."""
    Path("checker.toml").write_text('[[source]]\nname = "kept"\nlist = "list.txt"\n')
    Path("list.txt").write_text("")
    second = HEAD + BODY + b"2"
    warc(Path("in.warc"), [entry(1), entry(2, block=second, WARC_Payload_Digest="")])
    assert run("archive", "import", "in.warc", "--source", "kept")[0] == 0
    (made,) = Path().rglob("checker-*.warc.gz")
    return made


def test_our_own_archive(project, run):
    code, out, err = run("archive", "verify")
    assert (code, err) == (0, "")
    assert "3 records (2 response, 1 warcinfo), 5 digests: as they should be" in out
    assert "captures that are known: 2 capture, 2 digests: as they should be" in out
    whole = project.read_bytes()
    project.write_bytes(flipped(whole, len(whole) - 8))
    code, out, _ = run("archive", "verify")
    assert code == 1
    assert "check sum (CRC-32)" in out
    assert "the capture of https://paper.test/2 of 2026-01-02 03:04" in out
    project.write_bytes(whole + whole[:40])  # what a killed process leaves
    code, _, err = run("archive", "verify")
    assert code == 0
    assert err.startswith("no fault: ")
    project.unlink()
    code, out, _ = run("archive", "verify", "--json")
    assert code == 1
    (said,) = json.loads(out)
    assert said["records"] == {"capture": 2}
    assert {one["cause"] for one in said["faults"]} == {"can't be read: No such file or directory"}


def test_named_files(run, tmp_path):
    good, bad = warc(tmp_path / "good.warc"), tmp_path / "bad.warc"
    code, out, _ = run("archive", "verify", good)
    assert (code, out.split(": ")[-1]) == (0, "as they should be\n")
    bad.write_bytes(b"")
    code, out, _ = run("archive", "verify", good, bad)
    assert code == 1
    assert f"{bad}:0: is empty. {COPY_AGAIN}\n{bad}: no record" in out
    code, out, _ = run("archive", "verify", tmp_path, "--json")
    assert [len(one["faults"]) for one in json.loads(out)] == [1, 0]
    assert json.loads(out)[0]["faults"][0] == {
        "file": str(bad), "offset": 0, "record": "", "cause": "is empty",
        "remedy": COPY_AGAIN}  # fmt: skip
    warc(bad, [entry(1, WARC_Payload_Digest=sha1(b""))] * 1_001)
    assert "1 further fault\n" in run("archive", "verify", bad)[1]


@pytest.mark.parametrize(
    ("name", "words"), [("none.warc", "there is no such file"), (".", "holds no WARC")]
)
def test_what_cannot_be_verified(run, clean_environment, name, words):
    code, _, err = run("archive", "verify", name)
    assert code == 2
    assert words in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = warc(tmp_path / "a.warc")
    path.chmod(0)
    with pytest.raises(TargetError, match="Permission denied"):
        verified(path)


def test_a_world_without_captures(tmp_path):
    with world(tmp_path, feed_source(tmp_path, copies=None)) as here:
        assert here.service.prove("ours").records == 0


def test_a_container_that_can_be_opened_but_not_gone_through_is_not_called_sound(
    tmp_path, monkeypatch
):
    path = wacz(tmp_path / "a.wacz")

    def broken(*_: object) -> None:
        raise zipfile.BadZipFile("no such entry")

    monkeypatch.setattr("checker.adapters.warc.verifying.Container.check", broken)
    assert [one.cause for one in verified(path).faults] == [
        "can't be read as a zip container: no such entry"
    ]


def encrypted(path: Path, folder: str) -> Path:
    """Its entries below *folder* say so; nothing else of them is another."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as container:
        places = [one.header_offset for one in container.infolist()]
        at = container.start_dir
    for place in places:
        size = int.from_bytes(data[at + 28 : at + 30], "little")
        if data[at + 46 : at + 46 + size].startswith(folder.encode()):
            data[place + 6] |= 1
            data[at + 8] |= 1
        at += 46 + size + sum(int.from_bytes(data[at + n : at + n + 2], "little") for n in (30, 32))
    path.write_bytes(data)
    return path


def test_an_index_that_is_encrypted_is_told(tmp_path):
    said = [cause for _, cause in told(encrypted(wacz(tmp_path / "a.wacz"), "indexes/"))]
    assert said.count("indexes/index.cdx.gz: is encrypted") == 1
    assert said[-1] == "indexes/: there is no index of the records"


def test_an_index_of_blocks_that_can_not_be_unpacked_is_told(tmp_path):
    sound, damaged = wacz(tmp_path / "a.wacz"), tmp_path / "b.wacz"
    with zipfile.ZipFile(sound) as whole, zipfile.ZipFile(damaged, "w") as packed:
        for name in whole.namelist():
            method = zipfile.ZIP_DEFLATED if name.endswith(".idx") else zipfile.ZIP_STORED
            packed.writestr(name, whole.read(name), method)
        entry_ = packed.getinfo("indexes/index.idx")
    data = bytearray(damaged.read_bytes())
    start = entry_.header_offset + 30 + len(entry_.filename)
    data[start : start + entry_.compress_size] = b"\xff" * entry_.compress_size
    damaged.write_bytes(data)
    assert any(cause.startswith("indexes/index.idx: can't be read") for _, cause in told(damaged))
