"""Pages that stand where an article was: each kind, direction and quote."""

import string
from itertools import islice

import pytest

from checker.data import table
from checker.model import Block, BlockKind, Change, Dates, Direction, ReplacedKind, Text, Version
from checker.stages.compare import compare, replacement
from tests.helpers_compare import BODY, version

ARTICLE = version(*BODY, *(f"{line} So it was said again." for line in BODY))
MENU = ("Home", "News", "Sport", "Contact")

WALLS = [
    (ReplacedKind.SOFT_404, "Page not found | Example", (), "page not found"),
    (ReplacedKind.SOFT_404, "Beispiel", ("Die gewünschte Seite gibt es nicht mehr.",), "seite"),
    (ReplacedKind.ERROR, "", ("Error establishing a database connection",), "database"),
    (ReplacedKind.ERROR, "", ("Timeout 30000.0ms exceeded.",), "timeout"),
    (ReplacedKind.PARKED, "news.example", ("This domain is FOR SALE today",), "for sale"),
    (ReplacedKind.REDIRECT_STUB, "", ("Redirecting to", "legal.example"), "redirecting"),
    (ReplacedKind.LOGIN, "", ("Mot de passe oublié ?", "E-mail"), "mot de passe"),
    (ReplacedKind.LOGIN, "Log in to Facebook", ("E-mail", "Password"), "log in"),
    (ReplacedKind.CONSENT, "Before you continue", ("We and our partners store data.",), "before"),
    (ReplacedKind.PAYWALL, "", ("Subscribe to continue reading", "The council"), "subscribe"),
    (ReplacedKind.CHALLENGE, "Just a moment...", (), "just a moment"),
    (ReplacedKind.BLANK, "", (), "no words"),
    (ReplacedKind.SCRIPT_SHELL, "App", ("You need to enable JavaScript to run this.",), "javasc"),
    (ReplacedKind.OFFLINE, "You are offline", (), "you are offline"),
]


@pytest.mark.parametrize(("kind", "title", "lines", "quote"), WALLS)
def test_each_kind_shows_itself_and_is_quoted(kind, title, lines, quote):
    odd = version(*lines, title=title)
    first = replacement(odd, None)
    assert first is not None
    assert (first.kind, first.direction) == (kind, Direction.BAD)
    assert quote in first.quote.casefold()
    gone, back = compare(ARTICLE, odd), compare(odd, ARTICLE)
    assert (gone.change, back.change) == (Change.REPLACED, Change.REPLACED)
    assert gone.replacement is not None
    assert back.replacement is not None
    assert (gone.replacement.kind, gone.replacement.direction) == (kind, Direction.BAD)
    assert (back.replacement.kind, back.replacement.direction) == (kind, Direction.RECOVERED)
    assert gone.replacement.quote == back.replacement.quote == first.quote


def test_walls_hide_and_the_others_do_not():
    walls = {kind for kind, *_ in WALLS if kind.is_wall}
    assert walls == {
        ReplacedKind.LOGIN,
        ReplacedKind.CONSENT,
        ReplacedKind.PAYWALL,
        ReplacedKind.CHALLENGE,
        ReplacedKind.BLANK,
        ReplacedKind.SCRIPT_SHELL,
        ReplacedKind.OFFLINE,
    }


def test_two_odd_pages_are_both_bad_and_the_same_odd_page_is_no_change():
    parked = version("This domain is for sale", title="x")
    challenge = version(title="Just a moment...")
    found = compare(parked, challenge)
    assert found.replacement is not None
    assert found.replacement.direction is Direction.BOTH_BAD
    assert compare(parked, parked).change is Change.IDENTICAL


@pytest.mark.parametrize(
    ("uri", "final", "replaced"),
    [
        ("https://a.example/news/1", "https://a.example/", True),
        ("https://a.example/news/1", "https://a.example", True),
        ("https://a.example/news/1", "https://b.example/en/", True),
        ("https://a.example/news/1", "https://a.example/index.html", True),
        ("https://a.example/news/1", "https://a.example/news/1/", False),
        ("https://a.example/news/1", "https://a.example/?p=1", False),
        ("https://a.example/", "https://a.example/", False),
        ("https://a.example/news/1", None, False),
        ("https://a.example/news/1", "http://[broken", False),
    ],
)
def test_an_article_whose_address_leads_to_the_root_is_replaced_by_the_home_page(
    uri, final, replaced
):
    home = Version(version(*BODY).text, Dates(), (), "", uri, final)
    found = replacement(home, ARTICLE)
    assert (found is not None) is replaced
    if found is not None:
        assert found.kind is ReplacedKind.HOME_PAGE
        assert str(final) in found.quote


