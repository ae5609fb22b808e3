"""``checker config`` and ``checker doctor``: is everything in order."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from checker.entry.cli.common import Config, Json, counted, print_json, say, settings_of
from checker.errors import CheckerError, ConfigError

if TYPE_CHECKING:
    from checker.settings import Settings


def check(config: Config = None, as_json: Json = False) -> None:
    """Test the configuration; report every fault at once."""
    try:
        settings = settings_of(config)
        _expect_writable(settings)
    except ConfigError as error:
        if as_json:
            print_json({"valid": False, "problems": list(error.problems), "warnings": []})
            raise typer.Exit(2) from error
        raise
    if as_json:
        print_json({"valid": True, "problems": [], "warnings": list(settings.warnings)})
        return
    place = settings.file or "no file; the defaults"
    policies = len(settings.policies.policies)
    say(
        f"{place}: valid. {counted(len(settings.sources), 'source')}, "
        f"{counted(len(settings.recipients), 'recipient')}, {policies} policies"
    )


def show(config: Config = None, as_json: Json = False) -> None:
    """Print every setting in force, without secrets."""
    from checker.settings import as_plain

    plain = as_plain(settings_of(config))
    if as_json:
        print_json(plain)
    else:
        for line in _flat("", plain):
            say(line)


def _flat(prefix: str, value: Any) -> Iterator[str]:
    """``fetch.delay = 1s``: one line per setting, as the documentation names them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{prefix}[{number}]", inner)
    else:
        yield f"{prefix} = {value if value is not None else '-'}"


def doctor(config: Config = None, as_json: Json = False) -> None:
    """Test everything that a run needs.

    Python, configuration, folders that must be writable, the archive in an object store, and the
    database.
    """
    results = [_tried(name, probe) for name, probe in _probes(config)]
    if as_json:
        print_json([{"test": n, "ok": ok, "detail": detail} for n, ok, detail in results])
    else:
        for name, ok, detail in results:
            say(f"{'ok  ' if ok else 'FAIL'}  {name}: {detail}")
    if not all(ok for _, ok, _ in results):
        raise typer.Exit(1)


def _tried(name: str, probe: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, probe()
    except (CheckerError, OSError) as error:
        return name, False, str(error)


def _probes(config: Path | None) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "python", lambda: f"{sys.version.split()[0]} at {sys.executable}"
    try:
        settings = settings_of(config)
    except ConfigError as error:
        problem = error
        yield "configuration", lambda: _raise(problem)
        return
    place = settings.file or "no file; the defaults apply"
    yield "configuration", lambda: f"{place}, {counted(len(settings.sources), 'source')}"
    for name, (_, folder) in _folders(settings).items():
        yield name, partial(_writable, folder)
    if settings.archive.url is not None:
        yield "archive", lambda: _object_store(settings)
    yield "database", lambda: _database(settings)


def _folders(settings: "Settings") -> dict[str, tuple[str, Path]]:
    """Every folder that is written to, with the key that names it."""
    folders = {
        "data folder": ("data_dir", settings.data_dir),
    }
    if settings.archive.url is None:
        folders["archive folder"] = "archive.folder", settings.archive.folder
    if settings.mail.kind == "folder":
        folders["mail folder"] = "mail.folder", settings.mail.folder
    if not settings.banner.in_place:
        folders["banner folder"] = "banner.output", settings.banner.output
    return folders


def _expect_writable(settings: "Settings") -> None:
    """Raises ConfigError for folders that can't be written to; of several in one for the first."""
    faults: dict[Path, str] = {}
    for key, folder in _folders(settings).values():
        try:
            _writable(folder)
        except OSError as error:
            why = error.strerror or error
            faults.setdefault(
                _existing(folder),
                f"{key}: {folder} can't be written to ({why}). Name another folder, or let the "
                "user of the checker write there.",
            )
    if faults:
        raise ConfigError(list(faults.values()))


def _existing(folder: Path) -> Path:
    """*folder*, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _raise(error: CheckerError) -> str:
    raise error


def _writable(folder: Path) -> str:
    """Write a file into *folder*, or into the nearest folder above it that exists."""
    import tempfile

    existing = _existing(folder)
    with tempfile.TemporaryFile(dir=existing) as file:
        file.write(b"x")
    return f"{folder} can be written to{'' if existing == folder else ' (made when needed)'}"


def _object_store(settings: "Settings") -> str:
    from checker.wiring import captures

    return captures.probe(settings)


def _database(settings: "Settings") -> str:
    from checker import wiring

    with wiring.build(settings) as app:
        problems = app.store.check()
        counts = app.service.status()
    if problems:
        raise CheckerError("database", "; ".join(problems), "Restore a backup, or ask for help.")
    return f"sound, {counted(counts['articles'], 'article')}"
