"""``config/*.toml`` and ``CHECKER_*`` to frozen :class:`Settings`; the only home of pydantic."""

from checker.settings.editing import add_source, quoted, remove_source, write
from checker.settings.environment import variables
from checker.settings.loading import find, load, root_of
from checker.settings.showing import as_plain
from checker.settings.units import shown
from checker.settings.values import (
    ArchiveSettings,
    BannerSettings,
    DaemonSettings,
    FetchSettings,
    MailKind,
    MailSecurity,
    MailSettings,
    SampleSettings,
    Settings,
    StoreSettings,
    WebSettings,
)

__all__ = [
    "ArchiveSettings",
    "BannerSettings",
    "DaemonSettings",
    "FetchSettings",
    "MailKind",
    "MailSecurity",
    "MailSettings",
    "SampleSettings",
    "Settings",
    "StoreSettings",
    "WebSettings",
    "add_source",
    "as_plain",
    "find",
    "load",
    "quoted",
    "remove_source",
    "root_of",
    "shown",
    "variables",
    "write",
]
