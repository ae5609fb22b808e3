"""A report as one self-contained HTML file: no external resource, light and dark, for print too.

Sorting and filtering need the one small script; without it everything is there to read. The
content security policy allows that script alone, by its digest. In a long report the rows after the
first lie in a ``noscript`` element, which a browser with scripts reads as one text: the script makes
elements of those that are to be seen, so that ten thousand documents open at once.
"""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
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
from checker.model import AuditItem, Finding, Report, Rule
from checker.stages.judge import RULES

_MOST_EDITS = 20
_MOST_DATES = 12
_OPENED = 5  # documents: with no more, their evidence is in sight
_DRAWN = 100  # documents that are elements from the start, the worst ones; report.js has the same


@dataclass(frozen=True, slots=True)
class _Row:
    """A document with its findings, and those of them whose quote their sentence leaves out."""

    item: AuditItem
    findings: list[Finding]
    quoted: list[Finding]
    anchor: str  # the first of each verdict is pointed at

    @property
    def date(self) -> str:
        found = newest(self.item)
        return found.latest.isoformat() if found else ""

    @property
    def rules(self) -> str:
        return " ".join(dict.fromkeys(one.rule.value for one in self.findings))


@cache
def _ours() -> dict[str, Markup | str]:
    """Our own script and style as they stand in the page, and the script's digest."""
    text = data.text("templates/report.js")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    style = data.text("templates/report.css")
    return {
        "script": Markup(text),  # noqa: S704 — shipped with the package, nothing is put into it
        "style": Markup(style),  # noqa: S704 — as above
        "script_hash": digest,
    }


def to_html(report: Report) -> str:
    """The whole report, every finding of every severity, as an HTML document."""
    groups = by_status(report)
    return (
        template("report.html.j2").render(
            _ours(),
            report=report,
            groups=groups,
            rows=[
                _row(item, "" if number else status.value)
                for status, items in groups
                for number, item in enumerate(items)
            ],
            drawn=_DRAWN,
            summary=summary(report),
            charts=charts(report),
            width=WIDTH,
            height=HEIGHT,
            order=ORDER,
            rules=_rules(report),
            most_edits=_MOST_EDITS,
            most_dates=_MOST_DATES,
            opened=len(report.items) <= _OPENED,
            word_diff=word_diff,
            phrases=_phrases,
            when=when,
            known_words=known_words,
            link=web_link,
        )
        + "\n"
    )


def _row(item: AuditItem, anchor: str) -> _Row:
    findings = shown(item.verdict.findings, info=True)
    quoted = [one for one in findings if one.evidence.quote not in one.message]
    return _Row(item, findings, quoted, anchor)


def _phrases(item: AuditItem) -> list[tuple[str, str]]:
    """What is known of its age, a phrase at a time: words, and the date that ends it."""
    found = re.findall(r"([^\d,;]+)([^,;]*)", dated(item))
    return [(words.lstrip(), date) for words, date in found]


def _rules(report: Report) -> list[tuple[Rule, int, str]]:
    """The rules that found something, those of most documents first, and what they look for."""
    found = Counter(
        rule for item in report.items for rule in {one.rule for one in item.verdict.findings}
    )
    ordered = sorted(found, key=lambda rule: (-found[rule], list(Rule).index(rule)))
    return [(rule, found[rule], RULES[rule].sees) for rule in ordered]
