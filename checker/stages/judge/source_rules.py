"""Rules about the source: what became of it since the copy was captured."""

import hashlib
from collections.abc import Iterator

from checker.model import (
    CHANGE_ORDER,
    Case,
    Change,
    Comparison,
    Direction,
    Edit,
    Evidence,
    Finding,
    Notice,
    NoticeKind,
    Rule,
)
from checker.stages.judge.info import finding
from checker.stages.judge.words import clean, date_words, day, place, quoted, stated

RETRACTIONS = frozenset({NoticeKind.RETRACTION, NoticeKind.WITHDRAWAL})
_CORRECTIONS = frozenset({NoticeKind.CORRECTION, NoticeKind.AMENDMENT, NoticeKind.CLARIFICATION})


def at_most(comparison: Comparison, change: Change) -> bool:
    return CHANGE_ORDER.index(comparison.change) <= CHANGE_ORDER.index(change)


def hidden_by_replacement(case: Case) -> bool:
    """Another page stands in the source's place, so the article itself was not compared."""
    comparison = case.comparison
    return (
        comparison is not None
        and comparison.change is Change.REPLACED
        and not _recovered(comparison)
    )


def _recovered(comparison: Comparison) -> bool:
    odd = comparison.replacement
    return odd is not None and odd.direction is Direction.RECOVERED


# ── what the text says now ────────────────────────────────────────────────────────────────────


def retracted(case: Case) -> Iterator[Finding]:
    if not _is_retracted(case):
        return
    notice = _retraction(case)
    if notice is None:
        message = "The source has been retracted or withdrawn since this copy was captured."
        yield finding(Rule.SOURCE_RETRACTED, message, Evidence(values=_context(case)))
    else:
        message = f"The source has been retracted or withdrawn: {quoted(notice.quote)}."
        yield finding(Rule.SOURCE_RETRACTED, message, _noticed(notice, case))


def _is_retracted(case: Case) -> bool:
    """Only the newer version says so: a copy that bears the notice warns its readers itself."""
    comparison = case.comparison
    if comparison is None or hidden_by_replacement(case):
        return False
    notice = comparison.notice
    return comparison.change is Change.RETRACTED or (
        notice is not None and notice.kind in RETRACTIONS
    )


def _retraction(case: Case) -> Notice | None:
    """The notice to quote, if the comparison or the newest reading has it."""
    found = (case.comparison.notice,) if case.comparison is not None else ()
    borne = case.source.notices if case.source is not None else ()
    return next((one for one in (*found, *borne) if one and one.kind in RETRACTIONS), None)


def changed(case: Case) -> Iterator[Finding]:
    """``source-changed`` or ``source-corrected``, never both of one edit."""
    rule, comparison = _edited(case), case.comparison
    if comparison is None:
        return
    if rule is Rule.SOURCE_CORRECTED:
        notice = comparison.notice
        if notice is None:
            message = "The source has been corrected since this copy was captured."
            yield finding(rule, message, Evidence(values=_context(case)))
        else:
            message = f"The source now bears a correction that this copy lacks: {_said(notice)}."
            yield finding(rule, message + _was(comparison), _noticed(notice, case))
    elif rule is Rule.SOURCE_CHANGED:
        yield _recovery(case) or finding(rule, *_difference(case, comparison))


def shown_in_turn(case: Case) -> bool:
    """The copy's text is one of those that the address shows: nobody edited it away."""
    return case.varies is not None and case.varies.has_copy


def _edited(case: Case) -> Rule | None:
    comparison = case.comparison
    if comparison is None or _is_retracted(case):
        return None
    corrects = comparison.notice is not None and comparison.notice.kind in _CORRECTIONS
    match comparison.change:
        case Change.CORRECTED:
            return Rule.SOURCE_CORRECTED
        case Change.SUBSTANTIVE:
            if corrects:
                return Rule.SOURCE_CORRECTED
            return None if shown_in_turn(case) else Rule.SOURCE_CHANGED
        case Change.REPLACED if _recovered(comparison):
            return Rule.SOURCE_CHANGED
        case _:
            return None


def _said(notice: Notice) -> str:
    dated = f" (dated {date_words(notice.date)})" if notice.date is not None else ""
    return quoted(notice.quote) + dated


def _was(comparison: Comparison) -> str:
    """What readers of the copy still see, if it is clear which sentence is meant."""
    was = comparison.corrected
    return "" if was is None else f" This copy still says {quoted(was.before)}."


