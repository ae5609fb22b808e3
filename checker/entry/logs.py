"""Log lines on stderr: one line an event, UTC, hostile text made harmless. structlog's home."""

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from checker.settings import LogSettings

MAX_LINE = 2_000  # a hostile page must not fill the disk by way of its error texts (faults B29)
# Control, bidi and line-breaking characters: terminal escapes and forged lines (faults E7).
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LIBRARIES = (
    "alembic",
    "apscheduler",
    "boto3",
    "botocore",
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


def as_json() -> logging.Formatter:
    """A record as one line of JSON: ``at``, ``level``, ``logger``, ``event``, and what was given
    beside the text (``extra``). JSON escapes what is hostile by itself."""
    import structlog  # noqa: PLC0415 - with rich and pygments, which plain lines need none of

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            _at,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _bounded,
            structlog.processors.JSONRenderer(),
        ],
    )


_Event = MutableMapping[str, Any]


def _at(_: object, __: str, event: _Event) -> _Event:
    record: logging.LogRecord = event["_record"]
    event["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return event


def _bounded(_: object, __: str, event: _Event) -> _Event:
    return {
        name: value[:MAX_LINE] if isinstance(value, str) and name != "exception" else value
        for name, value in event.items()
    }


def to_stderr(settings: LogSettings) -> None:
    """Send all logs to stderr as *settings* say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(as_json() if settings.format == "json" else Line())
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(logging.ERROR)
    # Its errors are told by entry/worker in a line; its tracebacks fill pages at each outage.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
