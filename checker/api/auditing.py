"""``checker.audit``: the audit of the command line, for programs."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from checker.model import Report, Rule
from checker.service import AuditOptions
from checker.settings import load
from checker.wiring import auditor


def audit(
    target: str | Path | Sequence[str | Path],
    *,
    base_url: str | None = None,
    offline: bool = False,
    as_of: datetime | None = None,
    policy: str | None = None,
    select: Sequence[Rule] = (),
    ignore: Sequence[Rule] = (),
    config: Path | None = None,
) -> Report:
    """Judge the documents in *target*: files, folders, WARCs, URLs, feeds or sitemaps.

    Copies whose original address is known are compared with their sources unless *offline*.
    *as_of* (aware UTC; default: now) is the day that ages are counted to. *config* is a
    ``checker.toml``; without one the defaults and the shipped policies apply. Raises TargetError
    for a target that is not there and ConfigError for a configuration that can't be used; a
    document that can't be read is in ``Report.skipped``.
    """
    targets = [target] if isinstance(target, str | Path) else target
    options = AuditOptions(
        base_url=base_url,
        offline=offline,
        as_of=as_of,
        policy=policy,
        select=tuple(select),
        ignore=tuple(ignore),
    )
    with auditor(load(config, os.environ)) as one:
        return one.audit([str(each) for each in targets], options)
