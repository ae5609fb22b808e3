"""Model values to plain JSON data and back: the store's columns and every ``--json`` output.

The home of cattrs. Instants are ISO 8601 in UTC, durations seconds, enums their values, bytes
base64; a value of the unions ``Observation`` and ``EditorsWord`` carries its class in ``_type``. Fields that a stored
value lacks take the model's defaults, so a later version may add some.
"""

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, overload

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from checker.model import EditorsWord, Observation

T = TypeVar("T")

# Legal in a Python string (file names that are no UTF-8 have them), illegal in UTF-8.
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNIONS: tuple[Any, ...] = (Observation, EditorsWord)
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_plain(value: object) -> Any:
    """*value* as dicts, lists, strings, numbers, booleans and None, ready for ``json.dumps``."""
    for union in _UNIONS:
        if isinstance(value, get_args(union)):
            return _converter.unstructure(value, unstructure_as=union)
    return _converter.unstructure(value)


@overload
def from_plain(cls: type[T], data: Any) -> T: ...


@overload
def from_plain(cls: UnionType, data: Any) -> Any: ...


def from_plain(cls: Any, data: Any) -> Any:
    """The value of class *cls* (or of one of the unions) that ``to_plain`` gave as *data*.

    Raises ValueError, with the cause, for data that no such value has given.
    """
    try:
        return _converter.structure(data, cls)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        name = getattr(cls, "__name__", str(cls))
        raise ValueError(f"not the data of a {name}: {type(error).__name__}: {error}") from error


def dumps(value: object) -> str:
    """*value* as compact JSON text that any UTF-8 column takes: lone surrogates are escaped."""
    text = _encoder.encode(to_plain(value))
    return _SURROGATES.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def loads(cls: type[T], text: str) -> T:
    """The value that ``dumps`` wrote. Raises ValueError."""
    return from_plain(cls, json.loads(text))


def _from_instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} is naive; instants are aware UTC")
    return value.astimezone(UTC).isoformat()


def _to_instant(text: str, _: object) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return value.astimezone(UTC)


def _from_duration(value: timedelta) -> float:
    """Whole seconds as an int, so that JSON shows 86400 and not 86400.0."""
    return value.total_seconds() if value.microseconds else value.days * 86_400 + value.seconds


def _build() -> Converter:
    converter = Converter(detailed_validation=False, unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook(datetime, _from_instant)
    converter.register_structure_hook(datetime, _to_instant)
    # datetime is a subclass of date: cattrs chooses the exact class first.
    converter.register_unstructure_hook(date, lambda value: value.isoformat())
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
    converter.register_unstructure_hook(timedelta, _from_duration)
    converter.register_structure_hook(timedelta, lambda number, _: timedelta(seconds=number))
    converter.register_unstructure_hook(bytes, lambda body: base64.b64encode(body).decode())
    converter.register_structure_hook(bytes, lambda text, _: base64.b64decode(text, validate=True))
    for union in _UNIONS:
        configure_tagged_union(union, converter)
    # cattrs looks for the hook of each element anew; values are read at every check.
    converter.register_structure_hook_factory(_is_row, partial(_row_hook, converter))
    converter.register_structure_hook_factory(_is_optional, partial(_optional_hook, converter))
    return converter


def _is_row(cls: Any) -> bool:
    return get_origin(cls) is tuple and get_args(cls)[1:] == (...,)


def _row_hook(converter: Converter, cls: Any) -> Callable[[Any, Any], Any]:
    of = get_args(cls)[0]
    hook = converter.get_structure_hook(of)
    return lambda rows, _: tuple([hook(row, of) for row in rows])


def _is_optional(cls: Any) -> bool:
    parts = get_args(cls)
    return isinstance(cls, UnionType) and len(parts) == 2 and parts[1] is type(None)


def _optional_hook(converter: Converter, cls: Any) -> Callable[[Any, Any], Any]:
    of = get_args(cls)[0]
    hook = converter.get_structure_hook(of)
    return lambda value, _: None if value is None else hook(value, of)


_converter = _build()
