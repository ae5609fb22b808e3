"""A report as one self-contained HTML file: no script, no external resource, light and dark."""

from functools import cache

from jinja2 import BaseLoader, Environment, StrictUndefined, Template

from checker import data
from checker.entry.render.clean import clean
from checker.entry.render.wording import by_status, dated, shown, summary, web_link, when
from checker.model import Report


@cache
def _template() -> Template:
    """Autoescape is on whatever the file is called; hostile text never becomes markup (E2)."""
    environment = Environment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: clean(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(data.text("templates/report.html.j2"))


def to_html(report: Report) -> str:
    """The whole report, every finding of every severity, as an HTML document."""
    return (
        _template().render(
            report=report,
            groups=[
                (status, [(item, shown(item.verdict.findings, info=True)) for item in items])
                for status, items in by_status(report)
            ],
            summary=summary(report),
            dated=dated,
            when=when,
            link=web_link,
        )
        + "\n"
    )
