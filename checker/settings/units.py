"""Durations, sizes, addresses and URLs as people write them in the configuration."""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from checker.model import Rule

_DURATION = re.compile(r"(\d{1,10})\s*(s|m|h|d|w|y)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_SIZE = re.compile(r"(\d{1,9})\s*(B|KB|MB|GB)", re.ASCII)
_BYTES = {"B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_FRAMING = frozenset(
    [
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "user-agent",
        "accept-encoding",
        "if-none-match",
        "if-modified-since",
        "range",
    ]
)
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})", re.ASCII)
_TARGET = re.compile(r"(?:webhook|channel):[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SAMPLE = re.compile(r"sample:(\d{1,5})", re.ASCII)

A_CENTURY = timedelta(days=36_500)


def fault(cause: str, remedy: str) -> PydanticCustomError:
    """A validation error that carries its own cause and remedy (both are shown verbatim)."""
    return PydanticCustomError("fault", "{cause}. {remedy}", {"cause": cause, "remedy": remedy})


def duration(value: Any) -> timedelta:
    """``"15m"`` → 15 minutes. Calendar-naive: a day is 24 h, a year 365 d.

    Raises PydanticCustomError for another form, for zero and for more than a century.
    """
    if isinstance(value, timedelta):  # a default of ours
        return value
    how = 'Write a whole number and s, m, h, d, w or y, such as "15m" or "2y"'
    if not isinstance(value, str):
        raise fault(f"{value!r} has no unit", how)
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise fault(f"{value!r} is no duration", how)
    seconds = int(found[1]) * _SECONDS[found[2]]
    if seconds == 0:
        raise fault("a duration of nothing would never end", "Give at least 1s")
    if seconds > A_CENTURY.total_seconds():
        raise fault(f"{value!r} is longer than a century", "Give at most 100y")
    return timedelta(seconds=seconds)


def pause(value: Any) -> timedelta:
    """A duration, or ``"0s"``: no pause at all, for hosts of one's own."""
    return timedelta(0) if value == "0s" else duration(value)


def shown(length: timedelta) -> str:
    """A duration as :func:`duration` reads it, in the largest unit that divides it."""
    seconds = int(length.total_seconds())
    units = ("y", "w", "d", "h", "m", "s") if seconds else ("s",)
    unit = next(unit for unit in units if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def size(value: Any) -> int:
    """``"20MB"`` → 20,000,000 bytes. Raises PydanticCustomError for anything else, and zero."""
    how = 'Write a whole number and B, KB, MB or GB, such as "20MB"'
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        raise fault(f"{value!r} is no size", how)
    return int(found[1]) * _BYTES[found[2]]


def between(low: timedelta, high: timedelta) -> Callable[[timedelta], timedelta]:
    """A validator that bounds a duration on both sides, inclusive."""

    def check(value: timedelta) -> timedelta:
        if not low <= value <= high:
            raise fault(f"{shown(value)} is out of bounds", f"Give {shown(low)} to {shown(high)}")
        return value

    return check


def web_url(value: str) -> str:
    """*value* if it is an absolute http(s) URL with a host, no credentials, no blanks."""
    how = "Give a full address such as https://example.org/feed.xml"
    if re.search(r"[\s\x00-\x1f\x7f\\]", value):
        raise fault("the URL has blanks, backslashes or control characters", how)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise fault(f"{value!r} is no URL", how) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise fault(f"{value!r} is no http(s) URL", how)
    if parts.username is not None:
        raise fault("the URL carries credentials", "Take them out; they would reach every log")
    return value


def origin(value: str) -> str:
    """*value* if it is scheme, host and perhaps a port, and nothing else."""
    web_url(value)
    if value.rstrip("/").count("/") != 2 or "?" in value or "#" in value:
        raise fault(
            f"{value!r} is more than an origin", 'Write it as "https://host" or with a port'
        )
    return value.rstrip("/")


def header_name(value: str) -> str:
    """*value* if it can name a header that carries a login."""
    if not _TOKEN.fullmatch(value):
        raise fault(f"{value!r} is no header's name", 'Write it as "Cookie" or "X-Api-Key"')
    if value.lower() in _FRAMING:
        raise fault(f"{value!r} is not for logins", "Name the header that the site asks for")
    return value


def variable_name(value: str) -> str:
    """*value* if it can name an environment variable that is not one of our settings."""
    if not re.fullmatch("[A-Z_][A-Z0-9_]*", value) or value.startswith("CHECKER_"):
        raise fault(f"secret_env: {value!r} can't hold a secret", "Name it like INTRANET_PASSWORD")
    return value


def proxy_url(value: str) -> str:
    """*value* if it is an http(s) URL; a proxy, unlike a source, may carry credentials."""
    scheme, mark, rest = value.partition("://")
    web_url(scheme + mark + rest.rpartition("@")[2])
    return value


def store_url(value: str) -> str:
    """*value* if it names a SQLite file or a PostgreSQL database; what it is instead may hold a
    password, so is not said."""
    scheme, mark, rest = value.partition("://")
    if scheme == "sqlite":
        fits = rest.startswith("/") and rest not in {"/", "/:memory:"} and "?" not in rest
    else:
        database = rest.partition("?")[0].rpartition("@")[2].partition("/")[2]
        fits = bool(mark and database) and scheme == "postgresql"
    if not fits:
        how = "Write it as sqlite:///folder/checker.db or postgresql://user@host/database"
        raise fault("it names no SQLite file and no PostgreSQL database", how)
    return value


def lifetime(value: Any) -> timedelta | None:
    """A duration, or ``"never"``: articles that age alone does not make outdated."""
    return None if value == "never" else duration(value)


def mail_address(value: str) -> str:
    """*value* if it looks like one bare mail address."""
    if not _ADDRESS.fullmatch(value):
        raise fault(f"{value!r} is no mail address", "Write it as name@example.org, nothing else")
    return value


def destination(value: str) -> str:
    """*value* if it is a mail address, or ``webhook:NAME`` or ``channel:NAME``."""
    return value if _TARGET.fullmatch(value) else mail_address(value)


def rule_name(value: str) -> str:
    """*value* if there is such a rule."""
    if value not in set(Rule):
        raise fault(f"there is no rule {value!r}", "`checker rules` lists them")
    return value


def allowance(value: str) -> str:
    """*value* if it is ``host:port`` or a CIDR block."""
    found = _HOST_PORT.fullmatch(value)
    if found is not None and 0 < int(found[2]) < 65_536:
        return value
    return network(value)


def listen(value: str) -> str:
    """*value* if it is ``host:port``; an IPv6 address stands in brackets."""
    found = _HOST_PORT.fullmatch(value)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise fault(f"{value!r} is no host and port", 'Write it as "127.0.0.1:8907"')
    return value


def network(value: str) -> str:
    """*value* if it is a CIDR block with no host bits set."""
    how = 'Write host:port or a block such as "10.1.0.0/16"'
    if "/" not in value:
        raise fault(f"{value!r} names no host and port and no network", how)
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise fault(str(error), how) from None
    if value.endswith("/0"):
        raise fault(f"{value!r} would switch the address guard off", "Name your own networks only")
    return value


def sample_port(value: str) -> int | None:
    """The port in ``sample:8908``, or None if *value* means no sample newsroom."""
    found = _SAMPLE.fullmatch(value)
    return int(found[1]) if found is not None and 0 < int(found[1]) < 65_536 else None


def feed_location(value: str) -> str:
    return value if sample_port(value) is not None else web_url(value)


Duration = Annotated[timedelta, BeforeValidator(duration)]
Interval = Annotated[  # how often a job or check runs: less than a second is a busy loop
    timedelta,
    BeforeValidator(duration),
    AfterValidator(between(timedelta(seconds=1), timedelta(days=366))),
]
Timeout = Annotated[
    timedelta,
    BeforeValidator(duration),
    AfterValidator(between(timedelta(seconds=1), timedelta(hours=1))),
]
Pause = Annotated[
    timedelta,
    BeforeValidator(pause),
    AfterValidator(between(timedelta(0), timedelta(hours=1))),
]
Size = Annotated[int, BeforeValidator(size)]
Lifetime = Annotated[timedelta | None, BeforeValidator(lifetime)]
WebUrl = Annotated[str, AfterValidator(web_url)]
Origin = Annotated[str, AfterValidator(origin)]
# RFC 9110 §5.1; what frames a message or is decided elsewhere is not the user's.
UserName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^:\x00-\x1f\x7f]+$")
]  # RFC 7617 §2: no colon
VariableName = Annotated[str, AfterValidator(variable_name)]
HeaderName = Annotated[str, AfterValidator(header_name)]
ProxyUrl = Annotated[str, AfterValidator(proxy_url)]
FeedUrl = Annotated[str, AfterValidator(feed_location)]
StoreUrl = Annotated[str, AfterValidator(store_url)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
Destination = Annotated[str, AfterValidator(destination)]
RuleName = Annotated[str, AfterValidator(rule_name)]
LanguageTag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Allowance = Annotated[str, AfterValidator(allowance)]
Listen = Annotated[str, AfterValidator(listen)]
