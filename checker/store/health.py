"""What ``checker doctor`` asks of the database, and backups."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from checker.errors import StoreError
from checker.store.engine import Database, explained
from checker.store.server import Server

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs"})
_MOUNTS = Path("/proc/self/mounts")  # Linux; elsewhere nothing is said of file systems
_MAX_PROBLEMS = 20


def problems(database: Database | Server) -> list[str]:
    """Everything wrong with the database, as sentences; empty if it is sound. Reads all of a file;
    a server checks its pages itself."""
    if isinstance(database, Server):
        return _server_problems(database)
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


_INVALID = text(
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT indisvalid ORDER BY relname"
)
_UNCHECKED = text("SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname")


def _server_problems(server: Server) -> list[str]:
    try:
        with server.read() as connection:
            ask = connection.execute
            indexes = ask(_INVALID).scalars().all()
            constraints = ask(_UNCHECKED).scalars().all()
            standby = ask(text("SELECT pg_is_in_recovery()")).scalar_one()
    except StoreError as error:
        return [str(error)]
    found = [f"index {name} is not valid: run REINDEX INDEX {name}" for name in indexes]
    found += [f"constraint {name} was never validated" for name in constraints]
    if standby:
        found.append(f"{server.name} is a standby and takes no writers; name the primary")
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


def backup(database: Database | Server, target: Path) -> None:
    """A consistent copy while work goes on; *target* is complete or absent. Raises StoreError.

    A file's copy is a database of its own; a server's is made by its ``pg_dump``, in the custom
    format that ``pg_restore`` reads.
    """
    if target.exists():
        raise StoreError(str(target), "it exists already", "Name a file that does not exist yet.")
    partial = target.with_name(target.name + ".part")
    with explained(target):
        try:
            _dump(database, partial) if isinstance(database, Server) else _copy(database, partial)
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


def _dump(server: Server, partial: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError(
            "pg_dump",
            "it is not installed here, and only it can copy a PostgreSQL database",
            "Install the server's client programs (Debian: postgresql-client), or call it there.",
        )
    bare = server.url.set(drivername="postgresql", password=None)
    command = [program, "--format=custom", f"--file={partial}", bare.render_as_string()]
    password = {"PGPASSWORD": server.url.password} if server.url.password else {}
    done = subprocess.run(  # noqa: S603 - a program of the server's, arguments of the configuration
        command, env=os.environ | password, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise StoreError(
            server.name,
            f"pg_dump could not copy it ({said[:300]})",
            "Use a pg_dump of the server's version, and the owner of the database.",
        )
    _sync(partial)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
