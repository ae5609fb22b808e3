"""Where records lie, and what may refer to them; compact, as an archive has millions."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

ALGORITHMS = ("", "sha1", "sha256", "sha512", "md5")  # "": none, or one that is not known


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as somebody wrote it: an algorithm that we know, and its bytes."""

    algorithm: str
    value: bytes

    @property
    def short(self) -> int:
        return int.from_bytes(self.value[:8])


@dataclass(frozen=True, slots=True)
class Place:
    """One record: its length in the file, and what tells it from others."""

    length: int
    algorithm: str
    digest: int
    uri: int


@dataclass(slots=True)
class Places:
    """The records of one WARC file, in the order of the file; offsets from its beginning."""

    offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    lengths: "array[int]" = field(default_factory=lambda: array("Q"))
    names: "array[int]" = field(default_factory=lambda: array("Q"))  # what a revisit may say
    digests: "array[int]" = field(default_factory=lambda: array("Q"))
    uris: "array[int]" = field(default_factory=lambda: array("Q"))
    algorithms: "array[int]" = field(default_factory=lambda: array("B"))
    wanted: "array[int]" = field(default_factory=lambda: array("B"))  # 1: an index must list it

    def add(
        self, offset: int, length: int, uri: str, digest: Digest | None, *, indexed: bool
    ) -> None:
        self.offsets.append(offset)
        self.lengths.append(length)
        self.digests.append(digest.short if digest is not None else 0)
        self.uris.append(key("uri", uri))
        self.algorithms.append(ALGORITHMS.index(digest.algorithm if digest is not None else ""))
        self.wanted.append(indexed)

    def at(self, offset: int) -> Place | None:
        """The record that begins there, which an index has listed now."""
        where = bisect_left(self.offsets, offset)
        if where == len(self.offsets) or self.offsets[where] != offset:
            return None
        self.wanted[where] = 0
        algorithm = ALGORITHMS[self.algorithms[where]]
        return Place(self.lengths[where], algorithm, self.digests[where], self.uris[where])

    def unlisted(self) -> int:
        return sum(self.wanted)


@dataclass(slots=True)
class Revisits:
    """Revisits of all files, each with what it may refer to, until all records are known."""

    pending: list[tuple[int, int, str, tuple[int, ...]]] = field(default_factory=list)

    def add(self, file: int, offset: int, record: str, keys: tuple[int, ...]) -> None:
        self.pending.append((file, offset, record, keys))

    def dangling(self, files: Iterable[Places]) -> Iterator[tuple[int, int, str]]:
        """Those that refer to nothing in *files*: number of the file, offset, record."""
        wanted = {one for _, _, _, keys in self.pending for one in keys}
        there = {one for places in files for one in places.names if one in wanted}
        for file, offset, record, keys in self.pending:
            if not there.intersection(keys):
                yield file, offset, record


def key(kind: str, *parts: str) -> int:
    """A name in eight bytes; two of a million differ but for one chance in forty million."""
    said = "\n".join((kind, *parts)).encode("utf-8", "replace")
    return int.from_bytes(blake2b(said, digest_size=8).digest())
