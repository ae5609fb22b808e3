"""INSERT … ON CONFLICT in the words of the database at hand."""

from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert:
    """An INSERT that can be given ``on_conflict_do_update`` or ``on_conflict_do_nothing``.

    Both databases know it with the same meaning; SQLAlchemy has a class for each. The type is that
    of SQLite's, whose methods are the smaller set.
    """
    return insert_in(connection.dialect.name, table)


def insert_in(dialect: str, table: Table) -> sqlite.Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - it brings every driver's

        return cast(sqlite.Insert, postgresql.insert(table))
    return sqlite.insert(table)
