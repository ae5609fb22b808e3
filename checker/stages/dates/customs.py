"""What a page says of how its dates are to be read: language, country, day or month first."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from checker.data import table
from checker.stages.page import Page

_REGION = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?(?![A-Za-z])")
_CUSTOMS = table("dates.toml")["customs"]
_MONTH_FIRST = frozenset(_CUSTOMS["month_first"])
_DAY_FIRST = frozenset(_CUSTOMS["day_first"])
_AMERICAN = frozenset(_CUSTOMS["american"])
_NUMERIC = re.compile(r"(\d(?<![\d./-]\d)\d?)([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/-])")
_MAX_BLOCKS = 2_000


@dataclass(frozen=True, slots=True)
class Customs:
    """``day_first``: whether 03/04 is the 3rd of April, None when nothing tells; ``language`` and
    ``region`` in lower case, ``""`` when unknown."""

    day_first: bool | None = None
    language: str = ""
    region: str = ""


UNKNOWN = Customs()


def of_page(page: Page) -> Customs:
    """From the declared language, the address and, last, unambiguous dates on the page."""
    language, region = _declared(page)
    top = _host(page.uri).rpartition(".")[2]
    if not region:
        region = "us" if top in _AMERICAN else top if len(top) == 2 else ""
    return Customs(_day_first(language, region, top, page), language, region)


def _declared(page: Page) -> tuple[str, str]:
    root = page.tree.root
    stated = (root.attributes.get("lang") or "") if root is not None else ""
    language = ""
    for value in (stated, page.meta("og:locale") or "", page.meta("content-language") or ""):
        if found := _REGION.match(value.strip()):
            language = language or found[1].lower()
            if found[2]:
                return language, found[2].lower()
    return language, ""


def _day_first(language: str, region: str, top: str, page: Page) -> bool | None:
    """Only the United States and the Philippines put the month first; English alone says nothing."""
    if region in _MONTH_FIRST:
        return False
    if region in _DAY_FIRST or (language and language != "en"):
        return True
    if region and region != top:
        return True
    return _shown(page)


def _shown(page: Page) -> bool | None:
    """What the page's other dates show: a number above 12 can't be a month."""
    seen = set()
    for block in page.layout.blocks[:_MAX_BLOCKS]:
        if "/" in block.text or "-" in block.text:
            for hit in _NUMERIC.finditer(block.text[:2_000]):
                one, two = int(hit[1]), int(hit[3])
                if one > 12 >= two > 0 and one <= 31:
                    seen.add(True)
                elif two > 12 >= one > 0 and two <= 31:
                    seen.add(False)
    return seen.pop() if len(seen) == 1 else None


def _host(uri: str | None) -> str:
    try:
        return (urlsplit(uri or "").hostname or "").lower()
    except ValueError:
        return ""
