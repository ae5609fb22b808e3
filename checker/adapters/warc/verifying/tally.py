"""What is found in one file, as it is gone through."""

from collections import Counter
from dataclasses import dataclass, field

from checker.model import Fault, Verified

MAX_LISTED = 1_000  # faults of a file that are told one by one
_MAX_TEXT = 300

RESTORE = "Restore the file from a backup."
COPY_AGAIN = (
    "Copy the file again from where it came, or from a backup; what stands before is whole."
)
RECOMPRESS = "Write it anew with `warcio recompress FILE NEW`."
REPORT = "Tell whoever made the file; other records can be read."


@dataclass(slots=True)
class Tally:
    """Findings of the file called *file*. In our *own* archive a torn end is none: a process that
    was killed leaves it, nothing refers to it and nothing is written behind it."""

    file: str
    own: bool = False
    kinds: Counter[str] = field(default_factory=Counter)
    digests: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    unlisted: int = 0

    def fault(self, offset: int | None, record: str, cause: str, remedy: str) -> None:
        if len(self.faults) < MAX_LISTED:
            self.faults.append(Fault(self.file, offset, shown(record), shown(cause), remedy))
        else:
            self.unlisted += 1

    def note(self, offset: int | None, record: str, cause: str, remedy: str = "") -> None:
        if len(self.notes) < MAX_LISTED:
            self.notes.append(Fault(self.file, offset, shown(record), shown(cause), remedy))

    def torn(self, offset: int, record: str, cause: str) -> None:
        """The file ends before its last record does."""
        if self.own:
            self.note(offset, record, f"{cause}; a process that was stopped leaves such an end")
        else:
            self.fault(offset, record, cause, COPY_AGAIN)

    def done(self) -> Verified:
        kinds = dict(sorted(self.kinds.items()))
        return Verified(
            self.file, kinds, self.digests, tuple(self.faults), tuple(self.notes), self.unlisted
        )


def shown(text: str) -> str:
    """Text from a file: bounded, printable."""
    return "".join(c if c.isprintable() else "?" for c in text)[:_MAX_TEXT]
