"""What servers say of flagged copies, and what a page's own policy lets a notice bring."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from checker.stages.banner import (
    allows_style,
    headers,
    obstacle,
    render,
    strip,
    style_hash,
    unstyled,
)
from tests.helpers_banner import BANNER, splice

THEN = datetime(2017, 4, 3, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
SINCE = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
URI = "https://news.example/a"


def test_a_served_copy_says_of_what_and_when_it_is():
    assert headers(original=URI, captured_at=THEN) == (
        ("Memento-Datetime", "Sun, 02 Apr 2017 23:02:03 GMT"),
        ("Link", '<https://news.example/a>; rel="original"'),
    )


def test_nothing_unknown_is_said():
    assert headers(original=None, captured_at=None, outdated_since=SINCE) == ()
    assert headers(original="javascript:alert(1)", captured_at=None) == ()


@pytest.mark.parametrize(
    ("uri", "sent"),
    [
        ("https://news.example/\u00fc", "https://news.example/%C3%BC"),
        ("https://news.example/%C3%BC?a=1&b=%2C;c#d", "https://news.example/%C3%BC?a=1&b=%2C;c#d"),
    ],
)
def test_addresses_are_ascii(uri, sent):
    assert headers(original=uri, captured_at=None) == (("Link", f'<{sent}>; rel="original"'),)


@pytest.mark.parametrize("uri", ["https://a.example/>; rel=x", "https://a.example/\r\nX: y"])
def test_no_address_breaks_out_of_its_header(uri):
    assert headers(original=uri, captured_at=None) == ()


def test_deprecation_and_end_of_search_results_only_by_choice():
    told = dict(
        headers(
            original=None,
            captured_at=None,
            outdated_since=SINCE,
            deprecation=True,
            unavailable_after=True,
        )
    )
    assert told == {
        "Deprecation": "@1795503600",
        "X-Robots-Tag": "unavailable_after: Tue, 24 Nov 2026 07:00:00 GMT",
    }
    wanted = {"deprecation": True, "unavailable_after": True}
    assert headers(original=None, captured_at=None, **wanted) == ()


FRAGMENT = render(BANNER)
HASH = style_hash(FRAGMENT)


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("", True),
        ("script-src 'self'", True),
        ("default-src 'self'", False),
        ("default-src 'none'; style-src 'unsafe-inline'", True),
        ("DEFAULT-SRC 'self'; Style-Src 'UNSAFE-INLINE'", True),
        ("style-src 'self' 'unsafe-inline' 'nonce-abc'", False),
        ("style-src 'unsafe-inline' 'sha256-abc'", False),
        (f"style-src 'self' {HASH}", True),
        ("style-src-elem 'self'; style-src 'unsafe-inline'", False),
        ("style-src-elem 'unsafe-inline'; style-src 'none'", True),
        ("style-src 'unsafe-inline'; style-src 'none'", True),
        ("style-src *", False),
        (" ;; default-src", False),
    ],
)
def test_whether_a_policy_lets_our_styles_in(policy, allowed):
    assert allows_style(policy, FRAGMENT) is allowed
    assert allows_style(policy, unstyled(FRAGMENT))


def test_what_has_no_styles_has_no_hash():
    assert style_hash(unstyled(FRAGMENT)) is None
    assert "<style" not in unstyled(FRAGMENT)
    assert unstyled(FRAGMENT).count("<") == FRAGMENT.count("<") - 2


META = b'<meta http-equiv="Content-Security-Policy" content="%b">'


@pytest.mark.parametrize(
    ("head", "styled"),
    [
        (META % b"style-src &#39;self&#39;", False),
        (META % b"style-src 'self'", False),
        (META % b"img-src 'self'", True),
        (META % b"style-src 'unsafe-inline'" + META % b"default-src 'none'", False),
        (b"<META CONTENT=\"default-src 'none'\" HTTP-EQUIV=content-security-policy>", False),
        (b"<meta content=default-src http-equiv='Content-Security-Policy'/>", False),
        (b"<meta http-equiv=refresh content=\"default-src 'none'\">", True),
        (b"<!-- " + META % b"default-src 'none'" + b" -->", True),
        (b"<meta http-equiv=content-security-policy>", True),
        (
            b"<meta =http-equiv x=content-security-policy http-equiv content=\"default-src 'none'\">",
            True,
        ),
        (b"", True),
    ],
)
def test_a_page_whose_policy_forbids_styles_gets_none(head, styled):
    page = b"<!doctype html><html><head>" + head + b"</head><body><p>x"
    assert obstacle(page) == ""
    flagged = splice(page, FRAGMENT)
    assert (b"<style>" in flagged) is styled
    assert b"archive-checker-heading" in flagged
    assert strip(flagged) == page
    assert splice(flagged, FRAGMENT) == flagged


def test_a_policy_in_the_body_counts_for_nothing():
    page = b"<body><p>" + META % b"default-src 'none'" + b"<main><h1>T"
    assert b"<style>" in splice(page, FRAGMENT)
