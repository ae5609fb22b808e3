"""Which address of the site is which article, and what is to be said there."""

import atexit
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from checker.entry.middleware.insert import Notice, Places
from checker.service.status import Answer, Noticeboard, PageStatus
from checker.stages import banner
from checker.stages.banner import Keyring


@dataclass(frozen=True, slots=True)
class Site:
    """*base* stands for the scheme and host that requests name, where a proxy hides them.

    *copies* maps beginnings of the site's addresses to beginnings of the originals': below them
    the site serves archived copies, elsewhere the articles themselves. *deprecation* and
    *unavailable_after* add those fields to outdated copies.
    """

    board: Noticeboard
    base: str | None = None
    copies: Mapping[str, str] = field(default_factory=dict)
    keys: Keyring = field(default=Keyring(), repr=False)
    deprecation: bool = False
    unavailable_after: bool = False
    places: Places = field(default_factory=Places)

    def original(self, origin: str, target: str) -> tuple[str, bool]:
        """The article at *target* of *origin*, and whether this is the article's own page."""
        url = (self.base or origin).rstrip("/") + target
        for begin, original in self.copies.items():
            if url.startswith(begin):
                return original + url[len(begin) :], False
        return url, True

    def notice(self, url: str, answer: Answer, *, here: bool) -> Notice | None:
        """What goes into the page, if anything does."""
        if not isinstance(answer, PageStatus) or answer.fragment is None:
            return None
        more: tuple[tuple[str, str], ...] = ()
        if not here:
            more = banner.headers(
                original=answer.uri,
                captured_at=answer.copied_at,
                outdated_since=answer.outdated_since,
                deprecation=self.deprecation,
                unavailable_after=self.unavailable_after,
            )
        return Notice(url, answer.fragment, answer.tag, more)


def from_config(
    config: str | Path | None = None,
    *,
    base: str | None = None,
    copies: Mapping[str, str] | None = None,
    deprecation: bool = False,
    unavailable_after: bool = False,
) -> Site:
    """A site over the store of a configuration file. Raises ConfigError.

    The store itself need not be there: pages go without notices until it is.
    """
    from checker import wiring  # noqa: PLC0415 — the parts of this package need none of it
    from checker.settings import load  # noqa: PLC0415

    settings = load(Path(config) if config is not None else None, os.environ)
    resources = ExitStack()
    atexit.register(resources.close)
    notices = resources.enter_context(wiring.noticeboard(settings))
    return Site(
        notices.board,
        base,
        dict(copies or {}),
        wiring.readable_banner_keys(settings),
        deprecation,
        unavailable_after,
    )
