"""Where records lie, by names that are not kept: a table of numbers, twenty bytes for each place in it.

A dictionary with the names takes ten times as much, and an audit of a million documents would carry
that along. A name is known by eight bytes of its digest; two names of one archive that have them in
common are not to be expected.
"""

from array import array
from dataclasses import dataclass, field
from hashlib import blake2b

_FIRST = 1 << 10  # places in an empty table; it doubles
_FULL = 0.77  # so that 200,000 names fit into 2 ** 18 places

Place = tuple[str, int]  # file and offset


@dataclass(slots=True)
class Places:
    """At most *most* names. The digest 0 is that of a place without one."""

    most: int
    files: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _names: "array[int]" = field(default_factory=lambda: array("Q", bytes(8 * _FIRST)))
    _offsets: "array[int]" = field(default_factory=lambda: array("Q", bytes(8 * _FIRST)))
    _files: "array[int]" = field(default_factory=lambda: array("I", bytes(4 * _FIRST)))
    _count: int = 0

    def __len__(self) -> int:
        return self._count

    def get(self, name: str) -> Place | None:
        at = self._slot(_short(name))
        return (self.files[self._files[at]], self._offsets[at]) if self._names[at] else None

    def put(self, name: str, place: Place, *, again: bool = False) -> None:
        """Note *place* if there is room; of a name that is known only *again*."""
        short = _short(name)
        at = self._slot(short)
        if self._names[at]:
            if again:
                self._set(at, short, place)
        elif self._count < self.most:
            if self._count > _FULL * len(self._names):
                self._grow()
                at = self._slot(short)
            self._count += 1
            self._set(at, short, place)

    def _set(self, at: int, short: int, place: Place) -> None:
        file, offset = place
        number = self._numbers.setdefault(file, len(self.files))
        if number == len(self.files):
            self.files.append(file)
        self._names[at], self._offsets[at], self._files[at] = short, offset, number

    def _slot(self, short: int) -> int:
        """Where *short* is, or the free place where it belongs."""
        names = self._names
        last = len(names) - 1
        at = short & last
        while names[at] not in {0, short}:
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        old = zip(self._names, self._offsets, self._files, strict=True)
        size = 2 * len(self._names)
        self._names = array("Q", bytes(8 * size))
        self._offsets, self._files = array("Q", bytes(8 * size)), array("I", bytes(4 * size))
        for short, offset, file in old:
            if short:
                at = self._slot(short)
                self._names[at], self._offsets[at], self._files[at] = short, offset, file


def _short(name: str) -> int:
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) or 1
