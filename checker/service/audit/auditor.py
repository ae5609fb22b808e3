"""The use case: targets become jobs, jobs become results, results one report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from checker.model import AuditItem, Office, PolicySet, Report, Skipped
from checker.ports import Clock, Http, Ledger, Lost, Workers
from checker.service.audit.against import Copies, RemoteArchive, holdings
from checker.service.audit.examine import Examination
from checker.service.audit.options import AuditOptions, Job, Result
from checker.service.audit.targets import Targets
from checker.service.context import Shelf
from checker.stages import freshness, memento

TOOL = "archive-checker"


@dataclass(frozen=True, slots=True)
class Auditor:
    """An audit's ports: no store, no archive, no mail.

    Without ``workers``, or with at most ``few`` documents, everything is examined in this process.
    """

    http: Http
    clock: Clock
    policies: PolicySet
    shelf: Shelf
    version: str = ""
    workers: Workers | None = None
    few: int = 0
    ledger: Ledger[Result] | None = None
    offices: tuple[Office, ...] = ()

    @property
    def tool(self) -> str:
        return f"{TOOL} {self.version}".strip()

    def audit(
        self,
        targets: Sequence[str],
        options: AuditOptions,
        each: Callable[[Result], None] | None = None,
        *,
        keep: bool = True,
    ) -> Report:
        """Judge every document in *targets*. Raises TargetError for one that can't be read, unless
        *options* take care of it. *each* sees the results as they come; without *keep* it alone
        does, and the report is empty, whatever the number of documents."""
        now = options.as_of or self.clock.now()
        items: list[AuditItem] = []
        skipped: list[Skipped] = []
        complete = True
        try:
            for result in self.stream(targets, replace(options, as_of=now)):
                if each is not None:
                    each(result)
                if keep and isinstance(result, Skipped):
                    skipped.append(result)
                elif keep and isinstance(result, AuditItem):
                    items.append(result)
        except KeyboardInterrupt:
            if not options.stoppable:
                raise
            complete = False
        return Report(tuple(items), tuple(skipped), now, self.tool, complete)

    def stream(self, targets: Sequence[str], options: AuditOptions) -> Iterator[Result]:
        """The results one by one, in the order of the targets and of the documents in them."""
        if options.policy is not None:
            freshness.named_policy(self.policies, options.policy)  # raises before any work
        now = options.as_of or self.clock.now()
        examination = Examination(
            *(self.clock, self.policies, options.without_callbacks(), now, self._copies(options)),
            offices=self.offices,
            rules=options.rules & freshness.rules_on(self.policies, options.policy),
        )
        jobs = Targets(self.http, self.shelf, options).jobs(targets)
        done = self._examined if self.ledger is None else self._resumed
        for job, result in done(examination, jobs):
            if options.progress is not None:
                options.progress(job.name, job.share)
            yield result

    def _copies(self, options: AuditOptions) -> Copies | None:
        """Raises TargetError for a folder or file that can't be read."""
        if options.against is None:
            return None
        archive = memento.endpoint(options.against)
        if archive is not None:
            return RemoteArchive(archive, options.memento)
        held = self.shelf.held(Path(options.against), options.base_url)
        return holdings(held, options.memento)

    def _resumed(
        self, examination: Examination, jobs: Iterable[Job]
    ) -> Iterator[tuple[Job, Result]]:
        """What an earlier run has done is taken from its ledger, the rest is done and noted."""
        assert self.ledger is not None
        known: dict[str, Result] = {}
        ledger = self.ledger

        def marked() -> Iterator[Job]:
            for job in jobs:
                result = ledger.known(job.key)
                if result is not None:
                    known[job.key] = result
                    yield replace(job, what=Skipped(job.name, ""))  # nothing is left to examine
                else:
                    yield job

        for job, result in self._examined(examination, marked()):
            earlier = known.pop(job.key, None)
            if earlier is None:
                ledger.note(job.key, result)
            yield job, earlier or result

    def _examined(
        self, examination: Examination, jobs: Iterable[Job]
    ) -> Iterator[tuple[Job, Result]]:
        first = list(islice(jobs := iter(jobs), self.few + 1 if self.workers else 0))
        everything = chain(first, jobs)
        if self.workers is None or len(first) <= self.few:
            for job in everything:
                yield job, examination(job, self.http)
            return
        for job, result in self.workers.run(examination, everything, self.http):
            if isinstance(result, Lost):
                yield job, Skipped(job.name, result.reason)
            else:
                yield job, result
