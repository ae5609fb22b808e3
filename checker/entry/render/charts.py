"""The two pictures of the HTML report as numbers: bars with their places, drawn by the template."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checker.entry.render.wording import ORDER
from checker.model import AuditItem, DateEvidence, Report, Status

WIDTH = 720
HEIGHT = 180
_TOP, _BOTTOM, _LEFT = 18, 30, 8
_WIDEST = 72.0  # of a bar
_FEWEST = 3  # documents: of fewer there is nothing to see
_MOST_BARS = 40  # years of a timeline; before them stands "earlier"
_DAYS = (
    (31, "1 month"),
    (92, "3 months"),
    (183, "6 months"),
    (366, "1 year"),
    (731, "2 years"),
    (1827, "5 years"),
    (3653, "10 years"),
)


@dataclass(frozen=True, slots=True)
class Part:
    status: Status
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    total: int
    x: float
    width: float
    parts: tuple[Part, ...]

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def top(self) -> float:
        return min((part.y for part in self.parts), default=float(HEIGHT - _BOTTOM))

    @property
    def said(self) -> str:
        parts = ", ".join(f"{part.count:,} {part.status.value}" for part in self.parts)
        return f"{self.label}: {self.total:,}{f' ({parts})' if parts else ''}"


@dataclass(frozen=True, slots=True)
class Chart:
    id: str
    title: str
    bars: tuple[Bar, ...]
    sparse: int  # a label under every so many bars


def newest(item: AuditItem) -> DateEvidence | None:
    """The date that its age counts from."""
    dates = [date for date in (item.reading.dates.published, item.reading.dates.modified) if date]
    return max(dates, key=lambda date: date.latest) if dates else None


def charts(report: Report) -> tuple[Chart, ...]:
    """Ages, and the years of the newest dates; none for a report of hardly any documents."""
    if len(report.items) < _FEWEST:
        return ()
    found = [(newest(item), item.verdict.status) for item in report.items]
    ages = [(_age(date, report.as_of), status) for date, status in found]
    labels = [*(f"≤ {name}" for _, name in _DAYS), "older", "no date"]
    years = [(str(date.latest.year) if date else "", status) for date, status in found]
    known = sorted({int(year) for year, _ in years if year})
    drawn = [_chart("ages", "Age of the documents", labels, ages)]
    if known:
        first = max(known[0], known[-1] - _MOST_BARS + 1)
        columns = [str(year) for year in range(first, known[-1] + 1)]
        early = "earlier"
        placed = [(year if int(year) >= first else early, s) for year, s in years if year]
        columns = [early, *columns] if known[0] < first else columns
        drawn.append(_chart("years", "Year of the newest date", columns, placed))
    return tuple(drawn)


def _age(date: DateEvidence | None, as_of: datetime) -> str:
    if date is None:
        return "no date"
    days = (as_of - date.latest).days
    return next((f"≤ {name}" for limit, name in _DAYS if days <= limit), "older")


def _chart(name: str, title: str, labels: list[str], found: Iterable[tuple[str, Status]]) -> Chart:
    counted = Counter(found)
    labels = _trimmed(labels, {label for label, _ in counted})
    totals = {label: sum(counted[label, status] for status in ORDER) for label in labels}
    scale = (HEIGHT - _TOP - _BOTTOM) / max(1, *totals.values())
    step = (WIDTH - 2 * _LEFT) / len(labels)
    wide = min(step * 0.8, _WIDEST)
    bars = tuple(
        Bar(
            label,
            totals[label],
            round(_LEFT + (number + 0.5) * step - wide / 2, 1),
            round(wide, 1),
            _parts([(status, counted[label, status]) for status in ORDER], scale),
        )
        for number, label in enumerate(labels)
    )
    return Chart(name, title, bars, max(1, round(len(labels) / 14)))


def _trimmed(labels: list[str], used: set[str]) -> list[str]:
    """Without the empty ones at both ends."""
    places = [number for number, label in enumerate(labels) if label in used]
    return labels[places[0] : places[-1] + 1]


def _parts(counts: list[tuple[Status, int]], scale: float) -> tuple[Part, ...]:
    """Stacked, worst at the bottom."""
    parts: list[Part] = []
    floor = float(HEIGHT - _BOTTOM)
    for status, count in counts:
        if count:
            height = round(count * scale, 1)
            floor = round(floor - height, 1)
            parts.append(Part(status, count, floor, height))
    return tuple(parts)
