"""Sources that are not public: what is sent, where it goes, and that it is kept nowhere."""

import base64
import json
from datetime import timedelta

import pytest

from checker.adapters.guard import Guard
from checker.adapters.http import Access, FetchLimits, RequestsHttp, origin_of
from checker.adapters.robots import PoliteHttp
from checker.adapters.warc import WarcArchive
from checker.errors import ConfigError
from checker.model import FetchFailure, Request, Response
from checker.settings import load
from checker.settings.showing import as_plain
from checker.wiring import network
from tests.helpers_net import Stopped
from tests.loopback import Loopback, Reply, page, redirect

CANARY = "c4nary-secret"


def fetcher(*sites, access, **limits):
    allow = {"private": tuple(f"127.0.0.1:{one.port}" for one in sites)}
    allow["public"] = allow["private"]
    return RequestsHttp(FetchLimits(**limits), Guard(allow), Stopped(), {"private": access})


def login(site, *fields, proxy=None):
    return Access(frozenset({origin_of(site.url())}), fields, proxy)


def gate(header, value):
    """A page for who bears the header, 401 for others."""

    def answer(seen):
        return page("inside") if seen.header(header) == value else Reply(401)

    return answer


@pytest.mark.parametrize("header", ["Cookie", "X-Api-Key", "Authorization"])
def test_a_private_source_is_read_with_its_login_and_no_other_source_is(header):
    with Loopback({"/": gate(header, CANARY)}) as site:
        with fetcher(site, access=login(site, (header, CANARY))) as http:
            inside = http.fetch(Request(site.url(), source="private"))
            outside = http.fetch(Request(site.url(), source="public"))
    assert isinstance(inside, Response)
    assert (inside.status, inside.body) == (200, b"inside")
    assert isinstance(outside, Response)
    assert outside.status == 401


def test_robots_txt_of_a_private_site_is_asked_with_the_login():
    script = {"/robots.txt": gate("Cookie", CANARY), "/": gate("Cookie", CANARY)}
    with Loopback(script) as site:
        with fetcher(site, access=login(site, ("Cookie", CANARY))) as http:
            polite = PoliteHttp(http, clock=Stopped(), delay=timedelta(0), user_agent="a/1")
            assert isinstance(polite.fetch(Request(site.url(), source="private")), Response)
        assert [one.header("Cookie") for one in site.requests] == [CANARY, CANARY]


def test_a_redirect_takes_the_secret_nowhere_else_and_home_again():
    with Loopback() as other, Loopback({"/in": gate("Cookie", CANARY)}) as site:
        site.script["/out"] = redirect(other.url("/through"))
        other.script["/through"] = redirect(site.url("/in"))
        with fetcher(site, other, access=login(site, ("Cookie", CANARY))) as http:
            answer = http.fetch(Request(site.url("/out"), source="private"))
        assert isinstance(answer, Response)
        assert answer.body == b"inside"
        assert [one.header("Cookie") for one in other.requests] == [None]


def test_another_port_or_scheme_of_the_host_is_another_place():
    assert origin_of("https://a.test") == "https://a.test:443"
    assert origin_of("http://A.test.:80/x?y") == "http://a.test:80"
    assert origin_of("https://b\u00fccher.test") == "https://xn--bcher-kva.test:443"
    with Loopback({"/": page("x")}) as site, Loopback({"/": page("y")}) as neighbour:
        with fetcher(site, neighbour, access=login(site, ("Cookie", CANARY))) as http:
            http.fetch(Request(neighbour.url(), source="private"))
        assert neighbour.requests[0].header("Cookie") is None


def test_what_is_kept_of_a_request_does_not_show_the_secret(tmp_path):
    with Loopback({"/": gate("Cookie", CANARY)}) as site:
        with fetcher(site, access=login(site, ("Cookie", CANARY))) as http:
            answer = http.fetch(Request(site.url(), source="private"))
    assert isinstance(answer, Response)
    assert dict(answer.request_headers)["Cookie"] == "(hidden)"
    assert CANARY not in repr(answer)
    archive = WarcArchive(tmp_path, Stopped())
    archive.append(answer)
    archive.close()
    import gzip

    kept = b"".join(gzip.decompress(one.read_bytes()) for one in tmp_path.rglob("*.warc.gz"))
    assert b"(hidden)" in kept
    assert CANARY.encode() not in kept


