"""A comparison for the terminal: words taken out and put in, in colour and in brackets."""

import difflib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from checker.entry.render.clean import one_line
from checker.entry.render.json_report import comparison_data
from checker.errors import TargetError
from checker.model import Change, Comparison, Document, Edit, Skipped, Version

if TYPE_CHECKING:
    from checker.service import Auditor

__all__ = ["comparison_data", "print_comparison", "version_of"]

_STYLES = {
    Change.IDENTICAL: "green",
    Change.COSMETIC: "green",
    Change.MINOR: "yellow",
}
_MOST_WORDS = 400  # of one block: the word diff is quadratic, and nobody reads more
_MOST_EDITS = 50


def version_of(auditor: "Auditor", target: str) -> Version:
    """*target*, a file or URL with one readable page, as a side of a comparison."""
    from checker.pipeline import read

    remedy = "Name one page: a file or a URL."
    found = tuple(islice(_documents(auditor, target), 2))
    if len(found) != 1:
        cause = "there is more than one document in it" if found else "there is no document in it"
        raise TargetError(target, cause, remedy)
    document = found[0]
    if isinstance(document, Skipped):
        raise TargetError(target, document.reason, remedy)
    reading, version = read(
        document.representation,
        uri=document.uri,
        now=auditor.clock.now(),
        headers=document.headers,
        captured_at=document.captured_at,
    )
    if reading.problem:
        raise TargetError(target, reading.problem, remedy)
    return version


def _documents(auditor: "Auditor", target: str) -> Iterator[Document | Skipped]:
    """What *target* holds; a URL is fetched as the page that it is, feed or not."""
    from checker.model import FetchFailure, Representation, Request, digest_of
    from checker.service.audit import AUDIT
    from checker.stages.ask import content_type

    if "://" not in target:
        yield from auditor.shelf.open(Path(target), None)
        return
    answer = auditor.http.fetch(Request(target, source=AUDIT))
    if isinstance(answer, FetchFailure):
        yield Skipped(target, answer.detail)
    elif answer.status != 200:
        yield Skipped(target, f"HTTP {answer.status}")
    else:
        media_type, charset = content_type(answer.headers)
        body = Representation(media_type, charset, answer.body, digest_of(answer.body))
        yield Document(target, body, target, "fetched", answer.received_at, answer.headers)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """The class, then each edit; nothing relies on colour alone."""
    style = _STYLES.get(comparison.change, "red")
    console.print(
        Text.assemble(
            (comparison.change.value, f"bold {style}"),
            f"  {comparison.similarity:.0%} of the words are the same",
            "; the headline changed" if comparison.title_changed else "",
        )
    )
    if comparison.notice is not None:
        console.print(Text(f"  new notice: “{one_line(comparison.notice.quote, 300)}”"))
    if comparison.replacement is not None:
        shows = one_line(comparison.replacement.quote, 300)
        console.print(Text(f"  another page: {comparison.replacement.kind.value} “{shows}”"))
    if comparison.noise:
        console.print(Text(f"  set aside: {one_line(', '.join(comparison.noise), 300)}"))
    for edit in comparison.edits[:_MOST_EDITS]:
        console.print()
        console.print(Text(f"  {edit.block.value}{f' ({edit.why})' if edit.why else ''}", "dim"))
        console.print(Padding(_words(edit), (0, 0, 0, 4)))
    if len(comparison.edits) > _MOST_EDITS:
        console.print(Text(f"\n  and {len(comparison.edits) - _MOST_EDITS:,} more; --json has all"))


def _words(edit: Edit) -> Text:
    """``[-old-] {+new+}`` with the words around them, like ``git diff --word-diff``."""
    before, after = one_line(edit.before).split(), one_line(edit.after).split()
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = [*before[:_MOST_WORDS], "…"], [*after[:_MOST_WORDS], "…"]
    text = Text()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            text.append(" ".join(before[i:j]) + " ")
            continue
        if i < j:
            text.append(f"[-{' '.join(before[i:j])}-]", "red strike").append(" ")
        if k < m:
            text.append(f"{{+{' '.join(after[k:m])}+}}", "green").append(" ")
    text.rstrip()
    return text
