"""What an audit of a folder costs again when nothing changed, beside `sha256sum` of the same files.

    python -m benchmarks.folder_again [COPIES]

The folder holds the pages of aeb, fundus and hd_default, COPIES times over (default 4). CPU is that of
the command and of all processes that it waits for; its start is measured by an audit of one such file.
"""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.audit_speed import measured, pages


def command(*words: str) -> None:
    """The command as users call it."""
    fixed = ("--offline", "--as-of", "2026-11-24", "--fail-on", "never", "--quiet")
    subprocess.run([sys.executable, "-m", "checker", "audit", *words, *fixed], check=True)


def main(copies: int) -> None:
    load = os.getloadavg()[0]
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} before the start")
    with tempfile.TemporaryDirectory() as place:
        folder, one = Path(place, "folder"), Path(place, "one")
        kept = ("--cache", str(Path(place, "kept")))
        count = size = 0
        for number in range(copies):
            (folder / f"{number}").mkdir(parents=True)
            for page, (_, body) in enumerate(pages()):
                (folder / f"{number}" / f"{page}.html").write_bytes(body)
                count, size = count + 1, size + len(body)
        one.mkdir()
        (one / "1.html").write_bytes((folder / "0" / "1.html").read_bytes())
        print(f"{count:,} files, {size / 1e6:.0f} MB; CPU seconds")
        command(str(folder), *kept)
        line = f"find {folder} -type f -print0 | xargs -0 sha256sum > {os.devnull}"
        hashed, _ = measured(lambda: subprocess.run(line, shell=True, check=True))
        started, _ = measured(lambda: command(str(one), *kept))
        again, _ = measured(lambda: command(str(folder), *kept))
    print(f"{'sha256sum':38} {hashed:8.2f}")
    print(f"{'audited again':38} {again:8.2f}   {again / hashed:.1f} x (goal: 2 x)")
    print(f"{'of it: the start, with one file':38} {started:8.2f}")
    rest = again - started
    print(
        f"{'of it: the files':38} {rest:8.2f}   {rest / hashed:.1f} x, {rest * 1e3 / count:.2f} ms a file"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4)
