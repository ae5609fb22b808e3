"""The comparison, cheapest test first: bytes, text, text without noise, then word by word."""

from typing import TypeGuard

from checker.model import (
    Change,
    Comparison,
    Dates,
    Notice,
    NoticeKind,
    StampMove,
    Text,
    Version,
    digest_of,
)
from checker.stages.compare.corrections import corrected
from checker.stages.compare.difference import Difference
from checker.stages.compare.noise import Cleaned, clean, clean_both, headline, names
from checker.stages.compare.stamps import stamp_move
from checker.stages.compare.walls import replacement
from checker.stages.compare.words import folded, folded_lines
from checker.stages.text import as_seen

VERSION = "compare-4"  # raise it when results change: stored results are then derived again

_RETRACTS = (NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL)
_CORRECTS = (NoticeKind.CORRECTION, NoticeKind.AMENDMENT, NoticeKind.CLARIFICATION)


def compare(old: Version, new: Version) -> Comparison:
    """What differs between two versions of one article, classed (see ``Change``).

    A lost sentence counts only if the whole page lost it, an added one only if the whole page
    gained it; values that nobody edited are set aside first and named in ``noise``. Never
    raises. Time is near-linear in the words; ``cut`` says that a bound cut the work short.
    """
    stamps = stamp_move(old.dates, new.dates)
    if old.digest and old.digest == new.digest:
        return _same(stamps, ())
    if _same_text(old.text, new.text):
        frames = (old.text.frame_digest, new.text.frame_digest)
        if all(frames) and len(set(frames)) > 1:
            return _same(stamps, ("links or markup",), Change.COSMETIC)
        styled = _looks(old.text) != _looks(new.text)
        return _same(
            stamps,
            ("typography",) if styled else ("markup",),
            Change.COSMETIC if styled else Change.IDENTICAL,
        )
    before, after = clean_both(old.text, new.text)
    if (before.title, before.blocks, before.page) == (after.title, after.blocks, after.page):
        return _same(stamps, names(before, after) or ("markup",))
    return _differs(old, new, before, after)


def same_text(before: Dates, after: Dates) -> Comparison:
    """The comparison of two versions that show the same, of which only the dates are at hand."""
    return _same(stamp_move(before, after), ("markup",))


def article_print(text: Text) -> str:
    """The digest of an article's words without noise: equal for one text at two visits."""
    left = clean(text)
    said = folded_lines((headline(left.title), *(block.text for block in left.blocks)))
    return digest_of(" ".join(said).encode("utf-8", "replace"))


def _differs(old: Version, new: Version, before: Cleaned, after: Cleaned) -> Comparison:
    """More than noise differs: word by word, and who says so."""
    replaced = replacement(new, old)
    difference = Difference(before, after, new.text.language or old.text.language)
    notice = _new_notice(old, new, difference)
    change = Change.REPLACED if replaced else _announced(notice) or difference.change
    return Comparison(
        change=change,
        similarity=difference.similarity,
        edits=difference.edits,
        title_changed=difference.title_changed,
        stamps=stamp_move(old.dates, new.dates),
        noise=tuple(sorted({*names(before, after), *difference.noise})),
        replacement=replaced,
        notice=notice,
        cut=difference.cut,
        version=VERSION,
        corrected=(
            corrected(notice, difference.edits, before, old.notices) if _corrects(notice) else None
        ),
    )


def _same_text(old: Text, new: Text) -> bool:
    """Both digests agree, or, where there are none, the values themselves."""
    if old.digest and old.page_digest:
        return (old.digest, old.page_digest) == (new.digest, new.page_digest)
    return (old.title, old.blocks, old.page) == (new.title, new.blocks, new.page)


def _looks(text: Text) -> tuple[str, ...]:
    """Its lines without what nobody sees; quotes and dashes as they are."""
    lines = (text.title, *(block.text for block in text.blocks), *text.page)
    return tuple(" ".join(as_seen(line).split()) for line in lines)


def _same(
    stamps: StampMove, noise: tuple[str, ...], change: Change = Change.IDENTICAL
) -> Comparison:
    return Comparison(
        change,
        1.0,
        (),
        title_changed=False,
        stamps=stamps,
        noise=noise,
        version=VERSION,
    )


def _announced(notice: Notice | None) -> Change | None:
    if notice is None:
        return None
    return Change.RETRACTED if notice.kind in _RETRACTS else Change.CORRECTED


def _corrects(notice: Notice | None) -> TypeGuard[Notice]:
    return notice is not None and notice.kind in _CORRECTS


def _new_notice(old: Version, new: Version, difference: Difference) -> Notice | None:
    """The correction or retraction that only the newer version bears, the gravest first."""
    had = {(notice.kind, tuple(folded(notice.quote))) for notice in old.notices}
    fresh = [
        notice
        for kind in (*_RETRACTS, *_CORRECTS)
        for notice in new.notices
        if notice.kind is kind and (kind, tuple(folded(notice.quote))) not in had
    ]
    return next((notice for notice in fresh if not difference.old_page.says(notice.quote)), None)
