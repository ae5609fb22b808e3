"""What readers of a page are told: from the store, from memory, and without either."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from checker.model import BannerRules, CustomBanner, Found, Rule, Status
from checker.service.status import (
    UNKNOWN,
    Away,
    Bounds,
    Noticeboard,
    PageStatus,
    servable,
    status_of,
)
from checker.store.reading import StoreReader
from tests import helpers_banner as words
from tests.helpers_delivery import (
    CORRECTED,
    FINE,
    OLD,
    UNJUDGED,
    At,
    board_over,
    judge,
    newsroom,
    outdated,
)
from tests.store_fixture import DAY, NOW, articles_of, fill, open_store, record_of, source


@pytest.fixture
def site(tmp_path):
    """A reader of a store with one article of each status, and the store itself."""
    with newsroom(tmp_path) as (store, ids):
        reader = StoreReader(f"sqlite:///{tmp_path / 'checker.db'}")
        yield reader, store, ids
        reader.close()


def told(site, url, **options):
    return status_of(site[0], At(), url, **options)


# ── from the store ──


def test_an_outdated_copy_is_told_with_its_notice(site):
    answer = told(site, OLD)
    assert (answer.uri, answer.status) == (OLD, Status.OUTDATED)
    assert answer.notice.sentences[0] == "This article is more than 9 years old."
    assert answer.fragment.startswith("<section")
    assert answer.copied_at == NOW - 30 * DAY
    assert len(answer.tag) == 12


def test_a_current_article_is_told_without_one(site):
    answer = told(site, FINE)
    assert (answer.status, answer.notice, answer.fragment, answer.tag) == (
        "current",
        None,
        None,
        "",
    )


@pytest.mark.parametrize(
    "url", [OLD + "#top", OLD.replace("news.", "NEWS."), OLD.replace("https", "http")]
)
def test_other_forms_of_the_address_are_the_same_page(site, url):
    assert told(site, url).uri == OLD


def test_the_address_as_given_comes_before_its_other_scheme(site):
    _, store, _ = site
    (number,) = fill(store, ["http://news.example/old"])
    judge(store, number, replace(outdated(), status=Status.CURRENT, findings=()))
    assert told(site, "http://news.example/old").status is Status.CURRENT
    assert told(site, OLD).status is Status.OUTDATED


@pytest.mark.parametrize(
    "url", [UNJUDGED, "https://news.example/never-seen", "1", "", "file:///etc/passwd", "https://["]
)
def test_what_is_not_watched_or_no_address_is_unknown(site, url):
    assert told(site, url) is UNKNOWN


def test_nothing_is_told_before_the_source_is_adopted_or_once_it_is_gone(tmp_path):
    with open_store(tmp_path) as store:
        store.put_sources([source()], NOW)
        (number,) = _found(store, OLD)
        judge(store, number, outdated())
        reader = StoreReader(f"sqlite:///{tmp_path / 'checker.db'}")
        assert status_of(reader, At(), OLD) is UNKNOWN
        store.adopt("news", NOW)
        assert isinstance(status_of(reader, At(), OLD), PageStatus)
        store.put_sources([source("other")], NOW)
        assert status_of(reader, At(), OLD) is UNKNOWN
        reader.close()


def _found(store, *uris):
    store.put_found("news", [Found(uri) for uri in uris], NOW)
    return [article.id for article in articles_of(store, "news")]


def test_on_its_own_page_the_notice_does_not_link_to_itself(site):
    assert told(site, OLD).notice.link == OLD
    here = told(site, OLD, here=True)
    assert (here.notice.link, here.notice.sentences) == (None, told(site, OLD).notice.sentences)
    assert OLD not in here.fragment


def test_on_the_source_itself_nothing_is_said_of_a_copy(site):
    """The source shows its correction; "the source has changed since" would be false there."""
    assert told(site, CORRECTED).notice.heading == "This copy is out of date"
    assert told(site, CORRECTED, here=True).notice is None
    _, store, ids = site
    both = outdated(words.finding(Rule.SOURCE_GONE), words.finding(Rule.AGE_EXCEEDED))
    judge(store, ids[0], both, at=NOW + DAY)
    assert len(told(site, OLD).notice.sentences) == 3
    assert len(told(site, OLD, here=True).notice.sentences) == 2


def test_the_user_s_rules_hold_for_served_notices_too(site):
    silent = BannerRules(custom=(CustomBanner(uri=OLD, show=False),))
    assert told(site, OLD, rules=silent).notice is None
    assert told(site, OLD, rules=silent, here=True).notice is None
    own = BannerRules(custom=(CustomBanner(uri=OLD, heading="Our archive"),))
    assert told(site, OLD, rules=own).notice.heading == "Our archive"


def test_a_copy_that_was_accepted_is_not_spoken_of_before_it_is_judged(site):
    _, store, ids = site
    assert store.accept(ids[1], NOW + DAY) is not None
    assert told(site, CORRECTED) is UNKNOWN


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://a.example/", True),
        ("http://[::1]:80/x?y=1", True),
        ("https://a.example/" + "x" * 2100, False),
        ("https://a.example/a b", False),
        ("https://a.example/\n", False),
        ("//a.example/", False),
        ("https:///x", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_web_addresses_are_asked_for(url, good):
    assert servable(url) is good


# ── a store that is away ──


def test_a_missing_store_is_away_and_is_not_made(tmp_path):
    answer = status_of(StoreReader(f"sqlite:///{tmp_path / 'none.db'}"), At(), OLD)
    assert isinstance(answer, Away)
    assert "there is no such file" in answer.cause
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_or_foreign_file_is_away(tmp_path):
    (tmp_path / "bad.db").write_bytes(b"not a database, not a database" * 40)
    answer = status_of(StoreReader(f"sqlite:///{tmp_path / 'bad.db'}"), At(), OLD)
    assert "no SQLite database" in answer.cause
    (tmp_path / "empty.db").touch()
    reader = StoreReader(f"sqlite:///{tmp_path / 'empty.db'}")
    assert "another version (schema None" in status_of(reader, At(), OLD).cause


def test_a_store_that_comes_back_is_read_again_and_a_new_file_is_noticed(tmp_path):
    reader = StoreReader(f"sqlite:///{tmp_path / 'checker.db'}")
    assert isinstance(status_of(reader, At(), OLD), Away)
    with newsroom(tmp_path):
        assert status_of(reader, At(), OLD).notice is not None
    other = tmp_path / "other"
    other.mkdir()
    with newsroom(other) as (store, _):
        store.put_sources([source("other")], NOW)
    for rest in tmp_path.glob("checker.db-*"):
        rest.unlink()
    (other / "checker.db").replace(tmp_path / "checker.db")
    assert status_of(reader, At(), OLD) is UNKNOWN
    reader.close()


def test_a_reader_writes_nothing_and_waits_for_no_writer(site):
    reader, store, _ = site
    with store._database.write():  # the write lock is held
        assert told(site, OLD).notice is not None
    with pytest.raises(Exception, match=r"readonly|read-only"):
        with reader._database().engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM articles")


# ── the noticeboard ──


class Finder:
    """Answers what it is told to, and counts."""

    def __init__(self, answer=UNKNOWN):
        self.answer, self.asked, self.gate = answer, [], threading.Event()
        self.gate.set()

    def __call__(self, url, here):
        self.asked.append((url, here))
        assert self.gate.wait(20)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Seconds:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


PAGE = PageStatus(OLD, Status.CURRENT, NOW)


@pytest.fixture
def made():
    """Make a board over a finder: (board, finder, seconds)."""
    boards = []

    def make(answer=UNKNOWN, **bounds):
        finder, seconds = Finder(answer), Seconds()
        board = Noticeboard(finder, Bounds(**{"wait": 20, **bounds}), seconds)
        boards.append((board, finder))
        return board, finder, seconds

    yield make
    for board, finder in boards:
        finder.gate.set()
        board.close()


def test_an_answer_is_kept_for_its_time(made):
    board, finder, seconds = made(PAGE, fresh=30)
    assert [board.ask("u"), board.ask("u")] == [PAGE, PAGE]
    assert board.ask("u", here=True) == PAGE
    assert finder.asked == [("u", False), ("u", True)]
    seconds.now += 29
    board.ask("u")
    assert len(finder.asked) == 2


def test_a_stale_answer_is_given_while_a_new_one_is_fetched(made):
    board, finder, seconds = made(PAGE, fresh=30)
    board.ask("u")
    finder.gate.clear()
    seconds.now += 31
    newer = replace(PAGE, checked_at=NOW + timedelta(days=1))
    finder.answer = newer
    assert board.ask("u") == PAGE  # at once
    asked = board._asked["u", False]
    finder.gate.set()
    assert asked.result(20) == newer
    assert board.ask("u") == newer
    seconds.now += 61  # too old to be given once more
    finder.answer = PAGE
    assert board.ask("u") == PAGE


def test_while_the_store_is_away_old_answers_are_kept_for_a_while_and_it_is_let_alone(made):
    board, finder, seconds = made(PAGE, fresh=30, kept=300, pause=5)
    board.ask("u")
    finder.answer = Away("gone")
    seconds.now += 100
    assert board.ask("u") == PAGE
    assert board.ask("other") == Away("the store did not answer; asked again soon")
    assert len(finder.asked) == 2
    seconds.now += 6
    assert board.ask("other") == Away("gone")
    assert len(finder.asked) == 3
    seconds.now += 300
    assert isinstance(board.ask("u"), Away)
    finder.answer = PAGE
    seconds.now += 6
    assert board.ask("u") == PAGE


def test_a_store_that_hangs_holds_up_one_page_for_a_moment_and_then_none(made, caplog):
    board, finder, seconds = made(PAGE, wait=0.05, pause=5)
    finder.gate.clear()
    assert board.ask("a") == Away("the store took longer than 0.05 s")
    assert board.ask("b") == Away("the store did not answer; asked again soon")
    assert [url for url, _ in finder.asked] == ["a"]
    finder.gate.set()
    seconds.now += 6
    assert "pages go without notice" in caplog.text


def test_questions_under_way_are_bounded_and_shared(made):
    board, finder, _ = made(PAGE, asked=2)
    finder.gate.clear()
    futures = [board.begin(url) for url in "aab"]
    assert futures[0] is futures[1]
    assert isinstance(board.begin("c"), Away)
    finder.gate.set()
    assert [future.result(20) for future in futures] == [PAGE] * 3


def test_what_is_kept_is_bounded_and_the_longest_unasked_goes_first(made):
    board, finder, _ = made(PAGE, size=2)
    for url in ("a", "b", "a", "c"):
        board.ask(url)
    finder.asked.clear()
    board.ask("a")
    assert finder.asked == []
    board.ask("b")
    assert finder.asked == [("b", False)]


def test_a_fault_of_ours_is_logged_and_no_page_breaks(made, caplog):
    board, _, _ = made(ValueError("a bug"))
    assert board.ask("u") == Away("ValueError: a bug")
    assert "no status of u" in caplog.text


def test_a_forked_process_gets_a_board_of_its_own(tmp_path):
    with newsroom(tmp_path), board_over(tmp_path) as board:
        assert board.ask(OLD).notice is not None
        board._pid = -1  # as after a fork, which leaves the threads behind
        old = board._pool
        assert board.ask(OLD).notice is not None
        assert board._pool is not old
        old.shutdown()


def test_copies_without_a_reading_get_no_notice(tmp_path):
    with newsroom(tmp_path) as (store, ids):
        reader = StoreReader(f"sqlite:///{tmp_path / 'checker.db'}")
        bare = record_of(store.standing(ids[2]), NOW + DAY, verdict=outdated(), copy_reading=None)
        store.record([bare])
        answer = status_of(reader, At(), FINE)
        assert (answer.status, answer.notice) == (Status.OUTDATED, None)
        reader.close()
