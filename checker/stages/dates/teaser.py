"""A teaser of the page itself, in a list that the page shows: the day beside it is the page's."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin, urlsplit

from checker.model import DateKind, Origin, OriginKind
from checker.stages.dates import grammar
from checker.stages.dates.customs import Customs
from checker.stages.dates.ranked import Ranked, from_moment
from checker.stages.page import Node, Page, ancestors, attribute, text_of

_RANK = 54
_MAX_LINKS = 2_000
_MAX_TEXT = 400  # characters; a longer one is a list, or the article
_MAX_UP = 5
_MAX_BOXES = 20


def of_itself(page: Page, customs: Customs) -> Iterator[Ranked]:
    """The only day in the smallest box around a link to this very page."""
    address = _parts(page.uri or "", "")
    last = address[1].rpartition("/")[2] if address else ""
    if address is None or not last:
        return
    links = page.tree.css("a[href]")[:_MAX_LINKS]
    near = ((link, attribute(link, "href")) for link in links)
    own = (
        link
        for link, href in near
        if last in href and "#" not in href and _parts(href, page.uri or "") == address
    )
    found = (_beside(link, customs) for link in islice(own, _MAX_BOXES))
    yield from islice((one for one in found if one is not None), 1)


def _parts(uri: str, base: str) -> tuple[str, str, str] | None:
    """Host, path and query of an address as it is written on the page at *base*."""
    try:
        found = urlsplit(urljoin(base, uri))
    except ValueError:
        return None
    return found.netloc.lower(), found.path.rstrip("/"), found.query


def _beside(link: Node, customs: Customs) -> Ranked | None:
    for number, box in enumerate((link, *ancestors(link))):
        text = text_of(box, _MAX_TEXT + 1)
        if len(text) > _MAX_TEXT or number > _MAX_UP:
            return None
        hits = tuple(grammar.find(text, customs))
        if len(hits) == 1 and len(hits[0][2]) == 1:
            origin = Origin(OriginKind.BYLINE, "its own teaser")
            return from_moment(DateKind.PUBLISHED, origin, text, _RANK, hits[0][2][0])
        if hits:
            return None
    return None
