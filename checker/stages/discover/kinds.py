"""Each kind of source that is asked over HTTP: where it begins, and how its answers are read."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from checker.model import Found, Response, SourceKind
from checker.stages.discover.feed import parse_feed
from checker.stages.discover.hub import named
from checker.stages.discover.listing import Gathered, Listing, web_uri
from checker.stages.discover.sitemap import MAX_URLS, parse_sitemap
from checker.stages.discover.wordpress import parse_wordpress
from checker.stages.memento.cdx import parse_cdx
from checker.stages.memento.timemap import parse_timemap

_POSTS = {
    "per_page": "100",
    "orderby": "modified",
    "order": "desc",
    "_fields": "link,title,date_gmt,modified_gmt",
}


def endpoint(kind: SourceKind, location: str) -> str:
    """What is asked first. Of a WordPress site its posts, those edited last first."""
    if kind is not SourceKind.WORDPRESS or "/wp-json/" in location or "rest_route=" in location:
        return location
    parts = urlsplit(location)
    path = parts.path.rstrip("/") + "/wp-json/wp/v2/posts"
    return parts._replace(path=path, query=urlencode(_POSTS)).geturl()


def parse(kind: SourceKind, answer: Response) -> Listing | None:
    """What *answer* lists; None if it is nothing of that kind."""
    match kind:
        case SourceKind.FEED:
            listing = parse_feed(answer.body, answer.uri)
            return replace(listing, hub=named(answer, listing.hub))
        case SourceKind.WORDPRESS:
            return parse_wordpress(answer.body, answer.uri, answer.headers)
        case SourceKind.CDX:
            captures = parse_cdx(answer.body)
            if captures is None:
                return None
            return _originals([one.uri for one in captures if one.status in {None, 200}])
        case SourceKind.TIMEMAP:
            timemap = parse_timemap(answer.body)
            if not timemap.captures and not timemap.more:
                return None
            originals = _originals([one.uri for one in timemap.captures])
            return replace(originals, children=timemap.more, whole=True)
        case _:
            return parse_sitemap(answer.body, answer.uri)


def _originals(uris: list[str]) -> Listing:
    """The addresses that were captured, each once, however often."""
    gathered = Gathered(MAX_URLS * 10)
    for uri in dict.fromkeys(uris):
        found = web_uri(uri)
        if found is None:
            gathered.unusable.append(uri[:120])
        else:
            gathered.add(found, "", ())
    entries: tuple[Found, ...] = tuple(gathered.entries.values())
    return Listing(entries, (), tuple(gathered.problems("captures")))
