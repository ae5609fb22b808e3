"""``[[webhook]]`` and ``[[channel]]``: where alerts go besides mail, and their secrets."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from checker.settings.problems import Toml, explain
from checker.settings.schema import ChannelSection, WebhookSection
from checker.settings.section import Section
from checker.settings.values import TargetKind, TargetSettings

S = TypeVar("S", bound=Section)
_LEAST_SECRET = 16


def read_targets(toml: Toml, root: Path) -> tuple[tuple[TargetSettings, ...], list[str]]:
    """Every target that could be read, and a sentence for each fault."""
    problems: list[str] = []
    found: list[TargetSettings] = []
    for index, hook in _sections(toml, "webhook", WebhookSection, problems):
        where = toml.at(("webhook", index, "secret"))
        secret = _secret(where, hook.secret, hook.secret_file, root, problems)
        if secret is not None and len(secret) < _LEAST_SECRET:
            problems.append(f"{where}: the key is short. Make one with `openssl rand -hex 32`.")
        found.append(TargetSettings(TargetKind.WEBHOOK, hook.name, hook.url, secret, hook.allow))
    for index, channel in _sections(toml, "channel", ChannelSection, problems):
        where = toml.at(("channel", index, "url"))
        url = _secret(where, channel.url, channel.url_file, root, problems)
        found.append(TargetSettings(TargetKind.CHANNEL, channel.name, url or ""))
    keys = [one.key for one in found]
    problems += [
        f"{toml.name}: {key} stands twice. Give each a name of its own."
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    return tuple(found), problems


def _sections(toml: Toml, name: str, kind: type[S], problems: list[str]) -> list[tuple[int, S]]:
    tables: Any = toml.data.get(name, [])
    if not isinstance(tables, list):
        problems.append(f"{toml.at((name,))}: it must be a list. Write [[{name}]].")
        return []
    found = []
    for index, table in enumerate(tables):
        try:
            found.append((index, kind.model_validate(table)))
        except ValidationError as error:
            problems += explain(toml, (name, index), error, tuple(kind.model_fields))
    return found


def _secret(
    where: str, given: str | None, file: str | None, root: Path, problems: list[str]
) -> str | None:
    """What is given, in the configuration or in a file of its own; exactly one of the two."""
    if (given is None) == (file is None):
        what = where.rsplit(" ", 1)[-1]
        problems.append(f"{where}: give exactly one of {what} and {what}_file.")
        return given
    if file is None:
        return given
    try:
        text = (root / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        problems.append(f"{where}_file: {root / file}: {cause}. Name a file that holds it.")
        return None
    if not text:
        problems.append(f"{where}_file: {root / file} is empty. Write it into that file.")
    return text
