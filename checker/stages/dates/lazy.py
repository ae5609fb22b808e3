"""``Dates`` whose decision is known before all evidence is: the rest is read when it is asked for.

To its reader it is the value that reading the whole page gives: it compares, copies, pickles and
prints as that.
"""

from collections.abc import Callable
from typing import Any, Self

from checker.model import Bounds, DateConflict, DateEvidence, DateKind, Dates

Stamps = dict[DateKind, DateEvidence]


class LazyDates(Dates):
    """``published`` and ``modified`` at once where they are certain; all else costs the page."""

    __slots__ = ("_certain", "_read", "_whole")
    _certain: Stamps
    _read: Callable[[], Dates]
    _whole: Dates | None

    def __new__(cls, *values: Any, **named: Any) -> Dates:  # type: ignore[misc]
        return Dates(*values, **named)  # what dataclasses.replace makes is complete

    @classmethod
    def of(cls, certain: Stamps, read: Callable[[], Dates]) -> Self:
        """*read* gives the whole; it is called once, if at all."""
        made: Self = object.__new__(cls)
        for name, value in (("_certain", certain), ("_read", read), ("_whole", None)):
            object.__setattr__(made, name, value)
        return made

    def whole(self) -> Dates:
        if self._whole is None:
            object.__setattr__(self, "_whole", self._read())
        assert self._whole is not None
        return self._whole

    @property
    def published(self) -> DateEvidence | None:
        return self._certain.get(DateKind.PUBLISHED) or self.whole().published

    @property
    def modified(self) -> DateEvidence | None:
        return self._certain.get(DateKind.MODIFIED) or self.whole().modified

    @property
    def bounds(self) -> Bounds:
        return self.whole().bounds

    @property
    def evidence(self) -> tuple[DateEvidence, ...]:
        return self.whole().evidence

    @property
    def conflicts(self) -> tuple[DateConflict, ...]:
        return self.whole().conflicts

    def __eq__(self, other: object) -> bool:
        return self.whole() == (other.whole() if isinstance(other, LazyDates) else other)

    def __hash__(self) -> int:
        return hash(self.whole())

    def __repr__(self) -> str:
        return repr(self.whole())

    def __reduce__(self) -> tuple[Any, ...]:
        whole = self.whole()
        return Dates, (
            whole.published, whole.modified, whole.bounds, whole.evidence, whole.conflicts
        )  # fmt: skip
