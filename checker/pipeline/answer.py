"""What an answer means for an article's standing, before anything is judged."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeGuard

from checker.model import (
    Basis,
    Blocked,
    BlockKindHttp,
    Captured,
    Change,
    Comparison,
    DateEvidence,
    Direction,
    Gone,
    Level,
    Memento,
    NotModified,
    Outcome,
    Reading,
    Standing,
    Unreachable,
    Version,
)
from checker.pipeline.probing import Prober
from checker.pipeline.reading import READER_VERSION, Tools, opened, read, read_memento
from checker.pipeline.useful import answered, as_copy, unchanged
from checker.stages import ask, compare, page, text, variants


@dataclass(frozen=True, slots=True)
class Seen:
    """What one answer means for an article, to be judged and recorded."""

    standing: Standing
    outcome: Outcome
    detail: str = ""
    status: int | None = None
    capture: Memento | None = None
    retry_after: timedelta | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A representation that has just been kept, and what was known before it came."""

    known: Standing
    seen: Captured
    capture: Memento
    tools: Tools
    now: datetime

    def result(
        self, after: Standing, outcome: Outcome, detail: str = "", level: Level | None = None
    ) -> Seen:
        status = self.seen.response.status
        return Seen(after, outcome, detail[:500], status, self.capture, level=level)

    @property
    def prober(self) -> Prober:
        source = self.known.article.source
        return Prober(self.tools.probes, self.tools.http, source, self.now)

    @property
    def siblings(self) -> tuple[DateEvidence, ...]:
        """What the host's other pages say of the answer's ``Last-Modified``."""
        return self.tools.siblings.hints(self.known.article.uri, self.seen.response.headers)

    def read(self, parsed: page.Page | page.Unreadable) -> tuple[Reading, Version]:
        reading, version = read(
            self.seen.representation,
            uri=self.known.article.uri,
            now=self.now,
            headers=self.seen.response.headers,
            hints=(*(hint.date for hint in self.known.hints), *self.siblings),
            captured_at=self.seen.response.received_at,
            parsed=parsed,
            offices=self.tools.offices,
        )
        return reading, replace(version, final_uri=self.seen.response.uri)

    def answered(self, after: Standing, comparison: Comparison) -> Standing:
        return answered(after, self.seen, self.now, comparison)

    def showing(self, version: Version) -> Standing:
        """What is known, and that the address has shown *version*."""
        known = self.known
        forms = variants.noted(
            known.forms,
            compare.article_print(version.text),
            self.now,
            capture=self.capture,
            before=known.last_compared_at,
        )
        return replace(known, forms=forms)


def captured(known: Standing, seen: Captured, tools: Tools, now: datetime) -> Seen:
    """A 200. Cheapest test first: the copy's bytes, the newest capture's bytes, what the page
    shows, then the comparison."""
    # uri_r is the article's address even where redirects led elsewhere.
    kept = tools.archive.append(seen.response, previous=known.newest or known.copy)
    capture = replace(kept, uri_r=known.article.uri)
    arrival = _Arrival(known, seen, capture, tools, now)
    if known.copy is not None and capture.digest == known.copy.digest:
        after = unchanged(known, seen, now)
        return arrival.result(after, Outcome.SAME_BYTES, level=Level.BODY)
    if known.newest is not None and known.comparison and capture.digest == known.newest.digest:
        newest = replace(known.newest, validators=seen.validators)
        after = arrival.answered(replace(known, newest=newest), known.comparison)
        return arrival.result(after, Outcome.SAME_BYTES, "as last seen", Level.BODY)
    parsed = opened(seen.representation, known.article.uri)
    same = _shows_the_same(arrival, parsed) if isinstance(parsed, page.Page) else None
    if same is not None:
        return same
    reading, version = arrival.read(parsed)
    if reading.problem:
        return _hidden(arrival, Outcome.UNREADABLE, reading.problem)
    if known.copy is None:
        return _first(arrival, reading, version)
    return _differs(arrival, reading, version)


def _shows_the_same(arrival: _Arrival, parsed: page.Page) -> Seen | None:
    """Other bytes that show what the copy or the newest capture shows; nothing is loaded. Dates
    are read again only where the page states something else for machines."""
    known = arrival.known
    copy, newest = known.copy_reading, known.newest_reading
    shown = text.shown_digest(parsed, text.frame_digest(parsed))
    if _showed(copy, shown):
        reading = _read_again(arrival, parsed, copy)
        comparison = compare.same_text(copy.dates, reading.dates)
        after = arrival.answered(_same_words(arrival, reading, comparison), comparison)
        return arrival.result(after, Outcome.SAME_TEXT, "markup", Level.TEXT)
    if copy is None or known.comparison is None or not _showed(newest, shown):
        return None
    reading = replace(_read_again(arrival, parsed, newest), digest=arrival.capture.digest)
    stamps = compare.stamp_move(copy.dates, reading.dates)
    after = replace(known, newest=arrival.capture, newest_reading=reading)
    after = arrival.answered(after, replace(known.comparison, stamps=stamps))
    return arrival.result(after, Outcome.SAME_TEXT, "as last seen", Level.TEXT)


def _showed(reading: Reading | None, shown: str) -> TypeGuard[Reading]:
    return (
        reading is not None and reading.version == READER_VERSION and reading.shown_digest == shown
    )


def _read_again(arrival: _Arrival, parsed: page.Page, known: Reading) -> Reading:
    """*known*, or, if the page states something else than then, what is read from it now."""
    if text.stated_digest(parsed) == known.stated_digest:
        return known
    return arrival.read(parsed)[0]


