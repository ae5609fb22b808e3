"""Recognises an address that shows some texts in turn: languages, A/B tests, caches that disagree.

The first return of a text may be an edit taken back, and is told. When the text between comes back
too, the page alternates: what it shows then is known, and nobody is told of it again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from checker.model import Form, Memento, Variation

MEMORY = timedelta(days=30)  # a text that has not been seen for longer is not shown "in turn"
SETTLED = timedelta(days=14)  # a text that has stood for so long is the page's text
MOST = 8  # texts that are remembered
COPY = ""  # the print of the copy's text


def noted(
    forms: tuple[Form, ...],
    print_: str,
    now: datetime,
    *,
    capture: Memento | None = None,
    before: datetime | None = None,
) -> tuple[Form, ...]:
    """*forms* after the address has shown the text of *print_*; as they were if it stood there.

    Nothing is kept of an address that has only ever shown the copy's text; *before* is when that
    was seen last.
    """
    if not forms:
        if print_ == COPY:
            return ()
        forms = (Form(COPY, before or now),)
    last = forms[-1]
    if last.print == print_:
        return forms
    if now - last.since > SETTLED:
        forms = tuple(replace(one, returns=0) for one in forms)
    known = next((one for one in forms if one.print == print_), None)
    others = tuple(one for one in forms if one.print != print_)
    returns = known.returns + 1 if known is not None else 0
    return (*others, Form(print_, now, returns, capture))[-MOST:]


def variation(forms: tuple[Form, ...], now: datetime) -> Variation | None:
    """That the address alternates, if it does: its present text and the one before came back."""
    if len(forms) < 2:
        return None
    before, present = forms[-2:]
    if not (before.returns and present.returns) or now - present.since > SETTLED:
        return None
    turns = tuple(one for one in forms if one.returns and now - one.since <= MEMORY)
    if len(turns) < 2:
        return None
    return Variation(
        len(turns), min(one.since for one in turns), any(one.print == COPY for one in turns)
    )


def renamed(forms: tuple[Form, ...], prints: Iterable[str]) -> tuple[Form, ...]:
    """*forms* with new prints, one for each, when other code reads the same captures."""
    pairs = zip(forms, prints, strict=True)
    return tuple(one if one.print == name else replace(one, print=name) for one, name in pairs)