@pytest.mark.parametrize(
    ("asked", "final", "kind"),
    [
        ("/news/2019/story", "/news/", ReplacedKind.HOME_PAGE),
        ("/news/2019/story", "/news/2019", ReplacedKind.HOME_PAGE),
        ("/news/story/amp", "/news/story", None),
        ("/news/story/page/2", "/news/story", None),
        ("/news/story/2", "/news/story", None),
        ("/news/story", "/sport/", None),
        ("/news/story", "/news/?id=4", None),
        ("/news/story", "/login?next=%2Fnews%2Fstory", ReplacedKind.LOGIN),
        ("/news/story", "/account/sign-in.php", ReplacedKind.LOGIN),
        ("/login/help", "/login", ReplacedKind.HOME_PAGE),
        ("/news/story", "https://consent.b.example/v2/", ReplacedKind.CONSENT),
        ("/news/story", "/_sec/captcha/", ReplacedKind.CHALLENGE),
        ("/news/login", "/news/login/", None),
    ],
)
def test_where_an_address_leads_tells_sections_and_doors(asked, final, kind):
    host = "https://a.example"
    there = final if final.startswith("https:") else host + final
    few = version("Latest first", "All of it in one place", title="News").text
    found = replacement(Version(few, Dates(), (), "", host + asked, there), ARTICLE)
    expected = kind or ReplacedKind.SCRIPT_SHELL  # the page itself shows that it is not the article
    assert found is not None
    assert found.kind is expected
    assert (there in found.quote) is (kind is not None)


def test_an_article_that_moved_to_the_folder_above_is_still_the_article():
    moved = Version(
        ARTICLE.text, Dates(), (), "", "https://a.example/n/1/x", "https://a.example/n/1"
    )
    assert replacement(moved, ARTICLE) is None


OTHER = (
    "Knead flour, water and salt until the dough is smooth, then let it rest for a night.",
    "Heat your oven well before you shape loaves, since bread wants a strong start to rise.",
    "Bake them until brown, knock on each base, and listen whether a hollow sound comes back.",
    "Let loaves cool on racks for an hour, or else their crumb turns into paste under knives.",
    "Store bread in linen bags, never inside plastic, unless somebody likes it soft and damp.",
)


def test_other_content_under_another_title():
    found = compare(ARTICLE, version(*OTHER, title="How to bake bread"))
    assert found.replacement is not None
    assert found.replacement.kind is ReplacedKind.OTHER_CONTENT
    assert found.replacement.quote == "How to bake bread"


def test_a_rewrite_under_the_same_title_is_a_change_not_another_page():
    assert compare(ARTICLE, version(*OTHER)).change is Change.SUBSTANTIVE


def test_other_content_tells_which_side_is_the_odd_one_by_its_prose():
    labels = tuple(f"Sign on {word} now" for word in ("here", "there", "today", "again") * 5)
    front = version(*labels, title="Meet people")
    back = compare(front, ARTICLE)
    assert back.replacement is not None
    assert back.replacement.direction is Direction.RECOVERED
    assert back.replacement.quote == "Meet people"
    untitled = compare(ARTICLE, version(*OTHER, title="")).replacement
    assert untitled is not None
    assert untitled.quote == OTHER[0]


def test_a_bare_menu_instead_of_an_article_is_a_script_shell():
    odd = Version(Text("App", (), "en", "", MENU, ""), Dates())
    found = compare(ARTICLE, odd)
    assert found.replacement is not None
    assert found.replacement.kind is ReplacedKind.SCRIPT_SHELL
    assert found.replacement.quote == "Home / News / Sport / Contact"
    assert found.replacement.direction is Direction.BAD
    back = compare(odd, ARTICLE).replacement
    assert back is not None
    assert back.direction is Direction.RECOVERED


