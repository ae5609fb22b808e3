"""Reports for terminals, people and programs: each reads the one value ``model.Report``."""

from checker.entry.render.clean import clean, one_line
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
