"""The notice on a copy, and what the user says about such notices."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model.judgement import Status

# Those that banners can be written in: English, and one catalogue each in data/locale.
BANNER_LANGUAGES = ("en", "ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "zh")


class BannerTone(StrEnum):
    """How a banner speaks: mild for age, plain for changes, strong for retraction."""

    MILD = "mild"
    PLAIN = "plain"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Twin:
    """What a banner tells machines (schema.org); nothing that was not found is in it.

    ``modified`` is the copy's own date of change as exact as it was found (ISO 8601, maybe a year
    only), ``correction`` the publisher's notice in the source, quoted.
    """

    work_status: str = "Outdated"
    original: str | None = None  # URI-R
    memento: str | None = None  # URI-M
    modified: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Banner:
    """The notice for one copy: at most three sentences of fact, already in ``language``.

    ``times`` names the dates in the sentences: as shown, and in ISO 8601 for ``<time>``. ``key``
    stays the same while nothing changes but when that was checked last.
    """

    language: str
    tone: BannerTone
    heading: str
    sentences: tuple[str, ...]
    link: str | None  # the current version, http(s) only
    link_text: str
    status: Status
    checked_at: datetime
    times: tuple[tuple[str, str], ...] = ()
    twin: Twin | None = None
    stylesheet: str | None = None  # the address of one that is used instead of our own styles
    key: str = ""


@dataclass(frozen=True, slots=True)
class CustomBanner:
    """What the user says of the banners of a policy's articles, or of those at some addresses.

    Both conditions must hold where both are given; ``uri`` may hold ``*``. ``text`` stands before
    the sentences that are composed, in ``language``; ``show`` False means no banner at all.
    """

    policy: str | None = None
    uri: str | None = None
    show: bool = True
    language: str | None = None
    heading: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class BannerRules:
    """How banners speak: ``language`` where the page's own has no catalogue, an address of a
    stylesheet instead of styles in the notice, and ``custom`` lines of which the first fits."""

    language: str = "en"
    stylesheet: str | None = None
    custom: tuple[CustomBanner, ...] = ()
