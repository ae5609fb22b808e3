"""Another process at the same store: ``store_child.py open|drain|record URL``."""

import sys
from dataclasses import replace
from datetime import timedelta

from checker.store import SqlStore
from tests.store_fixture import LEASE, NOW, alert, memento, reading, record_of, verdict


def main(what: str, url: str) -> None:
    store = SqlStore.open(url)
    if what == "open":
        print(store.counts(NOW)["articles"])
    elif what == "drain":
        print(drain(store))
    else:
        record_for_ever(store)
    store.close()


def drain(store: SqlStore) -> int:
    done = 0
    while claimed := store.claim_due(NOW, 5, LEASE, 5):
        store.record([record_of(standing) for standing in claimed])
        done += len(claimed)
    return done


def record_for_ever(store: SqlStore) -> None:
    """Claim, record with an alert each, acknowledge on stdout; until killed."""
    print("ready", flush=True)
    now = NOW
    while True:
        now += timedelta(hours=1)
        records = []
        for standing in store.claim_due(now, 4, timedelta(0), 4):
            number = standing.checks + 1
            key = f"{standing.article.id}/{number}"
            made = record_of(
                standing,
                now + timedelta(days=number),
                alerts=(alert(key),),
                copy=memento(),
                copy_reading=reading(title=str(number) * 500),
                verdict=verdict(message=f"Check {number}."),
                next_check_at=now + timedelta(hours=10),
            )
            records.append(replace(made, detail=str(number)))
        store.record(records)
        for record in records:
            print(record.standing.article.id, record.detail, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
