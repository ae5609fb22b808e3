"""Baseline files of ``checker audit``."""

from pathlib import Path
from typing import TYPE_CHECKING

from checker.entry.cli.common import counted, note, write_file
from checker.errors import TargetError

if TYPE_CHECKING:
    from checker.model import Report
    from checker.stages.baseline import Baseline


def known(path: Path | None) -> "Baseline":
    """The baseline in this file; an empty one without a file. Raises TargetError."""
    from checker.stages.baseline import Baseline, read

    if path is None:
        return Baseline()
    remedy = "Name a file that `checker audit --write-baseline` wrote."
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise TargetError(str(path), cause, remedy) from error
    baseline = read(text)
    if isinstance(baseline, str):
        raise TargetError(str(path), baseline, remedy)
    return baseline


def keep(path: Path, report: "Report") -> None:
    """Write what was found as a baseline. Raises TargetError."""
    from checker.stages.baseline import write

    write_file(path, write(report))
    found = sum(len(one.verdict.findings) + len(one.verdict.set_aside) for one in report.items)
    note(f"wrote {path}: {counted(found, 'known finding')}")
