"""How values lie in columns."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from checker import codec
from checker.errors import StoreError

metadata = MetaData()  # of all tables
T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Neither SQLite's text functions nor PostgreSQL takes NUL; UTF-8 has no surrogates.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def clean(text: str) -> str:
    """*text* as a text column can hold it: what can't be stored becomes U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


class Instant(TypeDecorator[datetime]):
    """An aware instant as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class CleanText(TypeDecorator[str]):
    """Text from outside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else clean(value)


class Value(TypeDecorator[T]):
    """A model value as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, cls: Any) -> None:
        super().__init__()
        self.cls = cls

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else codec.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else read_value(self.cls, value)


# Most articles have no absences, and one of a few words on what was told: values are immutable.
_SHORT = 400


@lru_cache(maxsize=4_096)
def _shared(cls: Any, text: str) -> Any:
    return codec.loads(cls, text)


def read_value(cls: type[T], text: str) -> T:
    """The value in a column. Raises StoreError for what this program has not written."""
    kind: Any = cls
    try:
        value: T = _shared(kind, text) if len(text) <= _SHORT else codec.loads(cls, text)
    except ValueError as error:
        raise StoreError(
            "database",
            f"a stored value can't be read ({error})",
            "Run `checker doctor`; restore the last backup if it finds damage.",
        ) from error
    return value


class Word(TypeDecorator[T]):
    """A member of a StrEnum by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, cls: Any) -> None:
        super().__init__()
        self.cls = cls

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:  # noqa: ARG002 — the signature is SQLAlchemy's
        return None if value is None else self.cls(value)
