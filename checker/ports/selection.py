"""Which files of a folder are meant."""

from dataclasses import dataclass
from pathlib import PurePath

MAGIC = frozenset("*?[")
ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")  # files of many pages


@dataclass(frozen=True, slots=True)
class Selection:
    """Patterns as in a .gitignore, relative to the folder: only files that one of ``include``
    matches, if there are any, and none that ``exclude`` matches. ``archives`` are the WARC files
    and the like in it, whose pages are meant, too."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    archives: bool = True

    @property
    def endings(self) -> frozenset[str]:
        """Those that the patterns spell out: such files are pages, whatever they are called."""
        found = (PurePath(pattern).suffix.lower() for pattern in self.include)
        return frozenset(one for one in found if one and MAGIC.isdisjoint(one))


EVERYTHING = Selection()


def parted(target: str) -> tuple[str, str] | None:
    """The folder of a glob like ``archive/**/*.html`` and its pattern in there; None of a name."""
    parts = target.split("/")
    first = next((n for n, part in enumerate(parts) if not MAGIC.isdisjoint(part)), None)
    if first is None:
        return None
    folder = "/".join(parts[:first]) or ("/" if target.startswith("/") else ".")
    return folder, "/" + "/".join(parts[first:])
