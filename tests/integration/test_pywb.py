"""Audits against a real pywb that serves the corpora's WARC files (``make test-pywb``).

pywb is GPL and a program of its own, in a virtual environment of its own: `make pywb`.
"""

from datetime import timedelta
from urllib.request import urlopen

import pytest

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.adapters.library import DiskShelf
from checker.adapters.robots import PoliteHttp
from checker.service import AuditOptions, Auditor
from checker.service.audit.options import AUDIT
from checker.stages.memento import wanted
from checker.wiring import SystemClock
from tests import pywb_server
from tests.corpora import corpora
from tests.helpers_watch import POLICIES

pytestmark = pywb_server.needed
PAGE = "http://www.iana.org/"
AGENT = "archive-checker/test"


@pytest.fixture(scope="module")
def pywb(tmp_path_factory):
    """Its address, with a collection ``live``."""
    folder, warc = tmp_path_factory.mktemp("pywb"), corpora("warc") / "pywb"
    pywb_server.manage(folder, "init", "live")
    pywb_server.manage(
        folder, "add", "live", str(warc / "iana.warc.gz"), str(warc / "example.warc.gz")
    )
    with pywb_server.serving(folder) as address:
        yield address


@pytest.fixture
def audit(tmp_path, pywb):
    """Audits the page as pywb holds it, saved as if it were today's."""
    clock = SystemClock()
    direct = RequestsHttp(
        FetchLimits(user_agent=AGENT), Guard({AUDIT: (pywb.removeprefix("http://"),)}), clock
    )
    http = PoliteHttp(direct, clock=clock, delay=timedelta(0), user_agent=AGENT)

    def run(body: bytes, against: str, which: str = "latest"):
        (tmp_path / "page.html").write_bytes(body)
        auditor = Auditor(http, clock, POLICIES, DiskShelf(), "0")
        options = AuditOptions(
            mapping=(("page.html", PAGE),), against=against, memento=wanted(which)
        )
        return auditor.audit([str(tmp_path)], options)

    with direct:
        yield run


def captured(address: str) -> bytes:
    with urlopen(f"{address}/live/20140126200624id_/{PAGE}", timeout=30) as answer:
        return answer.read()


@pytest.mark.parametrize("where", ["/live/cdx", "/live/timemap/link/", "/live/"])
def test_each_way_to_ask_pywb_finds_the_same_unchanged_copy(pywb, audit, where):
    report = audit(captured(pywb), pywb + where)
    assert not report.skipped, report.skipped
    (item,) = report.items
    assert item.mapped_by == "memento"
    assert item.captured_at is not None
    assert f"{item.captured_at:%Y%m%d%H%M}" == "201401262006"
    assert item.comparison is not None
    assert item.comparison.change.value == "identical"


@pytest.mark.parametrize("where", ["/live/cdx", "/live/timemap/link/", "/live/"])
def test_a_date_that_no_copy_meets(pywb, audit, where):
    report = audit(captured(pywb), pywb + where, "before:2001-01-01")
    assert "no archived copy before 2001-01-01" in report.skipped[0].reason


def test_a_change_is_found(pywb, audit):
    body = captured(pywb).replace(b"global coordination", b"local coordination of 17 things")
    (item,) = audit(body, f"{pywb}/live/cdx", "2014-06-01").items
    assert item.comparison is not None
    assert item.comparison.change.value in {"minor", "substantive"}
