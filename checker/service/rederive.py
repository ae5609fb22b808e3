"""Deriving again from the archive what an older version derived, without alarming anyone (trap 4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checker import pipeline
from checker.errors import CheckerError
from checker.model import Comparison, Reading, Standing, Verdict
from checker.service.context import Context
from checker.stages import compare, judge

BATCH = 50  # articles that are claimed, derived and written together


@dataclass(frozen=True, slots=True)
class Rederived:
    """What became of one article: ``differs`` names what is other than stored, before and after;
    ``problem`` says why nothing could be derived."""

    uri: str
    title: str
    differs: tuple[tuple[str, str, str], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which articles, and whether the results are kept."""

    source: str | None = None
    everything: bool = False  # also what the present version derived
    dry_run: bool = False


def rederive(
    context: Context, plan: Plan, progress: Callable[[int, int], None] | None = None
) -> Iterator[Rederived]:
    """Each article that an older version read, compared or judged, as it comes out now.

    Raw captures are read from the archive; no source is asked, no alert is made, no check is
    counted. Articles that another process is checking are left to it: a check derives, too.
    """
    store = context.ports.store
    ids = store.article_ids(plan.source)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        if plan.dry_run:
            yield from _batch(context, plan, tuple(store.standing(one) for one in some))
        else:
            now, lease = context.ports.clock.now(), context.operation.lease
            claimed = store.claim(some, now, lease)
            try:
                yield from _batch(context, plan, claimed)
            finally:
                store.release([one.article.id for one in claimed], now + lease)
        if progress is not None:
            progress(min(start + BATCH, len(ids)), len(ids))


def _batch(context: Context, plan: Plan, standings: tuple[Standing, ...]) -> list[Rederived]:
    results: list[Rederived] = []
    fresh: list[Standing] = []
    for known in standings:
        if not (plan.everything or _outdated(known)):
            continue
        source = context.configured(known.article.source)
        if source is None:
            continue
        now = context.ports.clock.now()
        try:
            after = pipeline.refresh(known, source, context.tools, now, everything=plan.everything)
        except CheckerError as error:
            results.append(Rederived(known.article.uri, known.title, problem=str(error)))
            continue
        fresh.append(after)
        results.append(Rederived(known.article.uri, known.title, differences(known, after)))
    if not plan.dry_run:
        context.ports.store.put_rederived(fresh)
    return results


def _outdated(known: Standing) -> bool:
    """Whether an older version derived any of it."""
    readings = (known.copy_reading, known.newest_reading)
    return (
        any(one is not None and one.version != pipeline.READER_VERSION for one in readings)
        or (known.comparison is not None and known.comparison.version != compare.VERSION)
        or (known.verdict is not None and known.verdict.version != judge.VERSION)
    )


def differences(before: Standing, after: Standing) -> tuple[tuple[str, str, str], ...]:
    """What people would see otherwise, each with its value before and after; versions are none."""
    pairs = (
        *_of_readings("copy", before.copy_reading, after.copy_reading),
        *_of_readings("newest", before.newest_reading, after.newest_reading),
        ("comparison", _change(before.comparison), _change(after.comparison)),
        ("verdict", _status(before.verdict), _status(after.verdict)),
        ("findings", _rules(before.verdict), _rules(after.verdict)),
    )
    return tuple((what, old, new) for what, old, new in pairs if old != new)


def _of_readings(
    which: str, before: Reading | None, after: Reading | None
) -> Iterator[tuple[str, str, str]]:
    said = [_said(one) for one in (before, after)]
    for name in said[0] | said[1]:
        yield f"{which}: {name}", said[0].get(name, ""), said[1].get(name, "")


def _said(reading: Reading | None) -> dict[str, str]:
    if reading is None:
        return {}
    dates = {"published": reading.dates.published, "modified": reading.dates.modified}
    return {
        "title": reading.title,
        "language": reading.language or "",
        **{name: one.earliest.isoformat() if one else "" for name, one in dates.items()},
        "notices": ", ".join(sorted(one.kind.value for one in reading.notices)),
        "words": str(reading.words),
        "problem": reading.problem,
    }


def _change(comparison: Comparison | None) -> str:
    return comparison.change.value if comparison is not None else ""


def _status(verdict: Verdict | None) -> str:
    return verdict.status.value if verdict is not None else ""


def _rules(verdict: Verdict | None) -> str:
    findings = verdict.findings if verdict is not None else ()
    return ", ".join(sorted(f"{one.rule.value} ({one.severity.value})" for one in findings))
