"""One document to one result: read, compare with its source if asked to, judge.

An ``Examination`` holds values only, so that it can be sent to worker processes; what it needs of
the network comes with each call.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from checker.model import (
    AuditItem,
    Blocked,
    Captured,
    Case,
    Comparison,
    Document,
    Gone,
    NotModified,
    Office,
    Policy,
    PolicySet,
    Reading,
    Response,
    Rule,
    Severity,
    Skipped,
    Unreachable,
    Validators,
    Version,
)
from checker.pipeline import Prober, Probes, Siblings, opened, read, source_of
from checker.ports import Clock, Http, Unread
from checker.ports.readings import Remembered
from checker.service.audit.against import Copies, memento_at
from checker.service.audit.lines import lines_of
from checker.service.audit.options import AUDIT, AuditOptions, Job, Live, Result
from checker.service.audit.targets import live
from checker.stages import ask, compare, discover, freshness, judge
from checker.stages.memento import Capture
from checker.stages.page import Page
from checker.stages.page import Unreadable as NoPage

log = logging.getLogger("checker.audit")

_RULES = tuple(Rule)


@dataclass(frozen=True, slots=True)
class Examination:
    """Ages are judged as of ``now``; what the source answers was seen when it was, by the clock."""

    clock: Clock
    policies: PolicySet
    options: AuditOptions
    now: datetime
    copies: Copies | None = None  # else the documents themselves are the copies
    probes: Probes = field(default_factory=Probes)
    offices: tuple[Office, ...] = ()
    siblings: Siblings = field(default_factory=Siblings)
    rules: frozenset[Rule] = frozenset(Rule)  # nothing is read for others

    def __call__(self, job: Job, http: Http) -> Result:
        """One document's unforeseen trouble is its own."""
        try:
            return self._result(job, http)
        except MemoryError:
            return Skipped(job.name, "needs more memory than one document may take")
        except Exception as error:
            log.exception("audit of %s failed", job.name)
            return Skipped(job.name, f"a fault in checker: {type(error).__name__}: {error}")

    def _result(self, job: Job, http: Http) -> Result:
        match job.what:
            case Skipped() | Document():
                found = job.what
            case Unread():
                found = job.what.read()
            case Live(capture=Capture() as capture):
                found = memento_at(http, capture)
            case Live() if self.copies is not None:
                return self._against(self.copies, job.what.name, job, http)
            case Live():
                found = live(http, job.what.name)
            case _:
                assert_never(job.what)
        return found if isinstance(found, Skipped) else self._item(found, job, http)

    def _item(self, document: Document, job: Job, http: Http) -> Result:
        page = opened(document.representation, document.uri)
        if not document.mapped_by and isinstance(job.what, Unread):
            if isinstance(page, NoPage):
                return Skipped(document.name, page.reason)
            uri, how = discover.original_uri(page, document.uri)
            document = replace(document, uri=uri, mapped_by=how)
        document = self.mapped(document)
        if self.copies is not None:
            if document.uri is None:
                return Skipped(document.name, "its address is not known, so no copy can be found")
            return self._against(self.copies, document.uri, job, http, document)
        return self._judged(document, page, job, http)

    def _against(
        self, copies: Copies, uri: str, job: Job, http: Http, source: Document | None = None
    ) -> Result:
        """The copy of the page *uri*, compared with *source*, or with what answers there now."""
        copy = copies.find(uri, http)
        if isinstance(copy, Skipped):
            return copy
        copy = replace(copy, uri=uri, mapped_by=copy.mapped_by or "base URL")
        page = opened(copy.representation, uri)
        return self._judged(copy, page, replace(job, path=""), http, source)

    def _judged(
        self,
        document: Document,
        page: Page | NoPage,
        job: Job,
        http: Http,
        source: Document | None = None,
    ) -> AuditItem:
        compares = source is not None or self._compares(document)
        reading, version = read(
            document.representation,
            uri=document.uri,
            now=self.now,
            headers=document.headers,
            hints=(*job.hints, *self.siblings.hints(document.uri, document.headers)),
            captured_at=document.captured_at,
            parsed=_at(page, document.uri),
            offices=self.offices,
            rules=self.rules,
            once=True,
            alone=not compares,
        )
        case = self._case(document, reading)
        comparison = None
        if source is not None:
            case = replace(case, compared=True)
            prober = Prober(self.probes, http, AUDIT, self.now)
            case, comparison = _source(case, _as_seen(source, self.now), version, prober)
        elif compares:
            case, comparison = self._compared(case, document, version, http)
        verdict = judge.judge(case, self.now)
        within = document.locator is not None and document.locator.offset is not None
        words = "" if within or isinstance(page, NoPage) or not job.path else page.source
        place = (document.name, document.uri, document.mapped_by)
        lines = lines_of(verdict.findings, words) if words else ()
        return AuditItem(
            *place, reading, verdict, document.captured_at, comparison, job.path, lines
        )

    @property
    def reads_alone(self) -> bool:
        """Whether a result depends on nothing but the document, the day and the options."""
        return self.options.offline and self.copies is None

    def judged_again(self, document: Document, job: Job, known: Remembered) -> AuditItem | None:
        """The result for a file of which it is known what would be read of it; None if the file was
        not opened and must be, because it is not known where a quote stands."""
        document = replace(document, uri=known.uri, mapped_by=known.mapped_by)
        verdict = judge.judge(self._case(document, known.reading), self.now)
        place = (document.name, known.uri, known.mapped_by)
        quotes = [one.evidence.quote for one in verdict.findings]
        if all(quote in known.lines for quote in quotes):
            lines = tuple(known.lines[quote] for quote in quotes)
        elif not document.representation.body:
            return None
        else:  # another day may find what was not found before
            lines = lines_of(verdict.findings, source_of(document.representation))
        return AuditItem(
            *place, known.reading, verdict, document.captured_at, None, job.path, lines
        )

    def _case(self, document: Document, reading: Reading) -> Case:
        known = self.options.baseline.of(document.uri, document.name)
        return Case(document.uri, self._policy(document, reading), reading, known=known)

    def mapped(self, document: Document) -> Document:
        """The user's own map outranks what a page says of itself."""
        for name, uri in self.options.mapping:
            if document.name == name or document.name.endswith("/" + name):
                return replace(document, uri=uri, mapped_by="map")
        return document

    def _compares(self, document: Document) -> bool:
        """A copy of something elsewhere; a page that was fetched just now is its own source."""
        return (
            not self.options.offline
            and document.uri is not None
            and document.mapped_by != "fetched"
        )

    def _policy(self, document: Document, reading: Reading) -> Policy:
        if self.options.policy is not None:
            policy = freshness.named_policy(self.policies, self.options.policy)
        else:
            policy = freshness.choose_policy(
                self.policies,
                uri=document.uri,
                section=reading.section,
                genre=reading.genre,
                tags=reading.tags,
            )
        return replace(policy, severities=policy.severities + tuple(_switched_off(self.options)))

    def _compared(
        self, case: Case, document: Document, copy: Version, http: Http
    ) -> tuple[Case, Comparison | None]:
        """Ask the source once. One answer confirms nothing over time, so a 404 is a warning."""
        assert document.uri is not None
        question = ask.first_question(document.uri, AUDIT)
        seen = ask.observe(question, http.fetch(question.request))
        asked, at = replace(case, compared=True), self.clock.now()
        match seen:
            case Captured():
                return _source(asked, seen, copy, Prober(self.probes, http, AUDIT, at))
            case Gone() if seen.status == 410:
                return replace(asked, gone=(410, at)), None
            case Gone():
                once = f"HTTP {seen.status}, seen once; gone needs confirmation over time"
                return replace(asked, unreachable=(once, at)), None
            case Blocked():
                return replace(asked, blocked=(seen.detail, at)), None
            case Unreachable():
                return replace(asked, unreachable=(seen.detail, at)), None
            case NotModified():
                raise AssertionError("no validators were sent, so ask.observe refuses a 304")
            case _:
                assert_never(seen)


