"""The use case: targets become jobs, jobs become results, results one report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from checker.model import AuditItem, PolicySet, Report, Skipped
from checker.ports import Clock, Http, Lost, Workers
from checker.service.audit.examine import Examination
from checker.service.audit.options import AuditOptions, Job, Result
from checker.service.audit.targets import Targets
from checker.service.context import Shelf
from checker.stages import freshness

TOOL = "archive-checker"


@dataclass(frozen=True, slots=True)
class Auditor:
    """An audit's ports: no store, no archive, no mail; ``workers`` None examines in this process."""

    http: Http
    clock: Clock
    policies: PolicySet
    shelf: Shelf
    version: str = ""
    workers: Workers | None = None

    def audit(self, targets: Sequence[str], options: AuditOptions) -> Report:
        """Judge every document in *targets*. Raises TargetError for one that can't be read, unless
        *options* take care of it."""
        now = options.as_of or self.clock.now()
        items: list[AuditItem] = []
        skipped: list[Skipped] = []
        for result in self.stream(targets, options):
            if isinstance(result, Skipped):
                skipped.append(result)
            else:
                items.append(result)
        return Report(tuple(items), tuple(skipped), now, f"{TOOL} {self.version}".strip())

    def stream(self, targets: Sequence[str], options: AuditOptions) -> Iterator[Result]:
        """The results one by one, in the order of the targets and of the documents in them."""
        if options.policy is not None:
            freshness.named_policy(self.policies, options.policy)  # raises before any work
        now = options.as_of or self.clock.now()
        examination = Examination(self.clock, self.policies, options.without_callbacks(), now)
        jobs = Targets(self.http, self.shelf, options).jobs(targets)
        for name, result in self._examined(examination, jobs):
            if options.progress is not None:
                options.progress(name)
            yield result

    def _examined(
        self, examination: Examination, jobs: Iterable[Job]
    ) -> Iterator[tuple[str, Result]]:
        if self.workers is None:
            for job in jobs:
                yield job.name, examination(job, self.http)
            return
        for job, result in self.workers.run(examination, jobs, self.http):
            if isinstance(result, Lost):
                yield job.name, Skipped(job.name, result.reason)
            else:
                yield job.name, result
