"""What putting banners on costs, beside copying the same files and beside BeautifulSoup.

python -m benchmarks.banner_speed [PAGES] [FOLDER]

All loops take each page in turn and write it with the same temporary file, fsync, rename and fsync
of the folder, so that a busy machine or disk slows them alike. Verdicts are known: each banner is
rendered, its place found, the page signed and written. FOLDER is where the trees are made.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

from bs4 import BeautifulSoup

from checker.adapters.atomic import write_atomic
from checker.adapters.banner_files import InPlace, OutputTree
from checker.model import BannerRules, Skipped
from checker.stages.banner import Keyring, bearing, render, samples, splice, strip

K = TypeVar("K")
KEYS = Keyring((b"k" * 32,))
NOTICE = next(samples("en", datetime(2026, 11, 24, tzinfo=UTC), BannerRules())).banner
PARAGRAPH = (
    '<div class="c-{n}"><p>The council met again on the matter of the bridge, and <a href="/a/{n}">'
    "what it said</a> is told here &ndash; with <em>care</em>.</p></div>\n"
)


def page(number: int, size: int = 80_000) -> bytes:
    """About 80 kB: scripts and navigation first, then the article, as in real pages."""
    menu = "".join(f'<li><a href="/s/{n}">Section {n}</a></li>\n' for n in range(60))
    head = (
        f"<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8><title>Page {number}</title>"
        f"<script>var a = {list(range(2500))};</script><style>{'p { margin: 0 }' * 200}</style>"
        f"</head>\n<body><nav><ul>{menu}</ul></nav>\n<main><article><header><h1>Page {number}</h1>"
        "</header>\n"
    )
    parts, length, n = [head], len(head), 0
    while length < size:
        parts.append(PARAGRAPH.format(n=n))
        length, n = length + len(parts[-1]), n + 1
    return "".join([*parts, "</article></main></body></html>\n"]).encode()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(dir=folder) as name:
        disk(Path(name), count)
    memory(count)


def disk(base: Path, count: int) -> None:
    root = base / "archive"
    root.mkdir()
    bodies = {f"{n:05}.html": page(n) for n in range(count)}
    for name, body in bodies.items():
        (root / name).write_bytes(body)
    inside = base / "inside"
    shutil.copytree(root, inside)
    for name in ("copied", "soup"):
        (base / name).mkdir()
    tree, place = OutputTree(root, base / "out", KEYS), InPlace(inside, KEYS)

    def copy(name: str) -> None:
        write_atomic(base / "copied" / name, (root / name).read_bytes())

    def soup(name: str) -> None:
        write_atomic(base / "soup" / name, souped((root / name).read_bytes()))

    def put(sink: OutputTree | InPlace) -> Callable[[str], None]:
        def one(name: str) -> None:
            done = sink.apply(Path(name), NOTICE, render(NOTICE))
            if isinstance(done, Skipped):
                raise SystemExit(done.reason)

        return one

    loops = {
        "copy loop": copy,
        "apply --output": put(tree),
        "apply --in-place": put(place),
        "apply again, nothing changed": put(tree),
        "BeautifulSoup loop": soup,
    }
    wall, cpu = timed(loops, list(bodies))
    print(
        f"{count} pages of {len(bodies['00000.html']):,} bytes; fsync, rename, fsync of the folder"
    )
    print(f"{'':30}{'pages/s':>9}{'CPU ms':>9}{'speed x copy':>14}{'speed x soup':>14}")
    for name in loops:
        print(
            f"{name:30}{1 / wall[name]:9,.0f}{cpu[name] * 1e3:9.2f}"
            f"{wall['copy loop'] / wall[name]:14.2f}{wall['BeautifulSoup loop'] / wall[name]:14.1f}"
        )


def memory(count: int) -> None:
    bodies = [page(n) for n in range(min(count, 100))]
    fragment = render(NOTICE)
    flagged = [splice(body, fragment, KEYS) for body in bodies]
    steps: dict[str, Callable[[int], object]] = {
        "render": lambda _: render(NOTICE),
        "splice": lambda n: splice(bodies[n], fragment, KEYS),
        "strip": lambda n: strip(flagged[n], KEYS),
        "bearing": lambda n: bearing(flagged[n], KEYS),
        "BeautifulSoup": lambda n: souped(bodies[n]),
    }
    _, cpu = timed(steps, list(range(len(bodies))))
    print("\nin memory, CPU per page")
    for name in steps:
        print(f"{name:30}{cpu[name] * 1e6:9,.0f} µs")
    ratio = cpu["BeautifulSoup"] / (cpu["splice"] + cpu["render"])
    print(f"{'render and splice':30}{ratio:9.0f} x as fast as BeautifulSoup")


def timed(
    loops: Mapping[str, Callable[[K], object]], keys: Sequence[K]
) -> tuple[dict[str, float], dict[str, float]]:
    """Median wall and CPU seconds of each loop, all of them at each key in turn."""
    wall: dict[str, list[float]] = {name: [] for name in loops}
    cpu: dict[str, list[float]] = {name: [] for name in loops}
    for key in keys:
        for name, loop in loops.items():
            begun, spent = time.perf_counter(), time.process_time()
            loop(key)
            wall[name].append(time.perf_counter() - begun)
            cpu[name].append(time.process_time() - spent)
    return (
        {name: median(of) for name, of in wall.items()},
        {n: median(of) for n, of in cpu.items()},
    )


def souped(body: bytes) -> bytes:
    """What one would write: parse, insert before the headline, serialise."""
    tree = BeautifulSoup(body, "html.parser")
    tree.h1.insert_before(BeautifulSoup(render(NOTICE), "html.parser"))
    return tree.encode()


if __name__ == "__main__":
    main()
