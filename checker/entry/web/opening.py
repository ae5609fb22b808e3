"""From a configuration to a served page; says what to install where the extra is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from checker import wiring
from checker.errors import TargetError
from checker.ports.figures import Figures
from checker.service.fleet import requests_an_hour
from checker.settings import Settings


def _told(figures: Figures, settings: Settings) -> tuple[Figures, float]:
    return figures, requests_an_hour(settings.timing, figures.counts["articles"])


@contextmanager
def opened(settings: Settings, listen: str) -> Iterator[str]:
    """Notices are served at *listen* while the block runs; gives the address.

    Raises TargetError where the address or the extra can't be had.
    """
    try:
        from checker.entry.web.app import build  # noqa: PLC0415 — an extra
        from checker.entry.web.parts import Parts  # noqa: PLC0415
        from checker.entry.web.server import running  # noqa: PLC0415
    except ImportError as error:
        raise TargetError(
            "web", f"{error.name} is not installed", "pip install 'archive-checker[web]'"
        ) from error
    with wiring.noticeboard(settings) as notices:
        parts = Parts(
            notices.board,
            notices.trouble,
            settings.web.rate,
            notices.leaving,
            settings.alerts.feed,
            lambda: _told(notices.figures(), settings),
            notices.hints if settings.hinters else None,
            settings.hinters,
            notices.pushes if settings.web.websub is not None else None,
        )
        app = build(parts)
        with running(app, listen) as address:
            yield address
