"""How long an HTML report takes to write, to open in a browser, to filter and to sort.

python -m benchmarks.report_speed [DOCUMENTS…]

Each file is opened by the system's Chromium from the disk, in a tab of its own, several times; the
median is printed. A time runs until the picture that shows its result has been drawn; "cpu" is the time
that the tab's main thread has worked until the report is usable, which a busy machine does not change.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from checker.entry.render import to_html
from tests.made_reports import made

TRIES = 5
# When the first frame after the script has been drawn: the tools are in their place and work.
READY = """addEventListener('DOMContentLoaded', () => requestAnimationFrame(() => setTimeout(() => {
  window.usable = performance.now();
})))"""
OPENED = """() => new Promise(resolve => {
  const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
  const wait = () => window.usable === undefined || paint() === undefined
    ? setTimeout(wait, 5) : resolve([paint(), window.usable]);
  wait();
})"""
# From the key or click to the frame after its effect (the field waits for the typist to pause).
USED = """([name, value, kind]) => new Promise(resolve => {
  const field = document.getElementById(name), begun = performance.now();
  new MutationObserver((changes, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
  }).observe(document.getElementById('shown'), {childList: true});
  field.value = value;
  field.dispatchEvent(new Event(kind, {bubbles: true}));
})"""
STEPS = (("words", "winter", "input"), ("rule", "source-changed", "change"), ("order", "oldest", "change"))  # fmt: skip


def main() -> None:
    counts = [int(one) for one in sys.argv[1:]] or [1, 10, 1_000, 10_000]
    print(
        "documents       file     written  first paint   usable        cpu      words       rule      order"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        for count in counts:
            print(_row(browser, Path(folder) / "report.html", count), flush=True)
        browser.close()


def _row(browser: Browser, path: Path, count: int) -> str:
    report = made(count)
    begun = time.process_time()
    path.write_text(to_html(report), encoding="utf-8")
    written = time.process_time() - begun
    taken = [_opened(browser, path) for _ in range(TRIES)]
    times = [median(times) for times in zip(*taken, strict=True)]
    size = path.stat().st_size / 1e6
    return f"{count:>9,} {size:6.2f} MB {written:8.2f} s" + "".join(
        f" {one:7.0f} ms" for one in times
    )


def _opened(browser: Browser, path: Path) -> list[float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(READY)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    opened = page.evaluate(OPENED)
    worked = {
        one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]
    }
    times = [
        *opened,
        1000 * worked["TaskDuration"],
        *(page.evaluate(USED, list(step)) for step in STEPS),
    ]
    page.close()
    return times


if __name__ == "__main__":
    main()
