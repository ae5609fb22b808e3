"""``[fetch]``: how the fetcher behaves, and the name that it gives itself."""

import checker
from checker.settings import schema
from checker.settings.values import FetchSettings


def fetch_settings(section: schema.Fetch) -> FetchSettings:
    contact = f" (+{section.contact})" if section.contact else ""
    values = dict(section)
    values["user_agent"] = section.user_agent or f"archive-checker/{checker.__version__}{contact}"
    values["allow_networks"] = tuple(section.allow_networks)
    return FetchSettings(**values)
