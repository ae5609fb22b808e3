"""Who pushes a feed's news (https://www.w3.org/TR/websub/#discovery)."""

from checker.model import Hub, Response
from checker.stages.discover.listing import web_uri
from checker.stages.memento.timemap import links_of


def named(answer: Response, in_feed: Hub | None) -> Hub | None:
    """By the answer's ``Link`` fields, else by what the feed says itself; the first of each counts."""
    found: dict[str, str] = {}
    for target, values in links_of(answer.headers):
        uri = web_uri(target, answer.uri)
        if uri is not None:
            for relation in values.get("rel", "").lower().split():
                found.setdefault(relation, uri)
    if "hub" not in found:
        return in_feed
    return Hub(found["hub"], found.get("self") or (in_feed.topic if in_feed else answer.uri))
