"""The address guard: what is refused, for which reason, and that nothing was asked."""

import csv
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from checker.adapters.guard import (
    AddressRefusedError,
    Guard,
    Target,
    UrlRefusedError,
    legacy_literal,
    urls,
    vet_url,
    why_refused,
)
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.errors import ConfigError
from checker.model import FailureKind, FetchFailure, Request, Response
from tests.corpora import corpora
from tests.helpers_net import Stopped, resolver
from tests.loopback import Loopback, page, redirect

PUBLIC = "93.184.216.34"


@pytest.fixture
def connects(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that anything tries to connect to; no attempt leaves the machine."""
    tried: list[str] = []

    def connect(_: socket.socket, address: tuple[str, int]) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def refusal(url: str, guard: Guard, source: str = "") -> str | None:
    """Why the guard refuses *url*, as a fetch would meet it; None if it does not."""
    try:
        target = guard.target(url, source)
        guard.addresses(target.host, target.port, source, 5)
    except (UrlRefusedError, AddressRefusedError) as error:
        return str(error)
    return None


ADDRESSES = [
    *[(a, "this network") for a in ("0.0.0.0", "0.1.2.3")],
    *[(a, "private") for a in ("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255")],
    *[(a, "private") for a in ("192.168.0.1", "192.168.255.255", "::ffff:10.0.0.1")],
    *[(a, "loopback") for a in ("127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1")],
    *[(a, "carrier-grade NAT") for a in ("100.64.0.1", "100.127.255.255")],
    *[(a, "link-local or cloud metadata") for a in ("169.254.169.254", "169.254.170.2")],
    *[(a, "link-local or cloud metadata") for a in ("100.100.100.200", "192.0.0.192")],
    *[(a, "link-local or cloud metadata") for a in ("168.63.129.16", "fd00:ec2::254")],
    *[(a, "link-local or cloud metadata") for a in ("64:ff9b::a9fe:a9fe", "::ffff:a9fe:a9fe")],
    *[(a, "protocol assignments") for a in ("192.0.0.1", "192.0.0.170")],
    *[(a, "documentation") for a in ("192.0.2.1", "198.51.100.1", "203.0.113.1")],
    *[(a, "documentation") for a in ("2001:db8::1", "3fff::1")],
    *[(a, "benchmarking") for a in ("198.18.0.1", "198.19.255.255")],
    *[(a, "AS112") for a in ("192.31.196.1", "192.175.48.1", "2620:4f:8000::1")],
    *[(a, "multicast") for a in ("224.0.0.1", "239.255.255.255")],
    *[(a, "reserved") for a in ("240.0.0.1", "255.255.255.255")],
    ("192.52.193.1", "AMT"),
    ("192.88.99.1", "6to4 relay"),
    *[(a, "not global unicast") for a in ("::", "::127.0.0.1", "fc00::1", "fd12::1", "fe80::1")],
    *[(a, "not global unicast") for a in ("fec0::1", "ff02::1", "100::1", "100:0:0:1::1")],
    *[(a, "not global unicast") for a in ("::ffff:0:127.0.0.1", "64:ff9b:1::1", "5f00::1")],
    *[(a, "not global unicast") for a in ("4000::1", "e000::1")],
    *[(a, "6to4") for a in ("2002:7f00:1::", "2002::1")],
    *[(a, "protocol assignments, Teredo") for a in ("2001::1", "2001:2::1", "2001:10::1")],
    *[(a, None) for a in ("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255")],
    *[(a, None) for a in ("100.128.0.0", "172.15.255.255", "172.32.0.0", "223.255.255.255")],
    *[(a, None) for a in (PUBLIC, "192.0.1.1", "198.17.255.255", "198.20.0.0")],
    *[(a, None) for a in ("2606:4700:10::6814:179a", "2001:4860:4860::8888", "2003::1")],
    *[(a, None) for a in ("64:ff9b::8.8.8.8", "::ffff:8.8.8.8")],
]


@pytest.mark.parametrize(("address", "reason"), ADDRESSES)
def test_the_table_knows_every_kind_of_address(address: str, reason: str | None) -> None:
    assert why_refused(ip_address(address)) == reason


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_judged_alike_in_every_wrapping(number: int) -> None:
    reason = why_refused(IPv4Address(number))
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        assert why_refused(IPv6Address(int(IPv6Address(prefix)) + number)) == reason


@settings(deadline=None)  # a busy machine is no fault
@given(st.integers(0, 2**128 - 1))
def test_nothing_outside_global_unicast_is_public(number: int) -> None:
    address = IPv6Address(number)
    if why_refused(address) is None:
        assert number >> 125 == 1 or legacy_literal(str(address)) is not None
        assert not address.is_private
        assert not address.is_multicast


URLS = [
    ("http://2130706433/", "loopback"),
    ("http://0x7f.1/", "loopback"),
    ("http://0177.0.0.1/", "loopback"),
    ("http://127.1", "loopback"),
    ("http://0/", "this network"),
    ("http://127.0.0.1./", "loopback"),
    ("http://0xA9FEA9FE/", "link-local or cloud metadata"),
    ("http://[::ffff:169.254.169.254]/", "link-local or cloud metadata"),
    ("http://localhost/", "loopback"),
    ("http://LOCALHOST./", "loopback"),
    ("http://inner.example/", "private"),
    ("http://mixed.example/", "private"),
    ("http://mixed-too.example/", "loopback"),
    ("http://①②⑦.⓪.⓪.①/", "no host name"),
    ("http://127。0。0。1/", "no host name"),
    ("http://１２７.0.0.1/", "no host name"),
    ("http://outer.example:22/", "port 22 is not allowed"),
    ("http://outer.example:6379/", "port 6379 is not allowed"),
    ("http://outer.example:0/", "port 0"),
    ("http://outer.example:99999/", "not a URL"),
    ("http://outer.example:8o/", "not a URL"),
    ("ftp://outer.example/", "only http and https"),
    ("file:///etc/passwd", "only http and https"),
    ("FILE:/etc/passwd", "only http and https"),
    ("source:file:///etc/passwd", "only http and https"),
    ("gopher://outer.example/", "only http and https"),
    ("dict://outer.example:11211/", "only http and https"),
    ("ldap://outer.example/", "only http and https"),
    ("jar:http://outer.example!/", "only http and https"),
    ("http+unix://%2Fvar%2Frun%2Fdocker.sock/", "only http and https"),
    ("javascript:alert(1)", "only http and https"),
    ("data:text/html,x", "only http and https"),
    ("//outer.example/", "only http and https"),
    ("outer.example", "only http and https"),
    ("http:127.0.0.1/", "no host"),
    ("http:///x", "no host"),
    ("http://user:secret@outer.example/", "user names and passwords"),
    ("http://outer.example@127.0.0.1/", "user names and passwords"),
    ("http://169.254.169.254:8888\\@outer.example/", "backslashes are refused"),
    ("http://outer.example/a b", "spaces and backslashes are refused"),
    (" http://outer.example/", "spaces and backslashes are refused"),
    ("http://outer.example/\r\nHost: x", "control characters"),
    ("http://out\ter.example/", "control characters"),
    ("http://outer.example/\u2028", "spaces and backslashes are refused"),
    ("http://outer.example/\u0085", "control characters"),
    ("http://%6c%6f%63%61%6c%68%6f%73%74/", "hosts with %"),
    ("http://[fe80::1%25eth0]/", "hosts with %"),
    ("http://[::1/", "not a URL"),
    ("http://[v1.x]/", "no"),
    ("http://[::ffff:127.0.0.999]/", "IPv6 address"),
    ("http://[::ffff:127.0.0.01]/", "IPv6 address"),
    ("http://out_er..example/", "no host name"),
    ("http://-outer.example/", "no host name"),
    (f"http://{'a' * 64}.example/", "no host name"),
    ("http://${HOST}/", "no host name"),
    ("http://outer.example/\ud800", "lone surrogates"),
    ("http://outer.example/" + "x" * 8192, "longer than 8192 bytes"),
    ("http://outer.example/", None),
    ("HTTPS://OUTER.example:443/ä?q=%20#f", None),
    ("http://[2606:4700:10::6814:179a]:80/", None),
    ("http://wrocław.example/", None),
    ("http://under_score.example/", None),
]
NAMES = {
    "localhost": ["127.0.0.1"],
    "LOCALHOST": ["127.0.0.1"],
    "inner.example": ["10.1.2.3"],
    "mixed.example": [PUBLIC, "192.168.1.1"],
    "mixed-too.example": ["2606:4700:10::6814:179a", "::1"],
    "*": [PUBLIC],
}


@pytest.mark.parametrize(("url", "reason"), URLS, ids=lambda value: ascii(value)[:40])
def test_each_url_is_refused_for_its_own_reason(url: str, reason: str | None) -> None:
    found = refusal(url, Guard(resolve=resolver(NAMES)))
    assert found is None if reason is None else found is not None and reason in found, found


def test_a_url_is_taken_apart_for_the_connection() -> None:
    target = vet_url("HTTPS://WROCŁAW.example:8443/Ä//b?#frag")
    assert (target.scheme, target.host, target.port) == ("https", "xn--wrocaw-6db.example", 8443)
    assert target.uri == "https://xn--wrocaw-6db.example:8443/Ä//b?"
    assert target.authority == "xn--wrocaw-6db.example:8443"
    assert vet_url("http://[2003::1]?q").uri == "http://[2003::1]/?q"


@pytest.mark.parametrize("other", ["http://inner.example:80/", "http://outer.example:81/"])
def test_parsers_that_disagree_refuse_the_url(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    # No URL is known that gets this far; the next parser bug may be one. The plainest are not asked.
    vet_url.cache_clear()
    monkeypatch.setattr(urls, "parse_url", lambda _: parse_url(other))
    with pytest.raises(UrlRefusedError, match="two URL parsers disagree"):
        vet_url("http://outer.example:80/@")


_PLAIN_PARTS = st.tuples(
    st.sampled_from(["http", "https"]),
    st.text("ab0.-_x", max_size=12) | st.sampled_from(["a.test", "127.1", "0x7f.1", "a" * 64]),
    st.sampled_from(["", ":", ":80", ":443", ":8080", ":08", ":0", ":65535", ":99999"]),
    st.text("/ab.:@?=&#%~+,;!*'()[]\\-_ ", max_size=12).map("/".__add__) | st.just(""),
)


@settings(deadline=None)
@given(_PLAIN_PARTS)
def test_a_plain_url_is_read_as_two_parsers_would(parts: tuple[str, ...]) -> None:
    scheme, host, port, path = parts
    url = f"{scheme}://{host}{port}{path}"
    whole = vet_url.__wrapped__
    plain, urls._PLAIN = urls._PLAIN, re.compile("(?!)")
    try:
        told = _told(whole, url)
    finally:
        urls._PLAIN = plain
    assert _told(whole, url) == told


def _told(vet: Callable[[str], Target], url: str) -> Target | str:
    try:
        return vet(url)
    except UrlRefusedError as error:
        return str(error)


@settings(deadline=None)  # a busy machine is no fault
@given(st.text() | st.text().map("http://".__add__) | st.text().map("http://a.test/".__add__))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        target = vet_url(text)
    except UrlRefusedError:
        return
    assert vet_url(target.uri) == target


def hostile() -> list[str]:
    path = corpora("urls") / "ssrf.tsv"
    with path.open(newline="") as lines:
        rows = [row["url"] for row in csv.DictReader(lines, delimiter="\t")]
    assert len(rows) > 200
    return rows


def test_real_tricks_reach_nothing_when_every_name_leads_inside(connects: list[str]) -> None:
    guard = Guard(resolve=resolver({"*": ["127.0.0.1"]}))
    passed = set()
    with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
        for url in hostile():
            answer = http.fetch(Request(url))
            assert isinstance(answer, FetchFailure)
            if answer.kind is not FailureKind.ADDRESS:
                passed.add(url)
    # The list has a few harmless addresses; these two are global unicast at port 80.
    assert passed == {"http://1.1.1.1", "http://[2004:0db8:1234:5678::abcd:ef01]/"}
    assert set(connects) == {"1.1.1.1", "2004:db8:1234:5678::abcd:ef01"}


def test_real_tricks_reach_only_what_the_resolver_vouches_for(connects: list[str]) -> None:
    guard = Guard(resolve=resolver({"*": [PUBLIC]}))
    kinds = set()
    with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
        for url in hostile():
            answer = http.fetch(Request(url))
            assert isinstance(answer, FetchFailure)
            kinds.add(answer.kind)
            inside = ("127.", "169.254.", "[::1]", "0x7f", "2130706433", "192.168.", "10.0.")
            if url.partition("//")[2].startswith(inside) and "nip.io" not in url:
                assert answer.kind is FailureKind.ADDRESS, url
    assert kinds == {FailureKind.ADDRESS, FailureKind.CONNECT}
    assert set(connects) == {PUBLIC, "1.1.1.1", "2004:db8:1234:5678::abcd:ef01"}


def test_both_parsers_agree_on_whatever_passes() -> None:
    path = corpora("urls") / "whatwg-urltestdata.json"
    cases = [case for case in json.loads(path.read_text()) if isinstance(case, dict)]
    passed = differing = 0
    for case in cases:
        try:
            target = vet_url(case["input"])
        except UrlRefusedError:
            differing += _differ(case["input"])
            continue
        passed += 1
        assert not _differ(case["input"]), case["input"]
        prepared = requests.Request("GET", target.uri).prepare().url
        for url in (target.uri, prepared):
            assert urlsplit(url).hostname == target.host, case["input"]
            assert (parse_url(url).host or "").strip("[]") == target.host, case["input"]
    assert passed >= 60
    assert differing >= 20  # or this list would prove nothing


def _differ(url: str) -> bool:
    try:
        one, other = urlsplit(url), parse_url(url)
        ascii_host = (one.hostname or "").isascii()
        return ascii_host and (one.hostname or "") != (other.host or "").lower().strip("[]")
    except (ValueError, LocationParseError):
        return False


# --- allow-lists ---------------------------------------------------------------------------


ALLOWED = [
    (("127.0.0.1:8908",), "http://127.0.0.1:8908/", None),
    (("127.0.0.1:8908",), "http://localhost:8908/", None),
    (("127.0.0.1:8908",), "http://[::ffff:127.0.0.1]:8908/", None),
    (("127.0.0.1:8908",), "http://127.0.0.1:8909/", "loopback"),
    (("127.0.0.1:8908",), "http://127.0.0.1/", "loopback"),
    (("127.0.0.1:8908",), "http://127.0.0.2:8908/", "loopback"),
    (("127.0.0.1:8908",), "http://outer.example:8908/", "port 8908 is not allowed"),
    (("[::1]:8908",), "http://[::1]:8908/", None),
    (("localhost:8908",), "http://localhost:8908/", None),
    (("localhost:8908",), "http://127.0.0.1:8908/", "loopback"),
    (("outer.example:8080",), "http://outer.example:8080/", None),
    (("10.0.0.0/8",), "http://inner.example/", None),
    (("10.0.0.0/8",), "https://10.9.9.9/", None),
    (("10.0.0.0/8",), "http://10.9.9.9:8080/", "port 8080 is not allowed"),
    (("10.0.0.0/8", "10.1.1.1:8080"), "http://10.9.9.9:8080/", "port 8080 is not allowed"),
    (("10.0.0.0/8",), "http://192.168.0.1/", "private"),
    (("10.1.2.3",), "http://inner.example/", None),
    (("192.168.0.0/16",), "http://mixed.example/", None),
    (("169.254.0.0/16",), "http://169.254.169.254/", "metadata"),
    (("0.0.0.0/0", "::/0"), "http://169.254.169.254/", "metadata"),
    (("0.0.0.0/0", "::/0"), "http://[fd00:ec2::254]/", "metadata"),
    (("0.0.0.0/0",), "http://127.0.0.1/", None),
    (("169.254.169.254",), "http://169.254.169.254/", None),
    (("169.254.169.254:80",), "http://169.254.169.254/", None),
    (("meta.example:80",), "http://meta.example/", "metadata"),
]


@pytest.mark.parametrize(("allow", "url", "reason"), ALLOWED)
def test_an_allow_list_opens_what_it_names_and_no_more(
    allow: tuple[str, ...], url: str, reason: str | None
) -> None:
    names = {**NAMES, "meta.example": ["169.254.169.254"]}
    for guard in (
        Guard({"inside": allow}, resolve=resolver(names)),
        Guard({"inside": ()}, everywhere=allow, resolve=resolver(names)),
    ):
        found = refusal(url, guard, "inside")
        assert found is None if reason is None else found is not None and reason in found, found


def test_an_allow_list_is_its_sources_alone() -> None:
    guard = Guard({"sample": ("127.0.0.1:8908",), "other": ()})
    assert refusal("http://127.0.0.1:8908/", guard, "sample") is None
    for source in ("other", "", "Sample"):
        assert "loopback" in str(refusal("http://127.0.0.1:8908/", guard, source))
    everywhere = Guard({"other": ()}, everywhere=("10.0.0.0/8",), ports=(80, 8080))
    for source in ("other", "", "unheard-of"):
        assert refusal("http://10.0.0.1:8080/", everywhere, source) is None


def test_all_wrong_entries_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        Guard({"a": ("10.0.0.1/8", "localhost"), "b": ("x:99999", "h:0", ":80", "127.0.0.1:80")})
    assert len(caught.value.problems) == 5
    assert "source 'a', allow 'localhost': neither host:port nor a CIDR" in str(caught.value)


# --- resolving and connecting ----------------------------------------------------------------


def test_rebinding_gets_nowhere(connects: list[str]) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]] * 20)
    asked: list[str] = []

    def resolve(host: str, port: int, *_: int) -> list[tuple[object, ...]]:
        asked.append(host)
        return resolver({host: next(answers)})(host, port)

    with RequestsHttp(FetchLimits(), Guard(resolve=resolve), Stopped()) as http:
        kinds = [http.fetch(Request("http://rebind.example/")) for _ in range(20)]
    assert set(connects) == {PUBLIC}
    assert len(asked) == 20  # once per connection
    assert [answer.kind for answer in kinds if isinstance(answer, FetchFailure)] == [
        FailureKind.CONNECT,
        FailureKind.ADDRESS,
    ] * 10


@pytest.fixture
def site() -> Iterator[Loopback]:
    with Loopback({"/": page("hello")}) as running:
        yield running


def test_the_next_vetted_address_is_tried_when_one_fails(site: Loopback) -> None:
    names = resolver({"dual.test": ["127.0.0.9", "127.0.0.1"]})
    guard = Guard({"s": (f"dual.test:{site.port}",)}, resolve=names)
    with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
        answer = http.fetch(Request(site.url("/", "dual.test"), source="s"))
    assert isinstance(answer, Response)
    assert site.requests[0].header("Host") == f"dual.test:{site.port}"


def test_an_ipv6_literal_is_reached_and_named_with_brackets() -> None:
    try:
        site = Loopback({"/": page("six")}, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with site:
        guard = Guard({"s": (site.authority,)})
        with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
            answers = [http.fetch(Request(site.url(), source="s")) for _ in range(2)]
        assert all(isinstance(answer, Response) for answer in answers), answers
        assert site.requests[0].header("Host") == f"[::1]:{site.port}"
        assert site.connections == 1


def test_a_connection_that_went_elsewhere_is_refused(
    site: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "getpeername", lambda _: ("127.0.0.5", 80))
    guard = Guard({"s": (site.authority,)})
    with pytest.raises(AddressRefusedError, match="did not go to the address that was vetted"):
        guard.connect("127.0.0.1", site.port, "s", timeout=5)
    assert site.requests == []


def test_no_time_left_means_no_attempt(connects: list[str]) -> None:
    guard = Guard(resolve=resolver({"*": [PUBLIC]}))
    with pytest.raises(TimeoutError, match="no time left"):
        guard.connect(PUBLIC, 80, "", timeout=None, deadline=0.0)
    assert connects == []


def test_a_resolver_that_hangs_is_left_behind() -> None:
    release = threading.Event()

    def hang(*_: object) -> list[tuple[object, ...]]:
        release.wait(10)
        return []

    guard = Guard(resolve=hang)
    guard._lookups = threading.BoundedSemaphore(1)
    with pytest.raises(socket.gaierror, match="no answer within"):
        guard.addresses("slow.example", 80, "", 0.05)
    with pytest.raises(socket.gaierror, match="overloaded"):
        guard.addresses("slow.example", 80, "", 0.05)
    release.set()


@pytest.mark.parametrize(
    ("resolve", "error", "reason"),
    [
        (lambda *_: [], socket.gaierror, "no address"),
        (resolver({}), socket.gaierror, "not known"),
        (lambda *_: [(socket.AF_UNIX, 1, 0, "", ("/x", 80))], AddressRefusedError, "no IP address"),
        (lambda *_: [(socket.AF_INET, 1, 6, "", (PUBLIC, 81))], AddressRefusedError, "no IP"),
        (lambda *_: [(socket.AF_INET6, 1, 6, "", ("fe80::1%lo", 80, 0, 1))], AddressRefusedError, "global"),
        (lambda *_: "\udcff".encode(), socket.gaierror, "no host name"),
    ],
)  # fmt: skip
def test_odd_answers_of_the_resolver(resolve, error: type[Exception], reason: str) -> None:
    with pytest.raises(error, match=reason):
        Guard(resolve=resolve).addresses("odd.example", 80, "", 5)


# --- canaries: every way in -------------------------------------------------------------------


INNER = ["http://127.0.0.1:{}/", "http://2130706433:{}/", "http://[::ffff:127.0.0.1]:{}/"]
INNER += ["http://localhost:{}/", "http://inner.example:{}/", "http://0x7f.1:{}/"]


@pytest.mark.parametrize("inner", INNER)
def test_a_redirect_to_the_inside_is_refused_at_its_hop(site: Loopback, inner: str) -> None:
    with Loopback({"/": page("secret")}) as canary:
        names = resolver({"localhost": ["127.0.0.1"], "inner.example": ["127.0.0.1"]})
        guard = Guard({"s": (site.authority,)}, ports=(80, canary.port), resolve=names)
        site.script["/out"] = redirect(inner.format(canary.port))
        with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
            answer = http.fetch(Request(site.url("/out"), source="s"))
        assert isinstance(answer, FetchFailure)
        assert (answer.kind, canary.connections) == (FailureKind.ADDRESS, 0)
        assert "loopback, after a redirect from" in answer.detail


def test_the_refusal_does_not_tell_an_open_port_from_a_closed_one(site: Loopback) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        guard = Guard(ports=(80, site.port, port))
        with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
            answers = [
                http.fetch(Request(f"http://127.0.0.1:{number}/")) for number in (site.port, port)
            ]
    details = {answer.detail for answer in answers if isinstance(answer, FetchFailure)}
    assert details == {"the address guard refused 127.0.0.1: loopback"}


def test_a_kept_connection_serves_no_other_source(site: Loopback) -> None:
    guard = Guard({"a": (site.authority,), "b": (site.authority,)})
    with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
        for source in ("a", "a", "b"):
            assert isinstance(http.fetch(Request(site.url(), source=source)), Response)
        assert site.connections == 2
        refused = http.fetch(Request(site.url(), source="c"))
    assert isinstance(refused, FetchFailure)
    assert (refused.kind, len(site.requests)) == (FailureKind.ADDRESS, 3)


def test_a_kept_connection_serves_no_other_name(site: Loopback) -> None:
    names = resolver({"one.test": ["127.0.0.1"], "two.test": ["127.0.0.1"]})
    guard = Guard({"s": (site.authority,)}, resolve=names)
    with RequestsHttp(FetchLimits(), guard, Stopped()) as http:
        for name in ("one.test", "two.test", "one.test"):
            assert isinstance(http.fetch(Request(site.url("/", name), source="s")), Response)
    assert site.connections == 2
