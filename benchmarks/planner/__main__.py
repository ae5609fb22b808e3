"""The planner against others and against one that knows the rates, in the same worlds.

    CHECKER_CORPORA=… python -m benchmarks.planner [--quick] [WORLD …]

Prints the gain over never checking, as a share of the best reference's with as many requests:
1 is what knowing every rate would give. A cell is one world with one budget (checks per article
and day). Worlds and rivals are drawn from seeds and were fixed before the planner was tuned.
"""

import os
import sys
import time
from pathlib import Path

from benchmarks.planner import worlds
from benchmarks.planner.ours import Ours, OursAtOnce, OursDeaf
from benchmarks.planner.rivals import REFERENCES, RIVALS
from benchmarks.planner.simulate import play


def cells():
    """(world's name, how to make it, budgets)."""
    folder = os.environ.get("CHECKER_CORPORA")
    if folder:
        for name in ("posts", "ota_pga"):
            path = Path(folder) / "histories" / f"{name}.jsonl"
            yield name, lambda path=path, name=name: worlds.replay(path, name), (0.1, 0.25)
    else:
        print("replays left out: CHECKER_CORPORA is not set")
    yield "news", worlds.news, (0.25, 1.0)
    yield "mixed", worlds.mixed, (0.1, 0.25, 1.0, 4.0)
    yield "noisy", lambda: worlds.mixed(noisy=True), (0.25,)
    yield "outages", lambda: worlds.with_outages(worlds.mixed()), (0.25,)
    yield "host cap", lambda: worlds.with_host_cap(worlds.mixed(), 60), (0.25,)
    yield "hints", lambda: worlds.with_hints(worlds.mixed(), 0.8, 0.9), (0.25,)
    yield "false hints", lambda: worlds.with_hints(worlds.mixed(), 0.5, 0.1), (0.25,)


def main():
    wanted = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    planners = {"ours": Ours} | RIVALS
    hearing = {"deaf": OursDeaf, "at once": OursAtOnce}
    print(f"{'world':<12}{'budget':>7}  " + "".join(f"{name:>17}" for name in planners))
    for name, make, budgets in cells():
        if wanted and name not in wanted:
            continue
        world = make()
        for budget in budgets:
            begun = time.process_time()
            best = min((play(world, kind(world), budget) for kind in REFERENCES), key=_stale)
            row = []
            for kind in planners.values():
                score = play(world, kind(world), budget)
                row.append((score.never - score.stale) / (best.never - best.stale))
            if world.hinted:
                for label, kind in hearing.items():
                    stale = play(world, kind(world), budget).stale
                    print(
                        f"  ours, {label} to hints: {(best.never - stale) / (best.never - best.stale):.3f}"
                    )
            took = time.process_time() - begun
            cells_ = "".join(f"{one:17.3f}" for one in row)
            print(f"{name:<12}{budget:>7}  {cells_}   ({best.checks} checks, {took:.0f} s)")
            sys.stdout.flush()


def _stale(score):
    return score.stale


if __name__ == "__main__":
    main()
