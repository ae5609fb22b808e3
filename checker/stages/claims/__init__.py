"""What a text says of times: words that only their day of writing resolves, and what is to come.

``relative_dates`` finds the words; ``claims`` the statements about times to come, each with the
window that its words mean. Whether a window has passed, and what to make of it, is the judge's
question. Languages are data (``checker/data/claims.toml``, ``checker/data/claims/``).
"""

from checker.stages.claims.find import MAX_CLAIMS, Anchor, anchor_of, claims
from checker.stages.claims.relative import MAX_FOUND, relative_dates
from checker.stages.claims.sentences import MAX_SENTENCE, sentences

__all__ = [
    "MAX_CLAIMS",
    "MAX_FOUND",
    "MAX_SENTENCE",
    "Anchor",
    "anchor_of",
    "claims",
    "relative_dates",
    "sentences",
]
