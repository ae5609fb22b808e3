"""What a mail says of each article, grouped by severity, the gravest first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from checker.model import Alert, AlertEvent, Finding, Rule, Severity
from checker.stages.alert.difference import Run, as_text, runs
from checker.stages.alert.phrases import Phrases
from checker.stages.banner.compose import rank
from checker.stages.banner.words import clean, clean_row, safe_link

MAX_ARTICLES = 50
MAX_FINDINGS = 5
MAX_SUMMARY_LINES = 60
MAX_COUNTS = 12  # rows of a table of counts
COUNTED_FROM = 10  # articles

EVENTS = {  # in the order of subjects
    AlertEvent.BECAME_OUTDATED: "outdated",
    AlertEvent.GOT_WORSE: "worse",
    AlertEvent.SOURCE_GONE: "gone",
    AlertEvent.REMINDER: "reminder",
    AlertEvent.WARNED: "warned",
    AlertEvent.SOURCE_BACK: "back",
    AlertEvent.BECAME_CURRENT: "current",
}
_RESOLVED = frozenset({AlertEvent.BECAME_CURRENT, AlertEvent.SOURCE_BACK})


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told of each article; less of it where there are many."""

    articles: int = MAX_ARTICLES
    findings: int = MAX_FINDINGS
    quote: int = 280
    edits: int = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One finding; ``lead`` says what it is where ``message`` speaks another language."""

    lead: str
    message: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    label: str
    uri: str
    link: str | None
    facts: tuple[str, ...]
    lines: tuple[Line, ...]
    more: str
    changes: tuple[tuple[Run, ...], ...]
    links: tuple[Link, ...]
    commands: tuple[str, ...]

    @property
    def changes_as_text(self) -> tuple[str, ...]:
        return tuple(as_text(one) for one in self.changes)


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: tuple[Entry, ...]
    count: str
    rest: str


@dataclass(frozen=True, slots=True)
class Report:
    """An adoption report: what a source looked like when it was first checked."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """In which language, as of when, and with links to where."""

    say: Phrases
    now: datetime
    dashboard: str | None = None

    def groups(self, changes: list[Alert], detail: Detail) -> Iterable[Group]:
        room = detail.articles
        for name in ("outdated", "warning", "resolved"):
            found = [alert for alert in changes if group_of(alert) == name]
            if found:
                shown = found[:room]
                room -= len(shown)
                rest = len(found) - len(shown)
                yield Group(
                    self.say[f"group_{name}"],
                    tuple(self._entry(alert, detail) for alert in shown),
                    self.say.number(len(found)),
                    self.say.counted("more_articles", rest) if rest else "",
                )

    def counts(self, changes: list[Alert]) -> tuple[Counts, ...]:
        """By rule and by section, where a reader can't see it at a glance."""
        if len(changes) < COUNTED_FROM:
            return ()
        worsts = [worst(alert) for alert in changes]
        rules = Counter(self.say.kind(one.rule) for one in worsts if one)
        none = self.say["no_section"]
        sections = Counter(clean(alert.section, 40) or none for alert in changes)
        return self._counts("by_rule", rules), self._counts("by_section", sections)

    def _counts(self, title: str, counter: Counter[str]) -> Counts:
        rows = [(name, self.say.number(count)) for name, count in counter.most_common(MAX_COUNTS)]
        rest = sum(counter.values()) - sum(n for _, n in counter.most_common(MAX_COUNTS))
        rows += [("…", self.say.number(rest))] if rest else []
        return Counts(self.say[title], tuple(rows))

    def report(self, alert: Alert) -> Report:
        lines = alert.summary.splitlines()[:MAX_SUMMARY_LINES]
        title = self.say["report_on"].format(clean(alert.source or alert.title, 80))
        return Report(title, tuple(clean_row(line, 400) for line in lines))

    def _entry(self, alert: Alert, detail: Detail) -> Entry:
        findings = told_findings(alert)
        more = len(findings) - detail.findings
        return Entry(
            title=title_of(alert),
            label=self.say[f"label_{EVENTS[alert.event]}"],
            uri=clean(alert.uri, 2048),
            link=safe_link(alert.uri),
            facts=tuple(self._facts(alert)),
            lines=tuple(self._line(found, detail) for found in findings[: detail.findings]),
            more=self.say.counted("more_findings", more) if more > 0 else "",
            changes=self._changes(alert, detail),
            links=tuple(self._links(alert)),
            commands=self._commands(alert),
        )

    def _facts(self, alert: Alert) -> Iterable[str]:
        if alert.source:
            yield clean(alert.source, 80)
        if alert.section:
            yield clean(alert.section, 80)
        if alert.newest is not None:
            day = self.say.day(alert.newest.earliest)
            age = self.say.age(alert.newest.earliest, self.now)
            yield self.say["written"].format(day, age).rstrip(",، ")
        since = alert.verdict.outdated_since if alert.verdict else None
        if since is not None:
            yield self.say["since"].format(self.say.day(since))

    def _line(self, finding: Finding, detail: Detail) -> Line:
        quoted = clean(finding.evidence.quote, detail.quote)
        message = clean(finding.message, 400)
        kind = self.say.kind(finding.rule)
        return Line(
            "" if self.say.language == "en" else kind[:1].upper() + kind[1:],
            message,
            "" if quoted in message else quoted,
            clean(finding.evidence.place, 80),
        )

    def _changes(self, alert: Alert, detail: Detail) -> tuple[tuple[Run, ...], ...]:
        if group_of(alert) == "resolved":
            return ()
        found = (runs(edit) for edit in alert.edits[: detail.edits])
        return tuple(one for one in found if any(run.sign != "=" for run in one))

    def _links(self, alert: Alert) -> Iterable[Link]:
        for label, target in (("copy", alert.copy), ("source", alert.uri)):
            if (link := safe_link(target)) is not None:
                yield Link(self.say[label], link)
        if self.dashboard is not None and alert.article_id:
            page = article_page(self.dashboard, alert)
            yield Link(self.say["difference"], f"{page}/diff")
            yield Link(self.say["review"], page)

    def _commands(self, alert: Alert) -> tuple[str, ...]:
        """What to type where no dashboard can be linked."""
        if self.dashboard is not None or not alert.article_id or group_of(alert) == "resolved":
            return ()
        difference = (f"checker diff {alert.article_id}",) if alert.edits else ()
        return (*difference, f"checker review {alert.article_id} --until DATE")


