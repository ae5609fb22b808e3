"""Whether WARC, ARC and WACZ files are what they say: lengths, gzip members, digests, indexes."""

import base64
import gzip
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.adapters.warc import wacz
from checker.adapters.warc.records import Broken, HttpMessage, Record, http_message, records
from checker.errors import TargetError
from checker.model import header
from checker.stages.memento import parse_cdx

MAX_BLOCK = 256 << 20  # bytes of a record; larger ones are told, not verified
MAX_INDEX = 500 << 20
_STEP = 1 << 20
_INDEXES = ("index/", "indexes/")


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong, each as place and sentence."""

    records: int = 0
    digests: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def verify(path: Path) -> Verified:
    """The response, resource and revisit records of *path*; of a WACZ also the digests of its
    files and its index. Raises TargetError if it can't be read."""
    found = Verified()
    try:
        if path.name.lower().endswith(".wacz"):
            _container(path, found)
        else:
            _records(path, found, None)
    except (OSError, zipfile.BadZipFile) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise TargetError(str(path), f"can't be read: {cause}", "Name a WARC file.") from error
    return found


def _records(path: Path, found: Verified, part: wacz.Part | None) -> set[int]:
    """Verifies each record; where they begin, counted from the beginning of their own file."""
    start, end = (part.start, part.end) if part is not None else (0, None)
    places: set[int] = set()
    for record in records(path, MAX_BLOCK, start, end):
        place = f"{path.name}:{record.offset}"
        if isinstance(record, Broken):
            found.faults.append((place, record.reason))
            continue
        found.records += 1
        places.add(record.offset - start)
        for name, body in _digested(record):
            said = record.field(name)
            actual = _digest(said or "", body)
            if actual is not None:
                found.digests += 1
                if not actual:
                    found.faults.append((place, f"its {name} is not that of its bytes"))
    return places


def _digested(record: Record) -> Iterator[tuple[str, bytes]]:
    """What each digest is of. A revisit's payload lies elsewhere, and tools differ on whether a
    chunked payload is digested as sent or joined."""
    yield "WARC-Block-Digest", record.block
    if record.kind == "resource":
        yield "WARC-Payload-Digest", record.block
    elif record.kind == "response":
        message = http_message(record.block)
        if isinstance(message, HttpMessage) and not header(message.fields, "Transfer-Encoding"):
            yield "WARC-Payload-Digest", message.payload


def _digest(said: str, body: bytes) -> bool | None:
    """Whether *said* is the digest of *body*; None if there is none, or one that is not known."""
    name, _, value = said.partition(":")
    if name.lower() not in {"sha1", "sha256", "sha512", "md5"}:
        return None
    digest = hashlib.new(name.lower(), body, usedforsecurity=False)
    value = value.strip()
    base32 = base64.b32encode(digest.digest()).decode().rstrip("=")
    return value.lower() == digest.hexdigest() or value.upper().rstrip("=") == base32


def _container(path: Path, found: Verified) -> None:
    places: dict[str, set[int]] = {}
    for part in wacz.parts(path):
        if part.problem:
            found.faults.append((f"{path.name}:{part.name}", part.problem))
        else:
            places[part.name.rpartition("/")[2]] = _records(path, found, part)
    if not places:
        return
    with zipfile.ZipFile(path) as container:
        for name in container.namelist():
            if name.startswith(_INDEXES) and name.endswith((".cdx", ".cdx.gz", ".cdxj")):
                _index(container, name, places, found)
        _package(container, found)


def _index(
    container: zipfile.ZipFile, name: str, places: dict[str, set[int]], found: Verified
) -> None:
    """Every line must name the beginning of a record."""
    try:
        with container.open(name) as file:
            opened = gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file
            captures = parse_cdx(opened.read(MAX_INDEX)) or ()
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        found.faults.append((name, f"can't be read: {str(error)[:200]}"))
        return
    for one in captures:
        if one.offset is not None and one.offset not in places.get(one.file, set()):
            found.faults.append((name, f"no record of {one.file} begins at byte {one.offset}"))


def _package(container: zipfile.ZipFile, found: Verified) -> None:
    """``datapackage.json`` names each file with its digest."""
    place = "datapackage.json"
    try:
        package = json.loads(container.read(place))
        every = package["resources"]
        listed = {one["path"]: _listed(one) for one in every}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        found.faults.append((place, "is not there, or lists no files with their digests"))
        return
    for name in container.namelist():
        if name.startswith(("archive/", "pages/", *_INDEXES)) and name not in listed:
            found.faults.append((name, f"is not listed in {place}"))
    for name, said in listed.items():
        try:
            with container.open(name) as file:
                digest = hashlib.new(said.partition(":")[0])
                while step := file.read(_STEP):
                    digest.update(step)
        except (KeyError, ValueError, zipfile.BadZipFile) as error:
            found.faults.append((str(name), f"can't be verified: {str(error)[:200]}"))
            continue
        found.digests += 1
        if digest.hexdigest() != said.partition(":")[2].lower():
            found.faults.append((name, f"its digest is not the one in {place}"))


def _listed(entry: dict[str, Any]) -> str:
    """A file's digest with the name of its algorithm; early versions keep them apart."""
    if "hash" in entry:
        return str(entry["hash"])
    return f"{entry.get('hashing', 'sha256')}:{entry['stats']['hash']}"
