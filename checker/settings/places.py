"""Where the configuration lies, and what its relative paths are relative to."""

from collections.abc import Mapping
from pathlib import Path

from checker.errors import ConfigError

DEFAULT_PLACES = (Path("config/checker.toml"), Path("checker.toml"))


def find(path: Path | None, env: Mapping[str, str]) -> Path | None:
    """Which file :func:`load` would read; one that is named need not exist (load says so)."""
    if path is not None:
        return path
    if "CHECKER_CONFIG" in env:
        if not env["CHECKER_CONFIG"].strip():
            remedy = "Name a configuration file or unset it."
            raise ConfigError([f"environment CHECKER_CONFIG: set but empty. {remedy}"])
        return Path(env["CHECKER_CONFIG"])
    return next((place for place in DEFAULT_PLACES if place.is_file()), None)


def root_of(file: Path | None) -> Path:
    """What relative paths are relative to: the file's folder, its parent if called ``config``."""
    if file is None:
        return Path.cwd()
    folder = file.absolute().parent
    return folder.parent if folder.name == "config" else folder
