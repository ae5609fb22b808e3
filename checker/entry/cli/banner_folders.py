"""``checker banner apply FOLDER`` and ``remove FOLDER``: a folder of copies, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from checker.entry.cli.common import note, say, settings_of
from checker.entry.cli.progress import bar, reading
from checker.model import Skipped

if TYPE_CHECKING:
    from checker.ports import BannerChange, BannerSink
    from checker.service import Auditor
    from checker.service.flagging import Flag


class Change(NamedTuple):
    """What became of one copy, for a line of output."""

    action: str
    path: str
    detail: str


def changed(path: str, change: "BannerChange | Skipped") -> Change:
    if isinstance(change, Skipped):
        return Change("skipped", path, change.reason)
    return Change(change.action, change.path, change.detail)


def told(done: list[Change]) -> None:
    """One line per copy that changed or was left out; exit code 1 if any was left out."""
    for one in done:
        line = f"{one.action}  {one.path}{f'  {one.detail}' if one.detail else ''}"
        if one.action == "skipped":
            note(line)
        elif one.action != "unchanged":
            say(line)
    skipped = sum(one.action == "skipped" for one in done)
    note(f"{len(done):,} looked at, {skipped:,} skipped")
    if skipped:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class Where:
    """A folder of copies and where their flagged forms go (None: into the copies themselves)."""

    folder: Path
    output: Path | None
    config: Path | None
    jobs: int | None
    force: bool = False


def flag(where: Where, *, offline: bool, base_url: str | None) -> list[Change]:
    """Audit the folder and bring each copy's banner into line with its verdict.

    A copy that says the same already, but for the day of the check, is left as it is.
    """
    from checker import wiring
    from checker.ports.selection import Selection
    from checker.service import AuditOptions
    from checker.service.flagging import Flag
    from checker.stages import banner

    settings = settings_of(where.config)
    keys = wiring.banner_keys(settings)
    sink = wiring.banner_sink(where.folder, where.output, keys)
    with wiring.auditor(settings, jobs=where.jobs) as auditor:
        with reading() as progress:
            pages = Selection(archives=False)  # a record of an archive bears no banner
            options = AuditOptions(
                base_url=base_url, chosen=pages, offline=offline, progress=progress
            )
            report = auditor.audit([str(where.folder)], options)
        rules, now = settings.banner.rules, report.as_of
        flags = [
            Flag(
                item.name,
                banner.compose(item.verdict, item.reading, uri=item.uri, now=now, rules=rules),
            )
            for item in report.items
        ]
        left_out = [Change("skipped", one.name, one.reason) for one in report.skipped]
        return left_out + _carried_out(flags, sink, auditor)


def unflag(where: Where) -> list[Change]:
    """Take our banners off the copies."""
    from checker import wiring
    from checker.service.flagging import Flag

    settings = settings_of(where.config)
    keys = wiring.banner_keys(settings, make=False)
    sink = wiring.banner_sink(where.folder, where.output, keys, force=where.force)
    with wiring.auditor(settings, jobs=where.jobs) as auditor:
        names = [one.name for one in auditor.shelf.open(where.folder, None)]
        return _carried_out([Flag(name) for name in names], sink, auditor)


def _carried_out(flags: "Sequence[Flag]", sink: "BannerSink", auditor: "Auditor") -> list[Change]:
    from checker.service.flagging import flag_copies

    done = []
    with bar("banners", len(flags)) as step:
        for one, change in flag_copies(flags, sink, auditor):
            done.append(changed(one.copy, change))
            if step is not None:
                step(len(done), len(flags))
    return done
