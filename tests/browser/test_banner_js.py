"""banner.js in a real browser, on pages of one origin that ask a status API at another."""

import time

import pytest

from checker.entry.web.app import build
from checker.entry.web.parts import Parts
from checker.entry.web.server import running
from checker.errors import StoreError
from checker.service.status import Noticeboard, status_of
from tests.helpers_delivery import FINE, OLD, At, board_over, newsroom
from tests.loopback import Loopback, Reply, page

PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>t</title>"
    "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>{head}</head>"
    "<body><header>The Paper</header><main><article><h1>Head</h1>"
    + "<p>Some words of the article, enough to fill a line or two of it.</p>" * 40
    + "</article></main><footer>end</footer>{foot}</body></html>"
)
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 100));
})"""
NOTICE = "section.archive-checker-notice"
SIZES = [(1200, 800), (360, 640)]


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with newsroom(folder), board_over(folder) as board:
        with running(build(Parts(board, lambda: None, rate=1000)), "127.0.0.1:0") as address:
            yield address


@pytest.fixture(scope="module")
def site():
    with Loopback() as loopback:
        yield loopback


class Visit:
    """A page being looked at, with everything that the browser complained of."""

    def __init__(self, tab, size=SIZES[0], **options):
        self.page = tab(viewport={"width": size[0], "height": size[1]}, **options)
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.notice = self.page.locator(NOTICE)

    def to(self, site, head, *headers, foot="", until="load"):
        site.script["/page"] = page(PAGE.format(head=head, foot=foot), *headers)
        self.page.goto(site.url("/page"), wait_until=until)
        return self

    def settled(self):
        """After the answer was dealt with: two frames more, whatever it was."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(
            "() => new Promise((f) => requestAnimationFrame(() => setTimeout(f, 50)))"
        )
        return self

    def shifts(self):
        return self.page.evaluate(SHIFTS)


def script(address, url=OLD, more=""):
    return f'<script src="{address}/banner.js" data-url="{url}"{more}></script>'


@pytest.mark.parametrize("size", SIZES)
def test_an_early_answer_stands_before_the_headline(checker, site, tab, size):
    visit = Visit(tab, size)
    head = f'<link rel=canonical href="{OLD}"><script src="{checker}/banner.js"></script>'
    site.script["/slow.js"] = lambda _: (time.sleep(2), Reply(200, b""))[1]  # so it is early
    visit.to(site, head + '<script src="/slow.js"></script>')
    visit.notice.wait_for()
    assert visit.shifts() == 0
    assert visit.notice.evaluate("e => getComputedStyle(e).position") == "static"
    assert "It was published on 31 March 2017." in visit.notice.inner_text()
    assert visit.notice.evaluate("e => e.nextElementSibling.tagName") == "H1"
    assert visit.notice.locator("time").get_attribute("datetime") == "2017-03-31"
    assert visit.notice.get_by_role("link").get_attribute("href") == OLD
    assert visit.page.get_by_role("region", name="This is an older article").count() == 1
    width = visit.page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]


@pytest.mark.parametrize("size", SIZES)
def test_a_late_answer_moves_nothing_that_is_being_read(checker, site, tab, size):
    visit = Visit(tab, size)
    visit.page.route("**/api/v1/status?**", lambda route: (time.sleep(0.7), route.continue_()))
    visit.to(site, script(checker))
    visit.notice.wait_for()
    assert visit.shifts() == 0
    box = visit.notice.bounding_box()
    assert abs(box["y"] + box["height"] - size[1]) < 1  # at the window's lower edge
    assert box["height"] <= 0.4 * size[1] + 1
    assert visit.notice.evaluate("e => e.nextElementSibling.tagName") == "H1"
    visit.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last = visit.page.locator("footer").bounding_box()
    assert last["y"] + last["height"] <= visit.notice.bounding_box()["y"]  # nothing stays covered


def test_what_measures_the_shifts_would_see_one(checker, site, tab):
    visit = Visit(tab)
    late = "<script>setTimeout(() => document.querySelector('h1').before(Object.assign("
    late += "document.createElement('section'), {innerHTML: '<p>x<p>y<p>z'})), 400)</script>"
    visit.to(site, "", foot=late)
    visit.page.locator("section").wait_for()
    assert visit.shifts() > 0


