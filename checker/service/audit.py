"""The one-off audit: documents in, one report out; nothing is remembered."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import assert_never

from checker.errors import CheckerError, TargetError
from checker.model import (
    AuditItem,
    Blocked,
    Captured,
    Case,
    Comparison,
    DateEvidence,
    Document,
    Gone,
    NotModified,
    Policy,
    PolicySet,
    Reading,
    Report,
    Representation,
    Response,
    Rule,
    Severity,
    Skipped,
    Unreachable,
    Version,
    digest_of,
)
from checker.pipeline import read
from checker.ports import Clock, Http
from checker.service.context import Shelf
from checker.service.crawl import crawl, fetched
from checker.stages import ask, compare, discover, freshness, judge

TOOL = "archive-checker"
_HOW = (
    "Check the address. A private one must be named in fetch.allow_networks of the configuration "
    "file."
)
log = logging.getLogger("checker.audit")
AUDIT = "audit"  # the source name under which an audit's requests leave


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What the user asked of an audit; ``as_of`` None means now."""

    base_url: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()  # a document's name or path -> its original URL
    offline: bool = False
    as_of: datetime | None = None
    policy: str | None = None
    select: tuple[Rule, ...] = ()
    ignore: tuple[Rule, ...] = ()
    progress: Callable[[str], None] | None = None  # called with each document's name
    # Called for a target that can't be read, which is skipped; with None it raises and ends all.
    unreadable: Callable[[TargetError], None] | None = None


_Found = tuple[Document | Skipped, tuple[DateEvidence, ...]]


@dataclass(frozen=True, slots=True)
class Auditor:
    """An audit's ports: no store, no archive, no mail."""

    http: Http
    clock: Clock
    policies: PolicySet
    shelf: Shelf
    version: str = ""

    def audit(self, targets: Sequence[str], options: AuditOptions) -> Report:
        """Judge every document in *targets*. Raises TargetError for one that can't be read, unless
        *options* take care of it."""
        now = options.as_of or self.clock.now()
        items: list[AuditItem] = []
        skipped: list[Skipped] = []
        for document, hints in self._documents(targets, options):
            if isinstance(document, Skipped):
                skipped.append(document)
                continue
            if options.progress is not None:
                options.progress(document.name)
            item = self._item(_mapped(document, options), hints, options, now)
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                items.append(item)
        return Report(tuple(items), tuple(skipped), now, f"{TOOL} {self.version}".strip())

    def _item(
        self,
        document: Document,
        hints: tuple[DateEvidence, ...],
        options: AuditOptions,
        now: datetime,
    ) -> AuditItem | Skipped:
        """One document's unforeseen trouble is its own; what the user can mend ends the audit."""
        try:
            return _Examination(self, options, now).item(document, hints)
        except CheckerError:
            raise
        except Exception as error:
            log.exception("audit of %s failed", document.name)
            return Skipped(document.name, f"a fault in checker: {type(error).__name__}: {error}")

    def _documents(self, targets: Sequence[str], options: AuditOptions) -> Iterator[_Found]:
        for target in targets:
            try:
                yield from self._in_target(target, options)
            except TargetError as error:
                if options.unreadable is None:
                    raise
                options.unreadable(error)
                yield Skipped(target, error.cause), ()

    def _in_target(self, target: str, options: AuditOptions) -> Iterator[_Found]:
        if "://" in target:
            yield from self._online(target)
        else:
            for document in self.shelf.open(Path(target), options.base_url):
                yield document, ()

    def _online(self, uri: str) -> Iterator[_Found]:
        """A page, or the pages that a feed or sitemap lists."""
        answer = fetched(self.http, uri, AUDIT)
        if isinstance(answer, Skipped):
            raise TargetError(uri, answer.reason, _HOW)
        if _listing(answer) is None:
            yield _document(uri, answer), ()
            return
        for found in crawl(self.http, uri, AUDIT, _listing):
            if isinstance(found, Skipped):
                yield found, ()
                continue
            page = fetched(self.http, found.uri, AUDIT)
            yield (page if isinstance(page, Skipped) else _document(found.uri, page)), found.hints


@dataclass(frozen=True, slots=True)
class _Examination:
    """Ages are judged as of ``now``; what the source answers was seen when it was, by the clock."""

    auditor: Auditor
    options: AuditOptions
    now: datetime

    def item(self, document: Document, hints: tuple[DateEvidence, ...]) -> AuditItem:
        reading, version = read(
            document.representation,
            uri=document.uri,
            now=self.now,
            headers=document.headers,
            hints=hints,
            captured_at=document.captured_at,
        )
        case = Case(document.uri, self._policy(document, reading), reading)
        comparison = None
        if self._compares(document):
            case, comparison = self._compared(case, document, version)
        verdict = judge.judge(case, self.now)
        return AuditItem(
            document.name,
            document.uri,
            document.mapped_by,
            reading,
            verdict,
            document.captured_at,
            comparison,
        )

    def _compares(self, document: Document) -> bool:
        """A copy of something elsewhere; a page that was fetched just now is its own source."""
        return (
            not self.options.offline
            and document.uri is not None
            and document.mapped_by != "fetched"
        )

    def _policy(self, document: Document, reading: Reading) -> Policy:
        policies = self.auditor.policies
        if self.options.policy is not None:
            policy = freshness.named_policy(policies, self.options.policy)
        else:
            policy = freshness.choose_policy(
                policies,
                uri=document.uri,
                section=reading.section,
                genre=reading.genre,
                tags=reading.tags,
            )
        return replace(policy, severities=policy.severities + tuple(_switched_off(self.options)))

    def _compared(
        self, case: Case, document: Document, copy: Version
    ) -> tuple[Case, Comparison | None]:
        """Ask the source once. One answer confirms nothing over time, so a 404 is a warning."""
        assert document.uri is not None
        question = ask.first_question(document.uri, AUDIT)
        seen = ask.observe(question, self.auditor.http.fetch(question.request))
        asked, at = replace(case, compared=True), self.auditor.clock.now()
        match seen:
            case Captured():
                return self._source(asked, seen, copy)
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

    def _source(self, case: Case, seen: Captured, copy: Version) -> tuple[Case, Comparison | None]:
        at = seen.response.received_at
        reading, version = read(
            seen.representation,
            uri=case.uri,
            now=at,
            headers=seen.response.headers,
            captured_at=at,
        )
        if reading.problem:
            return replace(case, blocked=(reading.problem, at)), None
        comparison = compare.compare(copy, replace(version, final_uri=seen.response.uri))
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
    for rule in Rule:
        if rule in options.ignore or (options.select and rule not in options.select):
            yield rule, Severity.OFF


def _mapped(document: Document, options: AuditOptions) -> Document:
    """The user's own map outranks what a page says of itself."""
    for name, uri in options.mapping:
        if document.name == name or document.name.endswith("/" + name):
            return replace(document, uri=uri, mapped_by="map")
    return document


def _listing(answer: Response) -> discover.Listing | None:
    """What a feed or sitemap lists; None for an ordinary page."""
    match discover.kind_of(answer.body):
        case "feed":
            return discover.parse_feed(answer.body, answer.uri)
        case "sitemap":
            return discover.parse_sitemap(answer.body, answer.uri)
        case _:
            return None


def _document(uri: str, answer: Response) -> Document:
    media_type, charset = ask.content_type(answer.headers)
    body = Representation(media_type, charset, answer.body, digest_of(answer.body))
    return Document(
        uri, body, uri, "fetched", captured_at=answer.received_at, headers=answer.headers
    )
