"""Secrets that stand in the environment or in a file of their own, never in the configuration."""

from collections.abc import Mapping
from pathlib import Path


def outside_secret(
    named: tuple[str | None, str | None],
    where: str,
    root: Path,
    env: Mapping[str, str],
    problems: list[str],
) -> tuple[str, str] | None:
    """The secret of a variable or a file, whichever is *named*, and its place in words. It may be
    empty. None where neither is named, or the file can't be read, which is added to *problems*."""
    variable, file = named
    if variable is not None:
        return env.get(variable, ""), f"environment {variable}"
    if file is None:
        return None
    place = str(root / file)
    try:
        return (root / file).read_text(encoding="utf-8").strip(), place
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problems.append(f"{where}: {place}: {cause}. Name a file that holds the secret.")
        return None
