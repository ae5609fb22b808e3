"""Of what a saved page is a copy: the address that it names of itself."""

import re
from urllib.parse import urlsplit

from checker.stages.discover.listing import web_uri
from checker.stages.page import Page, about

# The comment that browsers put into saved pages: "saved from url=(0023)http://www.example.com/".
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d{1,5}\)(\S{1,8192}) -->")


def original_uri(page: Page, fallback: str | None) -> tuple[str | None, str]:
    """The address and how it is known: "rel=canonical", "og:url", "saved from url", "base URL"
    (*fallback*), "base href"; (None, "") if nothing names one.

    A relative address is resolved against ``<base href>`` or *fallback*. A canonical link or
    og:url to a site's root is not believed of a page that *fallback* puts elsewhere: many
    templates name the home page on every page.
    """
    said = about(page)
    base = _base(page)
    saved = _SAVED_FROM.search(page.source[:4096])
    named = (
        (said.canonical, "rel=canonical"),
        (said.og_url, "og:url"),
        (saved[1] if saved else None, "saved from url"),
    )
    for text, how in named:
        uri = web_uri(text, base or fallback)
        if uri is not None and not (_is_root(uri) and fallback and not _is_root(fallback)):
            return uri, how
    if fallback is not None:
        return fallback, "base URL"
    if base is not None and not base.endswith("/"):  # else it names a folder of pages
        return base, "base href"
    return None, ""


def _base(page: Page) -> str | None:
    element = page.tree.css_first("base[href]")
    return web_uri(element.attributes.get("href")) if element is not None else None


def _is_root(uri: str) -> bool:
    parts = urlsplit(uri)
    index = re.fullmatch(r"/?(?:index\.x?html?)?", parts.path)
    return index is not None and not parts.query
