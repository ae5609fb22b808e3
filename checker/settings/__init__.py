"""``config/*.toml`` and ``CHECKER_*`` to frozen :class:`Settings`; the only home of pydantic."""

from checker.settings.editing import add_source, quoted, remove_source, write
from checker.settings.environment import variables
from checker.settings.loading import load
from checker.settings.places import find, root_of
from checker.settings.recipients import Known, one_recipient
from checker.settings.showing import as_plain
from checker.settings.units import shown
from checker.settings.values import (
    AccessSettings,
    AlertSettings,
    ArchiveSettings,
    BannerSettings,
    DaemonSettings,
    FetchSettings,
    HinterSettings,
    LogSettings,
    MailKind,
    MailSecurity,
    MailSettings,
    SampleSettings,
    Settings,
    StoreSettings,
    TargetKind,
    TargetSettings,
    WebSettings,
)

__all__ = [
    "AccessSettings",
    "AlertSettings",
    "ArchiveSettings",
    "BannerSettings",
    "DaemonSettings",
    "FetchSettings",
    "HinterSettings",
    "Known",
    "LogSettings",
    "MailKind",
    "MailSecurity",
    "MailSettings",
    "SampleSettings",
    "Settings",
    "StoreSettings",
    "TargetKind",
    "TargetSettings",
    "WebSettings",
    "add_source",
    "as_plain",
    "find",
    "load",
    "one_recipient",
    "quoted",
    "remove_source",
    "root_of",
    "shown",
    "variables",
    "write",
]
