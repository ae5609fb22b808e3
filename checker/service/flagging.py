"""Banners on the copies of a folder, side by side; no store is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.model import Banner, Skipped
from checker.ports import BannerChange, BannerSink, Http, Lost
from checker.service.audit import Auditor
from checker.stages import banner


@dataclass(frozen=True, slots=True)
class Flag:
    """A copy, and the banner that it is to bear; None takes off the one that it bears."""

    copy: str
    banner: Banner | None = None


@dataclass(frozen=True, slots=True)
class _Flagging:
    """What a worker does; it asks nothing of the network."""

    sink: BannerSink

    def __call__(self, flag: Flag, _: Http) -> BannerChange | Skipped:
        path = Path(flag.copy)
        if flag.banner is None:
            return self.sink.remove(path)
        return self.sink.apply(path, flag.banner, banner.render(flag.banner))


def flag_copies(
    flags: Sequence[Flag], sink: BannerSink, by: Auditor
) -> Iterator[tuple[Flag, BannerChange | Skipped]]:
    """Each of *flags* with what became of it, in their order, done by the workers of *by*.

    A copy whose worker is lost is as it was, or complete.
    """
    task = _Flagging(sink)
    if by.workers is None or len(flags) <= by.few:
        yield from ((flag, task(flag, by.http)) for flag in flags)
        return
    for flag, done in by.workers.run(task, flags, by.http):
        yield flag, Skipped(flag.copy, done.reason, again=True) if isinstance(done, Lost) else done
