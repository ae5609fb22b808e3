"""Classes of change that real pages showed: each as a page before and after."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.api.comparing import compare
from checker.model import Change, Direction, ReplacedKind
from checker.stages.compare.bylines import is_same_byline

PROSE = (
    "The council of Ashford decided on Monday that the old bridge has to close for repairs.",
    "Engineers found cracks in two of the pillars, and the work is said to cost 4 million euros.",
    'The mayor, Anna Keller, called it "hard but right. We had no choice" and asked for patience.',
    "Traffic must use the ring road until the work is done, which may take more than a year.",
    "Shopkeepers in the old town fear that customers will stay away during the repairs.",
)
FRAME = tuple(f"Read more of what happened in the {one} quarter of town" for one in "abcdefgh")


def page(*blocks: str, title: str = "Old bridge closes", head: str = "", tail: str = "") -> str:
    body = "".join(one if one.startswith("<") else f"<p>{one}</p>" for one in blocks)
    menu = "".join(f"<li><a href='/{at}'>{one}</a></li>" for at, one in enumerate(FRAME))
    return (
        f"<html lang=en><head><title>{title}</title>{head}</head><body><ul>{menu}</ul>"
        f"<article><h1>{title}</h1>{body}</article>{tail}</body></html>"
    )


story = partial(page, *PROSE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("By Ann Hughes and Peter Blake", "By Peter Blake and Ann Hughes"),
        ("By Ann Hughes", "Ann Hughes"),
        ("Ann Hughes, Staff Writer", "By ANN HUGHES"),
        ("Von Ann Hughes und Peter Blake", "PETER BLAKE, ANN HUGHES, von"),
        ("Archives May 7th, 2018 in News", "by Archives on May 7th, 2018 in News"),
    ],
)
def test_a_byline_in_another_form_is_no_edit(one: str, other: str) -> None:
    assert is_same_byline(one, other)
    assert is_same_byline(other, one)
    assert compare(page(one, *PROSE), page(other, *PROSE)).change in {
        Change.IDENTICAL,
        Change.COSMETIC,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("By Ann Hughes", "By Peter Blake"),
        ("By Ann Hughes and Peter Blake", "By Ann Hughes"),
        ("By Ann Hughes, May 7th, 2018", "By Ann Hughes, May 8th, 2018"),
        ("Ann met Peter", "Peter met Ann"),
        ("", "By"),
        ("By " + "Ann " * 60, "Ann"),
    ],
)
def test_another_name_is_another_byline(one: str, other: str) -> None:
    assert not is_same_byline(one, other)


def test_a_list_that_loses_its_numbers_is_no_edit() -> None:
    numbered = (f"{at}. {one}" for at, one in enumerate(PROSE, 1))
    assert compare(page(*numbered), story()).change is Change.COSMETIC


@pytest.mark.parametrize(
    "form",
    ["<div hidden>{}</div>", "<div style='display:none'>{}</div>", "<noscript>{}</noscript>"],
)
def test_what_a_click_or_a_script_shows_is_not_lost(form: str) -> None:
    kept, folded = PROSE[:3], PROSE[3:]
    aside = form.format("".join(f"<p>{one}</p>" for one in folded))
    for pair in ((story(), page(*kept, tail=aside)), (page(*kept, tail=aside), story())):
        assert compare(*pair).change is Change.COSMETIC


def test_days_that_a_time_zone_moved_are_no_edit() -> None:
    days = (24, 25, 29, 31)

    def videos(*shifts: int) -> str:
        rows = zip(days, shifts, PROSE, strict=False)
        return page(*(f"<h3>{day + by} Dec 2021</h3><p>{one}</p>" for day, by, one in rows))

    found = compare(videos(0, 0, 0, 0), videos(-1, -1, -1, -1))
    assert found.change is Change.IDENTICAL
    assert "time zone" in found.noise
    assert compare(videos(0, 0, 0, 0), videos(-1, 1, -1, -1)).change is Change.SUBSTANTIVE


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Page not found", ReplacedKind.SOFT_404),
        ("404 - Page not found", ReplacedKind.SOFT_404),
        ("Sorry, this page does not exist", ReplacedKind.SOFT_404),
        ("Internal Server Error", ReplacedKind.ERROR),
    ],
)
def test_a_frame_that_says_not_found_in_its_title_has_replaced_the_article(
    title: str, kind: ReplacedKind
) -> None:
    others = [f"{one} That was on day {at}." for at, one in enumerate(reversed(PROSE * 8))]
    missing = page(*(one.replace("e", "o") for one in others), title=title)
    there, back = compare(story(), missing), compare(missing, story())
    assert there.replacement is not None
    assert (there.change, there.replacement.kind) == (Change.REPLACED, kind)
    assert there.replacement.quote in title
    assert back.replacement is not None
    assert back.replacement.direction is Direction.RECOVERED


def test_an_article_about_errors_that_keeps_its_text_is_not_replaced() -> None:
    assert compare(story(), story(title="Page not found")).change is Change.SUBSTANTIVE


def test_a_quotation_over_two_sentences_is_one_quotation() -> None:
    other = PROSE[2].replace("We had no choice", "We had a choice")
    assert compare(story(), page(*PROSE[:2], other, *PROSE[3:])).change is Change.SUBSTANTIVE
    other = PROSE[2].replace("We had no choice", "We had no option")
    (edit,) = compare(story(), page(*PROSE[:2], other, *PROSE[3:])).edits
    assert edit.why == "quotation"


def test_a_quotation_that_goes_on_in_the_next_block_is_one_too() -> None:
    old = 'The mayor said: "It is hard but right, and everybody in town will see that.'
    (edit,) = compare(page(*PROSE, old), page(*PROSE, old.replace("right", "fair"))).edits
    assert edit.why == "quotation"


def test_the_headline_is_one_though_the_page_says_the_old_one_elsewhere() -> None:
    tail = "<aside><p>Next: Old bridge closes</p></aside>"
    found = compare(story(tail=tail), story(title="New bridge opens", tail=tail))
    assert found.change is Change.SUBSTANTIVE
    assert found.edits[0].why == "headline"


def test_a_small_part_of_a_block_finds_what_became_of_it() -> None:
    lines = [f"{one} It has 6. That was said." for one in PROSE]
    other = [lines[0].replace(" 6.", " 13."), *lines[1:]]
    assert compare(page(*lines), page(*other)).change is Change.SUBSTANTIVE


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("[Withdrawn] Old bridge closes", "withdrawal"),
        ("WITHDRAWN: Old bridge closes", "withdrawal"),
        ("RETRACTED: Old bridge closes", "retraction"),
        ("[Retracted] Old bridge closes", "retraction"),
        ("Retraction notice to: Old bridge closes", "retraction"),
    ],
)
def test_a_title_that_says_retracted_is_a_notice(title: str, kind: str) -> None:
    found = compare(story(), story(title=title))
    assert found.change is Change.RETRACTED
    assert found.notice is not None
    assert found.notice.kind == kind
    assert compare(story(), story(title="Retraction of the plan debated")).notice is None


def listed(*teasers: str) -> str:
    rows = (
        f"<h4><a href='/{at}'>What {one[:14].lower()} means for the town</a></h4><p>{one}</p>"
        for at, one in enumerate(teasers)
    )
    return "".join(rows)


def test_teasers_below_an_article_are_no_paragraphs() -> None:
    some = "Firefighters were called to the mill.", "Schools open a week later this year."
    others = "Rain is to come back at the weekend.", "The market moves to the church yard."
    found = compare(page(*PROSE, listed(*some)), page(*PROSE, listed(*others)))
    assert found.change in {Change.IDENTICAL, Change.COSMETIC}


def test_another_ending_is_substance_whatever_stands_below() -> None:
    ends = (
        "The work is to begin in spring, and nobody may cross the bridge until it is done.",
        "The council will speak of the cost again in March, when the engineers have finished.",
    )
    found = compare(story(), page(*PROSE[:3], *ends))
    assert found.change is Change.SUBSTANTIVE


NOISE = st.sampled_from(
    [
        "<p>Advertisement</p>",
        "<p>5 min read</p>",
        "<p>Updated 3 hours ago</p>",
        "<p>© 2026 The Courier</p>",
        "<p>Share this article</p>",
        "<script nonce='7f3a'>var t = 1</script>",
        "<meta name='csrf-token' content='8c1f'>",
        "<img src='/a.3f2c.png'>",
        "<p>12 comments</p>",
        "<noscript>Enable scripts</noscript>",
    ]
)


@given(st.lists(NOISE, max_size=6), st.lists(NOISE, max_size=6), st.data())
@settings(max_examples=50, deadline=None)
def test_law_noise_in_a_page_never_raises_its_class_above_cosmetic(
    some: list[str], others: list[str], data: st.DataObject
) -> None:
    def noisy(lines: list[str]) -> str:
        blocks = list(PROSE)
        for line in lines:
            blocks.insert(data.draw(st.integers(0, len(blocks))), line)
        return page(*blocks)

    assert compare(noisy(some), noisy(others)).change in {Change.IDENTICAL, Change.COSMETIC}


@given(st.integers(0, 10**6).filter(lambda one: one != 4), st.lists(NOISE, max_size=4))
@settings(max_examples=50, deadline=None)
def test_law_a_changed_number_is_substantive_in_any_noise(number: int, noise: list[str]) -> None:
    edited = (PROSE[0], PROSE[1].replace("4 million", f"{number} million"), *PROSE[2:])
    assert compare(story(), page(*edited, *noise)).change is Change.SUBSTANTIVE
