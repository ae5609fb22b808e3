"""rapidfuzz, which is loaded with the first comparison: most audits compare nothing."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidfuzz.distance import Opcodes


def similarity(a: Sequence[str], b: Sequence[str]) -> float:
    """0…1 by how many are to be taken out and put in."""
    score: float = _indel().normalized_similarity(a, b)
    return score


def opcodes(a: Sequence[str], b: Sequence[str]) -> "Opcodes":
    """What makes *b* of *a*."""
    found: Opcodes = _indel().opcodes(a, b)
    return found


@cache
def _indel() -> Any:
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - see above

    return Indel
