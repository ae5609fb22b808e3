"""``[[hinter]]``: who may send hints, and the secrets that prove it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from checker.settings.private_schema import HinterSection
from checker.settings.problems import Toml, explain
from checker.settings.secrets import outside_secret
from checker.settings.values import HinterSettings

LEAST_SECRET = 16  # characters
# RFC 6750 §2.1: what a bearer token is written with.
_TOKEN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=")


def read_hinters(
    toml: Toml, root: Path, env: Mapping[str, str]
) -> tuple[tuple[HinterSettings, ...], list[str]]:
    """Every sender that could be read, and a sentence for each fault."""
    tables = toml.data.get("hinter", [])
    if not isinstance(tables, list):
        return (), [f"{toml.at(('hinter',))}: it must be a list. Write [[hinter]]."]
    found: list[HinterSettings] = []
    problems: list[str] = []
    for index, table in enumerate(tables):
        where = toml.at(("hinter", index, "name"))
        try:
            section = HinterSection.model_validate(table)
        except ValidationError as error:
            problems += explain(toml, ("hinter", index), error, tuple(HinterSection.model_fields))
            continue
        if section.name in {one.name for one in found}:
            problems.append(f"{where}: {section.name!r} stands twice. Keep one of them.")
        named = (section.secret_env, section.secret_file)
        secret = outside_secret(named, where, root, env, problems)
        if secret is None:
            continue
        text, place = secret
        if len(text) < LEAST_SECRET or not _TOKEN.issuperset(text):
            problems.append(
                f"{where}: {place} is short or no bearer token. Make one with `openssl rand -hex 32`."
            )
        if text in {one.secret for one in found}:
            problems.append(f"{where}: another sender has the same secret. Give each its own.")
        found.append(HinterSettings(section.name, text, section.rate))
    return tuple(found), problems
