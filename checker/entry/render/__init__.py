"""Reports as terminal tables, JSON, CSV and HTML: each reads the one value ``model.Report``."""

from checker.entry.render.clean import clean, one_line
from checker.entry.render.csv_report import to_csv
from checker.entry.render.html_report import to_html
from checker.entry.render.json_report import report_data, to_json
from checker.entry.render.table import print_report

__all__ = ["clean", "one_line", "print_report", "report_data", "to_csv", "to_html", "to_json"]
