"""Comparisons worded and laid out for people: one value that terminal, JSON and HTML read."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from checker.entry.render.clean import one_line
from checker.model import CHANGE_ORDER, Change, Comparison, Skipped
from checker.stages.compare import Rows

_QUOTE = 400
_QUIET = 4  # unchanged rows in a run: from so many on they are folded away
_AROUND = 1  # unchanged rows that stay in sight beside a change

MEANING = {
    Change.IDENTICAL: "nothing that anybody edited differs",
    Change.COSMETIC: "only the page around the text differs",
    Change.MINOR: "the wording differs; no fact is touched",
    Change.SUBSTANTIVE: "facts differ",
    Change.CORRECTED: "the newer version bears a correction",
    Change.RETRACTED: "the newer version is retracted or withdrawn",
    Change.REPLACED: "another page stands in its place",
}


@dataclass(frozen=True, slots=True)
class Side:
    """What was compared: where it was found, and when it was captured, if that is known."""

    name: str
    captured_at: datetime | None = None
    title: str = ""

    @property
    def label(self) -> str:
        when = f", captured {self.captured_at:%Y-%m-%d %H:%M} UTC" if self.captured_at else ""
        return f"{self.name}{when}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions of one page, what differs, and both texts aligned."""

    name: str
    before: Side
    after: Side
    comparison: Comparison
    rows: Rows

    @property
    def headline(self) -> str:
        return one_line(self.after.title or self.before.title or self.name, 200)


@dataclass(frozen=True, slots=True)
class Diff:
    """All that one call compared. ``missing`` are pages that one side alone has, and which;
    ``same`` counts pages whose bytes are the same, which are not in ``pairs``."""

    pairs: tuple[Compared, ...]
    missing: tuple[tuple[str, str], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    same: int | None = None  # None: one page was compared with one page

    @property
    def several(self) -> bool:
        return self.same is not None

    @property
    def counts(self) -> str:
        """``"3 pages: 1 substantive, 2 identical; 1 on one side only"``."""
        seen = Counter(pair.comparison.change for pair in self.pairs)
        seen[Change.IDENTICAL] += self.same or 0
        order = reversed(CHANGE_ORDER)
        listed = ", ".join(f"{seen[one]:,} {one.value}" for one in order if seen[one])
        total = seen.total()
        text = f"{total:,} page{'' if total == 1 else 's'}{': ' if listed else ''}{listed}"
        return f"{text}; {len(self.missing):,} on one side only" if self.missing else text


def explained(comparison: Comparison) -> str:
    """What the class means, and how much of the words stayed."""
    said = MEANING[comparison.change]
    title = "; the headline changed" if comparison.title_changed else ""
    return f"{said}; {share(comparison.similarity)} of the words are the same{title}"


def share(similarity: float) -> str:
    """Never 100 % where something differs: ``99.9 %`` is cut, not rounded."""
    if similarity >= 1.0:
        return "100%"
    return f"{int(similarity * 100)}%" if similarity < 0.99 else f"{int(similarity * 1000) / 10}%"


def remarks(comparison: Comparison) -> list[tuple[str, str]]:
    """What else is to be said: a line, and what it quotes ("" for nothing)."""
    found: list[tuple[str, str]] = []
    if comparison.notice is not None:
        found.append(("new notice:", one_line(comparison.notice.quote, _QUOTE)))
    if comparison.corrected is not None:
        found.append(("which corrects:", one_line(comparison.corrected.before, _QUOTE)))
        if comparison.corrected.after != comparison.corrected.before:
            found.append(("which says now:", one_line(comparison.corrected.after, _QUOTE)))
    odd = comparison.replacement
    if odd is not None:
        which = "the older page is another:" if odd.direction == "recovered" else "another page:"
        found.append((f"{which} {odd.kind.value}", one_line(odd.quote, _QUOTE)))
    if comparison.noise:
        found.append((f"set aside: {one_line(', '.join(comparison.noise), _QUOTE)}", ""))
    stamps = comparison.stamps
    if stamps.moved and stamps.before is not None and stamps.after is not None:
        days = f"{stamps.before.earliest:%Y-%m-%d} to {stamps.after.earliest:%Y-%m-%d}"
        found.append((f"the page's own date moved from {days}", ""))
    if comparison.cut:
        found.append(("too long to be compared to the end: what is left counts as changed", ""))
    return found


def folded_away(changed: list[bool]) -> list[bool]:
    """Which rows are folded away: long runs of unchanged ones, but for those beside a change."""
    near = [
        any(changed[max(0, at - _AROUND) : at + _AROUND + 1]) or at == 0
        for at in range(len(changed))
    ]
    quiet = [not one for one in near]
    start = 0
    for at in range(len(quiet) + 1):
        if at < len(quiet) and quiet[at]:
            continue
        if at - start < _QUIET:
            quiet[start:at] = [False] * (at - start)
        start = at + 1
    return quiet
