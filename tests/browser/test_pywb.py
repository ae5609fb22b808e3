"""deploy/pywb in a real pywb that replays real captures, seen through a real browser.

pywb (GPL) is a program of its own, in a virtual environment of its own: `make pywb`.
"""

import shutil
from pathlib import Path

import pytest

from checker.entry.web.app import build
from checker.entry.web.parts import Parts
from checker.entry.web.server import running
from tests import pywb_server
from tests.corpora import corpora
from tests.helpers_delivery import board_over, judge, outdated
from tests.store_fixture import fill, open_store

ROOT = Path(__file__).parents[2]
pytestmark = pywb_server.needed
ABOUT = "http://www.iana.org/about"
NUMBERS = "http://www.iana.org/numbers"


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with open_store(folder) as store, board_over(folder) as board:
        (number,) = fill(store, [ABOUT])
        judge(store, number, outdated(), uri=ABOUT)
        with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
            yield address


@pytest.fixture(scope="module")
def replay(tmp_path_factory, checker):
    """The address of a collection."""
    folder = tmp_path_factory.mktemp("pywb")
    captures = corpora("warc") / "pywb" / "iana.warc.gz"
    pywb_server.manage(folder, "init", "old")
    pywb_server.manage(folder, "add", "old", str(captures))
    shutil.copytree(ROOT / "deploy/pywb/templates", folder / "templates", dirs_exist_ok=True)
    config = (ROOT / "deploy/pywb/config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(
        config.replace("https://checker.example.org/", f"{checker}/")
    )
    with pywb_server.serving(folder) as address:
        yield f"{address}/old"


def replayed(tab, address, size=(1000, 700)):
    page = tab(viewport={"width": size[0], "height": size[1]})
    page.goto(address)
    page.frame_locator("#replay_iframe").locator("h1").first.wait_for()
    return page


@pytest.mark.parametrize("size", [(1000, 700), (360, 640)])
def test_a_replayed_copy_is_shown_below_its_notice(replay, tab, size):
    page = replayed(tab, f"{replay}/2014/{ABOUT}", size)
    notice = page.locator("section.archive-checker-notice")
    notice.wait_for()
    assert "more than 9 years old" in notice.inner_text()
    bar, told, frame = (
        page.locator(one).bounding_box()
        for one in ("#second-navbar", "section.archive-checker-notice", "#replay_iframe")
    )
    assert bar["y"] + bar["height"] <= told["y"]
    assert told["y"] + told["height"] <= frame["y"]
    assert abs(frame["y"] + frame["height"] - size[1]) < 1  # nothing of the copy is cut off
    assert frame["height"] > size[1] / 4


def test_the_notice_goes_and_comes_with_the_page_that_is_replayed(replay, tab):
    page = replayed(tab, f"{replay}/2014/{ABOUT}")
    notice = page.locator("section.archive-checker-notice")
    notice.wait_for()
    page.frame_locator("#replay_iframe").get_by_role(
        "link", name="Numbers", exact=True
    ).first.click()
    notice.wait_for(state="detached")
    page.wait_for_url(f"**{NUMBERS}")
    page.go_back()
    notice.wait_for()
    assert notice.count() == 1


def test_a_capture_that_nobody_judged_is_replayed_as_ever(replay, tab):
    page = replayed(tab, f"{replay}/2014/{NUMBERS}")
    page.wait_for_timeout(500)
    assert page.locator("section.archive-checker-notice").count() == 0


def test_of_a_later_capture_than_the_judged_one_no_change_is_told(replay, tab):
    page = tab()
    asked = []

    def told_earlier(route):
        asked.append(route.request.url)
        answer = route.fetch()
        data = {**answer.json(), "copied_at": "2013-12-31T23:59:59+00:00"}
        route.fulfill(response=answer, json=data)

    page.route("**/api/v1/status?**", told_earlier)
    page.goto(f"{replay}/2014/{ABOUT}")
    notice = page.locator("section.archive-checker-notice")
    notice.wait_for()
    assert [url.endswith("&here=1") for url in asked] == [False, True]
    assert "years old" in notice.inner_text()
    assert notice.locator("a").count() == 0  # it is no word about the source


def test_an_address_with_markup_in_it_stays_an_address(replay, tab):
    page = tab()
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto(f"{replay}/2014/http://www.iana.org/</script><img src=x onerror=alert(1)>\"'")
    page.wait_for_timeout(500)
    assert alarms == []
