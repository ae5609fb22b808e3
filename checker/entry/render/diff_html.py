"""Comparisons as one self-contained HTML file: side by side or inline, no script, for print, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from markupsafe import Markup

from checker.entry.render.clean import clean
from checker.entry.render.differences import (
    Compared,
    Diff,
    explained,
    folded_away,
    remarks,
)
from checker.entry.render.templates import template
from checker.model import Change
from checker.stages.compare import Mark, Row, Segment, folded

_MILD = {Change.IDENTICAL: "good", Change.COSMETIC: "good", Change.MINOR: "mild"}
_MARKS = {
    Mark.SAME: Markup("{}"),
    Mark.REMOVED: Markup("<del>{}</del>"),
    Mark.ADDED: Markup("<ins>{}</ins>"),
}
_ONE = Markup('<div class="row {kind}{changed}">{why}{text}</div>\n')
_TWO = Markup(
    '<div class="row two {kind}{changed}">{why}'
    '<div class="cell"><span class="label">Before</span>{before}</div>'
    '<div class="cell"><span class="label">After</span>{after}</div></div>\n'
)
_WHY = Markup('<span class="why">{}</span> ')


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows that are shown together; ``quiet`` ones are folded away."""

    quiet: bool
    rows: tuple[tuple[Row, str], ...]


def to_html(diff: Diff, tool: str, *, inline: bool = False) -> str:
    """The whole of both texts, with unchanged parts folded away."""
    name = "" if diff.several else diff.pairs[0].headline
    return (
        template("diff.html.j2").render(
            title=f"What changed: {name}" if name else "What changed",
            pairs=diff.pairs,
            several=diff.several,
            missing=diff.missing,
            counts=diff.counts,
            side_by_side=not inline,
            tool=tool,
            tone=lambda change: _MILD.get(change, "bad"),
            explain=explained,
            remarks=remarks,
            groups=_groups,
            shown=partial(_shown, inline=inline),
        )
        + "\n"
    )


def _groups(pair: Compared) -> Iterator[_Group]:
    rows = pair.rows.rows
    quiet = folded_away([row.changed for row in rows])
    whys = [(edit.after or edit.before, edit.why) for edit in pair.comparison.edits if edit.why]
    labelled = [(row, _why(row, whys)) for row in rows]
    numbered = groupby(range(len(rows)), key=lambda at: quiet[at])
    for away, places in numbered:
        yield _Group(away, tuple(labelled[at] for at in places))


def _why(row: Row, whys: list[tuple[str, str]]) -> str:
    """What makes a change of this row matter, or that it only stands elsewhere now."""
    if row.moved:
        return "moved"
    if not row.changed:
        return ""
    said = folded("".join(one.text for one in row.after or row.before))
    text = f" {' '.join(said)} "
    for quote, why in whys:
        if f" {' '.join(folded(quote))} " in text:
            return why
    return ""


def _shown(labelled: tuple[Row, str], *, inline: bool) -> Markup:
    row, why = labelled
    changed = " changed" if row.changed else ""
    label = _WHY.format(why) if why else Markup()
    if inline:
        text = _marked(row.segments)
        return _ONE.format(kind=row.kind.value, changed=changed, why=label, text=text)
    return _TWO.format(
        kind=row.kind.value,
        changed=changed,
        why=label,
        before=_marked(row.before),
        after=_marked(row.after),
    )


def _marked(segments: tuple[Segment, ...]) -> Markup:
    return Markup().join(_MARKS[one.mark].format(clean(one.text)) for one in segments)
