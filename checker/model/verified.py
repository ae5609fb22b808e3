"""What verifying files of captures came to."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: ``offset`` of the record in *file* (None: of the file as a whole),
    ``record`` its kind and address, or the name of an entry in a container."""

    file: str
    offset: int | None
    record: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file}:{self.offset}"
        thing = f"{place}: {self.record}" if self.record else place
        return f"{thing}: {self.cause}. {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Verified:
    """Of one file: how many records of each kind, how many digests were compared, what is wrong
    (``unlisted``: further faults), and ``notes``: what is worth knowing and no fault."""

    file: str
    kinds: dict[str, int] = field(default_factory=dict)
    digests: int = 0
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    unlisted: int = 0

    @property
    def records(self) -> int:
        return sum(self.kinds.values())

    @property
    def count(self) -> int:
        """Of faults, listed or not."""
        return len(self.faults) + self.unlisted
