"""A notice put into a body while it streams by.

The beginning is held until the notice's place is known: the headline, or the end, or so many bytes
without a headline. What comes after is passed on as it comes.
"""

import logging
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from checker.entry.middleware import fields as http
from checker.stages.banner import Keyring, places
from checker.stages.banner.places import Place

log = logging.getLogger("checker.middleware")

MAX_HELD = 262_144
MEMORY = 16_000_000  # bytes of beginnings whose place is remembered


@dataclass(frozen=True, slots=True)
class Notice:
    """What goes into the page at one address; *more* are header fields of a served copy."""

    url: str
    fragment: str
    tag: str
    more: tuple[tuple[str, str], ...] = ()


class Places:
    """The places found last, by address. A page that begins with the same bytes has the same."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory, self._used, self._lock = memory, 0, Lock()
        self._found: OrderedDict[str, tuple[bytes, Place]] = OrderedDict()

    def find(self, url: str, data: bytes, *, last: bool) -> Place:
        """Where in the page that begins with *data*; not ``settled`` where more could tell."""
        known = self._found.get(url)
        if known is not None:
            begin, place = known
            if data.startswith(begin) if place.settled else data == begin:
                return place
        found = places.find(data)
        if found.settled or last:
            self.keep(url, data, found)
        return found

    def keep(self, url: str, data: bytes, found: Place) -> None:
        begin = data[: found.read] if found.settled else data
        with self._lock:
            former = self._found.pop(url, None)
            self._used += len(begin) - (len(former[0]) if former is not None else 0)
            self._found[url] = begin, found
            while self._used > self._memory:
                _, (gone, _) = self._found.popitem(last=False)
                self._used -= len(gone)


@dataclass(slots=True)
class Page:
    """One answer on its way. ``fields`` are valid as soon as ``feed`` returns bytes."""

    notice: Notice
    fields: http.Fields
    places: Places
    keys: Keyring = field(default=Keyring(), repr=False)
    raw: list[bytes] = field(default_factory=list)  # as it came, for when something goes wrong
    held: bytearray = field(default_factory=bytearray)
    looked: int = -1  # how much was held when ``place`` was looked for
    place: Place | None = None
    begun: bool = False
    coder: "_Gzip | None" = None

    def __post_init__(self) -> None:
        if http.coded(self.fields):
            self.coder = _Gzip()

    def feed(self, data: bytes, *, last: bool) -> bytes | None:
        """What may be sent now; None while the beginning is held."""
        if self.begun:
            return data if self.coder is None else self.coder.passed(data, last=last)
        self.raw.append(data)
        try:
            return self._begin(data, last=last)
        except Exception:
            log.exception("no notice on %s", self.notice.url[:200])
            return self._as_it_came()

    def _as_it_came(self) -> bytes:
        self.begun, self.coder = True, None
        return b"".join(self.raw)

    def _begin(self, data: bytes, *, last: bool) -> bytes | None:
        self.held += data if self.coder is None else self.coder.decoded(data)
        enough = last or len(self.held) >= MAX_HELD
        if not enough and not self._worth_looking():
            return None
        held = bytes(self.held)
        place = self._place(held, last=enough)
        if not place.settled and not enough:
            return None
        fitted = place.fitted(self.notice.fragment, held, self.keys)
        if fitted is None:
            return self._as_it_came()
        page = held[: place.at] + fitted + held[place.at :]
        return self._send(page, len(fitted), last=last)

    def _place(self, held: bytes, *, last: bool) -> Place:
        if self.place is None or self.looked != len(held):
            self.place, self.looked = self.places.find(self.notice.url, held, last=last), len(held)
        elif last:  # nothing came but the end
            self.places.keep(self.notice.url, held, self.place)
        return self.place

    def _worth_looking(self) -> bool:
        """At every headline, else each time that the beginning has doubled."""
        looked = max(0, self.looked)
        if len(self.held) >= 2 * looked + 1024:
            return True
        fresh = self.held[max(0, looked - 3) :].lower()
        return b"<h1" in fresh or b"<frameset" in fresh

    def _send(self, page: bytes, added: int, *, last: bool) -> bytes:
        """The beginning of the changed page; from now on its fields are those."""
        self.begun = True
        stated = http.of(self.fields, "content-length")
        length = int(stated) + added if stated.isdigit() and self.coder is None else None
        if self.coder is not None:
            page, length = self.coder.begun(page, stated, last=last)
        more, notice = self.notice.more, self.notice
        self.fields = http.changed(self.fields, notice.fragment, notice.tag, length, more)
        return page


class _Gzip:
    """Takes a gzip coding off and puts one on again, in step."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(31)
        # Level 2: a page in well under a millisecond, for a sixth more bytes than level 6.
        self._encoder = zlib.compressobj(2, zlib.DEFLATED, 31)
        self._taken = 0
        self._done = False

    def decoded(self, data: bytes) -> bytes:
        self._taken += len(data)
        found = []
        while data:
            found.append(self._decoder.decompress(data))
            data = self._decoder.unused_data
            if self._decoder.eof:
                if not data:
                    break
                self._decoder = zlib.decompressobj(31)
        return b"".join(found)

    def begun(self, page: bytes, stated: str, *, last: bool) -> tuple[bytes, int | None]:
        """The coded page, or its beginning; with its length if that was all of it."""
        last = last or (self._decoder.eof and stated == str(self._taken))
        coded = self._coded(page, last=last)
        return coded, len(coded) if last else None

    def passed(self, data: bytes, *, last: bool) -> bytes:
        return b"" if self._done else self._coded(self.decoded(data), last=last)

    def _coded(self, page: bytes, *, last: bool) -> bytes:
        self._done = last
        how = zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH
        return self._encoder.compress(page) + self._encoder.flush(how)
