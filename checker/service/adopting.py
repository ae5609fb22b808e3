"""Adopting sources: from then on their verdicts become banners and alerts."""

from checker.model import Adoption, Source
from checker.service.context import Context
from checker.stages import adoption, transition

PATIENCE = 3  # checks without a useful answer, after which adoption waits for an article no more


def adoption_report(context: Context, source: Source) -> str:
    """What is outdated, and so flagged on adoption, by rule and section."""
    return adoption.count(context.ports.store.standings(source.name)).summary()


def adopt(context: Context, source: Source) -> str:
    """First verdicts become banners, and one report tells of them instead of many alerts."""
    ports = context.ports
    found, now = adoption.count(ports.store.standings(source.name)), ports.clock.now()
    brief = found.summary(narrow=True)
    alerts = transition.adoption_alerts(source.name, brief, context.recipients_of(source), now)
    ports.store.adopt(source.name, now, alerts)
    return found.summary()


def adopt_automatic(context: Context) -> None:
    """Sources that ask for it are adopted once every article has its first verdict."""
    for source in context.operation.sources:
        if source.adoption is not Adoption.AUTOMATIC or not source.enabled:
            continue
        if context.ports.store.adopted_at(source.name) is not None:
            continue
        # Adopting during an outage would make an alert of each first real verdict.
        if context.ports.store.all_tried(source.name, PATIENCE):
            adopt(context, source)
