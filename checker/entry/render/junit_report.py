"""A report as JUnit XML: one test case a document, which CI servers list and count.

The dialect is Jenkins' and GitLab's: a document that is outdated is a failure, one that could not
be examined or judged is skipped, and warnings stand in its output.
"""

import re
from collections import Counter
from xml.etree import ElementTree as ET

from checker.entry.render.clean import clean
from checker.entry.render.wording import summary
from checker.model import AuditItem, Finding, Report, Severity, Status

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_junit(report: Report) -> str:
    """The report as an XML document in UTF-8."""
    counted = Counter(item.verdict.status for item in report.items)
    figures: dict[str, str] = {
        "tests": str(len(report.items) + len(report.skipped)),
        "failures": str(counted[Status.OUTDATED]),
        "errors": "0",
        "skipped": str(counted[Status.UNDETERMINED] + len(report.skipped)),
    }
    total = {name: figures[name] for name in ("tests", "failures", "errors")}
    suites = ET.Element("testsuites", total)
    stamp = report.as_of.strftime("%Y-%m-%dT%H:%M:%S")
    suite = ET.SubElement(suites, "testsuite", {"name": report.tool, "timestamp": stamp, **figures})
    for item in report.items:
        _case(suite, item)
    for one in report.skipped:
        case = ET.SubElement(suite, "testcase", classname="skipped", name=_text(one.name))
        ET.SubElement(case, "skipped", message=_text(one.reason))
    ET.SubElement(suite, "system-out").text = _text(summary(report))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, "unicode")}\n'


def _case(suite: ET.Element, item: AuditItem) -> None:
    names = {"classname": item.verdict.policy or "checker", "name": _text(item.path or item.name)}
    case = ET.SubElement(suite, "testcase", names)
    failed = [one for one in item.verdict.findings if one.severity is Severity.OUTDATED]
    warned = [one for one in item.verdict.findings if one.severity is Severity.WARNING]
    if item.verdict.status is Status.OUTDATED:
        first = failed[0].message if failed else "outdated"
        rules = ",".join(sorted({one.rule.value for one in failed}))
        failure = ET.SubElement(case, "failure", type=rules, message=_text(first))
        failure.text = _findings(failed)
    elif item.verdict.status is Status.UNDETERMINED:
        why = warned[0].message if warned else item.reading.problem or "undetermined"
        ET.SubElement(case, "skipped", message=_text(why))
    if warned:
        ET.SubElement(case, "system-out").text = _findings(warned)


def _findings(findings: list[Finding]) -> str:
    return "\n".join(
        f"{one.rule.value}: {_text(one.message)}"
        + (f"\n  “{_text(one.evidence.quote)}”" if one.evidence.quote else "")
        for one in findings
    )


def _text(text: str) -> str:
    """*text* without what XML 1.0 can't hold."""
    return _NO_XML.sub("\ufffd", clean(text))
