"""Which files of a folder are left out: ``.checkerignore`` at its root, written as a .gitignore."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from checker.errors import TargetError

NAME = ".checkerignore"
MAX_BYTES = 1_000_000
_REMEDY = "Write it as a .gitignore: one pattern a line."


@dataclass(frozen=True, slots=True)
class Ignoring:
    """Whether a path is among what patterns match; relative to the folder, with slashes."""

    spec: GitIgnoreSpec | None = None

    def __call__(self, relative: str) -> bool:
        return self.spec is not None and self.spec.match_file(relative)


def ignoring(root: Path, more: tuple[str, ...] = ()) -> Ignoring:
    """What *root*'s file says, and *more* patterns. Raises TargetError."""
    path = root / NAME
    lines: list[str] = []
    if path.is_file():
        try:
            with path.open("rb") as file:
                lines = file.read(MAX_BYTES).decode("utf-8", "replace").splitlines()
        except OSError as error:
            raise TargetError(str(path), f"can't be read: {error.strerror}", _REMEDY) from error
    named = str(path) if lines else "--exclude"
    return Ignoring(_spec([*lines, *more], named)) if lines or more else Ignoring()


def matching(patterns: tuple[str, ...]) -> Ignoring | None:
    """What matches one of *patterns*; None where there are none. Raises TargetError."""
    return Ignoring(_spec(patterns, "--include")) if patterns else None


def _spec(patterns: Iterable[str], named: str) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:  # pathspec's own error is one
        raise TargetError(named, str(error)[:200], _REMEDY) from error