def _recovery(case: Case) -> Finding | None:
    """The copy is the odd one: it was captured while another page stood at the address."""
    odd = case.comparison.replacement if case.comparison is not None else None
    if odd is None or odd.direction is not Direction.RECOVERED:
        return None
    message = "The archived copy shows another page, and the source now shows the article."
    return finding(Rule.SOURCE_CHANGED, message, Evidence(clean(odd.quote), "copy", _context(case)))


def _difference(case: Case, comparison: Comparison) -> tuple[str, Evidence]:
    since = _since_capture(case)
    edit = next((one for one in comparison.edits if one.why), None)
    edit = edit or next(iter(comparison.edits), None)
    if edit is None:
        what = "its headline is another" if comparison.title_changed else "its text is another"
        return f"The source was changed in substance since {since}: {what}.", Evidence(
            values=_edits_context(case)
        )
    more = len(comparison.edits) - 1
    others = f" (and {more:,} more edit{'' if more == 1 else 's'})" if more else ""
    message = f"The source was changed in substance since {since}: {_edit_words(edit)}{others}."
    values = (*_edits_context(case), ("before", clean(edit.before)), ("after", clean(edit.after)))
    return message, Evidence(clean(edit.after or edit.before), edit.block.value, values)


def _edit_words(edit: Edit) -> str:
    if not edit.before:
        return f"it now also says {quoted(edit.after)}"
    if not edit.after:
        return f"it no longer says {quoted(edit.before)}"
    if edit.removed and edit.added:
        removed, added = " ".join(edit.removed), " ".join(edit.added)
        if max(len(removed), len(added)) <= 60:
            return f"{quoted(removed)} became {quoted(added)} in {quoted(edit.after)}"
    return f"{quoted(edit.before)} became {quoted(edit.after)}"


def stealth(case: Case) -> Iterator[Finding]:
    """``stealth-edit``: substance moved, the page's own stamp did not, and nobody said so."""
    comparison = case.comparison
    if comparison is None or comparison.notice is not None or comparison.stamps.moved:
        return
    if shown_in_turn(case):
        return
    stamp = comparison.stamps.after
    if comparison.stamps.before is None or stamp is None:
        return
    if comparison.change in {Change.SUBSTANTIVE, Change.CORRECTED}:
        message = (
            f"The source was changed in substance, but its own date is still {date_words(stamp)}."
        )
        values = (*_edits_context(case), ("stamp", clean(stamp.quote)))
        evidence = Evidence(date_words(stamp), f"source, {place(stamp)}", values)
        yield finding(Rule.STEALTH_EDIT, message, evidence)


def bumped(case: Case) -> Iterator[Finding]:
    """``stamp-bump``: the stamp moved, the content did not."""
    comparison = case.comparison
    if comparison is None or not comparison.stamps.moved or shown_in_turn(case):
        return
    before, after = comparison.stamps.before, comparison.stamps.after
    if before is None or after is None or not at_most(comparison, Change.COSMETIC):
        return
    message = (
        f"The source's own date moved from {date_words(before)} to {date_words(after)}, "
        "but its content did not change."
    )
    values = (
        ("before", before.earliest.isoformat()),
        ("after", after.earliest.isoformat()),
        ("stamp", clean(after.quote)),
    )
    evidence = Evidence(date_words(after), f"source, {place(after)}", values)
    yield finding(Rule.STAMP_BUMP, message, evidence)


# ── shared ────────────────────────────────────────────────────────────────────────────────────


def _since_capture(case: Case) -> str:
    if case.copy_memento is None or not case.copy_memento.dated:
        return "this copy was captured"
    return f"this copy of {day(case.copy_memento.memento_datetime)}"


def _context(case: Case) -> tuple[tuple[str, str], ...]:
    comparison = case.comparison
    assert comparison is not None
    values = [("change", comparison.change.value), ("similarity", f"{comparison.similarity:.3f}")]
    if case.compared_at is not None:
        values.append(("compared_at", case.compared_at.isoformat()))
    return tuple(values)


def _edits_context(case: Case) -> tuple[tuple[str, str], ...]:
    """With a digest of all edits, so that a further one is other evidence."""
    comparison = case.comparison
    if comparison is None or not comparison.edits:
        return _context(case)
    digest = hashlib.sha256()
    for edit in comparison.edits:
        digest.update(f"{edit.before}\x00{edit.after}\x00".encode("utf-8", "surrogatepass"))
    return (*_context(case), ("edits", digest.hexdigest()[:16]))


def _noticed(notice: Notice, case: Case) -> Evidence:
    was = case.comparison.corrected if case.comparison is not None else None
    said = (("before", clean(was.before)), ("after", clean(was.after))) if was is not None else ()
    values = (("notice", notice.kind.value), *stated(notice.date), *said, *_context(case))
    return Evidence(clean(notice.quote), "source", values)