def lines(count: int, size: int, mark: str = "o") -> tuple[str, ...]:
    """*count* lines of *size* words that stand nowhere else; *mark* makes them another text's."""
    letters = string.ascii_lowercase
    names = (letters[n % 26] + letters[n // 26] + mark for n in range(count * size))
    return tuple(" ".join(islice(names, size)) for _ in range(count))


@pytest.mark.parametrize(
    ("article", "menu", "replaced"),
    [(120, 30, True), (119, 29, False), (120, 31, False), (160, 100, False), (400, 100, True)],
)
def test_a_shell_shows_little_where_much_was(article, menu, replaced):
    odd = version(title="App", page=lines(menu, 1, "x"))
    found = compare(version(*lines(article, 1)), odd).replacement
    assert (found is not None and found.kind is ReplacedKind.SCRIPT_SHELL) is replaced


@pytest.mark.parametrize(("left", "replaced"), [(1, True), (3, False)])
def test_an_article_of_which_a_line_is_left_is_a_shell(left, replaced):
    whole = version(*lines(20, 15), title="Old")
    rest = version(*lines(20, 15)[:left], title="New")
    for old, new, direction in (
        (whole, rest, Direction.BAD),
        (rest, whole, Direction.RECOVERED),
    ):
        found = compare(old, new).replacement
        assert (found is not None) is replaced
        if found is not None:
            assert (found.kind, found.direction) == (ReplacedKind.SCRIPT_SHELL, direction)


def test_sixty_words_are_enough_to_say_that_two_texts_are_not_one():
    short, other = lines(4, 15), lines(4, 15, "x")
    assert compare(version(*short), version(*other)).replacement is None  # the same title
    found = compare(version(*short), version(*other, title="Another")).replacement
    assert found is not None
    assert found.kind is ReplacedKind.OTHER_CONTENT
    assert compare(version(*short[1:]), version(*other[1:], title="Another")).replacement is None


@pytest.mark.parametrize(("size", "direction"), [(14, Direction.BAD), (15, Direction.RECOVERED)])
def test_labels_are_shorter_than_prose(size, direction):
    found = compare(
        version(*lines(5, 14)), version(*lines(5, size, "x"), title="Another")
    ).replacement
    assert found is not None
    assert found.direction is direction


def test_a_paywall_cuts_the_article_short():
    ask = "Subscribe to read the rest of this story."
    cut = version(*BODY[:2], ask, page=tuple(f"Menu entry {n}" for n in range(300)))
    whole = version(*BODY, *OTHER)
    assert replacement(cut, None) is None  # the menu is long: alone it may be an article
    for old, new, direction in (
        (whole, cut, Direction.BAD),
        (cut, whole, Direction.RECOVERED),
    ):
        found = compare(old, new).replacement
        assert found is not None
        assert (found.kind, found.direction) == (ReplacedKind.PAYWALL, direction)
        assert found.quote == ask


def test_an_offer_beside_a_whole_article_is_no_paywall():
    asks = version(*BODY, *OTHER, page=("Subscribe to read more every day.",))
    assert compare(version(*BODY, *OTHER), asks).replacement is None


def test_a_paywall_that_scrambles_the_letters():
    shifted = tuple("".join(chr(ord(c) + 1) if c.isalpha() else c for c in b) for b in BODY + OTHER)
    odd = version(*shifted, page=("To read this article you need an account.",) + MENU * 110)
    found = compare(odd, version(*BODY, *OTHER)).replacement
    assert found is not None
    assert (found.kind, found.direction) == (ReplacedKind.PAYWALL, Direction.RECOVERED)


@pytest.mark.parametrize(
    "article",
    [
        version(*BODY, *OTHER, *BODY, title="Page not found: a history of error 404 pages"),
        version("Redirecting traffic costs a town 2 million, says a study out now.", *BODY * 6),
        version(*BODY * 6, page=("Log in", "Forgot password?", "Already a subscriber?")),
        version(*BODY * 6, page=("Please enable JavaScript to see the comments.",)),
    ],
)
def test_an_article_that_speaks_of_walls_is_an_article(article):
    assert replacement(article, None) is None
    assert replacement(article, article) is None


def test_a_first_heading_counts_like_a_title():
    head = Block(BlockKind.HEADING, "404 – Page not found")
    odd = Version(Text("Example News", (head,), "en", "", MENU * 300, ""), Dates())
    found = replacement(odd, None)
    assert found is not None
    assert found.kind is ReplacedKind.SOFT_404


@pytest.mark.parametrize(
    ("title", "heads", "replaced"),
    [
        ("Page not found", (), True),
        ("Page not found!", (), True),
        ("Page not found …", (), True),
        ("Page not found", ("Menu",), True),
        ("Example", ("Page not found.",), True),
        ("Example", ("Menu", "Page not found"), False),
        ("Why a page was not found", (), False),
    ],
)
def test_a_title_says_it_alone_however_much_menu_there_is(title, heads, replaced):
    blocks = tuple(Block(BlockKind.HEADING, head) for head in heads)
    found = replacement(Version(Text(title, blocks, "en", "", MENU * 300, ""), Dates()), None)
    assert (found is not None) is replaced


def test_a_phrase_within_a_line_shows_a_wall():
    phrases = [
        (row["kind"], one) for row in table("walls.toml")["wall"] for one in row.get("part", [])
    ]
    assert phrases
    for kind, phrase in phrases:
        found = replacement(version(f"Oh: {phrase} so"), None)
        assert found is not None, (kind, phrase)
        assert phrase.casefold() in found.quote.casefold()


def test_the_table_of_walls_is_complete_and_bounded():
    rows = table("walls.toml")["wall"]
    kinds = {ReplacedKind(row["kind"]) for row in rows}
    measured = {ReplacedKind.BLANK, ReplacedKind.HOME_PAGE, ReplacedKind.OTHER_CONTENT}
    assert kinds | measured == set(ReplacedKind)
    for row in rows:
        assert row["page_words"] >= row["article_words"] > 0
        assert all(phrase.strip() == phrase for phrase in row.get("line", []))
