"""Which files differ from a revision, by the user's own git."""

import subprocess
from pathlib import Path

from checker.adapters.folder import MEDIA_TYPES
from checker.errors import TargetError

_SECONDS = 60
_REMEDY = "Name a folder of a git repository and a revision that it has, such as origin/main."


def changed_since(target: Path, revision: str) -> list[Path]:
    """The documents at *target* that were added or changed since *revision*, committed or not,
    sorted. Raises TargetError."""
    if revision.startswith("-") or "\0" in revision:
        raise TargetError(f"revision {revision!r}", "is no revision", _REMEDY)
    folder = target if target.is_dir() else target.parent
    top = Path(
        _git(folder, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").strip()
    )
    differ = _git(
        folder, "diff", "--name-only", "-z", "--no-ext-diff", "--diff-filter=d", revision, "--"
    )
    new = _git(folder, "ls-files", "--others", "--exclude-standard", "--full-name", "-z")
    names = {
        name.decode("utf-8", "surrogateescape") for name in (differ + new).split(b"\0") if name
    }
    found = sorted(top / name for name in names)
    inside = target.resolve()
    return [
        target / path.relative_to(inside) if path != inside else target
        for path in found
        if path.is_relative_to(inside)
        and (path == inside or path.suffix.lower() in MEDIA_TYPES)
        and path.is_file()
    ]


def _git(folder: Path, *words: str) -> bytes:
    # fsmonitor names a program; nothing that a repository configures is to be run here.
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise TargetError("git", "is not installed", "Install git.") from error
    except subprocess.TimeoutExpired as error:
        raise TargetError(str(folder), f"git took over {_SECONDS} s", _REMEDY) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise TargetError(str(folder), said[0][:200] if said else "git failed", _REMEDY)
    return done.stdout
