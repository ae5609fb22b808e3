"""A banner as an HTML fragment: ASCII, without scripts, everything from outside escaped."""

import re
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from checker.data import text
from checker.model import Banner
from checker.stages.banner.words import clean, safe_link

MAX_SENTENCE = 400
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


@cache
def templates() -> Environment:
    """The packaged templates; HTML is escaped, text (``*.txt``) is not."""
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
    fragment, whenever it was checked.
    """
    words = (banner.heading, *banner.sentences, banner.link or "")
    ident = sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()[:12]
    html = (
        templates()
        .get_template("banner.html")
        .render(
            ident=f"archive-checker-{ident}",
            language=banner.language if _LANGUAGE.fullmatch(banner.language) else "en",
            tone=banner.tone.value,
            heading=clean(banner.heading, 120),
            sentences=[
                _timed(clean(line, MAX_SENTENCE), banner.times) for line in banner.sentences
            ],
            link=safe_link(banner.link),
            link_text=clean(banner.link_text, 120),
        )
    )
    return html.strip().encode("ascii", "xmlcharrefreplace").decode("ascii")


def _timed(line: str, times: tuple[tuple[str, str], ...]) -> Markup:
    """*line* escaped, with the dates it shows marked up for machines."""
    for words, iso in times:
        if words and words in line:
            before, _, after = line.partition(words)
            rest = tuple(time for time in times if time[0] != words)
            time = Markup('<time datetime="{}">{}</time>').format(clean(iso, 40), words)
            return _timed(before, rest) + time + _timed(after, rest)
    return escape(line)
