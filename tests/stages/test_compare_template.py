"""What a template or a build changes is no edit, and a template that changed is told from none."""

import pytest

from checker.api.comparing import compare
from checker.model import Change
from checker.stages.compare.words import sentences

PROSE = (
    "The council of Ashford decided on Monday that the old bridge has to close for repairs.",
    "Engineers found cracks in two of the pillars, and the work is said to cost 4 million euros.",
    "The mayor asked drivers for patience, and shopkeepers fear for their trade in the meantime.",
)


def page(*paragraphs: str, extra: str = "", box: str = "story") -> str:
    body = "".join(f"<p>{one}</p>" for one in paragraphs or PROSE)
    return (
        f'<html lang="en"><head><title>Old bridge closes</title></head><body><main class="{box}">'
        f"<h1>Old bridge closes</h1>{body}</main>{extra}</body></html>"
    )


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ('<a href="/a">More</a>', '<a href="/b">More</a>', Change.COSMETIC),
        ('<a href="/a?utm=1">More</a>', '<a href="/a?utm=2#x">More</a>', Change.IDENTICAL),
        ("<b>More</b>", "<span>More</span>", Change.COSMETIC),
        ("<div>More</div>", "<div><span class=x>More</span></div>", Change.IDENTICAL),
        ("<div>More</div>", "<div><button></button>More</div>", Change.COSMETIC),
        ("<img src=a.png>", "<picture><img src=b.png></picture>", Change.IDENTICAL),
        ("<div>It’s more</div>", "<div>It's more</div>", Change.COSMETIC),
        ("<div>Moreover</div>", "<div>More\u00adover</div>", Change.IDENTICAL),
        ("<div>More of it</div>", "<div>More&nbsp;of it</div>", Change.IDENTICAL),
    ],
)
def test_the_same_words_in_another_frame(old: str, new: str, change: Change) -> None:
    assert compare(page(extra=old), page(extra=new)).change is change


def test_what_builds_add_to_names_hides_no_text() -> None:
    plain = page(box="story")
    for name in ("story css-3ad41f", "story css-ad3f21", "x-9nav2b story"):
        assert compare(plain, page(box=name)).change is Change.IDENTICAL, name


def test_a_line_that_is_noise_but_for_its_hint_is_noise() -> None:
    old = page(extra="<div>Facebook</div><div>It is nice</div>")
    new = page(extra="<div>Facebook (opens in a new tab)</div><div>It is nice</div>")
    assert compare(old, new).change is Change.IDENTICAL


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("The old bridge", "T he old bridge", Change.COSMETIC),  # a drop cap
        ("so-called co-operation", "so-called cooperation", Change.COSMETIC),
        ("1. The old bridge", "The old bridge", Change.COSMETIC),
        ("5. The old bridge", "11. The old bridge", Change.SUBSTANTIVE),
        ("for 12 of us", "for 1 2 of us", Change.SUBSTANTIVE),
    ],
)
def test_how_words_are_cut_and_numbered(old: str, new: str, change: Change) -> None:
    rest = " is closed for all of the traffic until the summer of next year."
    found = compare(page(old + rest, *PROSE), page(new + rest, *PROSE))
    assert found.change is change


def test_the_number_of_a_list_item_is_no_sentence() -> None:
    assert sentences("5. Foo is bar. 6. Baz.") == ["5. Foo is bar.", "6. Baz."]
    assert sentences("5.") == ["5."]
    assert sentences("") == []
