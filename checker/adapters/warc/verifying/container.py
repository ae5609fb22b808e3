"""A WACZ as a zip file with a list of its contents (https://specs.webrecorder.net/wacz/1.1.1/)."""

import hashlib
import json
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from checker.adapters.warc import wacz
from checker.adapters.warc.verifying.record import digest_of_text
from checker.adapters.warc.verifying.tally import RESTORE, Tally

LIST, SEAL, PAGES = "datapackage.json", "datapackage-digest.json", "pages/pages.jsonl"
_LISTED = ("archive/", "pages/", "indexes/", "index/")
_STEP = 1 << 20
_MAX_LIST = 100_000_000
_MAX_LINE = 10_000_000
REPACK = "Pack the container anew with `wacz create` from its WARC files."


@dataclass(slots=True)
class Container:
    """The zip entries of *path* and what its lists say of them."""

    path: Path
    tally: Tally
    sound: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def check(self, container: zipfile.ZipFile) -> None:
        self._entries(container)
        listed = self._list(container)
        for name in self.sound:
            self._contents(container, name, listed.get(name))
        for name in listed:
            if name not in container.NameToInfo:
                self.tally.fault(None, name, f"is not there, though {LIST} lists it", RESTORE)
        self._seal(container)
        self._pages(container)

    def _entries(self, container: zipfile.ZipFile) -> None:
        """Names, places, and the headers that each entry has twice."""
        every = container.infolist()
        for name, count in Counter(one.filename for one in every).items():
            if count > 1:
                self.tally.fault(None, name, f"is {count} times in the container", REPACK)
        ends = 0
        with self.path.open("rb") as file:
            for one in sorted(every, key=lambda one: one.header_offset):
                cause = _entry(one, file)
                if not cause and one.header_offset < ends:
                    cause = "lies over another entry"
                ends = max(ends, one.header_offset + one.compress_size)
                if cause:
                    self.tally.fault(one.header_offset, one.filename, cause, REPACK)
                elif not one.is_dir():
                    self.sound[one.filename] = one

    def _contents(self, container: zipfile.ZipFile, name: str, said: dict[str, Any] | None) -> None:
        """Its check sum, and what the list says of it."""
        digest = digest_of_text(_hash(said)) if said is not None else None
        found = hashlib.new(digest.algorithm if digest is not None else "sha256")
        size = 0
        try:
            with container.open(self.sound[name]) as file:
                while step := file.read(_STEP):
                    found.update(step)
                    size += len(step)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            offset = self.sound[name].header_offset
            self.tally.fault(offset, name, f"can't be unpacked: {error}", RESTORE)
            return
        if said is None:
            if name.startswith(_LISTED):
                self.tally.fault(None, name, f"is not listed in {LIST}", REPACK)
            return
        if digest is None:
            self.tally.fault(None, name, f"{LIST} gives no digest of it that is known", REPACK)
            return
        self.tally.digests += 1
        if found.digest() != digest.value:
            self.tally.fault(None, name, f"its digest is not the one in {LIST}", RESTORE)
        told = said.get("bytes", said.get("stats", {}).get("bytes", size))
        if told != size:
            self.tally.fault(None, name, f"has {size:,} bytes, {LIST} says {told}", RESTORE)

    def _list(self, container: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
        """``datapackage.json``: each file by its path."""
        body = self._small(container, LIST)
        if body is None:
            self.tally.fault(None, LIST, "is not there", REPACK)
            return {}
        package = _object(body)
        every = package.get("resources")
        if not isinstance(every, list) or not all(map(_is_resource, every)):
            self.tally.fault(None, LIST, "lists no files with their digests", REPACK)
            return {}
        return {one["path"]: one for one in every}

    def _seal(self, container: zipfile.ZipFile) -> None:
        """``datapackage-digest.json`` holds the list's own digest."""
        body = self._small(container, SEAL)
        listed = self._small(container, LIST)
        if body is None or listed is None:
            return  # it may be left out
        said = _object(body)
        signed = said.get("signedData")
        for one in (said, signed if isinstance(signed, dict) else {}):
            digest = digest_of_text(str(one.get("hash", "")))
            if one and digest is None:
                self.tally.fault(None, SEAL, "gives no digest that is known", REPACK)
            elif digest is not None:
                self.tally.digests += 1
                found = hashlib.new(digest.algorithm, listed, usedforsecurity=False)
                if found.digest() != digest.value:
                    self.tally.fault(None, SEAL, f"its digest is not that of {LIST}", RESTORE)
        if signed:
            self.tally.note(None, SEAL, "is signed; who signed it is not verified here")

    def _pages(self, container: zipfile.ZipFile) -> None:
        """The list of pages: an object a line, each with its address and date."""
        if PAGES not in container.NameToInfo:
            self.tally.fault(None, PAGES, "is not there", REPACK)
        for name in self.sound:
            if not (name.startswith("pages/") and name.endswith(".jsonl")):
                continue
            try:
                with container.open(name) as file:
                    self._page_lines(name, file)
            except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
                continue  # that its contents can't be unpacked is told already

    def _page_lines(self, name: str, file: IO[bytes]) -> None:
        number = 0
        while line := file.readline(_MAX_LINE):
            number += 1
            page = _object(line)
            if number == 1:
                if "format" not in page:
                    self.tally.fault(None, name, "its first line names no format", REPACK)
            elif line.strip() and not (page.get("url") and page.get("ts")):
                self.tally.fault(None, name, f"line {number:,} is no page with url and ts", REPACK)

    def _small(self, container: zipfile.ZipFile, name: str) -> bytes | None:
        """The whole file *name*; None if it is not there or can't be had."""
        if name not in self.sound or self.sound[name].file_size > _MAX_LIST:
            return None
        try:
            return container.read(name)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile):
            return None


def _entry(one: zipfile.ZipInfo, file: IO[bytes]) -> str:
    """What is wrong with an entry's headers; both must say the same."""
    parts = PurePosixPath(one.filename).parts
    if one.filename.startswith(("/", "\\")) or ".." in parts or "\\" in one.filename:
        return "has a name that leads out of the container"
    if one.flag_bits & 1:
        return "is encrypted"
    if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return f"is packed by a method ({one.compress_type}) that WACZ does not have"
    return wacz.local_fault(one, file)


def _is_resource(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("path"), str)


def _hash(entry: dict[str, Any]) -> str:
    """A file's digest with the name of its algorithm; early versions keep them apart."""
    if "hash" in entry:
        return str(entry["hash"])
    stats = entry.get("stats")
    said = stats.get("hash") if isinstance(stats, dict) else None
    return f"{entry.get('hashing', 'sha256')}:{said}"


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
