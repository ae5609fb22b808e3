"""What readers of a page are told: the one function under every way of delivering notices.

``status_of`` answers from the store; ``Noticeboard`` answers from memory, asks the store beside
the request, and never lets it hold up a page for longer than a moment.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from checker.errors import StoreError
from checker.model import Banner, BannerRules, Standing, Status, Verdict
from checker.ports import Clock, StatusSource
from checker.stages import banner

log = logging.getLogger("checker.status")

MAX_URL = 2048
_PLAIN = BannerRules()


@dataclass(frozen=True, slots=True)
class PageStatus:
    """A watched page. ``notice`` and its HTML ``fragment`` are None where nothing is to be said.

    ``copied_at`` is when the copy that was judged was captured.
    """

    uri: str
    status: Status
    checked_at: datetime
    outdated_since: datetime | None = None
    copied_at: datetime | None = None
    notice: Banner | None = None
    fragment: str | None = None

    @property
    def tag(self) -> str:
        """Changes with the notice and with nothing else; empty where there is none."""
        return sha256(self.fragment.encode()).hexdigest()[:12] if self.fragment else ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing may be told of this address: not watched, not judged yet, or not adopted."""


@dataclass(frozen=True, slots=True)
class Away:
    """The store can't be asked now."""

    cause: str


Answer = PageStatus | Unknown | Away
UNKNOWN = Unknown()


def servable(url: str) -> bool:
    """Whether *url* is one that can be asked for: absolute, http(s), of bearable length."""
    if len(url) > MAX_URL or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def status_of(
    source: StatusSource,
    clock: Clock,
    url: str,
    *,
    here: bool = False,
    rules: BannerRules = _PLAIN,
) -> Answer:
    """What to tell at *url*. *here* says that the notice stands on the source's own page.

    *rules* are the user's: language, own words, and where no notice is to be.

    There it speaks of age and the like, not of what the source has changed since a copy was made,
    and bears no link to the page that it stands on.
    """
    if not servable(url):
        return UNKNOWN
    try:
        shown = source.shown(forms(url))
    except StoreError as error:
        return Away(str(error))
    if shown is None:
        return UNKNOWN
    plain = PageStatus(shown.uri, shown.status, shown.checked_at)
    standing = shown.standing
    if standing is None or standing.verdict is None:
        return plain
    notice = _notice(standing, standing.verdict, clock.now(), rules, here=here)
    return replace(
        plain,
        outdated_since=standing.verdict.outdated_since,
        copied_at=standing.copy.memento_datetime if standing.copy is not None else None,
        notice=notice,
        fragment=banner.render(notice) if notice is not None else None,
    )


def forms(url: str) -> tuple[str, str]:
    """As given, then with the other scheme: captures of either are of one page."""
    scheme, _, rest = url.partition("://")
    return url, f"{'http' if scheme.lower() == 'https' else 'https'}://{rest}"


def _notice(
    standing: Standing, verdict: Verdict, now: datetime, rules: BannerRules, *, here: bool
) -> Banner | None:
    reading, uri = standing.copy_reading, standing.article.uri
    if reading is None:
        return None
    if not here:
        memento = standing.copy.uri_m if standing.copy is not None else None
        return banner.compose(verdict, reading, uri=uri, now=now, rules=rules, memento=memento)
    if standing.newest is not None:  # what was judged is no longer what stands there
        return None
    own = tuple(one for one in verdict.findings if not one.rule.value.startswith("source-"))
    own_verdict = replace(verdict, findings=own)
    notice = banner.compose(own_verdict, reading, uri=uri, now=now, rules=rules)
    if notice is None:
        return None
    return replace(notice, link=None, link_text="", twin=None)  # it is based on nothing else


# ── answers from memory ───────────────────────────────────────────────────────────────────────

Question = tuple[str, bool]  # address, here


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds, and how many answers are kept."""

    fresh: float = 30.0  # an answer is good for so long
    kept: float = 300.0  # and for so long while the store is away
    wait: float = 0.25  # the longest that a page waits for its first answer
    pause: float = 5.0  # after the store failed, until it is asked again
    size: int = 4096
    asked: int = 64  # questions under way at once


class Noticeboard:
    """Answers to many threads at once, from memory where it can; made anew in a forked process.

    A stale answer is given once more while a new one is fetched, up to twice its time.
    """

    def __init__(
        self,
        find: Callable[[str, bool], Answer],
        bounds: Bounds = Bounds(),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find, self._bounds, self._seconds = find, bounds, seconds
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._answers: OrderedDict[Question, tuple[Answer, float]] = OrderedDict()
        self._asked: dict[Question, Future[Answer]] = {}
        self._quiet_until = float("-inf")
        self._pool = ThreadPoolExecutor(2, "notice")

    def ask(self, url: str, *, here: bool = False) -> Answer:
        """An answer within ``wait``; Away if there is none by then. Never raises."""
        found = self.begin(url, here=here)
        if not isinstance(found, Future):
            return found
        try:
            return found.result(self._bounds.wait)
        except Late:
            return self.too_late()

    def begin(self, url: str, *, here: bool = False) -> "Answer | Future[Answer]":
        """The answer if it is at hand, else what will hold it; for callers with a loop."""
        if os.getpid() != self._pid:
            self._begin()
        question, now = (url, here), self._seconds()
        with self._lock:
            known = self._answers.get(question)
            if known is not None and now - known[1] < self._bounds.fresh:
                self._answers.move_to_end(question)
                return known[0]
            asked = self._ask(question, now)
        if known is not None:
            limit = self._bounds.kept if asked is None else 2 * self._bounds.fresh
            if now - known[1] < limit:
                return known[0]
        return asked if asked is not None else Away("the store did not answer; asked again soon")

    @property
    def wait(self) -> float:
        return self._bounds.wait

    def too_late(self) -> Away:
        """Somebody gave up waiting: nobody else should wait for some time."""
        with self._lock:
            self._quiet_until = self._seconds() + self._bounds.pause
        log.warning("the store took more than %.2f s; pages go without notice", self._bounds.wait)
        return Away(f"the store took longer than {self._bounds.wait} s")

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, question: Question, now: float) -> "Future[Answer] | None":
        """Under the lock. None while the store is let alone."""
        if question in self._asked:
            return self._asked[question]
        if now < self._quiet_until or len(self._asked) >= self._bounds.asked:
            return None
        future = self._pool.submit(self._fetch, question)
        self._asked[question] = future
        return future

    def _fetch(self, question: Question) -> Answer:
        try:
            answer = self._find(*question)
        except Exception as error:
            log.exception("no status of %s", question[0][:200])
            answer = Away(f"{type(error).__name__}: {error}")
        with self._lock:
            now = self._seconds()
            self._asked.pop(question, None)
            if isinstance(answer, Away):
                self._quiet_until = now + self._bounds.pause
                log.warning("pages go without notice: %s", answer.cause)
                known = self._answers.get(question)
                good = known is not None and now - known[1] < self._bounds.kept
                return known[0] if good and known is not None else answer
            self._answers[question] = (answer, now)
            self._answers.move_to_end(question)
            while len(self._answers) > self._bounds.size:
                self._answers.popitem(last=False)
        return answer
