"""How long and how large an answer may be, and how the fetcher presents itself."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from checker import __version__
from checker.adapters.guard import Target, vet_url
from checker.errors import ConfigError
from checker.model import Headers

_MIB = 1_048_576


@dataclass(frozen=True, slots=True)
class Access:
    """How one source is reached: ``fields`` go to ``origins`` (``https://host:port``) and nowhere
    else, whoever redirects there; ``proxy`` instead of that of all."""

    origins: frozenset[str] = frozenset()
    fields: Headers = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)

    def fields_for(self, target: Target) -> Headers:
        return self.fields if _origin(target) in self.origins else ()


def origin_of(url: str) -> str:
    """Scheme, host and port, the port always written (RFC 6454 §6.2). Raises UrlRefusedError."""
    return _origin(vet_url(url))


def _origin(target: Target) -> str:
    return f"{target.scheme}://{target.host.rstrip('.')}:{target.port}"


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Bounds of one fetch. Everything that crosses one is a FetchFailure that says which.

    ``deadline`` bounds a whole fetch with all its redirects; a lookup that hangs ends with it.
    ``wire_bytes`` bounds what one request may receive, framing included, ``decoded_bytes`` what
    that may unfold to. ``user_agent`` is sent as it is; say in it where site owners can ask.
    ``proxy`` (``http://host:port``) is used for every request if set, never one from the
    environment; behind it the guard can vet no more than URLs and literal addresses, because
    the proxy resolves the names: it must refuse inner addresses itself. ``ca_file`` is trusted
    besides the usual authorities.
    """

    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=30)
    deadline: timedelta = timedelta(seconds=60)
    wire_bytes: int = 16 * _MIB
    decoded_bytes: int = 32 * _MIB
    header_bytes: int = 262_144
    redirects: int = 5
    user_agent: str = f"archive-checker/{__version__}"
    accept_language: str = "en, *;q=0.5"
    proxy: str | None = field(default=None, repr=False)  # may hold a password
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        problems = [*self._problems()]
        if problems:
            raise ConfigError(problems)

    def _problems(self) -> list[str]:
        found = [
            f"fetch.{name} = {getattr(self, name)}: must be positive"
            for name in ("wire_bytes", "decoded_bytes", "header_bytes")
            if getattr(self, name) <= 0
        ]
        found += [
            f"fetch.{name} = {getattr(self, name)}: must be positive"
            for name in ("connect_timeout", "read_timeout", "deadline")
            if getattr(self, name) <= timedelta(0)
        ]
        if self.proxy is not None and urlsplit(self.proxy).scheme not in ("http", "https"):
            found.append("fetch.proxy: give http://HOST:PORT or https://HOST:PORT")
        for name in ("user_agent", "accept_language"):
            value: str = getattr(self, name)
            if not (value and value.isascii() and value.isprintable()):
                found.append(f"fetch.{name} = {value!r}: only printable ASCII can be sent")
        return found
