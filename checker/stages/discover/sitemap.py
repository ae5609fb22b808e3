"""Sitemaps and sitemap indexes (https://www.sitemaps.org/protocol.html), plain or gzip."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from checker.model import DateEvidence, DateKind, OriginKind
from checker.stages.discover.feed import parse_feed
from checker.stages.discover.listing import Gathered, Listing, clean_title, clip, hint, web_uri
from checker.stages.discover.lists import parse_list
from checker.stages.discover.prolog import prolog

if TYPE_CHECKING:
    from lxml import etree

MAX_BYTES = 52_428_800  # the protocol's own limits: 50 MiB once decompressed …
MAX_URLS = 50_000  # … and 50,000 addresses
MAX_CHILDREN = 50_000  # of an index; how many are read at a time is the caller's to bound (B17)
_STEP = 65_536
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9"


def parse_sitemap(body: bytes, uri: str) -> Listing:
    """The addresses in a ``urlset``, or as ``children`` the sitemaps that an index names.

    ``lastmod`` and Google News' publication date become weak hints. A text file of addresses
    and a feed are sitemaps too, says the protocol. A damaged file gives what stands before the
    damage and a problem; a DOCTYPE is refused, since no sitemap needs one (faults B14).
    """
    plain = _plain(body)
    if isinstance(plain, str):
        return Listing((), (), (plain,))
    before = prolog(plain)
    if before.doctype:
        return Listing((), (), ("has a DOCTYPE, which no sitemap needs; refused",))
    if before.root in {"rss", "feed", "rdf"}:
        return parse_feed(plain, uri)
    if before.root not in {"urlset", "sitemapindex"}:
        return _no_xml(plain, uri, before.root, cut=body is not plain)
    pages, children = Gathered(MAX_URLS), Gathered(MAX_CHILDREN)
    problems = _read(plain, uri, pages, children)
    # One without entries is as likely an error of what makes it as the end of all articles.
    whole = not problems and bool(pages.entries or children.entries)
    problems += [*pages.problems("entries"), *children.problems("sitemaps")]
    found = tuple(pages.entries.values())
    return Listing(found, tuple(children.entries), tuple(problems), whole)


def _plain(body: bytes) -> bytes | str:
    """*body* without gzip, read in steps: 300 KB can stand for 600 MB (faults B16)."""
    if not body.startswith(b"\x1f\x8b"):
        return body if len(body) <= MAX_BYTES else f"is larger than {MAX_BYTES} bytes"
    out, decoder = bytearray(), zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for start in range(0, len(body), _STEP):
            out += decoder.decompress(body[start : start + _STEP], MAX_BYTES + 1 - len(out))
            if len(out) > MAX_BYTES:
                return f"is larger than {MAX_BYTES} bytes once decompressed"
            if decoder.eof:
                break
    except zlib.error as error:
        if not out:
            return f"is no readable gzip: {error}"
    return bytes(out)  # a cut file's beginning is still worth reading: the XML shows the cut


def _no_xml(plain: bytes, uri: str, root: str, *, cut: bool) -> Listing:
    """A list of addresses; *cut* says that its end may be missing, which no line of it shows."""
    if root or b"<" in plain[:1024]:
        return Listing((), (), (f"is no sitemap: its root element is {clip(root, 40)!r}",))
    if not plain.strip():
        return Listing((), (), ("is empty",))
    found = parse_list(plain.decode("utf-8", "replace"), uri)
    return replace(found, whole=found.whole and not cut)


def _read(plain: bytes, uri: str, pages: Gathered, children: Gathered) -> list[str]:
    """Fill *pages* and *children*, freeing each entry's nodes once it was read."""
    from lxml import etree  # noqa: PLC0415 - most audits read no sitemap

    events = etree.iterparse(
        BytesIO(plain),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            into = pages if element.tag.endswith("url") else children
            room = _take(element, uri, into)
            _forget(element)
            if not room:
                return [f"has more than {into.limit} entries; the rest is left"]
    except etree.XMLSyntaxError as error:
        return [f"is damaged and was read only so far: {clip(str(error))}"]
    return []


def _take(element: "etree._Element", base: str, into: Gathered) -> bool:
    space = element.tag.rpartition("}")[0]
    values: dict[str, str] = {}
    for child in element:
        where, _, name = str(child.tag).rpartition("}")
        if where == space:
            values.setdefault(name, child.text or "")
        elif where == _NEWS and name == "news":
            for inner in child:
                values.setdefault(f"news:{str(inner.tag).rpartition('}')[2]}", inner.text or "")
    uri = web_uri(values.get("loc"), base)
    if uri is None:
        into.unusable.append(clip(values.get("loc", "")))
        return len(into.unusable) < into.limit
    return into.add(uri, clean_title(values.get("news:title", "")), tuple(_hints(values)))


def _hints(values: dict[str, str]) -> Iterator[DateEvidence]:
    wanted = (
        ("lastmod", DateKind.MODIFIED),
        ("news:publication_date", DateKind.PUBLISHED),
    )
    for place, kind in wanted:
        found = hint(values.get(place), kind, OriginKind.SITEMAP, place)
        if found is not None:
            yield found


def _forget(element: "etree._Element") -> None:
    """Free the entry and what stands before it; the root's emptied child list stays."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]
