"""How often an article is edited, and what share of the checks it therefore gets.

Two numbers per article are kept (``Track``): edits seen and hours watched, both discounted with
age, because news is edited in its first hours and then almost never. Their rate is that of a
gamma–Poisson model whose prior falls with age; the share of the requests is the square root of
weight times rate, which makes the time that edits stay unseen least for a given number of requests
(Cho & Garcia-Molina, ACM TODS 2003; Azar et al., PNAS 2018; Kolobov et al., NeurIPS 2019).
"""

import math
from dataclasses import replace

from checker.model import Fleet, Track, Trust

# Pseudo-edits of the prior: a quarter of an edit's worth of doubt, at the rate of its age.
PRIOR_EDITS = 0.25
# Hours: a track as old as this counts half when the article is twice as old.
HALF_AGE = 24.0


def prior(age: float) -> float:
    """Edits an hour of an article of *age* hours of which nothing else is known.

    Falls from .08 an hour to one edit a year.
    """
    return 0.08 / (max(age, 0.0) + 1) + 1 / 8760


def observe(track: Track, age: float, gap: float, *, edited: bool) -> Track:
    """*track* after a check at *age*, *gap* hours after the one before. All in hours."""
    before = max(age - gap, 0.0)
    kept = (before + HALF_AGE) / (max(age, before) + HALF_AGE)
    return Track(kept * track.edits + edited, kept * track.hours + max(gap, 0.0))


def rate(track: Track, age: float) -> float:
    """Edits an hour, expected now."""
    return (PRIOR_EDITS + track.edits) / (PRIOR_EDITS / prior(age) + track.hours)


def share(edits_an_hour: float, weight: float = 1.0) -> float:
    """Of the requests, relative to other articles' shares."""
    return math.sqrt(weight * edits_an_hour)


def interval(own: float, fleet: Fleet) -> float:
    """Hours to the next check of an article whose share is *own*."""
    return fleet.shares / (fleet.checks_an_hour * own)


def recall(trust: Trust) -> float:
    """The part of a host's edits that it tells of; 0 for one that never told of any."""
    if not trust.right + trust.wrong:
        return 0.0
    return (trust.right + 1) / (trust.right + trust.unannounced + 2)


def precision(trust: Trust) -> float:
    """The part of what a host tells of that is an edit; a half as long as nothing is known."""
    return (trust.right + 1) / (trust.right + trust.wrong + 2)


def learnt(trust: Trust, *, told: bool, edited: bool) -> Trust:
    """*trust* after a check that saw an article of which its host had told something, or not."""
    if told and edited:
        return replace(trust, right=trust.right + 1)
    if told:
        return replace(trust, wrong=trust.wrong + 1)
    return replace(trust, unannounced=trust.unannounced + 1) if edited else trust


def hint_wait(fleet: Fleet, weight: float, trust: Trust) -> float:
    """Hours from the last check to the one that a hint is worth.

    At once where hints are true and requests plenty; checking at once on every hint is worse than
    ignoring hints where many are false.
    """
    return (fleet.shares / fleet.checks_an_hour) ** 2 / (2 * weight * precision(trust))
