"""Reports of one small archive, word for word; and one finding says the same everywhere.

After a change that is meant, `GOLDEN_REPORTS=write pytest tests/test_golden_reports.py` writes them
anew: what became of them is then to be read in the diff. Versions are not part of them.
"""

import html
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

import checker
from checker.entry.render import print_report, report_data, to_html, to_json
from checker.model import Alert, AlertEvent, Recipient, Report, Rule, Severity
from checker.stages import banner
from checker.stages.alert import Desk, compose

GOLDEN = Path(__file__).parent / "golden" / "report"
AS_OF = datetime(2026, 11, 24, tzinfo=UTC)
_VERSIONS = re.compile(r"\b(archive-checker|judge-|reader-)( ?)[\d.]+[\w.+-]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What the archive holds at the least: these floors only rise.
FLOORS = {
    Rule.AGE_EXCEEDED: 1,
    Rule.EXPIRED: 1,
    Rule.LAPSED_CLAIM: 2,
    Rule.UNDATED_PROMISE: 1,
    Rule.NO_TIMESTAMP: 1,
    Rule.RELATIVE_DATE: 1,
    Rule.HAS_NOTICE: 1,
}


@cache
def audited() -> Report:
    return checker.audit(GOLDEN / "pages", offline=True, as_of=AS_OF)


def table(report: Report, width: int) -> str:
    out = io.StringIO()
    print_report(Console(file=out, width=width, color_system=None), report, info=True)
    return out.getvalue()


def neutral(text: str) -> str:
    """Without versions and without the folder that the repository lies in."""
    return _VERSIONS.sub(r"\1\2N", text.replace(str(GOLDEN), "ARCHIVE"))


WAYS: dict[str, Callable[[Report], str]] = {
    "report.json": to_json,
    "report.html": to_html,
    "report.txt": lambda report: table(report, 100),
    "narrow.txt": lambda report: table(report, 40),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_report_is_the_one_that_was_approved(name: str) -> None:
    path = GOLDEN / name
    said = neutral(WAYS[name](audited()))
    if os.environ.get("GOLDEN_REPORTS") == "write":
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_the_same_audit_is_the_same_report() -> None:
    again = checker.audit(GOLDEN / "pages", offline=True, as_of=AS_OF)
    assert [write(again) for write in WAYS.values()] == [
        write(audited()) for write in WAYS.values()
    ]


def test_the_approved_reports_hold_what_they_are_to_hold() -> None:
    found = Counter(one.rule for item in audited().items for one in item.verdict.findings)
    assert {rule: found[rule] for rule in FLOORS if found[rule] < FLOORS[rule]} == {}


def messages() -> Iterator[str]:
    for item in audited().items:
        yield from (one.message for one in item.verdict.findings)


def folded(text: str) -> str:
    return " ".join(text.split())


def test_a_finding_is_one_sentence_in_every_report() -> None:
    """The judge words it; those who show it add nothing and leave nothing out."""
    report = audited()
    data = [one["message"] for item in report_data(report)["documents"] for one in item["findings"]]
    assert sorted(data) == sorted(messages())
    page = folded(html.unescape(re.sub(r"<[^>]*>", "", to_html(report))))
    shown = folded(table(report, 100))
    for message in messages():
        assert folded(message) in page
        assert folded(message) in shown


def test_the_mail_says_it_in_the_same_words() -> None:
    for item in audited().items:
        told = [one for one in item.verdict.findings if one.severity is Severity.OUTDATED]
        if told:
            body = folded(text_of(item.uri or "", item.verdict))
            assert all(folded(one.message) in body for one in told)


def text_of(uri: str, verdict: checker.model.Verdict) -> str:
    alert = Alert(
        key="1",
        recipient="desk@news.example",
        event=AlertEvent.BECAME_OUTDATED,
        uri=uri,
        title="An article",
        verdict=verdict,
        created_at=AS_OF,
        source="town",
    )
    desk = Desk("Archive checker <checker@archive.example>")
    return compose(Recipient("desk@news.example"), (alert,), now=AS_OF, desk=desk).text


def test_the_banner_speaks_of_these_findings_and_of_no_other_day() -> None:
    """It has its own sentences, in the page's language; what they say comes from the findings."""
    spoken = 0
    for item in audited().items:
        told = [one for one in item.verdict.findings if one.severity is Severity.OUTDATED]
        made = banner.compose(item.verdict, item.reading, uri=item.uri, now=AS_OF)
        assert (made is not None) == bool(told)
        if made is None:
            continue
        known = {AS_OF.date()}
        for date in (*item.reading.dates.evidence, item.reading.dates.bounds.not_before):
            known |= {date.earliest.date(), date.latest.date()} if date else set()
        for value in (value for one in told for _, value in one.evidence.values):
            known |= {datetime.fromisoformat(day).date() for day in _DAY.findall(value)}
        days = [datetime.fromisoformat(iso[:10]).date() for _, iso in made.times if len(iso) >= 10]
        assert set(days) <= known
        assert 1 <= len(made.sentences) <= 2 * len(told) + 1
        spoken += 1
    assert spoken >= 3
