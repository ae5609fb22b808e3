"""Log lines on stderr: one line an event, UTC, hostile text made harmless."""

import logging
import re
import sys
from datetime import UTC, datetime

MAX_LINE = 2_000  # a hostile page must not fill the disk by way of its error texts (faults B29)
# Control, bidi and line-breaking characters: terminal escapes and forged lines (faults E7).
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LIBRARIES = (
    "alembic",
    "apscheduler",
    "procrastinate",
    "psycopg",
)  # their news is not the reader's


class Line(logging.Formatter):
    """A record as one line; a traceback, which is ours, keeps its own lines."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s")

    def formatTime(self, record: logging.LogRecord, _: str | None = None) -> str:  # noqa: N802
        return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 — logging's name
        line = _CONTROLS.sub(_escaped, super().formatMessage(record))
        return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1] + "…"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def to_stderr(level: int = logging.INFO) -> None:
    """Send all logs to stderr in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(handlers=[handler], level=level)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.ERROR)
    # Its errors are told by entry/worker in a line; its tracebacks fill pages at each outage.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
