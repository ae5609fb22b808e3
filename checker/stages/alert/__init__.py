"""The mail that tells what changed: one per recipient and slot. When it leaves: ``cadence``."""

from checker.stages.alert.compose import Desk, compose, unsubscribing
from checker.stages.alert.entries import MAX_ARTICLES, MAX_FINDINGS
from checker.stages.alert.feed import atom
from checker.stages.alert.parting import parting
from checker.stages.alert.phrases import languages

__all__ = [
    "MAX_ARTICLES",
    "MAX_FINDINGS",
    "Desk",
    "atom",
    "compose",
    "languages",
    "parting",
    "unsubscribing",
]
