"""Housekeeping over real databases: the service's rounds, and what the store deletes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from checker.model import Change, Outcome, PastCheck, Retention, Round, Status
from checker.service import Service
from checker.service.context import Context, Operation, Ports
from checker.service.tidy import AT_ONCE
from checker.store import SqlStore
from tests.store_fixture import (
    DAY,
    HOUR,
    LEASE,
    NOW,
    alert,
    comparison,
    fill,
    memento,
    record_of,
    source,
    verdict,
)

RULE = Retention(whole=100 * DAY, every=30 * DAY)
LONG_AGO = NOW - 400 * DAY
MANY = 1_000


class Clock:
    """Stands still, or goes on by *step* at each look."""

    def __init__(self, now=NOW, step=timedelta(0)):
        self.at, self.step = now, step

    def now(self):
        self.at += self.step
        return self.at


@pytest.fixture
def store(url):
    opened = SqlStore.open(url)
    yield opened
    opened.close()


def service(store, clock=None, *sources) -> Service:
    nobody = dict.fromkeys(("http", "archive", "mailer", "shelf", "sink"))
    ports = Ports(clock=clock or Clock(), store=store, **nobody)
    nothing = dict.fromkeys(("policies", "timing", "desk"))
    operation = Operation(sources or (source(),), (), retention=RULE, **nothing)
    return Service(Context(ports, operation))


def checked(store, article: int, when, odd=None) -> None:
    """Checks of *article* on these days after long ago; *odd* says what was not usual, by day."""
    standing, records = store.standing(article), []
    for day in when:
        changes = dict((odd or {}).get(day, {}))
        at = LONG_AGO + day * DAY
        made = record_of(standing, at, Outcome.NOT_MODIFIED)
        standing = replace(made.standing, **changes.pop("standing", {}))
        records.append(replace(made, standing=standing, started_at=at, **changes))
    store.record(records)


def days(store, article: int) -> list[int]:
    history = store.history(article, MANY)
    return [(one.started_at - LONG_AGO).days for one in reversed(history)]


def test_a_year_of_304_becomes_a_dozen_rows(store):
    (one,) = fill(store, 1)
    checked(store, one, range(400))
    done = service(store).tidy()
    assert (done.looked_at, done.done) == (300, True)
    assert days(store, one) == [*range(0, 300, 30), *range(299, 400)]
    assert done.removed == 400 - len(days(store, one))
    assert service(store).tidy().removed == 0
    assert store.standing(one).checks == 400  # what was done stays counted
    assert sum(store.checked().values()) >= 400


def test_a_dry_run_tells_and_deletes_nothing(store):
    (one,) = fill(store, 1)
    checked(store, one, range(60))
    told = service(store).tidy(dry_run=True)
    assert told.removed > 50
    assert len(days(store, one)) == 60
    assert store.tidied() is None
    assert service(store).tidy().removed == told.removed


def test_changes_captures_verdicts_and_alerts_stay(store):
    (one,) = fill(store, 1)
    odd = {
        20: {"outcome": Outcome.COMPARED, "capture": memento("other")},
        30: {"standing": {"verdict": verdict(Status.OUTDATED)}},
        31: {"standing": {"verdict": verdict(Status.CURRENT)}},
        40: {"alerts": (alert(),)},
        50: {"outcome": Outcome.GONE, "status": 404},
    }
    checked(store, one, range(60), odd)
    service(store).tidy()
    history = {(r.started_at - LONG_AGO).days: r for r in store.history(one, MANY)}
    assert {0, 20, 30, 40, 50, 59} <= set(history)
    assert {10, 25, 35, 45, 55}.isdisjoint(history)
    assert history[20].capture == memento("other")
    assert history[30].standing.verdict.status is Status.OUTDATED
    assert history[40].alerts == (alert(),)
    assert store.pending_alerts() == (alert(),)


def test_an_alerts_check_is_not_deleted_whoever_asks(store):
    (one,) = fill(store, 1)
    checked(store, one, (0, 1), {0: {"alerts": (alert(),)}})
    asked = [PastCheck(one, "news", LONG_AGO + day * DAY, "") for day in (0, 1, 2)]
    assert store.forget_checks(asked) == 1
    assert days(store, one) == [0]


def test_each_source_has_its_own_measure(store):
    sources = (source("a", keep_checks=10 * DAY), source("b", thin_to=7 * DAY), source("c"))
    ids = {one.name: fill(store, 1, one.name)[0] for one in sources}
    for article in ids.values():
        checked(store, article, range(300, 390))
    service(store, None, *sources).tidy()
    assert days(store, ids["a"]) == [300, 330, 360, 389]
    assert days(store, ids["b"]) == list(range(300, 390))
    assert days(store, ids["c"]) == list(range(300, 390))
    assert service(store, Clock(NOW + 400 * DAY), *sources).tidy().removed > 0
    assert days(store, ids["b"]) == [*range(300, 390, 7), 389]


def test_a_round_is_one_a_day_and_goes_on_after_a_restart(store, monkeypatch):
    monkeypatch.setattr("checker.store.upkeep.PAGE", 1)
    articles = fill(store, 4)
    for article in articles:
        checked(store, article, range(10))
    slow = Clock(NOW, AT_ONCE / 3)  # after three looks the time is over
    first = service(store, slow).tidy_some()
    assert not first.done
    assert 0 < first.removed < 32
    assert store.tidied().after in articles[:-1]
    rest = service(store).tidy_some()  # as after a restart
    assert rest.done
    assert first.removed + rest.removed == 32
    assert service(store).tidy_some().looked_at == 0
    assert service(store, Clock(NOW + 23 * HOUR)).tidy_some().looked_at == 0
    assert service(store, Clock(NOW + 2 * DAY)).tidy_some().looked_at > 0


def test_a_clock_put_back_does_not_end_housekeeping(store):
    fill(store, 1)
    store.note_tidied(Round(NOW + 900 * DAY, done=True))
    service(store).tidy_some()
    assert store.tidied() == Round(NOW, after=store.tidied().after, done=True)


def test_stopping_leaves_what_is_done_done(store):
    fill(store, 1)
    assert not service(store).tidy_some(lambda: True).done
    assert store.tidied() is None


def test_a_step_holds_few_rows_at_a_time(store, monkeypatch):
    monkeypatch.setattr("checker.store.upkeep.MAX_ROWS", 25)
    for article in fill(store, 5):
        checked(store, article, range(10))
    sizes, after = [], 0
    while after is not None:
        after, histories = store.past_checks(after, NOW)
        sizes.append(sum(map(len, histories)))
    assert sizes == [20, 20, 10, 0]


CHECKS = st.lists(
    st.tuples(
        st.integers(0, 399),
        st.sampled_from([Outcome.NOT_MODIFIED, Outcome.SAME_BYTES, Outcome.COMPARED, Outcome.GONE]),
        st.sampled_from([Change.IDENTICAL, Change.SUBSTANTIVE]),
        st.sampled_from([Status.CURRENT, Status.OUTDATED]),
        st.sampled_from([None, "a", "b", "c"]),
        st.booleans(),
    ),
    unique_by=lambda one: one[0],
    min_size=1,
    max_size=25,
).map(sorted)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_checks=CHECKS)
def test_no_difference_no_flag_and_no_evidence_is_lost(tmp_path_factory, given_checks):
    store = SqlStore.open(f"sqlite:///{tmp_path_factory.mktemp('law')}/checker.db")
    try:
        (one,) = fill(store, 1)
        odd = {
            day: {
                "outcome": outcome,
                "capture": capture and memento(capture),
                "alerts": (alert(f"k{day}"),) if alerted else (),
                "standing": {"comparison": comparison(change), "verdict": verdict(status)},
            }
            for day, outcome, change, status, capture, alerted in given_checks
        }
        checked(store, one, odd, odd)
        before, standing = said(store, one), store.standing(one)
        service(store).tidy()
        assert said(store, one) == before
        assert store.standing(one) == standing
        assert store.check() == []
    finally:
        store.close()


def said(store, article):
    """All that a history tells: captures, alerts, and each turn of change and verdict."""
    history = list(reversed(store.history(article, MANY)))
    captures = {one.capture.digest for one in history if one.capture}
    alerts = [raised for one in history for raised in one.alerts]
    turns = [
        (one.standing.comparison.change, one.standing.verdict.status, one.outcome is Outcome.GONE)
        for one in history
    ]
    changes = [turn for before, turn in zip([None, *turns], turns, strict=False) if turn != before]
    return captures, alerts, changes, history[0].started_at, history[-1].started_at


def test_freed_pages_are_filled_before_the_file_grows(tmp_path):
    store = SqlStore.open(f"sqlite:///{tmp_path}/checker.db")
    try:
        articles = fill(store, 15)
        for day in range(0, 300, 3):
            records = [
                record_of(one, LONG_AGO + day * DAY) for one in map(store.standing, articles)
            ]
            store.record([replace(r, outcome=Outcome.NOT_MODIFIED) for r in records])
        assert service(store).tidy().removed > 1_000
        free = store.reusable_bytes()
        assert free > 40_000
        size = (tmp_path / "checker.db").stat().st_size
        fill(store, 60, "more")
        assert store.reusable_bytes() < free
        assert (tmp_path / "checker.db").stat().st_size == size
    finally:
        store.close()


# ── what the busiest queries walk over ────────────────────────────────────────────────────────


def test_the_due_query_walks_over_an_index_whatever_is_watched(store):
    fill(store, [f"https://host{n % 50}.example/{n}" for n in range(3_000)])
    asked = []
    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", lambda *all_of_it: asked.append(all_of_it[2:4]))
    claimed = [one.article.id for one in store.claim_due(NOW, 9, LEASE, 1)]
    store.record([record_of(store.standing(one)) for one in claimed])
    plans = plans_of(engine, asked)
    due = [plan for plan in plans if "ix_articles_due" in plan]
    assert due, plans
    assert not [plan for plan in plans if "SCAN articles\n" in plan or "Seq Scan on art" in plan]
    if engine.dialect.name == "sqlite":  # no sorting of all that is due, either
        assert "TEMP B-TREE" not in due[0].replace("LAST TERM OF ORDER BY", "")


def plans_of(engine, asked) -> list[str]:
    """How the database goes about each of the statements that read or change articles."""
    server = engine.dialect.name == "postgresql"
    plans = []
    with engine.connect() as connection:
        if server:
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("SET enable_seqscan = off")  # small tables are read whole
        for statement, values in list(asked):
            if "articles" in statement and statement.startswith(("SELECT", "UPDATE", "WITH")):
                how = "EXPLAIN " if server else "EXPLAIN QUERY PLAN "
                one = values[0] if isinstance(values, list) else values
                rows = connection.exec_driver_sql(how + statement, one).all()
                plans.append("".join(f"{row[-1]}\n" for row in rows))
    return plans
