"""Every section of ``checker.toml`` by its name: ``[name]`` once, ``[[name]]`` as often as you like."""

from checker.settings import kept_schema as kept
from checker.settings import private_schema as private
from checker.settings import schema as plain
from checker.settings.section import Section

SECTIONS: dict[str, type[Section]] = {
    "store": kept.Store,
    "archive": kept.Archive,
    "fetch": plain.Fetch,
    "timing": plain.Times,
    "mail": plain.MailSection,
    "alerts": plain.AlertsSection,
    "banner": plain.BannerSection,
    "daemon": plain.DaemonSection,
    "web": plain.WebSection,
    "log": plain.LogSection,
}
LISTS: dict[str, type[Section]] = {
    "recipient": plain.RecipientSection,
    "source": plain.SourceSection,
    "webhook": plain.WebhookSection,
    "channel": plain.ChannelSection,
    "access": private.AccessSection,
    "hinter": private.HinterSection,
}
