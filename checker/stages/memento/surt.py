"""The keys by which capture indexes are sorted and searched: SURT, as the Internet Archive canonicalises.

Own code, because the library for it is AGPL. What two tools must agree on is small: no scheme, host
reversed, without ``www`` and default port, lower case, query sorted
(https://pywb.readthedocs.io/en/latest/manual/indexing.html).
"""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

_WWW = re.compile(r"^www\d*\.")
_SESSION = re.compile(  # where a server keeps a visitor's session in the address
    r"(?:jsessionid|phpsessid|sid|aspsessionid[a-z]{8})=[0-9a-z]{20,40}(?:&|$)"
)
_SAFE = "!$&'()*+,-./:;=?@_~[]|{}^\\\"<>`"
_PORTS = {"http": 80, "https": 443}


def surt(uri: str) -> str:
    """The key of *uri*: ``com,example)/a?b=c``. Addresses of other schemes are their own keys."""
    try:
        parts = urlsplit(uri.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _plain(uri)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return _plain(uri)
    name = _WWW.sub("", host.strip("."))
    key = name if ":" in name else ",".join(reversed(name.split(".")))
    if port is not None and port != _PORTS[scheme]:
        key += f":{port}"
    path = _escaped(parts.path).lower()
    path = re.sub(r"//+", "/", path)
    path = path.rstrip("/") or "/"
    query = "&".join(sorted(_SESSION.sub("", _escaped(parts.query).lower()).split("&")))
    return f"{key}){path}" + (f"?{query}" if query.strip("&") else "")


def _escaped(text: str) -> str:
    """Each byte written in the one way that indexes use."""
    return quote(unquote_to_bytes(text.encode("utf-8", "replace")), safe=_SAFE)


def _plain(uri: str) -> str:
    """A key of one word, so that a line of the index can be taken apart again."""
    return quote(uri.strip().encode("utf-8", "replace"), safe=_SAFE + "%") or "-"