def test_a_failure_does_not_name_the_secret():
    with Loopback({"/": redirect("/")}) as site:
        with fetcher(site, access=login(site, ("Cookie", CANARY))) as http:
            answer = http.fetch(Request(site.url(), source="private"))
    assert isinstance(answer, FetchFailure)
    assert CANARY not in repr(answer)
    assert CANARY not in repr(login(site, ("Cookie", CANARY)))


def test_a_sources_own_proxy_is_used_for_it_alone():
    with Loopback({"/": page("direct")}) as site:
        with Loopback({site.url("/"): page("by proxy")}) as proxy:
            access = login(site, proxy=f"http://me:{CANARY}@{proxy.authority}")
            with fetcher(site, access=access) as http:
                private = http.fetch(Request(site.url("/"), source="private"))
                public = http.fetch(Request(site.url("/"), source="public"))
            assert (private.body, public.body) == (b"by proxy", b"direct")
            assert proxy.requests[0].header("Proxy-Authorization").startswith("Basic ")
        assert len(site.requests) == 1


# ── configuration ─────────────────────────────────────────────────────────────────────────────

SOURCE = '[[source]]\nname = "inside"\nfeed = "https://inside.example/feed.xml"\n'


def configured(tmp_path, text, env=None):
    path = tmp_path / "checker.toml"
    path.write_text(SOURCE + "[[access]]\n" + text)
    return load(path, env or {})


def test_basic_auth_with_the_password_in_a_file(tmp_path):
    (tmp_path / "password").write_text(f"{CANARY}\n")
    text = 'source = "inside"\nat = ["https://inside.example"]\nuser = "me"\nsecret_file = "password"\n'
    settings = configured(tmp_path, text)
    (made,) = network._access(settings).values()
    assert made.origins == {"https://inside.example:443"}
    expected = base64.b64encode(f"me:{CANARY}".encode()).decode()
    assert made.fields == (("Authorization", f"Basic {expected}"),)
    shown = json.dumps(as_plain(settings))
    assert expected not in shown + repr(settings)
    assert CANARY not in shown + repr(settings)


def test_a_header_with_its_value_in_the_environment(tmp_path):
    text = (
        'source = "inside"\nat = ["https://inside.example:8443"]\n'
        'header = "Cookie"\nsecret_env = "INSIDE_COOKIE"\n'
    )
    settings = configured(tmp_path, text, {"INSIDE_COOKIE": f"session={CANARY}"})
    (made,) = network._access(settings).values()
    assert made.fields == (("Cookie", f"session={CANARY}"),)
    assert made.origins == {"https://inside.example:8443"}


WHOLE = 'source = "inside"\nat = ["https://inside.example"]\nheader = "Cookie"\nsecret_env = "C"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WHOLE.replace('"inside"', '"other"'), "there is no source 'other'"),
        (WHOLE + "[[access]]\n" + WHOLE, "'inside' stands twice"),
        (WHOLE.replace('at = ["https://inside.example"]\n', ""), "where the secret may go"),
        (WHOLE.replace("https://inside.example", "https://a.example/path"), "more than an origin"),
        (WHOLE.replace("https://inside.example", "https://u:p@a.example"), "carries credentials"),
        (WHOLE.replace("Cookie", "Host"), "not for logins"),
        (WHOLE.replace("Cookie", "A B"), "no header's name"),
        (WHOLE + 'user = "me"\n', "Give header or user"),
        (WHOLE.replace('secret_env = "C"', 'secret_file = "missing"'), "No such file"),
        (WHOLE.replace('secret_env = "C"', 'secret_env = "CHECKER_X"'), "secret_env"),
        (WHOLE.replace('secret_env = "C"', 'secret_env = "EMPTY"'), "environment EMPTY is empty"),
        ('source = "inside"\n', "it says nothing"),
        ('source = "inside"\nproxy = "socks5://h:1"\n', "no http"),
    ],
)
def test_faults_of_the_configuration_are_told(tmp_path, text, says):
    with pytest.raises(ConfigError, match=says) as caught:
        configured(tmp_path, text, {"C": CANARY})
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("value", ["a\nX-Evil: 1", " ", "\u2014", ""])
def test_a_secret_that_is_no_headers_value_is_refused(tmp_path, value):
    with pytest.raises(ConfigError, match="no header's value"):
        configured(tmp_path, WHOLE, {"C": value})


def test_a_secret_in_plain_text_is_warned_of(tmp_path):
    plain = WHOLE.replace("https://inside", "http://inside")
    (warning,) = configured(tmp_path, plain, {"C": CANARY}).warnings
    assert "plain text" in warning
    assert CANARY not in warning
    assert not configured(tmp_path, WHOLE, {"C": CANARY}).warnings
