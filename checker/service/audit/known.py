"""A file whose bytes were read before is judged without being read again.

What is kept is the reading, not the verdict: that depends on the day, the policy and the baseline,
and is made anew, so that a report is the same with and without what is kept.
"""

import hashlib
import logging
from collections import deque
from dataclasses import dataclass, field, replace
from functools import lru_cache

from checker.model import AuditItem, Document, Office, Representation, Rule
from checker.pipeline import lasting
from checker.ports import Unread
from checker.ports.readings import Readings, Remembered
from checker.service.audit.examine import Examination
from checker.service.audit.lines import quoted
from checker.service.audit.options import Job, Result

log = logging.getLogger("checker.audit")


_UNOPENED = Representation("", None, b"", "")


@dataclass(frozen=True, slots=True)
class Recall:
    """Looks before an examination and notes after it; in the process that has the files' names.

    A reading is kept by the file's bytes, and known by the file's mark, too, so that a file that
    lies as it lay is not opened.
    """

    examination: Examination
    readings: Readings
    _missed: dict[str, deque[tuple[str, str]]] = field(default_factory=dict)  # keys by job

    def known(self, job: Job) -> AuditItem | None:
        """The result for a job whose document was read before, None for any other."""
        if job.hints or not self.examination.reads_alone:
            return None
        try:
            match job.what:
                case Unread() as unread:
                    return self._in_folder(unread, job)
                case Document() as document:
                    return self._again(document, job, "")
        except Exception:  # then it is examined, which makes its own trouble known
            log.exception("%s can't be judged by what was read before", job.name)
        return None

    def _in_folder(self, unread: Unread, job: Job) -> AuditItem | None:
        mark = unread.mark()  # before reading: a change meanwhile shows at the next audit
        marked = self._marked(unread.name, mark) if mark is not None else ""
        item = self._unopened(marked, job) if marked else None
        if item is not None:
            return item
        document = unread.read()
        return self._again(document, job, marked) if isinstance(document, Document) else None

    def _unopened(self, marked: str, job: Job) -> AuditItem | None:
        found = self.readings.known(marked)
        if found is None or not found.holds(self.examination.now):
            return None
        return self.examination.judged_again(Document(job.name, _UNOPENED), job, found)

    def _again(self, document: Document, job: Job, marked: str) -> AuditItem | None:
        if document.headers:  # what other pages of its site answer with counts, too
            return None
        key = self._key(document)
        found = self.readings.known(key)
        if found is not None and found.holds(self.examination.now):
            item = self.examination.judged_again(document, job, found)
            if item is not None:
                lines = quoted(item)
                if not lines.keys() <= found.lines.keys():
                    self.readings.note(key, replace(found, lines=found.lines | lines))
                self._also(key, marked)
                return item
        self._missed.setdefault(job.key, deque()).append((key, marked))
        return None

    def note(self, job: Job, result: Result) -> None:
        """What was found of a job that ``known`` did not know."""
        keys = self._missed.get(job.key)
        if keys is None:
            return
        key, marked = keys.popleft()
        if not keys:
            del self._missed[job.key]
        if not isinstance(result, AuditItem) or result.comparison is not None:
            return
        span = lasting(result.reading, self.examination.now)
        if span is not None:
            place = result.uri, result.mapped_by
            self.readings.note(key, Remembered(*place, result.reading, *span, quoted(result)))
            self._also(key, marked)

    def _also(self, key: str, marked: str) -> None:
        if marked:
            self.readings.also(key, marked)

    def _key(self, document: Document) -> str:
        """All that a reading depends on, but what reads it."""
        content, mapped = document.representation, self.examination.mapped(document)
        return self._digest(
            *(content.digest, content.media_type, content.charset, document.captured_at),
            *(mapped.uri, mapped.mapped_by),
        )

    def _marked(self, name: str, mark: str) -> str:
        """The same of a file that was not opened."""
        mapped = self.examination.mapped(Document(name, _UNOPENED))
        return self._digest("mark", mark, mapped.uri)

    def _digest(self, *parts: object) -> str:
        shared = _of_all(self.examination.offices, self.examination.rules)
        return hashlib.sha256(repr((*parts, shared)).encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=8)
def _of_all(offices: tuple[Office, ...], rules: frozenset[Rule]) -> str:
    """What all readings of an audit depend on: nothing is read for other rules."""
    return repr((offices, sorted(rules)))
