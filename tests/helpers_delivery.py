"""A store with articles of every status, and what serves notices from it."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from checker.model import DateKind, Rule, Status
from checker.service.status import Bounds, Noticeboard, status_of
from checker.store.reading import StoreReader
from tests import helpers_banner as words
from tests.store_fixture import NOW, fill, memento, open_store, record_of

OLD = "https://news.example/old"  # outdated by age
CORRECTED = "https://news.example/corrected"  # outdated, as the source was corrected
FINE = "https://news.example/fine"
UNJUDGED = "https://news.example/unjudged"
TODAY = words.NOW


class At:
    """A clock that stands still."""

    def __init__(self, now=TODAY):
        self.time = now

    def now(self):
        return self.time


def outdated(*findings):
    return words.verdict(*(findings or (words.finding(Rule.AGE_EXCEEDED),)))


def judge(store, number, verdict, *, uri=OLD, newest=None, at=NOW):
    """Record a check of article *number* that came to *verdict*."""
    copied = words.reading(published=words.dated(2017, 3, 31, kind=DateKind.PUBLISHED))
    copy = memento("first", uri)
    seen = {"copy": copy, "copy_reading": copied, "newest": newest, "verdict": verdict}
    store.record([record_of(store.standing(number), at, **seen)])


@contextmanager
def newsroom(folder):
    """A store with OLD, CORRECTED, FINE and UNJUDGED; gives (store, ids)."""
    with open_store(folder) as store:
        ids = fill(store, [OLD, CORRECTED, FINE, UNJUDGED])
        judge(store, ids[0], outdated())
        found = words.finding(Rule.SOURCE_CORRECTED, stated="2026-04-02T00:00:00+00:00")
        judge(store, ids[1], outdated(found), uri=CORRECTED, newest=memento("second", CORRECTED))
        judge(store, ids[2], replace(outdated(), status=Status.CURRENT, findings=()), uri=FINE)
        yield store, ids


@contextmanager
def board_over(folder, clock=None, bounds=None, **options):
    """A noticeboard over the store in *folder*, patient enough for a busy machine."""
    reader = StoreReader(f"sqlite:///{folder / 'checker.db'}")
    time = clock or At()
    board = Noticeboard(
        lambda url, here: status_of(reader, time, url, here=here),
        bounds or Bounds(wait=20),
        **options,
    )
    try:
        yield board
    finally:
        board.close()
        reader.close()


WEEK = timedelta(days=7)
