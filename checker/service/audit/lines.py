"""On which line of a file a finding's quote stands, for annotations in code reviews."""

import re
from html import escape

from checker.model import AuditItem, Finding

_WORDS = 6  # of a quote: enough to find it, few enough to stay within one element
_BETWEEN = r"\s+"


def lines_of(findings: tuple[Finding, ...], source: str) -> tuple[int, ...]:
    """For each finding the line (from 1) where its quote begins in *source*, 0 if not found."""
    return tuple(_line(finding.evidence.quote, source) for finding in findings)


def quoted(item: AuditItem) -> dict[str, int]:
    """The lines of *item* by what stands there."""
    quotes = (finding.evidence.quote for finding in item.verdict.findings)
    return dict(zip(quotes, item.lines, strict=False))


def _line(quote: str, source: str) -> int:
    for text in (quote, escape(quote, quote=False)):
        words = text.strip("…").split()[:_WORDS]
        if not words:
            return 0
        found = re.search(_BETWEEN.join(map(re.escape, words)), source)
        if found is not None:
            return source.count("\n", 0, found.start()) + 1
    return 0
