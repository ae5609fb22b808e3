"""Whether WARC, ARC and WACZ files are what they say.

Each record is held against ISO 28500 and its digests, each gzip member against its check sum; of a
WACZ its entries, lists and index. Nothing is held in memory but where records lie.
"""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from checker.adapters.openable import look
from checker.adapters.warc import wacz
from checker.adapters.warc.verifying.container import REPACK, Container
from checker.adapters.warc.verifying.index import Indexes
from checker.adapters.warc.verifying.places import Places, Revisits
from checker.adapters.warc.verifying.tally import RESTORE, Tally
from checker.adapters.warc.verifying.walk import Walk
from checker.errors import TargetError
from checker.model import Verified

_REMEDY = "Name a WARC, ARC or WACZ file."
SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")


@dataclass(slots=True)
class _Run:
    """All files that are verified together, as revisits may refer from one to another."""

    own: bool
    tallies: list[Tally] = field(default_factory=list)
    whose: list[Tally] = field(default_factory=list)  # by number of the WARC file
    places: list[Places] = field(default_factory=list)
    revisits: Revisits = field(default_factory=Revisits)

    def file(self, path: Path) -> None:
        tally = Tally(str(path), self.own)
        self.tallies.append(tally)
        try:
            look(path, _REMEDY)
            if path.name.lower().endswith(".wacz"):
                self._container(path, tally)
            elif path.name.lower().endswith(".zst"):
                remedy = "Unpack it (`zstd -d`) and verify that."
                raise TargetError(
                    str(path), "is packed by Zstandard, which is not verified", remedy
                )
            else:
                self._warc(path, tally, wacz.Part("", 0, path.stat().st_size))
        except OSError as error:
            cause = f"can't be read: {error.strerror or error}"
            raise TargetError(str(path), cause, _REMEDY) from error

    def _warc(self, path: Path, tally: Tally, part: wacz.Part) -> Places:
        places = Places()
        self.places.append(places)
        self.whose.append(tally)
        number = len(self.places) - 1
        walk = Walk(path, tally, places, self.revisits, number, part.start, part.end, part.name)
        walk.run()
        return places

    def _container(self, path: Path, tally: Tally) -> None:
        found: dict[str, tuple[wacz.Part, Places]] = {}
        for part in wacz.parts(path):
            if part.problem:
                tally.fault(None, part.name, part.problem, REPACK if part.name else RESTORE)
            else:
                name = part.name.rpartition("/")[2]
                found[name] = part, self._warc(path, tally, part)
        try:
            with zipfile.ZipFile(path) as container:
                entries = Container(path, tally)
                entries.check(container)
                Indexes(path, tally, found).check(container, entries.sound)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            if not tally.faults:  # else it was told with its parts
                tally.fault(None, "", f"can't be read as a zip container: {error}", RESTORE)
            return
        if not found and not tally.faults:
            tally.note(None, "archive/", "holds no WARC file")

    def dangling(self) -> None:
        for number, offset, record in self.revisits.dangling(self.places):
            cause = "refers to a record that is not in what was verified"
            self.whose[number].note(offset, record, cause)


def verify(
    paths: list[Path], *, own: bool = False, step: Callable[[int], None] | None = None
) -> Iterator[Verified]:
    """Each file among *paths*, and below those that are folders. *own*: they are our own archive.
    Raises TargetError for one that can't be read."""
    run = _Run(own)
    for count, path in enumerate(_files(paths), 1):
        run.file(path)
        if step is not None:
            step(count)
    run.dangling()
    for tally in run.tallies:
        yield tally.done()


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = (one for one in path.rglob("*") if one.name.lower().endswith(SUFFIXES))
        found = sorted(one for one in inside if one.is_file() and not one.is_symlink())
        if not found:
            raise TargetError(str(path), "holds no WARC, ARC or WACZ file", "Name another folder.")
        yield from found
