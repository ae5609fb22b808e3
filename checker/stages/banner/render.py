"""A banner as an HTML fragment: ASCII, without scripts, everything from outside escaped."""

import re
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from checker.data import text
from checker.model import Banner
from checker.stages.banner.language import language_for
from checker.stages.banner.twin import twin_of
from checker.stages.banner.words import clean, safe_link

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_SENTENCE = 400
_IDENT = re.compile(r'aria-labelledby="archive-checker-([0-9a-f]{12})"')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


@cache
def templates() -> "Environment":
    """The packaged templates; HTML is escaped, text (``*.txt``) is not."""
    from jinja2 import (  # noqa: PLC0415 - a page is read without them
        Environment,
        FunctionLoader,
        StrictUndefined,
        select_autoescape,
    )

    return Environment(
        loader=FunctionLoader(lambda name: text(f"templates/{name}")),
        autoescape=select_autoescape(
            enabled_extensions=("html",), disabled_extensions=("txt",), default=True
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(banner: Banner) -> str:
    """The fragment for ``splice``: one named ``<section>`` with its own style, ASCII only.

    Well-formed as XML too, so that XHTML copies stay readable. The same banner gives the same
    fragment; its id stays while nothing changes but when that was checked.
    """
    language = banner.language if _LANGUAGE.fullmatch(banner.language) else "en"
    html = (
        templates()
        .get_template("banner.html")
        .render(
            ident=f"archive-checker-{_ident(banner)}",
            language=language,
            direction="rtl" if language_for((language,)).right_to_left else "ltr",
            status=banner.status.value,
            tone=banner.tone.value,
            stylesheet=safe_link(banner.stylesheet),
            heading=clean(banner.heading, 120),
            sentences=[
                _timed(clean(line, MAX_SENTENCE), banner.times) for line in banner.sentences
            ],
            link=safe_link(banner.link),
            link_text=clean(banner.link_text, 120),
            twin=twin_of(banner),
        )
    )
    return html.strip().encode("ascii", "xmlcharrefreplace").decode("ascii")


def ident(body: str) -> str:
    """The id that ``render`` gave, as it stands in a fragment or in a page; "" if none does."""
    found = _IDENT.search(body)
    return found[1] if found is not None else ""


def stylesheet() -> str:
    """The styles that a notice brings, for a site that serves them itself."""
    return text("templates/banner.css")


def _ident(banner: Banner) -> str:
    words = (banner.heading, *banner.sentences, banner.link or "")
    looks = (stylesheet(), text("templates/banner.html"), banner.stylesheet or "")
    parts = (banner.key or "\n".join(words), *looks)
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:12]


def _timed(line: str, times: tuple[tuple[str, str], ...]) -> Markup:
    """*line* escaped, with the dates it shows marked up for machines."""
    for words, iso in times:
        if words and words in line:
            before, _, after = line.partition(words)
            rest = tuple(time for time in times if time[0] != words)
            time = Markup('<time datetime="{}">{}</time>').format(clean(iso, 40), words)
            return _timed(before, rest) + time + _timed(after, rest)
    return escape(line)
