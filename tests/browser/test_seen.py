"""Banners as readers meet them: in ten layouts, narrow and wide, in every colour scheme, aloud."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe

from checker.model import BannerRules
from checker.stages.banner import Keyring, render, samples, splice, strip, style_hash
from tests.browser.layouts import LAYOUTS, NEWS, TABLES

KEYS = Keyring((b"k" * 32,))
NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
NOTICE = "section.archive-checker-notice"
KINDS = ("age-exceeded", "corrected and old", "source-retracted", "source-gone")
AXE = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
AXE_NOTICE = {**AXE, "resultTypes": ["violations", "passes"]}
WCAG = {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"}
OURS = f"selector => document.querySelector(selector)?.closest('{NOTICE}') != null"
# Layout shifts from the first paint on; the notice's own place and what its neighbours do.
STATE = """() => new Promise(resolve => {
  let shift = 0;
  const watch = list => { for (const entry of list.getEntries()) shift += entry.value; };
  const observer = new PerformanceObserver(watch);
  observer.observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => {
    watch({getEntries: () => observer.takeRecords()});
    const all = document.querySelectorAll('section.archive-checker-notice');
    const notice = all[0], box = notice.getBoundingClientRect();
    const head = document.querySelector('h1');
    const before = head && notice.compareDocumentPosition(head) & 4;
    const own = [...notice.querySelectorAll('*')];
    resolve({
      count: all.length, shift,
      left: box.left, right: box.right, width: box.width, height: box.height, top: box.top,
      room: document.documentElement.clientWidth,
      parent: notice.parentElement.localName,
      before: head === null || Boolean(before),
      above: head === null || head.getBoundingClientRect().top >= box.bottom - 1,
      overflow: own.some(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display === 'block'),
      spill: own.some(e => e.getBoundingClientRect().right > box.right + 1),
    });
  }, 60));
})"""


def sample(language, name):
    return next(one for one in samples(language, NOW, BannerRules()) if one.name == name).banner


def flagged(layout, name):
    return splice(layout.html.encode(), render(sample(layout.language, name)), KEYS)


CASES = [
    pytest.param(layout, KINDS[index % len(KINDS)], id=layout.name)
    for index, layout in enumerate(LAYOUTS)
]


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]
)
@pytest.mark.parametrize(("layout", "kind"), CASES)
def test_every_layout(visit, shots, layout, kind, width, scheme):  # noqa: PLR0917 - its table
    page = visit(flagged(layout, kind), width=width, color_scheme=scheme)
    state = page.evaluate(STATE)
    page.screenshot(path=shots / f"{layout.name}-{width}-{scheme}.png")
    assert state["count"] == 1
    assert state["shift"] == 0
    assert state["parent"] == layout.inside
    assert state["before"]
    assert state["above"]
    assert 0 <= state["left"] < state["right"] <= state["room"]
    assert state["width"] >= min(280, 0.78 * width)
    assert 60 <= state["height"] <= 400
    assert not state["overflow"]
    assert not state["spill"]
    if (width, scheme) in {(320, "light"), (1280, "dark")}:
        assert violations(page) == []


def violations(page):
    """Of every rule inside the notice, 7:1 included; of WCAG A and AA in all of the page."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        (one["id"], node["html"][:160])
        for one in found
        for node in one["nodes"]
        if WCAG & set(one["tags"]) or page.evaluate(OURS, node["target"][0])
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_contrast_is_measured_in_both_schemes(visit, kind):
    """axe measures, not: can't tell; so the test above can fail."""
    for scheme in ("light", "dark"):
        page = visit(flagged(NEWS, kind), width=360, color_scheme=scheme)
        told = Axe().run(page, context=NOTICE, options=AXE_NOTICE).response
        measured = [one for one in told["passes"] if one["id"] == "color-contrast-enhanced"]
        shown = [check["data"] for node in measured[0]["nodes"] for check in node["any"]]
        assert shown
        assert all(one["contrastRatio"] >= 7 for one in shown)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_screen_reader_meets_it_once(visit, layout):
    notice = sample(layout.language, "corrected and old")
    page = visit(splice(layout.html.encode(), render(notice), KEYS), width=360)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes = [node for node in tree if not node["ignored"]]
    named = [node for node in nodes if said(node, "name") == notice.heading]
    assert [said(node, "role") for node in named].count("region") == 1
    assert not {said(node, "role") for node in nodes} & {"alert", "status", "log", "marquee"}
    spoken = "".join(aloud(tree))
    for words in (notice.heading, *notice.sentences, notice.link_text):
        assert spoken.count(words) == 1
    assert "schema.org" not in spoken


