"""Whether a page's Content Security Policy lets the notice bring its own styles (CSP 3, §8.1)."""

import base64
import re
from collections.abc import Iterable
from hashlib import sha256

_STYLE = re.compile(r"<style>(.*?)</style>\n?", re.DOTALL)
_CONSULTED = ("style-src-elem", "style-src", "default-src")  # the first that is given decides


def fitted(fragment: str, policies: Iterable[str]) -> str:
    """*fragment* as it may stand under all of *policies*: without styles if one forbids them."""
    forbidden = any(not allows_style(policy, fragment) for policy in policies)
    return unstyled(fragment) if forbidden else fragment


def unstyled(fragment: str) -> str:
    """*fragment* without its style element; a stylesheet of the site may style its classes."""
    return _STYLE.sub("", fragment)


def style_hash(fragment: str) -> str | None:
    """What ``style-src`` must list to let the styles of *fragment* in: ``'sha256-…'``."""
    style = _STYLE.search(fragment)
    if style is None:
        return None
    return f"'sha256-{base64.b64encode(sha256(style[1].encode()).digest()).decode()}'"


def allows_style(policy: str, fragment: str) -> bool:
    """Whether one *policy*, as its header or meta element gives it, lets in those styles."""
    wanted = style_hash(fragment)
    if wanted is None:
        return True
    directives: dict[str, list[str]] = {}
    for directive in policy.split(";"):
        name, *sources = directive.split()[:500] or [""]
        directives.setdefault(name.lower(), sources)  # of two the first counts
    deciding = next((name for name in _CONSULTED if name in directives), None)
    if deciding is None:
        return True
    sources = directives[deciding]
    if wanted in sources:
        return True
    lowered = [source.lower() for source in sources]
    voided = any(one.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for one in lowered)
    return "'unsafe-inline'" in lowered and not voided
