"""The use cases, each with several doors: command line, daemon, demo, and later the web.

A ``Service`` is built by ``checker.wiring`` from ports and what the user configured. Its methods
are thin; the work is in the modules of this package, which decide nothing that a stage can decide.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import TargetError
from checker.model import Article, EditorsWord, Level, Memento, Skipped, Source, Standing, Verified
from checker.pipeline import policy_for
from checker.ports import Offer, Store
from checker.service.adopting import adopt, adopt_automatic, adoption_report
from checker.service.audit import AuditOptions, Auditor
from checker.service.clocks import settle_clock
from checker.service.context import Context, Operation, Ports
from checker.service.discover import discover
from checker.service.export import Exported, Selection, export
from checker.service.harvest import Discovered
from checker.service.prove import prove
from checker.service.publish import Published, publish_banners, take_off
from checker.service.rederive import Plan, Rederived, rederive
from checker.service.take_in import Intake, TakenIn, take_in
from checker.service.tidy import Tidied, tidy_some, tidy_whole
from checker.service.triage import tell
from checker.service.watch import Checked, check_articles, check_due, check_host
from checker.service.websub import subscribe
from checker.stages import plan

if TYPE_CHECKING:
    from checker.service.deliver import Delivered

__all__ = [
    "AuditOptions",
    "Auditor",
    "Checked",
    "Discovered",
    "Exported",
    "Intake",
    "Operation",
    "Plan",
    "Ports",
    "Published",
    "Rederived",
    "Selection",
    "Service",
    "TakenIn",
    "Tidied",
]

MONTH = timedelta(days=30)
Progress = Callable[[int, int], None]  # done, total
Stop = Callable[[], bool]  # asked between steps; True ends the work early


def never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Service:
    """Every use case as a method. Thread-safe as far as its ports are."""

    context: Context

    @property
    def store(self) -> Store:
        return self.context.ports.store

    def know_sources(self) -> None:
        """Make the store's sources those of the configuration, before anything else is done."""
        self.store.put_sources(self.context.operation.sources, self.context.ports.clock.now())

    def discover(
        self, names: Sequence[str] | None = None, stop: Stop = never
    ) -> tuple[Discovered, ...]:
        """Look into the sources (all, or those named) and remember the articles found."""
        return discover(self.context, names, stop)

    def subscribe(self, stop: Stop = never) -> int:
        """Ask hubs of feeds to push what is new, where they can reach us; how many were asked."""
        callbacks = self.context.operation.callbacks
        return subscribe(self.context, callbacks, stop) if callbacks is not None else 0

    def check_due(self, stop: Stop = never) -> Checked:
        """One pass over everything that is due now."""
        return check_due(self.context, stop)

    def hosts_due(self, limit: int) -> tuple[str, ...]:
        """Hosts that have something due, for those who share the work among processes."""
        return self.store.hosts_due(self.context.ports.clock.now(), limit)

    def check_host(self, host: str, stop: Stop = never, *, orphaned: bool = False) -> Checked:
        """One batch of one host's due articles; the caller sees to it that nobody else does it."""
        return check_host(self.context, host, stop, orphaned=orphaned)

    def adopt_automatic(self) -> None:
        """Adopt the sources that ask for it and whose articles all have a first verdict."""
        adopt_automatic(self.context)

    def check(self, article_ids: Sequence[int], progress: Progress | None = None) -> Checked:
        """Check these articles now, due or not."""
        return check_articles(self.context, article_ids, progress)

    def rederive(self, plan: Plan, progress: Progress | None = None) -> tuple[Rederived, ...]:
        """Derive again from the archive what an older version derived, quietly (trap 4)."""
        return tuple(rederive(self.context, plan, progress))

    def export(
        self,
        path: Path,
        selection: Selection,
        title: str,
        now: datetime | None = None,
        step: Callable[[int], None] | None = None,
    ) -> Exported:
        """Write the selected articles' captures as a WACZ, dated *now*. Raises TargetError."""
        context = self.context
        assert context.ports.pack is not None
        moment = now or context.ports.clock.now()
        with context.ports.pack(path, moment, title) as package:
            return export(context, selection, package, moment, step)

    def prove(self, name: str, step: Callable[[int], None] | None = None) -> Verified:
        """Read back every capture of our own archive, called *name*, that the store knows."""
        return prove(self.context, name, step)

    def take_in(self, offers: Iterable[Offer | Skipped], intake: Intake) -> TakenIn:
        """Take in captures that others made; again, nothing is new."""
        return take_in(self.context, offers, intake)

    def publish_banners(self, source: str | None = None) -> tuple[Published, ...]:
        """Bring banners into line with verdicts that changed."""
        return publish_banners(self.context, source)

    def deliver_alerts(self, stop: Stop = never, *, at_once: bool = False) -> "Delivered":
        """One mail for each recipient whose slot has come (*at_once*: for each); send what is due."""
        # An audit, which mails nothing, need not wait for templates and locales.
        from checker.service.deliver import deliver_alerts  # noqa: PLC0415

        return deliver_alerts(self.context, stop, at_once=at_once)

    def tidy(self, stop: Stop = never, *, dry_run: bool = False) -> Tidied:
        """Thin out old checks that say nothing new, in one go."""
        return tidy_whole(self.context, stop, dry_run=dry_run)

    def tidy_some(self, stop: Stop = never) -> Tidied:
        """The same once a day, for a few seconds at each call."""
        return tidy_some(self.context, stop)

    def settle_clock(self) -> int:
        """Plan anew what a clock that was ahead has planned; how much that was."""
        return settle_clock(self.context)

    def adoption_report(self, source: str) -> str:
        return adoption_report(self.context, self.source(source))

    def adopt(self, source: str) -> str:
        """Confirm first verdicts: from now on banners and alerts flow. Returns the report."""
        return adopt(self.context, self.source(source))

    def source(self, name: str) -> Source:
        """The configured source called *name*. Raises TargetError."""
        return self.context.source(name)

    def article(self, uri_or_id: str) -> Article:
        """Raises TargetError if nothing of that address or number is watched."""
        found = self.store.article(uri_or_id)
        if found is None:
            raise TargetError(
                f"article {uri_or_id!r}",
                "nothing of that address or number is watched",
                "`checker article list` shows what is; `checker source sync` looks for more.",
            )
        return found

    def planned(self, standing: Standing) -> str:
        """Why the article is checked as often as it is, in words."""
        context = self.context
        source = context.configured(standing.article.source)
        if source is None:
            return "its source is no longer configured"
        policy = policy_for(standing, source, context.operation.policies)
        return plan.explain(standing, policy, context.ports.clock.now())

    def accept(self, uri_or_id: str) -> Memento:
        """Make the newest capture the copy; the question starts anew (trap 3).

        A banner on the former copy would no longer be kept true, so it is taken off first.
        """
        article = self.article(uri_or_id)
        take_off(self.context, self.store.standing(article.id))
        memento = self.store.accept(article.id, self.context.ports.clock.now())
        if memento is None:
            raise TargetError(
                f"article {uri_or_id!r}",
                "there is no capture that differs from the copy",
                "Run `checker check` on it first, then look at `checker article show`.",
            )
        return memento

    def tell(self, uri_or_id: str, word: EditorsWord) -> Standing:
        """Keep an editor's word on an article, and judge it anew at once."""
        return tell(self.context, self.store.standing(self.article(uri_or_id).id), word)

    def checked(self) -> dict[tuple[str, str], int]:
        """The last month's checks, by ("outcome" | "change" | "level", name)."""
        return self.store.checked(self.context.ports.clock.now() - MONTH)

    def decided(self) -> dict[Level, int]:
        """How many of the last month's checks each level of the cascade decided."""
        checked = self.checked()
        return {level: checked.get(("level", level.value), 0) for level in Level}

    def status(self) -> dict[str, int]:
        return self.store.counts(self.context.ports.clock.now())
