"""How long a newcomer waits: from a fresh clone to the first mail, and for the whole demo.

    python benchmarks/first_run.py        (or: make bench-first-run)

Clones this checkout into a temporary folder and does what README says. Uses the package index.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT = 300.0


def timed(label: str, command: list[str], folder: Path) -> None:
    start = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    print(f"{label:<34}{time.monotonic() - start:6.1f} s")


def first_mail(folder: Path) -> None:
    """Start the daemon on a port of its own, so that one that runs here is not in the way."""
    config = folder / "config" / "checker.toml"
    config.write_text(re.sub(r"sample:\d+", "sample:8917", config.read_text()))
    start = time.monotonic()
    with subprocess.Popen([".venv/bin/checker", "run"], cwd=folder, stderr=subprocess.PIPE) as run:
        while not list((folder / "var" / "mail").glob("*.eml")):
            if time.monotonic() - start > LIMIT:
                run.kill()
                sys.exit("no mail came")
            time.sleep(0.1)
        print(f"{'start to the first mail':<34}{time.monotonic() - start:6.1f} s")
        run.terminate()
        run.communicate()


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        timed("install (make .venv/.run)", ["make", "--silent", ".venv/.run"], folder)
        first_mail(folder)
        timed("make demo", ["make", "--silent", "demo"], folder)


if __name__ == "__main__":
    main()
