"""Opening the database that ``store.url`` names, whichever it is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from checker.errors import StoreError
from checker.store import server
from checker.store.engine import BUSY_SECONDS, Database, connect, explained, inode_of
from checker.store.migrate import migrate
from checker.store.server import Server
from checker.store.turns import LONGEST_TURN, OwnTurns, SharedTurns

_REMEDY = "Write it as sqlite:///folder/checker.db or postgresql://user@host/database."


def open_database(url: str, busy_seconds: float) -> Database | Server:
    """Open *url*, create the file where it is one, and bring it to this version's tables.

    Raises StoreError for what is damaged, another program's, or of a later version; it is left as
    it is.
    """
    parsed = parse(url)
    if is_server(parsed):
        return _open_server(parsed, busy_seconds)
    return _open_file(path_of(parsed), busy_seconds)


def open_turns(url: str, now: Callable[[], datetime]) -> SharedTurns | OwnTurns:
    """The turns at hosts, among all who share the database at *url*; its tables are there."""
    parsed = parse(url)
    if is_server(parsed):
        return SharedTurns(server.connect(parsed, LONGEST_TURN))
    return OwnTurns(_open_file(path_of(parsed), BUSY_SECONDS), now)


def parse(url: str) -> URL:
    """*url*, if it names a database that this program can use; raises StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:  # the text may hold a password: it is not repeated
        raise StoreError("store.url", "it is no database URL", _REMEDY) from error
    kind = parsed.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise StoreError("store.url", f"there is no store on {kind}", _REMEDY)
    return parsed


def is_server(url: URL) -> bool:
    return url.get_backend_name() == "postgresql"


def path_of(url: URL) -> Path:
    """The absolute path in ``sqlite:///relative`` or ``sqlite:////absolute``.

    Raises StoreError for a database in memory and for options.
    """
    if not url.database or url.database == ":memory:":
        raise StoreError("store.url", "a database in memory forgets everything", _REMEDY)
    if url.query:
        raise StoreError(
            "store.url", "a path can't contain '?' and SQLite takes no options here", _REMEDY
        )
    return Path(url.database).absolute()


def _open_file(path: Path, busy_seconds: float) -> Database:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            str(path), f"its folder can't be made ({error})", "Correct store.url."
        ) from error
    engine = connect(path, busy_seconds)
    try:
        with explained(path), engine.connect():
            inode = inode_of(path)
        assert inode is not None, "connecting creates the file"
        database = Database(path, engine, inode)
        migrate(database)
    except BaseException:
        engine.dispose()
        raise
    return database


def _open_server(url: URL, busy_seconds: float) -> Server:
    database = server.connect(url, busy_seconds)
    try:
        server.refuse_unfit(database)
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database
