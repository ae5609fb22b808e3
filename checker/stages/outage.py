"""When nearly every host is silent at once, it is our own network that is away (faults D12)."""

import heapq
import html
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from checker.model import FailureKind, Mail, Observation, Unreachable

WINDOW = timedelta(minutes=30)  # what is "at once"
SHARE = 0.8  # of the hosts
RECENT = 100  # hosts, those asked last: of many that answered before, their answers say nothing now
HOSTS = 3  # with fewer nobody can tell their trouble from ours

_SILENCE = frozenset({FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.TLS})


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a host last did when it was asked ``at``: ``silent`` if no answer at all came."""

    at: datetime
    silent: bool


def is_silence(seen: Observation) -> bool:
    """No word came from the host itself; a wrong certificate may be that of a hotel's portal."""
    return isinstance(seen, Unreachable) and seen.status is None and seen.kind in _SILENCE


def is_ours(sightings: Iterable[Sighting], now: datetime, *, already: bool = False) -> bool:
    """Whether the hosts asked lately are silent because nothing can be reached from here.

    If that is *already* known, one silent host is enough to go on believing it.
    """
    seen = (one for one in sightings if abs(now - one.at) <= WINDOW)  # a clock may be put back
    lately = heapq.nlargest(RECENT, seen, key=lambda one: one.at)
    silent = sum(one.silent for one in lately)
    return len(lately) >= (1 if already else HOSTS) and silent >= SHARE * len(lately)


def notice(recipient: str, since: datetime, silent: int, sender: str) -> Mail:
    """The one mail about an outage: the same on the same day, however often it is composed."""
    subject = "The checker's own network seems to be away"
    text = (
        f"Since {since:%Y-%m-%d %H:%M} UTC none of {silent} hosts has answered, all at once. That "
        "is most likely our network and not theirs, so no verdict was changed and no article is "
        "called unreachable for it. Checks go on by themselves once the network is back; the log "
        "says when."
    )
    domain = sender.rpartition("@")[2].strip(" <>") or "localhost"
    mark = sha256(f"{recipient}\0{since:%Y-%m-%d}".encode("utf-8", "replace")).hexdigest()[:24]
    body = f"<!DOCTYPE html><html lang=en><title>{subject}</title><p>{html.escape(text)}</p></html>"
    return Mail(f"<outage.{mark}@{domain}>", recipient, subject, text + "\n", body + "\n", since)
