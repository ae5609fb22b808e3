"""From exceptions to failures that a person can read.

By type, never by a message's substring. Details are short and have no control characters, but
they quote strangers: whoever shows them escapes them.
"""

import http.client
import socket
from collections.abc import Iterator

import urllib3.exceptions as u3

from checker.adapters.guard import AddressRefusedError, UrlRefusedError
from checker.adapters.http.meter import TooMuchError
from checker.model import FailureKind, FetchFailure

_MAX_DETAIL = 500  # faults B29


class Faulty(Exception):  # noqa: N818  # an answer found faulty; it never leaves this package
    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


# Everything that a fetch may meet without being a mistake of ours.
EXPECTED = (
    Faulty,
    AddressRefusedError,
    UrlRefusedError,
    TooMuchError,
    u3.HTTPError,
    http.client.HTTPException,
    OSError,
    UnicodeError,
)


def failure(uri: str, kind: FailureKind, detail: str) -> FetchFailure:
    """A failure with a *detail* fit to be stored and shown."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in detail)
    return FetchFailure(uri, kind, shown[:_MAX_DETAIL])


def explain(error: BaseException) -> tuple[FailureKind, str]:
    """The kind of failure behind *error*, and a sentence."""
    for cause in _chain(error):
        known = _known(cause)
        if known is not None:
            return known
    return FailureKind.PROTOCOL, f"no valid HTTP answer ({_words(error)})"


def _known(error: BaseException) -> tuple[FailureKind, str] | None:
    match error:
        case Faulty():
            return error.kind, str(error)
        case AddressRefusedError() | UrlRefusedError():
            return FailureKind.ADDRESS, str(error)
        case TooMuchError():
            return _too_much(error)
        case socket.gaierror():
            return FailureKind.DNS, f"the name could not be resolved ({error.strerror})"
        case u3.NewConnectionError():
            return FailureKind.CONNECT, f"no connection ({_words(error)})"
        case u3.ConnectTimeoutError():
            return FailureKind.TIMEOUT, "no connection within the time allowed"
        case u3.ReadTimeoutError():
            return FailureKind.TIMEOUT, "no data within the time allowed"
        case u3.SSLError():
            return FailureKind.TLS, f"no trustworthy TLS connection ({_words(error)})"
        case u3.ProxyError():
            return FailureKind.CONNECT, f"the proxy gave no connection ({_words(error)})"
        case u3.DecodeError():  # raised for long chains even when not asked to decode
            return FailureKind.DECODING, f"broken content coding ({error})"
        case u3.IncompleteRead() | http.client.IncompleteRead():
            return FailureKind.PROTOCOL, "the body is cut short"
        case _:
            return None


def _too_much(error: TooMuchError) -> tuple[FailureKind, str]:
    kind = FailureKind.PROTOCOL if error.part == "header block" else FailureKind.TOO_LARGE
    return kind, str(error)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """*error* and what it wraps, innermost first: urllib3 and requests wrap in several ways."""
    seen: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        found = queue.pop(0)
        if not isinstance(found, BaseException) or found in seen:
            continue
        seen.append(found)
        queue += [getattr(found, "reason", None), found.__cause__, *found.args]
    return reversed(seen)


def _words(error: BaseException) -> str:
    """The innermost message, without the object addresses that wrappers put before it."""
    for cause in _chain(error):
        text = getattr(cause, "verify_message", "") or getattr(cause, "strerror", "") or ""
        if text:
            return str(text)
    innermost = next(iter(_chain(error)))
    return str(innermost) or type(innermost).__name__
