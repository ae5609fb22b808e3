"""The index of a WACZ: sorted lines of CDXJ, each the place of a record; ``index.idx`` names the
blocks that they are packed in."""

import gzip
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from checker.adapters.warc import wacz
from checker.adapters.warc.verifying.gzipped import Member
from checker.adapters.warc.verifying.places import Place, Places, key
from checker.adapters.warc.verifying.record import digest_of_text
from checker.adapters.warc.verifying.tally import Tally

_INDEXES = ("indexes/", "index/")
_MAX_LINE = 1 << 20
_MAX_BLOCK = 64 << 20
_STEP = 1 << 16
REINDEX = "Write the index anew with `wacz create` from the WARC files."


@dataclass(slots=True)
class Indexes:
    """Of the container at *path*; *places* are the records of its WARC files by their names."""

    path: Path
    tally: Tally
    places: dict[str, tuple[wacz.Part, Places]]

    def check(self, container: zipfile.ZipFile, sound: Iterable[str]) -> None:
        """*sound*: the entries that can be opened."""
        found = [one for one in sound if one.startswith(_INDEXES)]
        lists = [one for one in found if one.endswith((".cdx", ".cdx.gz", ".cdxj", ".cdxj.gz"))]
        if self.places and not lists:
            self.tally.fault(None, "indexes/", "there is no index of the records", REINDEX)
            return
        for name in found:
            try:
                if name in lists:
                    with container.open(name) as file:
                        self._list(name, file)
                elif name.endswith(".idx"):
                    self._blocks(container, name)
            except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
                self.tally.fault(None, name, f"can't be read: {error}", REINDEX)
        for name, (_, places) in self.places.items():
            if count := places.unlisted():
                said = f"{count:,} of its records stand in no index, so that no player finds them"
                self.tally.note(None, name, said, REINDEX)

    def _list(self, name: str, file: IO[bytes]) -> None:
        opened = gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file
        last, sorted_so_far, number = b"", True, 0
        while line := opened.readline(_MAX_LINE):
            number += 1
            head, brace, rest = line.partition(b" {")
            if sorted_so_far and head < last:
                sorted_so_far = False
                cause = f"line {number:,} stands before its place: the lines are not sorted"
                self.tally.fault(None, name, cause, REINDEX)
            last = head
            for cause in self._wrong(brace[1:] + rest):
                self.tally.fault(None, name, f"line {number:,}: {cause}", REINDEX)

    def _wrong(self, said: bytes) -> Iterator[str]:
        """What of a line is not so."""
        values = _object(said)
        offset, length = (_number(values, field) for field in ("offset", "length"))
        if offset is None:
            yield "is no CDXJ line that names a record"
            return
        file = str(values.get("filename", "")).rpartition("/")[2]
        if file not in self.places:
            yield f"the container has no WARC file {file!r}"
            return
        part, places = self.places[file]
        place = places.at(offset)
        if place is None:
            yield f"no record of {file} begins at byte {offset}"
            return
        yield from _differences(values, length, place)
        digest = digest_of_text(str(values.get("recordDigest", "")))
        if digest is not None and length is not None:
            self.tally.digests += 1
            found = _digest(self.path, part.start + offset, length, digest.algorithm)
            if found != digest.value:
                yield f"recordDigest is not that of the record at byte {offset} of {file}"

    def _blocks(self, container: zipfile.ZipFile, name: str) -> None:
        """Each line gives a block's first key, and where it lies in the packed list."""
        with container.open(name) as lines:
            meta = _object(lines.readline(_MAX_LINE).partition(b" {")[2], opened=True)
            packed = f"{name.rpartition('/')[0]}/{meta.get('filename', 'index.cdx.gz')}"
            try:
                part = wacz.stored(self.path, container.getinfo(packed))
            except KeyError:
                self.tally.fault(None, name, f"is of {packed}, which is not there", REINDEX)
                return
            if part.problem:
                self.tally.fault(None, packed, part.problem, REINDEX)
                return
            with self.path.open("rb") as file:
                while line := lines.readline(_MAX_LINE):
                    head, _, rest = line.partition(b" {")
                    if cause := _block(file, part, head, _object(rest, opened=True)):
                        self.tally.fault(None, name, cause, REINDEX)


def _block(file: IO[bytes], part: wacz.Part, head: bytes, values: dict[str, Any]) -> str:
    """What is wrong with a line of ``index.idx``."""
    offset, length = (_number(values, field) for field in ("offset", "length"))
    if offset is None or length is None or part.start + offset + length > part.end:
        return f"names no block that {part.name} has: {values}"
    start = part.start + offset
    member = Member(file, start)  # type: ignore[arg-type]  # an open binary file
    opening = member.read(max(len(head) + 1, 64))
    size = len(opening)
    while (step := member.read(_STEP)) and size < _MAX_BLOCK:
        size += len(step)
    if member.problem or member.end != start + length:
        return f"at byte {offset} of {part.name} lies no block of {length} bytes"
    if not opening.startswith(head + b" "):
        return f"the block at byte {offset} of {part.name} begins with another key"
    digest = digest_of_text(str(values.get("digest", "")))
    file.seek(start)
    if (
        digest is not None
        and hashlib.new(digest.algorithm, file.read(length)).digest() != digest.value
    ):
        return f"the block at byte {offset} of {part.name} has another digest"
    return ""


def _differences(values: dict[str, Any], length: int | None, place: Place) -> Iterator[str]:
    # Of a record without gzip some tools count the line breaks behind it and some do not.
    if length is not None and place.length and length not in {place.length, place.length - 4}:
        yield f"length is {length:,}, the record has {place.length:,} bytes"
    if "url" in values and key("uri", str(values["url"])) != place.uri:
        yield f"the record there is not of {values['url']}"
    digest = digest_of_text(str(values.get("digest", "")), "sha1")
    if digest is not None and digest.algorithm == place.algorithm and digest.short != place.digest:
        yield "digest is not that of the record"


def _digest(path: Path, start: int, length: int, algorithm: str) -> bytes:
    found = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        file.seek(start)
        while length > 0 and (step := file.read(min(length, _STEP))):
            found.update(step)
            length -= len(step)
    return found.digest()


def _object(text: bytes, *, opened: bool = False) -> dict[str, Any]:
    try:
        found = json.loads(b"{" + text if opened else text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(values: dict[str, Any], name: str) -> int | None:
    text = str(values.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
