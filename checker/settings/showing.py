"""The configuration in force, for people, without its secrets (``checker config show``)."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from checker.settings.units import shown
from checker.settings.values import Settings, TargetKind, TargetSettings

HIDDEN = "(hidden)"
_SECRETS = frozenset({"password", "secret"})
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
_PASSWORD = re.compile(r"://[^/\s:@]*:[^/\s]*@")
_QUERY_SECRET = re.compile(r"(?i)\b(password|passwd|token|secret|sslpassword)=[^&\s]+")


def redacted(text: str) -> str:
    """*text* without what looks like credentials in a URL or DSN."""
    return _QUERY_SECRET.sub(rf"\1={HIDDEN}", _CREDENTIALS.sub(f"{HIDDEN}@", text))


def has_password(url: str) -> bool:
    """Whether *url* carries more than a user's name."""
    return bool(_PASSWORD.search(url) or _QUERY_SECRET.search(url))


def as_plain(settings: Settings) -> dict[str, Any]:
    """Settings as JSON types; passwords and URL credentials are replaced by a mark."""
    return {name.name: _plain(name.name, getattr(settings, name.name)) for name in fields(settings)}


def _plain(name: str, value: Any) -> Any:
    if name in _SECRETS and value is not None:
        return HIDDEN
    if isinstance(value, TargetSettings) and value.kind is TargetKind.CHANNEL:
        scheme = value.url.partition("://")[
            0
        ]  # what follows holds tokens, wherever a service wants
        value = replace(value, url=f"{scheme}://{HIDDEN}")
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(part.name, getattr(value, part.name)) for part in fields(value)}
    match value:
        case str() if not isinstance(value, Enum):
            return redacted(value)
        case Enum():
            return value.value
        case timedelta():
            return shown(value)
        case Path():
            return str(value)
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return [_plain(name, item) for item in value]
        case _:
            return value
