"""Handing on captures, with what was found out about them (``checker archive export``)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from checker.errors import ArchiveError
from checker.model import Memento, Skipped, Standing
from checker.ports import Package
from checker.service.context import Context
from checker.stages.page_line import Role, page_line


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: those named, or all of a source, or all; of these those with ``status``
    ("unchecked": without a verdict). ``every_capture``: not only the copy and the newest one."""

    articles: tuple[int, ...] = ()
    source: str | None = None
    status: str | None = None
    every_capture: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was handed on; ``skipped`` are captures that could not be read."""

    articles: int
    captures: int
    skipped: tuple[Skipped, ...] = ()


def export(
    context: Context,
    selection: Selection,
    package: Package,
    now: datetime,
    step: Callable[[int], None] | None = None,
) -> Exported:
    """Add the selected articles' captures to *package*. Damaged ones are left out and told."""
    articles = captures = 0
    skipped: list[Skipped] = []
    for standing in _selected(context, selection):
        articles += 1
        for memento, role in _captures(context, standing, every=selection.every_capture):
            about = page_line(standing, memento, role, now, context.operation.banner)
            try:
                capture = context.ports.archive.capture(memento)
            except ArchiveError as error:
                place = f"{standing.article.uri} ({memento.memento_datetime:%Y-%m-%d %H:%M})"
                skipped.append(Skipped(place, f"{error.thing}: {error.cause}"))
                continue
            package.add(capture, about)
            captures += 1
        if step is not None:
            step(articles)
    return Exported(articles, captures, tuple(skipped))


def _selected(context: Context, selection: Selection) -> Iterator[Standing]:
    store = context.ports.store
    if selection.articles:
        found: Iterator[Standing] = map(store.standing, selection.articles)
    else:
        found = store.standings(selection.source)
    for standing in found:
        if selection.source is not None and standing.article.source != selection.source:
            continue
        status = standing.verdict.status.value if standing.verdict else "unchecked"
        if selection.status in {None, status}:
            yield standing


def _captures(
    context: Context, standing: Standing, *, every: bool
) -> Iterator[tuple[Memento, Role]]:
    """Each capture once, the copy first, the others from old to new."""
    given = [(standing.copy, Role.COPY), (standing.newest, Role.NEWEST)]
    if every:
        known = context.ports.store.captures(standing.article.id)
        given += [(one, Role.CAPTURE) for one in known]
    seen: set[tuple[datetime, str]] = set()
    for memento, role in given:
        if memento is not None and (key := (memento.memento_datetime, memento.digest)) not in seen:
            seen.add(key)
            yield memento, role
