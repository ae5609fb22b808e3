"""What a terminal's stderr shows while a command works; a pipe or a log gets nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from checker.entry.cli.common import console


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar; call it with how many are done."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield None
        return
    from rich.progress import Progress

    with Progress(console=err, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done, _: progress.update(task, completed=done)


@contextmanager
def reading() -> Iterator[Callable[[str], None] | None]:
    """One line that says what is being read, and how many were before it."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield None
        return
    from rich.text import Text

    from checker.entry.render.clean import one_line

    seen = 0
    with err.status(Text("reading …")) as status:

        def step(name: str) -> None:
            nonlocal seen
            seen += 1
            status.update(Text(f"{seen:,}  {one_line(name, 60)}"))

        yield step
