"""``[[access]]``: how a source that is not public is reached, and its secrets."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from checker.settings.private_schema import AccessSection
from checker.settings.problems import Toml, explain
from checker.settings.secrets import outside_secret
from checker.settings.values import AccessSettings

# RFC 9110 §5.5: visible characters, blanks and tabs between them.
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")


def read_access(
    toml: Toml, root: Path, env: Mapping[str, str], sources: tuple[str, ...]
) -> tuple[tuple[AccessSettings, ...], list[str], list[str]]:
    """What could be read, a sentence for each fault, and one for each thing to think about."""
    tables = toml.data.get("access", [])
    if not isinstance(tables, list):
        return (), [f"{toml.at(('access',))}: it must be a list. Write [[access]]."], []
    found: list[AccessSettings] = []
    problems: list[str] = []
    warnings: list[str] = []
    for index, table in enumerate(tables):
        where = toml.at(("access", index, "source"))
        try:
            section = AccessSection.model_validate(table)
        except ValidationError as error:
            problems += explain(toml, ("access", index), error, tuple(AccessSection.model_fields))
            continue
        if section.source not in sources:
            problems.append(f"{where}: there is no source {section.source!r}. Correct the name.")
        if section.source in {one.source for one in found}:
            problems.append(f"{where}: {section.source!r} stands twice. Keep one of them.")
        secret = _secret(section, where, root, env, problems)
        warnings += _warnings(section, where)
        found.append(_settings(section, secret))
    return tuple(found), problems, warnings


def _settings(section: AccessSection, secret: str | None) -> AccessSettings:
    header = section.header
    if secret is not None and section.user is not None:
        pair = f"{section.user}:{secret}".encode()
        header, secret = "Authorization", f"Basic {base64.b64encode(pair).decode()}"
    return AccessSettings(section.source, tuple(section.at), header, secret, section.proxy)


def _warnings(section: AccessSection, where: str) -> list[str]:
    plain = [one for one in section.at if urlsplit(one).scheme == "http"]
    return [
        f"{where}: the secret goes to {one} in plain text. Use https if the site has it."
        for one in plain
        if urlsplit(one).hostname not in {"127.0.0.1", "localhost", "::1"}
    ]


def _secret(
    section: AccessSection, where: str, root: Path, env: Mapping[str, str], problems: list[str]
) -> str | None:
    """The header's value or the password; never in the configuration itself."""
    found = outside_secret((section.secret_env, section.secret_file), where, root, env, problems)
    if found is None:
        return None
    text, place = found
    if section.user is None and not _VALUE.fullmatch(text):
        problems.append(f"{where}: {place} is empty or no header's value. Write one line into it.")
    elif not text:
        problems.append(f"{where}: {place} is empty. Write the password into it.")
    return text
