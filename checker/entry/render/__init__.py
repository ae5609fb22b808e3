"""Reports for terminals, people and programs: each reads the one value ``model.Report``.

Loaded when they are asked for: a report in one format waits for no other's libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from checker.entry.render.clean import clean, one_line

if TYPE_CHECKING:
    from checker.entry.render.csv_report import to_csv
    from checker.entry.render.github_report import to_github
    from checker.entry.render.html_report import to_html
    from checker.entry.render.json_report import report_data, to_json
    from checker.entry.render.jsonl_report import to_jsonl
    from checker.entry.render.junit_report import to_junit
    from checker.entry.render.markdown_report import to_markdown
    from checker.entry.render.sarif_report import to_sarif
    from checker.entry.render.table import print_report

__all__ = [
    "clean",
    "one_line",
    "print_report",
    "report_data",
    "to_csv",
    "to_github",
    "to_html",
    "to_json",
    "to_jsonl",
    "to_junit",
    "to_markdown",
    "to_sarif",
]

_HOMES = {
    "print_report": "table",
    "report_data": "json_report",
    "to_csv": "csv_report",
    "to_github": "github_report",
    "to_html": "html_report",
    "to_json": "json_report",
    "to_jsonl": "jsonl_report",
    "to_junit": "junit_report",
    "to_markdown": "markdown_report",
    "to_sarif": "sarif_report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
