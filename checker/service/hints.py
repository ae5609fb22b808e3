"""Hints that somebody sends: an article was edited, so it may be worth a look before its turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from checker.model import PolicySet, Source, Standing, Timing, Trust, trusted_as
from checker.pipeline import policy_for
from checker.ports import Clock, Store
from checker.service.fleet import FleetBook
from checker.service.status import forms
from checker.stages import plan
from checker.stages.plan import window
from checker.stages.plan.rate import precision


class Pull(StrEnum):
    """What a hint came to."""

    NOW = "now"  # due at once
    SOONER = "sooner"  # due before its turn, but not at once
    UNCHANGED = "unchanged"  # it is due no later anyway
    UNSCHEDULED = "unscheduled"  # known, but its source is switched off
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hinted:
    """What a hint at *uri* came to, and why, in words."""

    uri: str
    pull: Pull
    why: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HintDesk:
    """Takes hints in. Thread-safe as far as its store is. Its methods raise StoreError."""

    store: Store
    clock: Clock
    sources: tuple[Source, ...]
    policies: PolicySet
    timing: Timing
    fleet: FleetBook = field(default_factory=FleetBook)

    def take(self, sender: str, uris: Sequence[str]) -> tuple[Hinted, ...]:
        """Pull the articles at *uris* forward, as far as the hints of *sender* were worth it."""
        now = self.clock.now()
        wanted = list(dict.fromkeys(uris))
        found = self.store.watched([form for uri in wanted for form in forms(uri)])
        known = {uri: self._standings(uri, found) for uri in wanted}
        trust = self.store.trust_of(trusted_as(sender))
        due = {
            one.article.id: self._due(one, trust, now)
            for standings in known.values()
            for one in standings
        }
        after = self.store.ping(sender, due, now) if due else {}
        return tuple(_told(uri, known[uri], after, trust, now) for uri in wanted)

    def _standings(self, uri: str, found: dict[str, tuple[int, ...]]) -> list[Standing]:
        given, other = forms(uri)
        return [self.store.standing(one) for one in found.get(given) or found.get(other, ())]

    def _due(self, standing: Standing, trust: Trust, now: datetime) -> datetime:
        fleet = self.fleet.fleet(self.store, self.timing, now)
        sources = (one for one in self.sources if one.name == standing.article.source)
        source = next(sources, None)
        if source is None:
            return plan.hint_due(standing.last_checked_at, now, fleet, trust, self.timing)
        policy = policy_for(standing, source, self.policies)
        timing, last = plan.timing_of(policy, self.timing), standing.last_checked_at
        due = plan.hint_due(last, now, fleet, trust, timing, weight=policy.weight)
        due = max(due, standing.not_before or due)
        return window.within(policy.hours, due, plan.place(standing.article.id))


def _told(
    uri: str,
    standings: Sequence[Standing],
    after: dict[int, datetime | None],
    trust: Trust,
    now: datetime,
) -> Hinted:
    """Of an address in two sources the earlier check counts."""
    if not standings:
        return Hinted(uri, Pull.UNKNOWN, "no article of this address is watched")
    times = ((after[one.article.id], one.next_check_at) for one in standings)
    scheduled = [(due, before) for due, before in times if due is not None]
    if not scheduled:
        return Hinted(uri, Pull.UNSCHEDULED, "its source is switched off")
    due, before = min(scheduled)
    if before is not None and due >= before:
        return Hinted(uri, Pull.UNCHANGED, "it is due no later anyway", due)
    if due <= now:
        return Hinted(uri, Pull.NOW, "it is due now", due)
    (bound, *_) = [one.not_before for one in standings if after[one.article.id] == due]
    if bound is not None and due >= bound > now:
        return Hinted(uri, Pull.SOONER, "its host asked to be left alone until then", due)
    worth = (
        f"{trust.right:,} of {trust.right + trust.wrong:,} hints of this sender were true, "
        f"so {precision(trust):.0%} of them are expected to be"
    )
    return Hinted(uri, Pull.SOONER, f"it was looked at of late; {worth}", due)
