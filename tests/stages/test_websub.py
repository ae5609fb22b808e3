"""What a WebSub subscriber asks and believes, and how a feed names its hub."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.model import Hub, Push, Response, SourceKind
from checker.stages import discover, websub

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = "https://paper.test/feed.xml"
HUB = Hub("https://hub.test/", FEED)
PUSH = Push("paper", HUB, "token", "secret")
ASKED = replace(PUSH, asked_at=NOW)


def answer(body=b"", *headers, status=200):
    return Response(FEED, status, "", headers, body, body, NOW, NOW)


def hub_of(body, *headers):
    return discover.parse(SourceKind.FEED, answer(body, *headers)).hub


def atom(links):
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{links}<title>t</title></feed>'.encode()


@pytest.mark.parametrize(
    ("links", "headers", "hub"),
    [
        ('<link rel="hub" href="https://hub.test/"/>', (), HUB),
        ('<link rel="hub" href="/hub"/>', (), Hub("https://paper.test/hub", FEED)),
        (
            (
                '<link rel="self" href="https://paper.test/rss"/><link rel="hub" href="https://hub.test/"/>'
                '<link rel="hub" href="https://second.test/"/>'
            ),
            (),
            Hub("https://hub.test/", "https://paper.test/rss"),
        ),
        ("", (("Link", '<https://hub.test/>; rel="hub"'),), HUB),
        (
            '<link rel="hub" href="https://other.test/"/><link rel="self" href="https://paper.test/rss"/>',
            (("link", "<https://hub.test/>; rel=hub, <https://paper.test/a>; rel=next"),),
            Hub("https://hub.test/", "https://paper.test/rss"),
        ),
        (
            "",
            (
                ("Link", '<https://paper.test/rss>; rel="self"'),
                ("Link", '<https://hub.test/>; rel="x HUB"'),
            ),
            Hub("https://hub.test/", "https://paper.test/rss"),
        ),
        ('<link rel="self" href="https://paper.test/rss"/>', (), None),
        ('<link rel="hub" href="javascript:alert(1)"/>', (), None),
        ('<link rel="hub" href="https://user:pw@hub.test/"/>', (), None),
        ("", (("Link", '<file:///etc/passwd>; rel="hub"'),), None),
    ],
)
def test_a_feed_or_its_fields_name_a_hub(links, headers, hub):
    assert hub_of(atom(links), *headers) == hub


def test_rss_names_its_hub_in_atoms_words():
    body = (
        b'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>t</title>'
        b'<a:link rel="hub" href="https://hub.test/"/><a:link rel="self" href="https://paper.test/feed.xml"/>'
        b"</channel></rss>"
    )
    assert hub_of(body) == HUB


def test_the_request_is_the_recommendations_form():
    form = parse_qs(websub.request(PUSH, "https://me.test/websub/token").decode())
    assert form == {
        "hub.mode": ["subscribe"],
        "hub.topic": [FEED],
        "hub.callback": ["https://me.test/websub/token"],
        "hub.secret": ["secret"],
        "hub.lease_seconds": ["864000"],
    }


@pytest.mark.parametrize(
    ("push", "later", "due"),
    [
        (PUSH, timedelta(0), True),
        (ASKED, timedelta(minutes=59), False),  # the hub may still come back
        (ASKED, timedelta(hours=1), True),
        (replace(ASKED, failures=3), timedelta(hours=7, minutes=59), False),
        (replace(ASKED, failures=3), timedelta(hours=8), True),
        (replace(ASKED, failures=50), timedelta(days=1), True),
        (replace(ASKED, lease_until=NOW + timedelta(days=10)), timedelta(days=7), False),
        (replace(ASKED, lease_until=NOW + timedelta(days=10)), timedelta(days=8), True),
        (replace(ASKED, lease_until=NOW + timedelta(minutes=5)), timedelta(minutes=4), False),
        (replace(ASKED, asked_at=NOW + timedelta(days=300)), timedelta(0), True),
        # confirmed by a clock that was ahead
        (replace(ASKED, lease_until=NOW + timedelta(days=300)), timedelta(hours=1), True),
    ],
)
def test_when_a_hub_is_asked_again(push, later, due):
    assert websub.is_due(push, NOW + later) is due


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [
        ("3600", timedelta(hours=1)),
        ("1", websub.SHORTEST),
        ("99999999999", websub.LONGEST),
        ("", websub.LEASE),
        ("-5", websub.LEASE),
        ("²", websub.LEASE),
        ("9" * 5000, websub.LEASE),
    ],
)
def test_a_granted_lease_is_believed_within_bounds(seconds, lease):
    assert websub.granted(ASKED, "subscribe", seconds, NOW) == NOW + lease


@pytest.mark.parametrize(
    ("push", "mode"),
    [
        (PUSH, "subscribe"),  # nobody was asked
        (ASKED, "unsubscribe"),
        (ASKED, ""),
    ],
)
def test_what_was_not_asked_for_is_not_confirmed(push, mode):
    assert websub.granted(push, mode, "60", NOW) is None


def test_signatures_of_the_recommendations_methods_count():
    body, key = b"news", b"secret"
    import hashlib
    import hmac

    for method in ("sha1", "sha256", "sha384", "sha512"):
        made = hmac.new(key, body, getattr(hashlib, method)).hexdigest()
        assert websub.is_signed(PUSH, body, f"{method}={made}")
        assert websub.is_signed(PUSH, body, f" {method.upper()}={made.upper()} ")
        assert not websub.is_signed(PUSH, body + b"!", f"{method}={made}")
        assert not websub.is_signed(replace(PUSH, secret="other"), body, f"{method}={made}")
    weak = hmac.new(key, body, hashlib.md5).hexdigest()
    assert not websub.is_signed(PUSH, body, f"md5={weak}")


@given(st.text())
def test_no_text_is_a_signature_by_luck_or_raises(text):
    assert not websub.is_signed(PUSH, b"news", text)


def test_a_refusal_is_told_in_the_hubs_words():
    plain = ("Content-Type", "text/plain")
    assert websub.refusal(answer(status=202)) is None
    assert websub.refusal(answer(status=204)) is None
    assert websub.refusal(answer(b"no such topic", plain, status=404)) == "HTTP 404 no such topic"
    assert websub.refusal(answer(b"<p>", ("Content-Type", "text/html"), status=500)) == "HTTP 500"


@pytest.mark.parametrize(
    ("uri", "onward", "exposed"),
    [
        ("https://hub.test/", "http://hub.test/", True),
        ("https://hub.test/", "https://other.test/", False),
        ("http://hub.test/", "http://hub.test/new", False),
        ("http://hub.test/", "https://hub.test/", False),
    ],
)
def test_what_a_redirect_would_expose(uri, onward, exposed):
    assert websub.is_exposed(uri, onward) is exposed
