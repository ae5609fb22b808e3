"""An audit reads nothing that no rule asks for, and finds with one rule what it finds with all."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.adapters.library import DiskShelf
from checker.model import AuditItem, Policy, PolicySet, Rule, Severity
from checker.service import AuditOptions, Auditor
from checker.stages.freshness import rules_on
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, SetClock

PAGE = """<!doctype html><html lang="en"><head><title>The pool opens</title>
<meta property="article:published_time" content="2024-03-01T08:00:00Z"></head><body><article>
<h1>The pool opens</h1><p>The town pool will open on 9 July 2024. President Joe Biden said it is
the largest that the town has built, and it cost three million.</p>
<p>The gates will continue to be open on Sundays. Earlier this month the mayor said so.</p>
</article></body></html>"""
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def audited(folder: Path, policies: PolicySet = POLICIES, **options: object) -> AuditItem:
    (folder / "pool.html").write_text(PAGE, encoding="utf-8")
    clock = SetClock()
    auditor = Auditor(FakeHttp({}, clock), clock, policies, DiskShelf(), "0")
    asked = AuditOptions(offline=True, as_of=NOW, **options)
    (item,) = auditor.audit((str(folder),), asked).items
    return item


def parts(item: AuditItem) -> tuple[bool, bool, bool]:
    reading = item.reading
    return bool(reading.claims), bool(reading.relative_dates), bool(reading.holders)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (True, True, True)),
        ({"select": (Rule.AGE_EXCEEDED, Rule.HAS_NOTICE)}, (False, False, False)),
        ({"select": (Rule.LAPSED_CLAIM,)}, (True, False, False)),
        ({"select": (Rule.UNDATED_PROMISE,)}, (True, False, False)),
        ({"select": (Rule.RELATIVE_DATE,)}, (True, True, False)),
        ({"select": (Rule.OFFICE_HOLDER,)}, (False, False, True)),
        ({"ignore": (Rule.OFFICE_HOLDER,)}, (True, True, False)),
        ({"select": (Rule.LAPSED_CLAIM,), "ignore": (Rule.LAPSED_CLAIM,)}, (False, False, False)),
    ],
)
def test_only_what_a_rule_looks_at_is_read(tmp_path, options, expected):
    assert parts(audited(tmp_path, **options)) == expected


@pytest.mark.parametrize("rule", Rule)
def test_a_rule_alone_finds_what_it_finds_among_all(tmp_path, rule):
    among = [one for one in audited(tmp_path).verdict.findings if one.rule is rule]
    assert list(audited(tmp_path, select=(rule,)).verdict.findings) == among


def test_what_every_policy_switches_off_is_not_read(tmp_path):
    off = tuple((rule, Severity.OFF) for rule in (Rule.LAPSED_CLAIM, Rule.UNDATED_PROMISE,
                Rule.RELATIVE_DATE, Rule.OFFICE_HOLDER))  # fmt: skip
    every = tuple(replace(one, severities=off) for one in POLICIES.policies)
    silent = replace(POLICIES, policies=every)
    assert parts(audited(tmp_path, silent)) == (False, False, False)
    one_on = replace(silent, policies=(*every, Policy("other", None)))
    assert parts(audited(tmp_path, one_on)) == (True, True, True)


def test_rules_that_are_on():
    off = ((Rule.LAPSED_CLAIM, Severity.OFF), (Rule.EXPIRED, Severity.WARNING))
    policies = PolicySet((Policy("a", None, off), Policy("b", None)), (), "a")
    assert rules_on(policies) == frozenset(Rule)
    assert rules_on(policies, "a") == frozenset(Rule) - {Rule.LAPSED_CLAIM}
