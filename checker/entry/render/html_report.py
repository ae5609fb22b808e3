"""A report as one self-contained HTML file: no external resource, light and dark, for print too.

Sorting and filtering need the one small script; without it everything is there to read. The
content security policy allows that script alone, by its digest.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache

from markupsafe import Markup

from checker import data
from checker.entry.render.charts import HEIGHT, WIDTH, charts, newest
from checker.entry.render.templates import template
from checker.entry.render.word_diff import word_diff
from checker.entry.render.wording import (
    ORDER,
    by_status,
    dated,
    known_words,
    shown,
    summary,
    web_link,
    when,
)
from checker.model import AuditItem, DateEvidence, Report, Rule, Status

_MOST_EDITS = 20
_MOST_DATES = 12
_MANY = 1_000  # documents: with more, most of their dates are left to the JSON report
_FEW_DATES = 3


@cache
def _script() -> tuple[Markup, str]:
    """Our own script as it stands in the page, and its digest for the policy."""
    text = data.text("templates/report.js")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), digest  # noqa: S704 — shipped with the package, nothing is put into it


def to_html(report: Report) -> str:
    """The whole report, every finding of every severity, as an HTML document."""
    script, digest = _script()
    return (
        template("report.html.j2").render(
            report=report,
            groups=[
                (status, [(item, shown(item.verdict.findings, info=True)) for item in items])
                for status, items in by_status(report)
            ],
            summary=summary(report),
            charts=charts(report),
            width=WIDTH,
            height=HEIGHT,
            order=ORDER,
            rules=_rules(report),
            evidence=_evidence(many=len(report.items) > _MANY),
            most_edits=_MOST_EDITS,
            word_diff=word_diff,
            newest=newest,
            dated=dated,
            when=when,
            known_words=known_words,
            link=web_link,
            script=script,
            script_hash=digest,
        )
        + "\n"
    )


def _rules(report: Report) -> list[str]:
    """The rules that found something, in their order."""
    found = {one.rule for item in report.items for one in item.verdict.findings}
    return [rule.value for rule in Rule if rule in found]


def _evidence(*, many: bool) -> Callable[[AuditItem], tuple[DateEvidence, ...]]:
    def chosen(item: AuditItem) -> tuple[DateEvidence, ...]:
        if many and item.verdict.status is Status.CURRENT:
            return ()
        return item.reading.dates.evidence[: _FEW_DATES if many else _MOST_DATES]

    return chosen
