"""Good WARC and WACZ files, as a table of damages starts from them."""

import base64
import gzip
import hashlib
import json
import zipfile
from pathlib import Path

from checker.adapters.warc import verify
from checker.model import Verified
from tests.integration.test_wacz import pack

BODY = b"<title>A bridge</title><p>It is closed."
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
NUMBER = "<urn:uuid:00000000-0000-4000-8000-{:012}>"
URI = "https://paper.test/{}"


def sha1(body: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


def sha256(body: bytes) -> str:
    return "sha256:" + hashlib.sha256(body).hexdigest()


def entry(number: int, kind: str = "response", block: bytes = HEAD + BODY, **fields: str) -> bytes:
    """A whole record; a field that is empty is left out."""
    names = {
        "WARC-Type": kind,
        "WARC-Record-ID": NUMBER.format(number),
        "WARC-Target-URI": "" if kind == "warcinfo" else URI.format(number),
        "WARC-Date": "2026-01-02T03:04:05Z",
        "WARC-Block-Digest": sha256(block),
        "WARC-Payload-Digest": "" if kind in {"warcinfo", "revisit"} else sha1(BODY),
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in names.items() if value)
    return b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def every_kind() -> list[bytes]:
    """One record of each type that ISO 28500 has."""
    resource = {"block": BODY, "Content_Type": "text/html"}
    profile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    segment = {"WARC_Segment_Number": "1"}
    goes_on = {"WARC_Segment_Origin_ID": NUMBER.format(7), "WARC_Segment_Number": "2",
               "WARC_Segment_Total_Length": "10"}  # fmt: skip
    return [
        entry(0, "warcinfo", b"software: x\r\n", Content_Type="application/warc-fields"),
        entry(1),
        entry(2, "resource", **resource),
        entry(3, "request", b"GET / HTTP/1.1\r\n\r\n", WARC_Payload_Digest=sha1(b""),
              Content_Type="application/http; msgtype=request"),
        entry(4, "metadata", BODY, Content_Type="application/warc-fields"),
        entry(5, "revisit", HEAD, WARC_Profile=profile, WARC_Refers_To=NUMBER.format(1)),
        entry(6, "conversion", **resource),
        entry(7, "resource", block=BODY[:5], Content_Type="text/html", **segment),
        entry(8, "continuation", BODY[5:10], **goes_on),
    ]  # fmt: skip


def warc(path: Path, records: list[bytes] | None = None) -> Path:
    """Plain, or with a gzip member a record, as the name says."""
    records = every_kind() if records is None else records
    zipped = path.name.endswith(".gz")
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) if zipped else one for one in records))
    return path


def wacz(path: Path, **changes: bytes | None) -> Path:
    """A good container, or one in which files (``a_b`` is ``a/b``) are others or missing; its list
    is of the files before they were changed."""
    members = [gzip.compress(one, mtime=0) for one in every_kind()]
    lines, offset = [], 0
    for number, member in enumerate(members):
        if number in {1, 2, 5}:
            values = {"url": URI.format(number), "digest": sha1(BODY), "length": str(len(member)),
                      "offset": str(offset), "filename": "a.warc.gz",
                      "recordDigest": sha256(member)}  # fmt: skip
            lines.append(f"test,paper)/{number} 20260102030405 {json.dumps(values)}\n".encode())
        offset += len(member)
    block = gzip.compress(b"".join(lines), mtime=0)
    place = {"offset": 0, "length": len(block), "digest": sha256(block)}
    idx = '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n'
    idx += f"test,paper)/1 20260102030405 {json.dumps(place)}\n"
    page = json.dumps({"id": "1", "url": URI.format(1), "ts": "2026-01-02T03:04:05Z"})
    files = {
        "archive/a.warc.gz": b"".join(members),
        "indexes/index.cdx.gz": block,
        "indexes/index.idx": idx.encode(),
        "pages/pages.jsonl": b'{"format": "json-pages-1.0", "id": "pages"}\n' + page.encode(),
    }
    listed = [{"path": name, "hash": sha256(body), "bytes": len(body)}
              for name, body in files.items()]  # fmt: skip
    package = json.dumps({"profile": "data-package", "resources": listed}).encode()
    files["datapackage.json"] = package
    seal = {"path": "datapackage.json", "hash": sha256(package)}
    files["datapackage-digest.json"] = json.dumps(seal).encode()
    changed = {NAMES[name]: body for name, body in changes.items()}
    whole = {**files, **changed}
    return pack(path, {name: body for name, body in whole.items() if body is not None})


NAMES = {
    "warc": "archive/a.warc.gz",
    "index": "indexes/index.cdx.gz",
    "idx": "indexes/index.idx",
    "pages": "pages/pages.jsonl",
    "package": "datapackage.json",
    "seal": "datapackage-digest.json",
    "other": "archive/b.warc.gz",
}


def content(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as container:
        return container.read(NAMES[name])


def verified(path: Path, *, own: bool = False) -> Verified:
    (found,) = verify([path], own=own)
    return found