def article_page(dashboard: str, alert: Alert) -> str:
    return f"{dashboard.rstrip('/')}/articles/{quote(str(alert.article_id))}"


def title_of(alert: Alert) -> str:
    return clean(alert.title, 160) or clean(alert.uri, 160) or "Untitled"


def told_findings(alert: Alert) -> list[Finding]:
    """Those of severity outdated and warning, the gravest first."""
    told = (Severity.OUTDATED, Severity.WARNING)
    found = [f for f in (alert.verdict.findings if alert.verdict else ()) if f.severity in told]
    return sorted(found, key=lambda one: (told.index(one.severity), rank(one)))


def worst(alert: Alert) -> Finding | None:
    """What an alert is about: the gravest finding of the severity that its event speaks of."""
    findings = told_findings(alert)
    if alert.event is AlertEvent.WARNED:
        findings = [found for found in findings if found.severity is Severity.WARNING]
    else:
        findings = [found for found in findings if found.severity is Severity.OUTDATED]
    return findings[0] if findings else None


def group_of(alert: Alert) -> str:
    if alert.event in _RESOLVED:
        return "resolved"
    return "warning" if alert.event is AlertEvent.WARNED else "outdated"


def order(alert: Alert) -> tuple[int, int, int, str, str]:
    """Outdated before warnings before what is resolved; then the gravest first."""
    found = worst(alert)
    seriousness = rank(found) if found else len(Rule)
    group = ("outdated", "warning", "resolved").index(group_of(alert))
    event = list(EVENTS).index(alert.event)
    return group, seriousness, event, alert.title.casefold(), alert.key
