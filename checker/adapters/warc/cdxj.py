"""Indexes of WARC files as CDXJ, sorted, in blocks that can be read one by one (ZipNum).

Lines are sorted outside of memory, as the index of a large archive does not fit into it.
"""

import heapq
import json
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

BLOCK = 1024  # lines; what py-wacz and ArchiveWeb.page write
_RUN = 50_000  # lines sorted at once: about 25 MB


class SortedLines:
    """Takes lines in any order and gives them sorted; what does not fit lies in files of *folder*
    that have no name."""

    def __init__(self, folder: Path, run: int = _RUN) -> None:
        self._folder, self._run = folder, run
        self.size = 0  # bytes of all lines
        self._lines: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self.size += len(line)
        if len(self._lines) >= self._run:
            run = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed in close()
            self._runs.append(run)
            run.writelines(sorted(self._lines))
            self._lines.clear()

    def __iter__(self) -> Iterator[bytes]:
        for run in self._runs:
            run.seek(0)
        yield from heapq.merge(*self._runs, sorted(self._lines))

    def close(self) -> None:
        for run in self._runs:
            run.close()


def line(key: str, stamp: str, values: dict[str, Any]) -> bytes:
    return f"{key} {stamp} {json.dumps(values)}\n".encode("ascii", "backslashreplace")


@dataclass(slots=True)
class Blocks:
    """Packs sorted lines; ``index`` names each block's first line and where the block lies."""

    name: str
    index: bytes = b""
    offset: int = 0

    def packed(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """The blocks, each a gzip member."""
        head = {"format": "cdxj-gzip-1.0", "filename": self.name}
        index = [f"!meta 0 {json.dumps(head)}\n".encode()]
        while block := [one for _, one in zip(range(BLOCK), lines, strict=False)]:
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            data = packer.compress(b"".join(block)) + packer.flush()
            first = block[0].partition(b" {")[0]
            place = json.dumps({"offset": self.offset, "length": len(data)})
            index.append(first + b" " + place.encode() + b"\n")
            self.offset += len(data)
            yield data
        self.index = b"".join(index)
