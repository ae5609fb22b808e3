"""What a terminal's stderr shows while a command works; a pipe or a log gets nothing."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from checker.entry.cli.common import console, counted, lasting
from checker.entry.render.clean import one_line

if TYPE_CHECKING:
    from rich.console import Console

_FORCED = ("FORCE_COLOR", "TTY_COMPATIBLE")  # rich takes anything for a terminal then
_SETTLED = 2.0  # seconds before a rate says anything
_TELLING = 0.005  # share of everything before a rest can be told


def _terminal() -> "Console | None":
    """None where nobody looks, which needs no rich to be known."""
    if not sys.stderr.isatty() and not any(os.environ.get(name) for name in _FORCED):
        return None
    err = console(stderr=True)
    return err if err.is_terminal else None


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar; call it with how many are done."""
    err = _terminal()
    if err is None:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=err, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, _: progress.update(task, completed=done)


@contextmanager
def reading() -> Iterator[Callable[[str, float], None] | None]:
    """One line: how many documents, how fast, how long still, and which was the last."""
    err = _terminal()
    if err is None:
        yield None
        return
    from rich.text import Text

    with err.status(Text("reading …")) as status:
        begun, seen = time.monotonic(), 0

        def step(name: str, share: float) -> None:
            nonlocal seen
            seen += 1
            said = pace(seen, share, time.monotonic() - begun)
            status.update(Text(f"{said}  {one_line(name, 60)}", no_wrap=True, overflow="ellipsis"))

        yield step


def pace(seen: int, share: float, seconds: float) -> str:
    """``"1,200 documents, 240/s, 35% done, 2 minutes left"``; no more than can be known yet."""
    said = f"{counted(seen, 'document')}"
    if seconds < _SETTLED:
        return said
    said += f", {seen / seconds:,.0f}/s" if seen >= seconds else f", {seen / seconds:.1f}/s"
    if _TELLING < share < 1:
        left = lasting(round(seconds * (1 - share) / share))
        said += f", {share:.0%} done, {left} left"
    return said


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None] | None]:
    """One line that counts what is of unknown number."""
    err = _terminal()
    if err is None:
        yield None
        return
    with err.status("reading …") as status:
        yield lambda done: status.update(f"{done:,} {what}")
