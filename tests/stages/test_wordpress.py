"""Posts that WordPress lists, page by page."""

import json
from pathlib import Path

import pytest

from checker.adapters.library import DiskShelf
from checker.model import DateKind
from checker.service import AuditOptions, Auditor
from checker.stages.discover import parse_wordpress
from tests.fakes_http import FakeHttp
from tests.helpers_watch import POLICIES, SetClock, html, reply
from tests.loopback import Reply

API = "https://wp.test/wp-json/wp/v2/posts?per_page=2"


def post(name: str, **more: object) -> dict[str, object]:
    return {
        "link": f"https://wp.test/{name}/",
        "title": {"rendered": "A &amp; <b>b</b>"},
        "date_gmt": "2024-01-02T03:04:05",
        "modified_gmt": "2025-01-02T03:04:05",
        **more,
    }


def listed(*posts: object) -> bytes:
    return json.dumps(posts).encode()


def test_posts_with_titles_and_dates_in_utc():
    found = parse_wordpress(listed(post("a"), post("b", date_gmt=None, title="?")), API)
    assert found is not None
    first, second = found.found
    assert (first.uri, first.title) == ("https://wp.test/a/", "A & b")
    assert [(one.kind, one.earliest.isoformat()) for one in first.hints] == [
        (DateKind.PUBLISHED, "2024-01-02T03:04:05+00:00"),
        (DateKind.MODIFIED, "2025-01-02T03:04:05+00:00"),
    ]
    assert all(one.weak for one in first.hints)
    assert (second.title, len(second.hints)) == ("", 1)


@pytest.mark.parametrize(
    ("uri", "total", "children"),
    [
        (API, "3", [f"{API}&page=2", f"{API}&page=3"]),
        (API, "1", []),
        (f"{API}&page=2", "3", []),
        (API, "many", []),
        (API, None, []),
    ],
)
def test_the_other_pages_of_the_answer(uri, total, children):
    headers = (("x-wp-totalpages", total),) if total else ()
    found = parse_wordpress(listed(post("a")), uri, headers)
    assert list(found.children) == children


def test_pages_without_end_end():
    found = parse_wordpress(listed(post("a")), API, (("X-WP-TotalPages", "99999999"),))
    assert len(found.children) == 999


def test_a_post_without_an_address_is_told():
    found = parse_wordpress(listed(post("a"), post("b", link="javascript:x")), API)
    assert len(found.found) == 1
    assert "1 posts without a usable http(s) address" in found.problems[0]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"[1]", b'[{"link": "x"}]', b"{}", b"[" * 100_000, b"<html>", b"[}"]
)
def test_what_is_no_list_of_posts(body):
    assert parse_wordpress(body, API) is None


def test_a_site_is_audited_by_its_posts(tmp_path: Path):
    clock = SetClock()
    script = {
        API: Reply(200, listed(post("a"), post("b")), (("X-WP-TotalPages", "2"),)),
        f"{API}&page=2": Reply(200, listed(post("c")), (("X-WP-TotalPages", "2"),)),
        **{f"https://wp.test/{name}/": reply(html()) for name in "abc"},
    }
    auditor = Auditor(FakeHttp(script, clock), clock, POLICIES, DiskShelf(), "0")
    report = auditor.audit([API], AuditOptions())
    assert [one.uri for one in report.items] == [f"https://wp.test/{name}/" for name in "abc"]
    assert not report.skipped
