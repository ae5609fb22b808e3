"""The planner against fixed intervals, replayed on real change histories.

    CHECKER_CORPORA=… python -m benchmarks.plan_histories [every N-th history]

Prints checks per article and month, and how long a change waited to be seen. The adaptive
planner is worth its code only while it beats a fixed interval of as many checks.
"""

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checker.model import Article, Locator, Memento, Outcome, Standing, Timing, Validators
from checker.stages.plan import next_check

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def replay(history, article_id, fixed):
    """(checks, delays in days, days watched); histories count hours since 1970."""
    start, end = (EPOCH + timedelta(hours=history[key]) for key in ("pub", "end"))
    changes = [EPOCH + timedelta(hours=hour) for hour in history["changes"]]
    changes = [change for change in changes if change > start]
    copy = Memento("u", start, Validators(), "text/html", None, "d", Locator("c"))
    one = Standing(Article(article_id, "u", "s"), copy=copy)
    now, checks, delays = start, 0, []
    while now < end:
        checks += 1
        seen = [change for change in changes if change <= now]
        changes = changes[len(seen) :]
        delays += [(now - change) / DAY for change in seen]
        one = replace(
            one,
            changes=one.changes + bool(seen),
            changed_at=now if seen else one.changed_at,
            last_checked_at=now,
            last_compared_at=now,
        )
        outcome = Outcome.COMPARED if seen else Outcome.NOT_MODIFIED
        now = now + fixed if fixed else next_check(one, outcome, now, Timing())
    return checks, delays, (end - start) / DAY


def row(histories, fixed):
    runs = [replay(history, number, fixed) for number, history in enumerate(histories)]
    delays = sorted(delay for run in runs for delay in run[1])
    monthly = 30 * sum(run[0] for run in runs) / sum(run[2] for run in runs)
    middle, late = delays[len(delays) // 2], delays[len(delays) * 9 // 10]
    return (
        f"{monthly:6.2f} checks a month   change seen after {middle:5.1f} d (median), "
        f"{sum(delays) / len(delays):5.1f} d (mean), {late:5.1f} d (p90)"
    )


def main():
    folder = Path(os.environ["CHECKER_CORPORA"]) / "histories"
    step = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()[::step]
        histories = [json.loads(line) for line in lines]
        print(f"{path.stem}: {len(histories)} histories")
        print(f"  planner   {row(histories, None)}")
        for days in (1, 3, 7, 14, 30):
            print(f"  {days:2} days   {row(histories, days * DAY)}")


if __name__ == "__main__":
    main()
