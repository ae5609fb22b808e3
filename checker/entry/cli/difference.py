"""Comparisons for the terminal: words taken out and put in, in colour and in brackets."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checker.entry.render.clean import one_line
from checker.entry.render.differences import Compared, Diff, Side, explained, remarks
from checker.entry.render.json_report import comparison_data
from checker.model import Change, Edit
from checker.stages.compare import Mark, Segment, segments

_STYLES = {
    Change.IDENTICAL: "green",
    Change.COSMETIC: "green",
    Change.MINOR: "yellow",
}
_MARKS = {
    Mark.SAME: ("{}", ""),
    Mark.REMOVED: ("[-{}-]", "red strike"),
    Mark.ADDED: ("{{+{}+}}", "green"),
}
_MOST_EDITS = 50
_AROUND = 80  # characters that are shown on each side of a change
_LONGEST = 600  # characters of one change


def diff_data(diff: Diff) -> dict[str, Any]:
    """One comparison as in the report's schema, with its sides; several as a list of them."""
    if not diff.several:
        return _pair_data(diff.pairs[0])
    return {
        "pages": [_pair_data(one) for one in diff.pairs],
        "missing": [{"name": name, "where": where} for name, where in diff.missing],
        "same": diff.same,
        "skipped": [{"name": one.name, "reason": one.reason} for one in diff.skipped],
    }


def _pair_data(pair: Compared) -> dict[str, Any]:
    found = comparison_data(pair.comparison)
    assert found is not None
    return {
        "name": pair.name,
        "before": _side_data(pair.before),
        "after": _side_data(pair.after),
        **found,
    }


def _side_data(side: Side) -> dict[str, Any]:
    when = side.captured_at
    return {"name": side.name, "captured_at": when and when.isoformat().replace("+00:00", "Z")}


def print_diff(console: Console, diff: Diff) -> None:
    """One comparison in full; of several those that differ, then the numbers."""
    for pair in diff.pairs:
        if diff.several and pair.comparison.change is Change.IDENTICAL:
            continue
        if diff.several:
            console.print(Text(one_line(pair.name), "bold"))
        print_pair(console, pair)
        if diff.several:
            console.print()
    for name, where in diff.missing[:_MOST_EDITS]:
        console.print(Text.assemble((where, "bold"), f"  {one_line(name)}"))
    if diff.several:
        console.print(Text(diff.counts))


def print_pair(console: Console, pair: Compared) -> None:
    """The class, then each edit; nothing relies on colour alone."""
    comparison = pair.comparison
    style = _STYLES.get(comparison.change, "red")
    console.print(
        Text.assemble((comparison.change.value, f"bold {style}"), f"  {explained(comparison)}")
    )
    for label, side in (("before", pair.before), ("after", pair.after)):
        console.print(Text(f"  {label:<7}{one_line(side.label, 300)}", "dim"))
    for line, quote in remarks(comparison):
        console.print(Text(f"  {line} “{quote}”" if quote else f"  {line}"))
    for edit in comparison.edits[:_MOST_EDITS]:
        console.print()
        console.print(Text(f"  {edit.block.value}{f' ({edit.why})' if edit.why else ''}", "dim"))
        console.print(Padding(_words(edit), (0, 0, 0, 4)))
    if len(comparison.edits) > _MOST_EDITS:
        console.print(Text(f"\n  and {len(comparison.edits) - _MOST_EDITS:,} more; --json has all"))


def _words(edit: Edit) -> Text:
    """``[-old-] {+new+}`` with the words around them, like ``git diff --word-diff``."""
    text = Text()
    last = Mark.SAME
    for one in _shortened(segments(one_line(edit.before), one_line(edit.after))):
        form, style = _MARKS[one.mark]
        gap = " " if (last, one.mark) == (Mark.REMOVED, Mark.ADDED) else ""
        text.append(gap).append(form.format(one.text), style)
        last = one.mark
    return text


def _shortened(found: tuple[Segment, ...]) -> Iterator[Segment]:
    """What stays is shown near a change only."""
    for at, one in enumerate(found):
        if one.mark is not Mark.SAME:
            cut = "…" if len(one.text) > _LONGEST else ""
            yield Segment(one.mark, one.text[:_LONGEST] + cut)
            continue
        after, before = at > 0, at < len(found) - 1
        if len(one.text) <= _AROUND * (after + before):
            yield one
            continue
        head = f"{_head(one.text)} " if after else ""
        tail = f" {_head(one.text[::-1])[::-1]}" if before else ""
        yield Segment(Mark.SAME, f"{head}…{tail}")


def _head(text: str) -> str:
    """Whole words, up to ``_AROUND`` characters; a part of a word that is longer."""
    words = text[: _AROUND + 1].rpartition(" ")[0].rstrip()
    return words or text[:_AROUND]
