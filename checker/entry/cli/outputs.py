"""Reports on stdout and in files: the options and formats that commands share."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checker.entry.cli.common import console, display, note, plain_text, write_file
from checker.model import PolicySet, Report, Rule


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


ReportFormat = Annotated[Format, typer.Option("--format", help="What is printed.")]
Outputs = Annotated[
    list[Path] | None,
    typer.Option(
        help="Also write a file: .txt, .json, .jsonl, .csv, .md, .html, .sarif, or .xml (JUnit). "
        "Repeatable.",
        metavar="FILE",
    ),
]
Files = tuple[tuple[Path, Format], ...]

_SUFFIXES = {
    ".txt": Format.TABLE,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
}


def named_files(output: list[Path] | None) -> Files:
    """Each file with the format that its name asks for, before any work is done. Raises
    typer.BadParameter."""
    return tuple((path, _format_of(path)) for path in output or ())


def _format_of(path: Path) -> Format:
    """The format that a file name asks for. Raises typer.BadParameter."""
    name = path.name.lower()
    kind = Format.SARIF if name.endswith(".sarif.json") else _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(_SUFFIXES)
        raise typer.BadParameter(f"{path}: the format is chosen by the ending; known: {known}")
    return kind


def deliver(
    report: Report,
    kind: Format | None,
    files: Files,
    *,
    info: bool | None = None,
    mapping: bool = False,
) -> None:
    """Print the report in this format (None: not at all), and write it to *files*. Raises
    TargetError."""
    if kind is Format.TABLE:
        from checker.entry.render.table import print_report

        display(lambda out: print_report(out, report, info=info, mapping=mapping))
    elif kind is not None:
        sys.stdout.write(_rendered(report, kind, info=info, mapping=mapping))
    for path, wanted in files:
        write_file(path, _rendered(report, wanted, info=info, mapping=mapping))
        note(f"wrote {path}")


def explained(report: Report, policies: PolicySet, rules: list[Rule], *, aside: bool) -> None:
    """Say of each document why these rules fire or not: on stderr if stdout is for a program."""
    from checker.entry.render.explain import print_explanations

    if aside:
        print_explanations(console(stderr=True), report, policies, rules)
    else:
        display(lambda out: print_explanations(out, report, policies, rules))


def _rendered(report: Report, kind: Format, *, info: bool | None, mapping: bool) -> str:
    """The report as text in this format."""
    from checker.entry import render

    if kind is Format.TABLE:
        return plain_text(lambda out: render.print_report(out, report, info=info, mapping=mapping))
    if kind is Format.GITHUB:
        return render.to_github(report, info=bool(info))
    renderers = {
        Format.JSON: render.to_json,
        Format.JSONL: render.to_jsonl,
        Format.CSV: render.to_csv,
        Format.MARKDOWN: render.to_markdown,
        Format.HTML: render.to_html,
        Format.SARIF: render.to_sarif,
        Format.JUNIT: render.to_junit,
    }
    return renderers[kind](report)
