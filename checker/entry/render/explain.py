"""Why a rule fires or does not, document by document; then what the rule is for."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checker.entry.render.clean import one_line
from checker.model import AuditItem, Policy, PolicySet, Report, Rule, Severity, Verdict
from checker.stages.judge import RULES
from checker.stages.judge.calendar import length_words


def print_explanations(
    console: Console, report: Report, policies: PolicySet, rules: list[Rule]
) -> None:
    """For each of *rules*: every document with its policy, the line that chose it, the rule's
    severity there and what became of it; then the rule's own page."""
    named = {policy.name: policy for policy in policies.policies}
    for rule in dict.fromkeys(rules):
        console.print()
        console.print(Text(rule.value, style="bold"))
        for item in report.items:
            console.print(Padding(Text(one_line(item.name), "bold"), (0, 0, 0, 2)))
            policy = named.get(item.verdict.policy)
            for line in (policy_words(item.verdict, policy), *_outcome(item, rule, policy)):
                console.print(Padding(Text(one_line(line, 400)), (0, 0, 0, 4)))
        for heading, text in _page(rule):
            console.print(Padding(Text.assemble((heading, "bold"), " ", text), (0, 0, 0, 2)))


def policy_words(verdict: Verdict, policy: Policy | None) -> str:
    """``policy news (config/policies.toml:5: default), lifetime 1 year``."""
    where = f" ({verdict.policy_line})" if verdict.policy_line else ""
    text = f"policy {verdict.policy}{where}"
    if policy is None:
        return text
    lifetime = policy.lifetime
    return f"{text}, " + (f"lifetime {length_words(lifetime)}" if lifetime else "age exempt")


def _outcome(item: AuditItem, rule: Rule, policy: Policy | None) -> list[str]:
    default = RULES[rule].default
    severity = policy.severity(rule, default) if policy is not None else default
    by = "its default" if severity is default else "set by the policy"
    fired = [one for one in item.verdict.findings if one.rule is rule]
    known = [one for one in item.verdict.set_aside if one.rule is rule]
    if fired or known:
        lines = [f"fires ({one.severity.value}): {one.message}" for one in fired]
        return lines + [f"known, and so set aside: {one.message}" for one in known]
    if rule.value in item.reading.ignored_rules:
        return ["the page exempts itself from it"]
    if severity is Severity.OFF:
        return ["the policy switches it off"]
    return [f"does not fire (severity {severity.value}, {by})"]


def _page(rule: Rule) -> tuple[tuple[str, str], ...]:
    info = RULES[rule]
    return (("Sees.", info.sees), ("Why.", info.why), ("Configure.", info.configure))
