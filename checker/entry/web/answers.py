"""Answers with validators, and problems in the form of RFC 9457."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

SHARED = {  # what every answer to other people's pages bears
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
CACHED = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"


def cached(
    request: Request, body: bytes, media_type: str, *, cache: str = CACHED, status: int = 200
) -> Response:
    """*body* with an ETag, or 304 to whoever has it."""
    tag = f'"{sha256(body).hexdigest()[:20]}"'
    headers = {**SHARED, "ETag": tag, "Cache-Control": cache}
    if status == 200 and _known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media_type)


def as_json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(
    status: int, title: str, detail: str, *, cache: str, more: Mapping[str, str] | None = None
) -> Response:
    """A refusal that programs and people can read."""
    body = as_json({"type": "about:blank", "title": title, "status": status, "detail": detail})
    headers = {**SHARED, "Cache-Control": cache, **(more or {})}
    return Response(body, status, headers, "application/problem+json")


def _known(given: str, tag: str) -> bool:
    """RFC 9110 §13.1.2: weak comparison."""
    tags = [one.strip().removeprefix("W/") for one in given.split(",")]
    return "*" in tags or tag in tags
