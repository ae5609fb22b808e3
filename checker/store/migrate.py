"""Bringing a database to the tables of this version, or refusing it.

Alembic is loaded where steps are missing, and only there: with the dialects and templates that it
brings, it takes as much memory as all checking does.
"""

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, text

from checker.errors import StoreError
from checker.store import schema, source_tables
from checker.store.engine import Database
from checker.store.health import backup
from checker.store.migrations import HEAD
from checker.store.server import Server

_version = Table(  # Alembic's own, as it would make it; a test compares
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), primary_key=True),
)


def migrate(database: Database | Server) -> None:
    """Run the steps that are missing, all or none; an empty database gets this version's tables at
    once, as a test holds both ways to the same. Raises StoreError.

    Two processes may come at once: the second waits for the first one's transaction and then has
    nothing left to do. An up-to-date database costs one read.
    """
    with database.read() as connection:
        before = revision_of(connection)
    if before == HEAD:
        return
    if before is not None and before in known_revisions() and isinstance(database, Database):
        _keep(database, before)  # a server's copies are made by those who keep it
    with database.write() as connection:
        _refuse_strangers(connection, database.name)
        found = revision_of(connection)
        if found is None:
            _make(connection)
            return
        if found not in known_revisions():
            raise StoreError(
                database.name,
                f"a later version of the checker has written it (schema {found}, this one {HEAD})",
                "Install that version again, or restore a backup made before the upgrade.",
            )
        upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the steps up to *revision*, inside the caller's transaction."""
    from checker.store import alembic_steps  # noqa: PLC0415 - see above

    alembic_steps.upgrade(connection, revision)


def _make(connection: Connection) -> None:
    for tables in {schema.articles.metadata, source_tables.hubs.metadata}:  # one, of both modules
        tables.create_all(connection)
    _version.create(connection)
    connection.execute(_version.insert().values(version_num=HEAD))


def _keep(database: Database, revision: str) -> None:
    """A copy from before the step, beside the database: a later version may be taken back."""
    path = database.path
    kept = path.with_name(f"{path.name}.before-schema-{HEAD}-{revision}")
    if not kept.exists():
        backup(database, kept)


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None where no step has been run."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def known_revisions() -> frozenset[str]:
    from checker.store import alembic_steps  # noqa: PLC0415 - see above

    return alembic_steps.known_revisions()


def _refuse_strangers(connection: Connection, name: str) -> None:
    """Another program's database is not ours to add tables to."""
    tables = inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise StoreError(
            name,
            f"it is another program's database (it has a table {tables[0]!r})",
            "Let store.url name a database of the checker's own.",
        )