def _at(page: Page | NoPage, uri: str | None) -> Page | NoPage:
    """*page* as that of *uri*; what it has found of itself so far is kept where it is already."""
    return page if isinstance(page, NoPage) or page.uri == uri else replace(page, uri=uri)


def _as_seen(source: Document, now: datetime) -> Captured:
    """A document that we have, as if it had just answered."""
    at, content = source.captured_at or now, source.representation
    answer = Response(source.uri or "", 200, "", source.headers, content.body, content.body, at, at)
    return Captured(answer, content, Validators())


def _source(
    case: Case, seen: Captured, copy: Version, prober: Prober
) -> tuple[Case, Comparison | None]:
    at = seen.response.received_at
    reading, version = read(
        seen.representation,
        uri=case.uri,
        now=at,
        headers=seen.response.headers,
        captured_at=at,
        rules=frozenset(),  # what they look at is the copy's
        once=True,
    )
    if reading.problem:
        return replace(case, blocked=(reading.problem, at)), None
    version = replace(version, final_uri=seen.response.uri)
    comparison = prober.look(version, copy, compare.compare(copy, version))
    odd = comparison.replacement
    if odd is not None and odd.kind.is_wall:
        return replace(case, blocked=(f"{odd.kind.value}: {odd.quote}", at)), None
    judged = replace(
        case,
        source=reading,
        comparison=comparison,
        replaced_since=at if odd is not None else None,
        moved_to=seen.moved_to,
        compared_at=at,
    )
    return judged, comparison


def _switched_off(options: AuditOptions) -> Iterator[tuple[Rule, Severity]]:
    asked = options.rules
    for rule in _RULES:
        if rule not in asked:
            yield rule, Severity.OFF
