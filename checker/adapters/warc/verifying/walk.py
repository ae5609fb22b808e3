"""Goes through a WARC or ARC file record by record, and after damage on to the next one."""

import re
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from checker.adapters.warc import arc
from checker.adapters.warc.records import Broken, records
from checker.adapters.warc.verifying.flow import Flow
from checker.adapters.warc.verifying.gzipped import CUT, Member, next_member
from checker.adapters.warc.verifying.places import Places, Revisits
from checker.adapters.warc.verifying.record import (
    Seen,
    digest_of_text,
    examine,
    names_of,
    referred,
)
from checker.adapters.warc.verifying.tally import RECOMPRESS, RESTORE, Tally
from checker.adapters.warc.wacz import Until

_OPENING = b"WARC/"
_RECORD = re.compile(rb"WARC/[01]\.\d")
_SCAN = 1 << 20
_MAX_REST = 64 << 20  # bytes of a member behind its record that are unpacked to find its end
_MAX_ARC = 256 << 20


@dataclass(slots=True)
class Walk:
    """The WARC file that lies in *path* from byte *start* to *end*; it is the file *number* of those
    that revisits may refer to, *within* the entry of a container. ``run`` goes through it."""

    path: Path
    tally: Tally
    places: Places
    revisits: Revisits
    number: int = 0
    start: int = 0
    end: int = 0
    within: str = ""

    def run(self) -> None:
        """Raises OSError."""
        with self.path.open("rb", buffering=0) as file:
            stream = BufferedReader(Until(file, self.end), 1 << 16)
            stream.seek(self.start)
            magic = stream.read(4)
            stream.seek(self.start)
            zipped = magic[:2] == b"\x1f\x8b"
            if not magic:
                self.tally.torn(self.start, self.within, "is empty")
            elif arc.looks_like(stream, zipped=zipped, first=True):
                self._arc(stream, zipped=zipped)
            elif zipped:
                self._zipped(stream)
            else:
                self._plain(stream)

    # ── gzip: a member a record ──────────────────────────────────────────────────────────────

    def _zipped(self, stream: BinaryIO) -> None:
        at: int | None = self.start
        while at is not None and at < self.end:
            member = Member(stream, at)
            self._member(member, at)
            at = member.end if self._ended(member, stream) else self._after(stream, at)

    def _ended(self, member: Member, stream: BinaryIO) -> bool:
        """Whether it ends where it seems to: one that lost its own end may run into the next."""
        if member.end is None or not member.problem:
            return member.end is not None
        stream.seek(member.end)
        return stream.read(3) in {b"", b"\x1f\x8b\x08"}

    def _member(self, member: Member, at: int) -> None:
        flow = Flow(member.read)
        seen = examine(flow)
        if seen.lost or not flow.ahead(1):
            flow.drain(_MAX_REST)
            if seen.cut and not member.problem:
                seen.faults[-1] = (f"its gzip member ends first: {seen.faults[-1][0]}", RECOMPRESS)
            self._one(seen, member, at)
            return
        self._one(seen, None, at)  # its own end was found
        cause = "its gzip member holds more than this record, so that others have no address"
        self.tally.fault(at, self._label(seen), cause, RECOMPRESS)
        while flow.ahead(1):
            seen = examine(flow)
            self._one(seen, None, at)
            if seen.lost and not flow.drain(_MAX_REST):
                break
        if member.problem:
            self._broken(member, at, self._label(seen))

    def _one(self, seen: Seen, member: Member | None, at: int) -> None:
        """Note a record and what is wrong with it. Damage of its member explains all else."""
        if member is not None and member.problem:
            self._broken(member, at, self._label(seen))
            self._known(seen, at, 0)
            return
        ends = member.end if member is not None and member.end is not None else at
        self._known(seen, at, ends - at)
        for cause, remedy in seen.faults:
            self.tally.fault(at, self._label(seen), cause, remedy)

    def _broken(self, member: Member, at: int, label: str) -> None:
        if member.problem == CUT:
            self.tally.torn(at, label, CUT)
        else:
            self.tally.fault(at, label, member.problem, RESTORE)

    def _after(self, stream: BinaryIO, at: int) -> int | None:
        """The next member, if something follows the one that has no end."""
        found = next_member(stream, at + 1, _OPENING)
        if found is not None:
            cause = f"{found - at:,} bytes on stands the next record that can be read"
            self.tally.note(at, self.within, cause)
        return found

    # ── no gzip: a record after the other ────────────────────────────────────────────────────

    def _plain(self, stream: BinaryIO) -> None:
        at: int | None = self.start
        while at is not None and at < self.end:
            stream.seek(at)
            flow = Flow(stream.read)
            seen = examine(flow)
            self._plain_one(seen, at, flow.taken)
            at = self._next(stream, at) if seen.lost else at + flow.taken

    def _plain_one(self, seen: Seen, at: int, length: int) -> None:
        self._known(seen, at, length)
        for cause, remedy in seen.faults:
            if seen.cut and cause == seen.faults[-1][0]:
                self.tally.torn(at, self._label(seen), cause)
            else:
                self.tally.fault(at, self._label(seen), cause, remedy)

    def _next(self, stream: BinaryIO, at: int) -> int | None:
        """Where the next record begins after one whose end is not known."""
        position = at + 1
        while position < self.end:
            stream.seek(position)
            chunk = stream.read(_SCAN)
            if found := _RECORD.search(chunk):
                return position + found.start()
            position += max(len(chunk) - len(_OPENING) - 3, 1) if chunk else self.end
        return None

    # ── both ─────────────────────────────────────────────────────────────────────────────────

    def _label(self, seen: Seen) -> str:
        return ": ".join(part for part in (self.within, seen.name) if part)

    def _known(self, seen: Seen, at: int, length: int) -> None:
        """Count it, and remember where it lies."""
        if not seen.fields:
            return
        self.tally.kinds[seen.kind[:40] or "none"] += 1
        self.tally.digests += seen.compared
        for note in seen.notes:
            self.tally.note(at, self._label(seen), note)
        if seen.kind in {"revisit", "continuation"}:
            self.revisits.add(self.number, at, self._label(seen), referred(seen))
        if seen.lost:
            return
        digest = digest_of_text(seen.said("WARC-Payload-Digest"))
        self.places.add(at - self.start, length, seen.uri, digest, indexed=seen.indexed)
        if seen.kind != "revisit":
            self.places.names.extend(names_of(seen))

    def _arc(self, stream: BinaryIO, *, zipped: bool) -> None:
        """ARC records have no digests: lengths, and the members' check sums."""
        whole = self.start == 0 and self.end == self.path.stat().st_size
        for one in records(self.path, _MAX_ARC, self.start, None if whole else self.end):
            if isinstance(one, Broken):
                self.tally.fault(one.offset, self.within, one.reason, RESTORE)
                continue
            self.tally.kinds["arc"] += 1
            self.places.add(one.offset - self.start, 0, one.uri or "", None, indexed=True)
        at: int | None = self.start if zipped else None
        while at is not None and at < self.end:
            member = Member(stream, at)
            Flow(member.read).drain(_MAX_ARC)
            if member.problem:
                self._broken(member, at, self.within)
            at = member.end
