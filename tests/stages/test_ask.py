"""Questions, answers, streaks: what is asked and what an answer proves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Hop,
    NotModified,
    Question,
    ReplacedKind,
    Request,
    Response,
    Streak,
    Timing,
    Unreachable,
    Validators,
    digest_of,
    header,
)
from checker.stages import ask
from tests.helpers_judge import COPY, DAY, NEWEST, NOW, instant, odd, standing

TIMING = Timing()
URI = "https://news.example/a"
UNASKED = ask.first_question(URI, "daily")
ASKED = ask.question(standing(), TIMING)


def answer(status: int = 200, *headers: tuple[str, str], **changes) -> Response:
    plain = Response(URI, status, "Reason", headers, b"raw", b"body", NOW, NOW)
    return replace(plain, **changes)


# ── the question ──────────────────────────────────────────────────────────────────────────────


def test_the_copys_validators_are_sent_verbatim():
    assert (
        Question(
            Request(
                URI,
                (
                    ("If-None-Match", '"v1"'),
                    ("If-Modified-Since", "Sun, 01 Nov 2026 10:00:00 GMT"),
                ),
                "daily",
            ),
            Basis.COPY,
        )
        == ASKED
    )


def test_after_a_difference_the_newest_captures_validators_are_sent():
    asked = ask.question(standing(newest=NEWEST), TIMING)
    assert asked.if_not_modified is Basis.NEWEST
    assert header(asked.request.headers, "if-none-match") == '"v2"'
    assert header(asked.request.headers, "if-modified-since") == "Fri, 20 Nov 2026 10:00:00 GMT"


def test_without_the_newest_captures_validators_the_copys_are_not_sent_instead():
    bare = replace(NEWEST, validators=Validators())
    assert ask.question(standing(newest=bare), TIMING) == UNASKED


@pytest.mark.parametrize("copy", [None, replace(COPY, validators=Validators())])
def test_without_validators_the_question_is_unconditional(copy):
    assert ask.question(standing(copy=copy), TIMING) == UNASKED


def test_every_nth_check_is_unconditional():
    timing = Timing(full_fetch_every=5)
    bases = [ask.question(standing(checks=n), timing).if_not_modified for n in range(10)]
    assert [n + 1 for n, basis in enumerate(bases) if basis is Basis.NOTHING] == [5, 10]


@pytest.mark.parametrize("every", [0, 1])
def test_a_full_fetch_every_time_is_possible(every):
    assert ask.question(standing(), Timing(full_fetch_every=every)) == UNASKED


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        ('"a"', True),
        ('W/"a b,c"', True),
        ("unquoted", True),
        ("'\xe9\xff'", True),
        ("x" * 1024, True),
        ("x" * 1025, False),
        ('"a\r\nHost: evil"', False),
        ('"a\x00"', False),
        ('"a\x7f"', False),
        ('"\u20ac"', False),
        ("", False),
        (" lead", False),
        ("trail ", False),
        ("*", False),  # would match whatever the server has
    ],
)
def test_only_a_validator_that_can_be_sent_back_byte_for_byte_is_sent(etag, sent):
    copy = replace(COPY, validators=Validators(etag))
    asked = ask.question(standing(copy=copy), TIMING)
    assert header(asked.request.headers, "If-None-Match") == (etag if sent else None)
    assert asked.if_not_modified is (Basis.COPY if sent else Basis.NOTHING)


def test_one_usable_validator_is_enough():
    copy = replace(COPY, validators=Validators("x\n", "Sun, 01 Nov 2026 10:00:00 GMT"))
    asked = ask.question(standing(copy=copy), TIMING)
    assert asked.request.headers == (("If-Modified-Since", "Sun, 01 Nov 2026 10:00:00 GMT"),)
    assert asked.if_not_modified is Basis.COPY


# ── the answer ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [200, 203])
def test_a_complete_answer_is_captured(status):
    response = answer(
        status,
        ("Content-Type", 'Text/HTML; Charset="UTF-8"'),
        ("ETag", '"v9"'),
        ("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
    )
    seen = ask.observe(ASKED, response)
    assert isinstance(seen, Captured)
    assert seen.response is response
    assert (seen.representation.media_type, seen.representation.charset) == ("text/html", "utf-8")
    assert (seen.representation.body, seen.representation.digest) == (b"body", digest_of(b"body"))
    assert seen.validators == Validators('"v9"', "Mon, 23 Nov 2026 10:00:00 GMT")
    assert seen.moved_to is None


def test_validators_that_could_not_be_sent_back_are_not_kept():
    seen = ask.observe(ASKED, answer(200, ("ETag", "x" * 2000), ("Last-Modified", "\x01")))
    assert isinstance(seen, Captured)
    assert not seen.validators


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ("text/html", None)),
        ("", ("text/html", None)),
        ("nonsense", ("text/html", None)),
        ("a/b/c", ("text/html", None)),
        ("text/plain", ("text/plain", None)),
        ("application/PDF", ("application/pdf", None)),
        ("text/html;charset=ISO-8859-1", ("text/html", "iso-8859-1")),
        ('text/html; q="1"; charset="cp1251"', ("text/html", "cp1251")),
        ("text/html; charset=", ("text/html", None)),
        ('text/html; charset=" "', ("text/html", None)),
        ("text/html; charset=" + "x" * 65, ("text/html", None)),
        ("text/html; notcharset=utf-8", ("text/html", None)),
    ],
)
def test_content_type(value, expected):
    headers = () if value is None else (("content-type", value),)
    assert ask.content_type(headers) == expected


NEW_URI = "https://news.example/b"


@pytest.mark.parametrize(
    ("statuses", "final", "moved"),
    [
        ((), URI, None),
        ((301,), NEW_URI, NEW_URI),
        ((308, 301), NEW_URI, NEW_URI),
        ((302,), NEW_URI, None),
        ((301, 302), NEW_URI, None),
        ((307, 308), NEW_URI, None),
        ((301, 301), URI, None),  # there and back again
    ],
)
def test_only_an_all_permanent_chain_is_a_move(statuses, final, moved):
    hops = tuple(Hop(status, URI, NEW_URI) for status in statuses)
    seen = ask.observe(ASKED, answer(200, uri=final, hops=hops))
    assert isinstance(seen, Captured)
    assert seen.moved_to == moved


def test_304_to_a_question_without_validators_proves_nothing():
    seen = ask.observe(UNASKED, answer(304, ("ETag", '"v1"')))
    assert seen == Unreachable(
        FailureKind.PROTOCOL, 304, "HTTP 304 to a request without validators: it proves nothing"
    )


@pytest.mark.parametrize(
    ("headers", "merged"),
    [
        ((), Validators('"v1"', "Sun, 01 Nov 2026 10:00:00 GMT")),
        ((("ETag", '"v1b"'),), Validators('"v1b"', "Sun, 01 Nov 2026 10:00:00 GMT")),
        ((("last-modified", "later"),), Validators('"v1"', "later")),
        ((("ETag", "*"),), Validators('"v1"', "Sun, 01 Nov 2026 10:00:00 GMT")),
    ],
)
def test_304_updates_validators_and_keeps_what_it_does_not_bear(headers, merged):
    assert ask.observe(ASKED, answer(304, *headers)) == NotModified(Basis.COPY, merged, URI, NOW)


@pytest.mark.parametrize("status", [404, 410])
def test_gone(status):
    assert ask.observe(ASKED, answer(status)) == Gone(status, URI, NOW)


@pytest.mark.parametrize("status", [401, 402, 403, 407, 451])
def test_refusals_are_blocks(status):
    seen = ask.observe(ASKED, answer(status, ("Retry-After", "120")))
    said = f"HTTP {status} Reason"
    assert seen == Blocked(BlockKindHttp.STATUS, status, said, timedelta(seconds=120))


@pytest.mark.parametrize("status", [200, 202, 403, 404, 405, 503])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CF-Mitigated", "challenge"),
        ("X-Amzn-Waf-Action", "Captcha"),
        ("x-amzn-waf-action", " challenge "),
        ("X-Vercel-Mitigated", "deny"),
    ],
)
def test_a_challenge_is_a_wall_whatever_its_status(status, name, value):
    seen = ask.observe(ASKED, answer(status, (name, value)))
    assert isinstance(seen, Blocked)
    assert (seen.kind, seen.status) == (BlockKindHttp.WALL, status)
    assert "challenge" in seen.detail


@pytest.mark.parametrize("value", ["", "none", "challenged", "count"])
def test_another_word_in_that_field_is_no_challenge(value):
    assert isinstance(ask.observe(ASKED, answer(200, ("CF-Mitigated", value))), Captured)


@pytest.mark.parametrize("status", [204, 205, 206])
def test_empty_and_partial_answers_break_the_protocol(status):
    seen = ask.observe(ASKED, answer(status))
    assert isinstance(seen, Unreachable)
    assert (seen.kind, seen.status) == (FailureKind.PROTOCOL, status)
    assert "no complete page" in seen.detail


@pytest.mark.parametrize("status", [100, 201, 300, 302, 400, 405, 418, 429, 500, 503, 599, 999])
def test_other_statuses_say_nothing_of_the_article(status):
    seen = ask.observe(ASKED, answer(status))
    assert seen == Unreachable(FailureKind.STATUS, status, f"HTTP {status} Reason")


def test_a_hostile_reason_is_cut_and_made_harmless():
    seen = ask.observe(ASKED, answer(500, reason="\x1b[31m\u202e" + "x" * 500))
    assert isinstance(seen, Unreachable)
    assert seen.detail == "HTTP 500 [31m " + "x" * 75


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("0", timedelta(minutes=1)),
        ("999999999", timedelta(days=1)),
        ("1000000000000", None),
        ("-5", None),
        ("1.5", None),
        ("\u0661\u0662\u0663", None),
        ("soon", None),
        ("", None),
        ("Tue, 24 Nov 2026 07:30:00 GMT", timedelta(hours=1)),
        ("Tue, 24 Nov 2026 05:30:00 GMT", timedelta(minutes=1)),
        ("Tue, 24 Nov 2099 05:30:00 GMT", timedelta(days=1)),
        ("Tue, 31 Feb 2026 05:30:00 GMT", None),
    ],
)
def test_retry_after(value, wait):
    seen = ask.observe(ASKED, answer(503, ("Retry-After", value)))
    assert isinstance(seen, Unreachable)
    assert seen.retry_after == wait


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_has_its_place(kind):
    seen = ask.observe(ASKED, FetchFailure(URI, kind, "why\n", timedelta(days=9)))
    blocks = {
        FailureKind.ADDRESS: BlockKindHttp.ADDRESS,
        FailureKind.ROBOTS: BlockKindHttp.ROBOTS,
    }
    if kind in blocks:
        assert seen == Blocked(blocks[kind], None, "why", timedelta(days=1))
    else:
        assert seen == Unreachable(kind, None, "why", timedelta(days=1))


@given(
    status=st.integers(0, 999),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["ETag", "Last-Modified", "Retry-After", "Content-Type", "X"]),
            st.text(max_size=50),
        ),
        max_size=4,
    ),
    asked=st.sampled_from([ASKED, UNASKED]),
)
def test_every_answer_is_observed_and_what_is_kept_can_be_sent_back(status, headers, asked):
    seen = ask.observe(asked, answer(status, *headers))
    if isinstance(seen, Captured | NotModified):
        for value in (seen.validators.etag, seen.validators.last_modified):
            assert value is None or value.encode("latin-1").decode("latin-1") == value.strip()


# ── streaks ───────────────────────────────────────────────────────────────────────────────────

GONE = Gone(404, URI, NOW)
BLOCK = Blocked(BlockKindHttp.STATUS, 403, "HTTP 403")
AWAY = Unreachable(FailureKind.TIMEOUT, None, "timed out")
SAME = NotModified(Basis.COPY, Validators(), URI, NOW)
PAGE = ask.observe(UNASKED, answer(200))


def walk(*steps, start: Absences = Absences()) -> Absences:  # noqa: B008 — frozen
    """Steps are observations, one a day from NOW, or (observation, replacement)."""
    seen = start
    for number, step in enumerate(steps):
        observation, replaced = step if isinstance(step, tuple) else (step, None)
        seen = ask.absences(seen, observation, NOW + number * DAY, replaced=replaced)
    return seen


def test_a_streak_grows_from_its_first_day():
    assert walk(GONE, GONE, GONE).gone == Streak(NOW, NOW + 2 * DAY, 3, 404, "HTTP 404")


def test_what_a_clock_that_was_ahead_saw_confirms_nothing():
    """Neither a year that did not pass, nor does the page stay unconfirmed until it has."""
    year = 365 * DAY
    ahead = ask.absences(walk(GONE), GONE, NOW + year)
    right = ask.absences(ahead, GONE, NOW + DAY)
    assert right.gone == Streak(NOW, NOW + DAY, 3, 404, "HTTP 404")
    assert not ask.gone_confirmed(right, TIMING)
    begun = ask.absences(walk(), GONE, NOW + year)
    for day in (0, 7, 14):
        begun = ask.absences(begun, GONE, NOW + day * DAY)
    assert begun.gone == Streak(NOW, NOW + 14 * DAY, 4, 404, "HTTP 404")
    assert ask.gone_confirmed(begun, TIMING)


@pytest.mark.parametrize("useful", [SAME, PAGE, (PAGE, odd(direction=Direction.RECOVERED))])
def test_the_article_itself_ends_every_trouble(useful):
    assert walk(GONE, (PAGE, odd()), BLOCK, AWAY, useful) == Absences()


@pytest.mark.parametrize("trouble", [BLOCK, AWAY, (PAGE, odd(ReplacedKind.LOGIN))])
def test_trouble_neither_sets_nor_clears_what_is_known_of_the_article(trouble):
    before = walk(GONE, (PAGE, odd()))
    after = walk(trouble, trouble, start=before)
    assert (after.gone, after.replaced) == (before.gone, before.replaced)
    assert (walk(trouble).gone, walk(trouble).replaced) == (None, None)


def test_block_and_outage_are_kept_apart():
    seen = walk(BLOCK, AWAY, BLOCK)
    assert seen.blocked == Streak(NOW, NOW + 2 * DAY, 2, 403, "HTTP 403")
    assert seen.unreachable == Streak(NOW + DAY, NOW + DAY, 1, None, "timed out")


@pytest.mark.parametrize("word", [GONE, (PAGE, odd())])
def test_any_word_of_the_host_on_the_article_ends_block_and_outage(word):
    seen = walk(BLOCK, AWAY, word)
    assert (seen.blocked, seen.unreachable) == (None, None)


def test_a_wall_is_a_block():
    seen = walk((PAGE, odd(ReplacedKind.LOGIN)))
    assert seen.blocked == Streak(NOW, NOW, 1, 200, "login: Page not found")


def test_another_page_is_a_streak_that_a_404_does_not_end():
    seen = walk((PAGE, odd()), GONE, (SAME, odd()))
    assert seen.replaced == Streak(NOW, NOW + 2 * DAY, 2, 304, "soft-404: Page not found")
    assert seen.gone == Streak(NOW + DAY, NOW + DAY, 1, 404, "HTTP 404")


def test_404_needs_checks_and_days():
    days = [NOW, NOW + 13 * DAY, NOW + 14 * DAY]
    believed = []
    seen = Absences()
    for day in days:
        seen = ask.absences(seen, GONE, day)
        believed.append(ask.gone_confirmed(seen, TIMING))
    assert believed == [False, False, True]
    two_checks = ask.absences(walk(GONE), GONE, NOW + 20 * DAY)
    assert not ask.gone_confirmed(two_checks, TIMING)
    assert not ask.gone_confirmed(Absences(), TIMING)


def test_410_needs_one_check_and_a_later_404_does_not_take_it_back():
    seen = walk(Gone(410, URI, NOW))
    assert ask.gone_confirmed(seen, TIMING)
    again = walk(GONE, Gone(410, URI, NOW), GONE)
    assert again.gone == Streak(NOW, NOW + 2 * DAY, 3, 410, "HTTP 410")
    assert ask.gone_confirmed(again, TIMING)


def test_another_page_needs_checks_and_time():
    once = walk((PAGE, odd()))
    assert not ask.replaced_confirmed(once, TIMING)
    soon = ask.absences(once, PAGE, NOW + DAY / 2, replaced=odd())
    assert not ask.replaced_confirmed(soon, TIMING)
    assert ask.replaced_confirmed(walk((PAGE, odd()), (PAGE, odd())), TIMING)
    assert not ask.replaced_confirmed(Absences(), TIMING)


@given(
    st.lists(st.sampled_from([GONE, BLOCK, AWAY, (PAGE, odd()), (PAGE, odd(ReplacedKind.PAYWALL))]))
)
def test_trouble_alone_never_shortens_what_is_known(steps):
    seen = Absences()
    for number, step in enumerate(steps):
        observation, replaced = step if isinstance(step, tuple) else (step, None)
        after = ask.absences(seen, observation, NOW + number * DAY, replaced=replaced)
        for old, new in ((seen.gone, after.gone), (seen.replaced, after.replaced)):
            assert old is None or (new is not None and new.since == old.since)
        seen = after


# ── HTTP dates ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37"),
        ("Sun, 6 Nov 1994 08:49:37 UTC", "1994-11-06T08:49:37"),
        ("sun, 06 nov 1994 08:49:37 +0000", "1994-11-06T08:49:37"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37"),
        ("Sunday, 06-Nov-70 08:49:37 GMT", "1970-11-06T08:49:37"),
        ("Sunday, 06-Nov-69 08:49:37 GMT", "2069-11-06T08:49:37"),
        ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"),
        ("Sun, 31 Dec 2028 23:59:60 GMT", "2028-12-31T23:59:59"),
        ("Sun, 06 Nov 1994 08:49:37 CEST", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT, Mon, 07 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Foo 1994 08:49:37 GMT", None),
        ("Sun, 30 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 0000 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 24:00:00 GMT", None),
        ("Sun, 06 Nov 1994 08-49-37 GMT", None),
        ("Sun, 06 Nov 1994 08:493:7 GMT", None),
        ("Sun, \u0660\u0666 Nov 1994 08:49:37 GMT", None),
        ("0", None),
    ],
)
def test_http_date(value, when):
    from checker.stages.http_fields import http_date

    assert http_date(value) == (None if when is None else instant(when))
    assert http_date(datetime(2020, 1, 2, tzinfo=UTC).isoformat()) is None
