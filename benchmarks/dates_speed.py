"""CPU of ``extract_dates`` a page beside htmldate's, each in a process of its own.

pip install -e .[bench]
CHECKER_CORPORA=… python benchmarks/dates_speed.py [hd_default|fundus|traf_segments …]

htmldate's caches would flatter a second caller in its process. ``published`` is the call and
reading that stamp; ``all`` also reads modified, bounds, conflicts and all evidence, which a page's
own data do not decide. Each page is read once, as a user's is: a second pass would measure caches.
The first pages of another set warm up and are not counted.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.dates_quality import rows_of
from checker.model import DateKind
from checker.stages import dates, page

WARM_UP = 40
DATES = {"original_date": True, "extensive_search": True}


def published(html: str, url: str) -> object:
    return import_module("checker").extract_dates(html, url).published


def everything(html: str, url: str) -> object:
    found = import_module("checker").extract_dates(html, url)
    return found.published, found.modified, found.evidence


def htmldate(html: str, url: str) -> object:
    return import_module("htmldate").find_date(html, url=url, **DATES)


EXTRACTORS: dict[str, Callable[[str, str], object]] = {
    "published": published,
    "all": everything,
    "htmldate": htmldate,
}


def spent(extractor: str, name: str) -> list[float]:
    """Milliseconds of each page."""
    call, times = EXTRACTORS[extractor], []
    for row in rows_of("fundus" if name != "fundus" else "hd_default")[:WARM_UP]:
        call(row["html"], row["url"])
    for row in rows_of(name):
        started = time.process_time()
        call(row["html"], row["url"])
        times.append((time.process_time() - started) * 1000)
    return times


def by_own_data(name: str) -> str:
    """How many pages are read without laying them out: their own data decide."""
    rows, alone = rows_of(name), 0
    for row in rows:
        read = page.decoded(row["html"], None)
        outline = None if isinstance(read, page.Unreadable) else page.outline(read, row["url"])
        if outline is not None:
            alone += DateKind.PUBLISHED in dates.certain(outline, outline.source)
    return f"{name:14} {alone} of {len(rows)} pages ({alone / len(rows):.2f}) decided by their own data"


def shown(name: str, extractor: str, times: list[float], rival: list[float]) -> str:
    ordered, mean = sorted(times), sum(times) / len(times)
    at = [ordered[int(len(ordered) * part)] for part in (0.1, 0.25, 0.5, 0.75, 0.9)]
    share = mean / (sum(rival) / len(rival))
    median = at[2] / sorted(rival)[len(rival) // 2]
    return (
        f"{name:14} {extractor:10}" + "".join(f"{one:7.2f}" for one in at) + f"{mean:8.2f}"
        f"{share:9.2f}{median:9.2f}"
    )


def main(names: list[str]) -> None:
    print(
        f"{'CPU ms a page':25}    10%    25%    50%    75%    90%    mean  of mean of median (htmldate)"
    )
    for name in names:
        times = {}
        for extractor in EXTRACTORS:
            code = f"from benchmarks.dates_speed import *; print(json.dumps(spent({extractor!r}, {name!r})))"
            done = subprocess.run(
                [sys.executable, "-c", code],
                check=True,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parent.parent,
                env=os.environ,
            )
            times[extractor] = json.loads(done.stdout)
        for extractor, one in times.items():
            print(shown(name, extractor, one, times["htmldate"]))
        print(by_own_data(name))


if __name__ == "__main__":
    main(sys.argv[1:] or ["hd_default", "fundus", "traf_segments"])
