"""``checker.compare``: two bodies in, a comparison out. Pure: no network, no clock."""

from dataclasses import replace

from checker.model import (
    Change,
    Comparison,
    Dates,
    Direction,
    ReplacedKind,
    Replacement,
    Text,
    Version,
    digest_of,
)
from checker.stages import compare as stage
from checker.stages import dates, notices, page, text


def compare(old_html: bytes | str, new_html: bytes | str, url: str | None = None) -> Comparison:
    """What differs between two versions of one article, classed (see ``checker.model.Change``).

    *url* is the article's address, if known. Never raises: a body that is no readable text
    (empty, a PDF sent as HTML, binary data) is a page without words, ``replaced`` by ``blank``
    with the reason as its quote, which says nothing of the article.
    """
    (old, old_problem), (new, new_problem) = (_version(html, url) for html in (old_html, new_html))
    found = stage.compare(old, new)
    if old_problem and new_problem and old.digest != new.digest:
        both = Replacement(ReplacedKind.BLANK, Direction.BOTH_BAD, new_problem)
        return replace(found, change=Change.REPLACED, replacement=both, similarity=0.0)
    odd = found.replacement
    if odd is not None and odd.kind is ReplacedKind.BLANK:
        odd = replace(odd, quote=new_problem or old_problem or odd.quote)
        return replace(found, replacement=odd)
    return found


def _version(html: bytes | str, url: str | None) -> tuple[Version, str]:
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    digest = digest_of(body)
    parsed = page.parse(html, uri=url)
    if isinstance(parsed, page.Unreadable):
        return Version(Text("", (), None, ""), Dates(), (), digest, url, url), parsed.reason
    words = text.extract(parsed)
    version = Version(
        text=words,
        dates=dates.extract(parsed),
        notices=notices.find(words),
        digest=digest,
        uri=url,
        final_uri=url,
    )
    return version, ""
