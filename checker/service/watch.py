"""Checking what is due, host by host."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from queue import Empty, SimpleQueue

from checker import pipeline
from checker.errors import StoreAwayError
from checker.model import CheckRecord, Outcome, Recipient, Source, Standing
from checker.service.admission import admitted, allowance
from checker.service.adopting import adopt_automatic
from checker.service.context import Context
from checker.service.network import tell
from checker.stages.addresses import host_of

Told = Callable[[Source], tuple[Recipient, ...]]

log = logging.getLogger("checker.check")

TOGETHER = 0.2  # seconds that a check may wait for others to be recorded with it
TROUBLES = frozenset(
    {
        Outcome.BLOCKED,
        Outcome.UNREACHABLE,
        Outcome.UNREADABLE,
        Outcome.NO_NETWORK,
        Outcome.FAILED,
    }
)
MAX_TRANSACTION = 50  # checks: larger ones gain little and hold the writer's lock longer


@dataclass(frozen=True, slots=True)
class Checked:
    """What a pass did: checks by outcome, and how many verdicts changed in a telling way."""

    outcomes: tuple[tuple[Outcome, int], ...]
    alerts: int
    troubles: tuple[tuple[str, int], ...] = ()  # why sources could not be seen, how often

    @property
    def total(self) -> int:
        return sum(count for _, count in self.outcomes)


def check_due(context: Context, stop: Callable[[], bool]) -> Checked:
    """Claim and check in batches until nothing is due or *stop* says so."""
    operation, ports = context.operation, context.ports
    outcomes: Counter[Outcome] = Counter()
    alerts = 0
    while not stop():
        ports.archive.recover()
        most = allowance(context, operation.batch)
        now = ports.clock.now()
        claimed = ports.store.claim_due(now, most, operation.lease, operation.per_host)
        if not claimed:
            break
        ready = admitted(context, claimed)
        if not ready:
            continue
        done = _run(context, ready, stop, now + operation.lease)
        if not done:  # all of sources that this process does not know
            break
        outcomes.update(record.outcome for record in done)
        alerts += sum(len(record.alerts) for record in done)
        if context.network.away_since is not None:
            break  # the next pass tries again
    adopt_automatic(context)
    return Checked(tuple(sorted(outcomes.items())), alerts)


def check_host(
    context: Context, host: str, stop: Callable[[], bool], *, orphaned: bool = False
) -> Checked:
    """One batch of *host*'s due articles, by who alone works on this host; what an *orphaned* job
    still holds is taken back first."""
    operation, ports = context.operation, context.ports
    if orphaned:
        ports.store.free_host(host)
    done: list[CheckRecord] = []
    while len(done) < operation.batch and not stop():
        ports.archive.recover()
        most = allowance(context, operation.per_host)
        now = ports.clock.now()
        claimed = ports.store.claim_host(host, now, most, operation.lease)
        if not claimed:
            break
        ready = admitted(context, claimed)
        more = _run(context, ready, stop, now + operation.lease)
        if ready and not more:
            break
        done += more
    outcomes = Counter(record.outcome for record in done)
    return Checked(tuple(sorted(outcomes.items())), sum(len(one.alerts) for one in done))


def check_articles(
    context: Context, article_ids: Sequence[int], progress: Callable[[int, int], None] | None
) -> Checked:
    """Check these now; articles that another process holds are left out."""
    operation, ports = context.operation, context.ports
    outcomes: Counter[Outcome] = Counter()
    troubles: Counter[str] = Counter()
    alerts = 0
    for start in range(0, len(article_ids), operation.batch):
        ids = article_ids[start : start + operation.batch]
        now = ports.clock.now()
        claimed = ports.store.claim(ids, now, operation.lease)
        for one in _run(context, claimed, lambda: False, now + operation.lease):
            outcomes[one.outcome] += 1
            alerts += len(one.alerts)
            if one.outcome in TROUBLES:
                troubles[f"{one.outcome.value}: {one.detail}"] += 1
        if progress is not None:
            progress(min(start + len(ids), len(article_ids)), len(article_ids))
    adopt_automatic(context)
    return Checked(tuple(sorted(outcomes.items())), alerts, tuple(troubles.most_common(5)))


def _run(
    context: Context, claimed: Sequence[Standing], stop: Callable[[], bool], until: datetime
) -> list[CheckRecord]:
    """Check what was claimed *until* then; what is left unchecked, for whatever reason, is given
    back."""
    done: list[CheckRecord] = []
    try:
        _check_hosts(context, claimed, stop, done)
    finally:
        recorded = {record.standing.article.id for record in done}
        left = [one.article.id for one in claimed if one.article.id not in recorded]
        context.ports.store.release(left, until)
    return done


def _check_hosts(
    context: Context,
    claimed: Sequence[Standing],
    stop: Callable[[], bool],
    done: list[CheckRecord],
) -> None:
    """One thread per host at a time; what is done is recorded at once, together if together."""
    hosts: dict[str, list[Standing]] = {}
    for standing in claimed:
        if context.configured(standing.article.source) is not None:
            hosts.setdefault(host_of(standing.article.uri), []).append(standing)
    results: SimpleQueue[CheckRecord | None] = SimpleQueue()
    broken = threading.Event()

    def over() -> bool:
        return broken.is_set() or context.ports.archive.refuses or stop()

    told = cache(context.recipients_of)  # whoever leaves meanwhile is not written to all the same
    try:
        with ThreadPoolExecutor(context.operation.workers, "check") as pool:
            for standings in hosts.values():
                pool.submit(_host, context, told, standings, over, results)
            left = len(hosts)
            held: list[CheckRecord] = []
            try:
                while left:
                    batch = _drain(results, left)
                    held += _unanswered(context, batch)
                    left -= _take(context, claimed, batch, done)
                _settle(context, claimed, held, done)
            except BaseException:  # Ctrl-C, or a store that fails: begin nothing more
                broken.set()
                raise
    finally:
        if not results.empty():  # what was on its way is kept all the same
            _take(context, claimed, _drain(results, len(hosts) + 1), done)


def _take(
    context: Context,
    claimed: Sequence[Standing],
    batch: Sequence[CheckRecord | None],
    done: list[CheckRecord],
) -> int:
    """Record what has come in; how many hosts are through."""
    _record(context, claimed, [one for one in batch if one and not one.unanswered], done)
    return sum(one is None for one in batch)


def _record(
    context: Context,
    claimed: Sequence[Standing],
    records: list[CheckRecord],
    done: list[CheckRecord],
) -> None:
    if records:
        context.ports.store.record(records)
        context.fleet.moved(claimed, records)
        if log.isEnabledFor(logging.DEBUG):
            for record in records:
                _log(record)
    done += records


def _log(record: CheckRecord) -> None:
    standing = record.standing
    seen = {
        "article": standing.article.id,
        "uri": standing.article.uri,
        "outcome": record.outcome.value,
        "http_status": record.status,
        "change": standing.comparison and standing.comparison.change.value,
        "verdict": standing.verdict and standing.verdict.status.value,
        "decided_by": record.level and record.level.value,
        "seconds": round((record.finished_at - record.started_at).total_seconds(), 3),
    }
    log.debug("checked %s: %s", standing.article.uri, record.outcome.value, extra=seen)


def _unanswered(context: Context, batch: Sequence[CheckRecord | None]) -> list[CheckRecord]:
    """Those to which no host said a word: whose trouble it is shows when all hosts are through."""
    for record in batch:
        if record is not None:
            context.network.note(record)
    return [one for one in batch if one is not None and one.unanswered]


def _settle(
    context: Context,
    claimed: Sequence[Standing],
    held: list[CheckRecord],
    done: list[CheckRecord],
) -> None:
    operation, ports = context.operation, context.ports
    now = ports.clock.now()
    _record(context, claimed, context.network.settle(claimed, held, now), done)
    addresses = [one.address for one in context.recipients() if "@" in one.address]
    tell(context.network, ports.store, addresses, operation.desk.sender, now)


def _drain(results: SimpleQueue[CheckRecord | None], hosts: int) -> list[CheckRecord | None]:
    """Wait for one result, then for what comes in soon besides: they share a transaction, which
    costs more than a check that found nothing new. *hosts* are not through yet."""
    batch = [results.get()]
    end = time.monotonic() + TOGETHER
    while len(batch) < MAX_TRANSACTION and batch.count(None) < hosts:
        try:
            batch.append(results.get(timeout=max(0.0, end - time.monotonic())))
        except Empty:
            break
    return batch


def _host(
    context: Context,
    told: Told,
    standings: Sequence[Standing],
    stop: Callable[[], bool],
    results: SimpleQueue[CheckRecord | None],
) -> None:
    """Check one host's articles in turn; None says that this host is done."""
    try:
        for standing in standings:
            if stop():
                break
            record = _one(context, told, standing)
            if record is None:
                break
            results.put(record)
    finally:
        results.put(None)


def _one(context: Context, told: Told, standing: Standing) -> CheckRecord | None:
    """One check that can't take the batch down with it (trap 6). None: the store went away, so
    that whose turn it is can't be known: nothing was seen, and the article stays due."""
    clock = context.ports.clock
    started = clock.now()
    try:
        source = context.source(standing.article.source)
        return pipeline.check(standing, source, told(source), context.tools)
    except StoreAwayError:
        return None
    except Exception as error:  # noqa: BLE001 — whatever broke is recorded with the article
        why = f"{type(error).__name__}: {error}"
        soon = context.ports.archive.refuses
        return pipeline.failed(standing, started, clock.now(), why, soon=soon)
