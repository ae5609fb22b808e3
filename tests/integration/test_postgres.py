"""The store on PostgreSQL beyond the contract: several processes, kill -9 of either side, refusals."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import make_url

from checker.errors import StoreError
from checker.model import Status
from checker.store import SqlStore, migrate, server
from checker.store.migrations import HEAD
from checker.store.reading import StoreReader
from checker.store.schema import metadata
from tests.store_fixture import DAY, LEASE, NOW, articles_of, fill, record_of

CHILD = Path(__file__).parents[1] / "store_child.py"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(pg):
    return pg.create()


def opened(url, **options):
    return closing(SqlStore.open(url, **options))


def child(what, url):
    return subprocess.Popen(
        [sys.executable, str(CHILD), what, url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


# ── opening ───────────────────────────────────────────────────────────────────────────────────


def test_a_new_database_has_the_tables_of_the_schema_and_nothing_wrong(url):
    with opened(url) as store:
        assert store.check() == []
        with store._database.read() as connection:
            assert migrate.revision_of(connection) == HEAD
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []


def test_step_by_step_a_database_comes_to_the_indexes_of_a_new_one(pg, url):
    def statements(place):
        with psycopg.connect(place) as connection:
            rows = connection.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
            )
            return {name: said for name, said in rows if name.startswith("ix_")}

    old = pg.create()
    with closing(server.connect(make_url(old), 5)) as database, database.write() as connection:
        migrate.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    with opened(url):
        assert statements(url) == statements(old)
    assert "IS DISTINCT FROM" in statements(old)["ix_articles_banner"]


def test_processes_that_create_the_tables_at_once_all_get_them(url):
    children = [child("open", url) for _ in range(4)]
    assert [one.communicate(timeout=60)[0].strip() for one in children] == ["0"] * 4
    assert [one.returncode for one in children] == [0] * 4


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        ("CREATE TABLE theirs (id int)", "another program's database"),
        (
            "CREATE TABLE alembic_version AS SELECT '9999' AS version_num",
            "a later version of the checker has written it",
        ),
    ],
)
def test_a_database_that_is_not_ours_is_left_alone(url, spoil, says):
    with psycopg.connect(url) as connection:
        connection.execute(spoil)
    with pytest.raises(StoreError, match=says):
        SqlStore.open(url)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert rows.fetchone() == (1,)


def test_a_database_that_can_not_hold_every_text_is_refused(pg):
    latin = pg.create(options="ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(StoreError, match=r"encoding is LATIN1.*--encoding=UTF8"):
        SqlStore.open(latin)


def test_a_server_too_old_is_refused(url, monkeypatch):
    monkeypatch.setattr(server, "OLDEST", 99_00_00)
    with pytest.raises(StoreError, match=r"too old.*PostgreSQL 99 or later"):
        SqlStore.open(url)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"host": "127.0.0.1", "port": 1}, "Connection refused"),
        ({"database": "missing"}, 'database "missing" does not exist'),
        ({"username": "stranger"}, 'role "stranger" does not exist'),
    ],
)
def test_a_server_that_can_not_be_had_is_explained_without_the_password(url, change, says):
    place = make_url(url).set(password="canary", **change)
    if "host" in change:
        place = place.set(query={})
    with pytest.raises(StoreError, match=f"no connection to the server.*{says}") as caught:
        SqlStore.open(place.render_as_string(hide_password=False))
    assert "canary" not in str(caught.value)
    assert change.get("database", make_url(url).database) in str(caught.value)


def test_without_its_driver_the_user_learns_what_to_install(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'archive-checker\[postgres\]'"):
        SqlStore.open(url)


# ── several processes ─────────────────────────────────────────────────────────────────────────


def test_processes_share_the_work_and_none_is_done_twice(url):
    with opened(url) as store:
        fill(store, 60)
        children = [child("drain", url) for _ in range(3)]
        done = [int(one.communicate(timeout=120)[0]) for one in children]
        assert sum(done) == 60
        assert [one.returncode for one in children] == [0] * 3
        assert all(store.standing(one.id).checks == 1 for one in articles_of(store))


def test_a_lock_held_too_long_is_explained_and_readers_go_on(url):
    with opened(url, busy_seconds=0.2) as store, psycopg.connect(url) as other:
        (one,) = fill(store, 1)
        other.execute(f"SELECT pg_advisory_xact_lock({server._WRITERS})")
        with pytest.raises(StoreError, match=r"has been writing for too long.*pg_stat_activity"):
            store.release([one])
        assert store.standing(one).article.id == one
        other.rollback()
        store.release([one])


def test_a_reading_transaction_sees_one_state_and_can_not_write(url):
    with opened(url) as store:
        fill(store, 2)
        with store._database.read() as connection:
            ask = text("SELECT count(*) FROM articles")
            assert connection.execute(ask).scalar_one() == 2
            fill(store, 3, "other")
            assert connection.execute(ask).scalar_one() == 2
        with (
            pytest.raises(StoreError, match="only takes readers"),
            store._database.read() as connection,
        ):
            connection.execute(text("DELETE FROM articles"))
        assert store.counts(NOW)["articles"] == 5


def test_a_process_that_hangs_in_a_transaction_loses_it(url, monkeypatch):
    monkeypatch.setattr(server, "IDLE_SECONDS", 1)
    with opened(url) as hanging:
        (one,) = fill(hanging, 1)
        with (
            pytest.raises(StoreError, match=r"nothing was written|connection was lost"),
            hanging._database.write() as connection,
        ):
            connection.execute(text("UPDATE articles SET title = 'lost'"))
            time.sleep(1.6)
            connection.execute(text("SELECT 1"))
        with opened(url, busy_seconds=5) as other:
            assert other.standing(one).article.title == ""


# ── kill -9 ───────────────────────────────────────────────────────────────────────────────────


def acknowledged(process):
    """What the child said it had recorded: article to the number of its last check."""
    done = {}
    for line in process.communicate(timeout=60)[0].splitlines():
        if line.count(" ") == 1:
            number, check = line.split()
            done[int(number)] = int(check)
    return done


def test_killed_while_recording_loses_nothing_that_was_acknowledged(url):
    with opened(url) as store:
        ids = fill(store, 8)
        for _ in range(3):
            process = child("record", url)
            assert process.stdout.readline() == "ready\n"
            time.sleep(random.uniform(0.1, 0.5))
            process.send_signal(signal.SIGKILL)
            said = acknowledged(process)
            whole(store, ids, said)


def whole(store, ids, said):
    """Nothing half-recorded: the counter, the history and the alerts tell the same."""
    for one in ids:
        standing = store.standing(one)
        history = store.history(one, 10_000)
        assert standing.checks == len(history) >= said.get(one, 0)
        assert all(len(check.alerts) == 1 for check in history)
        if history:
            assert standing.copy_reading.title == str(standing.checks) * 500


def test_a_server_killed_while_writing_comes_back_with_all_it_acknowledged(pg, url):
    with opened(url) as store:
        ids = fill(store, 8)
        for _ in range(3):
            process = child("record", url)
            assert process.stdout.readline() == "ready\n"
            time.sleep(random.uniform(0.1, 0.5))
            pg.kill()
            said = acknowledged(process)
            assert process.returncode != 0  # StoreError
            with pytest.raises(
                StoreError, match=r"no connection to the server|connection was lost|shutting down"
            ):
                store.counts(NOW)
            pg.start()
            whole(store, ids, said)  # the same store, without being opened again
        store.record([record_of(store.standing(ids[0]), NOW + 9999 * DAY)])


# ── doctor, backup, readers ───────────────────────────────────────────────────────────────────


def test_doctor_sees_an_index_that_is_not_valid_and_a_server_that_is_away(pg, url):
    with opened(url) as store:
        with psycopg.connect(url) as connection:
            connection.execute(
                "UPDATE pg_index SET indisvalid = false"
                " WHERE indexrelid = 'ix_articles_due'::regclass"
            )
            connection.execute("ALTER TABLE words ADD CONSTRAINT late CHECK (body <> '') NOT VALID")
        assert store.check() == [
            "index ix_articles_due is not valid: run REINDEX INDEX ix_articles_due",
            "constraint late was never validated",
        ]
        pg.kill()
        (away,) = store.check()
        assert "the server" in away
        pg.start()


def test_a_backup_can_be_restored(pg, url, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{pg.programs}:{os.environ['PATH']}")
    with opened(url) as store:
        fill(store, 3)
        store.backup(tmp_path / "copy.dump")
        with pytest.raises(StoreError, match="it exists already"):
            store.backup(tmp_path / "copy.dump")
    fresh = pg.create()
    restored = shutil.which("pg_restore")
    subprocess.run([restored, "--dbname", fresh, str(tmp_path / "copy.dump")], check=True)
    with opened(fresh) as store:
        assert len(articles_of(store)) == 3
        assert len(store.claim_due(NOW, 9, LEASE, 9)) == 3


def test_a_backup_that_fails_leaves_no_file_and_says_why(pg, url, tmp_path, monkeypatch):
    with opened(url) as store:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StoreError, match=r"pg_dump: it is not installed here"):
            store.backup(tmp_path / "copy.dump")
        failing = tmp_path / "pg_dump"
        failing.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
        failing.chmod(0o755)
        with pytest.raises(StoreError, match="server version mismatch"):
            store.backup(tmp_path / "copy.dump")
    assert not list(tmp_path.glob("copy*"))


def test_what_a_web_server_reads_is_told_from_the_server_too(pg, url):
    with opened(url) as store:
        (one,) = fill(store, 1)
        store.record([record_of(store.standing(one))])
    with closing(StoreReader(url)) as reader:
        shown = reader.shown(["https://news.example/0"])
        assert shown.status is Status.CURRENT
        assert reader.shown(["https://news.example/unknown"]) is None
        pg.kill()
        with pytest.raises(StoreError):
            reader.shown(["https://news.example/0"])
        pg.start()
        assert reader.shown(["https://news.example/0"]).status is Status.CURRENT


def test_a_reader_does_not_ask_tables_of_another_version(url):
    with opened(url), psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with closing(StoreReader(url)) as reader, pytest.raises(StoreError, match="another version"):
        reader.shown(["https://news.example/0"])
