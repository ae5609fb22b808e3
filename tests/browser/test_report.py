"""The HTML report as people meet it: narrow and wide, light and dark, with and without scripts."""

import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from checker.entry.render import to_html
from tests.helpers_report import HOSTILE, hostile, ordinary, report
from tests.made_reports import made

SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ROWS = "[...document.querySelectorAll('#documents tbody tr')].filter(row => row.checkVisibility())"
TITLES = f"{ROWS}.map(row => row.querySelector('bdi').textContent)"


def opened(visit, value, **options):
    """The page, which says nothing on its console: no error, nothing that its policy refused."""
    page = visit(to_html(value).encode(), **options)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def said(page) -> str:
    return page.locator("#shown").text_content()


def told(page, words: str) -> None:
    """Waits for the pause after typing."""
    expect(page.locator("#shown")).to_have_text(re.compile(f"^{words}"))


def choose(page, name: str, value: str) -> None:
    page.locator(f"#{name}").select_option(value)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("count", [1, 12, 300])
def test_nothing_is_in_the_way_of_anybody(visit, shots, count, width, scheme):
    page = opened(visit, made(count), width=width, color_scheme=scheme)
    page.locator("#documents details").first.evaluate("one => one.open = true")
    page.screenshot(path=shots / f"report-{count}-{width}-{scheme}.png", full_page=count < 20)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    assert not page.evaluate(SPILLS)


def test_words_rules_and_verdicts_filter_all_rows_also_those_not_drawn(visit):
    page = opened(visit, made(1_000))
    assert page.evaluate(f"{ROWS}.length") == 100
    page.locator("#words").fill("BRIDGE (906)")  # a current one, far below
    told(page, "1 of")
    assert page.evaluate(TITLES) == [
        "Council votes to keep the old bridge open through winter (906)"
    ]
    page.locator("#words").fill("everybody who crosses")  # stands in a folded difference only
    told(page, "100 of")
    page.locator("button[type=reset]").click()
    told(page, "1,000 of")
    choose(page, "rule", "no-timestamp")
    assert said(page) == "100 of 1,000 documents"
    page.locator("input[value=undetermined]").uncheck()
    assert said(page) == "0 of 1,000 documents"
    choose(page, "rule", "")
    page.locator("nav a.current").click()
    assert said(page) == "700 of 1,000 documents"
    assert page.evaluate(f"new Set({ROWS}.map(row => row.className)).size") == 1


def test_more_rows_are_drawn_at_wish_until_none_is_left(visit):
    page = opened(visit, made(450))
    more = page.locator("#draw")
    assert more.text_content() == "Show more (350 left)"
    more.click()
    page.wait_for_function("document.activeElement.closest('tr')?.sectionRowIndex === 100")
    for _ in range(3):
        more.click()
    assert page.evaluate(f"{ROWS}.length") == 450
    assert more.is_hidden()
    page.locator("#open").click()
    assert page.evaluate(f"{ROWS}.every(row => row.querySelector('details').open)")


def test_columns_sort_and_say_so(visit):
    page = opened(visit, made(60))
    heads = page.locator("#documents thead th")
    order = "[...document.querySelectorAll('#documents thead th')].map(one => one.ariaSort)"
    assert page.evaluate(order) == ["descending", None, None, None]
    heads.nth(1).get_by_role("button").click()
    titles = page.evaluate(TITLES)
    collated = f"[...{TITLES}].sort(new Intl.Collator(undefined, {{numeric: true}}).compare)"
    assert titles == page.evaluate(collated)
    assert page.evaluate(order) == [None, "ascending", None, None]
    heads.nth(1).get_by_role("button").click()
    assert page.evaluate(TITLES)[0] == titles[-1]
    heads.nth(3).get_by_role("button").click()
    dates = page.evaluate(f"{ROWS}.map(row => row.dataset.date)")
    assert dates == sorted(dates, reverse=True)
    assert page.locator("#order").input_value() == "newest"
    choose(page, "order", "oldest")
    dates = page.evaluate(f"{ROWS}.map(row => row.dataset.date || '~')")
    assert dates == sorted(dates)
    heads.nth(0).get_by_role("button").click()
    assert page.evaluate(f"{ROWS}[0].id") == "outdated"


@pytest.mark.parametrize("styled", [True, False])
def test_without_scripts_it_is_a_plain_table_with_everything(visit, styled):
    html = to_html(made(250))
    html = html if styled else html[: html.index("<style>")] + html[html.index("</style>") :]
    page = visit(html.encode(), java_script_enabled=False)
    assert page.locator("tbody tr[class]:not(.skipped)").count() == 250
    assert page.locator("form").is_hidden()
    last = page.locator("tr.current").last
    last.locator("summary").click()
    expect(last.get_by_text("Dates seen: 4")).to_be_visible()


def test_hostile_text_runs_nothing_and_is_read_as_it_stands(visit):
    page = opened(visit, report(*hostile().items * 100))
    page.locator("#draw").click()
    assert page.locator("img, iframe, #documents script").count() == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    shown = page.evaluate(TITLES)
    assert len(shown) == 200
    assert all("</script><img src=x onerror=alert(1)>\"'" in one for one in shown)
    assert "\u202e" in HOSTILE
    assert not any("\u202e" in one for one in shown)
    page.locator("#words").fill('<img src=x onerror=alert(1)>"')
    told(page, "200 of 200")


def test_a_title_from_right_to_left_leaves_its_neighbours_in_place(visit):
    one = ordinary()[0]
    arabic = replace(one, reading=replace(one.reading, title="مجلس (2) القرار"), name="a-1.html")
    page = opened(visit, report(arabic))
    direction = "getComputedStyle(document.querySelector('#documents tbody bdi')).unicodeBidi"
    assert page.evaluate(direction) == "isolate"
    lefts = "['td.verdict', 'tbody th'].map(one => document.querySelector('#documents ' + one).getBoundingClientRect().left)"
    verdict, title = page.evaluate(lefts)
    assert verdict < title


def test_on_paper_stand_all_documents_and_the_evidence_of_few(visit, shots):
    page = opened(visit, made(12))
    page.pdf(path=shots / "report-12.pdf", format="A4")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(f"{ROWS}.every(row => row.querySelector('details').open)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate(f"{ROWS}.some(row => row.querySelector('details').open)")
    page = opened(visit, made(450))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(f"{ROWS}.length") == 450
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(f"{ROWS}.length") == 100
