"""After a clock was put back: what was planned by the wrong one is planned anew."""

import logging
from datetime import UTC, datetime, timedelta

from checker.service.context import Context

# A machine whose clock lost its battery begins in 1970: nothing is planned anew by such a one.
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger
SLACK = timedelta(days=14)  # windows by policy, Retry-After, jitter
LEASE = timedelta(hours=12)  # longer than any lease is given

log = logging.getLogger("checker.check")


def settle_clock(context: Context) -> int:
    """How many articles were planned further ahead than anything can be."""
    now, operation = context.ports.clock.now(), context.operation
    if now < MADE:
        log.warning("the clock says %s, which can't be: nothing is planned by it", now.date())
        return 0
    longest = [one.check_max for one in operation.policies.policies if one.check_max is not None]
    most = max(operation.timing.check_max, *longest, timedelta(0)) + SLACK
    found = context.ports.store.settle_clock(now, most, LEASE)
    if found:
        log.warning("%d articles were planned by a clock that was ahead; they are due anew", found)
    return found
