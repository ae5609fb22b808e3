"""Rows for a terminal: columns where they fit, cut where that is bearable, else one block a row."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.entry.render.clean import one_line

Row = Sequence[str]

_GAP = 2
_LEAST = 12  # columns: what is cut to fewer tells nothing
_WHOLE = 16  # columns: what has no more, an instant say, is not cut at all
_INDENT = 2


def print_rows(console: Console, header: Row, rows: Sequence[Row]) -> None:
    """Print *rows* below their *header*; nothing is left out for want of room."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = fitted([header, *cells], console.width)
    if widths is None:
        for row in cells:
            print_facts(console, list(zip(header, row, strict=True)), "bold")
            console.print()
        return
    table = Table(box=None, padding=(0, _GAP, 0, 0), header_style="bold", expand=False)
    for name, width in zip(header, widths, strict=True):
        table.add_column(Text(name), no_wrap=True, width=width)
    for row in cells:
        table.add_row(*(Text(cut(cell, width)) for cell, width in zip(row, widths, strict=True)))
    console.print(table)


def print_facts(console: Console, facts: Sequence[tuple[str, str]], style: str = "") -> None:
    """Print names and values, what is longer than a line below its beginning."""
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=max(cell_len(name) for name, _ in facts), no_wrap=True, style=style)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(Text(name), Text(one_line(value)))
    console.print(Padding(grid, (0, 0, 0, _INDENT)))


def fitted(rows: Sequence[Row], width: int) -> list[int] | None:
    """A width for each column, the widest cut first; None where one would have to be cut to less
    than can be read."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = width - _GAP * len(widths)
    least = [one if one <= _WHOLE else _LEAST for one in widths]
    if sum(least) > room:
        return None
    while sum(widths) > room:
        loose = (n for n, one in enumerate(widths) if one > least[n])
        widths[max(loose, key=widths.__getitem__)] -= 1
    return widths


def cut(cell: str, width: int) -> str:
    """*cell* in *width* columns; of an address or a path rather the end is kept."""
    if cell_len(cell) <= width:
        return cell
    room = width - 1
    head = room // 3 if "/" in cell and " " not in cell else room
    start, end = cell[:head], cell[len(cell) - room + head :]
    while cell_len(start) > head:
        start = start[:-1]
    while cell_len(end) > room - head:
        end = end[1:]
    return f"{start}…{end}"
