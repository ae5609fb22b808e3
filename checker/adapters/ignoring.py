"""Which files of a folder are left out: ``.checkerignore`` at its root, written as a .gitignore."""

from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from checker.errors import TargetError

NAME = ".checkerignore"
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Ignoring:
    """Paths are relative to the folder, with slashes."""

    spec: GitIgnoreSpec | None = None

    def __call__(self, relative: str) -> bool:
        return self.spec is not None and self.spec.match_file(relative)


def ignoring(root: Path) -> Ignoring:
    """What *root*'s file says; nothing where there is none. Raises TargetError."""
    path = root / NAME
    if not path.is_file():
        return Ignoring()
    remedy = "Write it as a .gitignore: one pattern a line."
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", "replace")
        return Ignoring(GitIgnoreSpec.from_lines(text.splitlines()))
    except OSError as error:
        raise TargetError(str(path), f"can't be read: {error.strerror}", remedy) from error
    except ValueError as error:  # pathspec's own error is one
        raise TargetError(str(path), str(error)[:200], remedy) from error
