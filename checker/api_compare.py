"""``checker.compare``: two bodies in, a comparison out. Pure: no network, no clock."""

from checker.errors import TargetError
from checker.model import Comparison, Version, digest_of
from checker.stages import compare as stage
from checker.stages import dates, notices, page, text


def compare(old_html: bytes | str, new_html: bytes | str, url: str | None = None) -> Comparison:
    """What differs between two versions of one article, classed (see ``checker.model.Change``).

    *url* is the article's address, if known. Raises TargetError if a body is no readable text
    (a PDF sent as HTML, binary data); an empty body is a blank page, not an error.
    """
    return stage.compare(
        _version("the older version", old_html, url), _version("the newer version", new_html, url)
    )


def _version(name: str, html: bytes | str, url: str | None) -> Version:
    parsed = page.parse(html, uri=url)
    if isinstance(parsed, page.Unreadable):
        raise TargetError(name, parsed.reason, "Give an HTML or text document.")
    words = text.extract(parsed)
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    return Version(
        text=words,
        dates=dates.extract(parsed),
        notices=notices.find(words),
        digest=digest_of(body),
        uri=url,
        final_uri=url,
    )
