"""A banner sink without disk: keeps what it would publish."""

from pathlib import Path

from checker.model import Banner, Skipped
from checker.ports import BannerChange
from checker.stages.banner import bears, obstacle
from tests.helpers_banner import UNKEYED, splice


class FakeBannerSink:
    """Originals are given as bytes by name; ``published`` is what readers would get."""

    def __init__(self, originals: dict[str, bytes]) -> None:
        self.originals = originals
        self.published: dict[str, bytes] = {}

    def apply(self, copy: Path, banner: Banner, fragment: str) -> BannerChange | Skipped:
        name = copy.as_posix()
        if name not in self.originals:
            return Skipped(name, "No such file or directory")
        flagged = splice(self.originals[name], fragment)
        if flagged == self.originals[name]:
            return Skipped(name, obstacle(flagged))
        before = self.published.get(name, self.originals[name])
        if before == flagged or bears(before, fragment, UNKEYED):
            return BannerChange(name, "unchanged")
        self.published[name] = flagged
        action = "applied" if before == self.originals[name] else "replaced"
        return BannerChange(name, action, banner.heading)

    def remove(self, copy: Path) -> BannerChange | Skipped:
        name = copy.as_posix()
        if name not in self.originals:
            return Skipped(name, "No such file or directory")
        before = self.published.get(name, self.originals[name])
        self.published[name] = self.originals[name]
        return BannerChange(name, "unchanged" if before == self.originals[name] else "removed")