def aloud(tree):
    """What is read, in its order."""
    nodes = {node["nodeId"]: node for node in tree}
    ahead = [tree[0]["nodeId"]]
    while ahead:
        node = nodes.get(ahead.pop())
        if node is None:
            continue
        if not node["ignored"] and said(node, "role") == "StaticText":
            yield said(node, "name")
        else:
            ahead.extend(reversed(node.get("childIds", [])))


def said(node, what):
    return str(node.get(what, {}).get("value", ""))


def test_forced_colours(visit, shots):
    for scheme in ("light", "dark"):
        page = visit(
            flagged(NEWS, "source-retracted"),
            width=360,
            forced_colors="active",
            color_scheme=scheme,
        )
        page.screenshot(path=shots / f"forced-{scheme}.png")
        style = page.evaluate(
            f"() => {{ const s = getComputedStyle(document.querySelector('{NOTICE}'));"
            "return [s.borderTopWidth, s.borderTopStyle, s.color, s.backgroundColor] }"
        )
        assert style[:2] == ["2px", "solid"]
        assert style[2] != style[3]


def test_print(visit, shots):
    page = visit(flagged(NEWS, "corrected and old"), width=794)
    page.emulate_media(media="print")
    page.screenshot(path=shots / "print.png")
    style = page.evaluate(
        f"() => {{ const n = document.querySelector('{NOTICE}'), s = getComputedStyle(n);"
        "return [s.color, s.backgroundColor, s.breakInside,"
        "getComputedStyle(n.querySelector('a'), '::after').content] }"
    )
    assert style[:3] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)", "avoid"]
    assert "https://news.example/article" in style[3]
    assert len(page.pdf()) > 1000


def test_zoomed_text_and_the_keyboard(visit):
    """At 200 % text nothing is cut off, and the link can be reached and seen."""
    page = visit(flagged(NEWS, "corrected and old"), width=320)
    page.add_style_tag(content="html{font-size:200%}")
    state = page.evaluate(STATE)
    assert not state["spill"]
    assert state["right"] <= 320
    page.locator(f"{NOTICE} a").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement);"
        "return [document.activeElement.textContent, s.outlineStyle, s.outlineWidth] }"
    )
    assert outline[0] == "Read the current version"
    assert outline[1] == "solid"


@pytest.mark.parametrize("how", ["meta", "hash", "site"])
def test_strict_policies(visit, shots, how):
    """A page that forbids styles gets none; nothing is blocked, nothing is hidden, no script runs."""
    fragment = render(sample("en", "age-exceeded"))
    forbidding = "default-src 'none'; style-src 'none'"
    body, headers = TABLES.html, {}
    if how == "meta":
        meta = f'<meta http-equiv="Content-Security-Policy" content="{forbidding}">'
        body = body.replace("<style>td{vertical-align:top}</style>", "")
        body = body.replace("<title>", f"{meta}<title>")
    elif how == "hash":
        headers = {
            "content-security-policy": f"default-src 'none'; style-src {style_hash(fragment)}"
        }
    else:
        rules = BannerRules(stylesheet="http://copies.test/banner.css")
        notice = next(samples("en", NOW, rules)).banner
        fragment = render(notice)
        headers = {"content-security-policy": "default-src 'none'; style-src 'self'"}
    flagged_page = splice(body.encode(), fragment, KEYS)
    page = visit(flagged_page, width=360, headers=headers)
    page.screenshot(path=shots / f"policy-{how}.png")
    ground = page.evaluate(
        f"() => getComputedStyle(document.querySelector('{NOTICE}')).backgroundColor"
    )
    assert (ground == "rgb(251, 245, 227)") == (how == "hash")
    assert page.locator(NOTICE).is_visible()
    assert strip(flagged_page, KEYS) == body.encode()
