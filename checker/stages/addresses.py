"""The ways in which one address is written: archives, listings and crawlers differ."""

from urllib.parse import urlsplit


def host_of(uri: str) -> str:
    """Host and port as written, the unit of politeness and of trust; empty where *uri* has none. An
    archive may bring any address: no use of it may stop the others' checks."""
    try:
        return urlsplit(uri).netloc
    except ValueError:
        return ""


def spellings(uri: str) -> tuple[str, ...]:
    """*uri* as given, then with the other scheme, with or without ``www.`` and a trailing slash."""
    try:
        parts = urlsplit(uri.partition("#")[0])
    except ValueError:
        return (uri,)
    host, path = parts.netloc.removeprefix("www."), parts.path.rstrip("/")
    rest = f"?{parts.query}" if parts.query else ""
    schemes = ("https", "http") if parts.scheme == "https" else ("http", "https")
    ends = [parts.path or "/", *([path + "/"] if path == parts.path else [path])]
    every = (
        f"{scheme}://{place}{end}{rest}"
        for scheme in schemes
        for place in (host, f"www.{host}")
        for end in ends
    )
    return tuple(dict.fromkeys((uri, *every)))
