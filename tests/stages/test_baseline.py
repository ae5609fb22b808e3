"""Baselines: written sorted and the same on every day, read with suspicion."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import AuditItem, Evidence, Finding, Report, Rule, Severity, Status, Verdict
from checker.stages.baseline import Baseline, read, write
from tests.helpers_judge import NOW, YOUNG


def item(name: str, uri: str | None, *quotes: str, aside: tuple[str, ...] = ()) -> AuditItem:
    found = tuple(finding(quote) for quote in quotes)
    known = tuple(finding(quote) for quote in aside)
    verdict = Verdict(Status.CURRENT, found, NOW, set_aside=known)
    return AuditItem(name, uri, "", YOUNG, verdict)


def finding(quote: str) -> Finding:
    return Finding(Rule.EXPIRED, Severity.WARNING, "m", Evidence(quote))


def report(*items: AuditItem) -> Report:
    return Report(items, (), NOW, "t")


def test_what_is_written_is_sorted_and_has_no_clock():
    one, two = item("b.html", None, "x", "y", "x"), item("a.html", "https://e.test/", "z")
    text = write(report(one, two))
    assert text == write(replace(report(two, one), as_of=NOW.replace(year=2030)))
    documents = json.loads(text)["documents"]
    assert list(documents) == ["b.html", "https://e.test/"]
    assert documents["b.html"] == sorted(documents["b.html"])
    assert len(documents["b.html"]) == 2
    assert all(line.startswith("expired ") for line in documents["b.html"])


def test_what_was_written_is_known_of_that_document_only():
    baseline = read(write(report(item("a.html", "https://e.test/", "z", aside=("k",)))))
    assert isinstance(baseline, Baseline)
    expected = {finding("z").fingerprint, finding("k").fingerprint}
    assert set(baseline.of("https://e.test/", "moved.html")) == expected
    assert baseline.of(None, "a.html") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "it is no baseline of format 1"),
        ('{"format": 2, "documents": {}}', "it is no baseline of format 1"),
        ('{"format": 1}', "its documents are no lists of findings"),
        ('{"format": 1, "documents": {"a": "x"}}', "its documents are no lists of findings"),
        ('{"format": 1, "documents": {"a": [1]}}', "its documents are no lists of findings"),
    ],
)
def test_what_is_no_baseline(text, why):
    assert read(text) == why


def test_a_file_of_absurd_size_is_refused(monkeypatch):
    monkeypatch.setattr("checker.stages.baseline.MAX_SIZE", 10)
    assert read(" " * 11) == "11 characters are too many for a baseline"


@given(st.dictionaries(st.text(), st.lists(st.text(max_size=20), max_size=3), max_size=3))
def test_law_what_a_baseline_holds_is_read_back(documents):
    text = json.dumps({"format": 1, "documents": documents})
    baseline = read(text)
    assert isinstance(baseline, Baseline)
    assert set(baseline.known) == set(documents)
