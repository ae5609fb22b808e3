"""``policies.toml``: which lifetime and severities apply to which article."""

from typing import Any

from pydantic import ValidationError

from checker.model import Policy, PolicyMatch, PolicySet, Rule, Severity
from checker.settings.cadences import read_hours
from checker.settings.policy_schema import MatchSection, PolicySection
from checker.settings.problems import Toml, explain, unknown
from checker.stages.freshness import known_kinds

_RULES = tuple(rule.value for rule in Rule)


def read_policies(toml: Toml, sources: tuple[str, ...]) -> tuple[PolicySet, list[str]]:
    """The policies and every fault found; with faults the set is only good for more checks."""
    known = ("default", "policy", "match")
    problems = [
        f"{toml.at((key,))}: {unknown(key, known)}" for key in toml.data if key not in known
    ]
    policies = _policies(toml, problems)
    tables = toml.data.get("policy")
    names = tuple(tables) if isinstance(tables, dict) else ()  # a faulty one is still a name
    matches = _matches(toml, names, sources, problems)
    default = toml.data.get("default")
    if not isinstance(default, str):
        problems.append(f"{toml.at(('default',))}: missing. Name one of the policies.")
    elif default not in names:
        problems.append(f"{toml.at(('default',))}: no policy {default!r}. {_offer(names)}")
    name = default if isinstance(default, str) else ""
    return PolicySet(policies, matches, name, toml.at(("default",))), problems


def _offer(names: tuple[str, ...]) -> str:
    return f"Known: {', '.join(names) or 'none'}."


def _policies(toml: Toml, problems: list[str]) -> tuple[Policy, ...]:
    tables = toml.data.get("policy", {})
    if not isinstance(tables, dict):
        problems.append(f"{toml.at(('policy',))}: it must be tables. Write [policy.NAME].")
        return ()
    return tuple(
        policy for name, table in tables.items() if (policy := _policy(toml, name, table, problems))
    )


def _policy(toml: Toml, name: str, table: Any, problems: list[str]) -> Policy | None:
    try:
        section = PolicySection.model_validate(table)
    except ValidationError as error:
        known = tuple(PolicySection.model_fields)
        problems.extend(explain(toml, ("policy", name), error, known))
        return None
    for rule in section.rules:
        if rule not in _RULES:
            where = toml.at(("policy", name, "rules", rule))
            problems.append(f"{where}: {unknown(rule, _RULES).replace('key', 'rule')}")
    severities = tuple(
        (Rule(rule), Severity(level)) for rule, level in section.rules.items() if rule in _RULES
    )
    return Policy(
        name,
        section.lifetime,
        severities,
        matched_by=toml.at(("policy", name)),
        weight=section.weight,
        hours=read_hours(section.hours, section.zone) if section.hours is not None else None,
        check_min=section.check_min,
        check_max=section.check_max,
    )


def _matches(
    toml: Toml, policies: tuple[str, ...], sources: tuple[str, ...], problems: list[str]
) -> tuple[PolicyMatch, ...]:
    tables = toml.data.get("match", [])
    if not isinstance(tables, list):
        problems.append(f"{toml.at(('match',))}: it must be a list. Write [[match]].")
        return ()
    matches = []
    for index, table in enumerate(tables):
        try:
            line = MatchSection.model_validate(table)
        except ValidationError as error:
            known = tuple(MatchSection.model_fields)
            problems.extend(explain(toml, ("match", index), error, known))
            continue
        if line.policy not in policies:
            where = toml.at(("match", index, "policy"))
            problems.append(f"{where}: no policy {line.policy!r}. {_offer(policies)}")
        if line.source is not None and line.source not in sources:
            where = toml.at(("match", index, "source"))
            problems.append(f"{where}: no source {line.source!r}. {_offer(sources)}")
        if line.kind is not None and line.kind not in known_kinds():
            where = toml.at(("match", index, "kind"))
            problems.append(f"{where}: no kind {line.kind!r}. {_offer(known_kinds())}")
        matches.append(_match(toml, index, line))
    return tuple(matches)


def _match(toml: Toml, index: int, line: MatchSection) -> PolicyMatch:
    return PolicyMatch(
        policy=line.policy,
        path=line.path,
        section=line.section,
        genre=line.genre,
        tag=line.tag,
        source=line.source,
        kind=line.kind,
        line=toml.at(("match", index)),
    )
