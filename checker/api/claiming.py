"""What a text says of times to come, for programs that have the text in hand.

Exported lazily from ``checker``: ``from checker import find_claims``.
"""

from datetime import UTC, date, datetime

from checker.model import Block, BlockKind, Claim, DateEvidence, Text
from checker.stages import claims

__all__ = ["find_claims"]


def find_claims(
    text: str | Text,
    anchor: date | datetime | DateEvidence | None,
    language: str | None = None,
    *,
    as_of: datetime | None = None,
) -> list[Claim]:
    """Statements about times to come, in order, each with the window that its words mean.

    *text* is plain text (a blank line ends a paragraph) or what ``extract_text`` gave; *anchor* is
    the day on which it was written: a day, an instant, or ``extract_dates(…).published``. Without
    one, words that need it come back as ``relative-date``, unresolved. *language* is a language
    tag; none means the text's own, or English. A claim has lapsed when its ``latest`` is past:
    with *as_of* (aware) only such claims are returned. Never raises for what *text* holds.
    """
    if isinstance(text, str):
        parts = (part for part in text.split("\n\n") if part.strip())
        blocks = tuple(Block(BlockKind.PARAGRAPH, " ".join(part.split())) for part in parts)
        text = Text("", blocks, language, "")
    elif language is not None:
        text = Text(text.title, text.blocks, language, text.digest, text.page, text.page_digest)
    found = claims.claims(text, _anchor(anchor))
    if as_of is None:
        return list(found)
    return [one for one in found if one.latest is not None and one.latest < as_of]


def _anchor(given: date | datetime | DateEvidence | None) -> claims.Anchor | None:
    if given is None:
        return None
    if isinstance(given, DateEvidence):
        return claims.anchor_of(given)
    if isinstance(given, datetime):
        given = (given.astimezone(UTC) if given.tzinfo else given).date()
    return claims.Anchor(given, "given")
