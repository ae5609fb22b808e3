"""The use case: targets become jobs, jobs become results, results one report."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from checker.model import AuditItem, Office, PolicySet, Report, Skipped
from checker.ports import Clock, Http, Ledger, Lost, Workers
from checker.ports.readings import Readings
from checker.service.audit.against import Copies, RemoteArchive, holdings
from checker.service.audit.examine import Examination
from checker.service.audit.known import Recall
from checker.service.audit.options import AuditOptions, Job, Result
from checker.service.audit.targets import Targets
from checker.service.context import Shelf
from checker.stages import freshness, memento

TOOL = "archive-checker"
_WAITING = 4_096  # results held back at most for the sake of the order, before workers are started
_Looked = tuple[Job, Result | None]  # with its result, if it is known already


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
    readings: Readings | None = None  # of earlier audits
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
        for job, result in self._done(examination, jobs):
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

    def _done(self, examination: Examination, jobs: Iterable[Job]) -> Iterator[tuple[Job, Result]]:
        """What an earlier run has done is taken from its ledger, what was read before from the
        readings; the rest is examined, and noted in both."""
        recall = Recall(examination, self.readings) if self.readings is not None else None
        looked = ((job, self._known(job, recall)) for job in jobs)
        for job, result, is_new in self._examined(examination, looked):
            if is_new and self.ledger is not None:
                self.ledger.note(job.key, result)
            if is_new and recall is not None:
                recall.note(job, result)
            yield job, result

    def _known(self, job: Job, recall: Recall | None) -> Result | None:
        noted = self.ledger.known(job.key) if self.ledger is not None else None
        if noted is not None:
            return noted
        found = recall.known(job) if recall is not None else None
        if found is not None and self.ledger is not None:
            self.ledger.note(job.key, found)
        return found

    def _examined(
        self, examination: Examination, looked: Iterator[_Looked]
    ) -> Iterator[tuple[Job, Result, bool]]:
        """Each job with its result and whether it is a new one, in order. Workers are started when
        more than a few are not known."""
        waiting: list[_Looked] = []
        missing = 0
        for job, known in looked:
            if known is not None and not waiting:
                yield job, known, False
                continue
            waiting.append((job, known))
            missing += known is None
            if self.workers is None:
                yield from self._here(examination, waiting)
                waiting.clear()
            elif missing > self.few or len(waiting) > _WAITING:
                yield from self._there(self.workers, examination, chain(waiting, looked))
                return
        yield from self._here(examination, waiting)

    def _here(
        self, examination: Examination, looked: Iterable[_Looked]
    ) -> Iterator[tuple[Job, Result, bool]]:
        for job, known in looked:
            yield job, known or examination(job, self.http), known is None

    def _there(
        self, workers: Workers, examination: Examination, looked: Iterable[_Looked]
    ) -> Iterator[tuple[Job, Result, bool]]:
        """What is known goes along, so that the order stays, but with nothing left to examine."""
        under_way: deque[_Looked] = deque()

        def jobs() -> Iterator[Job]:
            for job, known in looked:
                under_way.append((job, known))
                yield job if known is None else replace(job, what=Skipped(job.name, ""))

        for _, result in workers.run(examination, jobs(), self.http):
            job, known = under_way.popleft()
            done = Skipped(job.name, result.reason) if isinstance(result, Lost) else result
            yield job, known or done, known is None
