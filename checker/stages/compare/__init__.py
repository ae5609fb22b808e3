"""What changed between two versions of an article, and whether it matters.

Own code, because this is what the checker exists for; rapidfuzz aligns the words. The tables
``data/noise.toml``, ``facts.toml`` and ``walls.toml`` say what is set aside, what counts as a
fact and how pages look that are no article.
"""

from checker.stages.compare.cascade import VERSION, article_print, compare, same_text
from checker.stages.compare.rows import Mark, Row, Rows, Segment, rows, segments
from checker.stages.compare.stamps import stamp_move
from checker.stages.compare.walls import replacement
from checker.stages.compare.words import folded

__all__ = [
    "VERSION",
    "Mark",
    "Row",
    "Rows",
    "Segment",
    "article_print",
    "compare",
    "folded",
    "replacement",
    "rows",
    "same_text",
    "segments",
    "stamp_move",
]
