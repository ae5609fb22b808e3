"""Asks a host once a day for a page that it can't have (see ``stages/soft404``)."""

from dataclasses import dataclass, replace
from datetime import datetime

from checker.model import Captured, Change, Comparison, Version
from checker.pipeline.reading import Probes, read
from checker.ports import Http
from checker.stages import ask, soft404

MOST_HOSTS = 10_000  # remembered; of more the first are asked again


@dataclass(frozen=True, slots=True)
class Prober:
    """Who asks, on behalf of which source, and what was answered before."""

    probes: Probes
    http: Http
    source: str
    now: datetime

    def look(self, new: Version, old: Version | None, comparison: Comparison) -> Comparison:
        """The comparison, or, if the host's answer to nonsense shows that *new* is no version of
        the article, what it is instead."""
        if not soft404.is_suspicious(new, comparison):
            return comparison
        odd = soft404.soft_404(new, self._stranger(new.uri), old)
        if odd is None:
            return comparison
        return replace(comparison, change=Change.REPLACED, replacement=odd)

    def first(self, new: Version) -> str:
        """Why a first capture is no article, or ""."""
        if not soft404.is_suspicious(new, None):
            return ""
        odd = soft404.soft_404(new, self._stranger(new.uri), None)
        return f"{odd.kind.value}: {odd.quote}" if odd is not None else ""

    def _stranger(self, uri: str | None) -> soft404.Stranger:
        asked = soft404.stranger_uri(uri or "", self.now)
        if asked is None:
            return soft404.NOTHING
        known = self.probes.answers
        key = (self.source, asked)
        if key not in known:
            if len(known) >= MOST_HOSTS:
                known.clear()
            known[key] = self._answer(asked)
        return known[key]

    def _answer(self, asked: str) -> soft404.Stranger:
        """An answer other than 200, or none, proves nothing of the pages that the host has."""
        question = ask.first_question(asked, self.source)
        seen = ask.observe(question, self.http.fetch(question.request))
        if not isinstance(seen, Captured):
            return soft404.NOTHING
        headers = seen.response.headers
        reading, version = read(seen.representation, uri=asked, now=self.now, headers=headers)
        if reading.problem:
            return soft404.NOTHING
        return soft404.Stranger(replace(version, final_uri=seen.response.uri))
