"""``checker archive verify``: whether files of captures are what they say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.entry.cli.common import Config, Json, application, counted, note, print_json, say
from checker.entry.cli.progress import counting

if TYPE_CHECKING:
    from checker.model import Fault, Verified


def verify(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="WARC, ARC or WACZ files, or folders of them. Default: our own archive.",
            metavar="PATH",
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Verify WARC, ARC and WACZ files, or our own archive, record by record.

    Lengths, gzip members, digests; of a WACZ its entries, lists and index; of our own archive also
    every capture that is known. The exit code is 1 if anything is wrong.
    """
    found = _named(files) if files else _own(config)
    if as_json:
        print_json([_plain(one) for one in found])
    else:
        for one in found:
            _tell(one)
    raise typer.Exit(int(any(one.count for one in found)))


def _named(files: list[Path]) -> "list[Verified]":
    from checker import wiring

    with counting("files verified") as step:
        return list(wiring.verify(files, step=step))


def _own(config: Path | None) -> "list[Verified]":
    """The files, if they lie in a folder, and each capture that the store knows of."""
    from checker import wiring

    with application(config) as app:
        found: list[Verified] = []
        if app.archive is not None and any(app.archive.rglob("*.warc.gz")):
            with counting("files verified") as step:
                found = list(wiring.verify([app.archive], own=True, step=step))
        with counting("captures read back") as step:
            return [*found, app.service.prove("captures that are known", step)]


def _tell(one: "Verified") -> None:
    for fault in one.faults:
        say(str(fault))
    if one.unlisted:
        say(f"{one.file}: {counted(one.unlisted, 'further fault')}")
    for told in one.notes:
        note(f"no fault: {told}")
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in one.kinds.items())
    records = f"{counted(one.records, 'record')} ({kinds})" if len(one.kinds) > 1 else kinds
    good = counted(one.count, "fault") if one.count else "as they should be"
    say(f"{one.file}: {records or 'no record'}, {counted(one.digests, 'digest')}: {good}")


def _plain(one: "Verified") -> dict[str, object]:
    return {
        "file": one.file,
        "records": one.kinds,
        "digests": one.digests,
        "faults": [_fault(fault) for fault in one.faults],
        "unlisted_faults": one.unlisted,
        "notes": [_fault(told) for told in one.notes],
    }


def _fault(fault: "Fault") -> dict[str, object]:
    return {
        "file": fault.file,
        "offset": fault.offset,
        "record": fault.record,
        "cause": fault.cause,
        "remedy": fault.remedy,
    }
