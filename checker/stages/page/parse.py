"""One body becomes one tree, or the reason why not."""

import re
from dataclasses import dataclass
from functools import cached_property

from checker.stages.page import decode, plain, shape, tree
from checker.stages.page.blocks import Layout, lay_out
from checker.stages.page.linked import MAX_NODES, Linked, read
from checker.stages.page.xhtml import without_cdata

_MARKDOWN = {"text/markdown", "text/x-markdown"}
_NO_PAGE = re.compile(r"(image|audio|video|font)/|application/(json|pdf|zip|javascript)$")
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|title|meta|p|div|article|h1)\b", re.IGNORECASE)
_MAX_META = 2_000
_META_NAMES = ("property", "name", "itemprop", "http-equiv")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a body can't be read as a page: one clause, ``"a PDF document, not a page"``."""

    reason: str


@dataclass(frozen=True)  # no slots: properties are kept in the instance
class Page:
    """A page, decoded and parsed once; every stage reads it and none changes it.

    ``kind`` is "html", "text" or "markdown"; ``metas`` are (name or property in lower case,
    content) of every ``<meta>``; ``linked`` every JSON-LD object; ``front`` the front matter;
    ``layout`` the visible blocks and the elements that hold them.
    """

    source: str
    charset: str
    kind: str
    tree: tree.Tree
    uri: str | None = None
    metas: tuple[tuple[str, str], ...] = ()
    linked: tuple[Linked, ...] = ()
    front: plain.Front = ()

    @cached_property
    def layout(self) -> Layout:
        """Made when it is first asked for: not every question needs it."""
        return lay_out(self.tree.body or self.tree.root)

    @cached_property
    def canonical(self) -> str:
        """Where ``<link rel=canonical>`` leads, as it is written; "" where there is none."""
        link = self.tree.css_first('link[rel~="canonical" i]')
        return tree.attribute(link, "href") if link is not None else ""

    def meta(self, name: str) -> str | None:
        """The first non-empty content of that name."""
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, str]:
        return {name: content for name, content in reversed(self.metas) if content}


def parse(
    body: bytes | str,
    *,
    media_type: str = "text/html",
    charset: str | None = None,
    uri: str | None = None,
) -> Page | Unreadable:
    """Decode and parse *body*. Never raises; work is linear in the size of the body."""
    found = decoded(body, charset)
    return found if isinstance(found, Unreadable) else parse_decoded(found, media_type, uri)


def parse_decoded(
    found: tuple[str, str], media_type: str = "text/html", uri: str | None = None
) -> Page | Unreadable:
    """Parse what ``decoded`` gave."""
    source, encoding = found
    media = media_type.partition(";")[0].strip().lower() or "text/html"
    if _NO_PAGE.match(media) and not _MARKUP.search(source[:2_048]):
        return Unreadable(f"{media[:60]}, not a page")
    kind = _kind(media, uri, source)
    front, rest = plain.front_matter(source)
    markup = rest if kind == "html" else plain.wrap(rest, front, markdown=kind == "markdown")
    if media == "application/xhtml+xml":
        markup = without_cdata(markup)
    if reason := shape.fault(markup):
        return Unreadable(reason)
    return of_tree(
        tree.build(markup), source=source, encoding=encoding, kind=kind, uri=uri, front=front
    )


def of_tree(
    root: tree.Tree,
    *,
    source: str,
    encoding: str,
    kind: str = "html",
    uri: str | None = None,
    front: plain.Front = (),
) -> Page:
    """A page with what its tree states for machines."""
    return Page(source, encoding, kind, root, uri, _metas(root), _linked(root), front)


def decoded(body: bytes | str, charset: str | None) -> tuple[str, str] | Unreadable:
    """(characters, name of the encoding), or why there are none."""
    if isinstance(body, str):
        source, encoding = body.removeprefix("\ufeff"), "utf-8"
        if len(source) > decode.MAX_BYTES:
            return Unreadable(f"larger than {decode.MAX_BYTES // 1024 // 1024} MiB")
    else:
        if reason := decode.refusal(body):
            return Unreadable(reason)
        source, encoding = decode.decode(body, charset)
    if decode.is_binary(source):
        return Unreadable("binary data, not a page")
    if isinstance(body, str):
        source = decode.clean(source)
    source = source.replace("\x00", "")
    return (source, encoding) if source and not source.isspace() else Unreadable("empty body")


def _kind(media: str, uri: str | None, source: str) -> str:
    path = (uri or "").partition("?")[0].lower()
    if media in _MARKDOWN or (media == "text/plain" and path.endswith((".md", ".markdown"))):
        return "markdown"
    if media == "text/plain":
        return "text"
    if media in {"text/html", "application/xhtml+xml"}:
        return "html"
    return "html" if _MARKUP.search(source[:65_536]) else "text"


def _metas(root: tree.Tree) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for node in root.tags("meta")[:_MAX_META]:
        attributes = node.attributes
        content = attributes.get("content")
        if content:
            content = content.strip()
            names = (attributes.get(key) for key in _META_NAMES)
            found += [(name.strip().lower(), content) for name in names if name]
    return tuple(found)


def _linked(root: tree.Tree) -> tuple[Linked, ...]:
    found: list[Linked] = []
    for node in root.css('script[type*="ld+json" i]'):
        if len(found) < MAX_NODES:
            found.extend(read(node.text(deep=True)))
    return tuple(found)
