"""Answers to be kept in an archive, at one moment."""

from dataclasses import replace
from datetime import UTC, datetime

from checker.model import Response

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODY = "<title>Brücke</title><p>Die Brücke ist gesperrt.".encode()
HTML = (("Content-Type", "text/html; charset=UTF-8"), ("ETag", 'W/"a,b"'))


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def answer(body: bytes = BODY, *, raw: bytes | None = None, **changes: object) -> Response:
    response = Response(
        uri="https://news.example/bridge?id=1",
        status=200,
        reason="OK",
        headers=HTML,
        raw=body if raw is None else raw,
        body=body,
        requested_at=NOON,
        received_at=NOON.replace(microsecond=123456),
        request_headers=(("User-Agent", "checker"), ("If-None-Match", 'W/"a,b"')),
    )
    return replace(response, **changes)
