"""What may befall the database: other processes, locks, damage, other versions, kill -9, no space."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, exc

from checker.errors import StoreError
from checker.ports import Sent
from checker.store import SqlStore, alembic_steps, engine, health, migrate
from checker.store.migrations import HEAD
from checker.store.schema import metadata
from tests.repeats import repeats
from tests.store_fixture import (
    DAY,
    LEASE,
    NOW,
    alert,
    articles_of,
    fill,
    mail,
    memento,
    open_store,
    reading,
    record_of,
)

CHILD = Path(__file__).parents[1] / "store_child.py"
ROOT = Path(__file__).parents[2]


def raw(path):
    return closing(sqlite3.connect(path, isolation_level=None))


def child(*arguments):
    return subprocess.Popen(
        [sys.executable, str(CHILD), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def old(path, revision, *statements):
    """A database as the version of that *revision* left it."""
    opened = engine.connect(path)
    with engine.writer(opened).begin() as connection:
        migrate.upgrade(connection, revision)
        for statement in statements:
            connection.exec_driver_sql(statement)
    opened.dispose()
    return path


# ── opening ───────────────────────────────────────────────────────────────────────────────────


def test_a_new_database_has_the_tables_of_the_schema(tmp_path):
    with open_store(tmp_path, "new folder/checker.db") as store:
        assert store.check() == []
        with store._database.read() as connection:
            assert migrate.revision_of(connection) == HEAD
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []


def test_step_by_step_a_database_comes_to_what_a_new_one_is(tmp_path):
    def made_of(path):
        with raw(path) as connection:
            rows = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type = 'index'"
            )
            indexes = {name: sql.replace('"', "") for name, sql in rows}
            ask = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = {
                name: [
                    sorted(row[1:] for row in connection.execute(f"PRAGMA {what}({name})"))
                    for what in ("table_info", "foreign_key_list")
                ]
                for (name,) in connection.execute(ask).fetchall()
            }
            return indexes, tables, connection.execute("SELECT * FROM alembic_version").fetchall()

    old(tmp_path / "old.db", "head")
    with open_store(tmp_path) as store:
        assert made_of(store._database.path) == made_of(tmp_path / "old.db")


def test_the_head_that_the_program_compares_with_is_the_last_migration(tmp_path):
    assert HEAD in migrate.known_revisions()
    with open_store(tmp_path) as store, raw(store._database.path) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert found == [(HEAD,)]


def test_an_older_database_is_kept_beside_the_new_one_and_loses_nothing(tmp_path):
    path = old(
        tmp_path / "checker.db",
        "0001",
        "INSERT INTO sources VALUES ('daily', 0, 1, 1, NULL, '{}')",
        "INSERT INTO articles (id, source, uri, host, title, checks, changes, next_check_at)"
        " VALUES (1, 'daily', 'https://news.example/a', 'news.example:443', 'A', 3, 1, 0)",
    )
    with closing(SqlStore.open(f"sqlite:///{path}")) as store:
        one = store.standing(1)
        assert (one.checks, one.changes, one.share) == (3, 1, 0.0)
        assert store.shares() == (0.0, 0, 1)
    (kept,) = tmp_path.glob("checker.db.before-schema-*-0001")
    with raw(kept) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0001",)
        ]
        assert connection.execute("SELECT checks FROM articles").fetchall() == [(3,)]


def test_opening_again_changes_nothing(tmp_path):
    with open_store(tmp_path) as store:
        ids = fill(store, 3)
    with open_store(tmp_path) as store:
        assert [one.id for one in articles_of(store)] == ids
        assert store.claim_due(NOW, 9, LEASE, 9)


def test_the_file_is_in_wal_mode_and_safe_against_power_loss(tmp_path):
    with open_store(tmp_path) as store, store._database.read() as connection:
        ask = connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar_one() == "wal"
        assert ask("PRAGMA synchronous").scalar_one() == 2  # FULL
        assert ask("PRAGMA foreign_keys").scalar_one() == 1


def test_processes_that_create_the_database_at_once_all_get_it(tmp_path):
    children = [child("open", f"sqlite:///{tmp_path}/checker.db") for _ in range(4)]
    assert [one.communicate(timeout=60)[0].strip() for one in children] == ["0"] * 4
    assert [one.returncode for one in children] == [0] * 4


@pytest.mark.parametrize(
    "url",
    [
        "mysql://localhost/checker",
        "sqlite://",
        "sqlite:///:memory:",
        "no url",
        "sqlite:///a.db?mode=ro",
    ],
)
def test_other_urls_are_refused_with_a_remedy(url):
    with pytest.raises(StoreError, match=r"store\.url: .* Write it as sqlite:///"):
        SqlStore.open(url)


def test_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "MINIMUM_SQLITE", (99, 0, 0))
    with pytest.raises(StoreError, match=r"too old.*99\.0\.0"), open_store(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"folder can't be made"):
        SqlStore.open(f"sqlite:///{tmp_path}/file/checker.db")


def test_a_folder_in_the_place_of_the_file_is_explained(tmp_path):
    (tmp_path / "checker.db").mkdir()
    with pytest.raises(StoreError, match=r"can't be opened or created"), open_store(tmp_path):
        pass


# ── damage and strangers ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "damage", [b"no database at all " * 300, b"SQLite format 3\0" + b"x" * 4080]
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path, damage):
    path = tmp_path / "checker.db"
    path.write_bytes(damage)
    with pytest.raises(StoreError, match=r"checker\.db: the file is .*backup") as caught:
        SqlStore.open(f"sqlite:///{path}")
    assert caught.value.remedy
    assert path.read_bytes() == damage


def test_damage_inside_is_reported_and_stops_work(tmp_path):
    with open_store(tmp_path) as store:
        fill(store, 3000)
        path = store._database.path
    body = bytearray(path.read_bytes())
    for page in range(len(body) // 8192, len(body) // 4096):  # the second half: rows, not tables
        body[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(body)
    with open_store(tmp_path) as store:
        assert any(line.startswith("integrity: ") for line in store.check())
        with pytest.raises(StoreError, match="damaged"):
            list(store.standings())
    assert path.stat().st_size == len(body)


def test_what_can_no_longer_be_examined_is_a_problem_too(tmp_path, monkeypatch):
    def broken(_):
        raise StoreError("checker.db", "the file is damaged", "Restore.")

    with open_store(tmp_path) as store:
        monkeypatch.setattr(health, "_damage", broken)
        assert store.check() == ["checker.db: the file is damaged. Restore."]


def test_a_row_without_its_parent_is_reported(tmp_path):
    with open_store(tmp_path) as store:
        with raw(store._database.path) as connection:
            connection.execute("INSERT INTO derived VALUES (77, 'comparison', '{}')")
        (problem,) = store.check()
    assert "derived" in problem
    assert "missing" in problem


def test_another_journal_mode_is_reported(tmp_path):
    with open_store(tmp_path) as store:
        path, inode = store._database.path, store._database.inode
    with raw(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    plain = create_engine(f"sqlite:///{path}")  # one that doesn't switch back
    (problem,) = health.problems(engine.Database(path, plain, inode))
    plain.dispose()
    assert "journal mode is delete" in problem


def test_a_value_that_is_not_ours_is_explained(tmp_path):
    with open_store(tmp_path) as store:
        (one,) = fill(store, 1)
        store.record([record_of(store.standing(one), copy_reading=reading())])
        with raw(store._database.path) as connection:
            connection.execute("UPDATE derived SET body = '{'")
        with pytest.raises(StoreError, match=r"can't be read.*doctor"):
            store.standing(one)


def test_a_later_version_s_database_is_refused_untouched(tmp_path):
    with open_store(tmp_path) as store:
        path = store._database.path
    with raw(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"later version.*schema 9999.*Install that version"):
        SqlStore.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_program_s_database_is_refused(tmp_path):
    with raw(tmp_path / "checker.db") as connection:
        connection.execute("CREATE TABLE bookmarks (x)")
    with pytest.raises(StoreError, match=r"another program's database.*bookmarks"):
        SqlStore.open(f"sqlite:///{tmp_path}/checker.db")
    with raw(tmp_path / "checker.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    def half(config, revision):
        connection = config.attributes["connection"]
        connection.exec_driver_sql("CREATE TABLE half (name TEXT)")
        raise KeyboardInterrupt

    path = old(tmp_path / "checker.db", "0001")
    with monkeypatch.context() as patch:
        patch.setattr(alembic_steps.command, "upgrade", half)
        with pytest.raises(KeyboardInterrupt):
            SqlStore.open(f"sqlite:///{path}")
    with open_store(tmp_path) as store:
        with raw(path) as connection:
            assert not connection.execute("PRAGMA table_info(half)").fetchall()
        assert store.check() == []


def test_a_database_that_was_not_made_whole_is_not_there(tmp_path, monkeypatch):
    def half(connection):
        connection.exec_driver_sql("CREATE TABLE sources (name TEXT)")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_make", half)
        with pytest.raises(KeyboardInterrupt):
            SqlStore.open(f"sqlite:///{tmp_path}/checker.db")
    with open_store(tmp_path) as store:
        assert store.check() == []


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_is_taken_away_while_in_use_is_noticed(tmp_path, how):
    with open_store(tmp_path) as store:
        fill(store, 1)
        path = store._database.path
        if how == "deleted":
            path.unlink()
        else:
            shutil.copy(path, tmp_path / "other.db")
            (tmp_path / "other.db").replace(path)
        with pytest.raises(StoreError, match="deleted or replaced while in use"):
            store.put_mail(mail(), [])


# ── locks ─────────────────────────────────────────────────────────────────────────────────────


def test_a_lock_held_too_long_is_explained_and_readers_go_on(tmp_path):
    with open_store(tmp_path, busy_seconds=0.2) as store:
        (one,) = fill(store, 1)
        with raw(store._database.path) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            with pytest.raises(
                StoreError, match=r"another process has been writing.*database is locked"
            ):
                store.release([one])
            assert time.monotonic() - started >= 0.15
            assert store.standing(one).article.id == one
            other.execute("ROLLBACK")
        store.release([one])


def test_a_lock_held_for_a_while_is_waited_for(tmp_path):
    with open_store(tmp_path, busy_seconds=20) as store:
        (one,) = fill(store, 1)
        other = sqlite3.connect(store._database.path, isolation_level=None, check_same_thread=False)
        with closing(other):
            other.execute("BEGIN IMMEDIATE")
            timer = threading.Timer(0.3, other.execute, ["COMMIT"])
            timer.start()
            assert len(store.claim([one], NOW, LEASE)) == 1
            timer.join()


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM sqlite_master"])
def test_switching_to_wal_waits_for_a_lock_and_gives_up_in_time(tmp_path, lock):
    path = tmp_path / "checker.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute("PRAGMA user_version=1")  # makes the file a database, in rollback mode
        for statement in lock.split("; "):
            other.execute(statement).fetchall()
        with pytest.raises(StoreError, match="another process has been writing"):
            SqlStore.open(f"sqlite:///{path}", busy_seconds=0.1)
        timer = threading.Timer(0.3, other.execute, ["ROLLBACK"])
        timer.start()
        with open_store(tmp_path) as store:
            assert store.check() == []
        timer.join()


def test_two_processes_share_the_work_and_each_article_is_checked_once(tmp_path):
    with open_store(tmp_path) as store:
        ids = fill(store, 300)
        workers = [child("drain", f"sqlite:///{store._database.path}") for _ in range(2)]
        shares = [int(worker.communicate(timeout=60)[0]) for worker in workers]
        assert sum(shares) == len(ids)
        assert {standing.checks for standing in store.standings()} == {1}
        assert store.check() == []


def test_a_second_daemon_sees_who_holds_the_lock(tmp_path):
    with open_store(tmp_path) as store, open_store(tmp_path) as second:
        assert store.take_daemon_lock("1@here", NOW, LEASE) is None
        assert second.take_daemon_lock("2@here", NOW, LEASE) == "1@here"


# ── no space ──────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_rolls_back_and_work_resumes(tmp_path):
    with open_store(tmp_path) as store:
        ids = fill(store, 30)
        claimed = store.claim_due(NOW, 30, LEASE, 30)
        records = [record_of(s, copy_reading=reading(title="x" * 9000)) for s in claimed]
        with store._database.read() as connection:  # the one pooled connection: bound it
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        with pytest.raises(StoreError, match=r"the disk is full; nothing of this step"):
            store.record(records)
        assert store.check() == []
        assert {s.checks for s in store.standings()} == {0}
        with store._database.read() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        store.record(records)
        assert {s.checks for s in store.standings()} == {1}
        assert len(ids) == 30


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_file_is_explained(tmp_path):
    with open_store(tmp_path) as store:
        path = store._database.path
    path.chmod(0o400)
    with open_store(tmp_path) as store, pytest.raises(StoreError, match="can't be written"):
        store.put_mail(mail(), [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("SQLITE_READONLY_DBMOVED", "can't be written"),
        ("SQLITE_IOERR_READ", "reading or writing failed"),
        ("SQLITE_MISUSE", "doctor"),
    ],
)
def test_what_sqlite_says_becomes_cause_and_remedy(tmp_path, name, says):
    error = sqlite3.OperationalError("said SQLite")
    error.sqlite_errorname = name
    with pytest.raises(StoreError, match=says) as caught, engine.explained(tmp_path):
        raise exc.OperationalError("SELECT", {}, error)
    assert "said SQLite" in caught.value.cause


# ── backups ───────────────────────────────────────────────────────────────────────────────────


def test_a_backup_is_a_whole_database(tmp_path):
    target = tmp_path / "backups" / "checker.db"
    target.parent.mkdir()
    with open_store(tmp_path) as store:
        fill(store, 50)
        with raw(store._database.path) as busy:
            busy.execute("BEGIN IMMEDIATE")  # work goes on
            store.backup(target)
            busy.execute("ROLLBACK")
        with pytest.raises(StoreError, match="exists already"):
            store.backup(target)
        with pytest.raises(StoreError, match="can't be"):
            store.backup(tmp_path / "absent" / "checker.db")
        assert sorted(path.name for path in target.parent.iterdir()) == ["checker.db"]
    with open_store(target.parent) as copy:
        assert len(articles_of(copy)) == 50
        assert copy.check() == []


def test_a_backup_onto_a_disk_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def fails(_):
        raise OSError(28, "No space left on device")

    (tmp_path / "backups").mkdir()
    with open_store(tmp_path) as store, monkeypatch.context() as patch:
        patch.setattr(health, "_sync", fails)
        with pytest.raises(StoreError, match=r"can't be written .*No space left"):
            store.backup(tmp_path / "backups" / "checker.db")
    assert list((tmp_path / "backups").iterdir()) == []


# ── file systems ──────────────────────────────────────────────────────────────────────────────

MOUNTS = """proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
server:/x /srv nfs4 rw 0 0
//server/y /srv/a\\040share cifs rw 0 0
short
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/checker.db", "ext4"),
        ("/srv/checker.db", "nfs4"),
        ("/srv/a share/checker.db", "cifs"),
        ("/srvx/checker.db", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_longest_mount_point(path, kind):
    assert health.file_system(Path(path), MOUNTS) == kind
    assert health.file_system(Path(path), "") is None


def test_a_network_file_system_is_a_problem(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path.resolve()} nfs rw 0 0\n")
    monkeypatch.setattr(health, "_MOUNTS", mounts)
    with open_store(tmp_path) as store:
        (problem,) = store.check()
    assert "network file system (nfs)" in problem
    monkeypatch.setattr(health, "_MOUNTS", tmp_path / "absent")
    with open_store(tmp_path) as store:
        assert store.check() == []


# ── speed that depends on an index ────────────────────────────────────────────────────────────


def test_claiming_uses_the_indexes_and_does_not_walk_the_table(tmp_path):
    with open_store(tmp_path) as store:
        fill(store, 100)  # of one host: the front of the queue can't fill a batch
        plans = []
        statements = []

        def listen(*event):
            statements.append(event[2:4])

        engine.event.listen(store._database.engine, "before_cursor_execute", listen)
        store.claim_due(NOW, 5, LEASE, 2)
        list(store.banners_due())
        engine.event.remove(store._database.engine, "before_cursor_execute", listen)
        with raw(store._database.path) as connection:
            for statement, parameters in statements:
                if statement.startswith(("WITH", "UPDATE", "SELECT")):
                    rows = connection.execute("EXPLAIN QUERY PLAN " + statement, parameters)
                    plans += [row[3] for row in rows]
    assert any("ix_articles_host_due (host=? AND next_check_at<?)" in plan for plan in plans)
    assert any("ix_articles_due (next_check_at<?)" in plan for plan in plans)
    assert any("ix_articles_banner" in plan for plan in plans)
    walks = [plan for plan in plans if plan.startswith("SCAN") and "hosts" not in plan]
    assert [plan for plan in walks if "INDEX ix_articles_banner" not in plan] == []


# ── kill -9 ───────────────────────────────────────────────────────────────────────────────────

KILLS = repeats(6, 18)


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path):
    """A child records checks with alerts, and says so after each; it is killed at random."""
    rng = random.Random(9)
    acknowledged: set[tuple[int, int]] = set()
    with open_store(tmp_path) as store:
        fill(store, 40)
        path = store._database.path
    for turn in range(KILLS):
        worker = child("record", f"sqlite:///{path}")
        assert worker.stdout.readline().strip() == "ready"
        # Every other child is sure to have got to work, however busy the machine is.
        first = worker.stdout.readline() if turn % 2 else ""
        time.sleep(rng.uniform(0.0, 0.25))
        worker.send_signal(signal.SIGKILL)
        with worker:
            lines = (first + worker.stdout.read()).splitlines(keepends=True)
        for line in lines:
            if line.endswith("\n"):  # a torn line is no acknowledgement
                number, check = line.split()
                acknowledged.add((int(number), int(check)))
    with open_store(tmp_path) as store:
        assert store.check() == []
        kept, keys = set(), {one.key for one in store.pending_alerts()}
        for standing in store.standings():
            records = store.history(standing.article.id, 10_000)
            assert len(records) == standing.checks  # no check without its standing
            for one in records:
                number = int(one.detail)
                kept.add((standing.article.id, number))
                assert [a.key for a in one.alerts] == [f"{standing.article.id}/{number}"]
                assert f"{standing.article.id}/{number}" in keys
        assert acknowledged <= kept
        assert len(keys) == len(kept)
    assert len(acknowledged) >= KILLS // 2  # the children did get to work


def test_a_mail_that_was_sent_stays_sent_over_a_restart(tmp_path):
    with open_store(tmp_path) as store:
        (one,) = fill(store, 1)
        store.record([record_of(store.standing(one), alerts=(alert(),), copy=memento())])
        store.put_mail(mail(), ["key-1"])
        store.mail_done(store.claim_mail(NOW, LEASE).id, Sent(), NOW)
    with open_store(tmp_path) as store:
        assert store.claim_mail(NOW + DAY, LEASE) is None
        assert store.pending_alerts() == ()
        assert [m.state for m in store.outbox()] == ["sent"]
        store.record([record_of(store.standing(one), NOW + timedelta(days=1), alerts=(alert(),))])
        assert store.pending_alerts() == ()  # a known key is not told again
