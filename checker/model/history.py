"""How a check was decided, and which texts an address has shown in turn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checker.model.web import Memento


class Level(StrEnum):
    """The step of the cascade that decided a check, cheapest first."""

    VALIDATORS = "validators"  # a 304: nothing was downloaded
    BODY = "body"  # the bytes of the copy, or of the newest capture
    TEXT = "text"  # the digest of what the page shows: the copy was not loaded
    COMPARISON = "comparison"  # the copy was loaded and compared


@dataclass(frozen=True, slots=True)
class Form:
    """One of the texts that an address has shown. ``print`` is the digest of its article without
    noise, "" for the copy's text; ``since`` when it came last, ``returns`` how often it has come
    back after another one; ``capture`` is where it can be read again."""

    print: str
    since: datetime
    returns: int = 0
    capture: Memento | None = None


@dataclass(frozen=True, slots=True)
class Variation:
    """An address that shows some texts in turn: how many, since when, and whether the copy's text
    is one of them."""

    texts: int
    since: datetime
    has_copy: bool
