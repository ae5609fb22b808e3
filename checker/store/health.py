"""What ``checker doctor`` asks of the database, and backups."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from checker.errors import StoreError
from checker.store.engine import Database, explained

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs"})
_MOUNTS = Path("/proc/self/mounts")  # Linux; elsewhere nothing is said of file systems
_MAX_PROBLEMS = 20


def problems(database: Database) -> list[str]:
    """Everything wrong with the file, as sentences; empty if it is sound. Reads all of it."""
    try:
        found = _damage(database)
    except StoreError as error:  # so damaged that it can't be examined
        return [str(error)]
    mounts = _MOUNTS.read_text(errors="replace") if _MOUNTS.exists() else ""
    kind = file_system(database.path, mounts)
    if kind in NETWORK:
        found.append(
            f"{database.path} lies on a network file system ({kind}), whose locks SQLite can't "
            "trust; put it on a local disk."
        )
    return found


def _damage(database: Database) -> list[str]:
    with database.read() as connection:
        ask = connection.exec_driver_sql
        integrity = ask(f"PRAGMA integrity_check({_MAX_PROBLEMS})").scalars().all()
        mode = ask("PRAGMA journal_mode").scalar_one()
        # In a damaged file rows can't be followed, and asking fails.
        orphans = ask("PRAGMA foreign_key_check").all() if list(integrity) == ["ok"] else []
    found = [f"integrity: {line}" for line in integrity if line != "ok"]
    found += [
        f"table {table}: row {row} refers to a row of {parent} that is missing"
        for table, row, parent, _ in orphans[:_MAX_PROBLEMS]
    ]
    if mode != "wal":
        found.append(f"journal mode is {mode}, not wal: readers and writers block each other")
    return found


def file_system(path: Path, mounts: str) -> str | None:
    """The type of the file system that *path* lies on, from the lines of /proc/self/mounts."""
    best, kind = "", None
    resolved = path.resolve()
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].encode().decode("unicode_escape")  # a blank is written \040
        if len(point) >= len(best) and resolved.is_relative_to(point):
            best, kind = point, fields[2]
    return kind


def backup(database: Database, target: Path) -> None:
    """A consistent copy while work goes on; *target* is complete or absent. Raises StoreError."""
    if target.exists():
        raise StoreError(str(target), "it exists already", "Name a file that does not exist yet.")
    partial = target.with_name(target.name + ".part")
    with explained(target):
        try:
            _copy(database, partial)
            partial.replace(target)
        except OSError as error:
            raise StoreError(
                str(target), f"the backup can't be written ({error})", "Choose another folder."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
    _sync(target.parent)


def _copy(database: Database, partial: Path) -> None:
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(database.path)) as source:
        source.execute("VACUUM INTO ?", (str(partial),))
    _sync(partial)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
