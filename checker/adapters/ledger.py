"""What a long audit has done, in a file of JSON lines, so that it can be stopped and go on.

The first line names the tool and what was asked of it; each other line is one document's result.
A line that a kill cut short is dropped. Results are found by their place in the file, so that
memory holds some hundred bytes a document.
"""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from checker import codec
from checker.errors import TargetError
from checker.model import AuditItem, Skipped

_FORMAT = 1
_REMEDY = "Remove it to begin anew, or give the options that it was made with."


class FileLedger:
    """Port ``Ledger`` over the file *path*; made where there is none. Raises TargetError.

    *asked* describes all that results depend on. ``as_of`` is the instant that the first run
    judged by: later ones judge by it, too.
    """

    def __init__(self, path: Path, asked: str, as_of: datetime) -> None:
        self._path = path
        self._places: dict[bytes, int] = {}
        if path.exists() and not path.is_file() and not path.is_dir():  # it may be without end
            raise TargetError(str(path), "is no state of an audit", "Name a file.")
        head = {"format": _FORMAT, "asked": asked, "as_of": codec.to_plain(as_of)}
        try:
            self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
            found = self._read_all()
            if found is None:
                self._write(head)
        except OSError as error:
            raise TargetError(str(path), error.strerror or str(error), "Name a file.") from error
        except ValueError as error:
            self._file.close()
            raise TargetError(str(path), "is no state of an audit", _REMEDY) from error
        if found is not None and {**found, "as_of": ""} != {**head, "as_of": ""}:
            self._file.close()
            raise TargetError(str(path), "was made by another version or with other options",
                              _REMEDY)  # fmt: skip
        self.as_of = as_of if found is None else codec.from_plain(datetime, found["as_of"])

    def known(self, key: str) -> AuditItem | Skipped | None:
        place = self._places.get(_short(key))
        if place is None:
            return None
        self._file.seek(place)
        line = json.loads(self._file.readline())
        if "item" in line:
            return codec.from_plain(AuditItem, line["item"])
        return codec.from_plain(Skipped, line["skipped"])

    def note(self, key: str, result: AuditItem | Skipped) -> None:
        """Written at once, so that a kill costs no document that was reported as done."""
        kind = "skipped" if isinstance(result, Skipped) else "item"
        self._places[_short(key)] = self._write({"key": key, kind: codec.to_plain(result)})

    def close(self) -> None:
        self._file.close()

    def _write(self, line: dict[str, Any]) -> int:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        return place

    def _read_all(self) -> dict[str, Any] | None:
        """The head, None for a new file; notes the places, cuts off a torn last line."""
        head: dict[str, Any] | None = None
        place = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            data = json.loads(line)
            if head is None:
                head = data if data.get("format") == _FORMAT else {}
            else:
                self._places[_short(data["key"])] = place
            place += len(line)
        self._file.truncate(place)
        return head


def _short(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=12).digest()
