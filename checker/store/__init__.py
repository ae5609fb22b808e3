"""Everything remembered between checks, in SQL. The home of SQLAlchemy and Alembic.

Read ``schema`` first, then ``record`` (what a check writes) and ``sql`` (the port).
"""

from checker.store.opening import open_turns
from checker.store.sql import SqlStore

__all__ = ["SqlStore", "open_turns"]