def _first(arrival: _Arrival, reading: Reading, version: Version) -> Seen:
    """Where no archive gave a copy, the first capture becomes it, unless a wall or error page."""
    odd = compare.replacement(version, None)
    why = f"{odd.kind.value}: {odd.quote}" if odd is not None else arrival.prober.first(version)
    if why:
        return _hidden(arrival, Outcome.UNREADABLE, why)
    adopted = replace(arrival.known, copy=arrival.capture, copy_reading=reading)
    return arrival.result(unchanged(adopted, arrival.seen, arrival.now), Outcome.ADOPTED)


def _differs(arrival: _Arrival, reading: Reading, version: Version) -> Seen:
    """Other words than the copy's, or none: compare, and decide what the capture stands for."""
    known = arrival.known
    assert known.copy is not None
    _, copy_version = read_memento(known.copy, known, arrival.tools, arrival.now)
    comparison = compare.compare(copy_version, version)
    comparison = arrival.prober.look(version, copy_version, comparison)
    odd = comparison.replacement
    if odd is not None and odd.direction is not Direction.RECOVERED:
        if odd.kind.is_wall:
            return _hidden(
                arrival, Outcome.BLOCKED, f"{odd.kind.value}: {odd.quote}", Level.COMPARISON
            )
        return _replaced(arrival, reading, version, comparison)
    if comparison.change is Change.IDENTICAL:
        after = arrival.answered(_same_words(arrival, reading, comparison), comparison)
        noise = ", ".join(comparison.noise)
        return arrival.result(after, Outcome.SAME_TEXT, noise, Level.COMPARISON)
    after = arrival.showing(version)
    last = known.newest_reading or known.copy_reading
    edited = last is None or last.text_digest != reading.text_digest
    edited = edited and not after.forms[-1].returns  # a text that comes back is no new edit
    after = replace(
        after,
        newest=arrival.capture,
        newest_reading=reading,
        changes=known.changes + edited,
        changed_at=arrival.now if edited else known.changed_at,
    )
    after = arrival.answered(after, comparison)
    return arrival.result(after, Outcome.COMPARED, comparison.change.value, Level.COMPARISON)


def _replaced(
    arrival: _Arrival, reading: Reading, version: Version, comparison: Comparison
) -> Seen:
    """Another page answers. Until that is confirmed over time the earlier comparison holds; a
    page that is shown in turn with the article never is."""
    known, now, odd = arrival.known, arrival.now, comparison.replacement
    assert odd is not None
    after = arrival.showing(version)
    in_turn = variants.variation(after.forms, now) is not None
    absences = ask.absences(known.absences, arrival.seen, now, replaced=None if in_turn else odd)
    after = replace(after, absences=absences, moved_to=arrival.seen.moved_to)
    if in_turn:
        after = replace(after, last_compared_at=now)
    elif ask.replaced_confirmed(absences, arrival.tools.timing):
        after = replace(
            after,
            newest=arrival.capture,
            newest_reading=reading,
            comparison=comparison,
            last_compared_at=now,
            changes=known.changes + 1,
            changed_at=now,
        )
    detail = f"{'in turn' if in_turn else 'replaced'}: {odd.kind.value}"
    return arrival.result(after, Outcome.COMPARED, detail, Level.COMPARISON)


def _hidden(arrival: _Arrival, outcome: Outcome, detail: str, level: Level | None = None) -> Seen:
    """An answer that hides the article: a wall, an empty shell, a body that is no text."""
    wall = Blocked(BlockKindHttp.WALL, arrival.seen.response.status, detail[:300])
    absences = ask.absences(arrival.known.absences, wall, arrival.now)
    return arrival.result(replace(arrival.known, absences=absences), outcome, detail, level)


def not_modified(known: Standing, seen: NotModified, now: datetime) -> Seen:
    """A 304 answers the question that was asked (trap 1), and keeps validators (trap 3)."""
    level = Level.VALIDATORS
    if seen.basis is Basis.NEWEST and known.newest is not None and known.comparison is not None:
        newest = replace(known.newest, validators=seen.validators)
        after = answered(replace(known, newest=newest), seen, now, known.comparison)
        return Seen(after, Outcome.NOT_MODIFIED, "still as last seen", 304, level=level)
    after = unchanged(known, seen, now)
    return Seen(after, Outcome.NOT_MODIFIED, "", 304, level=level)


def absent(known: Standing, seen: Gone | Blocked | Unreachable, now: datetime) -> Seen:
    """No representation: only streaks grow; what was compared before stands (trap 2)."""
    after = replace(known, absences=ask.absences(known.absences, seen, now))
    if isinstance(seen, Gone):
        return Seen(after, Outcome.GONE, f"HTTP {seen.status}", seen.status)
    outcome = Outcome.BLOCKED if isinstance(seen, Blocked) else Outcome.UNREACHABLE
    return Seen(after, outcome, seen.detail[:500], seen.status, retry_after=seen.retry_after)


def _same_words(arrival: _Arrival, reading: Reading, comparison: Comparison) -> Standing:
    """The copy's words; under a date that moved they are still not the copy: a 304 to their
    validators would otherwise say that nothing had moved (trap 1)."""
    known = arrival.known
    after = replace(known, **as_copy(known, arrival.seen, arrival.now))
    if not comparison.stamps.moved:
        return after
    capture = arrival.capture
    kept = replace(reading, digest=capture.digest)
    return replace(after, copy=known.copy, newest=capture, newest_reading=kept)
