"""Remembers which ``Last-Modified`` the pages of a host gave: one that many share is nobody's."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from checker.model import DateEvidence, Headers, header
from checker.stages import dates

ENOUGH = 3  # pages with one value: then it is the site's, as after a deployment
MOST_VALUES = 50_000  # remembered; of more all are forgotten, and learned again


@dataclass(frozen=True, slots=True)
class Siblings:
    """By host and value the pages that gave it, as far as this process has seen.

    One thread works on a host at a time, so a host's pages are not counted twice.
    """

    seen: dict[tuple[str, datetime], frozenset[str]] = field(default_factory=dict)

    def hints(self, uri: str | None, headers: Headers) -> tuple[DateEvidence, ...]:
        """Notes what the page at *uri* answered; a hint if its site's other pages say the same."""
        quote = header(headers, "Last-Modified")
        changed, host = dates.http_date(quote), _host(uri)
        if uri is None or quote is None or changed is None or not host:
            return ()
        key = (host, changed)
        pages = self.seen.get(key, frozenset())
        if len(pages) < ENOUGH:
            pages |= {uri}
            if len(self.seen) >= MOST_VALUES:
                self.seen.clear()
            self.seen[key] = pages
        return (dates.shared(changed, quote),) if len(pages) >= ENOUGH else ()


def _host(uri: str | None) -> str:
    try:
        return urlsplit(uri or "").netloc.lower()
    except ValueError:
        return ""
