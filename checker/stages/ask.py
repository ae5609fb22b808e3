"""What to ask the source, what its answer says, and when repeated trouble is believed.

A check is the validation of a stored response (RFC 9111 §4.3): the question carries validators,
and what a 304 proves depends on whose they were (trap 1).
"""

import re
from datetime import datetime, timedelta
from typing import assert_never

from checker.model import (
    Absences,
    Basis,
    Blocked,
    BlockKindHttp,
    Captured,
    Direction,
    FailureKind,
    FetchFailure,
    Gone,
    Headers,
    Memento,
    NotModified,
    Observation,
    Question,
    Replacement,
    Representation,
    Request,
    Response,
    Standing,
    Streak,
    Timing,
    Unreachable,
    Validators,
    digest_of,
    header,
)
from checker.stages.http_fields import challenged, content_type, http_date

__all__ = [
    "absences",
    "content_type",
    "first_question",
    "gone_confirmed",
    "observe",
    "question",
    "replaced_confirmed",
]

MAX_VALIDATOR = 1024  # faults D4: a longer ETag is an attack or a bug, and is ignored
RETRY_AFTER_MIN = timedelta(seconds=60)
RETRY_AFTER_MAX = timedelta(hours=24)

_REFUSALS = frozenset({401, 402, 403, 407, 451})
_EMPTY_OR_PARTIAL = frozenset({204, 205, 206})  # a GET without Range never asks for these
_PERMANENT = frozenset({301, 308})
# Visible ASCII, blanks inside and obs-text: what can be sent back byte for byte (RFC 9110 §5.5).
_SENDABLE = re.compile(r"[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


# ── the question ──────────────────────────────────────────────────────────────────────────────


def first_question(uri: str, source: str) -> Question:
    """An unconditional GET; a 304 to it would prove nothing (faults D1)."""
    return Question(Request(uri, source=source), Basis.NOTHING)


def question(standing: Standing, timing: Timing) -> Question:
    """What to ask at this article's next check.

    Conditional on the copy's validators; once a difference was seen, on the newest capture's
    (trap 1). Every ``timing.full_fetch_every``-th check is unconditional, since some servers say
    304 for ever (faults D2).
    """
    article = standing.article
    basis, memento = (
        (Basis.COPY, standing.copy) if standing.newest is None else (Basis.NEWEST, standing.newest)
    )
    conditions = _conditions(memento)
    if not conditions or (standing.checks + 1) % max(1, timing.full_fetch_every) == 0:
        return first_question(article.uri, article.source)
    return Question(Request(article.uri, conditions, article.source), basis)


def _conditions(memento: Memento | None) -> Headers:
    """``If-None-Match`` and ``If-Modified-Since``, validators verbatim (RFC 9110 §13.1)."""
    if memento is None:
        return ()
    fields = (
        ("If-None-Match", _usable_etag(memento.validators.etag)),
        ("If-Modified-Since", _usable(memento.validators.last_modified)),
    )
    return tuple((name, value) for name, value in fields if value is not None)


def _usable(value: str | None) -> str | None:
    """*value* if it can be kept and sent back byte for byte, else None (faults D4)."""
    if value is None or len(value) > MAX_VALIDATOR or not _SENDABLE.fullmatch(value):
        return None
    return value


def _usable_etag(value: str | None) -> str | None:
    """A bare ``*`` would match whatever the server has (RFC 9110 §13.1.2): a 304 for ever."""
    return None if value == "*" else _usable(value)


# ── the answer ────────────────────────────────────────────────────────────────────────────────


def observe(question: Question, answer: Response | FetchFailure) -> Observation:
    """What *answer* says of the article, given what was asked. Total: every answer has a place."""
    if isinstance(answer, FetchFailure):
        return _failure(answer)
    status = answer.status
    if challenged(answer.headers):
        detail = f"{_said(answer)}: a challenge that only browsers pass"
        return Blocked(BlockKindHttp.WALL, status, detail, _retry_after(answer))
    if status in {200, 203}:
        return _captured(question, answer)
    if status == 304:
        return _not_modified(question, answer)
    if status in {404, 410}:
        return Gone(status, answer.uri, answer.received_at)
    retry_after = _retry_after(answer)
    if status in _REFUSALS:
        return Blocked(BlockKindHttp.STATUS, status, _said(answer), retry_after)
    if status in _EMPTY_OR_PARTIAL:
        detail = f"{_said(answer)}: no complete page, though one was asked for"
        return Unreachable(FailureKind.PROTOCOL, status, detail, retry_after)
    return Unreachable(FailureKind.STATUS, status, _said(answer), retry_after)


def _failure(failure: FetchFailure) -> Blocked | Unreachable:
    retry_after = _clamped(failure.retry_after)
    detail = _clean(failure.detail, 500)
    match failure.kind:
        case FailureKind.ADDRESS:
            return Blocked(BlockKindHttp.ADDRESS, None, detail, retry_after)
        case FailureKind.ROBOTS:
            return Blocked(BlockKindHttp.ROBOTS, None, detail, retry_after)
        case (
            FailureKind.DNS
            | FailureKind.CONNECT
            | FailureKind.TIMEOUT
            | FailureKind.TLS
            | FailureKind.PROTOCOL
            | FailureKind.DECODING
            | FailureKind.TOO_LARGE
            | FailureKind.REDIRECTS
            | FailureKind.STATUS
        ):
            return Unreachable(failure.kind, None, detail, retry_after)
        case _:
            assert_never(failure.kind)


def _captured(question: Question, answer: Response) -> Captured:
    media_type, charset = content_type(answer.headers)
    body = answer.body
    return Captured(
        answer,
        Representation(media_type, charset, body, digest_of(body)),
        _validators(answer.headers),
        _moved_to(question, answer),
    )


def _validators(headers: Headers) -> Validators:
    return Validators(
        _usable_etag(header(headers, "etag")), _usable(header(headers, "last-modified"))
    )


def _moved_to(question: Question, answer: Response) -> str | None:
    """Where an all-permanent chain of redirects led (faults D19)."""
    permanent = all(hop.status in _PERMANENT for hop in answer.hops)
    if not answer.hops or not permanent or answer.uri == question.request.uri:
        return None
    return answer.uri


def _not_modified(question: Question, answer: Response) -> NotModified | Unreachable:
    """A 304 updates the stored validators; those that it doesn't bear stay (RFC 9111 §4.3.4)."""
    asked = question.request.headers
    if question.if_not_modified is Basis.NOTHING:
        detail = "HTTP 304 to a request without validators: it proves nothing"
        return Unreachable(FailureKind.PROTOCOL, 304, detail)
    new = _validators(answer.headers)
    merged = Validators(
        new.etag or header(asked, "if-none-match"),
        new.last_modified or header(asked, "if-modified-since"),
    )
    return NotModified(question.if_not_modified, merged, answer.uri, answer.received_at)


def _retry_after(answer: Response) -> timedelta | None:
    """``Retry-After`` (RFC 9110 §10.2.3) in seconds or as a date, within 60 s … 24 h (D10)."""
    value = (answer.header("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return _clamped(timedelta(seconds=int(value)))
    when = http_date(value)
    return _clamped(when - answer.received_at) if when is not None else None


def _clamped(wait: timedelta | None) -> timedelta | None:
    return None if wait is None else min(max(wait, RETRY_AFTER_MIN), RETRY_AFTER_MAX)


def _said(answer: Response) -> str:
    return f"HTTP {answer.status} {_clean(answer.reason, 80)}".strip()


def _clean(text: str, limit: int) -> str:
    """Text from outside without controls and direction marks, cut."""
    return _CONTROLS.sub(" ", text).strip()[:limit]


# ── repeated trouble ──────────────────────────────────────────────────────────────────────────


def absences(
    before: Absences,
    observation: Observation,
    now: datetime,
    *,
    replaced: Replacement | None = None,
) -> Absences:
    """The streaks of trouble after *observation*; *replaced* is what comparing found.

    Trap 2: an outage or a block (a wall too) neither sets nor clears what is known of the
    article, so the streaks ``gone`` and ``replaced`` end only when the article itself is seen.
    ``blocked`` and ``unreachable`` end when the host says anything of the article, even 404.
    """
    gone, other = before.gone, before.replaced
    match observation:
        case Captured() | NotModified():
            return _answered(before, observation, now, replaced)
        case Gone(status=status):
            return Absences(gone=_longer(gone, now, status, f"HTTP {status}"), replaced=other)
        case Blocked(status=status, detail=detail):
            blocked = _longer(before.blocked, now, status, detail)
            return Absences(gone, other, blocked, before.unreachable)
        case Unreachable(status=status, detail=detail):
            unreachable = _longer(before.unreachable, now, status, detail)
            return Absences(gone, other, before.blocked, unreachable)
        case _:
            assert_never(observation)


def _answered(
    before: Absences,
    observation: Captured | NotModified,
    now: datetime,
    replaced: Replacement | None,
) -> Absences:
    if replaced is None or replaced.direction is Direction.RECOVERED:
        return Absences()
    status = observation.response.status if isinstance(observation, Captured) else 304
    detail = f"{replaced.kind.value}: {_clean(replaced.quote, 300)}"
    if replaced.kind.is_wall:
        blocked = _longer(before.blocked, now, status, detail)
        return Absences(before.gone, before.replaced, blocked, before.unreachable)
    return Absences(gone=before.gone, replaced=_longer(before.replaced, now, status, detail))


def _longer(streak: Streak | None, now: datetime, status: int | None, detail: str) -> Streak:
    """One more check with the same trouble. A 410 is not taken back by a later 404."""
    if streak is None:
        return Streak(now, now, 1, status, detail)
    if streak.status == 410 and status == 404:
        status, detail = streak.status, streak.detail
    # What began or was last seen in the future was so by a clock that was ahead.
    since = min(streak.since, now)
    return Streak(since, now, streak.checks + 1, status, detail)


def gone_confirmed(a: Absences, timing: Timing) -> bool:
    """404 is believed after ``gone_checks`` checks over ``gone_after``; 410 at once."""
    if a.gone is None:
        return False
    return a.gone.status == 410 or _lasted(a.gone, timing.gone_checks, timing.gone_after)


def replaced_confirmed(a: Absences, timing: Timing) -> bool:
    """Another page is believed after ``replaced_checks`` checks over ``replaced_after``."""
    return _lasted(a.replaced, timing.replaced_checks, timing.replaced_after)


def _lasted(streak: Streak | None, checks: int, after: timedelta) -> bool:
    return streak is not None and streak.checks >= checks and streak.last - streak.since >= after
