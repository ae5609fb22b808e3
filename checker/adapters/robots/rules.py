"""robots.txt (RFC 9309): what an answer to it means, and for how long."""

from dataclasses import dataclass, replace

from protego import Protego

from checker.model import FailureKind, FetchFailure, Response

_MOST_BYTES = 524_288  # RFC 9309 §2.5: at least 500 KiB must be parsed
_KEPT = 86_400.0  # §2.4: no longer than 24 hours
_AWAY = 3_600.0  # asked again after an hour when the server had none to give (§2.3.1.4)
_LOST = 300.0  # a lost connection may pass sooner than a broken server


@dataclass(frozen=True, slots=True)
class Rules:
    """An origin's rules: all allowed if both *parsed* and *failure* are None.

    *until* is when to ask again, on the clock that the caller counts by.
    """

    origin: str
    until: float
    parsed: Protego | None = None
    failure: FetchFailure | None = None

    def allow(self, uri: str, token: str) -> bool:
        return self.parsed is None or self.parsed.can_fetch(uri, token)

    def crawl_delay(self, token: str) -> float:
        """Seconds between two requests, 0 if nothing (or nonsense) is asked."""
        delay = self.parsed.crawl_delay(token) if self.parsed is not None else None
        return delay if delay is not None and delay > 0 else 0.0


def read(
    origin: str, answer: Response | FetchFailure, now: float, before: Rules | None = None
) -> Rules:
    """The rules that *answer* to robots.txt gives.

    2xx: what it says. 4xx and endless redirects: no rules (§2.3.1.2-3). 429, 5xx and no answer:
    stay away for a while (§2.3.1.4), or go by the rules known *before*, if any (§2.4).
    """
    if isinstance(answer, FetchFailure):
        if answer.kind is FailureKind.REDIRECTS:
            return Rules(origin, now + _AWAY)
        return _without(origin, answer.kind, answer.detail, now + _LOST, before)
    if 200 <= answer.status < 300:
        text = answer.body[:_MOST_BYTES].decode("utf-8-sig", errors="replace")
        return Rules(origin, now + _KEPT, Protego.parse(text))
    if answer.status == 429 or answer.status >= 500:
        status = f"status {answer.status}"
        return _without(origin, FailureKind.STATUS, status, now + _AWAY, before)
    return Rules(origin, now + _KEPT)


def _without(
    origin: str, kind: FailureKind, detail: str, until: float, before: Rules | None
) -> Rules:
    if before is not None and before.failure is None:
        return replace(before, until=until)
    why = f"robots.txt of {origin} could not be had, so nothing there may be asked: {detail}"
    return Rules(origin, until, failure=FetchFailure(f"{origin}/robots.txt", kind, why))
