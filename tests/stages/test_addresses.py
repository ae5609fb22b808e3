"""The ways in which one address is written, and the keys of indexes."""

import pytest

from checker.stages.addresses import spellings
from checker.stages.memento import surt


def test_spellings():
    assert spellings("https://www.a.test/x?q=1#frag") == (
        "https://www.a.test/x?q=1#frag",
        "https://a.test/x?q=1",
        "https://a.test/x/?q=1",
        "https://www.a.test/x?q=1",
        "https://www.a.test/x/?q=1",
        "http://a.test/x?q=1",
        "http://a.test/x/?q=1",
        "http://www.a.test/x?q=1",
        "http://www.a.test/x/?q=1",
    )
    assert "http://a.test/x" in spellings("http://a.test/x/")
    assert "http://a.test" in spellings("https://a.test/")
    assert spellings("https://[broken") == ("https://[broken",)


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("https://www2.Example.com:443/A//b/?c=2&B=1#f", "com,example)/a/b?b=1&c=2"),
        ("http://example.com:8080", "com,example:8080)/"),
        ("http://example.com/?", "com,example)/"),
        ("https://user:pw@sub.example.com/%7Ex", "com,example,sub)/~x"),
        ("http://1.2.3.4/x/", "4,3,2,1)/x"),
        ("http://[::1]/", "::1)/"),
        ("http://a.b/?sid=" + "a1" * 16, "b,a)/"),
        ("ftp://a.test/x y", "ftp://a.test/x%20y"),
        ("https://[broken/x", "https://[broken/x"),
        ("https://a.test:99999/", "https://a.test:99999/"),
        (" ", "-"),
        ("https://a.test/\ud800", "test,a)/?"),
    ],
)
def test_keys_of_indexes(uri, key):
    assert surt(uri) == key
