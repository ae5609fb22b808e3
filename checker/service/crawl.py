"""Feeds and sitemaps, with what a sitemap index names: bounded in depth and number."""

from collections.abc import Callable, Iterator

from checker.model import FetchFailure, Found, Request, Response, Skipped
from checker.ports import Http
from checker.stages.discover import Listing

MAX_SITEMAPS = 1_000  # in one pass: an index may loop or be endless (faults B17)
MAX_DEPTH = 3

Parse = Callable[[Response], Listing | None]  # None: the answer lists nothing


def fetched(http: Http, uri: str, source: str) -> Response | Skipped:
    """The answer with status 200 to a GET of *uri*, or why there is none."""
    answer = http.fetch(Request(uri, source=source))
    if isinstance(answer, FetchFailure) or answer.status != 200:
        return Skipped(uri, why(answer))
    return answer


def why(answer: Response | FetchFailure) -> str:
    """Why *answer*, which has no status 200, is none."""
    return answer.detail if isinstance(answer, FetchFailure) else f"HTTP {answer.status}"


def crawl(http: Http, uri: str, source: str, parse: Parse) -> Iterator[Found | Skipped]:
    """Every article that *uri* lists, by way of an index too; what can't be read is ``Skipped``."""
    queue, seen = [(uri, 0)], {uri}
    while queue:
        place, depth = queue.pop(0)
        answer = fetched(http, place, source)
        listing = answer if isinstance(answer, Skipped) else parse(answer)
        if isinstance(listing, Skipped):
            yield listing
            continue
        if listing is None:
            yield Skipped(place, "it is neither a feed nor a sitemap")
            continue
        yield from (Skipped(place, problem) for problem in listing.problems)
        yield from listing.found
        for child in listing.children:
            if child not in seen and depth < MAX_DEPTH and len(seen) < MAX_SITEMAPS:
                seen.add(child)
                queue.append((child, depth + 1))
