"""Judging is a lint: named rules over one case, each with evidence that it quotes.

Every rule is a small function over a ``Case`` and the clock (``source_rules``, ``date_rules``,
``text_rules``); ``verdict`` runs them all, lets the policy set severities, and draws the
conclusion. What each rule is for stands in ``info`` and in ``docs/reference/rules.md``.
"""

from checker.stages.judge.date_rules import deadlines
from checker.stages.judge.info import RULES, RuleInfo
from checker.stages.judge.verdict import VERSION, judge

__all__ = ["RULES", "VERSION", "RuleInfo", "deadlines", "judge"]