@pytest.mark.parametrize("url", [FINE, "https://elsewhere.example/", "no address"])
def test_where_there_is_nothing_to_say_nothing_happens(checker, site, tab, url):
    visit = Visit(tab).to(site, script(checker, url)).settled()
    assert visit.notice.count() == 0
    assert visit.shifts() == 0
    unheard = [one for one in visit.complaints if "400" not in one]  # a wrong data-url is told
    assert unheard == []
    assert len(visit.complaints) == (url == "no address")


def test_it_asks_once_and_leaves_nothing_behind(checker, site, tab):
    visit = Visit(tab).to(site, script(checker)).settled()
    asked = [one for one in visit.requests if one.startswith(checker)]
    assert [one.partition("?")[0].removeprefix(checker) for one in asked] == [
        "/banner.js",
        "/api/v1/status",
    ]
    assert len(visit.requests) == 3
    assert visit.page.context.cookies() == []
    assert visit.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert (
        visit.page.evaluate(
            "Object.keys(window).filter((name) => /check|banner|notice/i.test(name))"
        )
        == []
    )


class Broken:
    """A store that is away."""

    def shown(self, forms):
        raise StoreError("the store is away", "the disk is gone", "mount it")


def test_a_store_that_is_away_is_not_heard_of(site, tab):
    board = Noticeboard(lambda url, here: status_of(Broken(), At(), url, here=here))
    with running(build(Parts(board, lambda: None)), "127.0.0.1:0") as address:
        visit = Visit(tab).to(site, script(address)).settled()
        assert (visit.notice.count(), visit.complaints, visit.shifts()) == (0, [], 0)
    board.close()


@pytest.mark.parametrize("fault", ["connectionrefused", "html", "hostile", "none"])
def test_a_checker_that_is_out_of_order_does_no_harm(checker, site, tab, fault):
    visit = Visit(tab)
    alarms = []
    visit.page.on("dialog", lambda dialog: (alarms.append(1), dialog.dismiss()))
    attack = "<img src=x onerror=alert(1)>"
    notice = {"language": attack, "tone": "mild x", "heading": attack, "sentences": [attack],
              "dates": [{"text": "img", "datetime": attack}],
              "link": {"href": "javascript:alert(1)", "text": "click"}}  # fmt: skip
    answers = {
        "connectionrefused": lambda route: route.abort("connectionrefused"),
        "html": lambda route: route.fulfill(body="<h1>Sorry", content_type="text/html"),
        "hostile": lambda route: route.fulfill(json={"notice": notice}),
        "none": lambda route: None,  # it hangs
    }
    visit.page.route("**/api/v1/status?**", answers[fault])
    visit.page.clock.install()
    visit.to(site, script(checker))
    visit.page.clock.fast_forward(6_000)
    if fault == "hostile":
        visit.notice.wait_for()
        assert visit.notice.locator("a, img").count() == 0
    else:
        assert visit.notice.count() == 0
    assert alarms == []
    faults = [one for one in visit.complaints if not one.startswith("Failed to load resource")]
    assert faults == []  # that line is the browser's own


def test_a_strict_policy_lets_the_notice_have_its_styles(checker, site, tab):
    policy = f"default-src 'none'; img-src data:; script-src {checker}; connect-src {checker}"
    visit = Visit(tab).to(site, script(checker), ("Content-Security-Policy", policy))
    visit.notice.wait_for()
    assert visit.notice.evaluate("e => getComputedStyle(e).borderInlineStartWidth") == "6px"
    assert visit.complaints == []


def test_a_page_that_bears_a_notice_gets_no_second_one(checker, site, tab):
    visit = Visit(tab)
    visit.to(site, script(checker), foot='<section class="archive-checker-notice">x</section>')
    visit.settled()
    assert visit.notice.count() == 1


@pytest.mark.parametrize(("more", "count"), [("", 0), (" data-frame", 1)])
def test_a_frame_speaks_only_if_it_is_told_to(checker, site, tab, more, count):
    site.script["/framed"] = page(PAGE.format(head=script(checker, more=more), foot=""))
    visit = Visit(tab).to(site, "", foot="<iframe src=/framed></iframe>").settled()
    frame = visit.page.frame_locator("iframe").locator(NOTICE)
    if count:
        frame.wait_for(state="attached")
    assert frame.count() == count


def test_without_scripts_the_page_is_whole(checker, site, tab):
    visit = Visit(tab, java_script_enabled=False).to(site, script(checker))
    assert visit.page.locator("h1").count() == 1
